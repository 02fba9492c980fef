"""An erasure that is killed, at each of its steps."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ketensluis.runtime.settings import Settings


def test_killed_at_every_step_an_erasure_is_done_or_not_and_loses_no_other_key(
    settings: Settings,
):
    """Done means that the old KEK is destroyed too, as soon as anyone opens the store again."""
    program = Path(__file__).with_name("killing.py")
    ran = subprocess.run(
        [sys.executable, str(program), str(settings.home), settings.keys_url or ""],
        capture_output=True, text=True, check=False, timeout=240,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    for each in told:
        assert each["lost"] == [], each
        assert each["keks"] == 1, each
        if each["gone"] is True:
            assert each["again"] == [f"gone{each['step']}"], each
        else:
            assert each["gone"] == "erased", each
            assert each["old_kek_destroyed"], each
            assert each["again"] == [], each
    assert [each["killed"] for each in told] == [-9] * (len(told) - 1) + [0]
    assert len(told) > 15
    assert {each["gone"] for each in told[:-1]} == {True, "erased"}  # killed on both sides of it
