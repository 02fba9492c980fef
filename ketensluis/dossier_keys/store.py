"""The key store: a key per incident, made once, found by id, destroyed for good.

What is destroyed must not come back from old pages, logs or backups of the database. So erasing
renews the KEK as well: the keys that remain are wrapped anew, and the KEK that could open what
lies about of the others is destroyed. In this order, so that no key that stays is ever lost:

1. The database's lock is taken: nobody makes or erases keys until step 4.
2. A new KEK is on the disk, beside the old one.
3. One transaction takes the erased keys out, and wraps all others by the new KEK.
4. It is committed. Killed before this, nothing was erased, and a KEK too many lies in the file.
5. KEKs that no key is wrapped by are taken out of the file. Killed before this, the next who
   opens the store does it, or the next erasure, whatever that is asked to erase.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Connection, Engine, bindparam, func, insert, select
from sqlalchemy.exc import SQLAlchemyError

from ketensluis.dossier_keys.database import LOCK, SETTING, migrate, scrub
from ketensluis.dossier_keys.erasing import having_keys, take_out, wrap_anew
from ketensluis.dossier_keys.kek import Kek, KekFile
from ketensluis.dossier_keys.reading import KeyReader
from ketensluis.dossier_keys.tables import keys, store
from ketensluis.dossier_keys.wrapping import wrap
from ketensluis.envelope.keyring import DossierKey, Erased
from ketensluis.errors import Unavailable

__all__ = ["KeyStore"]

_SECRET = 32  # bytes
_PAGE: Final = 5_000  # keys that are made at a time
_LIVE = keys.c.erased_at.is_(None)
_FIND = select(keys.c.key_id, keys.c.incident_id, keys.c.wrapped, keys.c.kek_id).where(
    keys.c.incident_id == bindparam("incident"), _LIVE
)
_HAVE = select(keys.c.incident_id).where(
    keys.c.incident_id.in_(bindparam("incidents", expanding=True)), _LIVE
)


class KeyStore:
    """The keys of all incidents of one hub; nothing is opened before it is first used."""

    def __init__(self, engine: Engine, kek: KekFile) -> None:
        self._engine = engine
        self._kek = kek

    def key_for(self, incident_id: str, at: datetime) -> DossierKey:
        """The incident's key; made at first, and again after an erasure.

        It is on the disk when this returns. It is never taken from a cache: what is encrypted
        with a key that was erased meanwhile could not be read by anyone.

        Raises:
            Unavailable: the database or the KEK cannot be used.
        """
        store_id = self._store_id
        with self._reading() as connection:
            found = connection.execute(_FIND, {"incident": incident_id}).one_or_none()
        if found is not None:
            # Unless it was erased a moment ago.
            with _database(), suppress(Erased):
                return self._reader.unwrapped(*found)
        with self._writing() as connection:
            found = connection.execute(_FIND, {"incident": incident_id}).one_or_none()
            if found is None:
                key = _new(incident_id)
                connection.execute(insert(keys), _row(key, at, self._kek.read(store_id)[-1]))
                return key
            return self._reader.unwrapped(*found)

    def make(self, incident_ids: Iterable[str], at: datetime) -> None:
        """Make the keys that these incidents lack, all at once: the disk is waited for once.

        Raises:
            Unavailable: the database or the KEK cannot be used.
        """
        wanted, store_id = list(dict.fromkeys(incident_ids)), self._store_id
        while page := wanted[:_PAGE]:
            with self._writing() as connection:
                have = set(connection.execute(_HAVE, {"incidents": page}).scalars())
                kek = self._kek.read(store_id)[-1]
                rows = [_row(_new(each), at, kek) for each in page if each not in have]
                if rows:
                    connection.execute(insert(keys), rows)
            del wanted[:_PAGE]

    def fetch(self, key_ids: Iterable[str]) -> None:
        """Read the rows of these keys at once, so that `key` need not look for each by itself.

        Raises:
            Unavailable: the database cannot be used.
        """
        with _database():
            self._reader.fetch(key_ids)

    def key(self, key_id: str) -> DossierKey:
        """The key with that id; at most a second after an erasure elsewhere it is still found.

        Raises:
            Erased: it was destroyed.
            Refused: `unknown_key`, or `bad_key_row`.
            Unavailable: the database or the KEK cannot be used.
        """
        with _database():
            return self._reader.key(key_id)

    def erase(self, incident_ids: Iterable[str], *, at: datetime, rule: str) -> list[str]:
        """Destroy the keys of these incidents; those that had one, in the order of their keys.

        When it returns, no copy of the database opens them. Those that have no key, or none
        any more, are passed over; what a run that was killed left undone is finished.

        Raises:
            Refused: `bad_key_row`: a key that stays is not sound; nothing was erased.
            Unavailable: the database or the KEK cannot be used.
        """
        doomed, store_id = set(incident_ids), self._store_id
        with self._writing() as connection:
            found = having_keys(connection, doomed)
            if found:
                keks = {each.kek_id: each for each in self._kek.read(store_id)}
                erasures: int = connection.execute(select(store.c.erasures)).scalar_one()
                new = self._kek.renew(store_id, erasures + 1)
                take_out(connection, found, at=at, rule=rule)
                wrap_anew(connection, keks, new)
        self._reader.forget()
        self._tidy(store_id)
        return list(found.values())

    @cached_property
    def _store_id(self) -> str:
        """Which store it is: made at first use, and tidied if a run that erased was killed.

        The database says first which store it is; a KEK is made only where there has never been
        a key, and never in the place of a file that is there: it may be another store's.
        """
        migrate(self._engine)
        with self._writing() as connection:
            found = connection.execute(select(store.c.store_id)).scalar_one_or_none()
            if found is None:
                if self._kek.exists():
                    raise self._kek.of_another()
                found = str(uuid.uuid4())
                connection.execute(insert(store).values(store_id=found, erasures=0))
        with self._writing() as connection:
            unused = connection.execute(select(keys.c.number).limit(1)).first() is None
            if unused and not self._kek.exists():
                self._kek.make(found)
        self._tidy(found)
        return found

    @cached_property
    def _reader(self) -> KeyReader:
        return KeyReader(self._engine, self._kek, self._store_id)

    def _tidy(self, store_id: str) -> None:
        with self._writing() as connection:
            used = select(keys.c.kek_id).where(keys.c.kek_id.is_not(None)).distinct()
            names = {str(each) for each in connection.execute(used).scalars()}
            erasures = connection.execute(select(store.c.erasures)).scalar_one()
            self._kek.destroy_all_but(store_id, names, erasures)
        with _database():
            scrub(self._engine)

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        with _database(), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        """A transaction that only one at a time has, over all processes."""
        engine = self._engine.execution_options(writes=True)
        with _database(), engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(select(func.pg_advisory_xact_lock(LOCK)))
            yield connection


def _new(incident_id: str) -> DossierKey:
    return DossierKey(str(uuid.uuid4()), incident_id, secrets.token_bytes(_SECRET))


def _row(key: DossierKey, at: datetime, kek: Kek) -> dict[str, Any]:
    return {
        "key_id": key.key_id, "incident_id": key.incident_id, "wrapped": wrap(key, kek),
        "kek_id": kek.kek_id, "created_at": at,
    }  # fmt: skip


@contextmanager
def _database() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise Unavailable(
            "database_away",
            f"the key store cannot be used ({type(error).__name__})",
            f"see whether it runs, and whether {SETTING} is right",
        ) from error
