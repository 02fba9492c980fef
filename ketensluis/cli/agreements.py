"""`sluis agreements`: whether rule sets are sound, and what a new one would change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketensluis.cli.decide import At, instant_of
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, settings_of
from ketensluis.cli.output import counted, print_json, remark, say
from ketensluis.errors import Refused
from ketensluis.model.incident import Incident
from ketensluis.model.resources import resource

if TYPE_CHECKING:
    from ketensluis.model.regions import RegionMap
    from services.disclosure.difference import RecipientDifference

__all__ = ["check", "diff", "schema", "tell_differences"]

_commands = typer.Typer(no_args_is_help=True, help="Sharing agreements as rule sets.")
app.add_typer(_commands, name="agreements")

Folder = Annotated[
    Path | None,
    typer.Argument(exists=True, help="A folder of agreements, or one; the examples otherwise."),
]
NeededFolder = Annotated[Path, typer.Argument(exists=True, help="A folder of agreements.")]


@_commands.command("check")
def check(folder: Folder = None, *, json: AsJson = False) -> None:
    """Name every fault by file and line, overlaps and gaps, and fields that no rule mentions."""
    from ketensluis.agreements.book import check as check_folder
    from ketensluis.model.regions import load_regions

    regions = load_regions(resource("reference"))
    found = check_folder(folder or resource("agreements"), regions)
    faults = [each for each in found if each.level == "fault"]
    warnings = [each for each in found if each.level == "warning"]
    if json:
        print_json(found)
    else:
        for each in (*faults, *warnings):  # what must be mended first, not in between the others
            say(f"{each} [{each.level}]")
        say(f"{counted(len(faults), 'fault')}, {counted(len(warnings), 'warning')}")
    if faults:
        raise typer.Exit(1)


@_commands.command("diff")
def diff(
    old: NeededFolder,
    new: NeededFolder,
    incidents: Annotated[
        Path,
        typer.Option("--incidents", exists=True, dir_okay=False, help="Incidents to try it on."),
    ],
    at: At = None,
    new_at: Annotated[
        str | None,
        typer.Option("--new-at", metavar="TIME", help="NEW as of then; as of --at otherwise."),
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Say what each recipient would see more or less of under NEW than under OLD."""
    from ketensluis.agreements.book import Agreements
    from services.disclosure.difference import diff as compare
    from services.disclosure.on_file import rules_of

    settings = settings_of()
    rules = rules_of(settings, trial=True)
    moment = instant_of(at, settings)
    later = instant_of(new_at, settings, "--new-at") if new_at else None
    lines: Counter[str] = Counter()
    found = compare(
        Agreements.load(old, rules.regions),
        Agreements.load(new, rules.regions),
        _good(incidents, rules.regions, lines),
        at=moment,
        new_at=later,
        rules=rules,
    )
    tell_differences(found, json=json)
    remark(f"{counted(lines['compared'], 'incident')} compared")
    if lines["refused"]:
        remark(f"{lines['refused']} refused: the difference is that of the other lines")
        raise typer.Exit(1)


def tell_differences(found: Iterable[RecipientDifference], *, json: bool) -> None:
    """Print what each recipient would see more or less of; the same for a dry run and a replay."""
    found = list(found)
    for each in found:
        told = each.to_json()
        if json:
            print_json(told)
            continue
        say(told["recipient"])
        for name in ("outcomes", "more", "less"):
            for what, count in told[name].items():
                say(f"  {name if name != 'outcomes' else 'outcome'}: {what}: {count}")
        for example in told["examples"]:
            say(
                f"  for example {example['incident_id']} {example['path']}: "
                f"{example['before']} -> {example['after']}"
            )
    if not found and not json:
        say("no difference")


@_commands.command("schema")
def schema() -> None:
    """Print the JSON Schema of an agreement, for editors."""
    from ketensluis.agreements.schema import json_schema

    print_json(json_schema())


def _good(file: Path, regions: RegionMap, lines: Counter[str]) -> Iterator[Incident]:
    """The incidents of a file; a refused line is told as it comes by, and both are counted."""
    from ketensluis.model.intake import read_lines

    with file.open("rb") as stream:
        for line in read_lines(stream, regions):
            if isinstance(line.result, Refused):
                lines["refused"] += 1
                remark(f"{file}:{line.number}: {line.result}")
            else:
                lines["compared"] += 1
                yield line.result
