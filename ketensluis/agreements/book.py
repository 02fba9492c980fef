"""The agreements of a folder, and which one is in force for whom, about what, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Literal

from ketensluis.agreements.agreement import Agreement, Scope
from ketensluis.agreements.faults import Fault
from ketensluis.agreements.folder import read_folder
from ketensluis.errors import KetensluisError
from ketensluis.model.local_time import local_date
from ketensluis.model.regions import RegionMap

__all__ = ["Agreements", "Standing", "check", "local_day"]

_MOST_STANDINGS = 65_536  # a bound on memory: of some hundred recipients on every day of a year

Status = Literal["in_force", "no_agreement", "agreement_expired"]


def local_day(at: datetime) -> date:
    """The date in the Netherlands at that instant: agreements begin and end at midnight there."""
    return local_date(at)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a recipient stands: the agreement in force, or else why there is none.

    With status `agreement_expired`, `agreement` is the one that expired last.
    """

    status: Status
    agreement: Agreement | None


@dataclass(frozen=True)
class Agreements:
    """Sound agreements, each with its digest, searched by recipient and date.

    Of the agreements that name a recipient, the more specific goes first: a named recipient
    before a pattern, then named regions before `*`, then a named provider before a kind. The
    most specific one that has begun decides alone. If it has expired, the answer is that it
    expired: a more general one, which may say less about what this party agreed to, never
    takes over in silence.
    """

    all: tuple[Agreement, ...]
    digests: dict[tuple[str, str], str]
    # What follows from the above for each question that was asked; parties and regions are few.
    _standings: dict[tuple[str, str, str, Scope, date], Standing] = field(
        default_factory=dict, repr=False, compare=False
    )
    _further: dict[str, tuple[Agreement, ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    @classmethod
    def of(cls, agreements: Iterable[Agreement]) -> Agreements:
        """Agreements that were made in memory, without a file to take a digest of."""
        return cls(tuple(agreements), {})

    @classmethod
    def load(cls, folder: Path, regions: RegionMap | None = None) -> Agreements:
        """Every `*.yaml` of the folder, or the one file; parties are checked by the map, if given.

        Raises a KetensluisError with code `bad_agreements` that names the first fault and how
        many there are, and does not load the sound ones beside it: half a set of agreements is
        not what was signed.
        """
        texts, faults = read_folder(folder, regions)
        wrong = sorted(fault for fault in faults if fault.level == "fault")
        if wrong:
            more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
            raise KetensluisError(
                "bad_agreements",
                f"the agreements cannot be used: {wrong[0]}{more}",
                f"mend what `sluis agreements check {folder}` names",
            )
        return cls(
            tuple(text.agreement for text in texts),
            {(text.agreement.id, text.agreement.version): text.digest for text in texts},
        )

    def standing(
        self, *, provider: str, recipient: str, region: str, scope: Scope, at: datetime
    ) -> Standing:
        """Which agreement lets `provider` tell `recipient` of an incident, at that instant.

        `provider` is a party (`police:amsterdam`), `region` the Veilig Thuis region that the
        incident belongs to.
        """
        asked = (provider, recipient, region, scope, local_day(at))
        if (standing := self._standings.get(asked)) is None:
            if len(self._standings) >= _MOST_STANDINGS:
                self._standings.clear()
            standing = self._standings[asked] = self._standing(*asked)
        return standing

    def _standing(
        self, provider: str, recipient: str, region: str, scope: Scope, day: date
    ) -> Standing:
        about = self._all_about(provider, recipient, region, scope)
        begun = [agreement for agreement in about if agreement.valid_from <= day]
        if not begun:
            return Standing("no_agreement", None)
        highest = max(map(_specificity, begun))
        rivals = [agreement for agreement in begun if _specificity(agreement) == highest]
        holding = [agreement for agreement in rivals if agreement.in_force(day)]
        if len(holding) == 1:
            return Standing("in_force", holding[0])
        if holding:  # two at once: neither can be told to be what was agreed
            return Standing("no_agreement", None)
        return Standing("agreement_expired", max(rivals, key=lambda one: one.valid_from))

    def _all_about(
        self, provider: str, recipient: str, region: str, scope: Scope
    ) -> tuple[Agreement, ...]:
        return tuple(
            agreement
            for agreement in self.all
            if agreement.incident_scope == scope
            and _names(agreement.recipient, recipient)
            and _provides(agreement.provider, provider)
            and ("*" in agreement.region or region in agreement.region)
        )

    def further(self, *, provider: str) -> tuple[Agreement, ...]:
        """The agreements with recipients other than Veilig Thuis, OM and the police."""
        if (found := self._further.get(provider)) is None:
            found = self._further[provider] = tuple(
                agreement
                for agreement in self.all
                if _provides(agreement.provider, provider)
                and agreement.recipient.partition(":")[0] not in {"vt", "om", "police"}
            )
        return found


def check(folder: Path, regions: RegionMap | None = None) -> list[Fault]:
    """Every fault and warning of the agreements in a folder, or of one, by file and line."""
    return sorted(read_folder(folder, regions)[1])


def _names(pattern: str, party: str) -> bool:
    return pattern == party or (pattern.endswith(":*") and party.startswith(pattern[:-1]))


def _provides(provider: str, party: str) -> bool:
    return _names(provider, party) or provider == party.partition(":")[0]


def _specificity(agreement: Agreement) -> tuple[bool, bool, bool]:
    return (
        not agreement.recipient.endswith(":*"),
        "*" not in agreement.region,
        ":" in agreement.provider and not agreement.provider.endswith(":*"),
    )
