"""A record whose time is any number that Kafka can hold is refused, and stops nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_incidents import REGIONS
from made_mail import CODEC, INCIDENT_ID, POSTMARKS, World, arrived, message_id
from msgspec.structs import replace

from ketensluis.errors import Refused
from ketensluis.model.messages import Acceptance, Quarantined
from ketensluis.model.record import EARLIEST, LATEST, Coordinates, Record, sent_at
from ketensluis.runtime.stage import Context, StagedState
from services.responses.process import ResponsesStage

# What whoever may write to a topic can put there: 64 bits, with a sign.
NUMBERS = [10**18, 2**63 - 1, -(2**63), -(10**15), round(LATEST.timestamp() * 1000) + 1]


@pytest.mark.parametrize("number", NUMBERS)
def test_an_answer_with_a_time_that_cannot_be_is_refused_and_kept(number: int, tmp_path: Path):
    world = World(tmp_path)
    stage = ResponsesStage(
        (), world.opener("hub"), world.sealer("hub"), POSTMARKS, REGIONS, lambda *_: None
    )
    accepted = Acceptance(incident_id=INCIDENT_ID, message_id=message_id(), at=EARLIEST)
    record = replace(arrived(world.answer(accepted)), timestamp_ms=number)
    with pytest.raises(Refused) as refused:
        list(stage.process(record, Context(StagedState(lambda _: None))))
    assert refused.value.code == "wrong_time"
    (entry,) = stage.refused(record, refused.value)
    assert CODEC.decode(entry.value or b"", Quarantined).at in {EARLIEST, LATEST}


@pytest.mark.parametrize(("number", "instant"), [(0, "1970-01-01"), (-1, "1969-12-31")])
def test_a_time_that_can_be_is_taken_as_it_is(number: int, instant: str):
    record = Record(Coordinates("police.incidents", 0, 0), None, None, (), number)
    assert record.sent_at == sent_at(number)
    assert f"{record.sent_at:%Y-%m-%d}" == instant
