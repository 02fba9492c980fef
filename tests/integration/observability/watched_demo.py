"""One demo that Prometheus watched from its first record, and that is still up afterwards."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from chain_rig import Chain, all_topics, run, sluis
from prometheus_rig import Alertmanager, Prometheus, alertmanager, program, prometheus
from waiting import eventually

from ketensluis.cli import demo
from ketensluis.cli.ground import broker_of, lay, named_recipients
from ketensluis.cli.options import Running, settings_of
from ketensluis.cli.workers import Workers, with_log
from ketensluis.ledger.balance import Balance
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource
from ketensluis.runtime.settings import Settings

_SEED, _COUNT = 3, 60


@dataclass
class Watched:
    """The hub, what its books say, and who watches it."""

    settings: Settings
    chain: Chain
    balance: Balance
    prometheus: Prometheus
    alertmanager: Alertmanager
    files: Path

    def topics(self) -> list[str]:
        """The names of all topics that there are."""
        return run(all_topics(self.settings.bootstrap))

    def pages(self) -> dict[str, str]:
        """What each program tells Prometheus, by its name."""
        targets = json.loads((self.files / "prometheus" / "targets.json").read_text())
        return {
            each["labels"]["program"]: httpx.get(f"http://{each['targets'][0]}/metrics").text
            for each in targets
        }


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """The demo of a few incidents, as `sluis demo` runs it, with the work list beside it."""
    for name in ("prometheus", "prometheus-alertmanager"):
        program(name)
    folder = tmp_path_factory.mktemp("watched")
    home, files = folder / "home", folder / "files"
    home.mkdir()
    regions = load_regions(resource("reference"))
    lines = demo._lines(None, _COUNT, _SEED, regions)
    begin = min(at for at, _ in lines)
    (home / "clock").write_text(begin.isoformat())
    with broker_of(None, home) as bootstrap:
        settings = with_log(settings_of(home, bootstrap=bootstrap, clock_file=home / "clock"))
        others = named_recipients(settings) | demo.municipalities_of(lines, regions)
        lay(settings, begin, others)
        with Workers(settings) as workers:
            workers.wait_ready()
            Running(bootstrap, os.getpid()).write(home)
            write_files(files, home)
            with (
                alertmanager(files / "prometheus" / "alertmanager.yml") as manager,
                prometheus(files / "prometheus" / "prometheus.yml", manager.port) as watching,
            ):
                eventually(lambda: watching.value('count(up{job="ketensluis"} == 1)') >= 5)
                sheet = run(demo._run(settings, regions, lines, _SEED, begin, others))
                chain = Chain(home, bootstrap)
                chain.put("police.incidents", (b"PL0100-1", b"no incident", []))
                workers.start("worklist")
                workers.start("provisions")
                workers.wait_ready()
                write_files(files, home)
                eventually(lambda: watching.value("sum(ketensluis:cases_reached:max)") > 0)
                yield Watched(settings, chain, sheet, watching, manager, files)


def write_files(folder: Path, home: Path) -> None:
    """As an operator does."""
    done = sluis("monitoring", folder, "--home", home)
    assert done.returncode == 0, done.stderr
