"""JSON log lines on standard error, in which only named, harmless keys can appear."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from pathlib import Path
from traceback import extract_tb
from typing import Any

import structlog

__all__ = ["ALLOWED_KEYS", "configure_logging"]

# Deny by default: a key that is not here is dropped, so that a careless log line cannot
# spill what an incident holds. All are codes, counts, places and names of parts.
ALLOWED_KEYS = frozenset({
    "event", "level", "timestamp", "service", "code", "remedy", "sentence",
    "topic", "partition", "offset", "record", "partitions", "records", "attempt",
    "seconds", "lag", "host", "port", "signal", "state", "error", "where", "logger", "template",
    "dropped", "count", "incident_id", "message_id", "party", "agreement", "version", "file",
    "line", "url", "pid", "witness",
})  # fmt: skip
_LONGEST = 500

EventDict = MutableMapping[str, Any]


def configure_logging(service: str, level: str = "info") -> None:
    """Send every log line of this process to standard error as one JSON object.

    Lines of libraries are cut down to logger, place and template (never its arguments), and
    aiokafka is silent: it tells of every retry, where the runtime tells of changes of state.
    """
    severity = getattr(logging, level.upper())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _told_by(service),
            _exception_without_values,
            _only_allowed,
            structlog.processors.JSONRenderer(sort_keys=True),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(severity),
        # A line is written at once: processes that share the stream must not cut into it.
        logger_factory=lambda *_: structlog.WriteLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Reduced()]
    root.setLevel(max(severity, logging.WARNING))
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)


class _Reduced(logging.Handler):
    """Takes a library's log record, and passes on what cannot hold anyone's data."""

    def emit(self, record: logging.LogRecord) -> None:
        raised = record.exc_info[0] if record.exc_info else None
        # A message without arguments may have been formatted beforehand, values and all.
        template = str(record.msg) if record.args else None
        structlog.get_logger().log(
            record.levelno,
            "library_message",
            logger=record.name,
            where=f"{Path(record.pathname).name}:{record.lineno}",
            template=template,
            error=raised.__name__ if raised else None,
        )


def _told_by(service: str) -> structlog.typing.Processor:
    def add(_: object, __: str, event: EventDict) -> EventDict:
        event.setdefault("service", service)
        return event

    return add


def _exception_without_values(_: object, __: str, event: EventDict) -> EventDict:
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()[1]
    if isinstance(raised, BaseException):
        frames = extract_tb(raised.__traceback__)
        event["error"] = type(raised).__name__
        event["where"] = " < ".join(
            f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames)
        )
    return event


def _only_allowed(_: object, __: str, event: EventDict) -> EventDict:
    kept = {key: _plain(value) for key, value in event.items() if key in ALLOWED_KEYS}
    if dropped := len(event) - len(kept):
        kept["dropped"] = dropped
    return {key: value for key, value in kept.items() if value is not None}


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple) and all(isinstance(one, int) for one in value):
        return list(value)
    return str(value)[:_LONGEST]
