"""What a test does when a part that it needs cannot be had."""

from __future__ import annotations

import os

import pytest


def without(what: str, why: object) -> None:
    """A part that is not to be had fails a run in CI and skips the test elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is needed in CI: {why}", pytrace=False)
    pytest.skip(f"without {what}: {why}")
