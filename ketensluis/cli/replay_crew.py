"""Several processes that replay partitions, each one after the other, and tell how far they are.

As with a stage's worker (`ketensluis.runtime.crew`): Python runs one thread at a time, so what
is to use more than one core needs processes. They share the rules as they are in memory when
they start, and nothing else; a partition's incidents concern no other partition.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess
from typing import Final

import msgspec

from ketensluis.cli.replay_asked import Done, Mark, Told
from ketensluis.errors import KetensluisError

__all__ = ["Hand", "divided", "hands"]

One = Callable[[int, Told], Done]
"""Replays the partition with that number."""

_TELL_EVERY: Final = 250  # records


class _Step(msgspec.Struct, frozen=True, tag=True):
    number: int
    count: int
    expected: int
    mark: Mark | None


class _Came(msgspec.Struct, frozen=True, tag=True):
    number: int
    done: Done


class _Failed(msgspec.Struct, frozen=True, tag=True):
    code: str
    sentence: str
    remedy: str


_Said = _Step | _Came | _Failed


@dataclass(frozen=True, eq=False)
class Hand:
    """One of the processes, and the line to it."""

    process: ForkProcess
    line: Connection

    def heard(self) -> _Said:
        """What it says next.

        Raises:
            KetensluisError: `process_ended`.
        """
        try:
            said: _Said = msgspec.msgpack.decode(self.line.recv_bytes(), type=_Said)
        except (EOFError, OSError) as error:
            raise KetensluisError(
                "process_ended",
                "a process of the replay ended by itself",
                "see its last lines; with --resume what was done is not done again",
            ) from error
        return said


@contextmanager
def hands(one: One, count: int) -> Iterator[list[Hand]]:
    """So many processes that replay by `one`; they end with the context, whatever they do.

    They are killed, and nothing is lost by it: only the parent writes anything down.
    """
    context = multiprocessing.get_context("fork")
    found: list[Hand] = []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            others = [ours, *(each.line for each in found)]
            process = context.Process(target=_replay, args=(one, theirs, others), daemon=True)
            process.start()
            theirs.close()  # the only copy is the process's: when that ends, it is heard
            found.append(Hand(process, ours))
        yield found
    finally:
        for each in found:
            each.process.kill()
        for each in found:
            each.process.join()


def divided(
    among: Sequence[Hand], numbers: Sequence[int], told: Told
) -> Iterator[tuple[int, Done]]:
    """What came of each partition, as it is done; who is done takes the next.

    Raises:
        KetensluisError: what befell one of them; `process_ended`.
    """
    left, at_work = deque(numbers), {}
    for hand in among:
        if left:
            hand.line.send(left.popleft())
            at_work[hand.line] = hand
    while at_work:
        for line in wait(list(at_work)):
            match at_work[line].heard():  # type: ignore[index]  # they are the keys
                case _Step(number, count, expected, mark):
                    told(number, count, expected, mark)
                case _Failed(code, sentence, remedy):
                    raise KetensluisError(code, sentence, remedy)
                case _Came(number, done):
                    hand = at_work.pop(line)  # type: ignore[call-overload]  # idem
                    if left:
                        hand.line.send(left.popleft())
                        at_work[hand.line] = hand
                    yield number, done


def _replay(one: One, line: Connection, others: list[Connection]) -> None:
    """Replay what is asked until nobody asks any more."""
    for number in (signal.SIGINT, signal.SIGTERM):  # a whole group is told; the parent ends us
        signal.signal(number, signal.SIG_IGN)
    for each in others:
        each.close()  # else nobody would hear the parent end

    def say(said: _Said) -> None:
        line.send_bytes(msgspec.msgpack.encode(said))

    def told(number: int, count: int, expected: int, mark: Mark | None = None) -> None:
        if mark is not None or count % _TELL_EVERY == 0 or count == expected:
            say(_Step(number, count, expected, mark))

    try:
        while True:
            number = line.recv()
            try:
                say(_Came(number, one(number, told)))
            except KetensluisError as error:
                say(_Failed(error.code, error.sentence, error.remedy))
    except (EOFError, OSError):
        return  # whoever asked is gone
