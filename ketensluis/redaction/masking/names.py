"""Judges word by word whether it may stay: what is not recognised as ordinary is a name."""

from __future__ import annotations

from ketensluis.redaction.masking.capital_rules import CAPITAL_RULES, opening
from ketensluis.redaction.masking.doubt import lone, undetermined
from ketensluis.redaction.masking.looks import Look
from ketensluis.redaction.masking.lower_rules import LOWER_RULES
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.record import Record
from ketensluis.redaction.masking.tokens import AFTER, BEFORE, Token, Tokens, shouts
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.verdicts import SHORT

__all__ = ["judge_words"]

# Rules that take more words than names, so that all clues are weighed once more.
_DOUBTFUL = frozenset({lone, undetermined, opening})
_ORDINARY, _NAME, _DUAL = Trait.ORDINARY, Trait.NAME, Trait.DUAL
_CAPITAL, _FREQUENT = Trait.CAPITAL, Trait.FREQUENT
_VERB, _TITLE, _ROLE = Trait.VERB, Trait.TITLE, Trait.ROLE
_NAMING = Trait.NAMING
_PLACE, _GUESSED = Trait.PLACE, Trait.GUESSED
# What a word in lower case must have none of to stay without further ado.
_CARE = (
    _DUAL
    | _PLACE
    | _GUESSED
    | _NAME
    | Trait.NICK
    | Trait.NAMESAKE
    | Trait.LONE
    | Trait.COMPOUND
    | Trait.MONTH
    | Trait.NO_VOWEL
)
_CAREFUL = _CARE | _ORDINARY
# Of a letter with its full stop.
_SHORT = 2
# What the word before it must have none of.
_ASKING = _NAMING | Trait.ALWAYS_NAMED | _TITLE | _ROLE | Trait.AGAINST | Trait.ALIAS | Trait.PREFIX
# After these nothing is idle: prefixes that only names have, full stops, and greetings.
_NO_REST = frozenset(
    (
        *("ten", "ter", "der", "den", "vd", "v.d."),
        *(".", "gr", "groet", "groeten", "groetjes", "mvg", "grt", "grtz", "greetz", "naam"),
    )
)


def judge_words(tokens: Tokens, text: str, record: Record) -> None:
    """Mark every word that is not settled and is not recognised as ordinary."""
    shouting = shouts(text)
    letters, plain, careful, ordinary = Look.LETTERS, Look.PLAIN, _CAREFUL, _ORDINARY
    before = tokens[BEFORE - 1]
    for at, token in enumerate(tokens[BEFORE:-AFTER], BEFORE):
        if not token.settled and token.look & letters:
            idle = (
                token.look & plain
                and token.traits & careful == ordinary
                and _idle(before, token, tokens[at + 1])
            )
            mark = _by_record(tokens, at, record) if record.names else None
            if mark is None and not idle:
                mark = _judge(tokens, at, shouting=shouting)
            token.mark = mark
        before = token


def _idle(before: Token, token: Token, after: Token) -> bool:
    """Whether no rule can have an opinion of an ordinary word, as it stands in no name's place."""
    if before.lower in _NO_REST or before.mark is Mark.NAME or after.traits & _NAMING:
        return False
    if before.traits & _ASKING and not (
        token.traits & Trait.FUNCTION and not before.traits & (_NAMING | Trait.ALWAYS_NAMED)
    ):
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
    for rule in rules[token.traits if len(token.lower) > _SHORT else token.traits | SHORT]:
        verdict = rule(tokens, at)
        if verdict is not None:
            token.doubt = isinstance(verdict, Mark) and rule in _DOUBTFUL
            return verdict if isinstance(verdict, Mark) else None
    return None
