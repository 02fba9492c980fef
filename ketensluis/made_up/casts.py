"""Who can take part in a story: ages, who lives with whom, and who is what of whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ketensluis.model.incident import RelationKind

__all__ = ["CASTS", "PARTS", "Cast", "Part"]


@dataclass(frozen=True, slots=True)
class Part:
    """A part to be played: sex (`f`, `m`, or either), and age in years from and to."""

    sex: str
    youngest: int
    oldest: int


@dataclass(frozen=True, slots=True)
class Cast:
    """Parts and their relations; who is in `with_first` lives in the first part's home.

    The parts in `bearing` have the surname of the part named.
    """

    parts: tuple[str, ...]
    relations: tuple[tuple[str, str, RelationKind], ...] = ()
    with_first: frozenset[str] = frozenset()
    bearing: Mapping[str, str] = field(default_factory=dict)


# Nobody under 18 comes of age within a year, however long the story.
PARTS: Mapping[str, Part] = {
    "she": Part("f", 22, 55),
    "he": Part("m", 22, 58),
    "next_ex": Part("f", 22, 50),
    "son": Part("m", 13, 16),
    "daughter": Part("f", 11, 16),
    "teen": Part("either", 12, 16),
    "child": Part("either", 5, 11),
    "small": Part("either", 0, 4),
    "grown_son": Part("m", 18, 32),
    "mother": Part("f", 52, 78),
    "sister": Part("f", 20, 50),
    "brother": Part("m", 20, 50),
    "in_law": Part("m", 45, 72),
    "neighbour": Part("either", 25, 82),
    "other": Part("either", 19, 65),
    "another": Part("either", 19, 65),
}


def _cast(
    *parts: str,
    living: str = "",
    bearing: Mapping[str, str] = MappingProxyType({}),
    **relations: str,
) -> Cast:
    """Relations are written `kind="from to, from to"`."""
    pairs = tuple(
        (*pair.split(), kind) for kind, text in relations.items() for pair in text.split(", ")
    )
    return Cast(parts, pairs, frozenset(living.split()), bearing)  # type: ignore[arg-type]


_HIS = MappingProxyType(
    dict.fromkeys(("child", "small", "teen", "son", "daughter"), "he") | {"grown_son": "mother"}
)

CASTS: Mapping[str, Cast] = {
    "couple": _cast("she", "he", living="he", partner="she he"),
    "couple_child": _cast(
        "she", "he", "child", living="he child", bearing=_HIS,
        partner="she he", parent="she child, he child",
    ),
    "couple_child_neighbour": _cast(
        "she", "he", "child", "neighbour", living="he child", bearing=_HIS,
        partner="she he", parent="she child, he child",
    ),
    "couple_children": _cast(
        "she", "he", "child", "small", living="he child small", bearing=_HIS,
        partner="she he", parent="she child, he child, she small, he small",
    ),
    "couple_teens": _cast(
        "she", "he", "teen", "son", "daughter", living="he teen son daughter", bearing=_HIS,
        partner="she he", parent="she teen, he teen, he son, he daughter",
    ),
    "couple_son": _cast(
        "she", "he", "son", living="he son", bearing=_HIS,
        partner="she he", parent="she son, he son",
    ),
    "couple_daughter": _cast(
        "she", "he", "daughter", living="he daughter", bearing=_HIS,
        partner="she he", parent="she daughter, he daughter",
    ),
    "exes": _cast("she", "he", ex_partner="he she"),
    "exes_child": _cast(
        "she", "he", "child", living="child", bearing=_HIS,
        ex_partner="he she", parent="she child, he child",
    ),
    "exes_children": _cast(
        "she", "he", "child", "daughter", living="child daughter", bearing=_HIS,
        ex_partner="he she", parent="she child, he child, he daughter",
    ),
    "exes_mother": _cast(
        "she", "he", "mother", "next_ex",
        ex_partner="he she, he next_ex", parent="mother she",
    ),
    "couple_in_law": _cast(
        "she", "he", "in_law", "sister", living="he", bearing={"in_law": "he"},
        partner="she he", parent="in_law he", sibling="sister she",
    ),
    "mother_and_son": _cast(
        "mother", "grown_son", living="grown_son", bearing=_HIS, child="grown_son mother"
    ),
    "brother_and_sister": _cast(
        "sister", "brother", bearing={"brother": "sister"}, sibling="brother sister"
    ),
    "strangers": _cast("other", "another"),
    "neighbours": _cast("neighbour", "other"),
}  # fmt: skip
