"""The key store, on SQLite and on PostgreSQL: made once, found, destroyed for good."""

from __future__ import annotations

import shutil
import stat
import threading
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import select, text

from ketensluis.dossier_keys import reading
from ketensluis.dossier_keys.database import migrate
from ketensluis.dossier_keys.opening import key_store
from ketensluis.dossier_keys.store import KeyStore
from ketensluis.dossier_keys.tables import keys
from ketensluis.dossier_keys.tables import store as store_table
from ketensluis.envelope.keyring import DossierKey, Erased
from ketensluis.errors import KetensluisError, Refused, Unavailable
from ketensluis.runtime.settings import Settings

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = datetime(2031, 3, 1, 12, tzinfo=UTC)
RULE = "example-5-years"


def kek_ids(settings: Settings) -> list[str]:
    content = msgspec.json.decode((settings.home / "dossier-keys.kek").read_bytes())
    return [each["kek_id"] for each in content["keks"]]


def code_of(store: KeyStore, key: DossierKey) -> str:
    with pytest.raises(KetensluisError) as caught:
        store.key(key.key_id)
    return caught.value.code


def test_an_incident_has_one_key_which_every_program_finds(settings: Settings):
    one, other = key_store(settings), key_store(settings)
    key = one.key_for("A", AT)
    assert other.key_for("A", LATER) == key
    assert other.key(key.key_id) == key == one.key(key.key_id)
    assert len(key.secret) == 32
    assert one.key_for("B", AT).secret != key.secret


def test_keys_that_are_made_at_once_are_made_once(settings: Settings):
    store = key_store(settings)
    first = store.key_for("I3", AT)
    store.make([f"I{number % 7}" for number in range(20)], AT)
    found = [store.key_for(f"I{number}", LATER) for number in range(7)]
    assert found[3] == first
    assert len({each.key_id for each in found}) == 7
    store.make([f"I{number}" for number in range(7)], LATER)
    assert [store.key_for(f"I{number}", LATER) for number in range(7)] == found
    with store._engine.connect() as connection:
        assert len(connection.execute(select(keys)).all()) == 7


def test_programs_that_start_and_ask_at_once_get_one_key(settings: Settings):
    found: list[list[DossierKey]] = []

    def ask() -> None:
        store = key_store(settings)
        found.append([store.key_for(f"I{number}", AT) for number in range(20)])

    together = [threading.Thread(target=ask) for _ in range(4)]
    for each in together:
        each.start()
    for each in together:
        each.join()
    assert len(found) == 4
    assert all(each == found[0] for each in found)


def test_an_erased_key_is_refused_with_date_and_rule_and_others_are_not(settings: Settings):
    store = key_store(settings)
    gone, kept = store.key_for("A", AT), store.key_for("B", AT)
    assert store.erase(["A", "never-seen"], at=LATER, rule=RULE) == ["A"]
    for each in (store, key_store(settings)):
        with pytest.raises(Erased, match=f"on 2031-03-01 by rule {RULE}") as caught:
            each.key(gone.key_id)
        assert (caught.value.code, caught.value.at, caught.value.rule) == ("erased", LATER, RULE)
        assert each.key(kept.key_id) == kept == each.key_for("B", LATER)


def test_erasing_again_erases_nothing_and_says_so(settings: Settings):
    store = key_store(settings)
    store.key_for("A", AT)
    store.erase(["A"], at=AT, rule=RULE)
    before = kek_ids(settings)
    assert store.erase(["A"], at=LATER, rule="other") == []
    assert kek_ids(settings) == before


def test_what_comes_after_an_erasure_gets_another_key(settings: Settings):
    store = key_store(settings)
    gone = store.key_for("A", AT)
    store.erase(["A"], at=LATER, rule=RULE)
    new = store.key_for("A", LATER)
    assert new.key_id != gone.key_id
    assert new.secret != gone.secret
    assert key_store(settings).key(new.key_id) == new
    assert code_of(store, gone) == "erased"


def test_a_key_that_never_was_is_unknown(settings: Settings):
    assert code_of(key_store(settings), DossierKey("no-such", "A", b"")) == "unknown_key"


