"""Widens what was found: streets with their numbers, organisations, employers, accounts."""

from __future__ import annotations

import re

from ketensluis.redaction.masking.marks import Mark
from ketensluis.redaction.masking.tables import Tables, Trait
from ketensluis.redaction.masking.tokens import Sentence

__all__ = ["Surroundings"]

_ORDINARY, _CAPITAL, _FREQUENT = int(Trait.ORDINARY), int(Trait.CAPITAL), int(Trait.FREQUENT)
_PREFIX, _VERB, _UNIT = int(Trait.PREFIX), int(Trait.VERB), int(Trait.UNIT)
_ORGANISATION, _LOWER = int(Trait.ORGANISATION), int(Trait.ORGANISATION_LOWER)
_PLATFORM, _WORK, _STREET = int(Trait.PLATFORM), int(Trait.WORK), int(Trait.STREET)
_SHOP = int(Trait.SHOP)
_TITLE, _ROLE, _MONTH = int(Trait.TITLE), int(Trait.ROLE), int(Trait.MONTH)
_HOUSE = re.compile(r"\d{1,4}[a-z]{0,2}(?:-(?:\d{1,3}|[a-z]|i{1,3}|iv|hs|bis))?", re.IGNORECASE)
_ADDITION = re.compile(r"[a-h]|i{1,3}|iv|bis|hs|hoog|zw|rd|zwart|rood|wit|boven|beneden", re.IGNORECASE)
_BEFORE_STREET = frozenset(
    "lange korte oude nieuwe grote kleine hoge lage eerste tweede derde vierde 1e 2e 3e 4e 1ste 2de sint st burgemeester burg "
    "prins prinses koningin koning dr dokter pastoor kapitein admiraal generaal professor prof jan van de der den het ten ter "
    "mr graaf hertog johan willem".split()
)
_SURE_STREET = re.compile(r"(?:straat|weg|laan|plein|kade|gracht|singel|dreef|steeg|dijk|plantsoen|allee|boulevard)$")
_NUMBER_WORDS = frozenset("nummer nr nr. huisnummer huisnr huisnr. perceel no. dienstnummer personeelsnummer klantnummer patiëntnummer patientnummer "
    "plek standplaats kavel polisnummer paspoortnummer documentnummer rijbewijsnummer bonnummer dossiernummer dossiernr zaaknummer mutatienummer parketnummer "
    "plek standplaats kavel kamernummer appartement huisnummers app. vnummer v-nummer accountnummer pasnummer".split())
_AFTER_NAME = frozenset("ziekenhuis ziekenhuizen college lyceum kliniek moskee kerk school groep stichting gymnasium medisch".split())
_NUMBER_ENDS = ("nummer", "nr", "nr.", "nummers", "code")
_NUMBERED = frozenset({"nr", "nummer", "nr.", "no.", "huisnummer"})
_LINKS = frozenset("van de der den het 't en in aan op te ten ter voor & -".split())
_LONGEST_HANDLE_LINK = 4
_BRANDED = int(Trait.CAPITAL)
_STATE = frozenset("politie veilig openbaar om ggz ggd gemeente reclassering defensie brandweer raad rechtbank de het een haar zijn hem".split())
_REFUGES = frozenset(
    "opvang vrouwenopvang noodopvang crisisopvang opvanghuis opvanglocatie opvangadres opvangplek opvangplaats blijfhuis blijf-van-mijn-lijfhuis safehouse "
    "schuiladres onderduikadres schuilplaats noodbed crisisplek vrouwenopvanghuis maatschappelijke-opvang".split()
)


