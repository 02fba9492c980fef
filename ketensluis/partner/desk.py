"""A desk: takes a record of mail in, files it, and lays its answers down to be sent.

Nothing is remembered in the program: what was received lies in `inbox`, what is still to be
sent in `answers`. Files are written whole or not at all, and all ids derive from what they
answer, so a desk that is killed and started again repeats itself harmlessly.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import structlog

from ketensluis.envelope.mail import Opened, Opener, Sealer
from ketensluis.envelope.stored import store
from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.messages import Notice, Receipt, Referral, Rejection
from ketensluis.model.party import responses_topic
from ketensluis.model.record import Output, Record
from ketensluis.partner.answers import Answer, answer_kind, read_answer, write_answer
from ketensluis.partner.documents import document, file_stem

__all__ = ["Desk", "Due", "Script", "Taken", "receipt", "receipt_only"]

Script = Callable[[Opened[Referral], datetime], Iterable[Answer]]

_MAIL: tuple[type[Referral], ...] = (Referral, Notice)
_SUFFIX = ".answer"
# Files that a desk lays down begin with their time, so that what waits need not be read.
_STAMP = "%Y%m%dT%H%M%SZ"
_STAMPED = re.compile(r"\d{8}T\d{6}Z\.")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a record of mail: the file it was written to, or why it was refused."""

    path: Path | None
    refused: Refused | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An answer whose time has come, and the file to settle when it has gone."""

    path: Path
    answer: Answer


def receipt(opened: Opened[Referral], at: datetime) -> Receipt:
    """The proof that the message arrived."""
    referral = opened.message
    return Receipt(
        incident_id=referral.incident_id,
        message_id=referral.message_id,
        unit=referral.unit,
        at=at,
        digest=opened.digest,
    )


def receipt_only(opened: Opened[Referral], at: datetime) -> Iterable[Answer]:
    """The script of a desk where people answer: the receipt, and nothing else by itself."""
    yield receipt(opened, at)


@dataclass(frozen=True, slots=True)
class Desk:
    """One party's side of the exchange."""

    party: str
    inbox: Path
    answers: Path
    opener: Opener
    sealer: Sealer
    script: Script = receipt_only

    def take(self, record: Record, now: datetime) -> Taken:
        """Verifies, decrypts and files a record; lays down what is to be answered.

        A record that does not verify is not filed, and gets a rejection.
        """
        try:
            opened = self.opener.open(record, _MAIL)
        except Refused as error:
            self._lay_down([_unverifiable(record, now)])
            return Taken(None, error)
        stem = file_stem(opened.message.incident_id, opened.message.message_id)
        path = self.inbox / f"{stem}.json"
        _write(self.inbox / f"{stem}.msg", _json(store(record, opened)))
        _write(path, _json(document(opened.message)))
        self._lay_down(self.script(opened, now))
        return Taken(path)

    def due(self, now: datetime) -> list[Due]:
        """The answers whose time has come, oldest first.

        An answer that cannot be read is logged, and moved to `refused` with the reason.
        """
        found = (
            Due(path, answer)
            for path in self.answers.glob(f"*{_SUFFIX}")
            if not _waits(path.name, now) and (answer := self._read(path)) and answer.at <= now
        )
        return sorted(found, key=lambda each: (each.answer.at, each.path.name))

    def seal(self, answer: Answer, at: datetime) -> Output:
        """The answer as a signed record; `at` is the time of logging."""
        return self.sealer.seal(
            answer,
            topic=responses_topic(self.party),
            key=answer.incident_id,
            subject=answer.incident_id,
            at=at,
            correlation=answer.incident_id,
            causation=answer.message_id,
        )

    def settle(self, due: Due) -> None:
        """Puts the answer away; to be called when Kafka has acknowledged it."""
        sent = self.answers / "sent"
        sent.mkdir(exist_ok=True)
        due.path.replace(sent / due.path.name)

    def _read(self, path: Path) -> Answer | None:
        try:
            return read_answer(path.read_bytes())
        except KetensluisError as error:
            refused = self.answers / "refused"
            refused.mkdir(exist_ok=True)
            (refused / f"{path.name}.reason").write_text(f"{error}\n", encoding="utf-8")
            path.replace(refused / path.name)
            structlog.get_logger().warning(
                "answer_refused", code=error.code, sentence=error.sentence, file=path.name
            )
            return None

    def _lay_down(self, answers: Iterable[Answer]) -> None:
        for number, answer in enumerate(answers, start=1):
            stem = file_stem(answer.incident_id, answer.message_id)
            name = f"{answer.at:{_STAMP}}.{stem}.{number}.{answer_kind(answer)}{_SUFFIX}"
            if not (self.answers / "sent" / name).exists():
                _write(self.answers / name, write_answer(answer))


def _waits(name: str, now: datetime) -> bool:
    """Whether the name says that its time has not come; a hand-written file need not say."""
    return _STAMPED.match(name) is not None and name > f"{now:{_STAMP}}~"


def _unverifiable(record: Record, now: datetime) -> Rejection:
    """The rejection of a record that says who it claims to be, and no more can be trusted."""

    def claimed(name: str) -> str:
        return (record.header(name) or b"unknown").decode(errors="replace")[:64]

    return Rejection(
        incident_id=claimed("ce_subject"),
        message_id=claimed("ce_id"),
        at=now,
        reason="unverifiable",
    )


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"


def _write(path: Path, content: bytes) -> None:
    """Writes the whole file or none of it, and to the disk before anyone is told."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.part")
    with beside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
