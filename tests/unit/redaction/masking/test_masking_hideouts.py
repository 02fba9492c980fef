"""Where someone hides goes also where it is only described; the rooms of a home stay."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        (
            "zij verblijft in een trekkershut bij het meer achter de sluis. Zij belt",
            "zij verblijft in [opvang]. Zij belt",
        ),
        ("ondergedoken op de zolder van de huisarts, tweede deur", "ondergedoken op [opvang]"),
        (
            "zij slaapt in het magazijn van de bloemist, zegt zij",
            "zij slaapt in [opvang], zegt zij",
        ),
        ("plek gevonden in de kelder onder de bibliotheek.", "plek gevonden in [opvang]."),
        ("nieuwe locatie: het tuinhuis achter de smederij.", "nieuwe locatie: [opvang]."),
        ("gebracht naar het gastenhuis van de abdij, zei hij", "gebracht naar [opvang], zei hij"),
        (
            "ik ben nu in een huisje aan zee, niemand weet het",
            "ik ben nu in [opvang], niemand weet het",
        ),
        ("logeert in kamer 12 van een hotel bij het strand.", "logeert in [opvang]."),
        ("zij slaapt voorlopig boven de fietsenmaker.", "zij slaapt voorlopig [opvang]."),
        ("schuilt in een caravan bij de dijk, laatste laan", "schuilt in [opvang]"),
        ("zij gaat naar dat huisje waar we vroeger logeerden.", "zij gaat naar [opvang]."),
        (
            "verblijft in de camper van haar oom, die staat nu bij de haven.",
            "verblijft in [opvang].",
        ),
        (
            "wij hebben haar naar een hut achter de dijk gebracht.",
            "wij hebben haar naar [opvang] gebracht.",
        ),
        ("toen naar een huisje bij het veer, met een hek.", "toen naar [opvang]."),
        ("zij zit bij haar neef in de loft bij het meer.", "zij zit bij [opvang]."),
        ("Waar slaap je? Bij mijn nichtje, boven de kapper.", "Waar slaap je? Bij [opvang]."),
        ("zij is bij een vrouw van de kerk, in een kamer boven de zaal.", "zij is bij [opvang]."),
        ("zij zit bij haar oom in Zwolle, huis naast de molen.", "zij zit bij [opvang]."),
        (
            "zij zit bij juf Ank, in de caravan achter de dijk.",
            "zij zit bij [opvang].",
        ),
        ("zij zit in een hut bij het meer, huisje met het rieten dak.", "zij zit in [opvang]."),
        ("zij blijft in een kamer boven de winkel.", "zij blijft in [opvang]."),
        ("zit nu in het broederhuis, zolderkamer aan de tuinkant.", "zit nu in [opvang]."),
        (
            "verblijft in een tuinhuis zonder adres, tweede hek na de brug.",
            "verblijft in [opvang].",
        ),
        (
            "slaapt in een hut die achter de dijk staat mijn zus weet",
            "slaapt in [opvang] mijn zus weet",
        ),
        ("zij slaapt in een treinwagon achter het station.", "zij slaapt in [opvang]."),
        ("zij zitten in een bunker in de duinen.", "zij zitten in [opvang]."),
        ("ondergebracht in een leegstaande school.", "ondergebracht in [opvang]."),
        (
            "haar tante vangt haar op, bij de kas achter de dijk.",
            "haar tante vangt haar op, bij [opvang].",
        ),
        (
            "de opvang is vol. Zij hebben een loods boven het water gevonden.",
            "de opvang is vol. Zij hebben [opvang] gevonden.",
        ),
        ("opvang vol: stiltecentrum in het ziekenhuis is bezet", "opvang vol: [opvang] is bezet"),
        (
            "verblijft in het zomerhuis achter de hoeve, langs de sloot met de wilgen.",
            "verblijft in [opvang].",
        ),
        (
            "zij sliep drie nachten in een vissershut aan de plas.",
            "zij sliep drie nachten in [opvang].",
        ),
        ("rijden naar het huis met de blauwe deur, zegt zij", "rijden naar [opvang], zegt zij"),
        (
            "zij is nu in een tuinhuis zonder adres, tweede hek na de brug.",
            "zij is nu in [opvang].",
        ),
        ("slaapt in een hut achter een camping die in de winter dicht is.", "slaapt in [opvang]."),
        (
            "zij verblijft in de auto op een erf langs het kanaal.",
            "zij verblijft in [opvang].",
        ),
        ("verblijf: in een bijzaaltje. Duur onbekend.", "verblijf: in [opvang]. Duur onbekend."),
        ("Moeder en kind, naar een studio in de haven.", "Moeder en kind, naar [opvang]."),
        ("niet in het systeem: de bovenste etage van het pand.", "niet in het systeem: [opvang]."),
    ],
)
def test_a_hiding_place_that_is_described_goes_whole(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("zij zit nu bij de nonnen.", "zij zit nu bij [opvang]."),
        ("zij mag naar de zusters in het klooster, kamer 3", "zij mag naar [opvang]"),
        ("zij gaat naar een tante met een kraam op de markt.", "zij gaat naar [opvang]."),
        ("zij mag op de noodkamer bij de nonnen.", "zij mag op [opvang]."),
        ("verblijft bij een boer tussen twee dorpen.", "verblijft bij [opvang]."),
        ("zit bij een kennis, op een zolderkamer boven de bakker.", "zit bij [opvang]."),
        ("zij gaat naar een nicht met een kraam op de markt.", "zij gaat naar [opvang]."),
        ("Meisje naar opa en oma in de sluiswachterswoning.", "Meisje naar [opvang]."),
        ("zij zit in de keuken van de buren aan de andere kant.", "zij zit in [opvang]."),
        ("opgevangen door een echtpaar met een camping in het bos.", "opgevangen door [opvang]."),
        ("ondergedoken bij haar oppas aan de dijk.", "ondergedoken bij [opvang]."),
        ("nu bij haar tante, het huis achter de werf.", "nu bij [opvang]."),
        ("uiteindelijk bij een kunstenares in een molen.", "uiteindelijk bij [opvang]."),
        (
            "wij hebben haar naar een gezin op een fruitbedrijf gebracht.",
            "wij hebben haar naar [opvang] gebracht.",
        ),
        (
            "zij wil dat ik haar naar een nicht in de pastorietuin bracht.",
            "zij wil dat ik haar naar [opvang] bracht.",
        ),
        ("verblijft bij een lerares die achter de molen woont.", "verblijft bij [opvang]."),
    ],
)
def test_who_takes_someone_in_goes_with_where_it_is(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "hij zit in de kamer van zijn zoon en huilt.",
        "zij slaapt op de bank in de woonkamer.",
        "wij gaan naar de woning aan de overkant.",
        "zij slaapt bij haar zus in de stad.",
        "verblijft bij een vriendin in de stad.",
        "hij werd overgebracht naar het bureau in de stad.",
        "hij is door de broeders van de ambulance geholpen.",
        "nu zit hij achter het stuur van de auto.",
        "wij zijn vanavond naar het huis gegaan en troffen niemand.",
        "zij gaat naar de kamer boven en pakt haar tas.",
        "hij slaapt naast zijn vrouw.",
        "zij was in het huis achter de dijk en zag hem.",
        "zij slaapt in een kamer met haar zoon.",
        "hij sliep in de caravan achter het huis.",
        "zij zit in de schuur met de deur op slot.",
        "zij blijft in het huis met haar dochter.",
        "slachtoffer is met de ambulance naar het ziekenhuis gebracht.",
        "de kinderen werden door oma naar de school in de wijk gebracht.",
        "de fiets is gezet in de schuur achter het huis.",
        "hij zat in de auto voor de deur te wachten.",
        "zij komt bij een vriend met een kind.",
        "zij zat in de wachtkamer van de huisarts.",
        "hij mag niet in de buurt van de school komen.",
        "zij zat bij haar moeder aan de tafel.",
        "hij is naar zijn broer in de stad gebracht.",
        "hij sprak met oma in de keuken.",
        "het huis aan de overkant was leeg, de opvang is gebeld.",
        "verdachte zit vast in een gebouw van de politie.",
    ],
)
def test_a_room_a_bureau_or_family_stays(masker: Masker, text: str):
    assert masker.mask(text) == text
