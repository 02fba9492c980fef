"""Measures the masking on the corpus: recall per kind, and the share of ordinary words kept.

A place is found if none of its words stays, small words such as "van" and "de" apart. A word
outside every place counts as kept if no part of it is masked.
"""

from __future__ import annotations

import argparse
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ketensluis.model.incident import Address, Person, Place
from ketensluis.redaction.masking import Masker

__all__ = ["PARTS", "SMALL", "UNSEEN", "Result", "main", "measure", "read_corpus"]

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
PARTS = (
    *("tuning", "second", "unseen", "fourth", "fourth_blind"),
    *("other_1", "other_2", "other_3", "other_4", "other_5", "other_6", "other_7"),
    *("other_8", "other_9", "other_10", "other_11", "other_12"),
    *("other_13", "other_14", "other_15", "other_16", "other_17", "other_18", "other_19"),
    *("other_20", "other_21", "other_22", "other_23", "other_24", "other_25", "other_26"),
    *("other_27", "other_28", "other_29", "other_30", "other_31", "other_32", "other_33"),
    *("other_34", "other_35", "other_36", "other_37", "other_38", "other_39", "other_42"),
    *("other_43", "other_44", "other_45"),
    *("other_46", "other_47", "other_48", "other_49", "other_50", "other_51", "other_52"),
    *("other_53", "other_54", "other_55", "other_56", "other_57", "other_58", "other_59"),
    *("other_60", "other_61", "other_62", "other_63", "other_64", "other_65", "other_66"),
    *("other_67", "other_68", "other_69", "other_70", "other_71", "other_72", "other_73"),
    "other_74",
    "phrases",
)
# Measured before they were looked at: neither rules nor weights know them.
UNSEEN: tuple[str, ...] = (
    *("other_75", "other_76", "other_77", "other_78", "other_79", "other_80"),
)
_PLACE = re.compile(r"\{([^|{}]+)\|([^{}]+)\}")
_WORD = re.compile(r"\w+")
SMALL = frozenset(
    (
        *(
            "van",
            "von",
            "de",
            "der",
            "den",
            "het",
            "t",
            "n",
            "s",
            "ten",
            "ter",
            "te",
            "el",
            "al",
            "op",
        ),
        *("in", "aan", "la", "v", "d", "bij", "mevrouw", "meneer", "mr", "drs", "dr", "dhr", "juf"),
        *("meester", "oma", "fam", "pastor", "plek", "nr", "nummer"),
    )
)
_FILLS = {"tuning": 12, "second": 8, "unseen": 8}


@dataclass(frozen=True, slots=True)
class Text:
    """One text of the corpus, its places (start, end, kind) and the record that goes with it."""

    name: str
    text: str
    places: tuple[tuple[int, int, str], ...]
    persons: tuple[Person, ...]
    place: Place | None


@dataclass(slots=True)
class Result:
    """Counts over a part of the corpus."""

    texts: int = 0
    places: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    words: int = 0
    kept: int = 0
    missed: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        """Places found, as a share of all places."""
        return self.found.total() / self.places.total()

    @property
    def kept_share(self) -> float:
        """Ordinary words that stayed, as a share of all ordinary words."""
        return self.kept / self.words


def read_corpus(part: str) -> Iterator[Text]:
    """The texts of a part: those written whole, then those made from its templates."""
    for block in re.split(r"^== ", (CORPUS / f"{part}.txt").read_text("utf-8"), flags=re.MULTILINE)[
        1:
    ]:
        head, _, body = block.partition("\n")
        name, *people = (piece.strip() for piece in head.split("|"))
        fields = [dict(pair.split("=", 1) for pair in one.split("; ")) for one in people]
        persons = tuple(_person(str(n), one) for n, one in enumerate(fields))
        homes = (Place(street=f["street"], city=f.get("city")) for f in fields if "street" in f)
        place = next(homes, None)
        yield _marked(name, body.strip(), persons, place)
    if part in _FILLS:
        yield from _filled(part)


def _person(number: str, fields: dict[str, str]) -> Person:
    address = None
    if "street" in fields:
        address = Address(
            street=fields["street"], house_number=fields.get("number"), city=fields.get("city")
        )
    return Person(
        person_id=number,
        role="involved",
        given_names=fields.get("given"),
        surname=fields.get("surname"),
        birth_date=fields.get("birth"),
        phone=fields.get("phone"),
        address=address,
    )


