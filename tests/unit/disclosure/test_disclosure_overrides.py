"""A person overrules: through the stage, on the ledger, in the explanation, and in replay."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from disclosure_world import CODEC, UNIT, World, arrived
from hub_chain import Chain
from made_incidents import AT, incident, person, rules

from ketensluis.errors import Refused
from ketensluis.ledger.events import Events
from ketensluis.ledger.fold import cases
from ketensluis.ledger.requests import requests
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import IncidentHistory, LedgerEvent
from ketensluis.model.messages import DisclosureRequest, Referral
from ketensluis.model.override import Override
from ketensluis.model.party import INCIDENTS, LEDGER_EVENTS, OVERRIDES, REQUESTS
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.redaction.paths import concrete_paths
from ketensluis.runtime.stage import Context, StagedState
from services.disclosure.explain import explain
from services.disclosure.heard import Heard
from services.disclosure.process import open_incident
from services.disclosure.replay import Difference, Replay

ID, VT = "PL0100-2026000001", "vt:groningen"
PEOPLE = [
    person("p1", "victim", surname="Zandoogje", bsn="999999990"),
    person("p2", "suspect", surname="Koolwitje"),
]
HOLD = {"reason": "hold_investigation", "until": "2026-03-08T12:00:00Z", "by_role": "case_officer"}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("pki"))


def override(effect: str, *paths: str, **changed: Any) -> Override:
    reasons = {
        "release": "consent",
        "withhold": "hold_safety",
        "send": "hold_lifted",
        "hold": "hold_safety",
        "end": "no_longer_needed",
    }
    given: dict[str, Any] = {
        "override_id": f"{effect}-1",
        "incident_id": ID,
        "recipient": VT,
        "effect": effect,
        "paths": paths,
        "reason": reasons[effect],
        "by_role": "privacy_officer",
        "given_at": AT,
        "until": AT + 7 * DAY,
    }
    return Override(**given | changed)


def sealed(world: World, given: Override, by: str = UNIT, key: str = ID) -> Output:
    return world.sealer(by).seal(given, topic=OVERRIDES, key=key, subject=given.incident_id, at=AT)


def overruled(chain: Chain, *given: Override) -> Chain:
    for each in given:
        chain.put(sealed(chain.world, each))
        chain.settle()
    return chain


def referrals(chain: Chain) -> list[Referral]:
    opener = chain.world.opener(VT)
    return [opener.open(each, Referral).message for each in chain.on("referrals.groningen")]


def test_a_widened_field_goes_in_a_correction_that_names_what_it_rests_on(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("release", "persons[victim].bsn"))
    first, second = referrals(chain)
    assert first.released.persons is not None
    assert second.released.persons is not None
    assert [each.bsn for each in first.released.persons] == [None, None]
    assert [each.bsn for each in second.released.persons] == ["999999990", None]
    assert second.replaces == first.message_id
    assert second.changed == ("persons[0].bsn",)
    assert second.legal_basis[-1] == "override: consent (privacy_officer)"
    assert "override" not in repr(first.legal_basis)


def test_a_narrowed_field_stays_behind_in_this_and_later_versions_for_this_recipient_only(
    world: World,
):
    arrest = {"measures": [{"kind": "arrest"}]}
    chain = Chain(world).send(incident(persons=PEOPLE, **arrest))
    overruled(chain, override("withhold", "persons[suspect].surname"))
    chain.send(incident(persons=PEOPLE, sequence=2, event="amended", team="Oost", **arrest))
    told = [[p.surname for p in each.released.persons or ()] for each in referrals(chain)]
    assert told == [["Zandoogje", "Koolwitje"], ["Zandoogje", None], ["Zandoogje", None]]
    assert {each.rule for each in referrals(chain)[-1].withheld} >= {"override.withhold-1"}
    om = [each for each in chain.events() if each.recipient == "om:noord-nederland"]
    assert [each.overrides for each in om] == [(), ()]


def test_a_hold_by_override_is_decided_anew_when_it_is_over(world: World):
    chain = Chain(world)
    chain.send(incident(persons=PEOPLE, project_codes=[], relations=[]))
    overruled(chain, override("hold"))
    chain.send(incident(persons=PEOPLE, sequence=2, event="amended"))
    held = chain.last(ID)
    assert (held.outcome, held.reason, held.hold_by_role) == ("held", "hold_safety", "privacy_officer")  # fmt: skip # noqa: E501
    assert held.hold_until == AT + 7 * DAY
    events: Events = tuple(chain.events())
    assert requests(events, cases(events), AT + 6 * DAY) == ()
    (asked,) = requests(events, cases(events), AT + 7 * DAY)
    assert (asked.reason, asked.recipient) == ("hold_over", VT)
    decided(chain, asked, at=AT + 7 * DAY)
    assert chain.last(ID).outcome == "released"
    assert chain.last(ID).overrides == ()


def decided(chain: Chain, asked: DisclosureRequest, at: Any) -> None:
    """The request arrives at that time."""
    output = chain.world.sealer("hub").plain(
        asked, topic=REQUESTS, key=ID, subject=ID, at=at, correlation=ID
    )
    record = chain.lay(output)
    late = Record(
        record.coordinates, record.key, record.value, record.headers, round(at.timestamp() * 1000)
    )
    chain.log[-1] = late
    chain.waiting.append(late)
    chain.settle()


def test_an_incident_on_hold_is_sent_when_a_person_says_so(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE, hold=HOLD))
    assert chain.last(ID).outcome == "held"
    overruled(chain, override("send"))
    assert chain.last(ID).outcome == "released"
    assert chain.last(ID).overrides == ("send-1",)
    assert referrals(chain)[0].legal_basis[-1] == "override: hold_lifted (privacy_officer)"


def test_of_a_hold_and_a_sending_by_override_the_hold_counts_in_either_order(world: World):
    for order in (("send", "hold"), ("hold", "send")):
        chain = Chain(world).send(incident(persons=PEOPLE, hold=HOLD))
        overruled(chain, *(override(effect) for effect in order))
        assert chain.last(ID).outcome == "held"
        assert chain.last(ID).hold_until == AT + 7 * DAY


def test_no_override_sends_what_is_restricted_or_has_no_agreement(world: World):
    restricted = Chain(world).send(incident(persons=PEOPLE, restricted=True))
    overruled(restricted, override("send"))
    assert restricted.last(ID).reason == "restricted_class"
    before = {"occurred_at": "2020-03-01T09:00:00Z", "registered_at": "2020-03-01T10:00:00Z"}
    order = incident(measures=[{"kind": "restraining_order"}], **before)
    chain = Chain(world).send(order)
    overruled(chain, override("send", recipient="gemeente:gm0014"))
    assert chain.last(ID, "gemeente:gm0014").outcome == "refused"


def test_an_override_that_is_ended_counts_no_longer(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[].surname"))
    overruled(chain, override("end", ends="withhold-1", reason="mistake"))
    told = [[p.surname for p in each.released.persons or ()] for each in referrals(chain)]
    assert told == [["Zandoogje", "Koolwitje"], [None, None], ["Zandoogje", "Koolwitje"]]


def test_an_override_for_who_is_owed_nothing_is_on_record_and_holds_once_it_is(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("hold", recipient="om:noord-nederland"))
    assert [each.kind for each in chain.events()] == ["decision", "override"]
    chain.send(incident(persons=PEOPLE, sequence=2, event="amended", measures=[{"kind": "arrest"}]))
    assert chain.last(ID, "om:noord-nederland").outcome == "held"


def test_the_ledger_tells_who_overruled_what_and_until_when_and_nothing_of_persons(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[suspect].surname"))
    (event,) = [each for each in chain.events() if each.kind == "override"]
    assert (event.code, event.reason, event.by_role) == ("withhold", "hold_safety", "privacy_officer")  # fmt: skip # noqa: E501
    assert (event.until, event.recipient, event.unit) == (AT + 7 * DAY, VT, "Noord-Nederland")
    assert event.paths == ("persons[suspect].surname",)
    rungs = [rung for case in cases(tuple(chain.events())) for rung in case.rungs]
    (shown,) = [rung for rung in rungs if rung.name == "overruled"]
    assert shown.code == "withhold-1"


def test_the_same_override_again_changes_nothing(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[].surname"))
    events = len(chain.events())
    overruled(chain, override("withhold", "persons[].surname"))
    assert len(chain.events()) == events


@pytest.mark.parametrize(
    ("given", "how", "code"),
    [
        (override("hold", incident_id="PL0-none"), {"key": "PL0-none"}, "unknown_incident"),
        (override("hold"), {"by": "police:amsterdam"}, "signer_not_allowed"),
        (override("hold"), {"key": "PL0100-another"}, "wrong_key"),
        (override("hold", until=AT + timedelta(milliseconds=1)), {}, "override_until"),
        (override("hold", recipient="vt:gronignen"), {}, "override_recipient"),
        (override("hold", recipient="om:groningen"), {}, "override_recipient"),
        (override("hold", recipient="school:de-regenboog"), {}, "override_recipient"),
        (override("end", ends="never-given"), {}, "unknown_override"),
        (override("end", ends="given", recipient="vt:drenthe"), {}, "unknown_override"),
        (override("release", "persons[].phone", override_id="given"), {}, "conflicting_override"),
        (override("release", "persons[].phone", by_role="case_officer"), {}, "override_role"),
    ],
)  # fmt: skip
def test_an_override_that_may_not_be_is_refused(
    world: World, given: Override, how: dict[str, str], code: str
):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[].surname", override_id="given"))
    chain.put(sealed(world, given, **how))
    with pytest.raises(Refused) as refused:
        chain.settle()
    assert refused.value.code == code


def test_an_override_is_never_accepted_unsigned_or_of_another_than_the_police(world: World):
    plain = world.sealer("hub").plain(
        incident_request(), topic=OVERRIDES, key=ID, subject=ID, at=AT
    )
    state = StagedState({}.get)
    with pytest.raises(Refused):
        list(world.stage.process(arrived(plain), Context(state)))
    with pytest.raises(Exception, match="signer_not_allowed"):
        sealed(world, override("hold"), by=VT)


def incident_request() -> DisclosureRequest:
    return DisclosureRequest(
        request_id="r",
        incident_id=ID,
        topic=INCIDENTS,
        partition=0,
        offset=0,
        reason="override",
        override=override("hold"),
        requested_at=AT,
    )


def test_explain_tells_the_override_and_why(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[suspect].surname"))
    memory = chain.memories["disclosure"][ID.encode()]
    history = world.stage.codec.decode(memory, IncidentHistory)
    found = explain(
        incident(persons=PEOPLE), VT, at=chain.last(ID).decided_at or AT, history=history,
        rules=rules(),
    )  # fmt: skip
    told = found.to_json()
    assert (told["outcome"], told["reason"]) == ("released", None)
    (field,) = [each for each in told["fields"] if each["path"] == "persons[1].surname"]
    assert (field["action"], field["rule"]) == ("withhold", "override.withhold-1")
    assert "privacyfunctionaris" in field["why"]
    assert "the privacy officer" in field["why"]
    assert told["overrides"] == [
        {
            "override_id": "withhold-1",
            "effect": "withhold",
            "reason": "hold_safety",
            "by_role": "privacy_officer",
            "until": "2026-03-11T12:00:00Z",
        }
    ]


def test_explain_of_what_was_taken_back_tells_the_ids_that_went(world: World):
    chain = Chain(world).send(incident(persons=PEOPLE))
    gone = incident(sequence=2, event="withdrawn", persons=[], relations=[])
    chain.send(gone)
    memory = chain.memories["disclosure"][ID.encode()]
    history = world.stage.codec.decode(memory, IncidentHistory)
    found = explain(gone, VT, at=AT + DAY, history=history, rules=rules()).to_json()
    assert (found["outcome"], found["reason"]) == ("released", "withdrawn")


@pytest.mark.parametrize(
    ("first", "second", "recipient", "reason"),
    [
        ({}, {"municipality": "GM0106"}, VT, "moved"),
        ({"measures": [{"kind": "arrest"}]}, {}, "om:noord-nederland", "withdrawn"),
        ({"measures": [{"kind": "arrest"}], "hold": HOLD}, {}, "om:noord-nederland", "lapsed"),
        ({"project_codes": []}, {"municipality": "GM0106"}, VT, "moved"),
    ],
)
def test_explain_tells_who_had_an_earlier_version_why_it_has_not_this_one(
    world: World, first: dict[str, Any], second: dict[str, Any], recipient: str, reason: str
):
    chain = Chain(world).send(incident(persons=PEOPLE, **first))
    chain.send(incident(persons=PEOPLE, sequence=2, event="amended", **second))
    third = incident(persons=PEOPLE, sequence=3, event="amended", team="Zuid", **second)
    chain.send(third)
    memory = chain.memories["disclosure"][ID.encode()]
    history = world.stage.codec.decode(memory, IncidentHistory)

    found = explain(third, recipient, at=AT + DAY, history=history, rules=rules())

    assert (found.outcome, found.reason) == ("not_required", reason)
    assert sorted(each.path for each in found.fields) == sorted(concrete_paths(third))
    assert {each.action for each in found.fields} == {"withhold"}


def heard_of(events: list[LedgerEvent]) -> Heard:
    """The events as they lie on the ledger."""

    def skipped(place: Coordinates, error: Refused) -> None:
        raise AssertionError(place) from error

    heard = Heard(CODEC.encode, lambda value: CODEC.decode(value, LedgerEvent), skipped)
    for offset, event in enumerate(events):
        heard.add(event.incident_id, CODEC.encode(event), Coordinates(LEDGER_EVENTS, 0, offset))
    return heard


def replayed(chain: Chain, *, as_it_lies: bool, asked: bool = True) -> list[Difference]:
    """What replay finds of the chain; without what was asked, its requests are gone."""
    opener, book = chain.world.opener("hub"), chain.world.stage.rules
    known = {
        str(record.coordinates): (record, request)
        for record, request in zip(chain.on(REQUESTS), chain.requests(), strict=True)
    }

    def opened(record: Record) -> Incident:
        return open_incident(record, opener, book).message

    heard = heard_of(chain.events()) if as_it_lies else None
    replay = Replay(book, opened, known if asked else {}, heard=heard)
    replay.ledger([] if as_it_lies else chain.events())
    records = chain.on(INCIDENTS)
    found = [each for record in records for each in replay.incident(record, compare=True)]
    return [*found, *replay.left()]


BOTH = pytest.mark.parametrize("as_it_lies", [False, True], ids=["decoded", "as it lies"])


@BOTH
def test_replay_honours_overrides(world: World, *, as_it_lies: bool):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[suspect].surname"))
    overruled(chain, override("hold", recipient="om:noord-nederland"))
    arrest = {"measures": [{"kind": "arrest"}]}
    chain.send(incident(persons=PEOPLE, sequence=2, event="amended", **arrest))
    overruled(chain, override("end", ends="withhold-1"))
    assert replayed(chain, as_it_lies=as_it_lies) == []
    assert replayed(chain, as_it_lies=as_it_lies, asked=False) != []


@BOTH
def test_replay_finds_an_override_that_changes_nothing_of_what_went(
    world: World, *, as_it_lies: bool
):
    chain = Chain(world).send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[suspect].phone"))
    assert "unchanged" in {each.outcome for each in chain.events()}
    assert replayed(chain, as_it_lies=as_it_lies) == []


@BOTH
def test_replay_finds_an_override_of_a_version_after_which_an_older_one_came(
    world: World, *, as_it_lies: bool
):
    chain = Chain(world).send(incident(persons=PEOPLE, sequence=2, event="amended"))
    chain.send(incident(persons=PEOPLE))
    overruled(chain, override("withhold", "persons[suspect].surname"))
    kinds = [each.kind for each in chain.events()]
    assert kinds.index("superseded") < kinds.index("override")
    assert replayed(chain, as_it_lies=as_it_lies) == []
    assert replayed(chain, as_it_lies=as_it_lies, asked=False) != []
