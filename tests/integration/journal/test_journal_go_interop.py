"""Go's transparency-dev/merkle and sumdb agree with our roots, proofs, notes and tiles."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_log import MadeLog, log_key, log_of
from real_parts import without

from ketensluis.journal.checkpoints import Head, sign
from ketensluis.journal.notes import Note, SigningKey

PEER = Path(__file__).with_name("go_peer")
SIZE = 520
GO_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/go/bin"))

NEXT = log_key(seed=b"n" * 32)
"""The log's key after a rotation."""

Ask = Callable[[dict[str, Any]], str]


@pytest.fixture(scope="module")
def ask(tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """The peer, built where Go is and its module proxy answers."""
    go = shutil.which("go", path=GO_PLACES) or without("Go", "it is not installed")
    program = tmp_path_factory.mktemp("go") / "peer"
    built = subprocess.run(
        [go, "build", "-o", program, "."], cwd=PEER, capture_output=True, text=True, check=False
    )
    if built.returncode:
        without("Go", "its modules: " + built.stderr.strip()[-500:])

    def ask(told: dict[str, Any]) -> str:
        answer = subprocess.run(
            [program], input=json.dumps(told), capture_output=True, text=True, check=True
        )
        return answer.stdout.strip()

    return ask


def signed(log: MadeLog, *keys: SigningKey) -> Note:
    """The state of a log as it is signed during a rotation of its key, or after it."""
    return sign(Head(log.key.public.name, log.growing.size, log.growing.root()), *keys)


def text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


@pytest.fixture
def told(tmp_path: Path) -> dict[str, Any]:
    """What the peer is to check: all roots, a spread of proofs, a checkpoint, the tiles."""
    log = MadeLog()
    roots = [
        log.add([entry] if entry else []).growing.root() for entry in [b"", *log_of(SIZE).entries]
    ]
    for path, content in log.files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(content)
    sizes = (1, 2, 3, 7, 8, 100, 255, 256, 257, 511, 512, 513, SIZE)
    return {
        "Entries": [text(entry) for entry in log.entries],
        "Roots": [text(root) for root in roots],
        "Inclusion": [
            {
                "Index": index,
                "Size": size,
                "Entry": text(log.entries[index]),
                "Proof": [text(each) for each in log.inclusion(index, size)],
                "Root": text(roots[size]),
            }
            for size in sizes
            for index in range(0, size, max(1, size // 9))
        ],
        "Consistency": [
            {
                "Old": old,
                "New": new,
                "Proof": [text(each) for each in log.prove(old, new)],
                "OldRoot": text(roots[old]),
                "NewRoot": text(roots[new]),
            }
            for new in sizes
            for old in sizes
            if old <= new
        ],
        "LogKey": str(log.key.public),
        "NextKey": str(NEXT.public),
        "Overlap": str(signed(log, log.key, NEXT)),
        "After": str(signed(log, NEXT)),
        "Checkpoint": str(log.checkpoint()),
        "Size": SIZE,
        "Tiles": str(tmp_path),
        "PrivateKey": log.key.written(),
        "Signed": str(log.checkpoint()),
    }


@pytest.mark.timeout(600)
def test_go_agrees_with_our_roots_proofs_notes_and_tiles(ask: Ask, told: dict[str, Any]):
    assert ask(told) == "agreed: 100 inclusion, 91 consistency"


@pytest.mark.timeout(600)
def test_go_finds_what_was_tampered_with(ask: Ask, told: dict[str, Any]):
    """Else its agreement would say nothing."""
    told["Inclusion"][50]["Entry"] = text(b"another")
    told["Consistency"][50]["OldRoot"] = text(b"r" * 32)
    told["Checkpoint"] = told["Checkpoint"].replace(str(SIZE), str(SIZE - 1))
    told["Overlap"] = told["After"]
    path = Path(told["Tiles"]) / "tile" / "0" / "001"
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.write_bytes(content)
    faults = ask(told)
    for found in ("merkle, inclusion", "tlog, inclusion", "merkle, consistency", "tlog, cons",
                  "the checkpoint", "the overlap, by list 0", "the overlap, by list 2",
                  "tiles, entry"):  # fmt: skip
        assert found in faults
