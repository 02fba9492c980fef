"""What Faust does for the tracker: the group's partitions, and a table with its changelog."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faust
from yarl import URL

from ketensluis.runtime.settings import Settings
from services.tracker.names import Names
from services.tracker.transport import CommittedTransport

__all__ = ["TABLE", "FaustApp", "faust_app"]

TABLE = "incidents"
_COMMIT_SECONDS = 1.0
_TABLE_OPTIONS = {
    # Faust's own figures are for one big table on a machine of its own.
    "write_buffer_size": 16 * 2**20,
    "block_cache_size": 64 * 2**20,
    "max_open_files": 128,
}


@dataclass(frozen=True, slots=True)
class FaustApp:
    """An application that was not started; the transport's hooks are still to be set."""

    app: faust.App
    transport: CommittedTransport
    table: Any


def faust_app(
    settings: Settings, names: Names, folder: Path, partitions: int, replication: int
) -> FaustApp:
    """An application without agents: it reads the events for the transport's `on_records`.

    `partitions` and `replication` are those of the events' topic; its table has as many.
    """
    url = [URL(f"kafka://{broker}") for broker in settings.bootstrap.split(",")]
    app = faust.App(
        names.group,
        broker=url,
        store="rocksdb://",
        datadir=str(folder),
        processing_guarantee="at_least_once",
        topic_partitions=partitions,
        topic_replication_factor=replication,
        topic_disable_leader=True,
        table_standby_replicas=0,
        consumer_auto_offset_reset="earliest",
        broker_session_timeout=settings.session_timeout,
        broker_heartbeat_interval=settings.session_timeout / 10,
        broker_request_timeout=max(90.0, settings.session_timeout),
        broker_commit_interval=_COMMIT_SECONDS,
        web_enabled=False,
        autodiscover=False,
    )
    transport = CommittedTransport(url, app)
    transport.batched = names.events
    app.transport = transport
    table = app.Table(
        TABLE, partitions=partitions, key_type=bytes, value_type=bytes,
        options=dict(_TABLE_OPTIONS),
    )  # fmt: skip
    app.topics.add(
        app.topic(
            names.events, key_type=bytes, value_type=bytes,
            key_serializer="raw", value_serializer="raw",
        )
    )  # fmt: skip
    return FaustApp(app, transport, table)
