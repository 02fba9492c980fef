"""The balance as an accountant writes it: parts indented under their sum, differences named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ketensluis.ledger.balance import Balance
from ketensluis.ledger.sheet import LINES, Line, line_explained

__all__ = ["as_json", "as_text"]

_WIDTH = 44
_MOST_NAMED = 20


def as_text(
    title: str, sheet: Balance, parts: Mapping[str, Balance] | None = None, *, explain: bool = False
) -> str:
    """The sheet, and, where given, one line for each part of it (a region, a unit, a month)."""
    lines = [title, "=" * len(title), *_tree(sheet, explain=explain), ""]
    lines += _beside(sheet, explain=explain)
    if sheet.reasons:
        lines += ["", "not sent, by reason", *_means("reasons", explain=explain)]
        lines += [_row(f"  {reason}", count) for reason, count in sorted(sheet.reasons.items())]
    if parts:
        lines += ["", *_table(parts)]
    if sheet.unmatched:
        lines += ["", *_means("unmatched", explain=explain)]
        lines += _named("answers to nothing that was sent", sheet.unmatched)
    unexplained = [(each.incident_id, each.recipient, each.reason) for each in sheet.unaccounted]
    lines += ["", *_means("unaccounted", explain=explain), *_named("unaccounted", unexplained)]
    return "\n".join(lines) + "\n"


def as_json(sheet: Balance, parts: Mapping[str, Balance] | None = None) -> dict[str, Any]:
    """The same as plain data: totals, every line, reasons, and what is unaccounted for."""
    told: dict[str, Any] = {
        **sheet.totals(),
        "closed_incidents": sheet.closed_incidents,
        "lines": {line.name: sheet[line.name] for line in LINES},
        "reasons": dict(sorted(sheet.reasons.items())),
        "unaccounted_items": [
            {
                "incident_id": each.incident_id,
                "recipient": each.recipient,
                "reason": each.reason,
            }
            for each in sheet.unaccounted
        ],
        "unmatched_answers": [
            {"incident_id": incident, "sender": sender, "message_id": message}
            for incident, sender, message in sheet.unmatched
        ],
        "holds": sheet.holds,
    }
    if parts is not None:
        told["parts"] = {name: part.totals() for name, part in parts.items()}
    return told


def _tree(sheet: Balance, *, explain: bool) -> Iterator[str]:
    for line in LINES:
        indent = "  " * _depth(line)
        yield _row(f"{indent}{line.label}", sheet[line.name])
        if explain:
            yield f"{indent}    {line.means}"


def _beside(sheet: Balance, *, explain: bool) -> Iterator[str]:
    for name, label, count in (
        ("fed_back", "fed back", sheet["fed_back"]),
        ("closed", "closed", sheet["closed"]),
        ("overdue", "overdue", sheet["overdue"]),
        ("quarantined", "records in quarantine", sheet.quarantined),
        ("incidents", "incidents", sheet.incidents),
        ("closed_incidents", "  of which every obligation is settled", sheet.closed_incidents),
    ):
        yield _row(label, count)
        yield from _means(name, explain=explain)


def _means(name: str, *, explain: bool) -> list[str]:
    return [f"    {line_explained(name)}"] if explain else []


def _named(label: str, found: Sequence[tuple[str | None, ...]]) -> Iterator[str]:
    """How many there are, and the first of them by name."""
    yield _row(label, len(found))
    for each in found[:_MOST_NAMED]:
        yield "  " + " ".join(filter(None, each))
    if len(found) > _MOST_NAMED:
        yield f"  and {len(found) - _MOST_NAMED} more"


def _table(parts: Mapping[str, Balance]) -> Iterator[str]:
    columns = ("registered", "undecided", "held", "not_required", "sent", "received", "accepted",
               "rejected", "fed_back", "overdue")  # fmt: skip
    first = max(len(name) for name in parts)
    widths = [len(name) for name in columns]
    yield " " * first + "  " + "  ".join(columns)
    for name, part in parts.items():
        cells = (f"{part[each]:>{width}}" for each, width in zip(columns, widths, strict=True))
        yield f"{name:<{first}}  " + "  ".join(cells)


def _depth(line: Line) -> int:
    depth, above = 0, line.of
    while above is not None:
        depth += 1
        above = next(each.of for each in LINES if each.name == above)
    return depth


def _row(label: str, count: int) -> str:
    return f"{label:<{_WIDTH}}{count:>8}"
