"""Finds where someone belongs by the words around it: an employer, a class at school, a shelter."""

from __future__ import annotations

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tokens import Token, Tokens, settle
from ketensluis.redaction.masking.traits import Trait
from ketensluis.redaction.masking.written import Calls, Written, call

__all__ = ["judge_affiliations", "judge_refuges"]

_ORDINARY, _CAPITAL, _PREFIX = Trait.ORDINARY, Trait.CAPITAL, Trait.PREFIX
_ORGANISATION = Trait.ORGANISATION
_ARTICLES = frozenset({"de", "het", "'t"})
_GROUPS = frozenset({"groep", "klas", "leerling"})
_LONGEST_EMPLOYER = 4
_FAR = 7
# Where someone may be hidden, if she is said to go there.
_LODGINGS = frozenset(
    (
        *("huis", "huisje", "kamer", "klooster", "pastorie", "boerderij", "zolderkamer", "zolder"),
        *("vakantiehuis", "vakantiehuisje", "appartement", "studio", "chalet", "logeeradres"),
        *("gastenverblijf", "tuinhuis", "tuinhuisje", "schuur", "bijgebouw", "molen", "hoeve"),
        *("bovenwoning", "woning", "adres"),
    )
)
_MOVING = frozenset(
    (
        *("naar", "liever", "tijdelijk", "ondergebracht", "opgevangen", "geplaatst", "verstopt"),
        *("ondergedoken", "schuilt", "verborgen", "veilig"),
    )
)
_PASSED = frozenset({Mark.NAME, Mark.ORGANISATION, Mark.WORSHIP})
_SOMEONE = Trait.ROLE | Trait.TITLE
_WHEREABOUTS = frozenset({Mark.PLACE, Mark.ADDRESS})
_WHERE = frozenset({Mark.PLACE, Mark.ADDRESS, Mark.NAME, Mark.ORGANISATION, Mark.VENUE})


@call
def _affiliated(word: Written) -> bool:
    return bool(word.traits & (Trait.REFUGE | Trait.WORK)) or word.lower in _GROUPS


@call
def _housed(word: Written) -> bool:
    return bool(word.traits & Trait.REFUGE) or word.lower in _LODGINGS


def judge_affiliations(tokens: Tokens, calls: Calls) -> None:
    """Settle what is said of work, school and shelter."""
    for at in calls[_affiliated]:
        token = tokens[at]
        if token.settled:
            continue
        if token.lower in _GROUPS:
            _group(tokens, at)
        if token.traits & Trait.REFUGE:
            _refuge(tokens, at)
        if token.traits & Trait.WORK:
            _employer(tokens, at)


def _group(tokens: Tokens, at: int) -> None:
    """`groep 4 van de wegwijzer`: the school's name."""
    link, article, name = tokens[at + 2], tokens[at + 3], tokens[at + 4]
    if (
        tokens[at + 1].numeric
        and link.lower in {"van", "op", "bij", ","}
        and article.lower in _ARTICLES
        and name.wordlike
        and not name.traits & _ORGANISATION
    ):
        end = at + 5
        while tokens[end].capital:
            end += 1
        settle(tokens, at + 3, end, Mark.SCHOOL)


def _refuge(tokens: Tokens, at: int) -> None:
    """`de opvang in Zwolle`: where a shelter is, is never told."""
    named = tokens[at + 2]
    if tokens[at + 1].lower in _ARTICLES and (named.capital or not named.traits & Trait.FREQUENT):
        settle(tokens, at, at + 3, Mark.SHELTER)
    if tokens[at + 1].lower not in {"in", "te", "bij", "van", "nabij"}:
        return
    end = at + 2
    while end < at + 4 and tokens[end].traits & _PREFIX and not tokens[end].settled:
        end += 1
    first = end
    while not tokens[end].settled and _foreign(tokens[end]):
        end += 1
    if end > first:
        settle(tokens, at, end, Mark.SHELTER)


