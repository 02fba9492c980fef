"""Cuts a text into words, numbers and punctuation, with what a judge needs to know of each."""

from __future__ import annotations

import re

import msgspec

from ketensluis.redaction.masking.looks import Forms, Look
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.styles import SHOUTED
from ketensluis.redaction.masking.telling import said_of, stands_of
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls

__all__ = ["AFTER", "BEFORE", "Token", "Tokens", "read", "settle"]

# With a group around all of it, by which `split` gives the words, and what stands between them.
_TOKEN = re.compile(
    r"((?:[^\W\d_]\.){2,}[^\W\d_]?(?![^\W_])"  # d.d., i.v.m., J.P.
    r"|[^\W\d_]\.(?=[\s-]?[^\W\d_])"  # an initial
    "|['\u2019`\u00b4]" + r"(?:s-[^\W_]+|[stnmkrdST](?![^\W_]))"  # 's-avonds, 't
    r"|[^\W_]+(?:[-'" + "\u2019`\u00b4" + r"][^\W_]+)*"
    r"|\n+|[^\w\s]|_)"
)
# What is written with a full stop that ends no sentence.
_ABBREVIATIONS = frozenset(
    (
        *("mw", "mr", "mrs", "dhr", "dr", "drs", "ds", "ing", "ir", "prof", "mevr", "mej", "fam"),
        *("vb", "vbt", "get", "betr", "verd", "vt", "so", "coll", "nr", "tel", "ca", "bijv", "evt"),
        "resp",
        *("art", "geb", "st", "burg", "past", "sgt", "str", "gebr", "hr", "jl", "nl", "wed", "vnm"),
        # Given names that are cut short: `Chr. Jonkers`.
        *("chr", "joh", "jac", "ph", "th", "wm", "corn", "gerh", "hendr", "alb", "abr", "jos"),
    )
)


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
# Of words that may be names, those that in capitals are hardly ever meant so: `EN`, `HEET`.
_SMALL = Trait.FUNCTION | Trait.ROLE
_MAY_NAME = Trait.COUNT | Trait.PLURAL | Trait.NOUN_OR_VERB


class Token(msgspec.Struct, gc=False):
    """A word, number or sign of the text.

    A structure of msgspec, as there is one for every word: it is made at a third of the cost.
    """

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
    look: int
    """The `Look` bits of how it is written."""
    said: str
    """The word itself where it is telling."""
    stands: tuple[str, str]
    """How it stands beside another word without a capital, and with it."""
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


_EDGE = said_of("", 0), stands_of("", 0)


def _edge(at: int) -> Token:
    return Token("", "", at, at, 0, True, False, False, 0, *_EDGE, settled=True)  # noqa: FBT003


def read(text: str, forms: Forms, style: str) -> tuple[Tokens, Calls]:
    """Cut a text of that style; the tokens stand between `BEFORE` and `AFTER` empty ones."""
    calls = Calls()
    tokens = [_edge(0)] * BEFORE
    ends, signs = Look.ENDS, Look.ENDS | Look.OPENS
    opening = True
    shouted = style == SHOUTED
    end = 0
    pieces = iter(_TOKEN.split(text))
    for between, piece in zip(pieces, pieces):  # noqa: B905 - the last piece is what follows all words
        form = forms[piece]
        start = end + len(between)
        end = start + len(piece)
        capital, look = form.capital, form.look
        if shouted and capital and _says_nothing(form.traits):
            capital = False
        if form.calls:
            at = len(tokens)
            for call in form.calls:
                calls[call].append(at)
        tokens.append(
            Token(
                form.word,
                form.lower,
                start,
                end,
                form.traits,
                opening,
                capital,
                form.numeric,
                look,
                form.said,
                form.stands,
            )
        )
        if not look & signs:
            opening = False
        elif look & ends:
            opening = not (piece[0] == "." and _abbreviated(tokens))
    tokens += [_edge(len(text) + 1)] * AFTER
    return tokens, calls


def _says_nothing(traits: int) -> bool:
    """Whether a word in a text of capitals is a common one."""
    if traits & Trait.DUAL:
        small = traits & _SMALL and not traits & Trait.SURNAME
        return bool(small or traits & Trait.NAMING)
    return bool(traits & _COMMON or traits & (Trait.FREQUENT | _MAY_NAME) == Trait.FREQUENT)


def _abbreviated(tokens: Tokens) -> bool:
    """Whether the full stop just read belongs to an abbreviation such as `mw.`."""
    return tokens[-2].end == tokens[-1].start and tokens[-2].lower in _ABBREVIATIONS


def settle(tokens: Tokens, start: int, end: int, mark: Mark | None) -> None:
    """Give the tokens from `start` up to `end` their mark for good (None: they stay)."""
    for at in range(max(start, BEFORE), min(end, len(tokens) - AFTER)):
        tokens[at].mark = mark
        tokens[at].settled = True
        tokens[at].doubt = False
