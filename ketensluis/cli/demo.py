"""`sluis demo`: the whole chain, from the first incident to the balance, with time moved on."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from ketensluis.cli.lines import feed_lines
from ketensluis.cli.main import app
from ketensluis.cli.options import AsJson, Broker, settings_of
from ketensluis.cli.output import print_json, remark, say
from ketensluis.cli.simulation import Arrival, Simulation
from ketensluis.kafka.books import BOOK_TOPICS, Books
from ketensluis.ledger.balance import Balance
from ketensluis.model.incident import Incident
from ketensluis.model.local_time import local_date
from ketensluis.model.party import DOSSIER_LINKS, REQUESTS, mail_topic, party, responses_topic
from ketensluis.model.regions import RegionMap, load_regions
from ketensluis.model.resources import resource
from ketensluis.partner.desk import Desk, Script
from ketensluis.partner.incident_feed import FeedLine, record_of
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import PostOffice

__all__ = ["demo", "municipalities_of"]

# The log is a second or so behind: so often it is looked at until it has all.
_LOOKS = 10

_KEYS = (
    "incidents",
    "hg",
    "suspected",
    "obligations",
    "sent",
    "received",
    "accepted",
    "rejected",
    "held",
    "not_required",
    "fed_back",
    "overdue",
    "quarantined",
    "unaccounted",
)


@app.command()
def demo(
    incidents: Annotated[
        Path | None,
        typer.Option("--incidents", exists=True, dir_okay=False, help="Your own, as NDJSON."),
    ] = None,
    count: Annotated[int, typer.Option("--count", min=1, help="How many made-up ones.")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed, the same demo.")] = 1,
    broker: Broker = None,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="DIR", help="Audit it, and export its evidence there."),
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """Run the whole chain on made-up incidents, or on yours, and print the balance."""
    from ketensluis.cli.ground import broker_of, lay, named_recipients
    from ketensluis.cli.workers import Workers, with_log

    regions = load_regions(resource("reference"))
    lines = _lines(incidents, count, seed, regions)
    with tempfile.TemporaryDirectory(prefix="ketensluis-demo-") as folder:
        home = Path(folder)
        begin = min((at for at, _ in lines), default=settings_of().clock().now())
        (home / "clock").write_text(begin.isoformat(), encoding="ascii")
        remark("starting Apache Kafka and the hub's services")
        with broker_of(broker, home) as bootstrap:
            settings = with_log(settings_of(home, bootstrap=bootstrap, clock_file=home / "clock"))
            others = named_recipients(settings) | municipalities_of(lines, regions)
            lay(settings, begin, others)
            # Time is made up and goes by leaps: what a leap brings is older than its end. So the
            # witnesses' time stands still, or all of it would count as added afterwards.
            (home / "witness-clock").write_text(begin.isoformat(), encoding="ascii")
            still = settings.model_copy(update={"clock_file": home / "witness-clock"})
            with Workers(settings, own={"witness": still}) as workers:
                workers.wait_ready()
                remark(f"sending {len(lines)} records, and letting twelve weeks go by")
                started = time.monotonic()
                sheet = asyncio.run(_run(settings, regions, lines, seed, begin, others))
                seconds = time.monotonic() - started
                sound = bundle is None or _audited(settings, bundle)
    _tell(sheet, seconds, json=json)
    if not (sheet.holds and sound):
        raise typer.Exit(1)


def _lines(
    file: Path | None, count: int, seed: int, regions: RegionMap
) -> list[tuple[datetime, FeedLine]]:
    """What arrives, and when: one's own file as a whole and now, made-up ones as told."""
    from ketensluis.made_up.incidents import made_up
    from ketensluis.model.intake import to_json

    if file is not None:
        now = settings_of().clock().now()
        return [(now, line) for line in feed_lines(file)]
    return [
        (one.at, FeedLine(f"made-up:{number}", one.incident, to_json(one.incident)))
        for number, one in enumerate(made_up(count, seed, regions), start=1)
    ]