_SORTS = (
    (Mark.SCHOOL, re.compile(r"school|college|lyceum|gymnasium|mavo|mbo|roc|^bso$|opvang|verblijf|^kdv$|cr[eè]che|peuterspeelzaal|gastouder")),
    (Mark.CARE, re.compile(r"praktijk|ziekenhuis|kliniek|verpleeg|verzorg|zorg|woongroep|woonvoorziening|wooncentrum|gezondheid|apotheek|instelling")),
    (Mark.WORSHIP, re.compile(r"kerk|moskee|tempel|synagoge|parochie")),
    (Mark.CLUB, re.compile(r"club|vereniging|^(?:vv|sv|fc|rksv|svv)$|scouting|manege")),
    (Mark.VENUE, re.compile(r"caf[eé]|kroeg|^bar$|restaurant|snackbar|cafetaria|disco|hotel|motel|pension|hostel|lunchroom|coffeeshop|zaak|pizzeria|room|park|camping|kamp$|zwembad|hal$|theater|bioscoop|huis$|centrum")),
    (Mark.COMPANY, re.compile(r"bedrijf|firma|winkel|markt|garage|bakker|slager|kap|bureau|fabriek|^bv$|^vof$|rij$|salon|studio|kantoor|makelaar|koerier|dienst|werkgever")),
)


def _sort(noun: str) -> Mark:
    """The mark for what the noun before the name says it is."""
    return next((mark for mark, form in _SORTS if form.search(noun)), Mark.ORGANISATION)


