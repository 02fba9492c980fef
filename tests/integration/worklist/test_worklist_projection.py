"""The projection on both databases: exactly once, rebuilt to the same, silent about nothing."""

from __future__ import annotations

import random

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from made_ledger import at
from sqlalchemy import Engine, select
from worklist_rig import (
    CODEC,
    COORDINATOR,
    INTAKE,
    NOW,
    OM,
    VT,
    Rig,
    alarm,
    case,
    dump,
    escalated,
    held,
)

from services.worklist.chasing import ChaseCode, record_chase
from services.worklist.conferences import draw_up, news
from services.worklist.incidents import incident
from services.worklist.projection import Moved, Projection
from services.worklist.queries import Filter, open_cases, overdue
from services.worklist.tables import cases, chases, metadata, positions, runs, unreadable


def _story(count: int) -> list:
    """Rows that come again and change, alarms that come again and are cleared, and an end."""
    told: list = []
    for number in range(1, count + 1):
        told += [case(number), case(number), alarm(number), alarm(number), escalated(number)]
        if number % 3 == 0:
            told += [
                alarm(number, "cleared", addressed_to="police:midden-nederland/hg_coordinator"),
                case(number, state="received", received_at=at(number + 90)),
            ]
        if number % 5 == 0:
            told.append(held(number, recipient=OM))
        if number % 7 == 0:
            told.append(f"PL0900-{number}|{VT}")
    return told


def test_the_migrated_tables_are_those_that_the_code_names(engine: Engine):
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, metadata) == []


def test_the_newest_row_of_an_obligation_is_the_one_that_is_shown(rig: Rig):
    rig.tell(case(1), case(2))
    rig.tell(case(1, state="received", received_at=at(30)))

    lines = open_cases(rig.engine, COORDINATOR, Filter(), NOW).lines
    assert [(each.incident_id, each.state) for each in lines] == [
        ("PL0900-1", "received"),
        ("PL0900-2", "sent"),
    ]


def test_a_tombstone_takes_away_the_obligation_and_what_was_put_on_record_about_it(rig: Rig):
    rig.tell(case(1), case(1, recipient=OM), alarm(1))
    for recipient in (VT, OM):
        record_chase(
            rig.engine, COORDINATOR, incident_id="PL0900-1", recipient=recipient,
            code=ChaseCode.CALLED, follow_up_on=None, now=NOW,
        )  # fmt: skip
    draw_up(rig.engine, COORDINATOR, VT, NOW)
    rig.tell(f"PL0900-1|{VT}")

    found = incident(rig.engine, COORDINATOR, "PL0900-1", NOW)
    assert [each.case.recipient for each in found.obligations] == [OM]
    with rig.engine.connect() as connection:
        assert list(connection.scalars(select(chases.c.recipient))) == [OM]
    assert overdue(rig.engine, COORDINATOR, Filter(), NOW).lines == ()


def test_a_batch_that_was_applied_changes_nothing_the_second_time(rig: Rig):
    begin = rig.projection.positions()
    records = rig.tell(*_story(10))
    before = rig.content()

    with pytest.raises(Moved):
        rig.projection.apply(records, begin)
    assert rig.content() == before


def test_of_two_workers_with_the_same_batch_one_applies_it(rig: Rig):
    first, second = rig.projection, Projection(rig.engine, CODEC)
    start = first.positions()
    assert second.positions() == start
    records = rig.topic.records([case(1), alarm(1)])

    reached = second.apply(records, start)
    with pytest.raises(Moved):
        first.apply(records, start)

    more = rig.topic.records([case(1, state="received", received_at=at(9))])
    first.apply(more, first.positions())
    assert first.positions() == {**reached, ("ledger.cases", 0): 2}


def test_a_batch_that_fails_halfway_leaves_neither_rows_nor_offsets(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
):
    rig.tell(case(1))
    before = rig.content()

    def breaks(*_: object) -> None:
        raise OSError

    monkeypatch.setattr("services.worklist.projection.sync_runs", breaks)
    with pytest.raises(OSError):  # noqa: PT011 - ours, from above
        rig.projection.apply(rig.topic.records([case(2), alarm(2)]), rig.projection.positions())
    assert rig.content() == before


@pytest.mark.parametrize("seed", range(3))
def test_batches_of_any_size_and_a_rebuild_give_the_same_content(rig: Rig, seed: int):
    draw = random.Random(seed)  # noqa: S311 - sizes of batches
    records = rig.topic.records(_story(40))
    rest = list(records)
    while rest:
        size = draw.randint(1, 25)
        rig.apply(rest[:size])
        rest = rest[size:]
    before = rig.content()
    assert before["cases"]
    assert before["runs"]

    # As the topics are read for a rebuild: one after the other.
    ordered = sorted(records, key=lambda each: each.coordinates)
    sizes = [ordered[start : start + 17] for start in range(0, len(ordered), 17)]
    assert rig.projection.rebuild(sizes) == len(records)
    assert rig.content() == before


