"""The one settings class: every option of every service, from `KETENSLUIS_*`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from ketensluis.runtime.clock import Clock, FileClock, SystemClock

__all__ = ["Settings"]


class Settings(BaseSettings):
    """Read from the environment: `KETENSLUIS_BOOTSTRAP` sets `bootstrap`, and so on.

    Durations are seconds, sizes are bytes.
    """

    model_config = SettingsConfigDict(env_prefix="KETENSLUIS_", frozen=True, extra="forbid")

    bootstrap: str = Field(
        default="127.0.0.1:9092", description="Kafka brokers, as HOST:PORT[,HOST:PORT]."
    )
    home: Path = Field(
        default=Path(".ketensluis"), description="Folder for state that Kafka can rebuild."
    )
    clock_file: Path | None = Field(
        default=None, description="File with an RFC 3339 time that stands in for the clock."
    )
    registry_url: str | None = Field(
        default=None, description="Confluent-compatible schema registry; else the lock file."
    )
    agreements: Path | None = Field(
        default=None, description="Folder of agreements in force; else the examples shipped."
    )
    pki: Path | None = Field(
        default=None, description="Folder with this party's key and the others' certificates."
    )
    database_url: str | None = Field(
        default=None,
        repr=False,  # it may hold a password
        description="The work list's database (postgresql://…); else SQLite in `home`.",
    )
    provisions_url: str | None = Field(
        default=None,
        repr=False,  # idem
        description="The database of the register of provisions; else SQLite in `home`.",
    )
    keys_url: str | None = Field(
        default=None,
        repr=False,  # idem
        description="The database of the keys of incidents; else SQLite beside the PKI.",
    )
    keys_kek: Path | None = Field(
        default=None,
        description="File of the key that wraps those; else a file beside the PKI.",
    )
    otlp_endpoint: str | None = Field(
        default=None,
        description="OTLP/HTTP address of the log to which the register is exported, if any.",
    )
    oidc_issuer: str | None = Field(
        default=None, description="Whose tokens the work list takes; else the local issuer's."
    )
    oidc_audience: str = Field(
        default="ketensluis-worklist", description="For whom the work list's tokens must be."
    )
    journal_url: str | None = Field(
        default=None,
        description="Where the log's files are read, for witnesses and auditors (http://…/log).",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Least severe log line that is written."
    )
    http_host: str = Field(
        default="127.0.0.1", description="Address on which metrics and health are served."
    )
    http_port: int = Field(
        default=0, ge=0, le=65_535, description="Port for metrics and health; 0 takes a free one."
    )
    processes: int = Field(
        default=1, ge=1, le=64, description="Processes of a stage's worker, at most one a core."
    )
    batch_records: int = Field(
        default=2_000, ge=1, description="Most input records in one transaction."
    )
    fetch_bytes: int = Field(
        default=4 * 2**20, ge=1, description="Most bytes fetched ahead from one partition."
    )
    record_bytes: int = Field(
        default=2 * 2**20, ge=1, description="Largest record that a stage may produce."
    )
    session_timeout: float = Field(
        default=30.0, gt=0, description="A worker that is silent so long loses its partitions."
    )
    transaction_timeout: float = Field(
        default=60.0, gt=0, description="A transaction open so long is aborted by Kafka."
    )
    stop_timeout: float = Field(
        default=10.0, gt=0, description="A batch in hand gets so long to commit at a stop."
    )
    backoff_max: float = Field(
        default=30.0, gt=0, description="Longest wait between two tries of what may heal."
    )
    stuck_after: float = Field(
        default=60.0, gt=0, description="Work that has not moved for so long is unhealthy."
    )

    def clock(self) -> Clock:
        """The clock that these settings name."""
        return SystemClock() if self.clock_file is None else FileClock(self.clock_file)
