"""Where the data that ships with the program lies: schemas, agreements, reference."""

from __future__ import annotations

from pathlib import Path

__all__ = ["resource"]

_PACKAGE = Path(__file__).parents[1]


def resource(name: str) -> Path:
    """The folder of that name: inside an installed package, or beside it in a checkout."""
    packaged = _PACKAGE / "data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
