"""The forms in which a value can be let through: plain text, or one of the generalisations.

A form that cannot be made of a value (a postcode that is none) is None: then it is withheld.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from ketensluis.agreements.actions import Generalisation
from ketensluis.agreements.book import local_day
from ketensluis.model.validity import real_date

__all__ = ["AGE_BANDS", "age_on", "generalise", "time_text"]

AGE_BANDS = (0, 4, 12, 18, 23, 30, 40, 50, 60, 70)
"""(choice) First age of each band; 12, 18 and 23 are bounds in Dutch criminal law."""

_POSTCODE = re.compile(r"\s*([1-9][0-9]{3})\s*[A-Za-z]{2}\s*")


def time_text(value: datetime) -> str:
    """RFC 3339 in UTC, with a fraction only where there is one."""
    at = value if value.tzinfo is UTC else value.astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")


def age_on(birth_date: date, day: date) -> int:
    """Whole years; somebody born on 29 February has the birthday on 1 March in other years."""
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def _day(value: Any) -> str | None:
    return local_day(value).isoformat()


def _month(value: Any) -> str | None:
    day = local_day(value) if isinstance(value, datetime) else real_date(value)
    return None if day is None else day.isoformat()[:7]


def _year(value: Any) -> str | None:
    day = local_day(value) if isinstance(value, datetime) else real_date(value)
    return None if day is None else day.isoformat()[:4]


def _postcode4(value: Any) -> str | None:
    found = _POSTCODE.fullmatch(value)
    return found[1] if found else None


def generalise(to: Generalisation) -> Callable[[Any], str | None]:
    """The generalisation as a function of the value alone, which all are but the age band and
    the municipality.
    """  # noqa: D205 - the exception does not fit one line
    return {"day": _day, "month": _month, "year": _year, "postcode4": _postcode4}[to]


def age_band(value: str, day: date) -> str | None:
    """The band of the age on a day, as `12-17` or `70+`."""
    born = real_date(value)
    if born is None or born > day:
        return None
    age = age_on(born, day)
    first = max(start for start in AGE_BANDS if start <= age)
    after = next((start for start in AGE_BANDS if start > first), None)
    return f"{first}+" if after is None else f"{first}-{after - 1}"