def _filled(part: str) -> Iterator[Text]:
    """Each template with its slots filled from the pools, in a fixed order of turns."""
    source = (CORPUS / f"{part}_templates.txt").read_text("utf-8")
    pools: dict[str, list[str]] = {}
    templates: list[str] = []
    for block in re.split(r"^\[", source, flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("]\n")
        if head == "template":
            templates.append(body.strip())
        else:
            line = body.strip()
            pools[head.removeprefix("pool ")] = line.split("|") if "|" in line else line.split()
    for number, template in enumerate(templates):
        for turn in range(_FILLS[part]):
            yield _fill(f"{part[0]}m{number}-{turn}", template, pools, number * 5 + turn, turn)


def _fill(name: str, template: str, pools: dict[str, list[str]], seed: int, turn: int) -> Text:
    used: Counter[str] = Counter()

    def choose(match: re.Match[str]) -> str:
        kind, pool = match.groups()
        nth = 0 if pool in {"wordname", "last"} else used[pool]
        used[pool] += 1
        value = pools[pool][(seed * 3 + nth * 7 + nth) % len(pools[pool])]
        if turn % 4 == 3 and kind in {"naam", "plaats"}:
            value = value.lower() if pool != "wordname" else value
        return f"{{{kind}|{value}}}"

    persons = ()
    if turn % 2:
        persons = (
            Person(
                person_id="p", role="victim", surname=pools["last"][seed * 3 % len(pools["last"])]
            ),
        )
    return _marked(name, _PLACE.sub(choose, template), persons, None)


def _marked(name: str, body: str, persons: tuple[Person, ...], place: Place | None) -> Text:
    pieces, places, done, length = [], [], 0, 0
    for match in _PLACE.finditer(body):
        before = body[done : match.start()]
        start = length + len(before)
        length = start + len(match[2])
        pieces += [before, match[2]]
        places.append((start, length, match[1]))
        done = match.end()
    text = "".join([*pieces, body[done:]])
    return Text(name, text, tuple(places), persons, place)


def measure(masker: Masker, part: str) -> Result:
    """Mask every text of `part` and count."""
    result = Result()
    for text in read_corpus(part):
        result.texts += 1
        covered = bytearray(len(text.text))
        for start, end, _ in masker.find(text.text, text.persons, text.place):
            covered[start:end] = b"\x01" * (end - start)
        secret = bytearray(len(text.text))
        for start, end, kind in text.places:
            secret[start:end] = b"\x01" * (end - start)
            result.places[kind] += 1
            left = [
                word.group()
                for word in _WORD.finditer(text.text, start, end)
                if word.group().lower() not in SMALL and not all(covered[word.start() : word.end()])
            ]
            if left:
                result.missed.append(f"{text.name}: {kind}: {text.text[start:end]!r} left {left}")
            else:
                result.found[kind] += 1
        for word in _WORD.finditer(text.text):
            if any(secret[word.start() : word.end()]):
                continue
            result.words += 1
            if any(covered[word.start() : word.end()]):
                around = text.text[max(word.start() - 15, 0) : word.end() + 10].replace("\n", " ")
                result.lost.append(f"{text.name}: {word.group()!r} in …{around}…")
            else:
                result.kept += 1
    return result


def main() -> None:
    """Print the table for each part of the corpus."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--part", choices=(*PARTS, *UNSEEN), action="append", help="only this part")
    parser.add_argument("--show", action="store_true", help="list what was missed and lost")
    arguments, _ = parser.parse_known_args()
    masker = Masker.load()
    for part in arguments.part or (*PARTS, *UNSEEN):
        result = measure(masker, part)
        print(f"{part}: {result.texts} texts, {result.places.total()} places, {result.words} words")
        for kind, count in sorted(result.places.items()):
            _print_row(kind, result.found[kind], count)
        _print_row("recall", result.found.total(), result.places.total())
        _print_row("words kept", result.kept, result.words)
        if arguments.show:
            print(*result.missed, *result.lost, sep="\n")


def _print_row(name: str, part: int, whole: int) -> None:
    print(f"  {name:14} {part:5} of {whole:5}  {part / whole:8.2%}")


if __name__ == "__main__":
    main()
