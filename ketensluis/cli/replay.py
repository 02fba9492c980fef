"""`sluis replay`: decide again what was decided, under the rules of that day, or under others."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.progress import Progress, TaskID

from ketensluis.cli.decide import instant_of
from ketensluis.cli.main import app
from ketensluis.cli.options import AgreementsFolder, AsJson, Broker, Home, chain
from ketensluis.cli.output import print_json, remark, say
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from ketensluis.cli.replay_asked import Asked, Done, Mark, Told

__all__ = ["replay", "span_of"]

_MOST_SHOWN = 20
_EDITED = {
    "agreement_digest": "text of an agreement",
    "regions_digest": "map of regions",
    "classification_digest": "classification",
    "masking_digest": "set of lists for the masking",
}

Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="Compare from then.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="Compare until then.")]
With = Annotated[
    Path | None,
    typer.Option("--with", metavar="DIR", exists=True, help="What if these had been in force."),
]

Partition = Annotated[
    int | None, typer.Option("--partition", min=0, help="Only this partition of the incidents.")
]
Offsets = Annotated[
    str | None, typer.Option("--offsets", metavar="FROM:TO", help="Compare records that lie there.")
]
Resume = Annotated[
    Path | None,
    typer.Option(
        "--resume", metavar="FILE", help="Remember here what is done, and go on from there."
    ),
]


@app.command()
def replay(
    broker: Broker = None,
    home: Home = None,
    since: Since = None,
    until: Until = None,
    agreements: AgreementsFolder = None,
    what_if: With = None,
    partition: Partition = None,
    offsets: Offsets = None,
    resume: Resume = None,
    *,
    verify: Annotated[
        bool, typer.Option("--verify", help="Exit 1 if anything is decided otherwise.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Decide every record again and compare with the ledger, to the byte of what was released."""
    from ketensluis.cli.replay_asked import Asked
    from ketensluis.cli.replay_what_if import told_what_if

    settings = chain(broker, home, agreements=agreements)
    begin = instant_of(since, settings, "--since") if since else None
    end = instant_of(until, settings, "--until") if until else None
    if begin and end and begin >= end:
        raise typer.BadParameter("it is not before --until", param_hint="--since")
    if what_if is not None:
        asyncio.run(told_what_if(settings, what_if, begin, end, json=json))
        return
    first, last = span_of(offsets)
    done = _replay(settings, Asked(begin, end, partition, first, last), resume)
    if json:
        print_json(
            {
                "decided": done.decided,
                "compared": done.compared,
                "differences": done.differences,
                "erased": sum(each.decisions for each in done.erased),
                "erasures": done.erased,
            }
        )
    else:
        _tell(done)
    if not done.compared and (begin or end or offsets):
        remark("NOTHING WAS COMPARED: no record is of what was asked about")
    if verify and done.differences:
        raise typer.Exit(1)


def span_of(text: str | None) -> tuple[int, int | None]:
    """The offsets in `100:200`, `100:` or `:200`, both ends included.

    Raises:
        typer.BadParameter: it is none of these.
    """
    if text is None:
        return 0, None
    found = re.fullmatch(r"(\d*):(\d*)", text, re.ASCII)
    if found is None or text == ":":
        raise typer.BadParameter("write it as 100:200, 100: or :200", param_hint="--offsets")
    first, last = int(found[1] or 0), int(found[2]) if found[2] else None
    if last is not None and last < first:
        raise typer.BadParameter("it ends before it begins", param_hint="--offsets")
    return first, last


def _replay(settings: Settings, asked: Asked, resume: Path | None) -> Done:
    from ketensluis.cli.replay_diary import Diary
    from ketensluis.cli.replaying import (
        basis_of,
        ended_as_interrupted,
        few_collections,
        replay_all,
    )

    diary: Diary | None = None
    with ended_as_interrupted(), few_collections():
        try:
            from services.disclosure.on_file import rules_of

            rules = rules_of(settings)
            diary = Diary.opened(resume, basis_of(settings, rules, asked))
            return replay_all(settings, rules, asked, diary, _progress())
        except KeyboardInterrupt as stopped:
            remark(diary.stopped() if diary else "stopped before a record was decided again")
            raise typer.Exit(1) from stopped


@contextmanager
def _progress() -> Iterator[Told]:
    """Tells on a terminal how far each partition is; in a pipe it is quiet."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks: dict[int, TaskID] = {}

        def told(number: int, count: int, expected: int, _: Mark | None = None) -> None:
            if number not in tasks:
                tasks[number] = progress.add_task(f"partition {number}", total=expected)
            progress.update(tasks[number], completed=count)

        yield told


def _tell(done: Done) -> None:
    for each in done.differences[:_MOST_SHOWN]:
        whom = f" for {each.recipient}" if each.recipient else ""
        where = f"{each.record} {each.incident_id}{whom}"
        if each.path is None:
            say(f"{where}: {each.what} was {each.was}, is {each.now}")
        else:
            say(f"{where}: {each.path} was {each.was}, is {each.now} by rule {each.rule}")
    if len(done.differences) > _MOST_SHOWN:
        say(f"and {len(done.differences) - _MOST_SHOWN} more")
    by_what = Counter(each.what for each in done.differences)
    for name, what in _EDITED.items():
        if by_what[name]:
            say(f"{by_what[name]} decisions were made by another {what} than is on file")
    erased: Counter[tuple[str, str]] = Counter()
    for erasure in done.erased:
        erased[erasure.day, erasure.rule] += erasure.decisions
    for (day, rule), decisions in sorted(erased.items()):
        say(f"{decisions} decisions cannot be made again: erased on {day} by rule {rule}")
    accounted = f", {erased.total()} erased" if erased else ""
    say(f"{done.decided} decisions made again, {len(done.differences)} differences{accounted}")
