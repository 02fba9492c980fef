"""Cuts a text into words, numbers and punctuation, with what a judge needs to know of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ketensluis.redaction.masking.lexicon import Lexicon
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.traits import Trait

__all__ = ["AFTER", "BEFORE", "Token", "Tokens", "read", "settle", "shouts"]

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])"  # d.d., i.v.m., J.P.
    r"|[^\W\d_]\.(?=[\s-]?[^\W\d_])"  # an initial
    "|['\u2019`\u00b4]" + r"(?:s-[^\W_]+|[stnmkrdST](?![^\W_]))"  # 's-avonds, 't
    r"|[^\W_]+(?:[-'" + "\u2019`\u00b4" + r"][^\W_]+)*"
    r"|\n+|[^\w\s]|_"
)
_ENDS = frozenset(".!?\u2026:;\n\u2022*>|")
_OPENERS = frozenset("\"'\u201c\u201d\u2018\u2019\u201e\u00ab(-\u2013\u2014[")
_CURLY = {ord("\u2019"): "'", ord("`"): "'", ord("\u00b4"): "'"}
_CURLY_SIGNS = frozenset("\u2019`\u00b4")
# What is written with a full stop that ends no sentence.
_ABBREVIATIONS = frozenset(
    (
        *(
            "mw",
            "mr",
            "mrs",
            "dhr",
            "dr",
            "drs",
            "ds",
            "ing",
            "ir",
            "prof",
            "mevr",
            "mej",
            "fam",
            "vb",
        ),
        *(
            "vbt",
            "get",
            "betr",
            "verd",
            "vt",
            "so",
            "coll",
            "nr",
            "tel",
            "ca",
            "bijv",
            "evt",
            "resp",
        ),
        *("art", "geb", "st", "burg", "past", "sgt", "str", "gebr", "hr", "jl", "nl", "wed", "vnm"),
    )
)


_WHOLE_UPPER = 0.6
_SAMPLE = 200
_UPPER, _LOWER = re.compile("[A-Z\u00c0-\u00de]"), re.compile("[a-z\u00df-\u00ff]")
# In a text of capitals the capital of such a word says nothing, unless it may be a name.
_COMMON = (
    Trait.VERB
    | Trait.PREFIX
    | Trait.DETERMINER
    | Trait.ROLE
    | Trait.TITLE
    | Trait.THING
    | Trait.SPOT
    | Trait.CAPITAL
    | Trait.NO_VOWEL
)
_MAY_NAME = Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB


@dataclass(slots=True)
class Token:
    """A word, number or sign of the text."""

    word: str
    lower: str
    start: int
    end: int
    traits: int
    opens: bool
    """Whether a sentence begins here."""
    capital: bool
    numeric: bool
    """Whether it begins with a digit."""
    mark: Mark | None = None
    """What the judges made of it so far."""
    settled: bool = False
    """Whether a pattern or a phrase has spoken, so that judges of words do not."""
    doubt: bool = False
    """Whether a rule that is often wrong gave the mark, so that all clues are weighed again."""

    @property
    def wordlike(self) -> bool:
        """Whether it begins with a letter or a digit."""
        return self.word[:1].isalnum()


Tokens = list[Token]
# So many empty tokens stand before and after those of the text, so that a judge may look around.
BEFORE, AFTER = 4, 10


def _edge(at: int) -> Token:
    return Token("", "", at, at, 0, opens=True, capital=False, numeric=False, settled=True)


def read(text: str, lexicon: Lexicon) -> Tokens:
    """Cut `text`; the tokens stand between `BEFORE` and `AFTER` empty ones."""
    tokens = [_edge(0) for _ in range(BEFORE)]
    known, remembered = lexicon.traits, lexicon.answers
    opening = True
    shouted = shouts(text)
    curly = not _CURLY_SIGNS.isdisjoint(text)
    for match in _TOKEN.finditer(text):
        word = match.group()
        lower = word.lower()
        if curly:
            lower = lower.translate(_CURLY)
        first = word[0]
        verbal = first.isalnum() or (lower[0] == "'" and len(word) > 1)
        traits = (remembered.get(lower) or known(lower)) if verbal else 0
        start, end = match.span()
        capital = first.isupper() and not (shouted and _says_nothing(traits))
        tokens.append(Token(word, lower, start, end, traits, opening, capital, first.isdigit()))
        if first in _ENDS:
            opening = not (first == "." and _abbreviated(tokens))
        elif first not in _OPENERS or len(word) > 1:
            opening = False
    tokens += [_edge(len(text) + 1) for _ in range(AFTER)]
    return tokens


def _says_nothing(traits: int) -> bool:
    """Whether a word in a text of capitals is a common one."""
    if traits & Trait.DUAL:
        return False
    return bool(traits & _COMMON or traits & (Trait.FREQUENT | _MAY_NAME) == Trait.FREQUENT)


def shouts(text: str) -> bool:
    """Whether the text is written in capitals, by its beginning and its end."""
    sample = text if len(text) <= 2 * _SAMPLE else text[:_SAMPLE] + text[-_SAMPLE:]
    upper, lower = len(_UPPER.findall(sample)), len(_LOWER.findall(sample))
    return upper > _WHOLE_UPPER * (upper + lower)


def _abbreviated(tokens: Tokens) -> bool:
    """Whether the full stop just read belongs to an abbreviation such as `mw.`."""
    return tokens[-2].end == tokens[-1].start and tokens[-2].lower in _ABBREVIATIONS


def settle(tokens: Tokens, start: int, end: int, mark: Mark | None) -> None:
    """Give the tokens from `start` up to `end` their mark for good (None: they stay)."""
    for at in range(max(start, BEFORE), min(end, len(tokens) - AFTER)):
        tokens[at].mark = mark
        tokens[at].settled = True
        tokens[at].doubt = False
