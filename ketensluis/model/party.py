"""Who takes part, by name, and the topics that carry their mail.

A party is written `vt:<region>`, `om:<office>`, `police:<unit>` or `hub`; a region is named
as in `reference/gemeenten.csv`, an office and a unit are the police unit's name in lower
case with hyphens. Other recipients are written as their agreement names them.
"""

from __future__ import annotations

from functools import lru_cache

__all__ = [
    "CHECKPOINTS",
    "CONTROL_TOTALS",
    "COSIGNATURES",
    "DOSSIER_LINKS",
    "DOSSIER_MEMORY",
    "HISTORY",
    "HUB",
    "INCIDENTS",
    "JOURNAL_ENTRIES",
    "LEDGER_ALARMS",
    "LEDGER_CASES",
    "LEDGER_EVENTS",
    "OVERRIDES",
    "PROCESSING_LOG",
    "QUARANTINE",
    "REMOVALS",
    "REQUESTS",
    "feedback_topic",
    "is_party",
    "mail_topic",
    "party",
    "responses_topic",
    "slug",
]

HUB = "hub"
INCIDENTS = "police.incidents"
CONTROL_TOTALS = "police.control-totals"
OVERRIDES = "police.overrides"
REQUESTS = "disclosure.requests"
HISTORY = "disclosure.history"
DOSSIER_LINKS = "dossier.links"
DOSSIER_MEMORY = "dossier.memory"
LEDGER_EVENTS = "ledger.events"
LEDGER_CASES = "ledger.cases"
LEDGER_ALARMS = "ledger.alarms"
JOURNAL_ENTRIES = "journal.entries"
CHECKPOINTS = "journal.checkpoints"
COSIGNATURES = "journal.cosignatures"
PROCESSING_LOG = "processing.log"
QUARANTINE = "quarantine"
REMOVALS = "retention.removals"


@lru_cache(maxsize=1_024)  # of units, offices and regions, which are few and no personal data
def slug(name: str) -> str:
    """The name in lower case with hyphens, as it stands in topics and parties."""
    return name.strip().lower().replace(" ", "-")


def party(kind: str, name: str) -> str:
    """The party's name, e.g. `party("om", "Oost-Nederland")` is `om:oost-nederland`."""
    return f"{kind}:{slug(name)}"


def is_party(text: str) -> bool:
    """Whether the text has the form of a party's name."""
    kind, colon, name = text.partition(":")
    return text == HUB or bool(colon and kind and name and name == slug(name))


def mail_topic(recipient: str) -> str:
    """The topic of a recipient's mail: `referrals.<region>`, `notices.om.<office>`, else
    `disclosures.<kind>.<name>`.
    """  # noqa: D205 - three forms do not fit one line
    kind, _, name = recipient.partition(":")
    match kind:
        case "vt":
            return f"referrals.{name}"
        case "om":
            return f"notices.om.{name}"
        case _:
            return f"disclosures.{kind}.{name}"


def responses_topic(sender: str) -> str:
    """The topic on which a party answers: `responses.<kind>.<name>`."""
    return f"responses.{sender.replace(':', '.')}"


def feedback_topic(unit: str) -> str:
    """The topic on which a police unit hears back: `feedback.police.<unit>`."""
    return f"feedback.police.{slug(unit)}"
