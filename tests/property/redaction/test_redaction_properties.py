"""What must hold for every incident under every rule set."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from made_incidents import AT, SECRET, agreement
from made_rules import agreements, incidents, rules

from ketensluis.agreements.agreement import Agreement
from ketensluis.agreements.fields import FIELDS, Field
from ketensluis.model.incident import Address, Incident, Person, Place
from ketensluis.model.override import Override
from ketensluis.redaction.paths import concrete_paths
from ketensluis.redaction.pseudonyms import Pseudonyms
from ketensluis.redaction.redactor import Redacted, Redactor
from ketensluis.redaction.spelling import key


def redact(
    incident: Incident,
    by: Agreement,
    recipient: str = "vt:groningen",
    overrides: tuple[Override, ...] = (),
) -> Redacted:
    """With a masker that masks nothing: whatever it lets stand must be caught after it."""
    return Redactor(by, Pseudonyms(SECRET)).redact(
        incident,
        recipient=recipient,
        at=AT,
        masker=lambda text, *_: text,
        overrides=overrides,
    )


@st.composite
def overrides(draw: st.DrawFn) -> tuple[Override, ...]:
    """Up to three of them, on any fields, of everybody or of one role."""
    every = [*FIELDS, *(f.replace("[]", "[victim]") for f in FIELDS if f.startswith("persons[]"))]
    return tuple(
        Override(
            override_id=f"o{number}",
            incident_id="PL0100-2026000001",
            recipient="vt:groningen",
            effect=draw(st.sampled_from(["release", "withhold"])),
            paths=draw(st.just(tuple(every)) | st.lists(st.sampled_from(every)).map(tuple)),
            reason="consent",
            by_role="privacy_officer",
            given_at=AT,
            until=AT + timedelta(days=1),
        )
        for number in range(draw(st.integers(0, 3)))
    )


def shown(redacted: Redacted) -> str:
    return msgspec.json.encode(redacted.released).decode()


def value_at(incident: Incident, path: str) -> Any:
    found: Any = msgspec.to_builtins(incident)
    for step in path.replace("[", ".").replace("]", "").split("."):
        found = found[int(step)] if step.isdigit() else found[step]
    return found


def field_at(concrete: str) -> Field:
    return FIELDS[re.sub(r"\[\d+\]", "[]", concrete)]


@given(incidents(), agreements(), overrides())
def test_no_withheld_text_occurs_in_what_is_released(
    incident: Incident, by: Agreement, given_too: tuple[Override, ...]
) -> None:
    redacted = redact(incident, by, overrides=given_too)
    out = shown(redacted)
    released = {
        str(value_at(incident, said.path))
        for said in redacted.verdicts
        if said.withheld is None and said.action == "release"
    }
    # A city may go in the form of its municipality, which is a value of another field.
    released |= {
        str(
            value_at(
                incident, f"{said.path.removesuffix('city')}municipality".removeprefix("place.")
            )
        )
        for said in redacted.verdicts
        if said.action == "generalise" and said.path.endswith("city")
    }
    for kept in redacted.withheld:
        value = value_at(incident, kept.path)
        if field_at(kept.path).kind in {"text", "time"} and value not in released:
            assert value not in out, kept


@given(incidents(), agreements(), overrides())
def test_nothing_of_a_secret_address_occurs_anywhere(
    incident: Incident, by: Agreement, given_too: tuple[Override, ...]
) -> None:
    out = shown(redact(incident, by, overrides=given_too))
    for person in incident.persons:
        if person.address is not None and person.address.secret:
            for leaf in ("street", "house_number", "postcode", "city", "municipality"):
                value = getattr(person.address, leaf)
                assert value not in out
            assert f'"{str(person.address.postcode)[:4]}"' not in out


SPELLINGS: tuple[Callable[[str], str], ...] = (
    str.upper,
    lambda text: unicodedata.normalize("NFD", text.replace("u", "\u00fa")),
    "\u200b".join,
    lambda text: text.replace("Q", "\uff31"),
    lambda text: f" {text[:2]}-{text[2:]} ",
)


@given(incidents(), agreements(), st.sampled_from(SPELLINGS))
def test_no_spelling_of_a_secret_address_occurs_where_others_are_or_where_it_happened(
    incident: Incident, by: Agreement, spelled: Callable[[str], str]
) -> None:
    hidden = [p.address for p in incident.persons if p.address and p.address.secret]
    for address in hidden:
        again = {leaf: spelled(getattr(address, leaf)) for leaf in ("street", "postcode", "city")}
        other = Person(person_id="other", role="suspect", address=Address(**again))
        everywhere = msgspec.structs.replace(
            incident, persons=(*incident.persons, other), place=Place(**again)
        )
        shown = [
            key(text) for text in texts_in(msgspec.to_builtins(redact(everywhere, by).released))
        ]
        for leaf in again:
            assert key(getattr(address, leaf)) not in shown


def texts_in(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, (dict, list, tuple)):
        for inner in part.values() if isinstance(part, dict) else part:
            yield from texts_in(inner)


@given(incidents(), agreements(), overrides())
def test_nothing_of_an_anonymous_person_occurs_anywhere(
    incident: Incident, by: Agreement, given_too: tuple[Override, ...]
) -> None:
    out = shown(redact(incident, by, overrides=given_too))
    for person in incident.persons:
        if person.anonymous:
            for name in ("given_names", "surname", "bsn", "phone", "email"):
                assert getattr(person, name) not in out
            assert f'"{person.person_id}"' not in out


@given(incidents(), agreements())
def test_every_field_is_told_of_exactly_once(incident: Incident, by: Agreement) -> None:
    told = [said.path for said in redact(incident, by).verdicts]
    assert sorted(told) == sorted(concrete_paths(incident))


@given(incidents(), rules(), st.randoms(use_true_random=False))
def test_the_order_of_rules_makes_no_difference(
    incident: Incident, release: list[dict[str, Any]], order: random.Random
) -> None:
    shuffled = order.sample(release, len(release))
    assert redact(incident, agreement(*release)) == redact(incident, agreement(*shuffled))


@given(incidents(), agreements(), st.randoms(use_true_random=False))
def test_the_order_of_persons_makes_no_difference(
    incident: Incident, by: Agreement, order: random.Random
) -> None:
    places = order.sample(range(len(incident.persons)), len(incident.persons))
    turned = msgspec.structs.replace(
        incident, persons=tuple(incident.persons[place] for place in places)
    )
    one, other = redact(incident, by), redact(turned, by)
    by_source = dict(zip(one.sources, one.released.persons or (), strict=True))
    in_turn = {
        places[source]: person
        for source, person in zip(other.sources, other.released.persons or (), strict=True)
    }
    assert by_source == in_turn
    assert msgspec.structs.replace(one.released, persons=None) == msgspec.structs.replace(
        other.released, persons=None
    )
    rules_of = {said.path: said.rule for said in one.verdicts}
    for said in other.verdicts:
        path = said.path
        if path.startswith("persons["):
            at, _, rest = path.removeprefix("persons[").partition("]")
            path = f"persons[{places[int(at)]}]{rest}"
        assert rules_of[path] == said.rule


@given(incidents(), agreements())
def test_deciding_twice_gives_the_same_bytes(incident: Incident, by: Agreement) -> None:
    redactor = Redactor(by, Pseudonyms(SECRET))
    how: dict[str, Any] = {"recipient": "vt:groningen", "at": AT, "masker": lambda text, *_: text}
    first = redactor.redact(incident, **how)
    assert redactor.redact(incident, **how) == first == redact(incident, by)


@given(incidents(), rules(), st.sampled_from(list(FIELDS)))
def test_a_field_that_no_rule_names_is_withheld(
    incident: Incident, release: list[dict[str, Any]], unnamed: str
) -> None:
    named = [
        rule | {"fields": [path for path in rule["fields"] if path != unnamed]} for rule in release
    ]
    redacted = redact(incident, agreement(*(rule for rule in named if rule["fields"])))
    for said in redacted.verdicts:
        assert field_at(said.path).path != unnamed or said.action == "withhold"


@given(incidents(), rules(), rules(name="more"))
def test_a_rule_that_withholds_never_lets_more_through(
    incident: Incident, release: list[dict[str, Any]], more: list[dict[str, Any]]
) -> None:
    stricter = [
        {name: value for name, value in rule.items() if name != "to"} | {"action": "withhold"}
        for rule in more
    ]
    before = redact(incident, agreement(*release))
    after = redact(incident, agreement(*release, *stricter))
    kept = {said.path for said in before.verdicts if said.withheld}
    assert kept <= {said.path for said in after.verdicts if said.withheld}


@given(incidents(), agreements())
def test_no_pseudonym_is_the_same_for_two_recipients(incident: Incident, by: Agreement) -> None:
    def pseudonyms(recipient: str) -> set[str]:
        out = shown(redact(incident, by, recipient))
        return {part for part in out.split('"') if part.startswith("ps-")}

    assert pseudonyms("vt:groningen").isdisjoint(pseudonyms("vt:twente"))


@given(incidents(), agreements(), overrides(), st.randoms())
def test_the_order_of_overrides_makes_no_difference_and_each_field_is_told_of_once(
    incident: Incident, by: Agreement, given_too: tuple[Override, ...], chance: random.Random
) -> None:
    one = redact(incident, by, overrides=given_too)
    other = redact(incident, by, overrides=tuple(chance.sample(given_too, len(given_too))))
    assert one == other
    assert sorted(said.path for said in one.verdicts) == sorted(concrete_paths(incident))
