"""The lines of the balance sheet: what each one counts, and of which line it is a part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ketensluis.errors import KetensluisError
from ketensluis.model.ledger import Case

__all__ = ["BESIDE", "LINES", "Line", "line_explained", "lines_of"]


@dataclass(frozen=True, slots=True)
class Line:
    """A line: its name, the line that it is a part of, its label, and what it means."""

    name: str
    of: str | None
    label: str
    means: str


LINES = (
    Line(
        "registered", None, "registered",
        "Obligations: one for each incident and each recipient that it may be owed to.",
    ),
    Line(
        "undecided", "registered", "undecided (suspected)",
        "Signs of domestic violence without the police's label: a person must look.",
    ),
    Line(
        "decided", "registered", "decided",
        "The hub decided on it, by an agreement in force or by the lack of one.",
    ),
    Line("held", "decided", "held", "Decided, and nothing left: on hold, or refused."),
    Line(
        "on_hold", "held", "on hold",
        "For the investigation, for somebody's safety, or in the restricted class.",
    ),
    Line(
        "refused", "held", "refused",
        "No agreement in force lets it through, or its data are incomplete.",
    ),
    Line("not_required", "decided", "not required", "Nothing is owed to this recipient."),
    Line(
        "not_owed", "not_required", "not owed",
        "Not domestic violence, withdrawn before anyone was told, or a duplicate.",
    ),
    Line(
        "moved", "not_required", "moved elsewhere",
        "A correction made it another recipient's before anything was sent.",
    ),
    Line("sent", "decided", "sent", "A message left for the recipient."),
    Line(
        "awaiting_receipt", "sent", "awaiting receipt",
        "No receipt of the message in force: nobody knows that it arrived.",
    ),
    Line(
        "silent", "awaiting_receipt", "no answer at all",
        "Neither a receipt nor any other answer to the message in force.",
    ),
    Line(
        "answered_unreceipted", "awaiting_receipt", "answered without receipt",
        "The recipient answered, and its receipt is missing; it is not inferred.",
    ),
    Line("received", "sent", "received", "A signed receipt of the message in force is here."),
    Line(
        "awaiting_answer", "received", "awaiting answer",
        "Received, neither accepted nor rejected; the dossier is still its sender's.",
    ),
    Line("rejected", "received", "rejected", "The recipient does not take it."),
    Line(
        "rejected_open", "rejected", "to be settled",
        "With its sender again, who completes it or sends it where it belongs.",
    ),
    Line(
        "rerouted", "rejected", "sent elsewhere",
        "Another recipient was sent it instead; that leg is counted by itself.",
    ),
    Line("accepted", "received", "accepted", "The recipient has taken the dossier over."),
    Line(
        "awaiting_assessment", "accepted", "not assessed",
        "Accepted without a safety assessment (OM gives none).",
    ),
    Line("assessed", "accepted", "assessed", "Veilig Thuis has assessed the safety."),
)  # fmt: skip

# Counted beside the tree: feedback, for one, may come with or without an assessment.
BESIDE = {
    "fed_back": "Obligations on which the police heard something back, be it procedural.",
    "closed": "Obligations that the recipient has ended.",
    "overdue": "Obligations with at least one clock that has run out.",
    "quarantined": "Records that were refused and lie in quarantine with their reason.",
    "incidents": "Incidents with at least one obligation.",
    "closed_incidents": "Incidents of which nobody owes anything to anyone any more.",
    "reasons": "Obligations of which nothing left, by the reason on record.",
    "unmatched": "Answers by somebody who was sent nothing: no case shows them; a person looks.",
    "unaccounted": "What the books do not explain. It must be 0.",
}
_EXPLAINED = {**{line.name: line.means for line in LINES}, **BESIDE}


def line_explained(name: str) -> str:
    """What the line counts, in words.

    Raises:
        KetensluisError: `unknown_line`.
    """
    if name not in _EXPLAINED:
        raise KetensluisError(
            "unknown_line", f"the balance has no line {name!r}", f"one of {', '.join(_EXPLAINED)}"
        )
    return _EXPLAINED[name]


def lines_of(case: Case) -> Iterator[str]:
    """The lines on which the case is counted, from the top down: one at each level."""
    yield "registered"
    if case.sent_at is not None:
        yield "decided"
        yield "sent"
        yield from _answered(case)
    elif case.state == "undecided":
        yield "undecided"
    else:
        yield "decided"
        match case.state:
            case "held" | "refused":
                yield "held"
                yield "on_hold" if case.state == "held" else "refused"
            case "rerouted":
                yield "not_required"
                yield "moved"
            case _:
                yield "not_required"
                yield "not_owed"
    if case.fed_back_at is not None:
        yield "fed_back"
    if case.closed_at is not None and case.sent_at is not None:
        yield "closed"


def _answered(case: Case) -> Iterator[str]:
    if case.received_at is None:
        yield "awaiting_receipt"
        answered = case.accepted_at or case.rejected_at or case.assessed_at or case.fed_back_at
        yield "answered_unreceipted" if answered else "silent"
        return
    yield "received"
    if case.accepted_at is not None:
        yield "accepted"
        yield "assessed" if case.assessed_at is not None else "awaiting_assessment"
    elif case.rejected_at is not None:
        yield "rejected"
        yield "rerouted" if case.state == "rerouted" else "rejected_open"
    else:
        yield "awaiting_answer"
