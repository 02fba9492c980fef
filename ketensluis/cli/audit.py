"""`sluis audit`: is everything there that should be, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import Progress

from ketensluis.cli.decide import instant_of
from ketensluis.cli.log_files import LogFiles, log_files
from ketensluis.cli.main import app
from ketensluis.cli.options import AgreementsFolder, AsJson, Broker, Home, chain
from ketensluis.cli.output import counted, print_json, say
from ketensluis.errors import KetensluisError
from ketensluis.model.party import HUB
from ketensluis.runtime.settings import Settings

if TYPE_CHECKING:
    from ketensluis.audit.findings import Window
    from ketensluis.audit.report import Report
    from ketensluis.audit.rules import Rules
    from ketensluis.audit.signatures import Vouchers
    from ketensluis.cli.bundling import Bundling
    from ketensluis.journal.tiles import Fetch

__all__ = ["audit", "audit_chain", "rules_on_file"]

_MOST_SHOWN = 20

Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="What came from then.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="What came until then.")]
Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="DIR", help="Write the signed report, and a page, there."),
]
BundleFolder = Annotated[
    Path | None,
    typer.Option("--bundle", metavar="DIR", help="Export the evidence, to be checked elsewhere."),
]
WithoutRecords = Annotated[
    bool, typer.Option("--without-records", help="Leave the records' content out of the bundle.")
]


@app.command()
def audit(
    broker: Broker = None,
    home: Home = None,
    since: Since = None,
    until: Until = None,
    log: LogFiles = None,
    agreements: AgreementsFolder = None,
    out: Out = None,
    bundle: BundleFolder = None,
    *,
    without_records: WithoutRecords = False,
    json: AsJson = False,
) -> None:
    """Hold records, decisions, messages, receipts and the log against each other."""
    from ketensluis.audit.findings import Window
    from ketensluis.cli.bundling import Bundling

    settings = chain(broker, home, agreements=agreements)
    fetch = log_files(settings, log)
    if fetch is None:
        raise KetensluisError(
            "no_log", "no log is known", "start the chain with `sluis up`, or name one with --log"
        )
    window = Window(
        since=instant_of(since, settings, "--since") if since else None,
        until=instant_of(until, settings, "--until") if until else None,
        at=settings.clock().now(),
    )
    if window.since and window.until and window.since >= window.until:
        raise typer.BadParameter("it is not before --until", param_hint="--since")
    if out is not None:  # that it cannot be written there is said now, and not after an hour
        out.mkdir(parents=True, exist_ok=True)
    with Bundling(bundle, whole=not without_records) as bundling:
        report = asyncio.run(audit_chain(settings, window, fetch, bundling))
    if out is not None:
        _write(report, out, settings)
    if json:
        print_json(report)
    else:
        _tell(report)
    if not report.holds:
        raise typer.Exit(1)


async def audit_chain(
    settings: Settings, window: Window, fetch: Fetch, bundling: Bundling, *, part: bool = True
) -> Report:
    """The audit of a chain that runs; the bundle, if there is to be one, is written.

    Not with `part` false, and something still at work.

    Raises:
        Unavailable: Kafka does not answer, or the log's files cannot be read.
    """
    from ketensluis.audit.whole import Audit
    from ketensluis.journal.keys import JournalKeys
    from ketensluis.kafka.auditing import Published, Reading, read_all, read_heads
    from ketensluis.runtime.wiring import codec_of, pki_folder

    codec, pki = codec_of(settings), pki_folder(settings)
    keys = JournalKeys.load(pki)
    heads = await read_heads(fetch, Published(settings.bootstrap, codec, keys))
    rules, vouchers = rules_on_file(settings), _vouchers(settings)
    under_way = Audit(heads, keys, window, codec.decode, rules, vouchers)
    with _progress() as told:
        await read_all(under_way, settings.bootstrap, fetch, Reading(told, bundling.keep))
        audited = under_way.conclude(HUB)
        if part or not audited.report.at_work:
            bundling.write(audited, fetch, pki / "public")
    return audited.report


def rules_on_file(settings: Settings) -> Rules:
    """The agreements, clocks, terms and reference data that the ledger is held against."""
    from ketensluis.agreements.book import Agreements
    from ketensluis.audit.rules import Rules
    from ketensluis.classification.classifier import load_classifier
    from ketensluis.ledger.clock_data import load
    from ketensluis.ledger.clocks import Clocks
    from ketensluis.model.region_states import RegionStates
    from ketensluis.model.regions import load_regions
    from ketensluis.model.resources import resource
    from ketensluis.retention.rules import load_retention

    return Rules(
        Agreements.load(settings.agreements or resource("agreements")),
        Clocks(load(resource("reference") / "clocks.yaml")),
        load_retention(resource("reference")),
        RegionStates.of(load_regions(resource("reference"))),
        load_classifier(resource("reference")),
    )


def _vouchers(settings: Settings) -> Vouchers:
    """Everyone's certificates; with the hub's keys, where they are, what is encrypted to it."""
    from ketensluis.audit.signatures import Vouchers
    from ketensluis.envelope.directory import Directory
    from ketensluis.runtime.wiring import pki_folder, post_of

    with suppress(KetensluisError):  # an auditor need not have them
        return Vouchers(Directory.load(pki_folder(settings)), post_of(settings, HUB).opener)
    return Vouchers(Directory.load(pki_folder(settings)))


@contextmanager
def _progress() -> Iterator[Callable[[str, int], None]]:
    """Tells on a terminal how much was read; in a pipe it is quiet."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        tasks = {name: progress.add_task(name, total=None) for name in ("entries", "records")}
        yield lambda what, count: progress.update(tasks[what], completed=count)


def _write(report: Report, out: Path, settings: Settings) -> None:
    from ketensluis.audit.page import as_page
    from ketensluis.audit.signing import sign_report
    from ketensluis.envelope.directory import Identity
    from ketensluis.runtime.wiring import pki_folder

    content = msgspec.json.format(msgspec.json.encode(report)) + b"\n"
    identity = Identity.load(pki_folder(settings), report.made_by)
    (out / "report.json").write_bytes(content)
    signature = sign_report(content, identity, report.made_at)
    (out / "report.json.jws").write_text(f"{signature}\n", encoding="ascii")
    (out / "report.html").write_text(as_page(report), encoding="utf-8")


def _tell(report: Report) -> None:
    for check in report.checks:
        say(f"{'holds' if check.holds else 'NOT  '}  {check.question}")
    for each in report.findings[:_MOST_SHOWN]:
        say(f"{each.code}: {each.place}: {each.sentence}")
    if len(report.findings) > _MOST_SHOWN:
        say(f"and {len(report.findings) - _MOST_SHOWN} more (--json, or --out DIR)")
    seen = ", ".join(each.party for each in report.log.seen) or "nobody"
    say(f"the log {report.log.origin} had {report.log.size} entries, seen by {seen}")
    if report.since or report.until:
        judged, there = report.counts["records judged"], report.counts["records"]
        so = "" if judged else ": NOTHING WAS JUDGED"
        say(f"{judged:,} of {counted(there, 'record')} are of the time that was asked about{so}")
    if report.at_work:
        say(f"{report.at_work} younger than a minute lacked something that may still come")
    say(counted(len(report.findings), "finding"))
