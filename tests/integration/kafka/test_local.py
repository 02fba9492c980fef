"""The local Apache Kafka: started, stopped, and gone when its parent is."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from waiting import eventually

from ketensluis.errors import KetensluisError
from ketensluis.kafka import local, node
from ketensluis.kafka.asking import members
from ketensluis.kafka.cluster import apply, cluster_id, existing, partitions
from ketensluis.kafka.local import LocalKafka
from ketensluis.kafka.publisher import Publisher
from ketensluis.kafka.scan import scan
from ketensluis.kafka.topics import TopicPlan
from ketensluis.model.record import Output

pytestmark = pytest.mark.kafka


def answers(bootstrap: str) -> bool:
    host, port = bootstrap.split(",", maxsplit=1)[0].split(":")
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, int(port))) == 0


async def write(bootstrap: str, topic: str, value: bytes) -> None:
    async with Publisher(bootstrap) as publisher:
        await publisher.publish([Output(topic, None, value)], timestamp_ms=1)


async def read(bootstrap: str, topic: str) -> list[bytes | None]:
    return [record.value async for record in scan(bootstrap, topic)]


async def create(bootstrap: str, topic: str, copies: int) -> None:
    in_sync = {"min.insync.replicas": str(max(1, copies - 1))}
    await apply(bootstrap, [TopicPlan(topic, 1, copies, in_sync)])


async def test_a_folder_used_before_is_taken_up_again_with_its_records(tmp_path: Path):
    async with LocalKafka(tmp_path) as first:
        await create(first.bootstrap, "kept", 1)
        await write(first.bootstrap, "kept", b"still here")
    assert not answers(first.bootstrap)
    async with LocalKafka(tmp_path) as second:
        assert await read(second.bootstrap, "kept") == [b"still here"]


PARENT = """
import multiprocessing, sys, threading, time
from pathlib import Path
from ketensluis.kafka.local import LocalKafka
kafka = LocalKafka(Path(sys.argv[1]))
starter = threading.Thread(target=kafka.start)
starter.start()
starter.join()
if sys.argv[2] == "fork":
    child = multiprocessing.get_context("fork").Process(target=time.sleep, args=(300,))
    child.start()
    print(child.pid, flush=True)
print(kafka.bootstrap, flush=True)
time.sleep(300)
"""


@pytest.mark.parametrize("kind", ["plain", "fork"])
def test_a_parent_killed_outright_takes_its_broker_along(tmp_path: Path, kind: str):
    """Started from a thread that has ended; and with a forked child that holds the pipe."""
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path), kind], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline()) if kind == "fork" else None
    bootstrap = parent.stdout.readline().strip()
    try:
        assert answers(bootstrap)
        parent.kill()
        parent.wait()
        eventually(lambda: not answers(bootstrap))
        eventually(lambda: not processes_in(tmp_path))
    finally:
        if child is not None:
            os.kill(child, signal.SIGKILL)
        parent.stdout.close()


def test_a_supervisor_killed_outright_takes_its_broker_along(tmp_path: Path):
    with LocalKafka(tmp_path) as kafka:
        supervisor = kafka._nodes[0]._supervisor
        assert supervisor is not None
        os.kill(supervisor.pid, signal.SIGKILL)
        eventually(lambda: not answers(kafka.bootstrap))
        eventually(lambda: not processes_in(tmp_path))


def processes_in(folder: Path) -> list[str]:
    """The command lines of running programs that name the folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = entry.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it ended while we looked
            continue
        if f"{folder}/node-" in command:
            found.append(command)
    return found


