"""Masks Dutch police prose: what is not recognised as ordinary language does not stay."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from ketensluis.errors import KetensluisError
from ketensluis.model.incident import Person, Place
from ketensluis.model.resources import resource
from ketensluis.redaction.masking.accounts import Accounts
from ketensluis.redaction.masking.addresses import Addresses
from ketensluis.redaction.masking.affiliations import judge_affiliations, judge_refuges
from ketensluis.redaction.masking.articles import release_articles
from ketensluis.redaction.masking.bare_houses import judge_bare_houses
from ketensluis.redaction.masking.births import judge_births
from ketensluis.redaction.masking.continuations import judge_continuations
from ketensluis.redaction.masking.dates import judge_dates
from ketensluis.redaction.masking.dictated import judge_dictated
from ketensluis.redaction.masking.dwellings import judge_dwellings
from ketensluis.redaction.masking.figure_weighing import FigureWeighing
from ketensluis.redaction.masking.firms import judge_firms
from ketensluis.redaction.masking.first_come import first_come
from ketensluis.redaction.masking.forms import judge_forms
from ketensluis.redaction.masking.hideouts import judge_hideouts
from ketensluis.redaction.masking.joining import joined, rendered
from ketensluis.redaction.masking.left_over import judge_left_over
from ketensluis.redaction.masking.lexicon import Lexicon
from ketensluis.redaction.masking.lines import read_persons, read_place
from ketensluis.redaction.masking.looks import Forms
from ketensluis.redaction.masking.loose_births import judge_loose_births
from ketensluis.redaction.masking.lower_names import judge_lower_names
from ketensluis.redaction.masking.lower_towns import judge_lower_towns
from ketensluis.redaction.masking.marks import Span
from ketensluis.redaction.masking.named_nouns import judge_with_names
from ketensluis.redaction.masking.names import judge_words
from ketensluis.redaction.masking.neighbours import spread_names
from ketensluis.redaction.masking.number_runs import judge_runs
from ketensluis.redaction.masking.numbers import judge_announced, judge_numbers
from ketensluis.redaction.masking.organisations import judge_organisations
from ketensluis.redaction.masking.phrases import Phrases
from ketensluis.redaction.masking.prefixes import absorb_prefixes
from ketensluis.redaction.masking.premises import judge_premises
from ketensluis.redaction.masking.quoted import judge_quoted
from ketensluis.redaction.masking.record import Record, read_record
from ketensluis.redaction.masking.remnants import judge_remnants
from ketensluis.redaction.masking.reviewing import Reviewing, marked
from ketensluis.redaction.masking.said_streets import judge_said_streets
from ketensluis.redaction.masking.split_names import judge_split_names
from ketensluis.redaction.masking.spoken import find_spoken
from ketensluis.redaction.masking.styles import DICTATED, style_of
from ketensluis.redaction.masking.tables import Tables, load_tables
from ketensluis.redaction.masking.taken_in import judge_taken_in
from ketensluis.redaction.masking.tokens import BEFORE, Tokens, read, settle
from ketensluis.redaction.masking.told_persons import judge_told_persons
from ketensluis.redaction.masking.weighing import Weighing
from ketensluis.redaction.masking.whereabouts import judge_whereabouts
from ketensluis.redaction.masking.worded_houses import judge_worded_houses
from ketensluis.redaction.masking.written import CALLS, Calls
from ketensluis.redaction.spelling import legible

__all__ = ["Masker"]

_REMEDY = "install the program anew, or restore the folder reference/masking"


class Masker:
    """Word lists and judges in memory; immutable after loading, so safe to share."""

    def __init__(self, tables: Tables, weighing: Weighing) -> None:
        self.weighing = weighing
        self.figures = FigureWeighing(weighing.weights)
        self.reviewing = Reviewing(weighing.weights, weighing.share)
        self._phrases = Phrases(tables)
        self._forms = Forms(Lexicon(tables), (*CALLS, self._phrases.begins, weighing.begins))
        self._accounts = Accounts(tables)
        self._addresses = Addresses(tables)

    @classmethod
    def load(cls, folder: Path | None = None) -> Self:
        """Build the tables from `folder`, by default the lists that ship with the program.

        Errors: KetensluisError `masker_unavailable`; then no text may be released.
        """
        try:
            folder = folder or resource("reference") / "masking"
            return cls(load_tables(folder), Weighing.load(folder))
        except Exception as error:
            raise KetensluisError(
                "masker_unavailable",
                f"the word lists of the masking cannot be read ({type(error).__name__})",
                _REMEDY,
            ) from error

    def mask(self, text: str, persons: Sequence[Person] = (), place: Place | None = None) -> str:
        """`text`, as it is read, with a mark such as `[naam]` for whatever points to a person.

        Errors: KetensluisError `masking_failed`; the caller then withholds this text.
        """
        text = legible(text)  # an accent by itself, or what nobody sees, would cut a name in two
        return rendered(text, self.find(text, persons, place))

    def find(
        self, text: str, persons: Sequence[Person] = (), place: Place | None = None
    ) -> list[Span]:
        """The places that `mask` replaces, in order and apart from each other.

        Errors: KetensluisError `masking_failed`.
        """
        try:
            return self._find(text, read_record(persons, place))
        except Exception as error:  # noqa: BLE001 - whatever it dies of, the text must not go
            # The cause is left out: its message could hold a word of the text.
            raise KetensluisError(
                "masking_failed",
                f"a text could not be masked ({type(error).__name__})",
                "the text is withheld; report it with the incident's number",
            ) from None

    def mask_line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """One line of `sluis mask`: `id`, `text`, `persons`, `place` to `id` and `masked_text`.

        What is odd in persons or place is passed over, as the text is masked all the same.
        Errors: KetensluisError `no_text` where `text` is no string, or `masking_failed`.
        """
        text = line.get("text")
        if not isinstance(text, str):
            raise KetensluisError(
                "no_text", "the field text is not a string", "give the text that is to mask"
            )
        persons, place = read_persons(line.get("persons")), read_place(line.get("place"))
        return {"id": line.get("id", ""), "masked_text": self.mask(text, persons, place)}

    def _find(self, text: str, record: Record) -> list[Span]:
        style = style_of(text)
        tokens, calls = read(text, self._forms, style)
        spans = self._judge(tokens, calls, text, record, style)
        ruled = marked(tokens)
        self._weigh(tokens, calls, style)
        self.reviewing.judge(tokens, ruled, style=style)
        release_articles(tokens)
        judge_left_over(tokens, calls)
        judge_lower_names(tokens, calls)
        judge_told_persons(tokens, calls)
        judge_firms(tokens, calls)
        judge_lower_towns(tokens, calls)
        judge_hideouts(tokens, calls)
        judge_taken_in(tokens, calls)
        judge_dwellings(tokens, calls)
        judge_worded_houses(tokens, calls)
        judge_continuations(tokens)
        return joined(tokens, text, spans)

    def before_review(self, text: str, record: Record) -> tuple[Tokens, set[int]]:
        """What goes when all has been weighed once, and where something went by rules alone."""
        tokens, calls = self.by_rules(text, record)
        ruled = marked(tokens)
        self._weigh(tokens, calls, style_of(text))
        return tokens, ruled

    def _weigh(self, tokens: Tokens, calls: Calls, style: str) -> None:
        self.figures.judge(tokens, style)
        self.weighing.judge(tokens, calls, style=style)
        judge_refuges(tokens, calls)
        absorb_prefixes(tokens)

    def by_rules(self, text: str, record: Record) -> tuple[Tokens, Calls]:
        """What single rules say, before all clues are weighed; and where judges begin."""
        style = style_of(text)
        tokens, calls = read(text, self._forms, style)
        self._judge(tokens, calls, text, record, style)
        return tokens, calls

    def _judge(
        self, tokens: Tokens, calls: Calls, text: str, record: Record, style: str
    ) -> list[Span]:
        judge_dictated(tokens, calls)
        judge_said_streets(tokens, calls)
        if style == DICTATED:
            judge_split_names(tokens, self._forms)
        spans = judge_dates(tokens, calls, text, first_come(text), record)
        _settle(tokens, [*spans, *find_spoken(tokens, calls)])
        judge_births(tokens, calls)
        judge_loose_births(tokens, calls)
        judge_runs(tokens, calls)
        self._phrases.judge(tokens, calls, record)
        judge_forms(tokens, calls)
        judge_organisations(tokens, calls)
        judge_affiliations(tokens, calls)
        judge_whereabouts(tokens, calls)
        self._accounts.judge(tokens, calls)
        judge_quoted(tokens, calls)
        judge_announced(tokens, calls)
        judge_words(tokens, record, style)
        spread_names(tokens)
        self._addresses.judge(tokens, calls)
        judge_bare_houses(tokens, calls, record)
        judge_premises(tokens, calls)
        judge_numbers(tokens, calls)
        judge_remnants(tokens, calls)
        judge_with_names(tokens, calls)
        return spans


def _settle(tokens: Tokens, spans: list[Span]) -> None:
    """Give the tokens that a span touches its mark."""
    for span in spans:
        at = bisect_right(tokens, span.start, BEFORE, key=attrgetter("end"))
        while tokens[at].start < span.end:
            if not tokens[at].settled:
                settle(tokens, at, at + 1, span.mark)
            at += 1
