"""What the record itself says of its persons and places, ready to be found in a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ketensluis.model.incident import Address, Person, Place
from ketensluis.model.validity import real_date
from ketensluis.redaction.masking.calendar_dates import DATE

__all__ = ["Record", "read_record"]

_PART = re.compile("[^\\W\\d_]+(?:['\u2019][^\\W\\d_]+)*")
_WORD = re.compile("[^\\W_]+(?:['\u2019.-][^\\W_]+)*")
_PREFIXES = frozenset(
    (
        *(
            "van",
            "von",
            "de",
            "der",
            "den",
            "het",
            "t",
            "ten",
            "ter",
            "te",
            "el",
            "al",
            "ben",
            "bin",
        ),
        *(
            "ibn",
            "abu",
            "abou",
            "ait",
            "aït",
            "la",
            "le",
            "les",
            "du",
            "des",
            "di",
            "da",
            "do",
            "dos",
        ),
        *("del", "della", "st", "san", "in", "op", "aan", "en", "op't", "van't"),
    )
)
_SHORTEST = 2
_SHORTEST_FUZZY = 4
_MONTHS = ("jan", "feb", "maa", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(slots=True)
class Record:
    """Words and numbers of one incident that point to its persons."""

    names: set[str] = field(default_factory=set)
    given: set[str] = field(default_factory=set)
    places: set[str] = field(default_factory=set)
    lines: list[tuple[str, ...]] = field(default_factory=list)
    """Streets and towns as sequences of words."""
    births: set[tuple[int, int, int]] = field(default_factory=set)
    """Day, month, year."""

    houses: set[str] = field(default_factory=set)
    """House numbers with their additions, in lower case."""
    roots: set[str] = field(default_factory=set)
    """The names without an s at their end."""

    def near(self, word: str) -> bool:
        """Whether `word` is one slip away from a name of the record."""
        size = len(word)
        if size < _SHORTEST_FUZZY:
            return False
        first, last = word[0], word[-1]
        for name in self.names:
            # One slip leaves the first or the last letter as it was, and the length nearly.
            if (
                -1 <= len(name) - size <= 1
                and len(name) >= _SHORTEST_FUZZY
                and (name[0] == first or name[-1] == last)
                and _one_slip(word, name)
            ):
                return True
        return False


def read_record(persons: Iterable[Person], place: Place | None) -> Record:
    """Gather what `persons` and `place` hold; whatever is absent is passed over."""
    record = Record()
    for person in persons:
        given = _parts(person.given_names)
        record.given.update(given)
        record.names.update(given, _parts(person.surname))
        _address(record, person.address)
        born = real_date(person.birth_date)
        if born:  # as in every incident; in a line of a file it may be written otherwise
            record.births.add((born.day, born.month, born.year))
        elif odd := DATE.fullmatch(person.birth_date or ""):
            record.births.add(read_date(odd))
    _address(record, place)
    record.roots = {name.removesuffix("s") for name in record.names}
    return record


def read_date(match: re.Match[str]) -> tuple[int, int, int]:
    """Day, month and year (0 if not said; two digits made four) of a match of `DATE`."""
    got = match.groupdict()
    day = int(got["d"] or got["d2"] or got["d3"] or got["d4"])
    month = got["m"] or got["m2"] or got["m3"] or got["m4"]
    year = int(got["y"] or got["y2"] or got["y3"] or 0)
    if year and year < 100:  # noqa: PLR2004 - two digits
        year += 1900 if year > 30 else 2000  # noqa: PLR2004 - born in this century, or before
    number = int(month) if month.isdigit() else _month(month)
    return day, number, year


def _month(word: str) -> int:
    short = word.lower().replace("mrt", "maa")[:3]
    return _MONTHS.index(short) + 1


def _parts(name: str | None) -> set[str]:
    found = {part.lower() for part in _PART.findall(name or "")}
    return {part for part in found if len(part) >= _SHORTEST and part not in _PREFIXES}


def _address(record: Record, address: Address | Place | None) -> None:
    if address is None:
        return
    for line in (address.street, address.city):
        words = tuple(part.lower() for part in _WORD.findall(line or ""))
        if words:
            record.lines.append(words)
            record.places.update(word for word in words if word not in _PREFIXES)
    number = getattr(address, "house_number", None)
    if number:
        record.houses.add(number.lower())


def _one_slip(one: str, other: str) -> bool:
    """Equal but for one letter added, dropped or changed, or two swapped."""
    short, long = (one, other) if len(one) <= len(other) else (other, one)
    if len(long) - len(short) > 1:
        return False
    same = 0
    while same < len(short) and short[same] == long[same]:
        same += 1
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    if short[same + 1 :] == long[same + 1 :]:
        return True
    return (
        short[same : same + 2] == long[same : same + 2][::-1]
        and short[same + 2 :] == long[same + 2 :]
    )
