"""The JSON Schema of an agreement, for editors that check and complete while one types."""

from __future__ import annotations

from typing import Any

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.fields import SUBJECTS, Subject

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of an agreement's file; fields are offered by name."""
    schema = Agreement.model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Ketensluis agreement"
    rule = schema["$defs"]["Rule"]["properties"]
    rule["fields"] = _fields(*SUBJECTS)
    schema |= {
        "if": {"properties": {"about": {"const": "feedback"}}, "required": ["about"]},
        "then": _with_fields("feedback"),
        "else": _with_fields("incident"),
    }
    words = {"anyOf": [{"$ref": "#/$defs/Reason"}, {"type": "string"}]}
    rule["why"] = words
    schema["properties"]["purpose"] = words
    for part in (schema, *schema["$defs"].values()):
        for name, key in part.get("properties", {}).items():
            part["properties"][name] = _one_or_more(key)
    return schema


def _fields(*subjects: Subject) -> dict[str, Any]:
    """One field or several, of what the agreement is about."""
    names = dict.fromkeys(name for subject in subjects for name in SUBJECTS[subject])
    path = {"type": "string", "enum": list(names)}
    return {"anyOf": [path, {"type": "array", "items": path, "minItems": 1}]}


def _with_fields(subject: Subject) -> dict[str, Any]:
    of_rule = {"properties": {"fields": _fields(subject)}}
    return {"properties": {"release": {"items": of_rule}}}


def _one_or_more(key: dict[str, Any]) -> dict[str, Any]:
    """A list of codes may be written as one code."""
    if key.get("type") == "array" and "items" in key and "$ref" not in key["items"]:
        return {"anyOf": [key["items"], key]}
    if any(option.get("type") == "array" for option in key.get("anyOf", [])):
        lists = [option for option in key["anyOf"] if option.get("type") == "array"]
        items = [option["items"] for option in lists]
        return {**key, "anyOf": [*items, *key["anyOf"]]}
    return key