async def test_three_nodes_go_on_reading_and_writing_while_one_is_gone(tmp_path: Path):
    async with LocalKafka(tmp_path, nodes=3) as kafka:
        await create(kafka.bootstrap, "safe", 3)
        await write(kafka.bootstrap, "safe", b"before")
        await asyncio.to_thread(kafka.stop_node, 1, kill=True)
        for _ in range(10):  # the others count it as a member for a while yet
            assert await members(kafka.bootstrap) >= {2, 3}
            assert await partitions(kafka.bootstrap, ["safe"]) == {"safe": 1}
            assert "safe" in await existing(kafka.bootstrap)
            assert await cluster_id(kafka.bootstrap)
        await write(kafka.bootstrap, "safe", b"while one is gone")
        assert await read(kafka.bootstrap, "safe") == [b"before", b"while one is gone"]
        await asyncio.to_thread(kafka.start_node, 1)
        await asyncio.to_thread(kafka.stop_node, 2)
        await write(kafka.bootstrap, "safe", b"another one gone")
        assert len(await read(kafka.bootstrap, "safe")) == 3


def test_a_broker_that_dies_while_starting_is_reported_with_the_last_lines_of_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(node, "server_properties", lambda *_: SETTINGS_WITHOUT_QUORUM)
    (tmp_path / "node-1" / "data").mkdir(parents=True)
    (tmp_path / "node-1" / "data" / "meta.properties").touch()
    with pytest.raises(KetensluisError, match=r"controller\.listener\.names") as died:
        LocalKafka(tmp_path).start()
    assert died.value.code == "kafka_died"
    assert "\n" not in str(died.value)


SETTINGS_WITHOUT_QUORUM = "process.roles=broker,controller\nnode.id=1\n"


def test_a_java_that_refuses_to_format_is_reported_with_what_it_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(node, "JVM_OPTIONS", ("-Xmx1k",))
    with pytest.raises(KetensluisError, match="Too small maximum heap") as failed:
        LocalKafka(tmp_path).start()
    assert failed.value.code == "kafka_format_failed"


def test_a_folder_in_which_another_kafka_runs_is_refused_and_left_alone(tmp_path: Path):
    with LocalKafka(tmp_path) as running:
        with pytest.raises(KetensluisError) as refused:
            LocalKafka(tmp_path).start()
        assert refused.value.code == "kafka_folder_in_use"
        assert answers(running.bootstrap)


def test_a_port_that_another_program_took_meanwhile_leads_to_other_ports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with socket.socket() as thief:
        thief.bind(("127.0.0.1", 0))
        thief.listen()
        taken = thief.getsockname()[1]
        honest = local.free_listeners
        offers = iter([(node.Listener(1, taken, honest(1)[0].quorum_port),), honest(1)])
        monkeypatch.setattr(local, "free_listeners", lambda _: next(offers))
        with LocalKafka(tmp_path) as kafka:
            assert str(taken) not in kafka.bootstrap


def test_a_folder_made_with_three_nodes_is_refused_for_one(tmp_path: Path):
    (tmp_path / "cluster.json").write_text('{"id": "AAAAAAAAAAAAAAAAAAAAAA", "nodes": 3}')
    with pytest.raises(KetensluisError, match="holds a cluster of 3"):
        LocalKafka(tmp_path).start()


def start_without_network(cache: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Start and stop where every way out leads to a closed door."""
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ketensluis.errors import KetensluisError\n"
        "from ketensluis.kafka.local import LocalKafka\n"
        "try:\n"
        "    with LocalKafka(Path(sys.argv[2]), cache=Path(sys.argv[1])):\n"
        "        print('it runs')\n"
        "except KetensluisError as error:\n"
        "    sys.exit(str(error))\n"
    )
    closed = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy"), "http://127.0.0.1:9")
    return subprocess.run(
        [sys.executable, "-c", program, str(cache), str(folder)],
        env={**os.environ, **closed},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_later_use_needs_no_network_and_is_quiet_in_a_pipe(kafka: LocalKafka, tmp_path: Path):
    done = start_without_network(kafka._cache, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "it runs\n", "")


def test_a_first_use_without_network_says_so_on_one_line(tmp_path: Path):
    done = start_without_network(tmp_path / "cache", tmp_path / "kafka")
    assert done.returncode == 1
    assert done.stderr.startswith("kafka_jars_unavailable: ")
    assert done.stderr.count("\n") == 1
