"""The region map: as of a date, along successors, and its faults by file and line."""

from datetime import date
from pathlib import Path

import pytest

from ketensluis.errors import KetensluisError, Refused
from ketensluis.model.regions import RegionMap, load_regions
from ketensluis.model.resources import resource

HEADER = (
    "gemeentecode,gemeente,geldig_vanaf,geldig_tot,opgevolgd_door,"
    "veiligheidsregio,politie_eenheid,vt_regio"
)


@pytest.fixture(scope="module")
def regions() -> RegionMap:
    return load_regions(resource("reference"))


def a_map(folder: Path, *rows: str) -> RegionMap:
    (folder / "gemeenten.csv").write_text("\n".join((HEADER, *rows)), encoding="utf-8")
    return load_regions(folder)


def test_map_holds_ten_units_and_twenty_six_regions(regions: RegionMap):
    assert len(regions.units) == len(regions.offices) == 10
    assert len(regions.regions) == 26
    assert "om:oost-nederland" in regions.offices


def test_heusden_has_a_region_other_than_its_units_neighbours(regions: RegionMap):
    code = regions.code_of("heusden", date(2026, 1, 1))
    found = regions.municipality(code, date(2026, 1, 1)).municipality
    assert (found.unit, found.region) == ("Oost-Brabant", "midden-brabant")


@pytest.mark.parametrize(
    ("on", "region", "notes"),
    [
        (date(2022, 3, 23), "gooi-en-vechtstreek", ()),
        (date(2022, 3, 24), "amsterdam-amstelland", ("GM0457 ceased 2022-03-24, read as GM0363",)),
        (
            date(2019, 5, 1),
            "gooi-en-vechtstreek",
            ("GM0457 is not in the map before 2021-01-01, read as of then",),
        ),
    ],
)
def test_ceased_municipality_counts_until_its_last_day_and_then_its_successor(
    regions: RegionMap, on: date, region: str, notes: tuple[str, ...]
):
    located = regions.municipality("GM0457", on)
    assert (located.municipality.region, located.notes) == (region, notes)


def test_successors_are_followed_to_the_end_and_each_is_recorded(tmp_path: Path):
    regions = a_map(
        tmp_path,
        "GM0001,A,2021-01-01,2022-01-01,GM0002,VR01,U,old",
        "GM0002,B,2021-01-01,2023-01-01,GM0003,VR01,U,old",
        "GM0003,C,2023-01-01,,,VR01,U,new",
    )
    located = regions.municipality("GM0001", date(2023, 6, 1))
    assert located.municipality.code == "GM0003"
    assert located.notes == (
        "GM0001 ceased 2022-01-01, read as GM0002",
        "GM0002 ceased 2023-01-01, read as GM0003",
    )
    assert regions.municipality("GM0001", date(2022, 6, 1)).municipality.code == "GM0002"


def test_municipality_that_changes_region_has_the_region_of_the_day(tmp_path: Path):
    regions = a_map(
        tmp_path,
        "GM0001,A,2024-01-01,,,VR01,U,new",
        "GM0001,A,2021-01-01,2024-01-01,,VR01,U,old",
    )
    assert regions.municipality("GM0001", date(2023, 12, 31)).municipality.region == "old"
    assert regions.municipality("GM0001", date(2024, 1, 1)).municipality.region == "new"


def test_municipality_that_never_existed_is_refused(regions: RegionMap):
    with pytest.raises(Refused) as caught:
        regions.municipality("GM9999", date(2026, 1, 1))
    assert caught.value.code == "unknown_municipality"
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("GM0001,A,2021-01-01,,,VR01,U", ":2: 7 fields"),
        ("GM001,A,2021-01-01,,,VR01,U,r", ":2: gemeentecode"),
        ("GM0001,A,2021-02-30,,,VR01,U,r", ":2: geldig_vanaf"),
        ("GM0001,A,2021-01-01,2021-01-01,,VR01,U,r", ":2: geldig_tot"),
        ("GM0001,A,2021-01-01,2022-01-01,,VR01,U,r", "without opgevolgd_door"),
        ("GM0001,A,2021-01-01,2022-01-01,GM0009,VR01,U,r", "GM0009 is not in the map"),
        ("GM0001,A,2021-01-01,2022-01-01,GM0001,VR01,U,r", "circle"),
        ("GM0001,A,2021-01-01,,GM0001,VR01,U,r", "without geldig_tot"),
        ("GM0001,,2021-01-01,,,VR01,U,r", ":2: gemeente is empty"),
        ("GM0001,A,2021-01-01,,,VR01,U,R region", ":2: vt_regio"),
        (
            "GM0001,A,2021-01-01,,,VR01,U,r\nGM0001,A,2022-01-01,,,VR01,U,r",
            ":3: GM0001 overlaps",
        ),
        ('"GM0001,A,2021-01-01,,,VR01,U,r', "gemeenten.csv:2: "),
    ],
)
def test_faulty_map_is_named_by_file_and_line(tmp_path: Path, row: str, said: str):
    with pytest.raises(KetensluisError) as caught:
        a_map(tmp_path, row)
    assert caught.value.code == "bad_reference"
    assert "gemeenten.csv:" in caught.value.sentence
    assert said in caught.value.sentence


def test_missing_or_headless_map_is_named(tmp_path: Path):
    with pytest.raises(KetensluisError, match="cannot be read"):
        load_regions(tmp_path)
    (tmp_path / "gemeenten.csv").write_text("", encoding="utf-8")
    with pytest.raises(KetensluisError, match=":1: the header"):
        load_regions(tmp_path)
