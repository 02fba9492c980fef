# ruff: noqa: INP001 - a tool beside the lists that it makes, not a module of the package
"""Make the three derived lists of this folder anew from their sources (see README.md)."""

from __future__ import annotations

import argparse
import gzip
import importlib
import pkgutil
import re
from pathlib import Path

__all__ = ["main"]

HERE = Path(__file__).parent
NAME = re.compile(r"[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ'-]+")
LISTS = (
    "first_names",
    "first_names_male",
    "first_names_female",
    "first_romanized_names",
    "last_names",
    "last_names_male",
    "last_names_female",
    "last_romanized_names",
)
# Locales whose names are met in the Netherlands, in Latin script.
LOCALES = (
    *("ar_DZ", "az_AZ", "cs_CZ", "de_DE", "en_GB", "en_IN", "en_NG", "en_PK", "es_CO", "es_ES"),
    *("fr_DZ", "fr_FR", "ha_NG", "hr_HR", "hu_HU", "id_ID", "it_IT", "lt_LT", "nl_BE", "nl_NL"),
    *("pl_PL", "pt_BR", "pt_PT", "ro_RO", "sk_SK", "sw", "tr_TR", "tw_GH", "vi_VN", "yo_NG"),
    "zh_CN",
)


def _write(name: str, lines: set[str]) -> None:
    """A gzip file that is the same for the same lines, whenever it is made."""
    data = "\n".join(sorted(lines)).encode() + b"\n"
    (HERE / name).write_bytes(gzip.compress(data, 9, mtime=0))


def _faker_names() -> set[str]:
    people = importlib.import_module("faker.providers.person")
    found: set[str] = set()
    for module in pkgutil.iter_modules(people.__path__):
        if module.name not in LOCALES:
            continue
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in LISTS:
            values = getattr(provider, attribute, ())
            if not isinstance(values, property):
                found.update(part.lower() for value in values for part in NAME.findall(value))
    return found


def _places() -> set[str]:
    provider = importlib.import_module("faker.providers.address.nl_NL").Provider
    return {city.lower() for city in provider.cities}


def main() -> None:
    """Read the sources, write `words.txt.gz`, `names.txt.gz` and `places.txt.gz`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("wordlist", type=Path, help="`dutch` of Debian's package wdutch")
    entries = set(parser.parse_args().wordlist.read_text("utf-8").split("\n"))
    plain = {entry for entry in entries if entry and entry == entry.lower()}
    capital = {
        part.lower()
        for entry in entries
        if entry != entry.lower() and not entry.isupper()
        for part in NAME.findall(entry)
        if part == entry
    }
    _write("words.txt.gz", plain)
    _write("names.txt.gz", capital | _faker_names())
    _write("places.txt.gz", _places())


if __name__ == "__main__":
    main()
