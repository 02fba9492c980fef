"""Cases 13 to 24: violence against children and parents, stalking, and what lasts for years."""

from __future__ import annotations

from ketensluis.made_up.scenes import Change, Step, Story, later
from ketensluis.model.incident import Role

__all__ = ["LASTING_STORIES"]

_HIM: dict[str, Role] = {"she": "victim", "he": "suspect"}

LASTING_STORIES = (
    Story("13-one-perpetrator-three-relations", "exes_mother", (
        Step("threat", {**_HIM, "mother": "victim"},
            "{he} bedreigt zijn ex {she} en haar moeder {mother}.",
            codes=("female_partner", "family"), violence=("threat",), case="complaint"),
        Step("other", {"he": "suspect", "mother": "victim"},
            "Oplichting: {mother} maakte geld over naar rekening {account} van {he}.",
            after=120, because=("history",), violence=("economic",)),
        Step("threat", {"next_ex": "victim", "he": "suspect"},
            "{next_ex} meldt dat haar ex-vriend {he} haar lastig valt en dreigt.",
            after=60, codes=("female_partner",), violence=("threat", "stalking"), sash="medium"),
    )),
    Story("14-other-than-criminal-law", "couple_son", (
        Step("simple_assault", {"son": "victim", "he": "suspect", "she": "involved"},
            "{son} doet aangifte: zijn vader {he} sloeg hem met een riem. Vader bekent.",
            codes=("children",), violence=("physical",), case="complaint", children="yes",
            measures=("arrest",)),
    )),
    Story("15-she-runs-away", "couple_daughter", (
        Step("simple_assault", {"daughter": "victim", "she": "suspect", "he": "involved"},
            "{daughter}, leerling van {school}, zegt dat moeder {she} haar slaat.",
            codes=("children",), violence=("physical",), children="yes"),
        Step("other", {"daughter": "victim"},
            "{daughter} is weggelopen. Aangetroffen bij het station om {hour} uur.",
            after=6, because=("history",), children="yes"),
        Step("other", {"daughter": "child"},
            "Weer weggelopen, nu bij de pleegmoeder vandaan, zij had er ruzie.",
            after=15, because=("text", "history"), children="yes"),
    )),
    Story("16-a-month-after-the-order", "couple_child", (
        Step("simple_assault", {**_HIM, "child": "child_witness"},
            "{he} sloeg zijn vrouw {she}. Tijdelijk huisverbod uitgereikt.",
            codes=("female_partner", "children"), violence=("physical", "witnessed"),
            children="yes", measures=("arrest", "restraining_order"), rihg="high"),
        Step("simple_assault", {"child": "victim", "he": "suspect", "she": "reporter"},
            "Via Veilig Thuis, melder anoniem: vader {he} slaat zijn kind {child}.",
            after=31, codes=("children",), violence=("physical",), children="yes",
            anonymous=frozenset({"she"})),
    )),
    Story("17-next-time-a-complaint", "couple_son", (
        Step("domestic_quarrel", {"she": "involved", "son": "involved"},
            "{she} heeft ruzie met haar zoon {son}. Volgende keer doet zij aangifte.",
            codes=("parents",), children="yes"),
    )),
    Story("18-out-of-sight", "couple_son", (
        Step("threat", {"she": "victim", "he": "victim", "son": "suspect"},
            "Zoon {son} bedreigde zijn ouders met een mes. Jongerenwerker nam het over.",
            codes=("parents",), violence=("threat",), children="yes",
            hold="hold_investigation"),
    )),
    Story("19-roles-flip", "couple_daughter", (
        Step("simple_assault", {"daughter": "victim", "he": "suspect"},
            "Vader {he} sloeg zijn dochter {daughter} om haar telefoon.",
            codes=("children",), violence=("physical",), children="yes"),
        Step("simple_assault", {"she": "victim", "he": "victim", "daughter": "suspect"},
            "Dochter {daughter} heeft haar ouders geslagen en geschopt.",
            after=20, codes=("parents",), violence=("physical",), children="yes",
            later=(later(1, roles={"she": "victim", "he": "involved", "daughter": "suspect"},
                text="Vader bleek niet geraakt, rol hersteld."),)),
    )),
    Story("20-quarrel-threat-stalking", "exes_children", (
        Step("quarrel", {"she": "involved", "he": "involved"},
            "Onenigheid aan de deur. Beiden rustig vertrokken.", because=("relation",)),
        Step("threat", {**_HIM, "daughter": "victim"},
            "{he} bedreigt zijn ex {she} en dochter {daughter}.",
            after=180, codes=("female_partner", "children"), violence=("threat",),
            case="complaint", children="yes",
            later=(later(5, roles=dict(_HIM), text="{daughter} trekt haar aangifte in."),)),
        Step("stalking", _HIM,
            "{she} doet aangifte van belaging door haar ex {he}; rode auto met kenteken {plate}.",
            after=120, codes=("female_partner",), violence=("stalking",), case="complaint",
            sash="medium"),
    )),
    Story("21-breach-and-relapse", "exes", (
        Step("stalking", _HIM,
            "{she} wordt dagelijks gebeld door haar ex {he} met nummer {phone}. Zij is bang.",
            codes=("female_partner",), violence=("stalking",), sash="medium",
            later=(later(1, measures=("stop_letter", "address_alert"),
                text="Stopbrief uitgereikt, afspraak op locatie geplaatst."),)),
        Step("stalking", _HIM, "Aangifte van {she} tegen haar ex {he}, hij dreigde bij de deur.",
            after=14, codes=("female_partner",), violence=("stalking", "threat"),
            case="complaint", measures=("arrest", "suspended_detention", "contact_ban")),
        Step("stalking", _HIM, "Contactverbod overtreden: {he} stond bij zijn ex {she} en dreigde.",
            after=6, codes=("female_partner",), violence=("stalking",), measures=("arrest",)),
        Step("stalking", _HIM, "Terugval. {he} viel zijn ex {she} opnieuw lastig bij {employer}.",
            after=30, codes=("female_partner",), violence=("stalking",), sash="high"),
    )),
    Story("22-early-contact", "exes", (
        Step("stalking", _HIM,
            "{she} meldt belaging door haar ex {he}. OM vroeg betrokken.",
            codes=("female_partner",), violence=("stalking",), case="complaint"),
        Step("simple_assault", {"he": "victim", "she": "suspect"},
            "{he} doet aangifte tegen zijn ex {she}, zij zou hebben geslagen.",
            after=25, codes=("male_partner",), case="complaint"),
        Step("manslaughter_attempt", _HIM,
            "{he} heeft zijn ex {she} gestoken met een mes voor de woning {street}.",
            after=50, codes=("female_partner",), violence=("physical",), case="ex_officio",
            measures=("arrest", "detention"), sash="high", secret=frozenset({"she"})),
    )),
    Story("23-sixty-incidents-one-referral", "exes", (
        Step("stalking", _HIM,
            "Aangifte van {she}: haar ex {he} achtervolgt haar. Aangehouden dezelfde dag.",
            codes=("female_partner",), violence=("stalking",), case="complaint",
            measures=("arrest", "contact_ban")),
        *(
            Step("stalking", _HIM, f"Melding {number}: weer gezien in de straat, auto {{plate}}.",
                after=7, because=("relation", "history"), violence=("stalking",))
            for number in range(2, 9)
        ),
        Step("stalking", _HIM, "Aangifte van {she} tegen haar ex {he}, belaging duurt voort.",
            after=270, codes=("female_partner",), violence=("stalking",), case="complaint",
            later=(Change(4, withdrawn=True),)),
    )),
    Story("24-five-referrals-and-it-goes-on", "exes_child", (
        *(
            Step("stalking", {**_HIM, "child": "child"},
                f"Signaal {number}: haar ex {{he}} valt {{she}} lastig bij {{school}}.",
                after=21, codes=("female_partner",), violence=("stalking",), children="yes")
            for number in range(1, 5)
        ),
        Step("stalking", {**_HIM, "child": "child"},
            "Aangifte van {she} tegen haar ex {he} na aandringen van Veilig Thuis.",
            after=30, codes=("female_partner", "children"), violence=("stalking",),
            case="complaint", children="yes", measures=("detention",), sash="high"),
    )),
    # Beside the 24: what the hub must protect or hold back.
    Story("25-police-officer", "couple", (
        Step("simple_assault", _HIM,
            "{she} meldt dat haar man {he}, collega, haar sloeg.",
            codes=("female_partner",), violence=("physical",), restricted=True,
            police=frozenset({"he"})),
    )),
    Story("26-in-a-shelter", "couple_children", (
        Step("threat", {**_HIM, "child": "child", "small": "child"},
            "{she} verblijft met de kinderen in de opvang. Haar man {he} dreigt haar te vinden.",
            codes=("female_partner", "children"), violence=("threat",), children="yes",
            hold="hold_safety", secret=frozenset({"she", "child", "small"})),
    )),
    Story("27-anonymous-neighbour", "couple_child_neighbour", (
        Step("domestic_quarrel", {"she": "involved", "he": "involved", "child": "child",
                                  "neighbour": "reporter"},
            "Melder wil anoniem blijven. Hoort dat {he} zijn vrouw {she} uitscheldt, geschreeuw "
            "van {child}.", codes=("female_partner",), children="yes",
            anonymous=frozenset({"neighbour"})),
    )),
)  # fmt: skip