class Surroundings:
    """Judges what a word's neighbours make of it."""

    def __init__(self, tables: Tables) -> None:
        self._street = re.compile(rf"(?:{'|'.join(sorted(tables.street_ends, key=len, reverse=True))})$")
        self._links = tables.links

    def before_names(self, sentence: Sentence) -> None:
        """Organisations and accounts, whose names may be made of ordinary words."""
        for at, traits in enumerate(sentence.traits):
            if sentence.settled[at]:
                continue
            if traits & _ORGANISATION:
                self._organisation(sentence, at)
            if sentence.lowers[at] in {"groep", "klas", "leerling"}:
                _group(sentence, at)
            if sentence.lowers[at] in _REFUGES:
                _refuge(sentence, at)
            if traits & _PLATFORM:
                self._account(sentence, at)
            if traits & _WORK:
                self._employer(sentence, at)
            if sentence.lowers[at] in _NUMBER_WORDS or sentence.lowers[at].endswith(_NUMBER_ENDS):
                self._numbered(sentence, at)

    def after_names(self, sentence: Sentence) -> None:
        """Streets and house numbers, then the small words that belong to a masked name."""
        for at, traits in enumerate(sentence.traits):
            # Only what is masked, or may name a road, can be the head of an address.
            if sentence.marks[at] is not None or traits & _STREET or sentence.lowers[at] == "'t" or self._road(sentence, at):
                self._address(sentence, at)
        for at, traits in enumerate(sentence.traits):
            if traits & _ORGANISATION or sentence.lowers[at] in _AFTER_NAME:
                _with_name(sentence, at)
            elif traits & _SHOP:
                _branch(sentence, at)
        for at in range(len(sentence) - 1, -1, -1):
            if sentence.traits[at] & _PREFIX:
                _absorb(sentence, at)

    def _road(self, sentence: Sentence, at: int) -> bool:
        """Whether a number follows a word that ends like a street."""
        return (
            at + 1 < len(sentence)
            and (sentence.words[at + 1][0].isdigit() or sentence.lowers[at + 1] in _NUMBERED)
            and bool(self._street.search(sentence.lowers[at]))
        )

    @staticmethod
    def _organisation(sentence: Sentence, at: int) -> None:
        """`basisschool De Regenboog`, `café "de kroeg"`, `camping het grote bos`."""
        first = at + 1
        if first < len(sentence) and sentence.words[first] in "\"'“‘":
            closing = next((i for i in range(first + 1, min(first + 6, len(sentence))) if sentence.words[i] in "\"'”’"), None)
            if closing:
                sentence.settle(at, closing + 1, _sort(sentence.lowers[at]))
                return
        if first + 1 < len(sentence) and sentence.lowers[first] in {"heet", "genaamd", "heette", "is", ":", "te"}:
            _named(sentence, at, first)
            return
        if first >= len(sentence) or sentence.settled[first]:
            return
        end = first
        while end < len(sentence) and not sentence.settled[end]:
            word = sentence.words[end]
            if sentence.opens[end]:
                break
            if end > first and (word[0].isdigit() or (word in "'’" and end + 1 < len(sentence) and sentence.words[end + 1][0].isdigit())):
                end += 1
            elif word[0].isupper() and not (sentence.traits[end] & _CAPITAL and end == first):
                end += 1
            elif (
                word in _LINKS
                and end + 1 < len(sentence)
                and sentence.words[end + 1][0].isupper()
                and not sentence.traits[end + 1] & _CAPITAL
                and (end > first or word in {"de", "het", "'t"})
            ):
                end += 2
            else:
                break
        if end > first:
            sentence.settle(at, end, _sort(sentence.lowers[at]))
        elif sentence.traits[at] & _LOWER and sentence.lowers[first] in {"de", "het", "'t"} and first + 1 < len(sentence):
            following = sentence.traits[first + 1]
            if sentence.words[first + 1][0].isalpha() and not following & (_VERB | _CAPITAL | _TITLE | _ROLE):
                sentence.settle(at, first + 2, _sort(sentence.lowers[at]))

    def _account(self, sentence: Sentence, at: int) -> None:
        """`op insta als lief meisje`, `snapchat: sanne_x`, `gebruikersnaam beertje`."""
        target, said = at + 1, False
        while target < len(sentence) and target - at <= _LONGEST_HANDLE_LINK and sentence.lowers[target] in self._links:
            said = said or sentence.lowers[target] in {"als", "naam", "account", ":", "gebruikersnaam", "genaamd", "heet", "accountnaam", "username"}
            target += 1
        if target < len(sentence) and not said:
            target, said = _said_later(sentence, target)
        if target >= len(sentence):
            return
        if sentence.words[target] in "\"'“‘":
            target += 1
        if target >= len(sentence) or sentence.settled[target] or not sentence.words[target][0].isalnum():
            return
        glued = target + 1 < len(sentence) and sentence.words[target + 1] in "._" and sentence.starts[target + 1] == sentence.ends[target] and target + 2 < len(sentence) and sentence.starts[target + 2] == sentence.ends[target + 1]
        naming = said or glued or sentence.lowers[at].endswith(("naam", "name", "tag"))
        traits = sentence.traits[target]
        if naming and not (traits & _FREQUENT and sentence.words[target].islower() and traits & (_VERB | _PREFIX)):
            end = target + 1
            while end < len(sentence) and sentence.starts[end] == sentence.ends[end - 1] and sentence.words[end] not in ",;)\"'”":
                end += 1
            if sentence.words[end - 1] == "." and end - 1 > target:
                end -= 1
            sentence.settle(target, end, Mark.ACCOUNT)

    @staticmethod
    def _employer(sentence: Sentence, at: int) -> None:
        """`werkt bij …`: even a well-known brand."""
        for link in range(at + 1, min(at + 5, len(sentence))):
            if sentence.lowers[link] not in {"bij", "voor"}:
                if sentence.words[link] in ".,;":
                    return
                continue
            first = link + 1
            while first < len(sentence) and sentence.lowers[first] in {"de", "het", "een", "'t"}:
                first += 1
            end = first
            while end < len(sentence) and end < first + 4 and (sentence.words[end][0].isupper() or sentence.settled[end] and sentence.marks[end] is None or (end == first and sentence.traits[end] & _BRANDED == _BRANDED)) and sentence.lowers[end] not in _STATE and sentence.words[end][0].isalpha():
                end += 1
            if end > first:
                sentence.settle(first, end, Mark.ORGANISATION)
            return

    @staticmethod
    def _numbered(sentence: Sentence, at: int) -> None:
        target = at + 1
        while target < len(sentence) and sentence.lowers[target] in {":", "is", ".", "van"}:
            target += 1
        if target < len(sentence) and any(map(str.isdigit, sentence.words[target])) and not sentence.settled[target]:
            mark = Mark.ADDRESS if len(sentence.words[target]) <= 3 else Mark.NUMBER  # noqa: PLR2004 - a house number
            end = target + 1
            while end < len(sentence) and sentence.starts[end] == sentence.ends[end - 1] and (sentence.words[end][0].isalnum() or end + 1 < len(sentence) and sentence.starts[end + 1] == sentence.ends[end] and sentence.words[end] not in ",;("):
                end += 1
            sentence.settle(target, end, mark)

    def _address(self, sentence: Sentence, at: int) -> None:
        lower = sentence.lowers[at]
        if sentence.settled[at] and sentence.marks[at] is not Mark.ADDRESS:
            return
        if sentence.words[at][0].isupper() and not sentence.opens[at] and sentence.traits[at] & _STREET and not sentence.traits[at] & _CAPITAL:
            end = _street_of(sentence, at)
            if end > at + 1:
                while at and sentence.words[at - 1][0].isupper() and sentence.marks[at - 1] is Mark.NAME:
                    at -= 1
                sentence.settle(at, max(_house_number(sentence, end), end), Mark.ADDRESS)
                return
        if sentence.lowers[at] == "'t" and at + 1 < len(sentence) and sentence.words[at + 1][0].isupper() and not sentence.settled[at + 1]:
            end = at + 2
            sentence.settle(at, max(_house_number(sentence, end), end), Mark.ADDRESS if _house_number(sentence, end) > end else Mark.NAME)
            return
        named = sentence.marks[at] in {Mark.NAME, Mark.PLACE, Mark.ADDRESS}
        number = _house_number(sentence, at + 1)
        ends = self._street if number > at + 1 else _SURE_STREET
        street = bool(ends.search(lower)) and not sentence.traits[at] & _STREET
        if not (named and (street or number > at + 1)) and not (street and number > at + 1 and len(lower) > 5):  # noqa: PLR2004 - not `weg 1`
            if not (sentence.traits[at] & _STREET and number > at + 1 and at and (sentence.marks[at - 1] in {Mark.NAME, Mark.PLACE})):
                return
        start = at
        while start and (
            sentence.words[start - 1][0].isupper()
            and (sentence.marks[start - 1] is Mark.NAME or not sentence.opens[start - 1])
            or sentence.lowers[start - 1] in _BEFORE_STREET
            and (sentence.words[start - 1][0].isupper() and not sentence.opens[start - 1] or sentence.lowers[start - 1] not in {"van", "de", "der", "den", "het", "ten", "ter"})
        ) and not sentence.settled[start - 1]:
            start -= 1
        if start > 1 and sentence.words[start - 1] == "." and sentence.lowers[start - 2] in _BEFORE_STREET | {"ds", "prof", "past", "mgr", "st", "ir", "gen", "burg"} and sentence.words[start - 2][0].isupper():
            start -= 2
        sentence.settle(start, max(number, at + 1), Mark.ADDRESS)


