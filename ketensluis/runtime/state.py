"""A stage's memory on disk: a copy of its changelog partition, never the truth itself."""

from __future__ import annotations

import fcntl
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO

from rocksdict import Options, Rdict, WriteBatch, WriteOptions

__all__ = ["StateFolder", "StateStore"]

# A tombstone may be compacted away after delete.retention.ms (24 h by default); a copy that
# was not brought up to date for half of that could keep what Kafka has forgotten.
_STALE_AFTER = 12 * 3600.0
_MEMTABLE_BYTES = 8 * 2**20
_OPEN_FILES = 64


class StateStore:
    """Key and value bytes of one partition, up to `position` in its changelog.

    RocksDB and not a dict, as years of incidents do not fit in memory. There is no write-ahead
    log: after a crash the copy is made anew from Kafka.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._synced_at = time.monotonic()
        self._writing = WriteOptions()
        self._writing.disable_wal = True  # type: ignore[method-assign,assignment]  # stub errs
        self._open()

    def _open(self) -> None:
        shutil.rmtree(self._path, ignore_errors=True)
        options = Options(raw_mode=True)
        options.set_write_buffer_size(_MEMTABLE_BYTES)
        options.set_max_write_buffer_number(2)
        options.set_max_open_files(_OPEN_FILES)
        options.set_keep_log_file_num(1)
        self._data = Rdict(str(self._path), options)
        self.position = 0
        """The offset in the changelog of the first record that is not applied yet."""

    def get(self, key: bytes) -> bytes | None:
        """The value stored under the key, or None."""
        value: bytes | None = self._data.get(key)
        return value

    def apply(self, writes: Iterable[tuple[bytes, bytes | None]], position: int) -> None:
        """Store what was committed before `position`; None deletes."""
        batch = WriteBatch(raw_mode=True)
        for key, value in writes:
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
        self._data.write(batch, write_opt=self._writing)
        self.position = position
        self._synced_at = time.monotonic()

    def clear_if_stale(self) -> None:
        """Begin anew if tombstones may have been missed since the last write."""
        if time.monotonic() - self._synced_at > _STALE_AFTER:
            self.clear()

    def clear(self) -> None:
        """Forget everything; the changelog is read from its beginning."""
        self._data.close()
        self._open()

    def close(self) -> None:
        """Release the files."""
        self._data.close()


class StateFolder:
    """The folder of one worker process, kept from others by a lock, empty at the start.

    A worker that was killed leaves its folder behind; the next to start takes the first that
    is not locked and empties it, so that at most as many remain as ever ran at once.
    """

    def __init__(self, home: Path, service: str) -> None:
        self._folder, self._lock = _claim(home / "state" / service)
        self._stores: dict[int, StateStore] = {}

    @property
    def path(self) -> Path:
        """The folder itself, for a worker that keeps its state in a store of its own."""
        return self._folder

    def store(self, partition: int) -> StateStore:
        """The store of a partition number, as it was left if this process had it before."""
        if (store := self._stores.get(partition)) is None:
            store = self._stores[partition] = StateStore(self._folder / f"{partition}")
        return store

    def close(self) -> None:
        """Release the folder, and delete it: Kafka has it all."""
        for store in self._stores.values():
            store.close()
        self._stores.clear()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._lock.close()


def _claim(parent: Path) -> tuple[Path, TextIO]:
    parent.mkdir(parents=True, exist_ok=True)
    slot = 0
    while True:
        lock = (parent / f"{slot}.lock").open("w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            slot += 1
            continue
        folder = parent / str(slot)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        return folder, lock
