"""Erases, killed before its first step, then before its second, until it is not killed.

Run as a program of its own: it forks for every kill. A step is whatever reaches the disk or the
database. After each kill it prints what a program that starts afresh finds.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from ketensluis.dossier_keys.opening import key_store
from ketensluis.errors import Refused
from ketensluis.runtime.settings import Settings

AT = datetime(2026, 3, 1, tzinfo=UTC)


class Killer:
    """Ends this process before the step with that number."""

    def __init__(self, last: int) -> None:
        self.left = last
        event.listen(Engine, "before_cursor_execute", self.step)
        event.listen(Engine, "commit", self.step)
        event.listen(Engine, "begin", self.step)
        for name in ("open", "write", "fsync", "pwrite"):
            setattr(os, name, self.before(getattr(os, name)))
        Path.replace = self.before(Path.replace)  # type: ignore[method-assign]

    def step(self, *_: Any) -> None:
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            self.step()
            return call(*arguments, **named)

        return counted


def keks(settings: Settings) -> list[str]:
    content = json.loads((settings.home / "dossier-keys.kek").read_bytes())
    return [each["kek_id"] for each in content["keks"]]


def main() -> None:
    settings = Settings(home=Path(sys.argv[1]), keys_url=sys.argv[2] or None)
    first = key_store(settings)
    kept = [first.key_for(f"kept{number}", AT) for number in range(5)]
    store, step, killed = first, 1, 1
    while killed:
        gone = store.key_for(f"gone{step}", AT)
        before = keks(settings)
        store._engine.dispose()
        child = os.fork()
        if child == 0:
            Killer(step)
            store.erase([gone.incident_id], at=AT, rule="r")
            os._exit(0)
        killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        after = key_store(settings)
        lost = [each.incident_id for each in kept if after.key(each.key_id) != each]
        try:
            still = after.key(gone.key_id) == gone
        except Refused as error:
            still = error.code
        unopened = not set(before) & set(keks(settings))
        again = after.erase([gone.incident_id], at=AT, rule="r")
        print(  # noqa: T201 - what this program is for
            json.dumps(
                {"step": step, "killed": killed, "lost": lost, "gone": still,
                 "old_kek_destroyed": unopened, "again": again, "keks": len(keks(settings))}
            )
        )  # fmt: skip
        store, step = after, step + 1


if __name__ == "__main__":
    main()