def _named(sentence: Sentence, at: int, link: int) -> None:
    """`school is de klimop.`, `café genaamd de kroeg`: a name of ordinary words."""
    end = link + 1
    if sentence.lowers[end] not in {"de", "het", "'t"}:
        return
    end += 1
    while end < min(link + 4, len(sentence)) and sentence.words[end][0].isalpha() and not sentence.traits[end] & (_VERB | _PREFIX):
        end += 1
    closed = end >= len(sentence) or not sentence.words[end][0].isalnum() or sentence.lowers[end] in {"in", "te", "aan"}
    if end > link + 2 and (closed or sentence.lowers[link] in {"heet", "genaamd", "heette"}) and sentence.lowers[link] != "te":
        sentence.settle(link + 1, end, _sort(sentence.lowers[at]))


def _group(sentence: Sentence, at: int) -> None:
    """`groep 4 van de wegwijzer`: the school's name."""
    end = at + 2
    if end + 2 >= len(sentence) or not sentence.words[at + 1][0].isdigit() or sentence.lowers[end] not in {"van", "op", "bij"}:
        return
    if sentence.lowers[end + 1] in {"de", "het", "'t"} and not sentence.traits[end + 2] & _ORGANISATION and sentence.lowers[end + 2] not in {"basisschool"}:
        last = end + 3
        while last < len(sentence) and sentence.words[last][0].isupper():
            last += 1
        sentence.settle(end + 1, last, Mark.SCHOOL)


