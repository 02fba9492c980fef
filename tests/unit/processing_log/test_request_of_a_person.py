"""A request that cannot find anybody is refused: "nothing" would be read as an answer."""

from __future__ import annotations

import json

import pytest

from ketensluis.errors import KetensluisError
from ketensluis.processing_log.request import requested

KEY = b"k" * 32
NAMED = {"given_names": "Anna", "surname": "Zandoogje", "birth_date": "1990-02-03"}


def found(**told: str) -> tuple[str, ...]:
    return requested(json.dumps(told).encode(), KEY)


def test_a_bsn_and_a_name_with_a_birth_date_are_two_ways_to_be_found():
    both = found(bsn="111111110", **NAMED)
    assert {*found(bsn="111111110"), *found(**NAMED)} == {*both}
    assert len(both) == 2


@pytest.mark.parametrize(
    "told",
    [
        {"bsn": "12"},
        {"bsn": "1111 11110"},
        {"bsn": "11111111O"},
        {**NAMED, "birth_date": "03-02-1990"},
        {**NAMED, "birth_date": "1990-02-30"},
        {**NAMED, "birth_date": "19900203"},
        {"bsn": "111111110", "birth_date": "1990"},
        {"surname": "Zandoogje"},
        {"bsn": ""},
        {"bsn": "111111110", "name": "Anna"},
    ],
)
def test_what_is_not_in_form_or_too_little_is_refused_and_not_repeated(told: dict[str, str]):
    with pytest.raises(KetensluisError, match="bad_person") as caught:
        found(**told)
    assert not any(text and text in str(caught.value) for text in told.values())
