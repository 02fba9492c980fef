"""What one node of the local Apache Kafka is configured with, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ketensluis.kafka.limits import LARGEST_BATCH_BYTES

__all__ = ["JVM_OPTIONS", "LOGGING", "Listener", "server_properties"]

# Small and quick to start rather than fast under load; 340 MB resident was measured.
JVM_OPTIONS = (
    "-Xms64m",
    "-Xmx512m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:-UsePerfData",
    "-Djava.awt.headless=true",
    # Else Java 25 warns about Kafka's own use of these on every start.
    "--sun-misc-unsafe-memory-access=allow",
    "--enable-native-access=ALL-UNNAMED",
)
_FOREVER = 2**63 - 1
_FOREVER_MINUTES = 2**31 - 1

LOGGING = """\
appender.file.type = RollingFile
appender.file.name = file
appender.file.fileName = ${sys:ketensluis.log}
appender.file.filePattern = ${sys:ketensluis.log}.%i
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %p %m (%c)%n%ex{short}
appender.file.policies.type = Policies
appender.file.policies.size.type = SizeBasedTriggeringPolicy
appender.file.policies.size.size = 10MB
appender.file.strategy.type = DefaultRolloverStrategy
appender.file.strategy.max = 2
rootLogger.level = INFO
rootLogger.appenderRef.file.ref = file
"""


@dataclass(frozen=True, slots=True)
class Listener:
    """The ports of one node on the loopback: for clients, and for the quorum."""

    node: int
    client_port: int
    quorum_port: int


def server_properties(own: Listener, everyone: tuple[Listener, ...], folder: Path) -> str:
    """The text of `server.properties` of the node `own`, whose logs lie in `folder`.

    With three nodes every partition has three copies, of which two must have a record before
    it is acknowledged: one node may stop and nothing is lost or blocked.
    """
    copies = min(3, len(everyone))
    in_sync = max(1, copies - 1)
    voters = ",".join(f"{each.node}@127.0.0.1:{each.quorum_port}" for each in everyone)
    settings: dict[str, str | int] = {
        "process.roles": "broker,controller",
        "node.id": own.node,
        "listeners": (f"CLIENT://127.0.0.1:{own.client_port},QUORUM://127.0.0.1:{own.quorum_port}"),
        "advertised.listeners": f"CLIENT://127.0.0.1:{own.client_port}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,QUORUM:PLAINTEXT",
        "inter.broker.listener.name": "CLIENT",
        "controller.listener.names": "QUORUM",
        "controller.quorum.voters": voters,
        "log.dirs": folder.as_posix(),
        # A misspelt topic is an error, not a new topic.
        "auto.create.topics.enable": "false",
        "default.replication.factor": copies,
        "min.insync.replicas": in_sync,
        "offsets.topic.replication.factor": copies,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": copies,
        "transaction.state.log.min.isr": in_sync,
        "transaction.state.log.num.partitions": 4,
        "share.coordinator.state.topic.replication.factor": copies,
        "share.coordinator.state.topic.min.isr": in_sync,
        "group.initial.rebalance.delay.ms": 0,
        # Records are evidence, and a hub that was switched off for weeks goes on where it was.
        "log.retention.ms": -1,
        "offsets.retention.minutes": _FOREVER_MINUTES,
        # Producers bring the time, which may be simulated: any time is in order.
        "log.message.timestamp.type": "CreateTime",
        "log.message.timestamp.before.max.ms": _FOREVER,
        "log.message.timestamp.after.max.ms": _FOREVER,
        "log.roll.ms": _FOREVER,
        "message.max.bytes": LARGEST_BATCH_BYTES,
        "replica.fetch.max.bytes": LARGEST_BATCH_BYTES,
        # Memory and files for a hundred small topics on one machine.
        "log.cleaner.dedupe.buffer.size": 16 * 2**20,
        "log.index.size.max.bytes": 2**20,
        "num.network.threads": 2,
        "num.io.threads": 4,
        "background.threads": 2,
        "num.recovery.threads.per.data.dir": 2,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
