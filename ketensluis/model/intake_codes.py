"""The closed list of reasons why an incident is refused at intake, each with its remedy."""

from __future__ import annotations

from ketensluis.errors import Refused

__all__ = ["CODES", "conflicting", "refusal"]

CODES = {
    "bad_utf8": "write the file as UTF-8",
    "bad_json": "write one JSON object a line (RFC 8259), without comments, NaN or Infinity",
    "repeated_key": "give each key once",
    "missing_field": "fill the field; it is required",
    "unknown_field": "leave the key out, or spell it as the contract does",
    "wrong_type": "give the field the type that the contract names",
    "unknown_code": "use a code of the contract's list",
    "out_of_range": "give a whole number from 1 to 9223372036854775807",
    "too_long": "shorten it to what the contract allows",
    "control_character": "remove control characters other than white space",
    "lone_surrogate": "remove the half of a surrogate pair; it is not a character",
    "bad_time": "write RFC 3339 with an offset, from 1900 to 2999, e.g. 2026-03-02T09:30:00Z",
    "bad_date": "write a date of the calendar as YYYY-MM-DD",
    "bad_format": "write it in the form that the contract names",
    "unknown_unit": "use a police unit of reference/gemeenten.csv, spelled as there",
    "unknown_municipality": "correct the code, or add the municipality to reference/gemeenten.csv",
    "repeated_person": "give each person of the incident a person_id of its own",
    "unknown_person": "refer to the person_id of a person of the same incident",
}


def conflicting(sequence: int) -> Refused:
    """The refusal of a version that was registered before, with other content."""
    return Refused(
        "conflicting_sequence",
        f"sequence {sequence} was registered before with other content",
        "register the change as a new sequence",
    )


def refusal(code: str, path: str, what: str, remedy: str = "") -> Refused:
    """A refusal that names the field by its path, and never its value.

    Args:
        code: one of `CODES`.
        path: the field, e.g. `persons[1].birth_date`; empty for the record as a whole.
        what: the rest of the sentence.
        remedy: what to do, if more exact than the code's own remedy.
    """
    return Refused(code, f"{path or 'the record'} {what}", remedy or CODES[code])
