"""What a command says: results on standard output, remarks and errors on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

import msgspec

__all__ = ["counted", "fail", "print_json", "remark", "say", "table"]


def say(text: str = "") -> None:
    """A line of the result."""
    sys.stdout.write(f"{text}\n")


def counted(number: int, what: str) -> str:
    """So many of them: `1 line`, `2 lines`."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def remark(text: str) -> None:
    """A line beside the result: progress, or what was refused."""
    sys.stderr.write(f"{text}\n")


def fail(text: str) -> None:
    """A one-line error."""
    remark(f"sluis: {text}")


def print_json(value: object) -> None:
    """One JSON object on one line, in the contract's names."""
    say(json.dumps(msgspec.to_builtins(value), ensure_ascii=False))


def table(headings: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> None:
    """A plain table, aligned by column, readable in a pipe."""
    texts = [headings, *(tuple("" if cell is None else str(cell) for cell in row) for row in rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(headings))]
    for row in texts:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
