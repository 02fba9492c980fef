"""One masker for all tests: loading takes most of a second."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.fixture(scope="session")
def masker() -> Masker:
    return Masker.load()
