"""How `sluis` answers those who mistype, ask for help, or hand it something that is no good."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
import typer
from chain_rig import ndjson, registration
from typer.main import get_command

from ketensluis.cli import main as program
from tests.unit.cli.conftest import Sluis

README = Path(__file__).parents[3] / "README.md"
_BLOCK = re.compile(r"<!-- commands -->(.*?)<!-- /commands -->", re.DOTALL)


def commands() -> dict[str, str]:
    """Every command by its words, with the help that it gives."""
    for name in program._COMMANDS:
        import_module(f"ketensluis.cli.{name}")

    def walk(words: str, found: object) -> Iterator[tuple[str, str]]:
        inner = getattr(found, "commands", None)
        yield words, str(getattr(found, "help", ""))
        for name, each in (inner or {}).items():
            yield from walk(f"{words} {name}".strip(), each)

    return dict(walk("", get_command(program.app)))


@pytest.mark.parametrize("words", sorted(commands()))
def test_every_command_explains_itself(sluis: Sluis, words: str):
    done = sluis(*words.split(), "--help")
    assert (done.code, done.err) == (0, "")
    assert "Usage: " in done.out
    assert commands()[words].strip()
    first = commands()[words].strip().split(".")[0].split()
    assert " ".join(first[:3]) in " ".join(done.out.replace("│", " ").split())


def test_the_readme_lists_exactly_the_commands_that_there_are():
    block = _BLOCK.search(README.read_text(encoding="utf-8"))
    if block is None:
        pytest.fail("the README has no list of commands")
    listed = re.findall(r"`sluis ([a-z-]+)", block[1])
    assert sorted(listed) == sorted(words for words in commands() if words and " " not in words)


@pytest.mark.parametrize(
    "arguments",
    [
        "nonsense",
        "balance --region nergens",
        "balance --unit noord-nederland",
        "send",
        "send not-there.ndjson",
        "send . --json",
        "send a b",
        "decide",
        "decide not-there.ndjson",
        "decide {file} --at yesterday",
        "decide {file} --at 2026-03-01T10:00:00",
        "decide {file} --colour red",
        "mask",
        "demo --count 0",
        "demo --count many",
        "demo --incidents not-there.ndjson",
        "receive",
        "receive vt:utrecht",
        "receive utrecht --out box --broker localhost:1",
        "receive VT:Utrecht --out box --broker localhost:1",
        "explain PL1",
        "balance --by colour --broker localhost:1",
        "run gossip",
        "run om --broker localhost:1",
        "run om --party limburg --broker localhost:1",
        "topics plan --partitions 0",
        "quarantine show",
        "verify not-there.msg",
    ],
)
def test_wrong_usage_exits_with_2_and_says_what_was_wrong(
    sluis: Sluis, tmp_path: Path, arguments: str
):
    file = ndjson(tmp_path / "one.ndjson", [registration(1)])
    (tmp_path / "home" / "pki").mkdir(parents=True)
    done = sluis(*arguments.format(file=file).split())
    assert done.code == 2
    assert not done.out
    assert "Usage: " in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        "send {file}",
        "receive vt:utrecht --out box",
        "balance",
        "ledger --open",
        "explain PL1 --for vt:utrecht",
        "quarantine list",
        "topics apply",
        "run disclosure",
    ],
)
def test_without_a_chain_one_line_says_how_to_start_one(
    sluis: Sluis, tmp_path: Path, arguments: str
):
    file = ndjson(tmp_path / "one.ndjson", [registration(1)])
    done = sluis(*arguments.format(file=file).split())
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("sluis: no_broker: ")
    assert "sluis up" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("arguments", ["balance", "ledger", "quarantine list", "topics apply"])
def test_a_broker_that_does_not_answer_is_told_in_one_line(sluis: Sluis, arguments: str):
    done = sluis(*arguments.split(), "--broker", "127.0.0.1:1")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("sluis: kafka_unavailable: ")
    assert done.err.count("\n") == 1


def test_decide_names_bad_lines_counts_them_and_decides_the_others(sluis: Sluis, tmp_path: Path):
    file = ndjson(
        tmp_path / "some.ndjson", [registration(1), b"{", b"", registration(2, unit="Nergens")]
    )
    done = sluis("decide", file, "--json")
    assert done.code == 1
    (told,) = map(json.loads, done.out.splitlines())
    assert list(told) == [
        "incident_id", "sequence", "recipient", "kind", "outcome", "reason", "agreement",
        "version", "routing_rule", "released", "withheld",
    ]  # fmt: skip
    lines = done.err.splitlines()
    assert [line.split(": ")[:2] for line in lines[:2]] == [
        [f"{file}:2", "bad_json"],
        [f"{file}:4", "unknown_unit"],
    ]
    assert lines[2:] == ["1 decided, 2 refused"]

    done = sluis("decide", ndjson(tmp_path / "good.ndjson", [registration(1)]))
    assert done.code == 0
    assert done.out.splitlines()[-1] == "1 decided, 0 refused"


def test_an_empty_file_is_no_fault(sluis: Sluis, tmp_path: Path):
    done = sluis("decide", ndjson(tmp_path / "none.ndjson", []), "--json")
    assert (done.code, done.out, done.err) == (0, "", "0 decided, 0 refused\n")


def test_no_option_is_named_twice_in_one_command():
    for words in commands():
        found: object = get_command(program.app)
        for word in words.split():
            found = found.commands[word]  # type: ignore[attr-defined]
        names = [name for each in found.params for name in each.opts]  # type: ignore[attr-defined]
        assert len(names) == len(set(names)), words
    assert isinstance(program.app, typer.Typer)
