"""Answers as files: every kind comes back as it went, and nothing spoiled gets through."""

from __future__ import annotations

from datetime import datetime
from typing import Any, get_args, get_type_hints

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_mail import AT, UNIT

from ketensluis.errors import KetensluisError
from ketensluis.partner.answers import ANSWER_KINDS, Answer, answer_kind, read_answer, write_answer

IDS = st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=64)


@st.composite
def any_answer(draw: st.DrawFn) -> Answer:
    kind = draw(st.sampled_from(list(ANSWER_KINDS.values())))
    fields: dict[str, Any] = {
        "incident_id": draw(IDS),
        "message_id": draw(IDS),
        "unit": draw(st.none() | st.just(UNIT)),
        "at": draw(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))).replace(  # noqa: DTZ001
            tzinfo=AT.tzinfo
        ),
    }
    for name, hint in get_type_hints(kind).items():
        if name not in fields and not name.startswith("__"):
            codes = get_args(hint)
            text = st.text("0123456789abcdef", min_size=64, max_size=64)
            fields[name] = draw(
                st.sampled_from(codes) if codes and isinstance(codes[0], str) else text
            )
    return msgspec.convert(fields, kind)


@given(any_answer())
def test_every_answer_comes_back_as_it_was_written(answer: Answer):
    assert read_answer(write_answer(answer)) == answer
    assert ANSWER_KINDS[answer_kind(answer)] is type(answer)


GOOD = (
    '"answer": "acceptance", "incident_id": "PL-1", "message_id": "m", "at": "2026-01-01T00:00:00Z"'
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"", "JSON"),
        (b"\xff\xfe\x00", "JSON"),
        (b"[]", "JSON"),
        (b"null", "JSON"),
        (b"[" * 100_000, "16384 bytes"),
        (b"[" * 16_000, "JSON"),
        (b'{"answer": "letter"}', "JSON"),
        (b'{"answer": ["receipt"]}', "JSON"),
        (b'{"answer": "acceptance", "incident_id": "PL-1", "message_id": "m"}', "`at`"),
        (f'{{{GOOD}, "name": 1}}'.encode(), "`name`"),
        (f"{{{GOOD}}}".replace("PL-1", "").encode(), "incident_id"),
        (f"{{{GOOD}}}".replace("PL-1", r"a\nb").encode(), "incident_id"),
        (f"{{{GOOD}}}".replace("PL-1", r"\ud800").encode(), "incident_id"),
        (f"{{{GOOD}}}".replace('"m"', '"' + "m" * 65 + '"').encode(), "message_id"),
        (f"{{{GOOD}}}".replace("00Z", "00").encode(), "at is not a time with its offset"),
        (f"{{{GOOD}}}".replace("2026-01-01T00:00:00Z", "0001-01-01T00:00:00+02:00").encode(), "at"),
        (f"{{{GOOD}}}".replace('"2026-01-01T00:00:00Z"', "5").encode(), "field at"),
    ],
)
def test_what_is_no_answer_is_refused_with_the_field(text: bytes, named: str):
    with pytest.raises(KetensluisError) as caught:
        read_answer(text)
    assert caught.value.code == "bad_answer"
    assert named in caught.value.sentence


def test_a_refusal_never_quotes_the_value():
    text = f'{{{GOOD}, "reason": "Zandoogje"}}'.replace("acceptance", "rejection")
    with pytest.raises(KetensluisError) as caught:
        read_answer(text.encode())
    assert "Zandoogje" not in str(caught.value)
    assert "reason" in caught.value.sentence
