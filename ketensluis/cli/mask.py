"""`sluis mask`: the text masking, tried on one's own texts."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer

from ketensluis.cli.main import app
from ketensluis.cli.output import remark
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.intake import CODES, json_value, raw_lines
from ketensluis.model.json_form import RepeatedKey

if TYPE_CHECKING:  # commands start fast
    from ketensluis.redaction.masking import Masker

__all__ = ["mask"]


@app.command()
def mask(
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="Texts as NDJSON, one a line."
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", dir_okay=False, help="Instead of standard output."),
    ] = None,
) -> None:
    """Mask the texts of a file (lines with `id`, `text`, and persons and place as far as known)."""
    from ketensluis.redaction.masking import Masker

    _see_that_it_can_go(out, file)
    masker = Masker.load()
    masked = refused = 0
    with _target(out) as target, file.open("rb") as stream:
        for number, line, wrong in raw_lines(stream):
            try:
                if wrong is not None:
                    raise wrong
                target.write(_masked(line, masker))
            except KetensluisError as error:
                refused += 1
                remark(f"{file}:{number}: {error}")
                continue
            masked += 1
    remark(f"{masked} masked, {refused} refused")
    if refused:
        raise typer.Exit(1)


def _see_that_it_can_go(out: Path | None, file: Path) -> None:
    """Before anything is read: never over the texts themselves, and into a folder that is there."""
    if out is None:
        return
    if out.exists() and out.samefile(file):
        raise typer.BadParameter("it is the file that is read; name another", param_hint="--out")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")


@contextmanager
def _target(out: Path | None) -> Iterator[TextIO]:
    if out is None:
        yield sys.stdout
        return
    try:
        target = out.open("w", encoding="utf-8")
    except OSError as error:
        said = f"{out} cannot be written: {error.strerror}"
        raise typer.BadParameter(said, param_hint="--out") from None
    with target:
        yield target


def _masked(line: bytes, masker: Masker) -> str:
    """The line to write for one that was read.

    Raises:
        KetensluisError: with a code that says what is wrong with the line, or `masking_failed`.
    """
    told = json.dumps(masker.mask_line(_object(line)), ensure_ascii=False) + "\n"
    try:
        told.encode()
    except UnicodeEncodeError:
        said = "the record holds half of a surrogate pair"
        raise Refused("lone_surrogate", said, CODES["lone_surrogate"]) from None
    return told


def _object(line: bytes) -> dict[str, Any]:
    found = json_value(line)
    if not isinstance(found, dict):
        raise Refused("wrong_type", "the record is not an object", CODES["bad_json"])
    if isinstance(found, RepeatedKey):
        raise Refused("repeated_key", "a key of the record stands twice", CODES["repeated_key"])
    return found
