"""Files of incidents as commands take them: line by line, each refused one told as it comes by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.output import remark
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.partner.incident_feed import FeedLine

__all__ = ["File", "feed_lines"]

File = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="Incidents as NDJSON, one a line."
    ),
]


def feed_lines(file: Path) -> Iterator[FeedLine]:
    """The lines of a file; each refused one is told on standard error as it comes by.

    The hub would refuse a version that contradicts an earlier line too, but it knows no lines.
    Memory grows by the digest of each version.
    """
    from ketensluis.model.intake import read_lines
    from ketensluis.model.regions import load_regions
    from ketensluis.model.resources import resource

    known: dict[tuple[str, int], bytes] = {}
    with file.open("rb") as stream:
        for line in read_lines(stream, load_regions(resource("reference"))):
            place, result = f"{file}:{line.number}", _among(line.result, known)
            if isinstance(result, Refused):
                remark(f"{place}: {result}")
            yield FeedLine(place, result, line.raw)


def _among(result: Incident | Refused, known: dict[tuple[str, int], bytes]) -> Incident | Refused:
    """The same, or its refusal if an earlier line says otherwise of the same version."""
    from ketensluis.model.intake import conflicting, content_digest

    if isinstance(result, Refused):
        return result
    digest = bytes.fromhex(content_digest(result))
    first = known.setdefault((result.incident_id, result.sequence), digest)
    return result if first == digest else conflicting(result.sequence)
