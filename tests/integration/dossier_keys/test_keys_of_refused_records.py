"""Records that are refused have keys of their own; those of one batch are made at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine, event

from ketensluis.envelope.pki import make_demo_pki
from ketensluis.envelope.refusal import unsealed_entry
from ketensluis.model.messages import Quarantined
from ketensluis.model.party import DOSSIER_LINKS, HUB
from ketensluis.model.record import Coordinates, Record
from ketensluis.runtime.batch import Batch
from ketensluis.runtime.clock import milliseconds
from ketensluis.runtime.settings import Settings
from ketensluis.runtime.wiring import post_of
from services.dossiers.process import DossiersStage

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


@contextmanager
def insertions(table: str) -> Iterator[list[str]]:
    """The insertions into that table meanwhile, each one question to the database."""
    found: list[str] = []

    def look(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(f"INSERT INTO {table}"):
            found.append(statement)

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", look)


def test_the_keys_of_a_batchs_refused_records_are_made_by_one_question(settings: Settings):
    make_demo_pki(settings.home / "pki", [HUB], AT)
    post = post_of(settings, HUB)
    assert post.sealer.keyring is not None
    stage = DossiersStage(post.opener, post.sealer, post.codec)
    batch = Batch(stage, {}.get, largest=lambda _: 10_000, report=lambda *_: None)
    for offset in range(40):
        place = Coordinates(DOSSIER_LINKS, 0, offset)
        batch.take(Record(place, b"x", b"bad %d" % offset, (), milliseconds(AT)))
    with insertions("dossier_keys") as made:
        for _ in batch.close():
            pass
    assert len(made) == 1

    entries = [post.codec.decode(each.value or b"", Quarantined) for each in batch.outputs]
    assert len({each.key_id for each in entries}) == 40
    opened = [unsealed_entry(each, post.sealer.keyring) for each in entries]
    assert [each.value for each in opened] == [b"bad %d" % offset for offset in range(40)]