def test_an_erasure_elsewhere_is_noticed_when_it_is_looked_for(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "STALE_SECONDS", 3_600.0)
    reader = key_store(settings)
    gone, kept = reader.key_for("A", AT), reader.key_for("B", AT)
    reader.key(gone.key_id)
    key_store(settings).erase(["A"], at=LATER, rule=RULE)
    assert reader.key(gone.key_id) == gone  # within the time that is documented
    monkeypatch.setattr(reading, "STALE_SECONDS", 0.0)
    assert code_of(reader, gone) == "erased"
    assert reader.key(kept.key_id) == kept


def test_keys_that_are_fetched_at_once_are_those_that_are_found_one_by_one(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    store, other = key_store(settings), key_store(settings)
    found = [store.key_for(f"I{number}", AT) for number in range(6)]
    store.erase(["I4"], at=LATER, rule=RULE)
    other.fetch([*(each.key_id for each in found), "no-such-key"])
    monkeypatch.setattr(reading.KeyReader, "_read", None)  # nothing is read one by one
    kept = [*found[:4], found[5]]
    assert [other.key(each.key_id) for each in kept] == kept
    monkeypatch.undo()
    assert code_of(other, found[4]) == "erased"
    assert code_of(other, replace(found[4], key_id="no-such-key")) == "unknown_key"


def test_what_was_fetched_is_forgotten_when_it_was_erased_elsewhere(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(reading, "STALE_SECONDS", -1.0)
    store, other = key_store(settings), key_store(settings)
    keys_made = [store.key_for(f"I{number}", AT) for number in range(3)]
    other.fetch(each.key_id for each in keys_made)
    store.erase(["I1"], at=LATER, rule=RULE)
    other.fetch(each.key_id for each in keys_made)
    assert code_of(other, keys_made[1]) == "erased"
    assert other.key(keys_made[2].key_id) == keys_made[2]


def test_what_is_remembered_is_bounded(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(reading, "_MOST", 300)
    store = key_store(settings)
    made = [store.key_for(f"I{number}", AT) for number in range(20)]
    for _ in range(3):
        assert [store.key(each.key_id) for each in reversed(made)] == made[::-1]
    assert len(store._reader._rows) <= 300


def test_a_copy_of_the_database_from_before_an_erasure_opens_nothing(
    tmp_path: Path, settings: Settings
):
    store = key_store(settings)
    gone, kept = store.key_for("A", AT), store.key_for("B", AT)
    with store._engine.connect() as connection:
        rows = connection.execute(select(keys).order_by(keys.c.number)).all()
    (old,) = kek_ids(settings)
    assert [row.kek_id for row in rows] == [old, old]
    store.erase(["A"], at=LATER, rule=RULE)
    (new,) = kek_ids(settings)
    assert new != old
    assert store.key(kept.key_id) == kept
    with store._engine.begin() as connection:  # the back-up is put back, row by row
        connection.execute(text("DELETE FROM dossier_keys"))
        connection.execute(keys.insert(), [row._asdict() for row in rows])
    for each in (gone, kept):
        assert code_of(key_store(settings), each) == "kek_missing"


def test_sqlites_files_hold_nothing_of_an_erased_key(tmp_path: Path):
    store = key_store(Settings(home=tmp_path))
    gone = store.key_for("A", AT)
    store.key_for("B", AT)
    with store._engine.connect() as connection:
        wrapped = connection.execute(select(keys.c.wrapped).where(keys.c.incident_id == "A"))
        raw = wrapped.scalar_one()
    assert any(raw in path.read_bytes() for path in tmp_path.glob("dossier-keys.db*"))
    store.erase(["A"], at=LATER, rule=RULE)
    for path in tmp_path.iterdir():
        assert raw not in path.read_bytes()
        assert gone.secret not in path.read_bytes()


def test_a_row_that_was_made_another_incidents_is_refused(settings: Settings):
    store = key_store(settings)
    key = store.key_for("A", AT)
    with store._engine.begin() as connection:
        connection.execute(keys.update().values(incident_id="B"))
    with pytest.raises(Refused) as caught:
        store.key(key.key_id)
    assert caught.value.code == "bad_key_row"


def test_a_damaged_row_stops_an_erasure_before_anything_is_erased(settings: Settings):
    store = key_store(settings)
    key = store.key_for("A", AT)
    store.key_for("B", AT)
    with store._engine.begin() as connection:
        connection.execute(keys.update().where(keys.c.incident_id == "B").values(wrapped=b"x" * 72))
    with pytest.raises(Refused) as caught:
        store.erase(["A"], at=LATER, rule=RULE)
    assert caught.value.code == "bad_key_row"
    assert key_store(settings).key(key.key_id) == key


def test_without_the_file_of_the_kek_no_other_is_made_in_its_place(settings: Settings):
    key_store(settings).key_for("A", AT)
    (settings.home / "dossier-keys.kek").rename(settings.home / "elsewhere")
    with pytest.raises(Unavailable) as caught:
        key_store(settings).key_for("B", AT)
    assert caught.value.code == "kek_missing"
    assert not (settings.home / "dossier-keys.kek").exists()


def test_the_kek_of_another_store_is_refused_and_left_alone(settings: Settings, tmp_path: Path):
    key_store(settings).key_for("A", AT)
    other = Settings(home=tmp_path / "other")
    key_store(other).key_for("A", AT)
    shutil.copy(other.home / "dossier-keys.kek", settings.home / "dossier-keys.kek")
    with pytest.raises(Unavailable) as caught:
        key_store(settings).key_for("B", AT)
    assert caught.value.code == "other_store"


def test_an_empty_database_does_not_take_over_the_kek_of_another(tmp_path: Path):
    kek = tmp_path / "shared.kek"
    one = key_store(Settings(home=tmp_path / "one", keys_kek=kek))
    key = one.key_for("A", AT)
    with pytest.raises(KetensluisError) as caught:
        key_store(Settings(home=tmp_path / "two", keys_kek=kek)).key_for("A", AT)
    assert caught.value.code == "other_store"
    assert key_store(Settings(home=tmp_path / "one", keys_kek=kek)).key(key.key_id) == key


def test_a_kek_that_cannot_be_read_is_waited_for_and_nothing_is_refused_meanwhile(
    settings: Settings,
):
    key = key_store(settings).key_for("A", AT)
    file = settings.home / "dossier-keys.kek"
    sound = file.read_bytes()
    file.write_bytes(b"no JSON")
    with pytest.raises(Unavailable) as caught:
        key_store(settings).key(key.key_id)
    assert caught.value.code == "bad_kek"
    file.write_bytes(sound)
    assert key_store(settings).key(key.key_id) == key


def test_a_backup_of_the_database_takes_no_kek_from_the_file(settings: Settings, tmp_path: Path):
    """An erasure that was killed leaves two KEKs, both in use soon: a back-up knows of one."""
    live = key_store(settings)
    first = live.key_for("A", AT)
    early = tmp_path / "early"
    early.mkdir()
    with live._engine.connect() as connection:
        store_id, erasures = connection.execute(text("SELECT * FROM key_store")).one()
    live._kek.renew(store_id, erasures + 1)  # and killed
    second = key_store(settings).key_for("B", AT)
    assert len(kek_ids(settings)) == 2
    copy = Settings(home=early, keys_kek=settings.home / "dossier-keys.kek")
    empty = key_store(copy)
    migrate(empty._engine)
    with empty._engine.begin() as connection:
        connection.execute(store_table.insert().values(store_id=store_id, erasures=erasures))
    empty.key_for("C", AT)  # opened, and so tidied
    again = key_store(settings)
    assert [again.key(each.key_id) for each in (first, second)] == [first, second]


def test_nobody_else_may_read_the_file_of_the_kek(settings: Settings):
    store = key_store(settings)
    store.key_for("A", AT)
    store.erase(["A"], at=LATER, rule=RULE)
    assert stat.S_IMODE((settings.home / "dossier-keys.kek").stat().st_mode) == 0o600


def test_keys_that_are_made_while_others_are_erased_all_stay(settings: Settings):
    """Were a key wrapped by a KEK that is being destroyed, it would be lost."""
    store, made = key_store(settings), list[DossierKey]()
    for number in range(10):
        store.key_for(f"old{number}", AT)

    def make() -> None:
        own = key_store(settings)
        made.extend(own.key_for(f"new{number}", AT) for number in range(40))

    maker = threading.Thread(target=make)
    maker.start()
    for number in range(10):
        assert store.erase([f"old{number}"], at=LATER, rule=RULE) == [f"old{number}"]
    maker.join()
    assert len(made) == 40
    again = key_store(settings)
    assert [again.key(each.key_id) for each in made] == made
    assert len(kek_ids(settings)) == 1
