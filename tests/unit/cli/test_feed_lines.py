"""The lines of a file as `send` and `demo` take them: what is refused is named by its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from chain_rig import ndjson, registration

from ketensluis.cli.lines import feed_lines
from ketensluis.errors import Refused


def test_a_line_that_contradicts_an_earlier_one_is_named_and_a_repeat_goes_through(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
):
    first, other = registration(1), registration(1, team="Basisteam Zuid")
    again = dict(reversed(first.items()))
    newer = registration(1, sequence=2, event="amended", team="Basisteam Zuid")
    file = ndjson(tmp_path / "day.ndjson", [first, other, again, newer, other, registration(2)])

    codes = [
        line.result.code if isinstance(line.result, Refused) else None for line in feed_lines(file)
    ]

    conflict = "conflicting_sequence"
    assert codes == [None, conflict, None, None, conflict, None]
    told = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[:2] for line in told] == [
        [f"{file}:2", conflict],
        [f"{file}:5", conflict],
    ]
