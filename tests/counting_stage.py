"""A small stage that remembers, refuses and fails on demand, and a program that runs it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ketensluis.errors import Refused, Unavailable
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.stage import Context


@dataclass(frozen=True)
class Counting:
    """Passes each record on, and counts per key in its memory.

    Values that begin so: `refuse` is refused, `fail` meets a bug, `large` leads to an output
    of as many bytes as it says, `again` refers to the record whose coordinates it holds, and
    `away` waits until the file `healed` is there.
    """

    name: str
    inputs: tuple[str, ...]
    output: str
    quarantine: str
    state_topic: str | None = None
    healed: Path | None = None

    def refers_to(self, record: Record) -> Coordinates | None:
        word, _, rest = (record.value or b"").decode().partition(" ")
        if word != "again":
            return None
        topic, partition, offset = rest.split()
        return Coordinates(topic, int(partition), int(offset))

    def process(self, record: Record, context: Context) -> Iterable[Output]:
        word, _, rest = (record.value or b"").decode().partition(" ")
        if self.state_topic is not None and record.key is not None:
            count = int(context.state.get(record.key) or b"0") + 1
            context.state.put(record.key, b"%d" % count)
        if word == "refuse":
            raise Refused("unwanted", f"{record.coordinates} is not wanted")
        if word == "fail":
            raise ZeroDivisionError("a value that nobody may see")
        if word == "away" and not (self.healed and self.healed.exists()):
            raise Unavailable("registry_away", "the registry does not answer")
        value = context.referred.value if context.referred else record.value
        if word == "large":
            value = b"x" * int(rest)
        yield Output(self.output, record.key, value, (("from", str(record.coordinates).encode()),))

    def refusing(self, records: Sequence[Record]) -> None:
        pass

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        headers = (("code", error.code.encode()), ("from", str(record.coordinates).encode()))
        yield Output(self.quarantine, record.key, record.value or b"", headers)


def main() -> None:
    parser = argparse.ArgumentParser()
    for option in ("--name", "--output", "--quarantine", "--state"):
        parser.add_argument(option)
    parser.add_argument("--inputs", nargs="+")
    told = parser.parse_args()
    stage = Counting(told.name, tuple(told.inputs), told.output, told.quarantine, told.state)
    run_worker(stage, Settings())


if __name__ == "__main__":
    main()
