"""What `sluis replay` is asked, and the processes that do it."""

from __future__ import annotations

import os
import signal
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from waiting import eventually

from ketensluis.cli.replay import _tell, span_of
from ketensluis.cli.replay_asked import Asked, Done, Ends, Mark, Told
from ketensluis.cli.replay_crew import divided, hands
from ketensluis.cli.replay_diary import Basis, Diary
from ketensluis.cli.replaying import replay_all
from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.settings import Settings
from services.disclosure.replay import Difference, Erasure

AT = datetime(2026, 3, 2, tzinfo=UTC)
ASKED = Asked(AT, None, None, 0, None)


@pytest.mark.parametrize(
    ("written", "span"),
    [(None, (0, None)), ("5:9", (5, 9)), ("5:", (5, None)), (":9", (0, 9)), ("7:7", (7, 7))],
)
def test_offsets_are_a_span_with_both_ends(written: str | None, span: tuple[int, int | None]):
    assert span_of(written) == span


@pytest.mark.parametrize("written", ["5", ":", "a:b", "1:2:3", "-1:4", "٣:٤", ""])
def test_offsets_that_are_not_a_span_are_wrong_usage(written: str):
    with pytest.raises(typer.BadParameter, match="100:200"):
        span_of(written)


@pytest.mark.parametrize(
    ("asked", "compared"),
    [
        (ASKED, True),
        (Asked(None, AT, None, 0, None), False),
        (Asked(None, None, None, 5, 5), True),
        (Asked(None, None, None, 6, None), False),
        (Asked(None, None, None, 0, 4), False),
    ],
)
def test_a_record_is_compared_if_it_lies_in_all_that_was_asked(asked: Asked, compared: bool):  # noqa: FBT001 - what is told
    at = round(AT.timestamp() * 1000)
    record = Record(Coordinates("police.incidents", 0, 5), None, None, (), at)
    assert asked.compares(record) is compared


def test_what_was_erased_is_told_by_day_and_rule(capsys: pytest.CaptureFixture[str]):
    gone = [
        Erasure("PL1", "2031-04-05", "incident-five-years", 2),
        Erasure("PL2", "2031-04-05", "incident-five-years", 1),
        Erasure("PL3", "2026-01-02", "citizens_request", 4),
    ]
    _tell(Done(5, (), tuple(gone)))
    assert capsys.readouterr().out.splitlines() == [
        "4 decisions cannot be made again: erased on 2026-01-02 by rule citizens_request",
        "3 decisions cannot be made again: erased on 2031-04-05 by rule incident-five-years",
        "5 decisions made again, 0 differences, 7 erased",
    ]


def test_data_that_were_edited_afterwards_are_told_for_what_they_are(
    capsys: pytest.CaptureFixture[str],
):
    names = ("regions_digest", "classification_digest", "regions_digest", "agreement_digest")
    place = "police.incidents[0]@5"
    _tell(Done(9, tuple(Difference("PL1", "vt:twente", place, each, "a", "b") for each in names)))
    assert capsys.readouterr().out.splitlines() == [
        *(f"{place} PL1 for vt:twente: {each} was a, is b" for each in names),
        "1 decisions were made by another text of an agreement than is on file",
        "2 decisions were made by another map of regions than is on file",
        "1 decisions were made by another classification than is on file",
        "9 decisions made again, 4 differences",
    ]


def found_in(number: int) -> Done:
    """What the replay of that partition comes to."""
    place = f"police.incidents[{number}]@0"
    return Done(number, (Difference(f"PL{number}", "vt:twente", place, "outcome", "a", None),))


def counting(number: int, told: Told) -> Done:
    for count in range(1, 301):
        mark = Mark(Ends(9, 9), 5, number * 1_000 + count, 300, (), found_in(number))
        told(number, count, 300, mark if count == 130 else None)
    return found_in(number)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_several_processes_find_what_one_finds_and_tell_how_far_they_are(count: int):
    steps: list[tuple[int, int]] = []
    marks: list[Mark | None] = []

    def heard(number: int, at: int, expected: int, mark: Mark | None = None) -> None:
        assert expected == 300
        steps.append((number, at))
        marks.append(mark)

    with hands(counting, count) as among:
        done = dict(divided(among, range(5), heard))
    assert done == {number: found_in(number) for number in range(5)}
    assert sorted(steps) == [(n, at) for n in range(5) for at in (130, 250, 300)]
    assert sorted(each.records for each in marks if each) == [n * 1_000 + 130 for n in range(5)]


def test_a_process_that_is_killed_ends_the_replay_and_what_was_done_is_known():
    def one(number: int, told: Told) -> Done:
        if number == 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return counting(number, told)

    with hands(one, 1) as among:
        done = divided(among, range(3), lambda *_: None)
        assert next(done) == (0, found_in(0))
        with pytest.raises(KetensluisError, match="process_ended"):
            next(done)


def test_what_befalls_one_process_is_said_as_it_was():
    def one(number: int, told: Told) -> Done:
        raise Unavailable("kafka_unavailable", f"no Kafka for {number}", "start one")

    with (
        pytest.raises(KetensluisError, match=r"kafka_unavailable: no Kafka for 7 \(start one\)"),
        hands(one, 1) as among,
    ):
        list(divided(among, [7], lambda *_: None))


def test_no_process_outlives_the_replay_that_was_interrupted():
    def one(number: int, told: Told) -> Done:
        told(number, 1, 1)
        signal.pause()
        return found_in(number)

    def interrupted(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), hands(one, 2) as among:
        list(divided(among, range(2), interrupted))
    assert not any(each.process.is_alive() for each in among)


def test_a_process_whose_parent_was_killed_ends_too():
    """The parent is a process of its own, which starts two and is killed."""
    heard, said = os.pipe()
    parent = os.fork()
    if parent == 0:
        try:
            with hands(counting, 2) as among:
                os.write(said, " ".join(str(each.process.pid) for each in among).encode())
                os.kill(os.getpid(), signal.SIGKILL)
        finally:
            os._exit(1)
    os.waitpid(parent, 0)
    pids = [int(pid) for pid in os.read(heard, 100).split()]
    os.close(heard)
    os.close(said)
    assert len(pids) == 2
    eventually(lambda: not any(map(_runs, pids)))


def _runs(pid: int) -> bool:
    """Whether that process runs, and is not one that nobody has buried (proc(5))."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.mark.parametrize("processes", [1, 2, 9])
def test_whichever_partition_is_done_first_what_was_found_is_told_in_their_order(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, processes: int
):
    """The first partition waits, where others can be done meanwhile, for the last."""
    gone = tmp_path / "gone"
    gone.mkdir()

    async def counted(*_: object) -> dict[str, int]:
        return {"police.incidents": 4}

    async def replayed(_: Settings, __: object, number: int, *___: object, marks: bool) -> Done:
        assert marks
        if number == 0 and processes > 1:
            eventually((gone / "3").exists)
        (gone / str(number)).touch()
        return found_in(number)

    monkeypatch.setattr("ketensluis.kafka.cluster.partitions", counted)
    monkeypatch.setattr("ketensluis.cli.replay_partition.replay_partition", replayed)
    rules: Any = None
    asked, path = Asked(None, None, None, 0, None), tmp_path / "diary"
    showing = nullcontext(lambda *_: None)
    diary = Diary(path, Basis(asked, "cluster", "rules", "1"))
    done = replay_all(Settings(processes=processes), rules, asked, diary, showing)
    assert done == Done(6, tuple(each for n in range(4) for each in found_in(n).differences))
    assert Diary.opened(path, diary.basis).done == {number: found_in(number) for number in range(4)}
