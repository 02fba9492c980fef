"""Numbers that point to someone go, in digits and in words; those that tell of the case stay."""

from __future__ import annotations

import pytest

from ketensluis.redaction.masking import Masker


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("bel 0612345678 terug", "bel [telefoon] terug"),
        ("bel 06-12 34 56 78 terug", "bel [telefoon] terug"),
        ("bel +31 6 12345678 terug", "bel [telefoon] terug"),
        ("bel (035) 624 11 22 terug", "bel [telefoon] terug"),
        ("de buurvrouw (06 12 34 56 78) belde", "de buurvrouw ([telefoon]) belde"),
        ("haar zus (+31 6 12345678) belde", "haar zus ([telefoon]) belde"),
        (
            "bel nul zes twaalf vierendertig zesenvijftig achtenzeventig terug",
            "bel [telefoon] terug",
        ),
        ("bel nul zes, een twee drie vier vijf zes zeven acht", "bel [telefoon]"),
        ("auto met kenteken 12-abc-3 weg", "auto met kenteken [kenteken] weg"),
        ("auto met kenteken gh 482 k weg", "auto met kenteken [kenteken] weg"),
        ("een auto, KB-482-N, reed weg", "een auto, [kenteken], reed weg"),
        ("een auto, 4xpr82, reed weg", "een auto, [kenteken], reed weg"),
        ("rekening NL91 ABNA 0417 1643 00 is", "rekening [rekening] is"),
        ("eindigt op NL44 RABO 0123 en", "eindigt op [rekening] en"),
        ("haar bsn is 999990019 en", "haar bsn is [bsn] en"),
        ("mail naar m.y89@voorbeeld.nl graag", "mail naar [e-mail] graag"),
        (
            "mail jan punt devries apenstaartje voorbeeld punt nl graag",
            "mail [e-mail] graag",
        ),
        ("op insta als lief.meisje22 zei", "op insta als [account] zei"),
        ("snapchat: beertje", "snapchat: [account]"),
        ("hij volgt haar met @king.of.020", "hij volgt haar met [account]"),
        ("kijk op www.voorbeeld.nl/haar", "kijk op [website]"),
        ("zie PL0600-2020456789 en", "zie [zaaknummer] en"),
        ("klantnummer A-48812 bij", "klantnummer [nummer] bij"),
        ("haar paspoort, nummer NX4K2P9R1, is", "haar paspoort, nummer [document], is"),
        ("zijn rijbewijs 5320198876 is", "zijn rijbewijs [nummer] is"),
        ("imei 490154203237518 is", "imei [nummer] is"),
        ("postcode 1213ba en", "postcode [adres] en"),
        ("nummer broer 0546~ 33 4 1 22", "nummer broer [telefoon]"),
        ("tel zes drie dubbelnul twee een acht vijf, en", "tel [nummer], en"),
        ("nr zes-een-nul-vier-vijf-acht-acht met nul zes ervoor. en", "nr [nummer]. en"),
        ("haar auto (6·SZJ·42) blijft", "haar auto ([kenteken]) blijft"),
        ("plaat v.p.k. drie zes zes, en weg", "plaat [kenteken], en weg"),
        ("kenteken deels: ..-48-KX, weg", "kenteken deels: ..-[kenteken], weg"),
        ("zij woont in de Dorpsstraat 12 t/m 14.", "zij woont in de [adres]."),
        ("zij woont op Dorpsstraat no. 12.", "zij woont op [adres]."),
        ("zij woont aan de Wilgenlaan 90 3-hoog.", "zij woont aan de [adres]."),
        ("op 31 de familie", "op [adres] de familie"),
    ],
)
def test_a_number_or_handle_is_masked(masker: Masker, text: str, masked: str):
    assert masker.mask(text) == masked


@pytest.mark.parametrize(
    "born",
    [
        "geboren op 3 maart 1980",
        "geboren 06-12-1985",
        "geb. 3-4-'85",
        "geboren op de derde maart negentientachtig",
        "geboren op drie maart negentienhonderd tachtig",
        "jarig op 21 november",
        "Jansen (12-03-1985)",
        "Jansen (1985)",
        "van '85",
        "van elf maart 1985",
        "op elf maart 1985 geboren",
        "een dochter van 21-3-'19",
        "Jansen, 21 maart '85",
    ],
)
def test_a_date_of_birth_is_masked(masker: Masker, born: str):
    masked = masker.mask(f"Zij is {born} en huilde.")
    assert "[geboortedatum]" in masked
    assert not any(word in masked for word in ("maart", "tachtig", "85", "1980", "21"))


@pytest.mark.parametrize(
    "text",
    [
        "Op 12 maart 2021 om 14:30 uur, dus 1430 uur, vond het plaats.",
        "Een 34-jarige vrouw en een kind van 5 jaar oud.",
        "Hij nam 1.500 euro, € 50,- en 20 cent mee.",
        "Art. 300 lid 1 Sr, artikel 285b Sr en art. 3 opiumwet.",
        "Hij belde 40 x op een dag, 3 keer per uur.",
        "Een wond van 3 cm, 680 ug/l en 2,1 promille.",
        "Bel 112 of Veilig Thuis op 0800-2000.",
        "Over de A28 reed hij 80 km per uur.",
        "Sinds 2016 wonen zij samen.",
        "Op elf november 2023 kwam hij, op 12 okt 14.30 uur weer.",
    ],
)
def test_times_amounts_ages_and_articles_stay(masker: Masker, text: str):
    assert masker.mask(text) == text
