"""Makes the people of a dossier: diverse, and impossible to confuse with real ones.

BSNs fail the 11-test, phone numbers begin with 06-00 (the numbering plan gives mobile
subscribers 06-1 and higher), e-mail addresses are under example.org (RFC 2606), number
plates hold vowels, and postcodes end in SA, SD or SS: none of these is ever issued.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ketensluis.made_up.casts import PARTS, Cast
from ketensluis.made_up.draw import Draw
from ketensluis.made_up.names import (
    EMPLOYERS,
    GIVEN_NAMES_F,
    GIVEN_NAMES_M,
    SCHOOLS,
    STREETS,
    SURNAMES,
)
from ketensluis.made_up.places import Places
from ketensluis.model.incident import Address, Person, Place, Role, Sex
from ketensluis.model.municipalities import Municipality

__all__ = ["Dossier", "Home", "Member", "make_dossier"]

_YEAR = 365.2425  # days
_ADULT = 18  # years
_ELSEWHERE = 0.08  # of those who live apart, the share that lives in another municipality
_HOMES = 5  # at most in one dossier
_NEVER_ISSUED = ("SA", "SD", "SS")
_POSTCODES = 9000 * len(_NEVER_ISSUED)
_STRIDE = 7919  # no divisor of 9000 in common, so that neighbours in number live far apart
_BLOCKS = 32
_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2)


@dataclass(frozen=True, slots=True)
class Home:
    """A home, the municipality it is written under, and the one that this stands for."""

    address: Address
    counts_as: Municipality


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who does not exist, apart from the role in one incident."""

    given_names: str
    surname: str
    born: date
    sex: Sex
    bsn: str
    home: Home
    phone: str
    minor: bool

    @property
    def name(self) -> str:
        """The name as a narrative writes it."""
        return f"{self.given_names} {self.surname}"

    def person(self, person_id: str, role: Role, *, home: Home | None, known: bool) -> Person:
        """The person in one incident; without `known`, hardly anything was taken down."""
        if not known:
            return Person(person_id=person_id, role=role, surname=self.surname, sex=self.sex)
        return Person(
            person_id=person_id,
            role=role,
            given_names=self.given_names,
            surname=self.surname,
            birth_date=self.born.isoformat(),
            sex=self.sex,
            bsn=self.bsn,
            address=home.address if home else None,
            phone=None if self.minor else self.phone,
        )


@dataclass(frozen=True, slots=True)
class Dossier:
    """The people of one story, where it plays, and the words that its texts use."""

    cast: Cast
    members: Mapping[str, Member]
    municipality: Municipality
    place: Place
    words: Mapping[str, str]


def make_dossier(draw: Draw, cast: Cast, places: Places, on: date, number: int) -> Dossier:
    """The people of a cast, of the ages that they have on a date; no two dossiers share a home.

    Args:
        draw: the chance.
        cast: who take part.
        places: where they may live.
        on: the local date on which the dossier begins.
        number: the dossier's own number, up to 172,000.
    """
    municipality = places.municipality(draw)
    homes = iter(range(number * _HOMES, (number + 1) * _HOMES))
    first_home = _home(draw, places, municipality, next(homes))
    members: dict[str, Member] = {}
    for part in cast.parts:
        home = first_home
        if members and part not in cast.with_first:
            elsewhere = draw.chance(_ELSEWHERE)
            where = places.municipality(draw) if elsewhere else municipality
            home = _home(draw, places, where, next(homes))
        like = cast.bearing.get(part)
        members[part] = _member(draw, part, home, on, members[like].surname if like else None)
    address = first_home.address
    return Dossier(
        cast=cast,
        members=members,
        municipality=municipality,
        place=Place(
            street=address.street,
            house_number=address.house_number,
            postcode=address.postcode,
            city=address.city,
        ),
        words=_words(draw, members, first_home),
    )


def _home(draw: Draw, places: Places, municipality: Municipality, index: int) -> Home:
    """The home of that index: its postcode and house number are no other's."""
    block, postcode = divmod(index, _POSTCODES)
    digits = 1000 + postcode * _STRIDE % 9000
    number = str(draw.whole(0, 15) * _BLOCKS + block + 1)
    if draw.chance(0.2):
        number += draw.pick("ABCDH")
    letters = _NEVER_ISSUED[postcode // 9000]
    return Home(
        Address(
            street=draw.pick(STREETS),
            house_number=number,
            postcode=f"{digits}{letters}",
            city=municipality.name,
            municipality=places.written_code(draw, municipality),
            secret=False,
        ),
        municipality,
    )


def _member(draw: Draw, part: str, home: Home, on: date, surname: str | None) -> Member:
    kind = PARTS[part]
    sex: Sex = "f" if kind.sex == "f" or (kind.sex != "m" and draw.chance(0.5)) else "m"
    age = draw.whole(kind.youngest, kind.oldest)
    born = on - timedelta(days=int(age * _YEAR) + draw.whole(1, 360))
    return Member(
        given_names=draw.pick(GIVEN_NAMES_F if sex == "f" else GIVEN_NAMES_M),
        surname=surname or draw.pick(SURNAMES),
        born=born,
        sex=sex,
        bsn=_bsn(draw),
        home=home,
        phone=f"0600{draw.whole(0, 999_999):06d}",
        minor=age < _ADULT,
    )


def _bsn(draw: Draw) -> str:
    """Nine digits that fail the 11-test: its weighted sum is nowhere a multiple of eleven."""
    digits = f"{draw.whole(0, 99_999_999):08d}"
    right = sum(w * int(d) for w, d in zip(_WEIGHTS, digits, strict=True)) % 11
    return digits + str(draw.pick([last for last in range(10) if last != right]))


def _words(draw: Draw, members: Mapping[str, Member], home: Home) -> dict[str, str]:
    words = {part: member.name for part, member in members.items()}
    letters = f"{draw.pick('AEO')}{draw.pick('EIU')}"
    last = f"{draw.whole(0, 99_999):05d}"
    words |= {
        "street": f"{home.address.street} {home.address.house_number}",
        "city": home.address.city or "",
        "phone": f"06-00{draw.whole(0, 999_999):06d}",
        "plate": f"{letters}-{draw.whole(100, 999)}-{draw.pick('AEU')}",
        "account": f"NL00 GEEN 0{last[:3]} 0{last[2:]} 00",
        "mail": f"{draw.pick(STREETS).lower()}{draw.whole(1, 99)}@example.org",
        "school": draw.pick(SCHOOLS),
        "employer": draw.pick(EMPLOYERS),
        "hour": f"{draw.whole(0, 23):02d}:{draw.whole(0, 59):02d}",
    }
    return words
