"""A text that is masked ahead is the one that the decision would have had masked, and no other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from made_incidents import AT, agreement, incident, person, rules

from ketensluis.model.incident import Incident, Person, Place
from services.disclosure.decide import decide
from services.disclosure.masked_ahead import MaskedAhead

TEXT = agreement({"id": "text", "fields": ["narrative"], "action": "mask"})


class Masking:
    """A masker that says whom it masked for, and counts; some texts it cannot mask."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def __call__(self, text: str, persons: Sequence[Person], place: Place | None) -> str:
        self.asked.append(text)
        if "kapot" in text:
            raise ValueError(text)
        return f"{text} ({len(persons)}, {place.city if place else None})"


def released(book: Any, it: Incident) -> str | None:
    (found,) = decide(it, at=AT, history=None, rules=book)
    assert found.released is not None
    return found.released.narrative


def test_what_is_masked_ahead_is_not_masked_again_and_is_what_it_would_have_been() -> None:
    masking, plainly = Masking(), Masking()
    ahead, book = MaskedAhead(rules(TEXT, masker=masking)), rules(TEXT, masker=plainly)
    one, other = incident(narrative="Ruzie."), incident(narrative="Er werd gebeld.")
    ahead.expect((each, AT) for each in (one, other))
    assert masking.asked == ["Ruzie.", "Er werd gebeld."]
    assert [released(ahead.rules, each) for each in (other, one)] == [
        released(book, each) for each in (other, one)
    ]
    assert len(masking.asked) == 2


def test_the_same_text_of_other_persons_or_another_place_is_masked_for_these() -> None:
    masking = Masking()
    ahead = MaskedAhead(rules(TEXT, masker=masking))
    people = [person("p1", "victim"), person("p2", "suspect"), person("p3", "witness")]
    several = [
        incident(narrative="Ruzie."),
        incident(narrative="Ruzie.", persons=people, relations=[]),
        incident(narrative="Ruzie.", place={"city": "Elders"}),
    ]
    ahead.expect((each, AT) for each in several)
    found = [released(ahead.rules, each) for each in several]
    assert found == ["Ruzie. (2, None)", "Ruzie. (3, None)", "Ruzie. (2, Elders)"]
    assert len(masking.asked) == 3


def test_what_was_not_expected_or_is_over_is_masked_when_it_is_asked_for() -> None:
    masking = Masking()
    ahead = MaskedAhead(rules(TEXT, masker=masking))
    one, other = incident(narrative="Ruzie."), incident(narrative="Er werd gebeld.")
    assert released(ahead.rules, one) == "Ruzie. (2, None)"
    ahead.expect([(one, AT)])
    ahead.expect([(other, AT)])
    assert released(ahead.rules, one) == "Ruzie. (2, None)"
    assert masking.asked == ["Ruzie.", "Ruzie.", "Er werd gebeld.", "Ruzie."]


def test_a_text_that_cannot_be_masked_stays_behind_as_without_it() -> None:
    masking = Masking()
    ahead = MaskedAhead(rules(TEXT, masker=masking))
    broken, sound = incident(narrative="kapot"), incident(narrative="Ruzie.")
    ahead.expect([(broken, AT), (sound, AT)])
    assert released(ahead.rules, broken) is None
    assert released(ahead.rules, sound) == "Ruzie. (2, None)"


@pytest.mark.parametrize(
    "it",
    [
        incident(narrative=None),
        incident(narrative="Ruzie.", project_codes=[]),
        incident(narrative="Ruzie.", event="withdrawn"),
        incident(narrative="Ruzie.", municipality="GM9999"),
    ],
)
def test_a_text_that_goes_to_nobody_is_not_masked(it: Incident) -> None:
    masking = Masking()
    MaskedAhead(rules(TEXT, masker=masking)).expect([(it, AT)])
    assert masking.asked == []


def test_a_text_that_no_rule_lets_through_is_not_masked() -> None:
    masking = Masking()
    MaskedAhead(rules(agreement(), masker=masking)).expect([(incident(narrative="Ruzie."), AT)])
    assert masking.asked == []


def test_without_a_masker_the_rules_are_as_they_were() -> None:
    book = rules(TEXT)
    ahead = MaskedAhead(book)
    ahead.expect([(incident(narrative="Ruzie."), AT)])
    assert ahead.rules is book
