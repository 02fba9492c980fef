"""Where a record's time goes in the stage, without Kafka: each step by itself, and the rest.

A step is a function of the chain, timed where it is called; what a step inside it takes is
not counted twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from time import thread_time_ns
from typing import Any
from unittest.mock import patch

from ketensluis.agreements.book import Agreements
from ketensluis.avro.codec import Codec
from ketensluis.dossier_keys.store import KeyStore
from ketensluis.envelope import dossier_jwe, jwe, jws, opening
from ketensluis.model.record import Record
from ketensluis.redaction.redactor import Redactor
from ketensluis.runtime.stage import Context, StagedState
from services.disclosure import changes, decide, deciding, process
from services.disclosure.rules import RuleBook

__all__ = ["STEPS", "TOTAL", "microseconds"]

TOTAL = "in all"
_REST = "the rest: decide, remember, identify"

# What a reader sees, and the function that takes that time.
_PLACES: tuple[tuple[str, Any, str], ...] = (
    ("read headers and claims", opening, "parse"),
    ("read headers and claims", jws, "read"),
    ("find the incident's key, decrypt", KeyStore, "key"),
    ("find the incident's key, decrypt", dossier_jwe, "decrypt"),
    ("verify the signature (ES256)", jws, "verify"),
    ("decode Avro", Codec, "decode"),
    ("check the incident", process, "check"),
    ("find the route", decide, "whereabouts"),
    ("classify", RuleBook, "classify"),
    ("find the recipients and agreements", deciding, "owed"),
    ("find the recipients and agreements", Agreements, "standing"),
    ("redact", Redactor, "redact"),
    ("digests of what goes", changes, "digests_of"),
    ("encode Avro", Codec, "encode"),
    ("sign (ES256)", jws, "sign"),
    ("encrypt (ECDH-ES, some RSA)", jwe, "encrypt"),
    ("make the ledger event", process, "event_of"),
    ("remember (history)", process, "fold"),
)
STEPS = (*dict.fromkeys(name for name, _, _ in _PLACES), _REST)
"""The steps in their order, the rest last."""


@dataclass
class _Watch:
    """Nanoseconds per step; `inner` is what nested steps took, a level per open step."""

    spent: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    inner: list[int] = field(default_factory=lambda: [0])

    def timing(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its own time counted under that name."""

        @wraps(function)
        def timed(*args: Any, **more: Any) -> Any:
            self.inner.append(0)
            began = thread_time_ns()
            try:
                return function(*args, **more)
            finally:
                whole = thread_time_ns() - began
                self.spent[name] += whole - self.inner.pop()
                self.inner[-1] += whole

        return timed


def microseconds(
    make_stage: Callable[[], process.DisclosureStage], records: Sequence[Record]
) -> dict[str, float]:
    """Mean microseconds of processor time a record, by step, and in all without the watch."""
    stage = make_stage()
    _run(stage, records[: len(records) // 10])  # compiles redactors, fills caches
    whole = _run(stage, records)
    watch = _Watch()
    with _watched(watch):
        stage = make_stage()
        _run(stage, records[: len(records) // 10])
        watch.spent.clear()
        _run(stage, records)
    steps = {name: spent / len(records) / 1000 for name, spent in watch.spent.items()}
    in_all = whole / len(records) / 1000
    # The watch itself takes time; what it took is not counted to the rest.
    return {**steps, _REST: max(0.0, in_all - sum(steps.values())), TOTAL: in_all}


@contextmanager
def _watched(watch: _Watch) -> Iterator[None]:
    with ExitStack() as stack:
        for name, owner, function in _PLACES:
            timed = watch.timing(name, getattr(owner, function))
            stack.enter_context(patch.object(owner, function, timed))
        yield


def _run(stage: process.DisclosureStage, records: Sequence[Record]) -> int:
    """Nanoseconds that the records take, one after the other, each with the memory so far."""
    memory: dict[bytes, bytes] = {}
    began = thread_time_ns()
    for record in records:
        state = StagedState(memory.get)
        for _ in stage.process(record, Context(state)):
            """Kafka would take it from here."""
        memory.update((key, value) for key, value in state.writes.items() if value is not None)
    return thread_time_ns() - began
