"""`sluis monitoring`: the dashboards and rules, as files for Grafana and Prometheus."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.main import app
from ketensluis.cli.options import Home, Running, settings_of
from ketensluis.cli.output import remark, say
from ketensluis.model.resources import resource

__all__ = ["monitoring"]

# Theirs to change, so written once and then left alone.
_KEPT = frozenset({"prometheus.yml", "alertmanager.yml"})
_PROGRAM = re.compile(r"(?P<program>[a-z_]+)=(?P<place>[^\s/]+:\d+)")


@app.command()
def monitoring(
    folder: Annotated[Path, typer.Argument(file_okay=False, help="Where the files are to go.")],
    home: Home = None,
    program: Annotated[
        list[str] | None,
        typer.Option("--program", metavar="NAME=HOST:PORT", help="A program to watch as well."),
    ] = None,
) -> None:
    """Write the dashboards for Grafana and the rules for Prometheus and Alertmanager.

    The programs of a hub that `sluis up` runs in the home are named in targets.json.
    """
    named = dict(map(_named, program or ()))
    for source in sorted([*resource("deploy").glob("grafana/*.json"),
                          *resource("deploy").glob("prometheus/*.yml")]):  # fmt: skip
        target = folder / source.parent.name / source.name
        target.parent.mkdir(parents=True, exist_ok=True)
        if target.name in _KEPT and target.exists():
            remark(f"kept as it is: {target}")
            continue
        shutil.copyfile(source, target)
        say(str(target))
    targets = folder / "prometheus" / "targets.json"
    found = dict(_running(settings_of(home).home)) | named
    targets.write_text(json.dumps(_targets(found), indent=2) + "\n", encoding="utf-8")
    say(f"{targets}: {', '.join(found) or 'no programs'}")
    if not found:
        remark("no hub runs in this home: name its programs with --program NAME=HOST:PORT")


def _named(told: str) -> tuple[str, str]:
    found = _PROGRAM.fullmatch(told)
    if found is None:
        raise typer.BadParameter(
            "write a program as NAME=HOST:PORT, e.g. worklist=127.0.0.1:8080",
            param_hint="--program",
        )
    return found["program"], found["place"]


def _running(home: Path) -> Iterator[tuple[str, str]]:
    """The programs of the hub that runs here, and where each answers."""
    from ketensluis.cli.workers import port_in

    if Running.read(home) is not None:
        for log in sorted((home / "logs").glob("*.log")):
            port = port_in(log)
            if port is not None:
                yield log.stem, f"127.0.0.1:{port}"


def _targets(programs: Mapping[str, str]) -> list[dict[str, object]]:
    """As Prometheus' `file_sd_configs` reads it."""
    return [{"targets": [place], "labels": {"program": name}} for name, place in programs.items()]
