"""What can be wrong with well-formed agreements: their rules, alone and among each other."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise

from ketensluis.agreements.actions import GENERALISATIONS
from ketensluis.agreements.agreement import Agreement, Rule
from ketensluis.agreements.faults import Fault
from ketensluis.agreements.fields import SUBJECTS, Field, below
from ketensluis.agreements.reach import unreachable
from ketensluis.agreements.reading import SignedText

__all__ = ["between", "of_rules"]


def of_rules(text: SignedText) -> Iterator[Fault]:
    """The faults and warnings in the rules of one agreement."""
    rules = text.agreement.release
    names = Counter(rule.id for rule in rules)
    for number, rule in enumerate(rules):
        line = text.line("release", number, "id")
        if names[rule.id] > 1:
            yield Fault(
                text.file, line, "same_rule", f"{text.rule(number)} is there more than once"
            )
        yield from _of_fields(text, number, rule)
    yield from _unmentioned(text)
    yield from _unreachable(text)


def _of_fields(text: SignedText, number: int, rule: Rule) -> Iterator[Fault]:
    seen = set()
    for position, path in enumerate(rule.fields):
        line = text.line("release", number, "fields", position)
        problems = [*_problems(rule, path, SUBJECTS[text.agreement.about])]
        if path in seen:
            problems = [("same_field", "it is named twice")]
        seen.add(path)
        for code, sentence in problems:
            said = f"{text.rule(number)}, field `{path}`: {sentence}"
            yield Fault(text.file, line, code, said)


def _problems(rule: Rule, path: str, fields: dict[str, Field]) -> Iterator[tuple[str, str]]:
    field = fields.get(path)
    if field is not None:
        yield from _unsuited(rule, field)
    elif leaves := below(path, fields):
        yield "not_a_leaf", f"name what is meant: {', '.join(leaves)}"
    else:
        near = difflib.get_close_matches(path, fields, n=1)
        meant = f"; is `{near[0]}` meant?" if near else ""
        yield "unknown_field", f"there is no such field{meant}"


def _unsuited(rule: Rule, field: Field) -> Iterator[tuple[str, str]]:
    if rule.when.on_person and not field.of_person:
        yield "condition_out_of_place", "role, relation and age are asked of a person's fields"
    if field.free_text and rule.action not in {"mask", "withhold"}:
        yield "free_text_unmasked", "free text goes masked or not at all"
    elif rule.to is not None and field.path not in GENERALISATIONS[rule.to]:
        yield "unsuitable_generalisation", f"it has no form `{rule.to}`"
    elif rule.action == "mask" and not field.free_text:
        yield "not_free_text", "only free text is masked"
    elif rule.action == "pseudonymise" and field.kind != "text":
        yield "not_pseudonymisable", "only a text can be replaced by a pseudonym"


def _unmentioned(text: SignedText) -> Iterator[Fault]:
    mentioned = {path for rule in text.agreement.release for path in rule.fields}
    for path in SUBJECTS[text.agreement.about]:
        if path not in mentioned:
            yield Fault(
                text.file,
                text.line("release"),
                "unmentioned_field",
                f"no rule names `{path}`, so it is withheld",
                "warning",
            )


def _unreachable(text: SignedText) -> Iterator[Fault]:
    rules = text.agreement.release
    for number in unreachable(rules):
        yield Fault(
            text.file,
            text.line("release", number, "id"),
            "unreachable_rule",
            f"{text.rule(number)} never decides: others protect each of its fields at least"
            " as much, whenever it applies",
            "warning",
        )


def between(texts: Iterable[SignedText]) -> Iterator[Fault]:
    """Overlaps, gaps and repeated versions among agreements."""
    texts = sorted(texts, key=lambda text: (text.agreement.valid_from, text.file))
    for one, other in combinations(texts, 2):
        if _name(one.agreement) == _name(other.agreement):
            yield _about(other, "version", "same_version", f"{one.file} has that id and version")
        if _rivals(one.agreement, other.agreement) and _overlap(one.agreement, other.agreement):
            yield _about(
                other, "valid_from", "overlap", f"{one.file} is in force at the same time for it"
            )
    for earlier, later in _successions(texts):
        end = earlier.agreement.valid_until
        if end is not None and end < later.agreement.valid_from:
            yield _about(
                later,
                "valid_from",
                "gap",
                f"none is in force from {end} (the end of {earlier.file}) until then",
                "warning",
            )


def _about(text: SignedText, key: str, code: str, sentence: str, level: str = "fault") -> Fault:
    return Fault(
        text.file, text.line(key), code, sentence, "warning" if level == "warning" else "fault"
    )


def _name(agreement: Agreement) -> tuple[str, str]:
    return agreement.id, agreement.version


def _line_of(agreement: Agreement) -> tuple[object, ...]:
    """What successive agreements on the same thing have in common."""
    regions = tuple(sorted(agreement.region))
    return _giver(agreement), agreement.recipient, regions, agreement.incident_scope


def _giver(agreement: Agreement) -> str:
    """Who gives; `police` and `police:*` are one."""
    return agreement.provider.removesuffix(":*")


def _successions(texts: list[SignedText]) -> Iterator[tuple[SignedText, SignedText]]:
    """Each agreement with the next on the same thing, by date."""
    lines: dict[tuple[object, ...], list[SignedText]] = {}
    for text in texts:
        lines.setdefault(_line_of(text.agreement), []).append(text)
    for line in lines.values():
        yield from pairwise(line)


def _rivals(one: Agreement, other: Agreement) -> bool:
    """Whether both can be equally specific about the same incident and recipient."""
    regions = ("*" in one.region) == ("*" in other.region) and (
        "*" in one.region or not set(one.region).isdisjoint(other.region)
    )
    return (
        regions
        and _giver(one) == _giver(other)
        and one.recipient == other.recipient
        and one.incident_scope == other.incident_scope
    )


def _overlap(one: Agreement, other: Agreement) -> bool:
    """Whether `other`, which begins no earlier, begins before `one` ends."""
    return one.valid_until is None or other.valid_from < one.valid_until