def _with_name(sentence: Sentence, at: int) -> None:
    """`basisschool al-Wafa`, `Gelre ziekenhuizen`: the noun goes with the name beside it."""
    if sentence.settled[at] or sentence.marks[at] is not None:
        return
    named = {Mark.NAME, Mark.PLACE, Mark.ORGANISATION}
    sort = _sort(sentence.lowers[at])
    after = at + 1
    if (
        sentence.traits[at] & _ORGANISATION
        and not sentence.traits[at] & (_ROLE | _TITLE)
        and after < len(sentence)
        and sentence.marks[after] in named
        and not sentence.opens[after]
    ):
        while after < len(sentence) and sentence.marks[after] in named:
            after += 1
        sentence.settle(at, after, sort)
        return
    before = at - 1
    if before >= 0 and sentence.marks[before] in named and sentence.words[before][0].isupper() and (sentence.lowers[at] in _AFTER_NAME or sentence.words[at][0].isupper()):
        while before and sentence.marks[before - 1] in named:
            before -= 1
        sentence.settle(before, at + 1, sort)


def _branch(sentence: Sentence, at: int) -> None:
    """`de Jumbo in Beilen`: a chain with a place is one shop."""
    target = at + 1
    if target < len(sentence) and sentence.lowers[target] in {"in", "te", "op", "aan"}:
        target += 1
        if target < len(sentence) and sentence.lowers[target] in {"de", "het"}:
            target += 1
    if target < len(sentence) and sentence.marks[target] in {Mark.PLACE, Mark.NAME, Mark.ADDRESS} and not sentence.opens[target]:
        sentence.settle(at, at + 1, Mark.COMPANY)


def _street_of(sentence: Sentence, at: int) -> int:
    """Where `Laan van Meerdervoort` or `Plein 1944` ends, from its first word."""
    end = at + 1
    while end < len(sentence) and sentence.lowers[end] in _LINKS and end < at + 4:  # noqa: PLR2004 - "van der"
        end += 1
    if end < len(sentence) and (sentence.marks[end] in {Mark.NAME, Mark.PLACE} or sentence.words[end].isdigit()):
        return end + 1
    return at


def _said_later(sentence: Sentence, first: int) -> tuple[int, bool]:
    """`op Snapchat toegevoegd als rico.king`: where the account's name is, or `first`."""
    for at in range(first, min(first + 7, len(sentence) - 1)):
        if sentence.words[at] in ".!?\n":
            break
        if sentence.lowers[at] in {"als", "naam", "account", "nepaccount", "gebruikersnaam"}:
            target = at + 1
            while target < len(sentence) - 1 and sentence.lowers[target] in {":", "genaamd", "van", "heet", "is"}:
                target += 1
            glued = target + 2 < len(sentence) and sentence.words[target + 1] in "._" and sentence.starts[target + 2] == sentence.ends[target]  + 1
            if glued or sentence.lowers[at] != "als" and not sentence.traits[target] & _FREQUENT:
                return target, True
    return first, False


