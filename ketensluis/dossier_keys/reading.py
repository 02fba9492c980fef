"""Reads keys by their id, fast: several at once where it is known which will be asked for.

Else with one key its neighbours are read, still wrapped: records come in the order in which
their keys were made. What was erased elsewhere is noticed within a second: the count of
erasures is looked at so often, and all that was read is forgotten when it changed.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import Engine, Row, bindparam, select

from ketensluis.dossier_keys.kek import Kek, KekFile, no_kek
from ketensluis.dossier_keys.tables import keys, store
from ketensluis.dossier_keys.wrapping import unwrap
from ketensluis.envelope.keyring import DossierKey, Erased
from ketensluis.errors import Refused

__all__ = ["STALE_SECONDS", "KeyReader"]

STALE_SECONDS: Final = 1.0
"""How long a key that was erased elsewhere may still be found here."""

_MOST = 16_384  # wrapped keys that are kept in memory, about 6 MB
_NEIGHBOURS = 256
_TRIES = 3

_COLUMNS = (keys.c.key_id, keys.c.incident_id, keys.c.wrapped, keys.c.kek_id)
_ONE = select(keys.c.number, *_COLUMNS, keys.c.erased_at, keys.c.rule).where(
    keys.c.key_id == bindparam("key")
)
_NEXT = (
    select(*_COLUMNS)
    .where(keys.c.number > bindparam("after"), keys.c.erased_at.is_(None))
    .order_by(keys.c.number)
    .limit(_NEIGHBOURS)
)
_SEVERAL = select(*_COLUMNS).where(
    keys.c.key_id.in_(bindparam("keys", expanding=True)), keys.c.erased_at.is_(None)
)
_ERASURES = select(store.c.erasures)


class KeyReader:
    """Keys by id, of one store that is there."""

    def __init__(self, engine: Engine, kek: KekFile, store_id: str) -> None:
        self._engine = engine
        self._file = kek
        self._store_id = store_id
        self._rows: dict[str, tuple[str, bytes, str]] = {}
        self._keks: dict[str, Kek] = {}
        self._erasures = -1
        self._looked = 0.0

    def key(self, key_id: str) -> DossierKey:
        """The key with that id.

        Raises:
            Erased, Refused, Unavailable: as `KeyStore.key`.
        """
        self._look()
        for _ in range(_TRIES):
            incident_id, wrapped, kek_id = self._rows.get(key_id) or self._read(key_id)
            kek = self._kek(kek_id)
            if kek is not None:
                return unwrap(key_id, incident_id, wrapped, kek)
            # Erased and wrapped anew between the reading of the row and of the KEK.
            self._rows.clear()
        raise no_kek()

    def unwrapped(self, key_id: str, incident_id: str, wrapped: bytes, kek_id: str) -> DossierKey:
        """The key of a row that was just read; the row is read again if its KEK has gone."""
        kek = self._kek(kek_id)
        if kek is None:
            return self.key(key_id)
        return unwrap(key_id, incident_id, wrapped, kek)

    def fetch(self, key_ids: Iterable[str]) -> None:
        """Read those of these keys that are there, and were not erased, if they are to be read."""
        self._look()
        wanted = set(key_ids).difference(self._rows)
        if len(wanted) > 1:
            with self._engine.begin() as connection:
                self._keep(connection.execute(_SEVERAL, {"keys": list(wanted)}).all())

    def _look(self) -> None:
        """Forget what was read if something was erased since, which is looked at now and then."""
        now = time.monotonic()
        if now - self._looked <= STALE_SECONDS:
            return
        with self._engine.begin() as connection:
            erasures = connection.execute(_ERASURES).scalar_one()
        if erasures != self._erasures:
            self.forget()
            self._erasures = erasures
        self._looked = now

    def forget(self) -> None:
        """Forget what was read: something was erased."""
        self._rows.clear()
        self._keks = {}

    def _read(self, key_id: str) -> tuple[str, bytes, str]:
        with self._engine.begin() as connection:
            found = connection.execute(_ONE, {"key": key_id}).one_or_none()
            if found is None:
                raise Refused("unknown_key", "the value names a key that the key store has not")
            if found.erased_at is not None:
                raise Erased(found.incident_id, found.erased_at, found.rule)
            neighbours = connection.execute(_NEXT, {"after": found.number}).all()
        self._keep(neighbours)
        own = self._rows[key_id] = (found.incident_id, found.wrapped, found.kek_id)
        return own

    def _keep(self, found: Sequence[Row[str, str, bytes, str]]) -> None:
        """Keep these rows, and none of before if they would be too many."""
        if len(self._rows) + len(found) > _MOST:
            self._rows.clear()
        self._rows.update({key: (incident, raw, kek) for key, incident, raw, kek in found})

    def _kek(self, kek_id: str) -> Kek | None:
        if kek_id not in self._keks:
            self._keks = {each.kek_id: each for each in self._file.read(self._store_id)}
        return self._keks.get(kek_id)
