"""Ketensluis' stage runtime, as it is by default: `BOOTSTRAP GROUP INPUT OUTPUT`."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from ketensluis.errors import Refused
from ketensluis.model.record import Output, Record
from ketensluis.runtime.runner import run_worker
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.stage import Context


@dataclass(frozen=True)
class PassThrough:
    """Each record goes on as it came."""

    name: str
    inputs: tuple[str, ...]
    output: str
    state_topic: None = None

    def refers_to(self, record: Record) -> None:
        """It looks at nothing else."""

    def process(self, record: Record, context: Context) -> Iterable[Output]:  # noqa: ARG002
        """The record itself."""
        return (Output(self.output, record.key, record.value, record.headers),)

    def refusing(self, records: Sequence[Record]) -> None:
        """Nothing is refused here."""

    def refused(self, record: Record, error: Refused) -> Iterable[Output]:
        """Nothing is refused here."""
        raise AssertionError(record.coordinates) from error


def main() -> None:
    """Run until killed."""
    bootstrap, group, source, target = sys.argv[1:]
    with TemporaryDirectory() as home:
        run_worker(
            PassThrough(group, (source,), target), Settings(bootstrap=bootstrap, home=Path(home))
        )


if __name__ == "__main__":
    main()
