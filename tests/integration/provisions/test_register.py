"""The register in both databases: one line per data subject, found by who has the key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import msgspec
import pytest
from disclosure_world import ARREST, Hub
from made_incidents import AT, incident, person
from opentelemetry.proto.trace.v1.trace_pb2 import Status
from provisions_rig import ACTIVITIES, Collector, RegisterRig, attributes
from sqlalchemy import select, text

from ketensluis.envelope.jwe import decrypt
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.model.incident import Incident
from ketensluis.model.look_back import told_since
from ketensluis.processing_log.recording import consultations
from ketensluis.processing_log.request import requested
from ketensluis.processing_log.sealing import SubjectOpener, SubjectSealer
from ketensluis.runtime.settings import Settings
from services.provisions.answers import about_incident, about_person
from services.provisions.database import engine_of
from services.provisions.export import Exporter
from services.provisions.projection import Moved
from services.provisions.tables import lines, unreadable

BSN = "123456780"
PERSONS = [
    person("p1", "victim", given_names="An", surname="Zandoogje", birth_date="1990-05-06", bsn=BSN),
    person("p2", "suspect", surname="Koolwitje", given_names="Bo", birth_date="1988-01-02"),
]
ID = "PL0100-2026000001"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def two(**changed: object) -> Incident:
    return incident(**{"persons": PERSONS, **changed})


def asked(rig: RegisterRig, **who: str) -> tuple[str, ...]:
    key = rig.world.stage.rules.pseudonyms.provisions_key
    return requested(msgspec.json.encode(who), key)


def provided(rig: RegisterRig, **changed: object) -> None:
    rig.tell(*Hub(rig.world).take(rig.world.record(two(**changed))))


def opener(rig: RegisterRig) -> SubjectOpener:
    own = rig.world.identities["hub"].encryption
    return SubjectOpener(lambda value: decrypt(value, own.certificate, own.private_key))


def looked(rig: RegisterRig, at: datetime = AT) -> None:
    found = consultations("open", [ID], by_role="hg_coordinator", by_scope="Twente", at=at)
    rig.tell(*map(rig.sealed, found))


def test_of_each_provision_there_is_a_line_and_one_under_it_for_each_person(rig: RegisterRig):
    provided(rig, **ARREST)
    found = list(about_incident(rig.engine, ID, opener(rig)))
    for recipient in ("vt:groningen", "om:noord-nederland"):
        line, *subjects = [each for each in found if each["recipient"] == recipient]
        assert line["parent_span_id"] is None
        assert {each["parent_span_id"] for each in subjects} == {line["span_id"]}
        assert {each["trace_id"] for each in subjects} == {line["trace_id"]}
        assert {each["data_subject_id"] for each in subjects} == {BSN, f"{ID}/p2"}
    assert len({each["span_id"] for each in found}) == len(found) == 6


@pytest.mark.parametrize(
    "who",
    [{"bsn": BSN}, {"given_names": "an marie", "surname": "ZANDOOGJE", "birth_date": "1990-05-06"}],
)
def test_a_person_is_told_to_whom_what_was_provided(rig: RegisterRig, who: dict[str, str]):
    provided(rig)
    (line,) = about_person(rig.engine, asked(rig, **who), LONG_AGO)
    assert (line["recipient"], line["incident_id"]) == ("vt:groningen", ID)
    assert line["agreement"] == "politie-veilig-thuis"
    assert line["start_time"] == AT
    assert line["legal_basis"]


def test_who_was_not_in_it_is_told_of_nothing(rig: RegisterRig):
    provided(rig)
    assert about_person(rig.engine, asked(rig, bsn="111111110"), LONG_AGO) == []


def test_what_is_older_than_four_years_is_not_told(rig: RegisterRig):
    provided(rig)
    who = asked(rig, bsn=BSN)
    assert about_person(rig.engine, who, told_since("persons_request", AT.replace(year=2030)))
    late = told_since("persons_request", AT.replace(year=2030) + timedelta(seconds=1))
    assert about_person(rig.engine, who, late) == []


def test_a_look_at_the_work_list_has_a_line_for_each_person_of_the_incident(rig: RegisterRig):
    provided(rig)
    looked(rig)
    who = asked(rig, bsn=BSN)
    assert [each["kind"] for each in about_person(rig.engine, who, LONG_AGO)] == ["provide"]
    every = about_person(rig.engine, who, LONG_AGO, every=True)
    (look,) = [each for each in every if each["kind"] == "consult"]
    assert (look["by_role"], look["by_scope"], look["reason"]) == (
        "hg_coordinator", "Twente", "open",
    )  # fmt: skip
    opened = list(about_incident(rig.engine, ID, opener(rig)))
    about = [each["data_subject_id"] for each in opened if "data_subject_id" in each]
    assert sorted(about) == sorted([BSN, f"{ID}/p2"] * 2)


def test_who_looked_is_known_to_the_register_and_to_nobody_else(rig: RegisterRig):
    provided(rig)
    sealer = SubjectSealer(partial(rig.world.directory.encryption, "hub"))
    records = consultations(
        "open", [ID], by_role="hg_coordinator", by_scope="Twente", at=AT, by="jo.vanderven",
        sealer=sealer,
    )  # fmt: skip
    outputs = [rig.sealed(each) for each in records]
    assert all(b"vanderven" not in (each.value or b"") for each in outputs)
    rig.tell(*outputs)
    looks = [each for each in about_incident(rig.engine, ID, opener(rig)) if "by" in each]
    assert [(each["kind"], each["by"]) for each in looks] == [("consult", "jo.vanderven")] * 3
    with Collector() as collector:
        Exporter(rig.engine, collector.endpoint).export()
    exported = [span for span in collector.spans if "ketensluis.by" in attributes(span)]
    assert len(exported) == 3
    assert all("ketensluis.by_key" in attributes(span) for span in exported)


def test_a_look_is_about_the_persons_of_the_version_before_it(rig: RegisterRig):
    hub = Hub(rig.world)
    rig.tell(*hub.take(rig.world.record(two())))
    rig.tell(*hub.take(rig.world.record(two(sequence=2, persons=PERSONS[:1], relations=[]), 1)))
    looked(rig)
    other = asked(rig, given_names="Bo", surname="Koolwitje", birth_date="1988-01-02")
    found = about_person(rig.engine, other, LONG_AGO, every=True)
    assert "consult" not in {each["kind"] for each in found}


def test_a_look_at_an_incident_of_which_nobody_is_known_is_a_line_all_the_same(rig: RegisterRig):
    looked(rig)
    (line,) = about_incident(rig.engine, ID)
    assert (line["kind"], line["id_type"]) == ("consult", None)


def test_what_another_worker_took_in_is_not_taken_in_again(rig: RegisterRig):
    begin = rig.register.positions()
    records = rig.tell(*Hub(rig.world).take(rig.world.record(two())))
    with pytest.raises(Moved):
        rig.register.apply(records, begin)
    assert len(list(about_incident(rig.engine, ID))) == 3


def test_a_record_that_cannot_be_read_is_named_and_stops_nothing(rig: RegisterRig):
    good = Hub(rig.world).take(rig.world.record(two()))[0]
    rig.tell(msgspec.structs.replace(good, key=b"another"), good)
    with rig.engine.connect() as connection:
        assert connection.execute(select(unreadable.c.offset, unreadable.c.code)).all() == [
            (0, "wrong_key")
        ]
    assert len(list(about_incident(rig.engine, ID))) == 3


def test_nothing_of_a_person_can_be_read_in_the_register(rig: RegisterRig):
    provided(rig)
    looked(rig)
    with rig.engine.connect() as connection:
        names = [each[0] for each in connection.execute(text(_TABLES[rig.engine.dialect.name]))]
        held = repr([connection.execute(text(f"SELECT * FROM {name}")).all() for name in names])  # noqa: S608 - names of tables
    assert {"lines", "known", "found_by"} <= set(names)
    for secret in (BSN, "andoogje", "oolwitje", "1990", "1988-01"):
        assert secret not in held


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}


def test_the_id_of_another_incident_or_an_altered_one_does_not_open(rig: RegisterRig):
    provided(rig)
    with rig.engine.begin() as connection:
        connection.execute(lines.update().values(incident_id="PL0100-2026000002"))
    with pytest.raises(Refused) as found:
        list(about_incident(rig.engine, "PL0100-2026000002", opener(rig)))
    assert found.value.code == "altered_value"


def test_an_export_is_the_standards_line_and_is_confirmed_once(rig: RegisterRig):
    provided(rig)
    with Collector() as collector:
        exporter = Exporter(rig.engine, collector.endpoint)
        assert exporter.export() == 3
        assert exporter.export() == 0
    (parent,) = [each for each in collector.spans if not each.parent_span_id]
    children = [each for each in collector.spans if each.parent_span_id]
    assert {each.parent_span_id for each in children} == {parent.span_id}
    assert {each.trace_id for each in children} == {parent.trace_id}
    assert len(parent.trace_id) == 16
    assert len(parent.span_id) == 8
    assert parent.status.code == Status.STATUS_CODE_OK
    assert parent.start_time_unix_nano == round(AT.timestamp()) * 10**9
    activity = ACTIVITIES.of("provide", "vt:groningen", AT).id
    assert attributes(parent)["dpl.core.processing_activity_id"] == activity
    assert "dpl.core.data_subject_id" not in attributes(parent)
    types = {attributes(each)["dpl.core.data_subject_id_type"] for each in children}
    assert types == set(ACTIVITIES.subject_id_types.values())
    assert all(attributes(each)["dpl.core.data_subject_id"] for each in children)
    assert (foreign := parent.links[0]).trace_id
    assert foreign.attributes[0].value.string_value.startswith("urn:nld:oin:")
    assert BSN.encode() not in collector.requests[0].SerializeToString()


def test_what_is_not_confirmed_is_sent_again_and_what_is_rejected_is_counted(rig: RegisterRig):
    provided(rig)
    with Collector() as collector:
        exporter = Exporter(rig.engine, collector.endpoint)
        collector.status = 503
        with pytest.raises(Unavailable):
            exporter.export()
        collector.status, collector.rejects = 200, 2
        assert exporter.export() == 3
        assert (exporter.rejected, exporter.export()) == (2, 0)


def test_a_log_that_is_away_is_told_as_such(rig: RegisterRig):
    provided(rig)
    with pytest.raises(Unavailable) as found:
        Exporter(rig.engine, "http://127.0.0.1:9").export()
    assert found.value.code == "log_away"


@pytest.mark.parametrize("endpoint", ["http://log.example:4318", "log.example", "ftp://127.0.0.1"])
def test_nothing_is_exported_without_tls_to_another_machine(tmp_path: Path, endpoint: str):
    with pytest.raises(KetensluisError) as found:
        Exporter(engine_of(Settings(home=tmp_path)), endpoint)
    assert found.value.code == "bad_otlp_endpoint"


def test_without_an_activity_in_force_nothing_is_lost_and_the_place_to_add_it_is_named(
    rig: RegisterRig,
):
    output = Hub(rig.world).take(rig.world.record(two()))[0]
    none = ACTIVITIES.model_copy(update={"activities": ()})
    rig.register._activities = none
    with pytest.raises(KetensluisError) as found:
        rig.tell(output)
    assert found.value.code == "no_activity"
    assert rig.register.positions() == {}