def _refuge(sentence: Sentence, at: int) -> None:
    """`de opvang in Zwolle`: where a shelter is, is never told."""
    target = at + 1
    if target >= len(sentence) or sentence.lowers[target] not in {"in", "te", "bij", "van", "nabij"}:
        return
    end = target + 1
    while end < len(sentence) and end < target + 3 and sentence.traits[end] & _PREFIX and not sentence.settled[end]:
        end += 1
    first = end
    while end < len(sentence) and not sentence.settled[end] and (sentence.words[end][0].isupper() and not sentence.traits[end] & _CAPITAL or sentence.words[end][0].isalpha() and not sentence.traits[end] & _ORDINARY):
        end += 1
    if end > first:
        sentence.settle(at, end, Mark.SHELTER)


def _house_number(sentence: Sentence, at: int) -> int:
    """Where a house number with its additions that begins at `at` ends; `at` if there is none."""
    if at < len(sentence) and sentence.lowers[at] in _NUMBERED:
        inner = at + 1
        if inner < len(sentence) and sentence.words[inner] == ".":
            inner += 1
        end = _house_number(sentence, inner)
        return end if end > inner else at
    if at >= len(sentence) or not _HOUSE.fullmatch(sentence.words[at]):
        return at
    if sentence.settled[at] and sentence.marks[at] is not Mark.ADDRESS:
        return at
    end = at + 1
    if end < len(sentence) and sentence.traits[end] & (_UNIT | _MONTH) and sentence.lowers[end] not in {"en", "tot", "hoog"} and sentence.words[at].isdigit():
        return at
    if end < len(sentence) and sentence.words[end] in {"-", "/"} and end + 1 < len(sentence) and len(sentence.words[end + 1]) < 4 and sentence.starts[end + 1] == sentence.ends[end]:  # noqa: PLR2004
        end += 2
    elif end < len(sentence) and _ADDITION.fullmatch(sentence.words[end]):
        end += 1
    return end


def _absorb(sentence: Sentence, at: int) -> None:
    """Take a prefix into the name after it: `El`, `van der`, `De`, when it is part of it."""
    if sentence.words[at - 1] in {"Op", "In", "Uit"} and at and sentence.marks[at] is Mark.NAME:
        sentence.marks[at - 1] = Mark.NAME
    if sentence.marks[at] is not None or not sentence.traits[at] & _PREFIX or at + 1 >= len(sentence):
        return
    after = at + 1
    if sentence.marks[after] not in {Mark.NAME, Mark.ADDRESS, Mark.PLACE, Mark.ORGANISATION}:
        return
    if sentence.settled[after] and sentence.marks[after] is Mark.ADDRESS and sentence.words[after][0].isdigit():
        return
    before = sentence.traits[at - 1] if at else 0
    capital = sentence.words[at][0].isupper()
    lower = sentence.lowers[at]
    name_before = bool(at) and sentence.marks[at - 1] is Mark.NAME and not sentence.words[at - 1] == ","
    if (
        (capital and not sentence.opens[at])
        or (sentence.opens[at] and at and lower == "van" and sentence.words[at] == "van" and sentence.marks[after] is Mark.ADDRESS)
        or (capital and sentence.opens[at] and lower in {"de", "van", "el", "al", "ait", "ben", "den", "ter", "ten", "la"} and sentence.words[after][0].isupper() and sentence.marks[after] is Mark.NAME)
        or (name_before and lower != "te")
        or (before & (_TITLE | _ROLE) and lower not in {"te", "uit", "op", "het"} and sentence.marks[after] is Mark.NAME)
        or (lower in {"den", "der", "ter", "ten", "el", "ait", "ibn", "bin", "vd", "v.d.", "abu", "abd", "'t", "ould"} and sentence.marks[after] is not Mark.ORGANISATION)
        or (lower == "van" and sentence.lowers[after] in {"der", "den"})
        or (lower == "al" and sentence.words[after][0].isupper() and capital)
    ):
        sentence.marks[at] = sentence.marks[after]
