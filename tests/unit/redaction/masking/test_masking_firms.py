"""What a firm is called with goes with its name: kin, trade, and the noun before an article."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("werkt bij Koomans en Dochters, zegt zij", "werkt bij [organisatie], zegt zij"),
        ("een klus van Brouwer & Zn. Loodgieters.", "een klus van [organisatie]."),
        ("begeleid door Vluchtelingenwerk Noord Nederland.", "begeleid door [organisatie]."),
        ("hij zit bij de Christelijk Gereformeerde Kerk.", "hij zit bij de [gebedshuis]."),
        ("zit op de School met de Bijbel nu", "zit op de [school] nu"),
        ("zijn baas bij grand café Zuyd belt", "zijn baas bij [gelegenheid] belt"),
        ("hulp van Stella Maris thuishulp morgen", "hulp van [organisatie] morgen"),
        ("hij kocht bij slagerij el baraka, zegt hij", "hij kocht bij [organisatie], zegt hij"),
        ("hij kreeg hulp van het Leger des Heils.", "hij kreeg hulp van het [organisatie]."),
    ],
)
def test_what_belongs_to_a_firms_name_goes_with_it(masker: Masker, text: str, masked: str):
    found = masker.mask(text)
    for mark in ("[bedrijf]", "[naam]"):
        found = found.replace(mark, "[organisatie]")
    assert found.replace("[organisatie] [organisatie]", "[organisatie]") == masked


@pytest.mark.parametrize(
    "text",
    [
        "zij kwam met zoon en dochter naar het bureau.",
        "hij heeft hulp van de thuiszorg en de kraamzorg.",
        "de school is dicht en de winkel is open.",
    ],
)
def test_family_and_trades_without_a_name_stay(masker: Masker, text: str):
    assert masker.mask(text) == text


def test_a_son_or_daughter_beside_a_name_stays(masker: Masker):
    assert masker.mask("Getuige Bakker en zoon zaten daar.").endswith(" en zoon zaten daar.")
