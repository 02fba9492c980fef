"""Pages of a sorted list, by where the last one ended: exact while rows come and go."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, RowMapping, Select, literal, tuple_

from ketensluis.errors import KetensluisError

__all__ = ["MOST", "WrongQuestion", "page"]

MOST = 500


class WrongQuestion(KetensluisError):  # noqa: N818 - named after the answer, 400
    """The question itself is not sound."""


def page(
    connection: Connection,
    query: Select[Any],
    order: Sequence[Column[Any]],
    *,
    after: str | None,
    limit: int,
) -> tuple[list[RowMapping], str | None]:
    """The rows of one page, and the cursor of the next; None at the end.

    The first column of the order is a time, the others are texts.

    Raises:
        WrongQuestion: `bad_cursor`, `bad_limit`.
    """
    if not 1 <= limit <= MOST:
        raise WrongQuestion("bad_limit", f"a page has from 1 to {MOST} lines")
    if after is not None:
        values = zip(_read(after, len(order)), order, strict=True)
        query = query.where(
            tuple_(*order) > tuple_(*(literal(value, column.type) for value, column in values))
        )
    rows: list[RowMapping] = list(connection.execute(query.limit(limit + 1)).mappings())
    if len(rows) <= limit:
        return rows, None
    last = rows[limit - 1]
    return rows[:limit], _written([last[column.name] for column in order])


def _written(values: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).decode().rstrip("=")


def _read(text: str, length: int) -> list[Any]:
    try:
        padded = text + "=" * (-len(text) % 4)
        told = msgspec.json.decode(base64.urlsafe_b64decode(padded), type=list[str])
        values: list[Any] = [datetime.fromisoformat(told[0]), *told[1:]]
    except (ValueError, IndexError, binascii.Error, msgspec.MsgspecError):
        values = []
    if len(values) != length or values[0].tzinfo is None:
        raise WrongQuestion("bad_cursor", "`after` is not what an earlier page gave")
    return values
