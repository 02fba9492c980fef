"""Answers as files: what a desk will send, or what a person wrote by hand.

A file is one JSON object: `answer` (`receipt`, `acceptance`, `rejection`, `safety_assessment`,
`feedback`, `decision`) and the fields of that message. It goes out once its time `at` has
come, so a queue of answers survives a crash and a person can lay one down beside it.
"""

from __future__ import annotations

import json
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


def answer_kind(answer: Answer) -> str:
    """The answer's kind, as it stands in its file under `answer`."""
    return _KIND_OF[type(answer)]


def read_answer(text: bytes) -> Answer:
    """The answer in a file.

    Raises:
        KetensluisError: `bad_answer`, naming the field that does not fit.
    """
    try:
        fields: Any = json.loads(text)
        return msgspec.convert(fields, ANSWER_KINDS[fields.pop("answer")])
    except msgspec.ValidationError as error:
        raise KetensluisError("bad_answer", f"the answer does not fit: {error}") from None
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KetensluisError(
            "bad_answer",
            "the answer is not a JSON object with a known `answer`",
            f"known are {', '.join(ANSWER_KINDS)}",
        ) from None


def write_answer(answer: Answer) -> bytes:
    """The file of an answer."""
    fields = {"answer": answer_kind(answer), **msgspec.to_builtins(answer)}
    return json.dumps(fields, indent=1).encode()
