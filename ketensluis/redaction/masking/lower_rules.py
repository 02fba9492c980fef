"""The rules for words in lower case, in the order in which they are asked."""

from __future__ import annotations

from ketensluis.redaction.masking.context import (
    after_archaic,
    after_name,
    bare,
    cue_before,
    listed,
    lives,
    subject,
)
from ketensluis.redaction.masking.doubt import (
    elsewhere,
    guessed,
    in_doubt,
    lone,
    lone_subject,
    namesake,
    undetermined,
)
from ketensluis.redaction.masking.initials import letter
from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.standing import hers, stands_as_name
from ketensluis.redaction.masking.tokens import Tokens
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.verdicts import (
    SHORT,
    STAYS,
    STRANGE,
    Rules,
    Verdict,
    month,
    unknown,
)

__all__ = ["LOWER_RULES"]

_DUAL = Trait.DUAL
_SURNAME, _FREQUENT = Trait.SURNAME, Trait.FREQUENT
_VERB, _TITLE, _ROLE = Trait.VERB, Trait.TITLE, Trait.ROLE
_NAMING, _PREFIX, _MASS = Trait.NAMING, Trait.PREFIX, Trait.MASS
_PLACE, _GUESSED, _FUNCTION = Trait.PLACE, Trait.GUESSED, Trait.FUNCTION
_COUNTED = Trait.COUNTED


def _alias(tokens: Tokens, at: int) -> Verdict:
    """After `bijgenaamd` nearly any word is a name."""
    traits = tokens[at].traits
    left = 2 if tokens[at - 1].lower == "de" else 1
    aliased = tokens[at - left].traits & Trait.ALIAS
    return Mark.NAME if aliased and not traits & (_PREFIX | _VERB | Trait.NO_ALIAS) else None


# On the list of prefixes, yet between a name and a word mostly no part of a name.
_NO_PREFIX = frozenset({"te", "het"})


_ARCHAIC = frozenset({"ten", "ter", "der", "den", "vd", "v.d.", "v/d"})


def _surname(tokens: Tokens, at: int) -> Verdict:
    """`willem de bruin`, `soraya de windt`: a given name, a prefix, and a word that may be one."""
    traits, before = tokens[at].traits, tokens[at - 1]
    if not before.traits & _PREFIX or tokens[at - 2].mark is not Mark.NAME:
        return None
    if before.lower in _ARCHAIC:
        return Mark.NAME
    rare = before.lower in {"de", "la"} and not traits & (_FREQUENT | _PREFIX)
    rare = rare or (before.lower == "de" and bool(traits & Trait.DE_NAME))
    return Mark.NAME if rare or (traits & _SURNAME and before.lower not in _NO_PREFIX) else None


def _beyond_doubt(tokens: Tokens, at: int) -> Verdict:
    """An ordinary word in lower case that is nothing else."""
    traits = tokens[at].traits
    if traits & (_DUAL | _GUESSED | _PLACE) or after_archaic(tokens, at):
        return None
    if tokens[at - 1].lower in {"naam", "naam:"} and traits & Trait.NAME:
        return Mark.NAME
    if traits & Trait.NICK:
        return None
    if stands_as_name(tokens, at):
        return Mark.NAME
    named = tokens[at - 1].traits & _NAMING and not traits & (_FREQUENT | _PREFIX)
    return None if named else STAYS


_TO_TOWN = frozenset({"in", "uit", "te", "naar", "vanuit", "nabij", "richting"})


def _compound_town(tokens: Tokens, at: int) -> Verdict:
    """`ik ben in hellevoet.`: made of two words, and without its article where a town may be."""
    traits, after = tokens[at].traits, tokens[at + 1]
    small = tokens[at].lower.endswith("je")
    rare = traits & Trait.COMPOUND and (small or not traits & Trait.PLURAL)
    closed = not after.wordlike or after.traits & (_FUNCTION | _PREFIX | _VERB)
    return Mark.PLACE if rare and closed and tokens[at - 1].lower in _TO_TOWN else None


def _town(tokens: Tokens, at: int) -> Verdict:
    """`in goes`, `woont in huizen`, `het dorp haren`."""
    traits = tokens[at].traits
    if not traits & _PLACE:
        return None
    seldom = traits & Trait.PLACE_SELDOM and not lives(tokens, at) and not _alone(tokens, at)
    towards = Trait.VILLAGE if seldom else Trait.VILLAGE | Trait.TOWARDS
    return Mark.PLACE if tokens[at - 1].traits & towards else None


def _alone(tokens: Tokens, at: int) -> bool:
    """`naar houten.`, `uit huizen komt`: no noun follows, and the word is a noun itself."""
    token, before, after = tokens[at], tokens[at - 1], tokens[at + 1]
    if token.traits & Trait.FUNCTION or (before.lower == "te" and token.lower.endswith("en")):
        return False
    return not after.wordlike or bool(after.traits & (_VERB | Trait.FUNCTION | _PREFIX))


def _introduced(tokens: Tokens, at: int) -> Verdict:
    """`heet roos`, `getuige bos`, `mevrouw de wit`, `zijn zus storm`."""
    traits = tokens[at].traits
    cue, prefixed = cue_before(tokens, at)
    if cue & _NAMING:
        return None if traits & _FUNCTION else Mark.NAME
    if not cue & (_TITLE | _ROLE):
        return None
    rare = traits & (_DUAL | _FREQUENT | _VERB | _MASS) == _DUAL and tokens[at - 1].lower != "het"
    if rare or (prefixed and traits & _COUNTED):
        return Mark.NAME
    if traits & _VERB or not traits & (_SURNAME | _GUESSED):
        return None
    plain = not traits & _MASS
    if cue & _TITLE:
        named = prefixed or plain or cue & Trait.ALWAYS_NAMED or subject(tokens, at)
        return Mark.NAME if named else STAYS
    return Mark.NAME if plain and traits & _SURNAME and not prefixed else None


def _stated(tokens: Tokens, at: int) -> Verdict:
    """A surname after a title and "is": `wijkagent is rood.`."""
    stated = tokens[at - 1].lower == "is" and tokens[at - 2].traits & _TITLE
    closed = not tokens[at + 1].wordlike
    return Mark.NAME if stated and closed and tokens[at].traits & _SURNAME else None


def _placed(tokens: Tokens, at: int) -> Verdict:
    """By its place alone: without its article, in a list of names, after a given name."""
    traits = tokens[at].traits
    if traits & _COUNTED and bare(tokens, at):
        return Mark.NAME
    if after_archaic(tokens, at):
        return Mark.NAME
    if not traits & _SURNAME or traits & _MASS:
        return None
    if listed(tokens, at) or (not traits & _VERB and after_name(tokens, at)):
        return Mark.NAME
    return None


LOWER_RULES = Rules(
    (letter, SHORT),
    (month, Trait.MONTH),
    (namesake, Trait.NAMESAKE),
    (unknown, STRANGE | Trait.FOREIGN | Trait.NO_VOWEL | _GUESSED),
    (elsewhere, Trait.LONE | _DUAL),
    (hers, Trait.THING | Trait.SPOT),
    (_alias, 0),
    (_surname, 0),
    (lone_subject, Trait.LONE),
    (lone, Trait.LONE),
    (_compound_town, Trait.COMPOUND),
    (_beyond_doubt, 0),
    (_town, _PLACE),
    (_stated, _SURNAME),
    (_introduced, 0),
    (_placed, 0),
    (guessed, _GUESSED),
    (in_doubt, _DUAL | Trait.NICK),
    (undetermined, _DUAL),
)
