"""Answers as files: what a desk will send, or what a person wrote by hand.

A file is one JSON object: `answer` (`receipt`, `acceptance`, `rejection`, `safety_assessment`,
`feedback`, `decision`) and the fields of that message. It goes out once its time `at` has
come, so a queue of answers survives a crash and a person can lay one down beside it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec

from ketensluis.errors import KetensluisError
from ketensluis.model.messages import (
    Acceptance,
    Decision,
    Feedback,
    Receipt,
    Rejection,
    SafetyAssessment,
)

__all__ = ["ANSWER_KINDS", "Answer", "answer_kind", "read_answer", "write_answer"]

Answer = Receipt | Acceptance | Rejection | SafetyAssessment | Feedback | Decision

ANSWER_KINDS: dict[str, type[Answer]] = {
    "receipt": Receipt,
    "acceptance": Acceptance,
    "rejection": Rejection,
    "safety_assessment": SafetyAssessment,
    "feedback": Feedback,
    "decision": Decision,
}
_KIND_OF = {kind: name for name, kind in ANSWER_KINDS.items()}
_LARGEST = 16_384  # bytes: the longest answer takes some hundreds
_LONGEST_ID = 64  # characters
# msgspec ends with the place; what stands before it may quote the value.
_FIELD = re.compile(r"`\$\.(\w+)`")


def answer_kind(answer: Answer) -> str:
    """The answer's kind, as it stands in its file under `answer`."""
    return _KIND_OF[type(answer)]


def read_answer(text: bytes) -> Answer:
    """The answer in a file; its time in UTC.

    Raises:
        KetensluisError: `bad_answer`, naming the field that does not fit.
    """
    if len(text) > _LARGEST:
        raise KetensluisError("bad_answer", f"the answer has more than {_LARGEST} bytes")
    try:
        fields: Any = json.loads(text)
        answer = msgspec.convert(fields, ANSWER_KINDS[fields.pop("answer")])
    except msgspec.ValidationError as error:
        raise KetensluisError("bad_answer", _misfit(str(error))) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise KetensluisError(
            "bad_answer",
            "the answer is not a JSON object with a known `answer`",
            f"known are {', '.join(ANSWER_KINDS)}",
        ) from None
    return _checked(answer)


def write_answer(answer: Answer) -> bytes:
    """The file of an answer."""
    fields = {"answer": answer_kind(answer), **msgspec.to_builtins(answer)}
    return json.dumps(fields, indent=1).encode()


def _checked(answer: Answer) -> Answer:
    for name in ("incident_id", "message_id"):
        text = getattr(answer, name)
        if not 0 < len(text) <= _LONGEST_ID or not text.isprintable():
            raise KetensluisError("bad_answer", f"the field {name} is not an id")
    return msgspec.structs.replace(answer, at=_in_utc(answer.at))


def _in_utc(at: datetime) -> datetime:
    try:
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except OverflowError:  # before the year 1, or after 9999
        pass
    raise KetensluisError(
        "bad_answer",
        "the field at is not a time with its offset",
        "write it as 2026-01-31T12:00:00Z",
    )


def _misfit(error: str) -> str:
    """What does not fit, without the value."""
    place = _FIELD.search(error)
    if place is not None:
        return f"the field {place[1]} does not have one of the values that it can have"
    return f"the answer does not fit: {error}"
