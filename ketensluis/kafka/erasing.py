"""Erases: on record first, then the keys; killed between any two steps the next run finishes it.

1. Whoever else erases is fenced off, so that nothing is put on record twice.
2. Everything is read. What is on record and whose key may still be there is destroyed first:
   a run before this one was killed.
3. What is to go is chosen from what was read.
4. Ledger event, record of the processing and quarantine markers are committed together, under
   ids that follow from the incident and its newest record. No record, no erasure.
5. The keys are destroyed.
Killed before 4 nothing was erased; after it, step 2 of the next run does step 5.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ketensluis.avro.codec import Codec
from ketensluis.envelope.mail import Sealer
from ketensluis.envelope.refusal import entry_key
from ketensluis.errors import KetensluisError
from ketensluis.kafka.fenced import commit, fenced
from ketensluis.kafka.holdings import Holdings, read_holdings
from ketensluis.kafka.quarantine_markers import Erasure, erasure_headers
from ketensluis.model.party import LEDGER_EVENTS, PROCESSING_LOG, QUARANTINE
from ketensluis.model.record import Output
from ketensluis.retention.orders import Order, event_of, processing_of

__all__ = ["Choose", "Destroys", "Done", "Erasing"]

Choose = Callable[[Holdings], Sequence[Order]]
"""What is to go of what is held."""

_TRANSACTIONAL_ID = "retention-erasure"
_AGAIN = "run it again: what is on record by then is finished first"
_AT_ONCE = 200  # orders in one transaction


class Destroys(Protocol):
    """The key store, as far as it is needed here."""

    def erase(self, incident_ids: Iterable[str], *, at: datetime, rule: str) -> list[str]:
        """Destroy the keys that were made for these; those that there were."""


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did: what it chose, and what earlier runs had left to be finished."""

    orders: tuple[Order, ...]
    finished: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Erasing:
    """One run; `at` is the time of what goes on record."""

    bootstrap: str
    codec: Codec
    sealer: Sealer
    keys: Destroys
    at: datetime

    async def run(self, choose: Choose) -> Done:
        """Erase what is chosen.

        Raises:
            KetensluisError: `erasure_taken_over`; what `choose` refuses.
            Unavailable: `kafka_unavailable`, or the key store is; run it again to finish.
        """
        taken_over = KetensluisError(
            "erasure_taken_over",
            "somebody else began to erase at this moment",
            "wait until that has ended, then look at sluis retention plan",
        )
        async with fenced(
            self.bootstrap, _TRANSACTIONAL_ID, taken_over=taken_over, again=_AGAIN
        ) as producer:
            holdings = await read_holdings(self.bootstrap, self.codec)
            finished = list(self._destroy(_on_record(holdings)))
            orders = tuple(choose(holdings))
            for begin in range(0, len(orders), _AT_ONCE):
                some = orders[begin : begin + _AT_ONCE]
                outputs = (each for order in some for each in self._outputs(order, holdings))
                await commit(producer, outputs, self.at)
            # All at once: each time the key store wraps anew what stays.
            list(self._destroy((name, each.rule) for each in orders for name in each.key_names()))
        return Done(orders, tuple(finished))

    def _outputs(self, order: Order, holdings: Holdings) -> Iterator[Output]:
        if (held := order.held) is not None:
            for message, topic in (
                (processing_of(order, held, self.at), PROCESSING_LOG),
                (event_of(order, held, self.at), LEDGER_EVENTS),
            ):
                yield self.sealer.plain(
                    message,
                    topic=topic,
                    key=held.incident_id,
                    subject=held.incident_id,
                    at=self.at,
                    correlation=held.incident_id,
                )
        done = Erasure(self.at, order.rule, order.by_role or "", order.digest)
        for entry in map(holdings.entries.by_id, order.entries):
            headers = tuple(erasure_headers(entry.quarantine_id, done))
            key = entry.quarantine_id.encode()
            yield Output(QUARANTINE, key, None, headers, entry.lies_at.partition)

    def _destroy(self, keys: Iterable[tuple[str, str]]) -> Iterator[str]:
        by_rule: dict[str, list[str]] = {}
        for key, rule in keys:
            by_rule.setdefault(rule, []).append(key)
        for rule, several in by_rule.items():
            yield from self.keys.erase(several, at=self.at, rule=rule)


def _on_record(holdings: Holdings) -> Iterator[tuple[str, str]]:
    """What the topics say was erased, and by which rule."""
    for held in holdings.held():
        if held.erased_by is not None:
            yield held.incident_id, held.erased_by
    for entry in holdings.entries.all():
        if entry.erased is not None:
            yield entry_key(entry.quarantine_id), entry.erased.rule
