"""`sluis verify`: what a message, a report or a state of the log proves to whoever holds it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from ketensluis.cli.log_files import LogFiles, log_files
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Home, settings_of
from ketensluis.cli.output import print_json, say, table
from ketensluis.errors import KetensluisError, Refused
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from ketensluis.audit.message import Point
    from ketensluis.envelope.directory import Directory
    from ketensluis.envelope.stored import StoredMessage, Verified
    from ketensluis.journal.notes import Note

__all__ = ["verify"]

_REPORT = b'"ketensluis.audit/v1"'  # as a report says what it is
_WORDS = {True: "holds", False: "does NOT hold", None: "not checked"}


@app.command()
def verify(
    message: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="A .msg file as `sluis receive` writes, the report.json of `sluis audit`, or a "
            "checkpoint of the log that somebody kept.",
        ),
    ],
    home: Home = None,
    log: LogFiles = None,
    *,
    json: AsJson = False,
) -> None:
    """Say what holds of a received message: signature, certificate, log, witnesses."""
    from ketensluis.audit.message import signed_points
    from ketensluis.envelope import directory as directories
    from ketensluis.envelope.stored import load
    from ketensluis.runtime.wiring import pki_folder

    settings = settings_of(home)
    directory = directories.Directory.load(pki_folder(settings))
    signature = message.with_name(f"{message.name}.jws")
    if signature.exists() or _REPORT in message.read_bytes():
        _report(message, signature, directory, json=json)
        return
    if (note := _note(message)) is not None:
        _say_points(asyncio.run(_kept(note, settings, log)), json=json)
        return
    stored = load(message)
    found, signed = signed_points(stored, directory)
    points = (*signed, *asyncio.run(_in_log(stored, settings, log)))
    if found is not None and not json:
        table(("the message", ""), _about(found).items())
    _say_points(points, json=json, **_about(found))


def _about(found: Verified | None) -> dict[str, str]:
    if found is None:
        return {}
    return {
        "signer": found.signer,
        "recipient": found.recipient,
        "signed_at": found.signed_at,
        "type": found.attributes.type,
        "incident_id": found.attributes.subject,
        "message_id": found.attributes.id,
        "record": str(found.coordinates),
        "digest": found.digest,
    }


async def _in_log(
    stored: StoredMessage, settings: Settings, log: str | None
) -> tuple[Point, Point]:
    from ketensluis.audit.message import in_log, not_checked
    from ketensluis.journal.keys import JournalKeys
    from ketensluis.kafka.auditing import read_heads
    from ketensluis.runtime.wiring import pki_folder

    why = "no log is known (--log URL|DIR)"
    try:
        fetch = log_files(settings, log)
        if fetch is not None:
            keys = JournalKeys.load(pki_folder(settings))
            return in_log(stored, await read_heads(fetch), keys, fetch)
    except (KetensluisError, FileNotFoundError) as error:
        if log is not None:  # what was named must be there
            raise
        why = error.sentence if isinstance(error, KetensluisError) else "a file of it is missing"
    return not_checked("log", why), not_checked("witnesses", why)


def _note(path: Path) -> Note | None:
    """The state of a log that the file holds, if it is one."""
    from ketensluis.journal.notes import Note

    try:
        return Note.parse(path.read_text(encoding="utf-8"))
    except (Refused, UnicodeDecodeError):
        return None


async def _kept(note: Note, settings: Settings, log: str | None) -> tuple[Point, ...]:
    from ketensluis.audit.kept import kept_points
    from ketensluis.journal.keys import JournalKeys
    from ketensluis.kafka.auditing import read_heads
    from ketensluis.runtime.wiring import pki_folder

    keys, fetch = JournalKeys.load(pki_folder(settings)), log_files(settings, log)
    heads = None if fetch is None else await read_heads(fetch)
    return kept_points(note, heads, keys, fetch)


def _say_points(points: tuple[Point, ...], *, json: bool, **about: object) -> None:
    if json:
        print_json({**about, "points": points})
    else:
        for each in points:
            say(f"{each.name}: {_WORDS[each.holds]}: {each.sentence}")
        say(_altogether(points))
    if any(each.holds is False for each in points):
        raise typer.Exit(1)


def _altogether(points: tuple[Point, ...]) -> str:
    if any(each.holds is False for each in points):
        return "NOT all of it holds"
    unchecked = [each.name for each in points if each.holds is None]
    rest = " and ".join(unchecked)
    return f"what was checked holds; not checked: {rest}" if unchecked else "all of it holds"


def _report(path: Path, signature: Path, directory: Directory, *, json: bool) -> None:
    from ketensluis.audit.message import Point
    from ketensluis.audit.signing import check_signature

    about, points, content = dict[str, object](), list[Point](), path.read_bytes()
    try:
        made = signature.read_bytes().decode(errors="replace")
        party, at = check_signature(content, made, directory)
    except FileNotFoundError:
        said = f"unsigned: {signature.name} is not beside this report"
        points.append(Point("signature", said, holds=False))
    except Refused as error:
        points.append(Point("signature", f"{error.code}: {error.sentence}", holds=False))
    else:
        about = {"signer": party, "signed_at": at}
        said = f"{party} signed this report at {at:%Y-%m-%dT%H:%M:%SZ}"
        points.append(Point("signature", said, holds=True))
        points += _page(content, path.with_suffix(".html"))
    _say_points(tuple(points), json=json, **about)


def _page(content: bytes, path: Path) -> tuple[Point, ...]:
    """Whether the page beside a report, which nobody signs, is the page of that report."""
    from ketensluis.audit.message import Point
    from ketensluis.audit.page import as_page
    from ketensluis.audit.report import Report

    if not path.exists():
        return ()
    try:
        page = as_page(msgspec.json.decode(content, type=Report)).encode()
    except msgspec.MsgspecError:
        return (Point("page", "the report is of another version than this program makes"),)
    if page == path.read_bytes():
        return (Point("page", f"{path.name} says what this report says", holds=True),)
    said = f"{path.name} is not as this report makes it: believe the report"
    return (Point("page", said, holds=False),)
