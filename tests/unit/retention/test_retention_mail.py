"""Up to where a mail topic may be emptied: to the first record that must stay, and no further."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ketensluis.model.resources import resource
from ketensluis.retention.mail import Letter, removable
from ketensluis.retention.rules import load_retention

RETENTION = load_retention(resource("reference"))
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LONG_AGO, LATELY = NOW - timedelta(days=500), NOW - timedelta(days=5)


def letter(offset: int, **fields: object) -> Letter:
    done = Letter(offset, "referral", f"m{offset}", "PL0900-1", LONG_AGO, LONG_AGO, True, True)  # noqa: FBT003
    return done._replace(**fields)


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        ({"received_at": None}, "not_received"),
        ({"received_at": LATELY}, "within_term"),
        ({"handled": False}, "open_obligation"),
        ({"journalled": False}, "not_journalled"),
        ({"message": "receipt", "handled": False}, "not_on_ledger"),
        ({"message": "unheard-of"}, "no_term"),
    ],
)
def test_a_partition_is_emptied_up_to_the_first_record_that_must_stay(
    kept: dict[str, object], reason: str
):
    found = removable([letter(3), letter(4), letter(7, **kept), letter(8)], RETENTION, NOW)
    assert (found.up_to, found.messages, found.reason) == (5, ("m3", "m4"), reason)
    assert found.rules == ("mail-after-receipt",)


def test_an_empty_partition_and_one_of_which_nothing_stays_need_no_reason():
    assert removable([], RETENTION, NOW).reason is None
    whole = removable([letter(3), letter(5)], RETENTION, NOW)
    assert (whole.up_to, whole.reason) == (6, None)
