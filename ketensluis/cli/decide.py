"""`sluis decide`: what would go to whom, without Kafka."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from ketensluis.cli.lines import File
from ketensluis.cli.main import app
from ketensluis.cli.options import AgreementsFolder, AsJson, Home, settings_of
from ketensluis.cli.output import counted, print_json, remark, say
from ketensluis.errors import Refused
from ketensluis.runtime.settings import Settings

__all__ = ["At", "decide", "instant_of"]

# What local time can be told of, on either side of a day; the same as for times in records.
_YEARS = range(1900, 3000)

At = Annotated[
    str | None, typer.Option("--at", metavar="TIME", help="As of then (RFC 3339); now otherwise.")
]


def instant_of(at: str | None, settings: Settings, option: str = "--at") -> datetime:
    """The time that was asked for, or now.

    Raises:
        typer.BadParameter: it is not RFC 3339 with an offset, from 1900 to 2999.
    """
    if at is None:
        return settings.clock().now()
    try:
        found = datetime.fromisoformat(at)
        if found.tzinfo is not None and found.year in _YEARS:
            return found.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise typer.BadParameter(
        "write it as 2026-01-31T12:00:00Z, with its offset, from 1900 to 2999", param_hint=option
    )


@app.command()
def decide(
    file: File,
    at: At = None,
    agreements: AgreementsFolder = None,
    home: Home = None,
    *,
    json: AsJson = False,
) -> None:
    """Say what would go to whom of a file of incidents, without Kafka."""
    from ketensluis.model.intake import read_lines
    from services.disclosure.decide_file import decide_file
    from services.disclosure.on_file import rules_of

    settings = settings_of(home, agreements=agreements)
    moment = instant_of(at, settings)
    rules = rules_of(settings, trial=True)
    decided = refused = 0
    with file.open("rb") as stream:
        for line in decide_file(read_lines(stream, rules.regions), at=moment, rules=rules):
            if isinstance(line.result, Refused):
                refused += 1
                remark(f"{file}:{line.number}: {line.result}")
                continue
            decided += 1
            for decision in line.result:
                told = decision.to_json()
                if json:
                    print_json(told)
                else:
                    say(_in_words(told))
    (remark if json else say)(f"{decided} decided, {refused} refused")
    if refused:
        raise typer.Exit(1)


def _in_words(told: dict[str, Any]) -> str:
    why = f" ({told['reason']})" if told["reason"] else ""
    under = f", {told['agreement']} version {told['version']}" if told["agreement"] else ""
    goes = (
        "nothing goes"
        if told["released"] is None
        else f"{counted(len(told['withheld']), 'field')} withheld"
    )
    return (
        f"{told['incident_id']} {told['sequence']}  {told['recipient']}: "
        f"{told['outcome']}{why}{under}, {goes}"
    )