def test_a_rebuild_from_a_compacted_topic_gives_the_same_rows(rig: Rig):
    records = rig.tell(*_story(30))
    before = rig.content()
    last = {
        each.key: each.coordinates.offset
        for each in records
        if each.coordinates.topic == "ledger.cases"
    }
    kept = [
        each
        for each in records
        if each.coordinates.topic != "ledger.cases" or last[each.key] == each.coordinates.offset
    ]
    assert len(kept) < len(records)

    rig.projection.rebuild([kept])
    assert rig.content() == before


def test_a_rebuild_keeps_chasing_and_conferences_and_drops_what_is_in_no_topic(rig: Rig):
    records = rig.tell(case(1), case(2))
    record_chase(
        rig.engine, COORDINATOR, incident_id="PL0900-1", recipient=VT,
        code=ChaseCode.CALLED, follow_up_on=None, now=NOW,
    )  # fmt: skip
    draw_up(rig.engine, COORDINATOR, VT, NOW)
    rig.projection.rebuild([records[:1]])

    with rig.engine.connect() as connection:
        assert list(connection.scalars(select(cases.c.incident_id))) == ["PL0900-1"]
        assert list(connection.scalars(select(chases.c.code))) == ["called"]
    assert news(rig.engine, COORDINATOR, VT, NOW).lines == ()


def test_a_rebuild_that_fails_leaves_the_old_content(rig: Rig):
    records = rig.tell(*_story(5))
    before = rig.content()

    def breaks():
        yield records[:2]
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011 - ours, from above
        rig.projection.rebuild(breaks())
    assert rig.content() == before


def test_a_record_that_is_no_row_is_passed_over_and_stands_on_record(rig: Rig):
    good = CODEC.encode(case(1))
    rig.apply([
        rig.topic.raw("ledger.cases", b"PL0900-1|" + VT.encode(), b"not avro"),
        rig.topic.raw("ledger.cases", b"PL0900-2|" + VT.encode(), good),
        rig.topic.raw("ledger.cases", b"no recipient", good),
        rig.topic.raw("ledger.alarms", b"PL0900-1", None),
        *rig.topic.records([case(3)]),
    ])  # fmt: skip

    with rig.engine.connect() as connection:
        assert list(connection.scalars(select(cases.c.incident_id))) == ["PL0900-3"]
        found = connection.execute(
            select(unreadable.c.topic, unreadable.c.offset, unreadable.c.code).order_by(
                unreadable.c.topic, unreadable.c.offset
            )
        )
        assert [tuple(each) for each in found] == [
            ("ledger.alarms", 0, "no_value"),
            ("ledger.cases", 0, "not_avro"),
            ("ledger.cases", 1, "wrong_key"),
            ("ledger.cases", 2, "wrong_key"),
        ]
        assert dict(
            connection.execute(select(positions.c.topic, positions.c.next_offset)).all()
        ) == {
            "ledger.alarms": 1,
            "ledger.cases": 4,
        }


def test_an_alarm_before_its_row_is_seen_once_the_row_is_there(rig: Rig):
    rig.tell(alarm(1))
    assert overdue(rig.engine, COORDINATOR, Filter(), NOW).lines == ()

    rig.tell(case(1, overdue=("receipt",)))
    (line,) = overdue(rig.engine, COORDINATOR, Filter(), NOW).lines
    assert (line.run.clock, line.run.addressed_to) == ("receipt", f"{VT}/intake")
    (other,) = overdue(rig.engine, INTAKE, Filter(), NOW).lines
    assert other.case.incident_id == "PL0900-1"


def test_an_alarm_that_comes_again_after_it_was_cleared_stays_cleared(rig: Rig):
    rig.tell(case(1), alarm(1), alarm(1, "cleared"), alarm(1))
    assert overdue(rig.engine, COORDINATOR, Filter(), NOW).lines == ()
    with rig.engine.connect() as connection:
        assert connection.scalar(select(runs.c.cleared_at)) is not None


def test_an_escalated_clock_is_for_the_role_that_it_went_on_to(rig: Rig):
    rig.tell(case(1), alarm(1, "due_soon"), alarm(1), escalated(1))
    (line,) = overdue(rig.engine, COORDINATOR, Filter(role="hg_coordinator"), NOW).lines
    assert (line.run.level, line.case.overdue) == ("escalated", ("receipt",))
    assert overdue(rig.engine, COORDINATOR, Filter(role="intake"), NOW).lines == ()


def test_a_clock_that_only_warned_is_not_overdue(rig: Rig):
    rig.tell(case(1), alarm(1, "due_soon"))
    assert overdue(rig.engine, COORDINATOR, Filter(), NOW).lines == ()


def test_both_databases_hold_the_same(tmp_path_factory: pytest.TempPathFactory, postgresql: str):
    from ketensluis.runtime.settings import Settings  # noqa: PLC0415
    from services.worklist.database import engine_of, migrate  # noqa: PLC0415

    contents = []
    for settings in (
        Settings(home=tmp_path_factory.mktemp("one")),
        Settings(home=tmp_path_factory.mktemp("two"), database_url=postgresql),
    ):
        engine = engine_of(settings)
        migrate(engine)
        Rig(engine).tell(*_story(20))
        contents.append(dump(engine))
        engine.dispose()
    assert contents[0] == contents[1]
