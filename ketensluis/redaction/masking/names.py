"""Judges word by word whether it may stay: what is not recognised as ordinary is a name."""

from __future__ import annotations

from ketensluis.redaction.masking.capital_rules import CAPITAL_RULES, opening
from ketensluis.redaction.masking.doubt import lone, undetermined
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.lower_rules import LOWER_RULES
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.record import Record
from ketensluis.redaction.masking.styles import SHOUTED
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens
from ketensluis.redaction.masking.traits import Trait

__all__ = ["judge_words"]

# Rules that take more words than names, so that all clues are weighed once more.
_DOUBTFUL = frozenset({lone, undetermined, opening})
_ORDINARY, _DUAL = Trait.ORDINARY, Trait.DUAL
_CAPITAL, _FREQUENT = Trait.CAPITAL, Trait.FREQUENT
_VERB, _TITLE, _ROLE = Trait.VERB, Trait.TITLE, Trait.ROLE


def judge_words(tokens: Tokens, record: Record, style: str) -> None:
    """Mark every word that is not settled and is not recognised as ordinary."""
    shouting, recorded = style == SHOUTED, bool(record.names)
    letters, calm = Look.LETTERS, Look.CALM
    before = tokens[BEFORE - 1]
    for at, token in enumerate(tokens[BEFORE:-AFTER], BEFORE):
        look = token.look
        if look & letters and not token.settled:
            mark = _by_record(tokens, at, record) if recorded else None
            if mark is None and not (look & calm and _idle(before, token, tokens[at + 1])):
                mark = _judge(tokens, at, shouting=shouting)
            token.mark = mark
        before = token


def _idle(before: Token, token: Token, after: Token) -> bool:
    """Whether no rule can have an opinion of an ordinary word, as it stands in no name's place."""
    look = before.look
    if look & Look.RESTLESS or before.mark is Mark.NAME or after.traits & Trait.NAMING:
        return False
    if look & Look.UNEASY and not token.traits & Trait.FUNCTION:
        return False
    return not token.opens or bool(token.traits & _FREQUENT)


def _by_record(tokens: Tokens, at: int, record: Record) -> Mark | None:
    """A name of the record: in any form with a capital, with care in lower case."""
    token, before = tokens[at], tokens[at - 1]
    bare_word = token.lower
    if "'" in bare_word:
        bare_word = bare_word.removesuffix("'s").removesuffix("'")
    hit = bare_word in record.names or (bare_word[-1:] == "s" and bare_word[:-1] in record.names)
    if not hit and token.traits & (_ORDINARY | _FREQUENT | _CAPITAL) == _ORDINARY:
        hit = record.near(bare_word) and (token.capital or not token.traits & _VERB)
    if not hit:
        return None
    if not token.capital and token.traits & _ORDINARY:
        if token.traits & (_FREQUENT | _DUAL) == _FREQUENT:
            hit = before.mark is not None or bool(before.traits & (_TITLE | _ROLE))
        else:
            hit = not before.traits & Trait.ARTICLE_LIKE
    mark = Mark.PLACE if bare_word in record.places else Mark.NAME
    return mark if hit else None


def _judge(tokens: Tokens, at: int, *, shouting: bool) -> Mark | None:
    """The verdict of the first rule that has an opinion."""
    token = tokens[at]
    rules = CAPITAL_RULES if token.capital and not shouting else LOWER_RULES
    for rule in rules[token.traits, token.look]:
        verdict = rule(tokens, at)
        if verdict is not None:
            token.doubt = isinstance(verdict, Mark) and rule in _DOUBTFUL
            return verdict if isinstance(verdict, Mark) else None
    return None
