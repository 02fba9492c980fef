"""The signals of suspected domestic violence and their weights: data with validity dates."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Literal

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from ketensluis.errors import KetensluisError
from ketensluis.model.incident import IncidentClass

__all__ = ["History", "Rules", "Term", "Text", "digest_of", "load_rules"]

_FILE = "classification.yaml"
_SHORTEST_STEM = 4  # letters; what a text is looked up by

Circle = Literal[
    "partner",
    "ex_partner",
    "parent",
    "child",
    "sibling",
    "family",
    "household",
    "family_friend",
]


class _Data(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Immutable, by keyword, and closed: a misspelt key is a fault."""


class Term(_Data, frozen=True, kw_only=True):
    """Words that mean one thing; its id stands in signals instead of the text.

    With `possessive`, the words count only after "zijn", "haar" and the like. With `across`,
    a word of the circle counts together with violence in any sentence of the text.
    """

    id: str
    words: tuple[str, ...] = ()
    stems: tuple[str, ...] = ()
    possessive: bool = False
    across: bool = False


class Text(_Data, frozen=True, kw_only=True):
    """What in a text points to the domestic circle, and to violence in it."""

    pair: float
    distance: int
    circle: float
    negations: tuple[str, ...]
    possessives: tuple[str, ...]
    outsiders: tuple[str, ...]
    phrases: tuple[Term, ...]
    circle_words: tuple[Term, ...]
    violence_words: tuple[Term, ...]


class History(_Data, frozen=True, kw_only=True):
    """What earlier labelled incidents of the same persons or address weigh."""

    person: float
    address: float
    address_not_for: tuple[IncidentClass, ...]


class Rules(_Data, frozen=True, kw_only=True):
    """One version: the weights of the signals, and the sum from which one suspects."""

    valid_from: date
    threshold: float
    relations: dict[Circle, float]
    classes: dict[IncidentClass, float]
    shared_home: float
    history: History
    text: Text


class _File(_Data, frozen=True, kw_only=True):
    versions: tuple[Rules, ...]


def load_rules(folder: Path) -> tuple[Rules, ...]:
    """Every version, oldest first, from the folder of reference data.

    Raises:
        KetensluisError: `bad_reference`, naming the file and what is wrong in it.
    """
    path = folder / _FILE
    try:
        tree = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
        versions = msgspec.convert(tree, _File).versions
    except (OSError, UnicodeDecodeError) as error:
        raise _fault(path, "cannot be read as UTF-8 text") from error
    except (YAMLError, ValueError, msgspec.ValidationError) as error:  # 2021-13-01: ValueError
        raise _fault(path, " ".join(str(error).split())) from error
    starts = [version.valid_from for version in versions]
    if not starts or sorted(set(starts)) != starts:
        raise _fault(path, "the versions do not follow each other by valid_from")
    for version in versions:
        _check_terms(path, version.text)
    return versions


def digest_of(rules: Rules) -> str:
    """What a version says, as SHA-256 in hexadecimal: of its fields as JSON, sorted by name."""
    return hashlib.sha256(msgspec.json.encode(rules, order="deterministic")).hexdigest()


def _check_terms(path: Path, text: Text) -> None:
    for terms in (text.phrases, text.circle_words, text.violence_words):
        ids = [term.id for term in terms]
        if len(set(ids)) != len(ids):
            raise _fault(path, "two terms of one list have the same id")
    for term in (*text.phrases, *text.circle_words, *text.violence_words):
        parts = [part for word in term.words for part in word.split()] + list(term.stems)
        if any(not part.isalpha() or part != part.lower() for part in parts):
            raise _fault(path, f"{term.id}: a word is not letters in lower case")
        if any(len(stem) < _SHORTEST_STEM for stem in term.stems):
            raise _fault(path, f"{term.id}: a stem has fewer than {_SHORTEST_STEM} letters")


def _fault(path: Path, sentence: str) -> KetensluisError:
    return KetensluisError("bad_reference", f"{path}: {sentence}", "correct the reference data")
