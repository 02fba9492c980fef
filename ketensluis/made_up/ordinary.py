"""Ordinary registrations in the proportions that the documents report.

Targets, classes and the share of victims under 18 are those of `domain.md`, section 7; the
30 % without code is that section's example; all other shares are guesses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ketensluis.made_up.draw import Draw, Weighted
from ketensluis.made_up.scenes import Because, Change, Step, Story, later
from ketensluis.made_up.wording import CHILD, CLOSING, DENIAL, HG, NEUTRAL, NOT_HG, OPENING
from ketensluis.model.incident import (
    CaseType,
    IncidentClass,
    MeasureKind,
    ProjectCode,
    Role,
    Violence,
)

__all__ = ["ordinary", "ordinary_not_hg"]

_LATE = 0.15  # labelled only later
_NEVER = 0.15  # never labelled


@dataclass(frozen=True, slots=True)
class _Target:
    """At whom it is aimed: a cast, who did it to whom, and how the text says what they are."""

    cast: str
    codes: tuple[ProjectCode, ...]
    victim: str
    actor: str
    whose: str
    child: str | None = None
    child_victim: bool = False


_TARGETS: Weighted[_Target] = Weighted((
    (_Target("couple", ("female_partner",), "she", "he", "zijn vrouw"), 17),
    (_Target("couple_child", ("female_partner",), "she", "he", "zijn partner", "child"), 9),
    (_Target("couple_children", ("female_partner",), "she", "he", "zijn vrouw", "small"), 6),
    (_Target("exes", ("female_partner",), "she", "he", "zijn ex"), 14),
    (_Target("exes_child", ("female_partner",), "she", "he", "zijn ex-vriendin", "child"), 8),
    (_Target("couple_son", ("female_partner", "children"), "she", "he", "zijn vrouw", "son",
             child_victim=True), 4.5),
    (_Target("couple", ("male_partner",), "he", "she", "haar man"), 9),
    (_Target("exes_child", ("male_partner",), "he", "she", "haar ex-man", "child"), 6),
    (_Target("mother_and_son", ("parents",), "mother", "grown_son", "zijn moeder"), 8),
    (_Target("couple_son", ("parents",), "she", "son", "zijn moeder"), 2),
    (_Target("brother_and_sister", ("family",), "sister", "brother", "zijn zus"), 10),
    (_Target("couple_child", ("children",), "child", "he", "zijn kind"), 3.5),
    (_Target("couple_daughter", ("children",), "daughter", "she", "haar dochter"), 3.5),
))  # fmt: skip
_CLASSES: Weighted[IncidentClass] = Weighted((
    ("quarrel", 42), ("domestic_quarrel", 18), ("simple_assault", 10), ("threat", 9),
    ("stalking", 6), ("aggravated_assault", 3), ("vandalism", 3), ("disturbed_person", 2.5),
    ("sexual_offence", 1.5), ("manslaughter_attempt", 0.5), ("arson_attempt", 0.5), ("other", 4),
))  # fmt: skip
_VIOLENCE: Mapping[str, tuple[Violence, ...]] = {
    "quarrel": ("psychological",),
    "domestic_quarrel": ("psychological",),
    "simple_assault": ("physical",),
    "aggravated_assault": ("physical",),
    "threat": ("threat",),
    "stalking": ("stalking",),
    "sexual_offence": ("sexual",),
    "manslaughter_attempt": ("physical",),
    "other": ("economic",),
}
_MEASURES: Weighted[tuple[MeasureKind, ...]] = Weighted((
    ((), 60), (("arrest",), 18), (("arrest", "restraining_order"), 5), (("detention",), 4),
    (("stop_talk",), 5), (("stop_letter",), 3), (("contact_ban",), 3), (("address_alert",), 2),
))  # fmt: skip
_CASE_TYPES: Weighted[CaseType] = Weighted((
    ("report", 74), ("complaint", 22), ("ex_officio", 3), ("unknown", 1),
))  # fmt: skip
_UNLABELLED: Weighted[tuple[Because, ...]] = Weighted((
    (("relation", "text"), 50), (("relation",), 25), (("text",), 25),
))  # fmt: skip


def ordinary(draw: Draw, *, always_labelled: bool) -> Story:
    """One incident that is domestic violence, labelled at once, later or never."""
    target = draw.weighted(_TARGETS)
    kind = draw.weighted(_CLASSES)
    quarrel = kind in {"quarrel", "domestic_quarrel"}
    label = draw.fraction()
    unlabelled = not always_labelled and label < _LATE + _NEVER
    because = draw.weighted(_UNLABELLED) if unlabelled else ("relation", "text")
    # Only who lives apart can keep a home secret.
    in_hiding = {"she", target.child or "she"} if target.cast.startswith("exes") else set()
    secret = target.victim == "she" and not quarrel and draw.chance(0.15)
    step = Step(
        kind,
        _roles(draw, target, quarrel=quarrel),
        _text(draw, target, kind, plain="text" not in because),
        codes=() if unlabelled else target.codes,
        because=because,
        violence=_VIOLENCE.get(kind, ()),
        case="report" if quarrel else draw.weighted(_CASE_TYPES),
        children="yes" if target.child else draw.pick(("no", "unknown")),
        measures=() if quarrel else draw.weighted(_MEASURES),
        hold=draw.pick(("hold_investigation", "hold_safety")) if draw.chance(0.015) else None,
        restricted=draw.chance(0.008),
        secret=frozenset(in_hiding) if secret else frozenset(),
        later=_later(draw, target, late=unlabelled and label < _LATE),
    )
    return Story("ordinary", target.cast, (step,))


def ordinary_not_hg(draw: Draw) -> Story:
    """One incident that is not domestic violence, and nothing in it says so."""
    kind, cast, texts = draw.pick(NOT_HG)
    text = f"{draw.pick(OPENING)} {draw.pick(texts)} {draw.pick(CLOSING)}"
    roles: dict[str, Role] = (
        {"neighbour": "reporter", "other": "involved"}
        if cast == "neighbours"
        else {"other": "suspect", "another": draw.pick(("victim", "witness"))}
    )
    step = Step(
        kind,
        roles,
        text,
        hg=False,
        because=(),
        case=draw.weighted(_CASE_TYPES),
        known=not draw.chance(0.3),
        later=(later(draw.fraction(), kind="other"),) if draw.chance(0.02) else (),
    )
    return Story("not_hg", cast, (step,))


def _roles(draw: Draw, target: _Target, *, quarrel: bool) -> dict[str, Role]:
    """In a quarrel nobody is victim or suspect; the code hides who does what to whom."""
    roles: dict[str, Role] = (
        {target.victim: "involved", target.actor: "involved"}
        if quarrel
        else {target.victim: "victim", target.actor: "suspect"}
    )
    if target.child:
        seen: Role = draw.pick(("child", "child_witness"))
        roles[target.child] = "victim" if target.child_victim and not quarrel else seen
    return roles


def _text(draw: Draw, target: _Target, kind: IncidentClass, *, plain: bool) -> str:
    if plain:
        return f"{draw.pick(OPENING)} {draw.pick(NEUTRAL)} {draw.pick(CLOSING)}"
    told = draw.pick(HG["quarrel" if kind == "domestic_quarrel" else kind])
    words = {"{victim}": f"{{{target.victim}}}", "{actor}": f"{{{target.actor}}}"}
    for mark, part in words.items():
        told = told.replace(mark, part)
    told = told.replace("{whose}", target.whose)
    sentences = [draw.pick(OPENING), told[0].upper() + told[1:]]
    if target.child:
        sentences.append(draw.pick(CHILD).replace("{child}", f"{{{target.child}}}"))
    sentences += [draw.pick(DENIAL), draw.pick(CLOSING)]
    return " ".join(sentence for sentence in sentences if sentence)


def _later(draw: Draw, target: _Target, *, late: bool) -> tuple[Change, ...]:
    changes: list[Change] = []
    if late:
        changes.append(later(draw.fraction() * 5, codes=target.codes))
    if draw.chance(0.04):
        changes.append(later(draw.fraction(), text="Aanvulling: {phone} is het juiste nummer."))
    if draw.chance(0.015):
        changes.append(Change(draw.fraction() * 2, withdrawn=True))
    return tuple(changes)
