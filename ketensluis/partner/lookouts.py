"""The lookouts of this program: one for each party whose witness key is here, and only here."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import structlog

from ketensluis.errors import KetensluisError
from ketensluis.partner.lookout import Lookout, lookout_of
from ketensluis.partner.served_log import over_http
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder

__all__ = ["open_lookouts", "witness_folder"]


def witness_folder(desk: Path) -> Path:
    """What a party's witness remembers, within the folder of its desk."""
    return desk / "witness"


@contextmanager
def open_lookouts(settings: Settings, desks: Iterable[tuple[str, Path]]) -> Iterator[list[Lookout]]:
    """The lookouts of parties, each with the folder of its desk, for as long as this lasts.

    There is none where no log is known, where the party has no key as a witness, or where
    another program looks for that party already.
    """
    with ExitStack() as stack:
        found = []
        if settings.journal_url is not None:
            fetch = over_http(settings.journal_url)
            for party, desk in desks:
                folder = witness_folder(desk)
                try:
                    lookout = lookout_of(pki_folder(settings), party, folder, fetch)
                except KetensluisError:
                    continue  # not every party is a witness
                if _alone(folder, stack):
                    found.append(lookout)
                else:
                    structlog.get_logger().info("witness_elsewhere", party=party)
        yield found


def _alone(folder: Path, stack: ExitStack) -> bool:
    """Whether nobody else has the folder; nobody else gets it for as long as the stack lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = stack.enter_context((folder / ".lock").open("wb"))
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
