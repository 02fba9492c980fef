"""What an erasure does with the rows: some keys go, all others are wrapped anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from ketensluis.dossier_keys.kek import Kek, no_kek
from ketensluis.dossier_keys.tables import keys, store
from ketensluis.dossier_keys.wrapping import unwrap, wrap

__all__ = ["having_keys", "take_out", "wrap_anew"]

_PAGE: Final = 5_000  # keys that are wrapped anew at a time
_LIVE = keys.c.erased_at.is_(None)
_ERASE = (
    update(keys)
    .where(keys.c.number == bindparam("of"))
    .values(wrapped=None, kek_id=None, erased_at=bindparam("at"), rule=bindparam("by"))
)
_REWRAP = (
    update(keys)
    .where(keys.c.number == bindparam("of"))
    .values(wrapped=bindparam("anew"), kek_id=bindparam("under"))
)


def having_keys(connection: Connection, incident_ids: set[str]) -> dict[int, str]:
    """The numbers of the keys that these incidents have, and of which incident each is."""
    live = select(keys.c.number, keys.c.incident_id).where(_LIVE).order_by(keys.c.number)
    rows = connection.execute(live).yield_per(_PAGE)
    return {number: incident for number, incident in rows if incident in incident_ids}


def take_out(connection: Connection, numbers: Iterable[int], *, at: datetime, rule: str) -> None:
    """Take these keys out of the table; their rows stay, to say when and by which rule."""
    connection.execute(_ERASE, [{"of": number, "at": at, "by": rule} for number in numbers])
    connection.execute(update(store).values(erasures=store.c.erasures + 1))


def wrap_anew(connection: Connection, keks: Mapping[str, Kek], new: Kek) -> None:
    """Wrap all keys that are left by the new KEK.

    Raises:
        Refused: `bad_key_row`.
        Unavailable: `kek_missing`.
    """
    number = -1
    columns = (keys.c.number, keys.c.key_id, keys.c.incident_id, keys.c.wrapped, keys.c.kek_id)
    page = select(*columns).where(_LIVE, keys.c.number > bindparam("after"))
    page = page.order_by(keys.c.number).limit(_PAGE)
    while rows := connection.execute(page, {"after": number}).all():
        anew = []
        for of, key_id, incident_id, wrapped, kek_id in rows:
            if kek_id not in keks:
                raise no_kek()
            key = unwrap(key_id, incident_id, wrapped, keks[kek_id])
            anew.append({"of": of, "under": new.kek_id, "anew": wrap(key, new)})
        connection.execute(_REWRAP, anew)
        number = rows[-1].number
