"""Paths, widths and bundles, as C2SP tlog-tiles writes them."""

from __future__ import annotations

import pytest
from made_log import log_of

from ketensluis.errors import KetensluisError
from ketensluis.journal.growing import Growing
from ketensluis.journal.tiles import bundle, entries_path, tile_path, tiles_of, unbundle


@pytest.mark.parametrize(
    ("level", "index", "width", "path"),
    [
        (0, 0, 256, "tile/0/000"),
        (1, 999, 256, "tile/1/999"),
        (0, 1000, 256, "tile/0/x001/000"),
        (0, 1234067, 256, "tile/0/x001/x234/067"),
        (2, 5, 17, "tile/2/005.p/17"),
        (63, 1000000, 255, "tile/63/x001/x000/000.p/255"),
    ],
)
def test_a_tile_lies_where_the_specification_says(level: int, index: int, width: int, path: str):
    assert tile_path(level, index, width) == path


def test_entries_lie_beside_the_tiles():
    assert entries_path(1234067, 8) == "tile/entries/x001/x234/067.p/8"


def test_a_log_of_70000_has_the_tiles_of_the_specifications_example():
    tiles = dict(tiles_of(70_000))
    assert sum(path.startswith("tile/0/") and ".p/" not in path for path in tiles) == 273
    assert tiles["tile/0/273.p/112"] == 112
    assert tiles["tile/1/000"] == 256
    assert tiles["tile/1/001.p/17"] == 17
    assert tiles["tile/2/000.p/1"] == 1
    assert len(tiles) == 273 + 4


def test_a_log_of_256_has_a_full_tile_and_a_part_of_one_above_it():
    assert dict(tiles_of(256)) == {"tile/0/000": 256, "tile/1/000.p/1": 1}


def test_a_bundle_gives_its_entries_back():
    entries = [b"", b"one", b"x" * 65_535]
    assert unbundle(bundle(entries)) == entries


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_a_bundle_that_was_cut_off_is_not_read(cut: int):
    with pytest.raises(KetensluisError, match="bad_bundle"):
        unbundle(bundle([b"one", b"two"])[:-cut])


def test_a_tile_of_another_length_is_not_read():
    log = log_of(300)
    log.files["tile/0/000"] += b"x"
    with pytest.raises(KetensluisError, match="bad_tile"):
        log.inclusion(0)


def test_an_edge_whose_entries_are_not_those_hashed_is_not_resumed():
    log = log_of(10)
    log.files["tile/entries/000.p/10"] = log.files["tile/entries/000.p/10"].replace(b"6", b"7")
    with pytest.raises(KetensluisError, match="bad_bundle"):
        Growing.resumed(10, log.fetch)
