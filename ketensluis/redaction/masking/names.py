"""Judges word by word whether it may stay: what is not recognised as ordinary is a name."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.record import Record
from ketensluis.redaction.masking.tables import Trait
from ketensluis.redaction.masking.tokens import Sentence

__all__ = ["judge_words"]

_ORDINARY, _NAME, _DUAL = int(Trait.ORDINARY), int(Trait.NAME), int(Trait.DUAL)
_SURNAME, _CAPITAL, _FREQUENT = int(Trait.SURNAME), int(Trait.CAPITAL), int(Trait.FREQUENT)
_VERB, _TITLE, _ROLE = int(Trait.VERB), int(Trait.TITLE), int(Trait.ROLE)
_NAMING, _PREFIX, _MASS = int(Trait.NAMING), int(Trait.PREFIX), int(Trait.MASS)
_PLACE, _GUESSED, _PLACE_BEFORE = int(Trait.PLACE), int(Trait.GUESSED), int(Trait.PLACE_BEFORE)
_LIVING = int(Trait.LIVING)
_COUNTED = int(Trait.COUNTED)
_SELDOM = int(Trait.PLACE_SELDOM)
_ORGANISATION, _FUNCTION, _MONTH = int(Trait.ORGANISATION), int(Trait.FUNCTION), int(Trait.MONTH)
# A frequent word in lower case that is nothing else stays without further ado.
_PLAIN = _ORDINARY | _FREQUENT
_CARE = _PLAIN | _DUAL | _PLACE | _GUESSED | _NAME
_WHOLE_UPPER = 0.6
_ARTICLES = frozenset(
    "een het 't geen te zo heel erg zeer in op aan uit met bij tot voor door over niet wel nog ook dit dat deze elk elke iedere".split()
)
# Between such a word and a verb, a mark or the end, a counted noun without article is a name.
_BARE = frozenset(
    "en dat omdat toen waarop waarna of als volgens door met van aan bij tegen voor naar door namens zodat terwijl doordat maar want waarbij "
    "waardoor tussen over zonder hoorde zag trof sprak gezien zei".split()
)
_AGAINST = frozenset("tegen door volgens namens aldus".split())
_NO_ALIAS = frozenset("is van was zijn en onbekend onbekende niet moet luidt".split())
_ALIAS = frozenset("alias bijgenaamd bijnaam aka a.k.a. roepnaam voornaam achternaam meisjesnaam".split())
_TOWARDS = frozenset("te in uit naar nabij richting vanuit gemeente dorp".split())
_VILLAGE = frozenset("dorp plaats dorpje plaatsje gemeente woonplaats".split())
_TEMPORAL = frozenset("in sinds vanaf eind begin half medio van tot t/m tot en per".split())


def judge_words(sentence: Sentence, record: Record) -> None:
    """Mark every word that is not settled and is not recognised as ordinary."""
    shouting = _shouts(sentence)
    names_seen: set[str] = set()
    for at in range(len(sentence)):
        traits = sentence.traits[at]
        if sentence.settled[at] or (
            traits & _CARE == _PLAIN
            and sentence.words[at].islower()
            and not (at and sentence.traits[at - 1] & _NAMING)
            and sentence.lowers[at].removesuffix("s") not in record.roots
        ):
            continue
        word = sentence.words[at]
        if not (word[0].isalpha() or (len(word) > 1 and word[1].isalpha())):
            continue
        mark = _judge(sentence, at, record, shouting=shouting)
        if mark is not None:
            sentence.marks[at] = mark
            if mark is Mark.NAME and word[0].isupper():
                names_seen.add(sentence.lowers[at])
            elif mark is Mark.NAME and at and sentence.traits[at - 1] & _PREFIX:
                names_seen.add(f"{sentence.lowers[at - 1]} {sentence.lowers[at]}")
    for at in range(len(sentence)):
        _again(sentence, at, names_seen)
    for at in range(len(sentence)):
        _beside(sentence, at)
    for at in range(len(sentence) - 1, -1, -1):
        _beside(sentence, at)


def _again(sentence: Sentence, at: int, names_seen: set[str]) -> None:
    """A word that was a name elsewhere in the text is one at the head of a sentence too."""
    if sentence.marks[at] is not None or sentence.settled[at]:
        return
    lower, traits = sentence.lowers[at], sentence.traits[at]
    bare = lower.removesuffix("'s")
    if sentence.words[at][0].isupper() and traits & _DUAL and bare in names_seen:
        sentence.marks[at] = Mark.NAME
    elif traits & _SURNAME and at and f"{sentence.lowers[at - 1]} {lower}" in names_seen:
        sentence.marks[at] = sentence.marks[at - 1] = Mark.NAME
    elif (
        traits & _DUAL
        and sentence.words[at][0].isupper()
        and at + 1 < len(sentence)
        and sentence.marks[at + 1] is Mark.NAME
        and sentence.words[at + 1][0].isupper()
    ):
        sentence.marks[at] = Mark.NAME


def _beside(sentence: Sentence, at: int) -> None:
    """A word with a capital beside a masked one, or after `De` with one, is part of that name."""
    traits = sentence.traits[at]
    if (
        0 < at < len(sentence) - 1
        and sentence.words[at][0].isupper()
        and not sentence.opens[at]
        and sentence.marks[at] is None
        and not sentence.settled[at]
        and sentence.marks[at - 1] is Mark.NAME is sentence.marks[at + 1]
    ):
        sentence.marks[at] = Mark.NAME
    if (
        sentence.marks[at] is not None
        or sentence.settled[at]
        or not sentence.words[at][0].isupper()
        or traits & (_CAPITAL | _PREFIX | _FUNCTION) and not traits & (_DUAL | _ROLE)
        or traits & (_TITLE | _MONTH)
        or traits & _ROLE and not (at and sentence.marks[at - 1] is Mark.NAME and sentence.words[at - 1][0].isupper())
        or sentence.words[at].isupper() and len(sentence.words[at]) > 1
    ):
        return
    if at and not sentence.opens[at]:
        if sentence.marks[at - 1] is not None and sentence.words[at - 1][0].isupper():
            sentence.marks[at] = sentence.marks[at - 1]
        elif sentence.traits[at - 1] & _PREFIX and sentence.words[at - 1][0].isupper():
            sentence.marks[at] = Mark.NAME
    if (
        sentence.marks[at] is None
        and not sentence.opens[at]
        and at + 1 < len(sentence)
        and sentence.marks[at + 1] is not None
        and sentence.words[at + 1][0].isupper()
    ):
        sentence.marks[at] = sentence.marks[at + 1]


def _shouts(sentence: Sentence) -> bool:
    """Whether the text is written in capitals throughout."""
    letters = [char for char in sentence.text if char.isalpha()]
    return bool(letters) and sum(map(str.isupper, letters)) > _WHOLE_UPPER * len(letters)


def _judge(sentence: Sentence, at: int, record: Record, *, shouting: bool) -> Mark | None:
    word, lower, traits = sentence.words[at], sentence.lowers[at], sentence.traits[at]
    if _of_record(sentence, at, record):
        return Mark.NAME if lower.removesuffix("'s") not in record.places else Mark.PLACE
    capital = word[0].isupper() and not shouting
    if len(lower.rstrip(".")) == 1 and lower[0] not in "'":
        return _letter(sentence, at)
    if lower == "jan":
        return _judge_month(sentence, at)
    if not capital:
        return _judge_lower(sentence, at)
    if not traits & _ORDINARY or (traits & _GUESSED and sentence.opens[at]):
        return _kind(sentence, at)
    if word.isupper() and "." in word and sentence.opens[at] and traits & _ORDINARY:
        return None
    if "-" in word and word[word.index("-") + 1 :][:1].isupper() and not word.isupper() and not traits & _CAPITAL:
        return _kind(sentence, at)
    if traits & _MONTH:
        return _judge_month(sentence, at)
    if word.isupper() and len(word) > 1 and not traits & (_DUAL | _PLACE):
        return Mark.NAME if _cued(sentence, at) and not traits & (_CAPITAL | _FUNCTION) else None
    if sentence.opens[at]:
        return Mark.NAME if _opens_as_name(sentence, at) else None
    if traits & (_TITLE | _ROLE):
        return None
    if _cued(sentence, at) and not traits & _PREFIX and not (
        traits & _CAPITAL and sentence.traits[at - 1] & _PREFIX
    ):
        return Mark.NAME
    if traits & _CAPITAL:
        return None
    if traits & _PREFIX or (traits & _FUNCTION and not traits & (_DUAL | _NAME | _PLACE)):
        return None
    if "-" in word and word.partition("-")[0].isupper() and word.partition("-")[2].islower():
        return None
    return _kind(sentence, at)


def _judge_month(sentence: Sentence, at: int) -> Mark | None:
    """`Mei` and `jan` are a month after a day or a word of time, and else may be someone."""
    before = sentence.lowers[at - 1] if at else ""
    after = sentence.words[at + 1] if at + 1 < len(sentence) else ""
    if before[:1].isdigit() or after[:1].isdigit():
        return None
    if sentence.lowers[at] == "jan":
        return Mark.NAME
    if not sentence.traits[at] & _DUAL or before in _TEMPORAL:
        return None
    return Mark.NAME if not sentence.opens[at] or _opens_as_name(sentence, at) else None


def _letter(sentence: Sentence, at: int) -> Mark | None:
    """A letter by itself: an initial after a role or before a name."""
    word = sentence.words[at]
    if not word[0].isupper() or sentence.lowers[at][0] == "u":
        return None
    following = at + 1 if word.endswith(".") else at + 2
    before = sentence.traits[at - 1] if at else 0
    if word.endswith(".") and following < len(sentence) and sentence.words[following][0].isupper():
        return Mark.NAME
    if before & (_TITLE | _ROLE | _NAMING) or (at and sentence.marks[at - 1] is Mark.NAME):
        return Mark.NAME
    if word.endswith("."):
        return Mark.NAME if following < len(sentence) and sentence.traits[following] & _PREFIX else None
    return None


def _of_record(sentence: Sentence, at: int, record: Record) -> bool:
    lower, traits = sentence.lowers[at], sentence.traits[at]
    bare = lower.removesuffix("'s").removesuffix("'")
    capital = sentence.words[at][0].isupper()
    hit = bare in record.names or (bare.endswith("s") and bare[:-1] in record.names)
    if not hit and traits & _ORDINARY and not traits & (_FREQUENT | _CAPITAL):
        hit = record.near(bare) and (capital or not traits & _VERB)
    if not hit:
        return False
    if capital or not traits & _ORDINARY:
        return True
    before = sentence.lowers[at - 1] if at else ""
    if traits & _FREQUENT and not traits & _DUAL:
        return bool(at and (sentence.marks[at - 1] or sentence.traits[at - 1] & (_TITLE | _ROLE)))
    return before not in _ARTICLES


def _judge_lower(sentence: Sentence, at: int) -> Mark | None:
    traits = sentence.traits[at]
    if not traits & _ORDINARY and "." in sentence.lowers[at]:
        return _judge_dotted(sentence, at)
    if not traits & _ORDINARY:
        return _kind(sentence, at)
    if (
        at
        and sentence.lowers[at - 1] in _ALIAS
        and not traits & (_PREFIX | _VERB)
        and sentence.lowers[at] not in _NO_ALIAS
    ):
        return Mark.NAME
    if not traits & (_DUAL | _GUESSED | _PLACE) and not (at and _archaic(sentence, at)) and not (
        at and sentence.traits[at - 1] & _NAMING and not traits & (_FREQUENT | _PREFIX)
    ):
        return None
    if traits & _PLACE and at and (
        sentence.lowers[at - 1]
        in (_VILLAGE if traits & _SELDOM and not _lives(sentence, at) else _TOWARDS)
    ):
        return Mark.PLACE
    cue, prefixed = _cue(sentence, at)
    if cue & _NAMING and not traits & _FUNCTION:
        return Mark.NAME
    rare = traits & _DUAL and not traits & (_FREQUENT | _VERB | _MASS)
    if cue & (_TITLE | _ROLE) and (rare or (prefixed and traits & _COUNTED)):
        return Mark.NAME
    if cue & _TITLE and traits & (_SURNAME | _GUESSED) and not traits & _VERB:
        return Mark.NAME if prefixed or not traits & _MASS or _subject(sentence, at) else None
    if cue & _ROLE and traits & _SURNAME and not traits & (_MASS | _VERB) and not prefixed:
        return Mark.NAME
    if traits & _COUNTED and _bare(sentence, at):
        return Mark.NAME
    if traits & _SURNAME and not traits & _MASS and _listed(sentence, at):
        return Mark.NAME
    if at and _archaic(sentence, at):
        return Mark.NAME
    if traits & _SURNAME and not traits & (_VERB | _MASS) and _after_name(sentence, at):
        return Mark.NAME
    return None


def _judge_dotted(sentence: Sentence, at: int) -> Mark | None:
    """`j.p. bos` against `z.g.a.n.`: initials are two or three and a name follows them."""
    following = sentence.traits[at + 1] if at + 1 < len(sentence) else _ORDINARY
    if len(sentence.lowers[at]) > 6:  # noqa: PLR2004 - four letters with their full stops
        return None
    return Mark.NAME if following & (_DUAL | _PREFIX) or not following & _ORDINARY else None


def _lives(sentence: Sentence, at: int) -> bool:
    """Whether a word of living somewhere stands shortly before."""
    return any(sentence.traits[i] & _LIVING for i in range(max(at - 6, 0), at))


def _bare(sentence: Sentence, at: int) -> bool:
    """Whether a noun that needs an article stands without one, as a subject or an object."""
    if not (sentence.opens[at] or (at and sentence.lowers[at - 1] in _BARE)):
        return False
    if at and sentence.lowers[at - 1] in _AGAINST:
        return True
    return at + 1 >= len(sentence) or bool(
        sentence.traits[at + 1] & (_VERB | _PREFIX) or not sentence.words[at + 1][0].isalnum()
    )


def _listed(sentence: Sentence, at: int) -> bool:
    """In a list of names: `kim, roos en storm`."""
    return (
        at > 1
        and sentence.lowers[at - 1] in {",", "en", "&", "/"}
        and sentence.marks[at - 2] is Mark.NAME
        and (at + 1 >= len(sentence) or sentence.words[at + 1] in {",", ".", "en", "&", "/", "(", ")"} or bool(sentence.traits[at + 1] & _VERB))
    )


def _archaic(sentence: Sentence, at: int) -> bool:
    """After `van der` or `van den`, which only names still use."""
    return at > 1 and sentence.lowers[at - 1] in {"den", "der"} and sentence.lowers[at - 2] == "van"


def _after_name(sentence: Sentence, at: int) -> bool:
    """Right after a name that is not listed off by a comma: given name and surname."""
    left = at - 1
    while left >= 0 and (sentence.traits[left] & _PREFIX or sentence.lowers[left] in {"v", "d"}):
        left -= 1
    return left >= 0 and sentence.marks[left] is Mark.NAME


def _cue(sentence: Sentence, at: int) -> tuple[int, bool]:
    """The traits of the word before, past prefixes and initials; and whether there was a prefix."""
    left, prefixed = at - 1, False
    while left >= 0 and (
        sentence.traits[left] & _PREFIX
        or (sentence.words[left] == "." and left and sentence.traits[left - 1] & _TITLE)
    ):
        if sentence.traits[left] & (_TITLE | _ROLE | _NAMING):
            break
        prefixed = prefixed or bool(sentence.traits[left] & _PREFIX)
        left -= 1
    if left < 0:
        return 0, prefixed
    if left and (sentence.words[left] == ":" or (sentence.lowers[left] == "is" and sentence.traits[left - 1] & _NAMING)):
        left -= 1
    return sentence.traits[left], prefixed


def _cued(sentence: Sentence, at: int) -> bool:
    cue, _ = _cue(sentence, at)
    if cue & (_TITLE | _NAMING):
        return True
    return bool(cue & _ROLE) and not sentence.traits[at] & _FREQUENT


def _subject(sentence: Sentence, at: int) -> bool:
    following = sentence.traits[at + 1] if at + 1 < len(sentence) else 0
    closing = sentence.words[at + 1] if at + 1 < len(sentence) else "."
    return bool(following & _VERB) or closing in {".", ",", "("}


def _opens_as_name(sentence: Sentence, at: int) -> bool:
    """Whether an ordinary word at the head of a sentence stands there as a name."""
    traits = sentence.traits[at]
    if not traits & _DUAL or at + 1 >= len(sentence):
        return False
    if traits & _FUNCTION and not traits & _SURNAME:
        return False
    following, after = sentence.traits[at + 1], sentence.words[at + 1]
    if after == ":":
        return False
    if traits & _SURNAME and not traits & _MASS:
        return not after[0].islower() or bool(following & _VERB) or traits & _COUNTED != 0
    if following & _VERB:
        return not traits & _MASS
    if after == "(":
        return True
    if after in {"en", "&"} and at + 2 < len(sentence):
        return sentence.words[at + 2][0].isupper() and not sentence.traits[at + 2] & _CAPITAL
    return not following & _ORDINARY and after[0].isupper()


def _kind(sentence: Sentence, at: int) -> Mark:
    """What kind of thing an unrecognised word is, by what stands before it."""
    traits = sentence.traits[at]
    left = at - 1
    while left >= 0 and sentence.traits[left] & _PREFIX:
        left -= 1
    before = sentence.traits[left] if left >= 0 else 0
    if before & _ORGANISATION and not before & (_ROLE | _TITLE):
        return Mark.ORGANISATION
    if traits & _PLACE and not before & (_TITLE | _ROLE | _NAMING):
        return Mark.PLACE
    if before & _PLACE_BEFORE and not traits & _NAME:
        return Mark.PLACE
    return Mark.NAME
