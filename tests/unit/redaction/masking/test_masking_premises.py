"""Parts of premises, accounts and sites in pieces, and hidden lodgings go; rooms and calls stay."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("woont Beatrixstraat 200, portiek 3, links", "woont [adres], links"),
        ("woont Strevelsweg 700 / 4.12, deur dicht", "woont [adres], deur dicht"),
        ("woont Mijnsherenlaan 92, achterhuis, boven", "woont [adres], boven"),
        ("hij slaapt bij Waalhaven Oostzijde, hal 3.", "hij slaapt bij [adres]."),
        ("het is appartement 2.17 naast de lift", "het is [adres] naast de lift"),
        ("ziekenhuis, kamer 3.17, zegt hij", "ziekenhuis, kamer [nummer], zegt hij"),
        ("ziekenhuis, kamer 418, zegt hij", "ziekenhuis, kamer [nummer], zegt hij"),
        ("seizoensplek 112 b, blauwe caravan", "seizoensplek [adres]"),
        ("staat nu in mijn kluisje B-31", "staat nu in mijn kluisje [nummer]"),
        ("staat nu in zijn box B31", "staat nu in zijn box [nummer]"),
        ("chalet D44 op het terrein", "[adres] op het terrein"),
        ("Hofstra, van 12 B, belde", "[naam], van [adres], belde"),
        ("niet 61 zwart, dat klopt niet", "niet [adres], dat klopt niet"),
        (
            "wij spraken de bewoonster van no 19, zij",
            "wij spraken de bewoonster van [adres], zij",
        ),
        ("zij woont 12e Septemberlaan 4, boven", "zij woont [adres], boven"),
        ("zij woont 3 hoog achter, zei ze", "zij woont [adres], zei ze"),
        ("hij slaapt in cel 6", "hij slaapt in cel [nummer]"),
        ("bed 7B op de ic", "bed [nummer] op de ic"),
        ("huis 66 naam op de brievenbus", "huis [adres] naam op de brievenbus"),
    ],
)
def test_a_part_of_premises_is_masked_with_its_number(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "text",
    [
        "zij staat op perron 2 en wacht",
        "hij viel van drie hoog op straat",
        "om 3.17 uur lag hij in bed",
        "zij telde 112 klappen",
        "eenheid 14.02 uur ter plaatse",
        "eenheid 3 kwam erbij",
        "in mei vorig jaar sliep hij daar",
        "er lag een foto met haar erin.",
        "hij liep naar beneden.",
    ],
)
def test_a_room_a_floor_or_a_time_that_tells_of_nobody_stays(masker: Masker, text: str):
    assert masker.mask(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mail shao.hm(at)kantonmail.cn graag", "mail [e-mail] graag"),
        ("zie hartcoach-reggie.nu, daar staat het", "zie [website], daar staat het"),
        ("zie sofienagels punt nl, daar staat het", "zie [website], daar staat het"),
        ("hartjes van moes.kar_. Hij", "hartjes van [account]. Hij"),
        ("hij volgt drisszoon.3, zegt zij", "hij volgt [account], zegt zij"),
        ("chat met sofyan.aka.s, zegt zij", "chat met [account], zegt zij"),
        ("reactie van t.o.n.y.y.y met een hartje", "reactie van [account] met een hartje"),
        ("hij is z.g.a.n. en m.b.t. alles nuchter", "hij is z.g.a.n. en m.b.t. alles nuchter"),
        ("het was klaar.nu slaapt hij", "het was klaar.nu slaapt hij"),
    ],
)
def test_an_account_or_site_in_pieces_is_masked_as_one(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("gaat naar het huis in Dalfsen, zegt zij", "gaat naar het [opvang], zegt zij"),
        ("zij gaan naar huisje 4 achter de kerk in Elsloo", "zij gaan naar [opvang]"),
        ("zij verkocht een huis in Dalfsen", "zij verkocht een huis in [plaats]"),
        ("zij ging naar huis in de nacht", "zij ging naar huis in de nacht"),
    ],
)
def test_lodgings_to_which_someone_goes_are_a_shelter(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("bel 06-1 twee 3 vier 4 acht 7 9, zegt hij", "bel [telefoon], zegt hij"),
        ("dossier BVH 2025/17.7 204, zie daar", "dossier BVH [zaaknummer], zie daar"),
        (
            "hij werkt bij Pallethandel Oudekerk BV, zegt hij",
            "hij werkt bij [organisatie], zegt hij",
        ),
        ("een zeilclub, wsv 't Zandgat, dus", "een zeilclub, [vereniging] [naam], dus"),
        ("een klus van gebr. Vrolijk, zegt hij", "een klus van [naam], zegt hij"),
        ("de appgroep 'De meiden van de buurt' is vol", "de appgroep '[account]' is vol"),
        ("hij schreef 'de meiden van de buurt' op", "hij schreef 'de meiden van de buurt' op"),
        ("hij wordt pluis genoemd", "hij wordt [naam] genoemd"),
        ("wonend te het harde, zegt hij", "wonend te het [plaats], zegt hij"),
        ("overleg met buurtzorg noordoost.", "overleg met [organisatie]."),
        ("overleg met jeugdzorg in de buurt.", "overleg met jeugdzorg in de buurt."),
        ("het rapport is opgemaakt door hvd.", "het rapport is opgemaakt door [naam]."),
        ("hij is van januari 83 en slaapt", "hij is van [geboortedatum] en slaapt"),
        (
            "de baby heet Noor en is van 28 feb dit jaar",
            "de baby heet [naam] en is van [geboortedatum] dit jaar",
        ),
    ],
)
def test_what_belongs_to_a_number_or_a_name_goes_with_it(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked
