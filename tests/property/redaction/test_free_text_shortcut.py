"""A value that may not be read is found in a masked text wherever an expression would find it."""

from __future__ import annotations

import re

from hypothesis import example, given
from hypothesis import strategies as st
from made_incidents import incident, person

from ketensluis.redaction.free_text import SURVIVED, masked_narrative
from ketensluis.redaction.spelling import plain

# Letters that are one for an expression that ignores case, and others for `lower`.
LETTERS = st.sampled_from("aAiI\u0131sS\u017fkK\u212a\u00e9\u00df")
NAMES = st.text(LETTERS, min_size=3, max_size=8)


def found(name: str, text: str) -> bool:
    """As `free_text` says it, without a cheap test before."""
    flags = re.IGNORECASE if len(name) >= 6 else 0
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text, flags) is not None


@given(NAMES, st.lists(NAMES, max_size=4), st.sampled_from(["", ", "]))
@example("Yilmaz", ["Y\u0131lmaz"], "")
@example("Kassies", ["\u212aA\u017f\u017fIES"], "")
def test_the_cheap_test_lets_no_name_pass_that_is_there(
    name: str, others: list[str], between: str
) -> None:
    text = between.join([*others, name.swapcase()])
    it = incident(persons=[person("p1", "victim", surname=name)], relations=[], narrative="x")

    said = masked_narrative(it, lambda *_: text, frozenset({"persons[0].surname"}))

    expected = found(plain(name), plain(text))
    assert said == ((None, SURVIVED) if expected else (text, None))
