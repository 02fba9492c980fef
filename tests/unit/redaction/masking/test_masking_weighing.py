"""The weighing of clues: its sums are those of the weights, and it may only add or take doubt."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path

import pytest

from benchmarks.masking_recall import read_corpus
from ketensluis.errors import KetensluisError
from ketensluis.model.resources import resource
from ketensluis.redaction.masking import Masker
from ketensluis.redaction.masking.candidates import candidates
from ketensluis.redaction.masking.record import read_record
from ketensluis.redaction.masking.styles import style_of
from ketensluis.redaction.masking.weighing import BIAS, clues_of, unsettle


def _weights() -> dict[str, float]:
    packed = (resource("reference") / "masking" / "weights.txt.gz").read_bytes()
    lines = gzip.decompress(packed).decode().split("\n")
    return {c: int(w) / 100 for c, _, w in (line.rpartition("\t") for line in lines if line)}


def test_a_remembered_sum_is_the_sum_of_the_weights_of_all_clues(masker: Masker):
    weights, weighed = _weights(), 0
    for text in [*islice(read_corpus("other_7"), 12), *islice(read_corpus("other_48"), 6)] * 2:
        tokens, _ = masker.by_rules(text.text, read_record(text.persons, text.place))
        unsettle(tokens)
        for one in candidates(tokens, style=style_of(text.text)):
            share = masker.weighing.share(tokens[one.at].lower)
            clues = [BIAS, *clues_of(tokens, one, share)]
            expected = sum(weights.get(clue, 0.0) for clue in clues)
            assert masker.weighing.score(tokens, one) == pytest.approx(expected)
            weighed += 1
    assert weighed


def test_what_a_rule_without_doubt_masked_stays_masked(masker: Masker):
    for text in list(read_corpus("other_8"))[:20]:
        tokens, calls = masker.by_rules(text.text, read_record(text.persons, text.place))
        sure = [at for at, token in enumerate(tokens) if token.mark and not token.doubt]
        masker.weighing.judge(tokens, calls, style=style_of(text.text))
        assert all(tokens[at].mark for at in sure)


def test_weights_that_cannot_be_read_keep_the_masker_from_starting(tmp_path: Path):
    for file in (resource("reference") / "masking").iterdir():
        if file.is_file():
            (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "weights.txt.gz").write_bytes(gzip.compress(b"after tante\theavy\n"))
    with pytest.raises(KetensluisError) as caught:
        Masker.load(tmp_path)
    assert caught.value.code == "masker_unavailable"


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("Omar is echt 7-10-2007, zegt hij", "[naam] is echt [geboortedatum], zegt hij"),
        ("belde ik om 21.48 uur: 06—1177 35 0 4.", "belde ik om 21.48 uur: [telefoon]."),
        ("ruzie op Kl. Houtstr. 112 rood vanavond", "ruzie op [adres] vanavond"),
        ("ttp rijnstr 68. melder weg", "ttp [adres]. melder weg"),
        ("Aangehouden: B. Hussain en U. Hussain.", "Aangehouden: [naam] en [naam]."),
        ("met een collega, Bas, van KPN.", "met een collega, [naam], van [bedrijf]."),
        ("student aan Drenthe College, zegt zij", "student aan [school], zegt zij"),
        ("Vroeger voer hij op de UK 317.", "Vroeger voer hij op de [nummer]."),
        ("gesproken met daan ten hoor over de zaak", "gesproken met [naam] over de zaak"),
        ("verdachte smit, k., mag niet komen", "verdachte [naam], [naam]., mag niet komen"),
        ("Liban's paspoort lag er", "[naam]'s paspoort lag er"),
        ("dat schoonzoon frans haar sloeg", "dat schoonzoon [naam] haar sloeg"),
        ("zij sprak frans met de tolk", "zij sprak frans met de tolk"),
        ("Zijn zoon van zestien sprong op", "Zijn zoon van zestien sprong op"),
        ("hij had een klapmes en een penlamp", "hij had een klapmes en een penlamp"),
    ],
)
def test_what_later_authors_taught(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked
