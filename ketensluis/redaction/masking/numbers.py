"""Judges the numbers that no pattern knows: what counts something stays, the rest is masked."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tables import Trait
from ketensluis.redaction.masking.tokens import Sentence

__all__ = ["judge_numbers"]

_ORDINARY, _UNIT, _TITLE = int(Trait.ORDINARY), int(Trait.UNIT), int(Trait.TITLE)
_YEAR = re.compile(r"(?:19[4-9]|20[0-4])\d")
_COUNT_DIGITS = 3


def judge_numbers(sentence: Sentence) -> None:
    """Mark every token with a digit that is neither a count, a year nor a known form."""
    for at, word in enumerate(sentence.words):
        if sentence.settled[at] or not word[0].isdigit():
            continue
        if word.isdigit():
            if not _stays(sentence, at):
                sentence.settle(at, at + 1, Mark.NUMBER)
        elif not sentence.traits[at] & _ORDINARY:
            sentence.settle(at, at + 1, Mark.NUMBER)


def _stays(sentence: Sentence, at: int) -> bool:
    word = sentence.words[at]
    following = sentence.traits[at + 1] if at + 1 < len(sentence) else 0
    if following & _UNIT:
        return True
    if at and sentence.traits[at - 1] & _TITLE and sentence.lowers[at - 1] not in {"gezin", "buren"}:
        return False
    return len(word) <= _COUNT_DIGITS or bool(_YEAR.fullmatch(word))
