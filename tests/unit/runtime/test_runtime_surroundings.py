"""Clock, settings, state on disk, log lines and health: what surrounds the work."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from aiohttp import ClientSession
from prometheus_client import CollectorRegistry

from ketensluis.errors import KetensluisError
from ketensluis.runtime.clock import FileClock, SystemClock, milliseconds
from ketensluis.runtime.health import HealthServer, Verdict
from ketensluis.runtime.logging import configure_logging
from ketensluis.runtime.metrics import Metrics
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.state import StateFolder, StateStore

PERSON = "Jansen-Voorbeeld"
Logged = Callable[[], str]


def test_a_file_clock_follows_its_file(tmp_path: Path):
    path = tmp_path / "clock"
    path.write_text("2026-03-01T12:00:00+01:00\n")
    clock = FileClock(path)
    assert clock.now() == datetime(2026, 3, 1, 11, tzinfo=UTC)
    moved = tmp_path / "new"
    moved.write_text("2026-03-02T00:00:00Z")
    moved.replace(path)
    assert clock.now() == datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize("content", [None, "", "yesterday", "2026-03-01T12:00:00"])
def test_a_clock_file_without_an_instant_is_an_error_that_names_it(
    tmp_path: Path, content: str | None
):
    path = tmp_path / "clock"
    if content is not None:
        path.write_text(content)
    with pytest.raises(KetensluisError) as caught:
        FileClock(path).now()
    assert caught.value.code == "clock_unreadable"
    assert str(path) in caught.value.sentence


def test_milliseconds_are_since_the_epoch_in_utc():
    assert milliseconds(datetime(1970, 1, 1, 0, 0, 1, 500_000, tzinfo=UTC)) == 1_500


def test_settings_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("KETENSLUIS_BOOTSTRAP", "kafka:9092")
    monkeypatch.setenv("KETENSLUIS_CLOCK_FILE", str(tmp_path / "clock"))
    settings = Settings()
    assert settings.bootstrap == "kafka:9092"
    assert isinstance(settings.clock(), FileClock)
    monkeypatch.delenv("KETENSLUIS_CLOCK_FILE")
    assert isinstance(Settings().clock(), SystemClock)


def test_every_setting_is_documented():
    assert all(field.description for field in Settings.model_fields.values())


def test_a_store_gives_back_what_was_applied(tmp_path: Path):
    store = StateStore(tmp_path / "0")
    store.apply([(b"a", b"1"), (b"b", b"2")], 2)
    store.apply([(b"a", None), (b"b", b"3")], 4)
    assert (store.get(b"a"), store.get(b"b"), store.position) == (None, b"3", 4)
    store.clear()
    assert (store.get(b"b"), store.position) == (None, 0)
    store.close()


def test_a_store_that_missed_tombstones_for_long_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    store = StateStore(tmp_path / "0")
    store.apply([(b"a", b"1")], 1)
    store.clear_if_stale()
    assert store.position == 1
    monkeypatch.setattr("ketensluis.runtime.state._STALE_AFTER", -1.0)
    store.clear_if_stale()
    assert (store.get(b"a"), store.position) == (None, 0)
    store.close()


def test_workers_have_folders_of_their_own_and_a_dead_ones_is_taken_over_empty(tmp_path: Path):
    first, second = StateFolder(tmp_path, "s"), StateFolder(tmp_path, "s")
    for folder in (first, second):
        folder.store(0).apply([(b"a", b"1")], 1)
    assert len({path.parent for path in (tmp_path / "state/s").glob("*/0")}) == 2
    first.store(0).close()  # as its process's end does; its files stay
    first._lock.close()
    third = StateFolder(tmp_path, "s")
    assert third._folder == first._folder
    assert third.store(0).get(b"a") is None
    third.close()
    second.close()
    assert not list((tmp_path / "state/s").glob("*/0"))


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """Everything that was logged so far, as text; logging is as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    quiet = logging.getLogger("aiokafka").level
    configure_logging("tried", "debug")
    yield lambda: capsys.readouterr().err
    structlog.reset_defaults()
    root.handlers = handlers
    root.setLevel(level)
    logging.getLogger("aiokafka").setLevel(quiet)


def test_a_key_that_is_not_allowed_is_dropped(logged: Logged):
    structlog.get_logger().info("decided", partition=3, narrative=PERSON, person={"name": PERSON})
    text = logged()
    line = json.loads(text)
    assert (line["event"], line["partition"], line["service"]) == ("decided", 3, "tried")
    assert line["dropped"] == 2
    assert PERSON not in text


def test_an_exception_is_told_by_type_and_place_only(logged: Logged):
    try:
        int(PERSON)
    except ValueError:
        structlog.get_logger().exception("stage_failure")
    text = logged()
    assert json.loads(text)["error"] == "ValueError"
    assert "test_runtime_surroundings.py:" in json.loads(text)["where"]
    assert PERSON not in text


def test_a_line_is_written_at_once_so_that_processes_do_not_cut_into_each_others(
    logged: Logged, monkeypatch: pytest.MonkeyPatch
):
    class Stream(io.StringIO):
        def write(self, text: str, /) -> int:
            written.append(text)
            return len(text)

    written: list[str] = []
    monkeypatch.setattr("sys.stderr", Stream())
    structlog.get_logger().info("decided", partition=3)
    (line,) = written
    assert line.endswith("}\n")


def test_a_librarys_line_is_told_without_its_arguments(logged: Logged):
    logging.getLogger("library").warning("could not send %s", PERSON)
    logging.getLogger("library").warning(f"formatted beforehand: {PERSON}")  # noqa: G004
    logging.getLogger("aiokafka.producer").error("again %s", PERSON)
    text = logged()
    lines = [json.loads(line) for line in text.splitlines()]
    assert [line.get("template") for line in lines] == ["could not send %s", None]
    assert PERSON not in text


async def test_health_and_readiness_answer_by_status_and_name_the_reason():
    verdicts = {"healthz": Verdict(good=True), "readyz": Verdict(good=False, reasons=("joining",))}
    metrics = Metrics("tried", CollectorRegistry())
    metrics.quarantined("unwanted").inc()
    server = HealthServer(
        metrics.registry, healthy=lambda: verdicts["healthz"], ready=lambda: verdicts["readyz"]
    )
    await server.start("127.0.0.1", 0)
    try:
        async with ClientSession(f"http://127.0.0.1:{server.port}") as session:
            async with session.get("/healthz") as response:
                assert response.status == 200
            async with session.get("/readyz") as response:
                assert response.status == 503
                assert (await response.json())["reasons"] == ["joining"]
            async with session.get("/metrics") as response:
                labels = 'code="unwanted",service="tried"'
                assert f"quarantined_total{{{labels}}} 1.0" in await response.text()
    finally:
        await server.stop()


async def test_a_port_that_is_taken_is_an_error_that_names_it():
    def server() -> HealthServer:
        return HealthServer(
            CollectorRegistry(),
            healthy=lambda: Verdict(good=True),
            ready=lambda: Verdict(good=True),
        )

    first = server()
    await first.start("127.0.0.1", 0)
    try:
        with pytest.raises(KetensluisError) as caught:
            await server().start("127.0.0.1", first.port)
        assert caught.value.code == "port_taken"
    finally:
        await first.stop()
