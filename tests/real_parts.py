"""What a test does when a part that it needs cannot be had."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def without(what: str, why: object) -> NoReturn:
    """A part that is not to be had fails a run in CI and skips the test elsewhere."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is needed in CI: {why}", pytrace=False)
    pytest.skip(f"without {what}: {why}")
