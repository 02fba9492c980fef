"""The first twelve of the 24 cases of Politie & Wetenschap 111, as shapes to test with.

The persons, words and details are made up; the course of events is that of the summary in
`domain.md`, section 9.
"""

from __future__ import annotations

from ketensluis.made_up.scenes import Change, Step, Story, later
from ketensluis.model.incident import Role

__all__ = ["PARTNER_STORIES"]

_BOTH: dict[str, Role] = {"she": "involved", "he": "involved"}
_HIM: dict[str, Role] = {"she": "victim", "he": "suspect"}

PARTNER_STORIES = (
    Story("01-knives-and-a-son-who-flees", "couple_son", (
        Step("domestic_quarrel", {**_BOTH, "son": "child_witness"},
            "Ruzie tussen {she} en haar man {he} in de keuken, waarbij over en weer messen werden "
            "gepakt. Zoon {son} is de woning uit gerend en trof ons op de hoek. Geen strafbaar "
            "feit vast te stellen. Wijkagent en zorg ingelicht.",
            codes=("female_partner", "children"), violence=("threat", "witnessed"), children="yes"),
    )),
    Story("02-not-seen-as-such", "couple_children", (
        Step("quarrel", {**_BOTH, "child": "involved", "small": "involved"},
            "Gebeld door buren om {hour} uur. Mevrouw had een wond boven het oog, gestoten zei "
            "zij. Kleine kinderen lagen op bed. Partijen rustig achtergelaten.",
            because=("relation",), children="yes"),
        Step("aggravated_assault", {**_HIM, "child": "child_witness", "small": "child"},
            "{she} en een familielid zijn gewond geraakt doordat haar man {he} met een stoel "
            "sloeg. Aangifte opgenomen. Verdachte aangehouden, voertuig {plate} in beslag genomen.",
            after=18, codes=("female_partner", "children"), violence=("physical", "witnessed"),
            case="complaint", children="yes", measures=("arrest", "restraining_order"),
            rihg="high"),
    )),
    Story("03-under-a-pretext", "exes", (
        Step("threat", _HIM,
            "{she} kwam onder een voorwendsel aan het bureau en vertelde de wijkagent dat haar ex "
            "{he} haar al maanden bedreigt. Zij is bereikbaar op {phone}, bel niet na {hour} uur.",
            codes=("female_partner",), violence=("threat", "psychological"), case="complaint",
            measures=("detention", "alarm_device"), secret=frozenset({"she"}),
            later=(later(6, measures=("detention", "alarm_device", "address_alert"),
                text="Aangeefster is verhuisd, afspraak op locatie geplaatst op het nieuwe adres."),
            )),
    )),
    Story("04-both-sides-complain", "couple_in_law", (
        Step("simple_assault", {"she": "victim", "he": "victim"},
            "Wederzijdse aangifte: {she} en haar partner {he} zeggen elkaar te hebben geslagen.",
            codes=("female_partner", "male_partner"), violence=("physical",), case="complaint"),
        Step("threat", {"she": "victim", "in_law": "suspect"},
            "Schoonvader {in_law} heeft {she} bedreigd via de telefoon ({phone}). AWARE overwogen.",
            after=9, codes=("family",), violence=("threat",), case="complaint"),
    )),
    Story("05-he-is-the-victim", "couple", (
        Step("simple_assault", {"he": "victim", "she": "suspect"},
            "{he} meldt dat zijn vrouw {she} hem al twee jaar slaat en nu met een pan. Hij wil "
            "geen aangifte. Hij werkt bij {employer}.",
            codes=("male_partner",), violence=("physical",)),
        Step("simple_assault", {"he": "victim", "she": "suspect"},
            "Opnieuw: {he} heeft krassen in het gezicht, gekrabd door zijn vrouw {she}.",
            after=40, codes=("male_partner",), violence=("physical",), case="ex_officio"),
    )),
    Story("06-three-teenagers-see-it", "couple_teens", (
        Step("quarrel", {**_BOTH, "teen": "child_witness", "son": "child_witness",
                         "daughter": "child_witness"},
            "Drie kinderen zagen dat vader {he} hun moeder {she} duwde. {daughter} belde 112. "
            "Mondeling besproken met de school ({school}).",
            codes=("female_partner", "children"), violence=("physical", "witnessed"),
            children="yes"),
    )),
    Story("07-both-keep-returning", "couple", (
        Step("arson_attempt", _HIM,
            "{she} heeft haar man {he} de deur uit gezet. Hij goot benzine bij de voordeur van "
            "{street}. Aangehouden op heterdaad.",
            codes=("female_partner",), violence=("threat",), case="complaint", rihg="high",
            measures=("arrest", "restraining_order")),
        Step("quarrel", _BOTH,
            "Controle huisverbod: {he} aangetroffen bij zijn vrouw {she}, er was weer ruzie.",
            after=4, codes=("female_partner",), measures=("restraining_order",)),
        Step("quarrel", _BOTH,
            "Nu zocht {she} hem op. Partijen aangesproken op het verbod.",
            after=3, because=("relation", "history")),
    )),
    Story("08-from-the-general-practitioner", "couple_child", (
        Step("other", {"child": "victim", "she": "involved", "he": "involved"},
            "Huisarts meldde bij Veilig Thuis blauwe plekken bij {child}. Melding eerst gezien "
            "als kindermishandeling.",
            codes=("children",), violence=("physical",), children="yes",
            later=(later(3, codes=(), because=("relation", "text"),
                text="Na onderzoek arts: geen letsel door toebrengen."),)),
        Step("simple_assault", {**_HIM, "child": "child_witness"},
            "{she} deed dezelfde dag aangifte tegen haar man {he}, hij sloeg haar waar {child} "
            "bij was.",
            after=0.4, codes=("female_partner", "children"), case="complaint", children="yes",
            violence=("physical", "witnessed"), measures=("restraining_order",), rihg="medium"),
    )),
    Story("09-mutual-accusations", "exes_child", (
        Step("quarrel", {**_BOTH, "child": "child"},
            "Over en weer beschuldigingen rond de scheiding. {she} zegt dat haar ex {he} schold, "
            "hij zegt dat zij begon.", codes=("female_partner",), children="yes"),
        Step("quarrel", {**_BOTH, "child": "child"},
            "Weer ruzie bij de overdracht van {child} door haar ex {he}. Zorgsignaal herhaald.",
            after=12, codes=("female_partner", "children"), children="yes"),
        Step("quarrel", {**_BOTH, "child": "child"},
            "Derde melding over de overdracht. Collega noteerde alleen de tijd, {hour} uur.",
            after=9, because=("relation", "history"), children="yes",
            later=(later(2, codes=("female_partner", "children"),
                text="Code alsnog toegevoegd door taakaccenthouder."),)),
    )),
    Story("10-unrest-at-each-leave", "exes", (
        Step("threat", _HIM,
            "{he}, opgenomen met een maatregel, stond tijdens verlof bij zijn ex {she} en dreigde.",
            codes=("female_partner",), violence=("threat",), measures=("address_alert",)),
        Step("disturbed_person", {"she": "reporter", "he": "suspect"},
            "{she} zag als eerste dat haar ex {he} uit de kliniek was ontvlucht. Zij is bang.",
            after=35, because=("relation", "text", "history"), sash="high",
            measures=("alarm_device",)),
    )),
    Story("11-contact-arrangement", "exes_child", (
        Step("simple_assault", {**_HIM, "child": "child_witness"},
            "Bij het ophalen van {child} sloeg haar ex {he} aangeefster {she}. Eerder geweld was "
            "ons niet bekend.", codes=("female_partner",), violence=("physical",),
            case="complaint", children="yes", secret=frozenset({"she", "child"}),
            later=(later(1, codes=("female_partner", "children"),
                violence=("physical", "witnessed")),)),
    )),
    Story("12-threats-then-silence", "exes_child", (
        Step("threat", {**_HIM, "child": "child"},
            "{he} appte zijn ex {she} dat zij {child} nooit meer ziet. Screenshots via {mail}.",
            codes=("female_partner", "children"), violence=("threat",), children="yes",
            measures=("stop_talk",)),
        Step("threat", _HIM, "Zelfde dreigement van haar ex {he}. Aangifte ingetrokken.",
            after=30, codes=("female_partner",), case="complaint",
            later=(Change(2, withdrawn=True),)),
    )),
)  # fmt: skip
