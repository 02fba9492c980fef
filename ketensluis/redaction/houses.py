"""Whether two addresses may be one house, and what of the one would tell the other."""

from __future__ import annotations

from dataclasses import dataclass

from ketensluis.model.incident import Address, Place
from ketensluis.redaction.spelling import key
from ketensluis.redaction.towns import town

__all__ = ["House", "house_of"]

_TELLING = ("street", "postcode", "city", "municipality")


@dataclass(frozen=True, slots=True)
class House:
    """An address or place with its leaves in comparable form; an empty one is not told."""

    street: str
    number: str
    postcode: str
    city: str
    municipality: str

    def may_be(self, other: House) -> bool:
        """Whether both may be one house: number and city do not differ, and they share street or
        postcode, or else the number while one tells the street and the other the postcode.

        What one of them does not tell cannot tell them apart; so doubt counts as the same.
        """  # noqa: D205 - the condition does not fit one line
        if self.number and other.number and self.number != other.number:
            return False
        if self.city and other.city and self.city != other.city:
            return False
        if (self.postcode and self.postcode == other.postcode) or (
            self.street and self.street == other.street
        ):
            return True
        comparable = (self.street and other.street) or (self.postcode and other.postcode)
        return bool(self.number and other.number and not comparable)

    def repeated_in(self, other: House) -> list[str]:
        """The leaves that would tell something of this house if they went with the other.

        A city tells the municipality and the other way round, so where this house tells one of
        them only, and the other house repeats it, neither goes.
        """
        found = [leaf for leaf in _TELLING if getattr(self, leaf) == getattr(other, leaf) != ""]
        if "city" in found and not self.municipality:
            found.append("municipality")
        if "municipality" in found and not self.city:
            found.append("city")
        return found


def house_of(place: Address | Place, municipality: str | None = None) -> House:
    """The house of an address; of a place, in the municipality that is given."""
    return House(
        key(place.street),
        key(place.house_number),
        key(place.postcode),
        town(place.city),
        key(place.municipality if isinstance(place, Address) else municipality),
    )
