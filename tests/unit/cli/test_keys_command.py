"""`sluis pki list`, `rotate` and `revoke`, as who runs the demo types them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ketensluis.envelope.pki import make_demo_pki
from ketensluis.runtime.clock import SystemClock
from tests.unit.cli.conftest import Sluis


@pytest.fixture
def home(tmp_path: Path) -> Path:
    make_demo_pki(tmp_path / "pki", ["hub", "police", "vt:utrecht"], SystemClock().now())
    return tmp_path


def listed(sluis: Sluis, home: Path, party: str) -> list[dict[str, Any]]:
    done = sluis("pki", "list", party, "--home", home, "--json")
    assert done.code == 0, done.err
    return [json.loads(line) for line in done.out.splitlines()]


def states(sluis: Sluis, home: Path, party: str) -> list[tuple[str, str]]:
    return [(each["purpose"], each["state"]) for each in listed(sluis, home, party)]


@pytest.mark.parametrize("party", ["police", "vt:utrecht"])
def test_a_rotation_adds_keys_that_are_of_use_after_the_overlap(
    sluis: Sluis, home: Path, party: str
):
    done = sluis("pki", "rotate", party, "--home", home)
    assert (done.code, done.err) == (0, "")
    assert states(sluis, home, party) == [
        ("sign", "valid"), ("sign", "not yet valid"), ("encrypt", "valid"),
        ("encrypt", "not yet valid"),
    ]  # fmt: skip
    assert len(listed(sluis, home, "hub")) == 2


def test_a_revoked_certificate_is_listed_as_such(sluis: Sluis, home: Path):
    sign, _ = listed(sluis, home, "hub")
    done = sluis("pki", "revoke", sign["thumbprint"], "--home", home, "--reason", "superseded")
    assert (done.code, done.err) == (0, "")
    assert states(sluis, home, "hub") == [("sign", "revoked"), ("encrypt", "valid")]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ("rotate vt:nergens", 1, "unknown_party"),
        ("rotate hub --overlap 4000", 1, "bad_overlap"),
        ("revoke nothing", 1, "unknown_certificate"),
        ("revoke -nothing", 1, "unknown_certificate"),
        ("revoke nothing --reason because", 2, "--reason"),
        ("list Nobody", 2, "PARTY"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_why(
    sluis: Sluis, home: Path, arguments: str, code: int, told: str
):
    done = sluis("pki", *arguments.split(), "--home", home)
    assert done.code == code
    assert told in done.err
    assert "Traceback" not in done.err
