"""A report: each finding answers a question, the page says so, and the signature holds."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from ketensluis.audit.findings import MEANINGS, Findings, Window
from ketensluis.audit.page import as_page
from ketensluis.audit.report import CHECKS, LogState, Report, Seen, report_of
from ketensluis.audit.signing import check_signature, sign_report
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.errors import Refused

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
LOG = LogState("log.example", 1_234, "ab" * 32, 2, (Seen("vt:twente", AT), Seen("police", AT)))


def report(*codes: str) -> Report:
    findings = Findings(Window(None, None, AT))
    for number, code in enumerate(codes):
        findings.add(code, f"ledger.events[0]@{number}", f"<b>{code}</b> & so on")
    counts = {"incident records": 71_000}
    return report_of(findings, made_by="hub", log=LOG, counts=counts, since=None, until=None)


def test_every_kind_of_finding_answers_exactly_one_question():
    asked = [code for codes in CHECKS.values() for code in codes]
    assert sorted(asked) == sorted(MEANINGS)


@pytest.mark.parametrize("code", MEANINGS)
def test_a_finding_makes_its_question_fail_and_no_other(code: str):
    failed = [check for check in report(code).checks if not check.holds]
    assert [(code in CHECKS[check.question], check.findings) for check in failed] == [(True, 1)]


def test_the_page_of_an_audit_without_findings_says_so():
    page = as_page(report())
    assert "All of it holds." in page
    assert page.count(">holds<") == len(CHECKS)
    assert "71,000" in page
    assert "vt:twente, 02-03-2026 13:00" in page


def test_the_page_names_what_was_found_and_lets_nothing_through_as_markup():
    page = as_page(report("no_decision", *["altered_record"] * 60))
    assert "61" in re.sub(r"<[^>]+>", "", page)
    assert "&lt;b&gt;no_decision&lt;/b&gt; &amp; so on" in page
    assert "<b>" not in page
    assert "and 10 more, in the JSON report" in page
    assert page.index("<code>no_decision</code>") < page.index("<code>altered_record</code>")


def test_the_same_found_twice_is_one_finding():
    findings = Findings(Window(None, None, AT))
    for _ in range(2):
        findings.add("no_decision", "police.incidents[0]@1")
    made = report_of(findings, made_by="hub", log=LOG, counts={}, since=None, until=None)
    assert len(made.findings) == 1


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pki")
    make_demo_pki(folder, ("hub", "police"), AT)
    return folder


def test_a_signed_report_holds_and_says_by_whom_and_when(pki: Path):
    content = msgspec.json.encode(report())
    signature = sign_report(content, Identity.load(pki, "police"), AT)
    assert signature.split(".")[1] == ""
    assert check_signature(content, signature, Directory.load(pki)) == ("police", AT)


@pytest.mark.parametrize("part", ["content", "signature", "head", "body"])
def test_a_report_or_signature_that_was_altered_is_refused(pki: Path, part: str):
    content = msgspec.json.encode(report())
    other = msgspec.json.encode(report("no_decision"))
    made = sign_report(content, Identity.load(pki, "hub"), AT)
    head, _, signature = made.split(".")
    forged = {
        "content": made,
        "signature": f"{head}..{signature[:-4]}AAAA",
        "head": f"{head[:-4]}AAAA..{signature}",
        "body": f"{head}.AAAA.{signature}",
    }[part]
    with pytest.raises(Refused, match="bad_signature"):
        check_signature(other if part == "content" else content, forged, Directory.load(pki))


def test_the_page_on_evidence_tells_of_every_question_and_of_every_finding():
    page = (Path(__file__).parents[3] / "docs" / "explanation" / "evidence.md").read_text()
    table = page.partition("| it asks whether | and otherwise finds |\n")[2].partition("\n\n")[0]
    rows = [row.strip("|").split("|") for row in table.splitlines()[1:]]
    told = {one.strip(): tuple(re.findall(r"`(\w+)`", other)) for one, other in rows}
    assert told == dict(CHECKS)