async def _run(
    settings: Settings,
    regions: RegionMap,
    lines: list[tuple[datetime, FeedLine]],
    seed: int,
    begin: datetime,
    others: Iterable[str],
) -> Balance:
    from ketensluis.cli.books import balance_of
    from ketensluis.kafka.publisher import Publisher
    from ketensluis.kafka.tail import open_tail
    from ketensluis.ledger.clock_data import load
    from ketensluis.ledger.clocks import Clocks

    office = PostOffice(settings)
    desks = {
        mail_topic(each.party): each
        for each in _desks(office, settings.home, regions, seed, others)
    }
    answers = [responses_topic(each.party) for each in desks.values()]
    police = office.post("police", "bvi")
    incidents = [line.result for _, line in lines if isinstance(line.result, Incident)]
    police.sealer.make_keys([each.incident_id for each in incidents], begin)
    async with AsyncExitStack() as stack:
        topics = [*BOOK_TOPICS, DOSSIER_LINKS, REQUESTS, *desks, *answers]
        simulation = Simulation(
            clock_file=settings.home / "clock",
            begin=begin,
            arrivals=[Arrival(at, record_of(line, police.sealer, at)) for at, line in lines],
            desks=desks,
            books=Books(office.codec),
            clocks=Clocks(load(resource("reference") / "clocks.yaml")),
            tail=await stack.enter_async_context(open_tail(settings.bootstrap, topics)),
            publisher=await stack.enter_async_context(Publisher(settings.bootstrap)),
        )
        await simulation.run()
    return balance_of(simulation.books)


def municipalities_of(
    lines: Iterable[tuple[datetime, FeedLine]], regions: RegionMap
) -> frozenset[str]:
    """The municipalities that may have to hear of a restraining order, as of its day."""
    incidents = (line.result for _, line in lines if isinstance(line.result, Incident))
    return frozenset(
        party("gemeente", found.municipality.code)
        for each in incidents
        if each.measures
        for found in (regions.municipality(each.municipality, local_date(each.occurred_at)),)
    )


def _desks(
    office: PostOffice, home: Path, regions: RegionMap, seed: int, others: Iterable[str]
) -> Iterator[Desk]:
    from connectors.om.sink import OmScript, acceptance
    from connectors.veilig_thuis.sink import VeiligThuisScript

    scripts: dict[str, Script] = {name: OmScript(seed) for name in regions.offices}
    scripts |= dict.fromkeys(others, acceptance)
    for region in regions.regions:
        name = party("vt", region)
        scripts[name] = VeiligThuisScript(seed, name, regions.regions)
    for name, script in scripts.items():
        folder, post = home / "desks" / name.replace(":", "."), office.post(name, "desk")
        yield Desk(name, folder / "inbox", folder / "answers", post.opener, post.sealer, script)


def _audited(settings: Settings, bundle: Path) -> bool:
    """Audit what the chain did, once its log has all of it; the evidence is in the bundle then."""
    from ketensluis.audit.findings import Window
    from ketensluis.cli.audit import audit_chain
    from ketensluis.cli.bundling import Bundling
    from ketensluis.partner.served_log import over_http

    window = Window(None, None, settings.clock().now())
    fetch = over_http(settings.journal_url or "")
    for last in (*[False] * _LOOKS, True):
        with Bundling(bundle, whole=True) as bundling:
            report = asyncio.run(audit_chain(settings, window, fetch, bundling, part=last))
        if bundle.exists():
            break
    remark(f"the audit has {len(report.findings)} findings; evidence in {bundle}")
    for each in report.findings:
        remark(f"{each.code}: {each.place}: {each.sentence}")
    return report.holds


def _tell(sheet: Balance, seconds: float, *, json: bool) -> None:
    from ketensluis.ledger.balance_text import as_text

    totals = sheet.totals()
    if json:
        rate = round(totals["incidents"] / seconds, 1)
        counts = {key: totals[key] for key in _KEYS}
        print_json({**counts, "seconds": round(seconds, 1), "incidents_per_second": rate})
    else:
        say(as_text("Ketensluis balance, twelve weeks later", sheet).rstrip())
        say(f"in {seconds:.1f} s")
