"""Whether each override that counted was given by the police, as they signed it.

The hub passes an override on to itself in a request, which nobody signs, and by which it is
decided and replayed: without this, whoever writes on the hub's topics could overrule in the
name of the police.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from ketensluis.audit.findings import Findings
from ketensluis.audit.sources import Source
from ketensluis.envelope.opening import Decode
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.override import Override
from ketensluis.model.record import Record

__all__ = ["OverridesAudit"]


class _Given(NamedTuple):
    """What was signed, and where it lies."""

    override: Override
    place: str


@dataclass
class OverridesAudit:
    """Give it what lies on `police.overrides`, and every ledger event; then let it conclude."""

    findings: Findings
    decode: Decode
    _given: dict[str, list[_Given]] = field(default_factory=dict)
    _told: list[tuple[LedgerEvent, Source]] = field(default_factory=list)
    _under: list[tuple[tuple[str, ...], Source]] = field(default_factory=list)

    def record(self, place: str, record: Record) -> None:
        """An override as the police gave it.

        Raises:
            Refused: it cannot be read.
        """
        override = self.decode(record.value or b"", Override)
        self._given.setdefault(override.override_id, []).append(_Given(override, place))

    def event(self, event: LedgerEvent, source: Source) -> None:
        """What the ledger tells: an override, or a decision that was made under some."""
        if event.kind == "override":
            self._told.append((event, source))
        elif event.overrides:
            self._under.append((event.overrides, source))

    def conclude(self, refused: set[str]) -> None:
        """Hold what counted against what was given; what was `refused` was not given."""
        given = {
            name: [each.override for each in several if each.place not in refused]
            for name, several in self._given.items()
        }
        for event, source in self._told:
            (name,) = event.overrides or ("",)
            if not any(_says(each, event) for each in given.get(name, ())):
                said = f"the police gave no override {name} as the ledger tells it"
                self._find(source, said)
        for names, source in self._under:
            for name in names:
                if not given.get(name):
                    self._find(
                        source, f"decided under override {name}, which the police did not give"
                    )

    def _find(self, source: Source, said: str) -> None:
        self.findings.contradicts(source.timestamp_ms, "override_not_given", source.place, said)


def _says(given: Override, told: LedgerEvent) -> bool:
    return (
        given.incident_id, given.recipient, given.effect, given.paths, given.ends, given.reason,
        given.by_role, given.until,
    ) == (
        told.incident_id, told.recipient, told.code, told.paths, told.replaces, told.reason,
        told.by_role, told.until,
    )  # fmt: skip
