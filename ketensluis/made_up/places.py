"""Where made-up incidents play: municipalities by weight, as of a date.

The yearly counts of Amsterdam, Rotterdam and Limburg are those that the police published for
2019 (the fact sheet's section 7); what remains of the national 70,887 is divided over the
other units by guess. Within a unit, cities weigh more than villages; also a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from ketensluis.made_up.draw import Draw, Weighted
from ketensluis.model.municipalities import Municipality
from ketensluis.model.regions import RegionMap

__all__ = ["UNIT_NUMBERS", "UNIT_WEIGHTS", "Places"]

UNIT_WEIGHTS: Mapping[str, int] = MappingProxyType(
    {
        "Amsterdam": 6_827,
        "Rotterdam": 9_509,
        "Limburg": 5_258,
        "Oost-Nederland": 11_700,
        "Noord-Nederland": 6_600,
        "Midden-Nederland": 7_900,
        "Noord-Holland": 5_900,
        "Den Haag": 7_700,
        "Zeeland-West-Brabant": 4_800,
        "Oost-Brabant": 4_693,
    }
)
# The four digits by which a unit's registrations begin.
UNIT_NUMBERS: Mapping[str, str] = MappingProxyType(
    {
        "Noord-Nederland": "0100",
        "Oost-Nederland": "0600",
        "Midden-Nederland": "0900",
        "Noord-Holland": "1100",
        "Amsterdam": "1300",
        "Den Haag": "1500",
        "Rotterdam": "1700",
        "Zeeland-West-Brabant": "2000",
        "Oost-Brabant": "2100",
        "Limburg": "2300",
    }
)
_CITIES = frozenset({
    "Groningen", "Leeuwarden", "Assen", "Emmen", "Enschede", "Hengelo (O.)", "Zwolle",
    "Deventer", "Apeldoorn", "Arnhem", "Nijmegen", "Ede", "Utrecht", "Amersfoort", "Almere",
    "Hilversum", "Zaanstad", "Haarlem", "Alkmaar", "Haarlemmermeer", "'s-Gravenhage", "Delft",
    "Leiden", "Zoetermeer", "Dordrecht", "Breda", "Tilburg", "Roosendaal", "Eindhoven",
    "'s-Hertogenbosch", "Helmond", "Oss", "Heusden", "Maastricht", "Heerlen", "Venlo",
    "Sittard-Geleen", "Roermond",
})  # fmt: skip
_GREAT = frozenset({"Amsterdam", "Rotterdam"})
_OLD_CODE = 0.25  # of homes where a ceased municipality was, the share still written under it


class Places:
    """Draws municipalities that exist on a date; sometimes a home has its old code.

    A date before the map begins is taken as its beginning.
    """

    def __init__(self, regions: RegionMap, on: date) -> None:
        begins = min(periods[0].valid_from for periods in regions.periods.values())
        on = max(on, begins)
        rows = [
            row
            for periods in regions.periods.values()
            for row in periods
            if row.valid_from <= on and (row.valid_until is None or on < row.valid_until)
        ]
        by_unit: dict[str, list[tuple[Municipality, float]]] = {}
        for row in rows:
            by_unit.setdefault(row.unit, []).append((row, _weight(row.name)))
        self._units = Weighted((unit, UNIT_WEIGHTS.get(unit, 1)) for unit in sorted(by_unit))
        self._within = {unit: Weighted(pairs) for unit, pairs in by_unit.items()}
        self._old: dict[str, list[str]] = {}
        for periods in regions.periods.values():
            last = periods[-1]
            if last.successor is not None and last.valid_until and last.valid_until <= on:
                now = regions.municipality(last.code, on).municipality
                self._old.setdefault(now.code, []).append(last.code)

    def municipality(self, draw: Draw) -> Municipality:
        """A municipality that exists on the date."""
        return draw.weighted(self._within[draw.weighted(self._units)])

    def written_code(self, draw: Draw, municipality: Municipality) -> str:
        """The code that a register may have for it: its own, or one that it succeeded."""
        old = self._old.get(municipality.code)
        if old and draw.chance(_OLD_CODE):
            return draw.pick(old)
        return municipality.code


def _weight(name: str) -> float:
    if name in _GREAT:
        return 60.0
    return 12.0 if name in _CITIES else 1.0
