"""Whatever comes in at the entrance, it is an incident or a refusal, and nothing else."""

import io
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ketensluis.errors import Refused
from ketensluis.made_up.incidents import incidents
from ketensluis.model.incident import Incident
from ketensluis.model.intake import (
    CODES,
    check,
    content_digest,
    notes,
    parse_incident,
    read_lines,
    to_json,
)
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

REGIONS = load_regions(resource("reference"))
INCIDENTS = list(incidents(60, 1, REGIONS))
MARK = "geheimZQX"

some_incident = st.sampled_from(INCIDENTS)
json_value = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=()), max_size=20)
    | st.just(MARK)
    | st.datetimes().map(lambda moment: moment.isoformat() + "Z"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)


def attempt(line: bytes) -> Incident | Refused:
    try:
        return parse_incident(line, REGIONS)
    except Refused as error:
        refused = error
    assert refused.code in CODES
    assert refused.remedy
    return refused


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON tree where another value can be put."""
    keys = list(tree) if isinstance(tree, dict) else list(range(len(tree)))
    found = [(tree, key) for key in keys]
    for key in keys:
        if isinstance(tree[key], dict | list):
            found += places(tree[key])
    return found


@given(st.binary(max_size=200))
def test_any_bytes_are_an_incident_or_refused(line: bytes):
    assert isinstance(attempt(line), Refused)


@given(json_value)
def test_any_json_is_refused_without_repeating_it(value: Any):
    error = attempt(json.dumps(value).encode())
    assert isinstance(error, Refused)


@given(some_incident, json_value, st.data())
def test_incident_with_any_value_put_anywhere_is_read_or_refused_by_path(
    incident: Incident, value: Any, data: st.DataObject
):
    tree = json.loads(to_json(incident))
    within, key = data.draw(st.sampled_from(places(tree)))
    within[key] = value
    result = attempt(json.dumps(tree).encode())
    if isinstance(result, Refused):
        assert MARK not in str(result)
    else:
        check(result, REGIONS)
        notes(result)
        assert parse_incident(to_json(result), REGIONS) == result


@given(some_incident, st.sampled_from(["", "persons"]), st.text(min_size=1, max_size=12))
def test_added_key_is_always_refused(incident: Incident, where: str, key: str):
    tree = json.loads(to_json(incident))
    into = tree["persons"][0] if where and tree.get("persons") else tree
    known = set(Incident.__struct_fields__) | {"from", "to"}
    if key in into or key in known:
        return
    into[key] = 1
    result = attempt(json.dumps(tree).encode())
    assert isinstance(result, Refused)


@given(some_incident, st.integers(-23 * 60, 23 * 60), st.randoms(use_true_random=False))
def test_order_of_keys_and_offset_of_times_change_nothing(
    incident: Incident, minutes: int, random: Any
):
    zone = timezone(timedelta(minutes=minutes))

    def rewritten(value: Any) -> Any:
        if isinstance(value, dict):
            keys = list(value)
            random.shuffle(keys)
            return {key: rewritten(value[key]) for key in keys}
        if isinstance(value, list):
            return [rewritten(item) for item in value]
        if isinstance(value, str) and value.endswith("Z") and value[:2] == "20":
            return datetime.fromisoformat(value).astimezone(zone).isoformat()
        return value

    line = json.dumps(rewritten(json.loads(to_json(incident)))).encode()
    read = parse_incident(line, REGIONS)
    assert read == incident
    assert read.registered_at.tzinfo is UTC
    assert content_digest(read) == content_digest(incident)


@given(st.lists(st.sampled_from([b"", b" \t", b"{", b"\xff", to_json(INCIDENTS[0])])))
def test_every_line_that_is_not_blank_is_counted_once(parts: list[bytes]):
    lines = list(read_lines(io.BytesIO(b"\n".join(parts)), REGIONS))
    expected = [number for number, part in enumerate(parts, start=1) if part.strip()]
    assert [line.number for line in lines] == expected
    good = sum(isinstance(line.result, Incident) for line in lines)
    assert good == parts.count(to_json(INCIDENTS[0]))
