"""Who is shown something is put on record by role, and sealed by name."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import create_engine
from worklist_rig import UNIT, OnPaper

from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.errors import Unavailable
from ketensluis.processing_log.sealing import SubjectOpener, SubjectSealer
from services.worklist.access import Role, Viewer
from services.worklist.desk import Desk

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
JO = Viewer(Role.HG_COORDINATOR, frozenset({UNIT}), person="jo.vanderven")


class Fixed:
    """A clock that stands still."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


def desk(folder: Path, paper: OnPaper, at: datetime = NOW) -> Desk:
    make_demo_pki(folder, ["hub"], NOW)
    register = partial(Directory.load(folder).encryption, "hub")
    nothing = cast("Any", None)
    return Desk(
        create_engine("sqlite://"), Fixed(at), nothing, nothing, paper, nothing,
        SubjectSealer(register),
    )  # fmt: skip


def test_who_looked_is_sealed_for_the_register(tmp_path: Path):
    paper = OnPaper()
    desk(tmp_path, paper).shown(JO, "open", ["PL0900-1", "PL0900-2"])
    opener = SubjectOpener(Identity.load(tmp_path, "hub").decrypt)
    for record in paper.records:
        (action,) = record.actions
        assert "vanderven" not in repr(record)
        sealed, key = action.by_sealed or b"", record.sealed_key or b""
        assert opener.open(sealed, record.incident_id, key) == JO.person


def test_without_a_register_that_can_be_written_to_nothing_is_shown(tmp_path: Path):
    paper = OnPaper()
    with pytest.raises(Unavailable) as found:
        desk(tmp_path, paper, NOW.replace(year=2036)).shown(JO, "open", ["PL0900-1"])
    assert found.value.code == "no_register"
    assert paper.records == []
