"""Lets the article before a masked place or organisation stay: `bij de [bedrijf]`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["release_articles"]

_ARTICLES = frozenset({"de", "het", "een"})
# Of the in one word, which is a part of a name only before one: `auto vd man`.
_OF_THE = frozenset({"vd", "v.d.", "v/d"})


def release_articles(tokens: Tokens) -> None:
    """Take the mark off an article in lower case that begins what is masked, unless of a person."""
    name, articles = Mark.NAME, _ARTICLES
    for at, token in enumerate(tokens):
        if token.mark is name and token.lower in _OF_THE and _of_a_word(tokens, at):
            token.mark = None
        if (
            token.mark is not None
            and token.mark is not name
            and token.word in articles
            and tokens[at - 1].mark is None
            and tokens[at + 1].mark is not None
        ):
            token.mark = None


def _of_a_word(tokens: Tokens, at: int) -> bool:
    """Whether an ordinary word that stays follows, and no name stands before."""
    before, after = tokens[at - 1], tokens[at + 1]
    plain = after.mark is None and after.traits & Trait.ORDINARY and not after.traits & Trait.NAME
    return bool(plain) and before.mark is None and not before.traits & Trait.TITLE
