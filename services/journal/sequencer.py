"""The one writer of the log: takes records in, gives them their places, signs what is committed.

The order of its steps is what makes each record an entry once:

1. The transactional id is taken over: whoever held it is fenced, and what it left open aborted.
2. The topic of entries is read to its end, which is final because of 1. The log, and how far
   each partition is in it, follow from the entries alone: committed offsets are only for whoever
   watches the lag, since Kafka forgets those of a partition that is quiet for a week.
3. The last checkpoint is compared with the log: if it does not bear it out, nothing is signed.
4. Batch after batch: read on from there, commit the entries in one transaction, and only then
   let the tree grow.
5. When a second is over, or nothing more comes: tiles to the disk, then the checkpoint, which
   is signed only now that nothing under it can be undone, and committed under the same id.

After any error it is closed and opened anew, so that no doubt outlives it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from aiokafka import ConsumerRecord, TopicPartition

from ketensluis.committed import record_of
from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import Head, open_checkpoint, sign
from ketensluis.journal.current_keys import CurrentKeys
from ketensluis.journal.entry import Entry
from ketensluis.journal.notes import Note
from ketensluis.journal.proofs import subtree_root
from ketensluis.journal.tiles import Tile, node_of
from ketensluis.kafka.checkpoints import last_checkpoint
from ketensluis.model.messages import Checkpoint
from ketensluis.model.record import Output
from ketensluis.runtime.clock import Clock, milliseconds
from ketensluis.runtime.doubt import Doubts
from ketensluis.runtime.metrics import Metrics
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.transactions import Delivered, Transactions
from ketensluis.runtime.trouble import code_of
from ketensluis.runtime.wiring import Post
from services.journal.folder import Kept, LogFolder
from services.journal.inputs import Inputs, open_inputs
from services.journal.names import Names
from services.journal.process import advance, broken, outputs
from services.journal.restoring import restore

__all__ = ["Log", "Sequencer", "open_sequencer"]

# A checkpoint a second is enough for whoever waits for one, and costs little.
_CHECKPOINT_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Log:
    """What a sequencer works with, for as long as the program runs."""

    settings: Settings
    clock: Clock
    keys: CurrentKeys
    post: Post
    folder: LogFolder
    metrics: Metrics
    names: Names = field(default_factory=Names)
    doubts: Doubts = field(default_factory=dict)


@asynccontextmanager
async def open_sequencer(log: Log, moved: Callable[[], None]) -> AsyncIterator[Sequencer]:
    """Take over the log; `moved` is called as reading it goes on.

    Raises:
        KafkaError, TimeoutError: Kafka is away.
        KetensluisError: `journal_broken`.
    """
    settings, names = log.settings, log.names
    async with AsyncExitStack() as stack:
        transactions = await Transactions.open(
            settings.bootstrap,
            names.transactional_id,
            timeout_s=settings.transaction_timeout,
            doubts=log.doubts,
        )
        stack.push_async_callback(transactions.discard)
        kept = await restore(settings.bootstrap, names.entries, log.folder, moved)
        published = await last_checkpoint(settings.bootstrap, names.checkpoints, log.post.codec)
        size = 0
        if published is not None:
            size = _check(log, kept, published)
            log.folder.publish(published, log.keys.announcements())
        inputs = await stack.enter_async_context(open_inputs(settings, names, kept.positions))
        yield Sequencer(log, transactions, inputs, kept, size)


def _check(log: Log, kept: Kept, published: Note) -> int:
    """The size of the last checkpoint, if the entries bear it out."""
    size = kept.growing.size
    try:
        head = open_checkpoint(published, log.keys.public().log)
    except Refused as error:
        raise broken(f"the last checkpoint is not this log's: {error.code}") from error
    if head.size > size:
        raise broken(f"a checkpoint tells of {head.size} entries, the topic has {size}")
    if subtree_root(node_of(log.folder.fetch, size), 0, head.size) != head.root:
        raise broken(f"the first {head.size} entries are not those of the checkpoint")
    return head.size


class Sequencer:
    """The log, open for writing."""

    def __init__(
        self,
        log: Log,
        transactions: Transactions,
        inputs: Inputs,
        kept: Kept,
        published: int,
    ) -> None:
        self._log = log
        self._names = log.names
        self._transactions = transactions
        self._inputs = inputs
        self._growing = kept.growing
        self._positions = kept.positions
        self._next_offset = kept.next_offset
        self._published = published
        self._published_at = 0.0

    @property
    def size(self) -> int:
        """How many entries are committed."""
        return self._growing.size

    async def step(self) -> int:
        """Wait a moment for records and journal them; returns how many it journalled.

        Raises:
            KafkaError, TimeoutError, KetensluisError: whether they were is not known.
        """
        found = await self._inputs.wait(self._log.settings.batch_records)
        count = sum(map(len, found.values()))
        if count:
            await self._take(found)
        if self.size > self._published and (
            not count or time.monotonic() - self._published_at > _CHECKPOINT_SECONDS
        ):
            await self._publish()
        return count

    async def behind(self) -> int:
        """How many offsets lie between what is journalled and what others have committed."""
        return await self._inputs.behind()

    async def _take(self, found: Mapping[TopicPartition, Sequence[ConsumerRecord]]) -> None:
        """Commit the entries of these records, then let the tree grow by them."""
        began = time.monotonic()
        records = [record_of(each) for several in found.values() for each in several]
        entries = [Entry.of(record).encode() for record in records]
        advance(self._positions, (record.coordinates for record in records))
        produced = list(outputs(self._names.entries, entries, self.size))
        offsets = await self._inputs.offsets(found)
        delivered = await self._commit(produced, offsets)
        self._next_offset = delivered.last[TopicPartition(self._names.entries, 0)] + 1
        full: list[Tile] = []
        for entry in entries:
            full += self._growing.add(entry)
        self._log.folder.keep(full)
        metrics = self._log.metrics
        for place, several in found.items():
            metrics.consumed(place.topic).inc(len(several))
        metrics.produced(self._names.entries).inc(len(produced))
        metrics.batch.observe(time.monotonic() - began)

    async def _publish(self) -> None:
        """Sign what is committed and on disk, commit that, and show it."""
        log, size = self._log, self.size
        kept = Kept(self._growing, self._positions, self._next_offset)
        await asyncio.to_thread(log.folder.settle, kept)
        head = Head(log.keys.public().log.origin, size, self._growing.root())
        note = sign(head, *log.keys.signing(size))
        message = Checkpoint(
            origin=head.origin, size=size, root_hash=head.root.hex(), note=str(note)
        )
        await self._commit(
            [
                log.post.sealer.plain(
                    message,
                    topic=self._names.checkpoints,
                    key=head.origin,
                    subject=head.origin,
                    at=log.clock.now(),
                )
            ],
            # Shows in the group's lag how far the entries are under a checkpoint.
            {TopicPartition(self._names.entries, 0): self._next_offset},
        )
        log.folder.publish(note, log.keys.announcements())
        log.metrics.produced(self._names.checkpoints).inc()
        self._published, self._published_at = size, time.monotonic()

    async def _commit(
        self, produced: Iterable[Output], offsets: Mapping[TopicPartition, int]
    ) -> Delivered:
        try:
            return await self._transactions.commit(
                produced,
                offsets,
                group=self._names.group,
                timestamp_ms=milliseconds(self._log.clock.now()),
            )
        except BaseException as error:
            self._log.metrics.aborts(code_of(error)).inc()
            raise
