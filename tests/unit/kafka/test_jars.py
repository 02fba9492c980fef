"""The jars: fetched whole or not at all, only if they are what the lock says."""

from __future__ import annotations

import hashlib
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ketensluis.errors import KetensluisError, Unavailable
from ketensluis.kafka import jars as module
from ketensluis.kafka.jars import Jar, default_cache, jars, locked

CONTENT = {"first": b"one", "second": b"two"}
WANTED = tuple(
    Jar("org.example", name, "1.0", hashlib.sha256(content).hexdigest())
    for name, content in CONTENT.items()
)


class Central:
    """Stands where Maven Central is: gives the content, as often as asked."""

    def __init__(self, content: dict[str, bytes], folder: Path) -> None:
        self.content = content
        self.folder = folder
        self.asked = 0
        self.together = threading.Barrier(1)

    def download(self, *coordinates: str) -> Path:
        artifact = coordinates[2]
        self.asked += 1
        self.together.wait(timeout=30)
        if artifact not in self.content:
            raise Unavailable("kafka_jars_unavailable", f"{artifact} could not be fetched")
        file = self.folder / f"{artifact}-{threading.get_ident()}"
        file.write_bytes(self.content[artifact])
        return file


@pytest.fixture
def central(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Central:
    (tmp_path / "central").mkdir()
    made = Central(dict(CONTENT), tmp_path / "central")
    monkeypatch.setattr(module, "locked", lambda: WANTED)
    monkeypatch.setattr(module, "_download", made.download)
    return made


def quiet(done: int, total: int) -> None:
    """Progress that nobody looks at."""


def test_the_lock_names_one_version_of_kafka_and_of_every_other_jar():
    names = [jar.artifact for jar in locked()]
    assert len(names) == len(set(names))
    versions = {jar.version for jar in locked() if jar.group == "org.apache.kafka"}
    assert versions == {"4.3.1"}
    assert all(len(jar.sha256) == 64 for jar in locked())


def test_after_the_first_use_nothing_is_fetched_and_nothing_shown(tmp_path: Path, central: Central):
    shown: list[tuple[int, int]] = []
    first = jars(tmp_path / "cache", lambda done, total: shown.append((done, total)))
    assert [path.read_bytes() for path in first] == [b"one", b"two"]
    assert shown == [(0, 2), (1, 2), (2, 2)]
    central.content.clear()
    assert jars(tmp_path / "cache", lambda done, total: shown.append((done, total))) == first
    assert len(shown) == 3
    assert central.asked == 2


def test_a_jar_with_other_bytes_than_the_lock_says_is_refused_and_not_kept(
    tmp_path: Path, central: Central
):
    central.content["second"] = b"two, and something else"
    with pytest.raises(KetensluisError, match=r"second-1\.0\.jar") as altered:
        jars(tmp_path / "cache", quiet)
    assert altered.value.code == "kafka_jar_altered"
    assert not list((tmp_path / "cache").iterdir())


def test_a_fetch_that_breaks_off_leaves_nothing_and_the_next_one_succeeds(
    tmp_path: Path, central: Central
):
    second = central.content.pop("second")
    with pytest.raises(Unavailable):
        jars(tmp_path / "cache", quiet)
    assert not list((tmp_path / "cache").iterdir())
    central.content["second"] = second
    assert all(path.is_file() for path in jars(tmp_path / "cache", quiet))


def test_two_first_uses_at_once_both_get_all_jars(tmp_path: Path, central: Central):
    central.together = threading.Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda _: jars(tmp_path / "cache", quiet), range(2)))
    assert both[0] == both[1]
    assert [path.read_bytes() for path in both[0]] == [b"one", b"two"]
    assert len(list((tmp_path / "cache").iterdir())) == 1


def test_a_jar_that_was_deleted_is_fetched_again(tmp_path: Path, central: Central):
    found = jars(tmp_path / "cache", quiet)
    found[1].unlink()
    assert jars(tmp_path / "cache", quiet)[1].read_bytes() == b"two"
    shutil.rmtree(found[0].parent)
    assert jars(tmp_path / "cache", quiet)[0].read_bytes() == b"one"


def test_the_cache_is_where_the_environment_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.delenv("KETENSLUIS_CACHE", raising=False)
    monkeypatch.setattr(module.sys, "platform", "linux")
    assert default_cache() == tmp_path / "ketensluis"
    monkeypatch.setenv("KETENSLUIS_CACHE", str(tmp_path / "chosen"))
    assert default_cache() == tmp_path / "chosen"
