"""Any text is read, and what is found is said in ids of the list only."""

from datetime import date

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from ketensluis.classification.classifier import load_classifier
from ketensluis.classification.rules import load_rules
from ketensluis.made_up.incidents import incidents
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

INCIDENT = msgspec.structs.replace(
    next(incidents(1, 1, load_regions(resource("reference")))),
    project_codes=(),
    relations=(),
    persons=(),
    incident_class="other",
)
CLASSIFIER = load_classifier(resource("reference"))
TEXT = load_rules(resource("reference"))[0].text
CIRCLE = {term.id for term in TEXT.circle_words}
VIOLENCE = {term.id for term in TEXT.violence_words}
ALLOWED = (
    {f"text:{who}+{what}" for who in CIRCLE for what in VIOLENCE}
    | {f"text:{term.id}" for term in TEXT.phrases}
    | {"text:circle"}
)
word = st.sampled_from([
    *(words for term in (*TEXT.circle_words, *TEXT.violence_words) for words in term.words[:2]),
    "zijn", "haar", "geen", "niet", "door", "onbekende", "Jansen", ".", ",", "\n", "0600123456",
])  # fmt: skip


@given(st.lists(word, max_size=30).map(" ".join) | st.text(max_size=200))
def test_signals_of_any_text_are_ids_of_the_list(text: str):
    found = CLASSIFIER.classify(
        msgspec.structs.replace(INCIDENT, narrative=text), on=date(2026, 3, 2)
    )
    assert set(found.signals) <= ALLOWED
    suspected = any(signal != "text:circle" for signal in found.signals)
    assert found.classification == ("suspected" if suspected else "not_hg")
