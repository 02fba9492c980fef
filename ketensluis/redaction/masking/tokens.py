"""Cuts a text into words, numbers and punctuation, with what a judge needs to know of each."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ketensluis.redaction.masking.lexicon import Lexicon
from ketensluis.redaction.masking.marks import Mark

__all__ = ["Sentence", "read"]

_TOKEN = re.compile(
    r"(?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])"  # d.d., i.v.m., J.P.
    r"|[^\W\d_]\.(?=\s?[^\W\d_])"  # an initial
    r"|['’`´](?:s-[^\W_]+|[stnmkrd](?![^\W_]))"  # 's-avonds, 't
    r"|[^\W_]+(?:[-'’`´][^\W_]+)*"
    r"|\n+|[^\w\s]|_"
)
_ENDS = frozenset(".!?…:;\n•*>|")
_OPENERS = frozenset("\"'“”‘’„«(-–—[")
_CURLY = str.maketrans({"’": "'", "`": "'", "´": "'"})
_CURLY_SIGNS = frozenset("’`´")
# What is written with a full stop that ends no sentence.
_ABBREVIATIONS = frozenset(
    "mw mr mrs dhr dr drs ds ing ir prof mevr mej fam vb vbt get betr verd vt so coll nr tel ca bijv evt resp art "
    "geb st burg past sgt str gebr hr jl nl wed vnm".split()
)


@dataclass(slots=True)
class Sentence:
    """A text as tokens, in parallel lists; `marks` and `reasons` are filled in by the judges."""

    text: str
    words: list[str]
    lowers: list[str]
    starts: list[int]
    ends: list[int]
    traits: list[int]
    opens: list[bool]
    """Whether a sentence begins at this token."""
    marks: list[Mark | None]
    """What the judges made of it so far."""
    settled: list[bool]
    """Whether a pattern or a phrase has spoken, so that judges of words do not."""

    def __len__(self) -> int:
        return len(self.words)

    def settle(self, start: int, end: int, mark: Mark | None) -> None:
        """Give the tokens from `start` up to `end` their mark for good (None: they stay)."""
        for at in range(max(start, 0), min(end, len(self.words))):
            self.marks[at] = mark
            self.settled[at] = True


def read(text: str, lexicon: Lexicon) -> Sentence:
    """Cut `text`; each token with its traits and whether it opens a sentence."""
    sentence = Sentence(text, [], [], [], [], [], [], [], [])
    known = lexicon.traits
    opening = True
    curly = not _CURLY_SIGNS.isdisjoint(text)
    for match in _TOKEN.finditer(text):
        word = match.group()
        lower = word.lower()
        if curly:
            lower = lower.translate(_CURLY)
        if word[0].isalnum() or (len(word) > 1 and lower[0] == "'"):
            traits = known(lower)
        else:
            traits = 0
        sentence.words.append(word)
        sentence.lowers.append(lower)
        sentence.starts.append(match.start())
        sentence.ends.append(match.end())
        sentence.traits.append(traits)
        sentence.opens.append(opening)
        sentence.marks.append(None)
        sentence.settled.append(False)
        if word[0] in _ENDS:
            opening = not (word[0] == "." and _abbreviated(sentence))
        elif word[0] not in _OPENERS or len(word) > 1:
            opening = False
    return sentence


def _abbreviated(sentence: Sentence) -> bool:
    """Whether the full stop just read belongs to an abbreviation such as `mw.`."""
    if len(sentence) < 2 or sentence.ends[-2] != sentence.starts[-1]:  # noqa: PLR2004 - the two last tokens
        return False
    return sentence.lowers[-2] in _ABBREVIATIONS