def judge_refuges(tokens: Tokens, calls: Calls) -> None:
    """`crisisopvang naast het station van [plaats]`, `naar een huisje achter de kerk in [plaats]`.

    To be called when all else is marked.
    """
    for at in calls[_housed]:
        token = tokens[at]
        refuge_said = token.traits & Trait.REFUGE
        taken = token.settled and token.mark is not Mark.ADDRESS
        if taken or not (refuge_said or _moving(tokens, at)):
            continue
        end = at + 1
        while end - at <= _FAR and _on_the_way(tokens[end], lodging=not refuge_said):
            end += 1
        where = _WHERE if refuge_said else _WHEREABOUTS
        if tokens[end].mark in where and end > at + 1:
            while tokens[at - 1].traits & Trait.ORDINAL or tokens[at - 1].lower == "een":
                at -= 1  # noqa: PLW2901 - it begins at `een tweede huis`
            settle(tokens, at, end + 1, Mark.SHELTER)


def _moving(tokens: Tokens, at: int) -> bool:
    """Whether someone is said to go or to be brought to the lodgings at `at`."""
    return any(token.lower in _MOVING for token in tokens[max(at - 5, 0) : at])


def _on_the_way(token: Token, *, lodging: bool) -> bool:
    if lodging and (token.numeric or token.mark in _PASSED or token.traits & _SOMEONE):
        return True
    return token.mark is None and _between(token)


def _between(token: Token) -> bool:
    """A small word or a spot that leads from a shelter to where it is."""
    leads = Trait.SPOT_BEFORE | Trait.PLACE_BEFORE | Trait.SPOT | Trait.DETERMINER | _ORGANISATION
    return bool(token.traits & leads) or token.lower in {"ergens", "van", "boven", "schip"}


def _foreign(token: Token) -> bool:
    """A word with a capital that is no institution, or one that is not recognised."""
    if token.capital:
        return not token.traits & _CAPITAL
    return token.word[:1].isalpha() and not token.traits & _ORDINARY


def _employer(tokens: Tokens, at: int) -> None:
    """`werkt bij …`: even a well-known brand."""
    links = (i for i in range(at + 1, at + 5) if _leads_to_employer(tokens, i))
    link = next(links, 0)
    if not link or any(token.opens for token in tokens[at + 1 : link]):
        return
    first = link + 1
    while tokens[first].lower in {"de", "het", "een", "'t"}:
        first += 1
    end = first
    while end < first + _LONGEST_EMPLOYER and tokens[end].word[:1].isalpha():
        token = tokens[end]
        known = (token.settled and token.mark is None) or (end == first and token.traits & _CAPITAL)
        if token.traits & Trait.STATE or not (token.capital or known):
            break
        end += 1
    if end == first:
        end = _common_words(tokens, first)
    settle(tokens, first, end, Mark.ORGANISATION)


def _leads_to_employer(tokens: Tokens, at: int) -> bool:
    bracketed = tokens[at].word == "(" and tokens[at + 1].capital
    return tokens[at].lower in {"bij", "voor"} or bracketed


def _common_words(tokens: Tokens, first: int) -> int:
    """Where `huis en hof` ends after "werkt bij"; `first` if an ordinary workplace stands there."""
    if tokens[first].traits & (Trait.TITLE | Trait.ROLE):
        return first
    if tokens[first + 1].lower in {"en", "&"} and _noun(tokens[first]) and _noun(tokens[first + 2]):
        return first + 3
    if tokens[first].traits & _PREFIX and _workplace(tokens[first + 1]):
        return first + (3 if _workplace(tokens[first + 2]) else 2)
    if not _workplace(tokens[first]):
        return first
    end = first + 1
    more = tokens[end].traits & (Trait.COUNT | Trait.PLURAL) or not tokens[end].traits & _ORDINARY
    if (tokens[first].lower.endswith(("e", "en")) or more) and _workplace(tokens[end]):
        end += 1
    if tokens[end].lower in {"en", "in", "op", "&"} and _workplace(tokens[end + 1]):
        end += 2
    return end


def _noun(token: Token) -> bool:
    """A word of `huis en hof`."""
    if token.traits & (Trait.FUNCTION | Trait.SPOT) == Trait.FUNCTION:
        return False
    small = Trait.ROLE | Trait.TITLE | Trait.VERB | Trait.DETERMINER | Trait.STATE | Trait.PREFIX
    return token.word[:1].isalpha() and not token.settled and not token.traits & small


def _workplace(token: Token) -> bool:
    known = Trait.SPOT | Trait.ROLE | Trait.TITLE | Trait.STATE | Trait.FUNCTION | Trait.VERB
    plain = token.word[:1].isalpha() and not token.settled
    return plain and not token.traits & (known | _PREFIX | _CAPITAL | Trait.DETERMINER)
