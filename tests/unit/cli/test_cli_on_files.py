"""Files that are odd, handed to `decide`, `mask` and `agreements`: told by line, and survived."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from chain_rig import ndjson, registration

from tests.unit.cli.conftest import Sluis

ODD = {
    b'{"id": "1", "text": "a\\ud800b"}': "lone_surrogate",
    b'{"id": "\\udfff", "text": "hallo"}': "lone_surrogate",
    b'{"id": "1", "text": "een", "text": "twee"}': "repeated_key",
    b'{"id": NaN, "text": "hallo"}': "bad_json",
    b'{"id": "1"}': "no_text",
    b'{"id": "1", "text": null}': "no_text",
    b"[]": "wrong_type",
    b"\xff": "bad_utf8",
    b"[" * 100_000: "bad_json",
    b'{"id": ' + b"9" * 5_000 + b', "text": "hallo"}': "bad_json",
    b'{"id": "1", "text": "' + b"x" * 1_048_576 + b'"}': "too_long",
}


def test_a_line_that_cannot_be_masked_is_told_with_place_and_remedy_and_the_others_go_on(
    sluis: Sluis,
):
    good = b'{"id": "goed", "text": "Ja\\u200bn Janse\\u0301n belde."}'
    Path("texts.ndjson").write_bytes(b"\xef\xbb\xbf" + b"\n".join([good, *ODD, b" ", good]))
    done = sluis("mask", "texts.ndjson")
    assert done.code == 1
    assert [json.loads(line)["masked_text"] for line in done.out.splitlines()] == [
        "[naam] belde."
    ] * 2
    *told, counts = done.err.splitlines()
    assert counts == f"2 masked, {len(ODD)} refused"
    for number, (line, code) in enumerate(zip(told, ODD.values(), strict=True), start=2):
        assert line.startswith(f"texts.ndjson:{number}: {code}: ")
        assert line.endswith(")"), "a remedy"


def test_texts_are_never_written_over_themselves(sluis: Sluis):
    path = Path("texts.ndjson")
    path.write_text('{"id": "1", "text": "Jan Jansen belde."}\n')
    before = path.read_bytes()
    Path("link").symlink_to(path)
    for out in (path, "link"):
        assert sluis("mask", path, "--out", out).code == 2
        assert path.read_bytes() == before
    Path("folder").mkdir()
    for out in ("folder", "nowhere/out.ndjson"):
        done = sluis("mask", path, "--out", out)
        assert (done.code, done.out) == (2, "")
        assert "--out" in done.err
    assert sluis("mask", path, "--out", "out.ndjson").code == 0
    assert json.loads(Path("out.ndjson").read_text())["masked_text"] == "[naam] belde."


@pytest.mark.parametrize("at", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00+10:00", "2026-11-01"])
def test_a_time_that_no_calendar_here_holds_is_wrong_usage(sluis: Sluis, at: str):
    ndjson(Path("one.ndjson"), [registration(1)])
    done = sluis("decide", "one.ndjson", "--at", at)
    assert (done.code, done.out) == (2, "")
    assert "--at" in done.err


def test_what_is_decided_is_utf8_whatever_the_locale(sluis: Sluis, monkeypatch: pytest.MonkeyPatch):
    place = {"street": "Zandoogjes\u0301teeg", "city": "\u0141\u00f3d\u017a \U0001f600"}
    ndjson(Path("one.ndjson"), [registration(1, place=place)])
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    assert sluis("decide", "one.ndjson", "--json", "--at", "2026-11-01T00:00:00Z").code == 0
    stream.flush()
    told = [json.loads(line) for line in raw.getvalue().decode("utf-8").splitlines()]
    assert told[0]["released"]["place"] == place


def test_a_dry_run_on_lines_of_which_one_is_refused_says_so_and_fails(sluis: Sluis):
    ndjson(Path("some.ndjson"), [b"{}", registration(1)])
    folder = Path(__file__).parents[3] / "agreements"
    asked = ("agreements", "diff", folder, folder, "--incidents", "some.ndjson")
    done = sluis(*asked)
    assert done.code == 1
    assert done.out == "no difference\n"
    assert done.err.startswith("some.ndjson:1: missing_field: ")
    assert done.err.endswith("1 refused: the difference is that of the other lines\n")


@pytest.mark.parametrize("content", ["- no\n", "id: &a [*a]\n", "valid_from: 2021-02-30\n"])
def test_agreements_that_cannot_be_used_are_told_on_one_line(sluis: Sluis, content: str):
    ndjson(Path("one.ndjson"), [registration(1)])
    Path("mine").mkdir()
    Path("mine/a.yaml").write_text(content)
    done = sluis("decide", "one.ndjson", "--agreements", "mine")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("sluis: bad_agreements: the agreements cannot be used: a.yaml:1: ")
    assert done.err.count("\n") == 1
    assert "`sluis agreements check mine`" in done.err
    assert sluis("agreements", "check", "mine").code == 1
