"""What is skipped to be fast would have found nothing: patterns by size, rules by traits."""

from __future__ import annotations

from copy import copy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.masking_recall import PARTS, read_corpus
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.candidates import leads
from ketensluis.redaction.masking.capital_rules import CAPITAL_RULES
from ketensluis.redaction.masking.first_come import first_come
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.lower_rules import LOWER_RULES
from ketensluis.redaction.masking.marks import Cover, Span
from ketensluis.redaction.masking.patterns import PATTERNS
from ketensluis.redaction.masking.record import Record, read_record
from ketensluis.redaction.masking.shapes import DIGITS
from ketensluis.redaction.masking.stretches import MOST, runs_in, size_of
from ketensluis.redaction.masking.styles import style_of
from ketensluis.redaction.masking.tokens import AFTER, BEFORE
from ketensluis.redaction.masking.written import Calls

# Pieces of which numbers, plates, sums and times are made.
PIECES = (
    *("06", "0", "112", "1", "12", "14:30", "2019", "12345", "9", "+31", "7000", "€", "xx", "*"),
    *("-", ".", " ", "/", ",", "(", ")", ":", "KX", "k", "TZ", "bv", "nl", "abna", "PL", "UK"),
    *("uur", "om ", "lid ", "art. ", "Sr", "euro", "nummer ", "h", "jaar"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_stretch_that_is_too_small_for_a_form_holds_none(text: str) -> None:
    """The forms left out by a stretch's size, or as their sign is not in it, are not there."""
    size = size_of(text, 0, len(text), runs_in(text, 0, len(text)))
    for one in (one for one in PATTERNS if one.needs is DIGITS):
        fitting, whole = one.fitting[size], one.fitting[MOST]
        found = [match.span() for match in fitting.within(text, 0, len(text))] if fitting else []
        assert whole is not None
        assert found == [match.span() for match in whole.expression.finditer(text)]


def _every_pattern(text: str) -> list[Span]:
    """What is found where each pattern is looked for in the whole text, whoever came before it."""
    cover = Cover(len(text))
    lower = text.lower()
    for one in PATTERNS:
        if one.needs is not DIGITS and not any(need in lower for need in one.needs):
            continue  # `at` by itself is no sign of an address: "abnaTZ.nl"
        sought = one.fitting[MOST]
        assert sought is not None
        for match in sought.expression.finditer(text):
            span = Span(*match.span(one.group), one.mark)
            met = cover.met(span.start, span.end)
            within = [each for each in met if span.start <= each.start and each.end <= span.end]
            if not met or (len(met) == 1 and within and met[0].mark is span.mark):
                cover.put(span)
    return cover.spans()


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_where_every_digit_has_its_owner_no_other_pattern_would_have_come_in(text: str) -> None:
    """Patterns are left out where their digits are taken; all of them give the same."""
    assert first_come(text).spans() == _every_pattern(text)


@pytest.mark.parametrize("part", PARTS)
def test_patterns_find_in_their_stretches_what_they_find_in_the_whole_text(part: str) -> None:
    """Neither cutting a text down to stretches nor leaving out a pattern changes what is found."""
    for text in read_corpus(part):
        assert first_come(text.text).spans() == _every_pattern(text.text)


@pytest.mark.parametrize("part", ["other_6", "phrases"])
def test_a_rule_that_is_not_asked_has_no_opinion(part: str, masker: Masker) -> None:
    """The rules left out by the traits of a word say nothing of it anywhere in the corpus."""
    asked = 0
    for text in read_corpus(part):
        tokens, _ = masker.by_rules(text.text, read_record(text.persons, text.place))
        for at in range(BEFORE, len(tokens) - AFTER):
            token = tokens[at]
            if not token.look & Look.LETTERS:
                continue
            rules = CAPITAL_RULES if token.capital else LOWER_RULES
            left_out = set(rules[~0, ~0]) - set(rules[token.traits, token.look])
            asked += len(left_out)
            assert not [rule for rule in left_out if rule(tokens, at) is not None]
    assert asked


@pytest.mark.parametrize("part", ["other_6", "phrases"])
def test_a_word_that_is_not_weighed_would_have_weighed_too_little(
    part: str, masker: Masker
) -> None:
    """Weighing every word of a text marks the same words as weighing those that it begins at."""
    left_out = 0
    for text in read_corpus(part):
        tokens, calls = masker.by_rules(text.text, read_record(text.persons, text.place))
        every = list(range(BEFORE, len(tokens) - AFTER))
        everywhere, copies = Calls(), [copy(token) for token in tokens]
        everywhere[masker.weighing.begins] = everywhere[leads] = every
        masker.weighing.judge(copies, everywhere, style=style_of(text.text))
        masker.weighing.judge(tokens, calls, style=style_of(text.text))
        assert [one.mark for one in tokens] == [one.mark for one in copies]
        left_out += len(set(every) - set(calls[masker.weighing.begins]))
    assert left_out


NAMES = st.text("abcde", min_size=1, max_size=6)


def _one_slip_away(word: str) -> set[str]:
    """All that `word` may become by one letter more, less or another, or by two swapped."""
    letters, ends = "abcdef", range(len(word) + 1)
    more = {word[:at] + each + word[at:] for at in ends for each in letters}
    other = {word[:at] + each + word[at + 1 :] for at in range(len(word)) for each in letters}
    less = {word[:at] + word[at + 1 :] for at in range(len(word))}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return {word, *more, *other, *less, *swapped}


@given(NAMES, st.sets(NAMES, max_size=4))
def test_a_name_is_near_whichever_letter_slipped(word: str, names: set[str]) -> None:
    """What is compared first, the length and the outer letters, leaves out no near name."""
    long = {name for name in names if len(name) >= 4}
    near = len(word) >= 4 and any(name in _one_slip_away(word) for name in long)
    assert Record(names=names).near(word) is near


@pytest.mark.parametrize("part", PARTS)
def test_each_token_is_the_piece_of_the_text_from_its_start_to_its_end(
    part: str, masker: Masker
) -> None:
    """Tokens are counted up from what lies between them, and so stand where they stand."""
    for text in read_corpus(part):
        tokens, _ = masker.by_rules(text.text, read_record(text.persons, text.place))
        inner = tokens[BEFORE:-AFTER]
        assert [text.text[each.start : each.end] for each in inner] == [e.word for e in inner]
        between = zip(tokens[BEFORE - 1 :], inner, strict=False)
        assert not "".join(text.text[one.end : two.start] for one, two in between).strip()
