"""Masks the texts of several incidents one after the other, before these are decided.

A text takes a third less time where another was masked just before it, as the tables of the
masking are still in the processor's caches; between two decisions they are not. Which texts will
be asked for is a guess: one that is not masked ahead is masked when it is asked for, as any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from ketensluis.errors import Refused
from ketensluis.model.incident import Incident, Person, Place
from ketensluis.model.party import party
from ketensluis.model.routing import vt_route
from ketensluis.redaction.free_text import MaskText
from services.disclosure.rules import RuleBook

__all__ = ["MaskedAhead"]


class MaskedAhead:
    """`rules` are those that it was given, with a masker that has the texts of `expect` at hand."""

    def __init__(self, rules: RuleBook) -> None:
        self._rules = rules
        self._masker = rules.masker
        self.rules = rules if rules.masker is None else replace(rules, masker=self._mask)
        # By the text, and the very persons and place that it is masked for: they stay in memory.
        self._expected: list[Incident] = []
        self._texts: dict[tuple[str, int, int], str] = {}

    def expect(self, incidents: Iterable[tuple[Incident, datetime]]) -> None:
        """These are decided next, each at that time; those of before are over."""
        self._texts.clear()
        masker = self._masker
        if masker is not None:
            self._expected = [each for each, at in incidents if self._is_asked_for(each, at)]
            for each in self._expected:
                self._mask_now(each, masker)

    def _mask_now(self, incident: Incident, masker: MaskText) -> None:
        text, persons, place = incident.narrative or "", incident.persons, incident.place
        try:
            masked = masker(text, persons, place)
        except Exception:  # noqa: BLE001 - it dies of it again when it is asked, and is heard there
            return
        self._texts[text, id(persons), id(place)] = masked

    def _mask(self, text: str, persons: Sequence[Person], place: Place | None) -> str:
        found = self._texts.get((text, id(persons), id(place)))
        if found is None and self._masker is not None:
            return self._masker(text, persons, place)
        return found or ""

    def _is_asked_for(self, incident: Incident, at: datetime) -> bool:
        """Whether the text goes to Veilig Thuis, if nothing else stands against it."""
        if not incident.narrative or not incident.project_codes or incident.event == "withdrawn":
            return False
        try:
            route = vt_route(incident, self._rules.regions)
        except Refused:
            return False
        standing = self._rules.agreements.standing(
            provider=party("police", incident.unit),
            recipient=route.recipient,
            region=route.region,
            scope="general",
            at=at,
        )
        agreement = standing.agreement
        return agreement is not None and self._rules.redactor(agreement).shows_text(incident)
