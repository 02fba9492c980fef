"""Lets the article before a masked place or organisation stay: `bij de [bedrijf]`."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Tokens

__all__ = ["release_articles"]

_ARTICLES = frozenset({"de", "het", "een"})


def release_articles(tokens: Tokens) -> None:
    """Take the mark off an article in lower case that begins what is masked, unless of a person."""
    name, articles = Mark.NAME, _ARTICLES
    for at, token in enumerate(tokens):
        if (
            token.mark is not None
            and token.mark is not name
            and token.word in articles
            and tokens[at - 1].mark is None
            and tokens[at + 1].mark is not None
        ):
            token.mark = None
