# ruff: noqa: INP001 - a tool beside the lists that it makes, not a module of the package
"""Make `nouns.txt.gz` anew from the spelling dictionary of OpenTaal (see README.md).

Its entries carry flags for the endings that they take: who takes a plural or a diminutive is a
noun that is counted. A plural or a diminutive gets a plus sign, and a noun that is a form of a
verb too a tilde. Left out are other forms of verbs, and adjectives, by their own flags or as
another entry with one of its endings.
"""

from __future__ import annotations

import argparse
import gzip
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

__all__ = ["main"]

HERE = Path(__file__).parent
# By the headings of `nl.aff`: Z plurals, Y diminutives, A adjectives, V and P verbs.
NOUN, PLURAL, ADJECTIVE, VERB = 1, 2, 4, 8
# Of an adjective to a noun: neither a plural of a noun nor a noun by itself.
NO_PLURAL = ("Zk", "Zm")
WIDTH = 2


class Ending(NamedTuple):
    """What a flag takes from the end of a word, what it puts there, and which words it fits."""

    strip: str
    add: str
    fits: re.Pattern[str]

    def of(self, word: str) -> str | None:
        """`word` with this ending, or None where it does not fit."""
        if not word.endswith(self.strip) or not self.fits.search(word):
            return None
        return word[: len(word) - len(self.strip)] + self.add


def _kind(flag: str) -> int:
    if flag in NO_PLURAL:
        return 0
    if flag[0] == "P" and flag[1].islower():
        return VERB
    return {"Z": PLURAL, "Y": NOUN, "A": ADJECTIVE, "V": VERB}.get(flag[0], 0)


def _endings(affixes: Path) -> dict[str, list[Ending]]:
    found: dict[str, list[Ending]] = defaultdict(list)
    for line in affixes.read_text("utf-8").split("\n"):
        match line.split():
            case ["SFX", flag, strip, add, fits, *_] if strip not in {"Y", "N"}:
                bare = add.partition("/")[0]
                found[flag].append(
                    Ending(strip.strip("0"), bare.strip("0"), re.compile(f"{fits}$"))
                )
    return found


def _plain(word: str) -> str:
    """The dictionary writes ij as one sign."""
    return word.replace("\u0133", "ij")


def main() -> None:
    """Read dictionary and endings, write `nouns.txt.gz`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("dictionary", type=Path, help="`nl.dic` of Debian's package hunspell-nl")
    parser.add_argument("affixes", type=Path, help="`nl.aff` of the same")
    arguments = parser.parse_args()
    endings = _endings(arguments.affixes)
    kinds: dict[str, int] = defaultdict(int)
    for line in arguments.dictionary.read_text("utf-8").split("\n")[1:]:
        word, _, joined = line.partition("/")
        if not word.islower():
            continue
        for flag in (joined[at : at + WIDTH] for at in range(0, len(joined) - 1, WIDTH)):
            kind = _kind(flag)
            kinds[_plain(word)] |= NOUN if kind == PLURAL else kind
            for ending in endings.get(flag, ()):
                form = ending.of(word)
                # A diminutive is no plural, but as little a name as one.
                if form and kind:
                    kinds[_plain(form)] |= PLURAL if kind == NOUN else kind
    signs = {NOUN: "", PLURAL: "+", NOUN | PLURAL: "+", NOUN | VERB: "~"}
    nouns = sorted(
        word + signs[kind] for word, kind in kinds.items() if kind in signs and word.isalpha()
    )
    data = "\n".join(nouns).encode() + b"\n"
    (HERE / "nouns.txt.gz").write_bytes(gzip.compress(data, 9, mtime=0))


if __name__ == "__main__":
    main()
