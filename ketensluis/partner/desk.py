"""A desk: takes a record of mail in, files it, and lays its answers down to be sent.

Nothing is remembered in the program: what was received lies in `inbox`, what is still to be
sent in `answers`. An answer's content derives from the message and from when that first
arrived, which the filed original bears as its time of modification. So a desk that is killed
at any point and started again writes the same files, with the same answers under the same ids.
"""

from __future__ import annotations

import contextlib
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
from ketensluis.partner.documents import correction, document, file_stem
from ketensluis.partner.filing import arrived_at, filing, write

__all__ = ["Desk", "Due", "Script", "Taken", "receipt", "receipt_only"]

Script = Callable[[Opened[Referral], datetime], Iterable[Answer]]

_MAIL: tuple[type[Referral], ...] = (Referral, Notice)
_SUFFIX = ".answer"
# Files that a desk lays down begin with their time, so that what waits need not be read.
_STAMP = "%Y%m%dT%H%M%SZ"
_STAMPED = re.compile(r"\d{8}T\d{6}Z\.")
_LONGEST_ID = 64  # characters


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a record of mail: the file it was written to, or why it was refused.

    `files` are all that were written, to be synced before the record counts as taken;
    `correction` says what it does to an earlier message, if it does.
    """

    path: Path | None
    refused: Refused | None = None
    files: tuple[Path, ...] = ()
    correction: str | None = None


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

        Raises:
            Unavailable: a folder cannot be written to.
        """
        try:
            opened = self.opener.open(record, _MAIL)
        except Refused as error:
            with filing():
                return Taken(None, error, self._reject(record, now))
        with filing():
            return self._file(record, opened, now)

    def due(self, now: datetime) -> list[Due]:
        """The answers whose time has come, oldest first.

        An answer that cannot be read is logged, and moved to `refused` with the reason.

        Raises:
            Unavailable: the folder cannot be read.
        """
        with filing():
            found = [
                Due(path, answer)
                for path in self.answers.glob(f"*{_SUFFIX}")
                if not _waits(path.name, now) and (answer := self._read(path)) and answer.at <= now
            ]
        return sorted(found, key=lambda each: (each.answer.at, each.path.name))

    def seal(self, answer: Answer, at: datetime) -> Output:
        """The answer as a signed record; `at` is the time of logging.

        Raises:
            KetensluisError: this party may not give such an answer.
            Unavailable: its own certificate has expired.
        """
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
        with filing():
            self._move(due.path, "sent")

    def refuse(self, path: Path, error: KetensluisError) -> None:
        """Puts an answer that cannot be sent aside, with the reason beside it."""
        with filing():
            reason = self.answers / "refused" / f"{path.name}.reason"
            write(reason, f"{error}\n".encode())
            self._move(path, "refused")
        structlog.get_logger().warning(
            "answer_refused", code=error.code, sentence=error.sentence, file=path.name
        )

    def _file(self, record: Record, opened: Opened[Referral], now: datetime) -> Taken:
        stem = file_stem(opened.message.incident_id, opened.message.message_id)
        original, path = self.inbox / f"{stem}.msg", self.inbox / f"{stem}.json"
        write(original, _json(store(record, opened)), arrived=arrived_at(original) or now)
        arrived = arrived_at(original) or now
        write(path, _json(document(opened.message)))
        laid = [
            file
            for number, answer in enumerate(self.script(opened, arrived), start=1)
            for file in self._lay_down(
                f"{answer.at:{_STAMP}}.{stem}.{number}.{answer_kind(answer)}{_SUFFIX}", answer
            )
        ]
        files = (original, path, *laid)
        return Taken(path, files=files, correction=correction(opened.message))

    def _reject(self, record: Record, now: datetime) -> tuple[Path, ...]:
        """Lays the rejection down, once: its name is the record's place, and bears no time."""
        name = f"{file_stem(str(record.coordinates))}.rejection{_SUFFIX}"
        if (self.answers / name).exists():
            return ()
        return self._lay_down(name, _unverifiable(record, now))

    def _lay_down(self, name: str, answer: Answer) -> tuple[Path, ...]:
        if (self.answers / "sent" / name).exists():
            return ()
        write(self.answers / name, write_answer(answer))
        return (self.answers / name,)

    def _read(self, path: Path) -> Answer | None:
        try:
            return read_answer(path.read_bytes())
        except KetensluisError as error:
            self.refuse(path, error)
        except FileNotFoundError:  # somebody took it away in between
            pass
        return None

    def _move(self, path: Path, folder: str) -> None:
        target = self.answers / folder
        target.mkdir(parents=True, exist_ok=True)
        # Another program of the same desk may have sent the same answer, under the same id.
        with contextlib.suppress(FileNotFoundError):
            path.replace(target / path.name)


def _waits(name: str, now: datetime) -> bool:
    """Whether the name says that its time has not come; a hand-written file need not say."""
    return _STAMPED.match(name) is not None and name > f"{now:{_STAMP}}~"


def _unverifiable(record: Record, now: datetime) -> Rejection:
    """The rejection of a record that says who it claims to be, and no more can be trusted."""

    def claimed(name: str) -> str:
        text = (record.header(name) or b"").decode(errors="replace")
        return text if 0 < len(text) <= _LONGEST_ID and text.isprintable() else "unknown"

    return Rejection(
        incident_id=claimed("ce_subject"),
        message_id=claimed("ce_id"),
        at=now,
        reason="unverifiable",
    )


def _json(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value)) + b"\n"
