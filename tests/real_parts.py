"""What a test does when a part that it needs cannot be had, and how it gets at one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NoReturn

import pytest

from ketensluis.kafka.local import LocalKafka


def without(what: str, why: object) -> NoReturn:
    """A part that is not to be had fails a run in CI and skips the test elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is needed in CI: {why}", pytrace=False)
    pytest.skip(f"without {what}: {why}")


def java_of(kafka: LocalKafka) -> int:
    """The process id of the broker itself, the child of its supervisor."""
    supervisor = kafka._nodes[0]._supervisor
    assert supervisor is not None
    children = Path(f"/proc/{supervisor.pid}/task/{supervisor.pid}/children").read_text()
    return int(children.split()[0])
