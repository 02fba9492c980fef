"""A journal of its own for each test."""

from __future__ import annotations

from pathlib import Path

import pytest
from journal_rig import Rig


@pytest.fixture
def rig(bootstrap: str, tmp_path: Path) -> Rig:
    """Keys in a folder, topics on the session's Kafka."""
    made = Rig(bootstrap, tmp_path)
    made.prepare()
    return made
