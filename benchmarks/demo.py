"""`sluis demo` of 1,000 incidents, as a newcomer runs it: asked is under a minute.

Run: `python -m benchmarks.demo [ROUNDS]`. Apache Kafka's files are there already, as after the
first start; its start, the keys and the workers' start are in the time. Where it goes is read
from what the demo tells on standard error, and from its own count of the seconds.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from statistics import median

__all__ = ["main"]

_COUNT = 1_000
_ROUNDS = 3
_SENDING = "sending"  # the demo's word when its services are ready


@dataclass(frozen=True, slots=True)
class Round:
    """Seconds until the services were ready, in the chain, and until the end; and its counts."""

    ready: float
    chain: float
    whole: float
    counts: dict[str, float]


def main() -> None:
    """Run the demo a few times, and print a Markdown table."""
    several = [_round() for _ in range(int(sys.argv[1]) if sys.argv[1:] else _ROUNDS)]
    assert all(each.counts["unaccounted"] == 0 for each in several)
    rows = {
        "start Kafka, make keys and topics, start the services": [one.ready for one in several],
        "incidents in, twelve weeks of answers, balance": [one.chain for one in several],
        "stop all": [one.whole - one.ready - one.chain for one in several],
        "in all": [one.whole for one in several],
    }
    print("| part | seconds, median | each round |\n|---|---|---|")
    for name, found in rows.items():
        each = ", ".join(f"{seconds:.1f}" for seconds in found)
        print(f"| {name} | {median(found):.1f} | {each} |")
    counts = several[0].counts
    print(
        f"\n{counts['incidents']:,} incidents, {counts['obligations']:,} obligations, "
        f"unaccounted {counts['unaccounted']}."
    )


def _round() -> Round:
    began = time.monotonic()
    ready = began
    command = [sys.executable, "-m", "ketensluis", "demo", "--count", str(_COUNT), "--json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        for line in process.stderr:
            if line.startswith(_SENDING):
                ready = time.monotonic()
        counts = json.loads(process.stdout.read())
    assert process.returncode == 0, f"the demo ended with {process.returncode}"
    return Round(ready - began, counts["seconds"], time.monotonic() - began, counts)


if __name__ == "__main__":
    main()
