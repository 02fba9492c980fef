"""Files of incidents as commands take them: line by line, each refused one told as it comes by."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.output import remark
from ketensluis.errors import Refused
from ketensluis.partner.incident_feed import FeedLine

__all__ = ["File", "feed_lines"]

File = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, readable=True, help="Incidents as NDJSON, one a line."
    ),
]


def feed_lines(file: Path) -> Iterator[FeedLine]:
    """The lines of a file; each refused one is told on standard error as it comes by."""
    from ketensluis.model.intake import read_lines
    from ketensluis.model.regions import load_regions
    from ketensluis.model.resources import resource

    with file.open("rb") as stream:
        for line in read_lines(stream, load_regions(resource("reference"))):
            place = f"{file}:{line.number}"
            if isinstance(line.result, Refused):
                remark(f"{place}: {line.result}")
            yield FeedLine(place, line.result, line.raw)
