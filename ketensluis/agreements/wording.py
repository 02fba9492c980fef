"""What is wrong with a value in an agreement, in words that a privacy officer can act on."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

from ketensluis.agreements.agreement import Agreement, Reason, Rule
from ketensluis.agreements.conditions import Age, Conditions, IncidentConditions, PersonRelation

__all__ = ["code_of", "in_words", "place_in_words", "yaml_in_words"]

_PARTY = "write one party as vt:utrecht or om:oost-nederland, or all of a kind as vt:*"
_FORMS = {
    "recipient": _PARTY,
    "provider": "write a kind of party as police, or one as police:amsterdam",
    "region": "write regions in lower case with hyphens as `utrecht`, or `*` for all",
    "id": "write lower-case letters, digits and hyphens, beginning with a letter or digit",
}
_SENTENCES = {
    "missing": "is required, and not there",
    "string_type": "is not a text: put it in quotes",
    "string_too_short": "is empty",
    "too_short": "is empty: name at least one",
    "bool_type": "is not true or false",
    "int_type": "is not a whole number without quotes",
    "tuple_type": "is neither a text nor a list of texts",
    "model_type": "is not a mapping of keys to values",
    "invalid_key": "is a key that is not a text",
    "literal_error": "is not one of {expected}",
    "string_too_long": "has more than {max_length} characters",
    "greater_than_equal": "is lower than {ge}",
    "less_than_equal": "is higher than {le}",
}
_DATE = "is not a date: write it as 2026-01-31, without quotes and without a time"
_KEYS: dict[str, type[BaseModel]] = {
    "release": Rule,
    "when": Conditions,
    "applies_when": IncidentConditions,
    "why": Reason,
    "purpose": Reason,
    "age": Age,
    "of_age": Age,
    "relation": PersonRelation,
}


# What people most often get wrong in YAML, by what its reader says of it.
_YAML = {
    "alias": "a `*` by itself stands in quotes",
    "found character '\\t'": "indent with spaces, not with tabs",
    "cannot start any token": "a text that begins with such a character stands in quotes",
    "mapping values are not allowed": (
        "keys of one level begin in one column, and a text that holds `: ` stands in quotes"
    ),
    "but got '['": "in a list on one line, a path with `[]` stands in quotes",
    "quoted scalar": "the quotes that open here are not closed",
    "expected <block end>": "keys or items of one level begin in one column",
    "another document": "one file holds one agreement: no line of `---` in it",
}


def yaml_in_words(said: str) -> str:
    """What YAML's reader says, and the remedy where it is a common slip."""
    remedy = next((words for sign, words in _YAML.items() if sign in said), "")
    return f"not YAML: {said}" + (f" ({remedy})" if remedy else "")


def code_of(kind: str) -> str:
    """The code of a fault, by pydantic's name for the kind of error."""
    return {"missing": "missing_key", "extra_forbidden": "unknown_key"}.get(kind, "bad_value")


def in_words(kind: str, where: Iterable[str | int], said: str, context: dict[str, Any]) -> str:
    """What is wrong there, to follow the name of the place.

    Args:
        kind: pydantic's name for the kind of error.
        where: the way to the value from the top of the document.
        said: pydantic's own message.
        context: what pydantic knows besides, such as the values that are allowed.
    """
    names = [step for step in where if isinstance(step, str)]
    if kind == "extra_forbidden":
        return _unknown(names)
    if kind == "string_pattern_mismatch":
        form = next((_FORMS[name] for name in reversed(names) if name in _FORMS), said)
        return f"is not in the form that is asked: {form}"
    sentence = _DATE if kind.startswith("date") else _SENTENCES.get(kind)
    return sentence.format(**context) if sentence else said.removeprefix("Value error, ")


def place_in_words(document: Any, where: Sequence[str | int]) -> str:
    """The name of the place, as a reader finds it: a rule by its id, and no counting from zero."""
    steps = list(where)
    of_rule = ""
    if len(steps) > 1 and steps[0] == "release" and isinstance(steps[1], int):
        number = steps[1]
        rule = document["release"][number]
        name = rule.get("id") if isinstance(rule, dict) else None
        of_rule = f"rule `{name}`" if isinstance(name, str) else f"rule number {number + 1}"
        steps = steps[2:]
    named = ".".join(step for step in steps if isinstance(step, str))
    return ", ".join(filter(None, (of_rule, named and f"`{named}`")))


def _unknown(names: list[str]) -> str:
    """A key that is not of the language, with the nearest that is."""
    around: type[BaseModel] = Agreement
    for name in names[:-1]:
        around = _KEYS.get(name, around)
    fields = [field.alias or name for name, field in around.model_fields.items()]
    near = difflib.get_close_matches(names[-1] if names else "", fields, n=1)
    return "is no key that can stand here" + (f"; is `{near[0]}` meant?" if near else "")
