"""The log over HTTP: all files of the log, and nothing else of the disk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from made_log import log_of
from prometheus_client import CollectorRegistry

from ketensluis.runtime.health import HealthServer, Verdict
from services.journal.serving import log_routes

SECRETS = ("state.json", ".checkpoint", "../secret", "tile/../state.json", "tile/0/../../secret")


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[str]:
    """A log of 300 entries in its folder, beside things that are nobody's business."""
    folder = tmp_path / "journal"
    for path, content in log_of(300).files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "checkpoint").write_text(str(log_of(300).checkpoint()))
    for name in ("state.json", ".checkpoint"):
        (folder / name).write_text("not for others")
    (tmp_path / "secret").write_text("not for others")
    good = Verdict(good=True)
    server = HealthServer(
        CollectorRegistry(), healthy=lambda: good, ready=lambda: good, also=log_routes(folder)
    )
    await server.start("127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.port}"
    await server.stop()


async def test_every_file_of_the_log_is_read_as_it_lies_there(served: str):
    files = log_of(300).files
    async with ClientSession() as asking:
        for path, content in files.items():
            async with asking.get(f"{served}/log/{path}") as answer:
                assert (answer.status, await answer.read()) == (200, content)
                assert "immutable" in answer.headers["Cache-Control"]
        async with asking.get(f"{served}/log/checkpoint") as answer:
            assert await answer.text() == str(log_of(300).checkpoint())
            assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", SECRETS)
async def test_nothing_else_is_read(served: str, path: str):
    from yarl import URL  # noqa: PLC0415 - which aiohttp brings

    for written in (path, path.replace("/", "%2F"), path.replace("..", "%2e%2e"), f"/{path}"):
        async with (
            ClientSession() as asking,
            asking.get(URL(f"{served}/log/{written}", encoded=True)) as answer,
        ):
            assert answer.status == 404, written
            assert "not for others" not in await answer.text()


async def test_nothing_can_be_written(served: str):
    async with ClientSession() as asking, asking.put(f"{served}/log/checkpoint") as answer:
        assert answer.status == 405
