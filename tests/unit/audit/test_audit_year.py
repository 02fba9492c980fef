"""The audit of a national year: nothing is found in an untouched one, and one change is."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from benchmarks._audited_year import AuditedYear
from benchmarks.audit import audit_of


def year_of(incidents: int, folder: Path) -> AuditedYear:
    year = AuditedYear(incidents, folder)
    year.journal()
    return year


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> AuditedYear:
    return year_of(350, tmp_path_factory.mktemp("year"))


def test_on_an_untouched_log_of_a_year_nothing_is_found(year: AuditedYear):
    report = audit_of(year, {}).report
    assert report.findings == ()
    assert report.counts["incident records"] == 350
    assert report.log.size > 4_000


@pytest.mark.soak
@pytest.mark.timeout(1_800)
def test_on_an_untouched_log_of_a_national_year_nothing_is_found(tmp_path: Path):
    report = audit_of(year_of(71_000, tmp_path), {}).report
    assert report.findings == ()
    assert report.counts["incident records"] == 71_000


def test_one_altered_record_in_a_year_is_found_and_nothing_else(year: AuditedYear):
    records = list(year.records())
    altered = records[2_345] = replace(records[2_345], value=b"another")
    found = audit_of(year, {}, records).report.findings
    assert ("altered_record", str(altered.coordinates)) in {(f.code, f.place) for f in found}
    assert {f.place for f in found} == {str(altered.coordinates)}


def test_a_record_that_is_gone_from_a_year_is_found_at_its_place(year: AuditedYear):
    records = list(year.records())
    gone = records.pop(0)
    found = audit_of(year, {}, records).report.findings
    assert {f.code for f in found} == {"entry_without_record", "no_record"}
    assert str(gone.coordinates) in {f.place for f in found}
