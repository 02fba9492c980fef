"""Reads the files of word lists: packed lists, and files of headings and words."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

__all__ = ["Phrase", "PhraseTable", "by_head", "packed", "sections", "split", "words_of"]

Phrase = tuple[str, ...]
PhraseTable = dict[Phrase, tuple[Phrase, ...]]


def by_head(phrases: Iterable[Phrase]) -> PhraseTable:
    """Phrases by their first two words, or their only one; the longest first."""
    found: dict[Phrase, list[Phrase]] = {}
    for words in phrases:
        found.setdefault(words[:2], []).append(words)
    return {head: tuple(sorted(those, key=len, reverse=True)) for head, those in found.items()}


def split(lines: Iterable[str]) -> Iterable[Phrase]:
    """Each line as its words in lower case."""
    return (tuple(line.lower().split()) for line in lines)


def packed(path: Path) -> set[str]:
    """The lines of a gzip file."""
    found = set(gzip.decompress(path.read_bytes()).decode("utf-8").split("\n"))
    found.discard("")
    return found


def sections(path: Path) -> dict[str, list[str]]:
    """A file of `[heading]` and lines; `#` begins a remark."""
    found: dict[str, list[str]] = {}
    for line in path.read_text("utf-8").split("\n"):
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        else:
            lines.append(line)
    return found


def words_of(lines: list[str]) -> set[str]:
    """All words of `lines`."""
    return {word for line in lines for word in line.split()}
