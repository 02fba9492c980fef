"""How fast decisions are made again: `python -m benchmarks replay [RECORDS]`.

Asked: the 71,000 incidents of a year in a minute on one core, 1,180 a second. What is measured
is the replay itself, in processor time: each record verified, read, decided again and compared;
with the masking of texts, and without. Reading from Kafka comes beside it, at some 15 us.
"""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.disclosure_parts.year import sealed_year
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import HUB, LEDGER_EVENTS
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.stage import Context, StagedState
from ketensluis.runtime.wiring import Post, post_of
from services.disclosure.app import rules_of
from services.disclosure.process import DisclosureStage, open_incident
from services.disclosure.replay import Replay
from services.disclosure.rules import RuleBook

__all__ = ["main"]

_RECORDS = 4_000
_WARM = 200


def main() -> None:
    """Print a Markdown table."""
    count = int(sys.argv[1]) if sys.argv[1:] else _RECORDS
    print("| replay | records | µs of CPU a record | records/s a core | differences |")
    print("|---|---|---|---|---|")
    with TemporaryDirectory(prefix="ketensluis-bench-") as name:
        settings = Settings(home=Path(name))
        records = list(islice(sealed_year(settings, count), count))
        rules, post = rules_of(settings), post_of(settings, HUB)
        for what, book in (
            ("with texts masked", rules),
            ("texts withheld, no masking", replace(rules, masker=None)),
        ):
            events = _events(records, book, post)
            _again(records[:_WARM], events, book, post)  # compiles rules, fills caches
            took, found = _again(records, events, book, post)
            print(f"| {what} | {len(records):,} | {took * 1e6:.0f} | {1 / took:,.0f} | {found} |")


def _events(records: list[Record], rules: RuleBook, post: Post) -> list[LedgerEvent]:
    """What the stage said of them on the ledger."""
    stage = DisclosureStage(opener=post.opener, sealer=post.sealer, codec=post.codec, rules=rules)
    memory: dict[bytes, bytes] = {}
    events = []
    for record in records:
        state = StagedState(memory.get)
        for output in stage.process(record, Context(state, None)):
            if output.topic == LEDGER_EVENTS:
                place = Coordinates(output.topic, 0, len(events))
                said = Record(place, output.key, output.value, output.headers, 0)
                events.append(post.opener.plain(said, LedgerEvent))
        memory.update({key: value for key, value in state.writes.items() if value})
    return events


def _again(
    records: list[Record], events: list[LedgerEvent], rules: RuleBook, post: Post
) -> tuple[float, int]:
    """Seconds of processor time a record, and how many differences there were."""

    def opened(record: Record) -> Incident:
        return open_incident(record, post.opener, rules).message

    replay = Replay(rules, opened, {})
    replay.ledger(events)
    began = time.process_time()
    found = sum(len(list(replay.incident(record, compare=True))) for record in records)
    return (time.process_time() - began) / len(records), found


if __name__ == "__main__":
    main()
