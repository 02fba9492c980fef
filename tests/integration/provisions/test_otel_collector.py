"""A real OpenTelemetry collector takes the lines, as the standard has them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from disclosure_world import Hub
from made_incidents import incident
from provisions_rig import RegisterRig
from real_parts import without
from waiting import eventually

from services.provisions.export import Exporter

pytestmark = pytest.mark.soak
VERSION = "v0.165.0"
PROVIDERS = "v1.71.0"
MODULE = "go.opentelemetry.io/collector"
GO_PLACES = os.pathsep.join((os.environ.get("PATH", ""), "/usr/local/go/bin"))
DEADLINE = 120.0


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The collector with a receiver of OTLP and an exporter that prints what it got."""
    go = shutil.which("go", path=GO_PLACES) or without("Go", "it is not installed")
    folder = tmp_path_factory.mktemp("collector")
    (folder / "build.yaml").write_text(
        f"""dist: {{name: otelcol, output_path: {folder}/out}}
receivers: [{{gomod: {MODULE}/receiver/otlpreceiver {VERSION}}}]
exporters: [{{gomod: {MODULE}/exporter/debugexporter {VERSION}}}]
providers:
  - {{gomod: {MODULE}/confmap/provider/fileprovider {PROVIDERS}}}
  - {{gomod: {MODULE}/confmap/provider/envprovider {PROVIDERS}}}
"""
    )
    environment = {**os.environ, "GOBIN": str(folder), "PATH": GO_PLACES}
    for command in (
        [go, "install", f"{MODULE}/cmd/builder@{VERSION}"],
        [str(folder / "builder"), "--config", "build.yaml"],
    ):
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            without("an OpenTelemetry collector", done.stderr.strip()[-500:])
    return folder / "out" / "otelcol"


@pytest.fixture
def collector(program: Path, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Its address, and the file to which it prints."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    (tmp_path / "collector.yaml").write_text(
        f"""receivers: {{otlp: {{protocols: {{http: {{endpoint: "{address}"}}}}}}}}
exporters: {{debug: {{verbosity: detailed}}}}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines: {{traces: {{receivers: [otlp], exporters: [debug]}}}}
"""
    )
    printed = tmp_path / "printed"
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [program, "--config", tmp_path / "collector.yaml"], stdout=output, stderr=output
        )
    try:
        eventually(lambda: answers(f"http://{address}/"))
        yield f"http://{address}", printed
    finally:
        process.terminate()
        process.wait(DEADLINE)


def answers(url: str) -> bool:
    try:
        httpx.get(url)
    except httpx.TransportError:
        return False
    return True


def test_a_real_collector_takes_every_line_with_its_attributes(
    rig: RegisterRig, collector: tuple[str, Path]
):
    endpoint, printed = collector
    rig.tell(*Hub(rig.world).take(rig.world.record(incident())))
    exporter = Exporter(rig.engine, endpoint)
    assert (exporter.export(), exporter.rejected) == (3, 0)
    eventually(lambda: printed.read_text().count("Span #") == 3)
    told = printed.read_text()
    for name, count in (
        ("dpl.core.processing_activity_id", 3),
        ("dpl.core.data_subject_id:", 2),
        ("dpl.core.data_subject_id_type", 2),
    ):
        assert told.count(name) == count
    assert told.count("Status code    : Ok") == 3
