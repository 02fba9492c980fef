"""What `up` and `demo` stand on: a Kafka, its topics, and everyone's demo keys."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ketensluis.agreements.book import Agreements
from ketensluis.envelope.message_types import kind_of
from ketensluis.envelope.pki import demo_parties, make_demo_pki
from ketensluis.journal.demo_keys import make_demo_journal_keys
from ketensluis.kafka.cluster import apply
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.topics import plan
from ketensluis.model.resources import resource
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import pki_folder

__all__ = ["broker_of", "lay", "named_recipients"]

_ON_THE_MAP = frozenset({"vt", "om", "police"})


@contextmanager
def broker_of(broker: str | None, home: Path) -> Iterator[str]:
    """The cluster that was named, or one of our own in the home for as long as this lasts."""
    if broker is not None:
        yield broker
        return
    with LocalKafka(home / "kafka") as kafka:
        yield kafka.bootstrap


def lay(settings: Settings, at: datetime, also: Iterable[str] = ()) -> None:
    """Make the topics and the demo's keys, as far as they are missing.

    Beside the parties of the region map, those that agreements name, and `also`, take part.

    Raises:
        KetensluisError, Unavailable: the cluster refuses or does not answer.
    """
    others = {*named_recipients(settings), *also}
    asyncio.run(apply(settings.bootstrap, plan(others=sorted(others))))
    parties = (*demo_parties(resource("reference") / "gemeenten.csv"), *sorted(others))
    make_demo_pki(pki_folder(settings), parties, at)
    make_demo_journal_keys(pki_folder(settings), parties)


def named_recipients(settings: Settings) -> frozenset[str]:
    """The recipients beside Veilig Thuis, OM and police that agreements name one by one."""
    agreements = Agreements.load(settings.agreements or resource("agreements"))
    names = {each.recipient for each in agreements.all}
    return frozenset(
        each for each in names if not each.endswith("*") and kind_of(each) not in _ON_THE_MAP
    )
