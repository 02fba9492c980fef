"""`sluis pki log-keys`, `rotate-log`, `retire-log`: the keys of the journal's log over time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.groundwork import pki
from ketensluis.cli.options import AsJson, Home, settings_of
from ketensluis.cli.output import print_json, say, table
from ketensluis.errors import KetensluisError

if TYPE_CHECKING:
    from ketensluis.journal.key_terms import KeyTerm, KeyTerms
    from ketensluis.runtime.settings import Settings

__all__ = [
    "KeyId", "Size", "list_terms", "pki_log_keys", "pki_retire_log", "pki_rotate_log", "say_term",
    "size_of",
]  # fmt: skip

Size = Annotated[
    int | None,
    typer.Option(
        "--size", min=0, metavar="ENTRIES", help="The size of the log; that of its files if not."
    ),
]
KeyId = Annotated[
    str, typer.Argument(metavar="KEY", help="Its id: see sluis pki log-keys, or witness-keys.")
]


@pki.command("log-keys")
def pki_log_keys(home: Home = None, *, json: AsJson = False) -> None:
    """List the keys of the log: from which size to which each signs."""
    from ketensluis.journal.keys import JournalKeys
    from ketensluis.runtime.wiring import pki_folder

    list_terms(JournalKeys.load(pki_folder(settings_of(home))).log, json=json)


@pki.command("rotate-log")
def pki_rotate_log(home: Home = None, size: Size = None, *, json: AsJson = False) -> None:
    """Give the log one more key; until the old one is retired, both sign."""
    from ketensluis.journal.rotation import rotate_log_key
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    key = rotate_log_key(pki_folder(settings), size_of(settings, size))
    say_term(
        key,
        f"the log signs with {key.key.key_id.hex()} too, from {key.from_size} entries on",
        "bring public/journal.json to who audits; when all witnesses know it, retire the old one",
        json=json,
    )


@pki.command("retire-log")
def pki_retire_log(
    key: KeyId, home: Home = None, size: Size = None, *, json: AsJson = False
) -> None:
    """End the use of a key of the log; what it signed until then stays good."""
    from ketensluis.journal.rotation import retire_log_key
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    ended = retire_log_key(pki_folder(settings), key, size_of(settings, size))
    say_term(
        ended,
        f"{key} signs no log of more than {ended.until_size} entries",
        "bring public/journal.json to who audits",
        json=json,
    )


def list_terms(keys: KeyTerms, *, json: bool) -> None:
    """Print the keys of a log or of a witness, the oldest first."""
    rows = [_told_of(each) for each in keys]
    if json:
        for each in rows:
            print_json(each)
        return
    table(
        ("key", "from size", "until size"),
        ((each["key"], each["from_size"], each["until_size"] or "in use") for each in rows),
    )


def say_term(key: KeyTerm, *lines: str, json: bool) -> None:
    """Say what was done with a key and what is to be done now, or print the key."""
    if json:
        print_json(_told_of(key))
        return
    for line in lines:
        say(line)


def _told_of(key: KeyTerm) -> dict[str, str | int | None]:
    """What is printed of a key."""
    return {
        "key": key.key.key_id.hex(), "from_size": key.from_size, "until_size": key.until_size
    }  # fmt: skip


def size_of(settings: Settings, told: int | None, kept: str = "journal") -> int:
    """How many entries the log has, by the state that is kept in that folder at home.

    Raises:
        KetensluisError: `no_log`, there is none, and nothing was told.
    """
    from ketensluis.journal.checkpoints import Head
    from ketensluis.journal.notes import Note

    if told is not None:
        return told
    path: Path = settings.home / kept / "checkpoint"
    try:
        return Head.parse(Note.parse(path.read_text(encoding="utf-8")).text).size
    except OSError as error:
        raise KetensluisError(
            "no_log", f"{path} is not there to say how large the log is", "say so with --size"
        ) from error
