"""Free text: masked by the masking engine, then looked through for what must not be in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ketensluis.model.incident import Incident, Person, Place
from ketensluis.model.validity import real_date
from ketensluis.redaction.protection import hidden_addresses
from ketensluis.redaction.spelling import plain
from ketensluis.redaction.towns import names_of

__all__ = ["FAILED", "NO_MASKER", "SURVIVED", "MaskText", "masked_narrative"]

MaskText = Callable[[str, Sequence[Person], Place | None], str]

NO_MASKER = "protected.no_masker"
FAILED = "protected.masking_failed"
SURVIVED = "protected.unmasked_value"

_SHORTEST = 3  # letters; shorter parts of names are ordinary words too often
_NATIONAL = 9  # digits of a telephone number without 0, +31 or 0031; of a BSN
_LONG = 6  # from this length a name is recognised whatever its case
_NO_DIGITS = re.compile(r"\D+")
_NO_WORDS = re.compile(r"\W+")


def masked_narrative(
    incident: Incident, masker: MaskText | None, withheld: frozenset[str]
) -> tuple[str | None, str | None]:
    """The masked narrative and None, or None and the rule that keeps it back.

    `withheld` is the concrete paths of the leaves that stay behind, or go in another form: if
    the value of one of them can still be read in the masked text, the masking missed it, and the
    text stays too.
    """
    if masker is None:
        return None, NO_MASKER
    try:
        text = masker(incident.narrative or "", incident.persons, incident.place)
    except Exception:  # noqa: BLE001 - whatever the engine dies of, the text does not go unmasked
        return None, FAILED
    shown = _Shown(plain(text))
    if any(_survives(value, shown) for value in _must_not_show(incident, withheld)):
        return None, SURVIVED
    return text, None


def _must_not_show(incident: Incident, withheld: frozenset[str]) -> Iterator[str]:
    for index, person in enumerate(incident.persons):
        for name in ("surname", "given_names", "bsn", "phone", "email"):
            value = getattr(person, name)
            if value and f"persons[{index}].{name}" in withheld:
                yield value
        born = real_date(person.birth_date)
        if born and f"persons[{index}].birth_date" in withheld:
            yield from (f"{born:%Y%m%d}", f"{born:%d%m%Y}")
        postcode = person.address and person.address.postcode
        if postcode and f"persons[{index}].address.postcode" in withheld:
            yield postcode
    for address, _ in hidden_addresses(incident):
        yield from filter(None, (address.street, address.postcode))
        yield from names_of(address.city) if address.city else ()


@dataclass(frozen=True)
class _Shown:
    """A masked text, in the forms in which values are looked for; each is made once, if at all."""

    text: str

    @cached_property
    def digits(self) -> str:
        return _NO_DIGITS.sub("", self.text)

    @cached_property
    def squeezed(self) -> str:
        return _NO_WORDS.sub("", self.text).casefold()


def _survives(value: str, shown: _Shown) -> bool:
    value = plain(value)
    digits = _NO_DIGITS.sub("", value)
    if len(digits) >= _LONG:
        return digits[-_NATIONAL:] in shown.digits
    squeezed = _NO_WORDS.sub("", value).casefold()
    if any(char.isdigit() for char in squeezed):
        return squeezed in shown.squeezed
    return any(_word_in(part, shown.text) for part in {value.strip(), *value.split()})


def _word_in(word: str, text: str) -> bool:
    if len(word) < _SHORTEST or not _may_hold(text, word):
        return False
    flags = re.IGNORECASE if len(word) >= _LONG else 0
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, flags) is not None


def _may_hold(text: str, word: str) -> bool:
    """A cheap test that is true wherever the word is: an expression for each name is dear.

    Beyond ASCII an expression takes more letters for one than `lower` does, such as an i
    without its dot for one with it.
    """
    if len(word) < _LONG:
        return word in text
    return not (word.isascii() and text.isascii()) or word.lower() in text.lower()
