"""Who may see which rows and which fields of them: nobody, unless it says so here.

Two sides, and never both in one token. The police side sees the cases of its own units; the
recipients' side sees what was sent to it, and of that only what it can know anyway. That a
referral is held, why, and by whom is for supervision alone: a hold in the interest of an
investigation that shows on the list of Veilig Thuis, or a colleague's case that shows on a
colleague's list, would defeat it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import ColumnElement, Table, and_, false, true

from ketensluis.errors import KetensluisError
from ketensluis.model.party import party

__all__ = ["EVERYTHING", "Forbidden", "Role", "Viewer", "viewer_of"]

_ALL = "*"


class Role(StrEnum):
    """The roles that may use the work list; alarms are addressed to the same names."""

    HG_COORDINATOR = "hg_coordinator"
    """Police, of units: chases, and repairs labels."""
    SUPERVISOR = "supervisor"
    """Police, of units: sees holds and the restricted class too."""
    CONTROL_DEPARTMENT = "control_department"
    """Police, of units: audits, so sees what the supervisor sees."""
    INTAKE = "intake"
    """A recipient's desk: of Veilig Thuis by region, of OM by unit."""
    CONTROL_ROOM = "control_room"
    """Police, of units: looks a person or an address up, and sees nothing else."""


_SUPERVISION = frozenset({Role.SUPERVISOR, Role.CONTROL_DEPARTMENT})


class Forbidden(KetensluisError):  # noqa: N818 - named after the answer, 403
    """The token is sound, but gives no right to this."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Someone who looks, by role and by the units and regions that the role is held for.

    `person` is who it is, as the issuer names them (`sub`): for the log of consultations alone.
    """

    role: Role
    units: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    person: str | None = field(default=None, repr=False)

    @property
    def police(self) -> bool:
        """Whether it is the sender's side."""
        return self.role is not Role.INTAKE

    @property
    def supervises(self) -> bool:
        """Whether holds, and who imposed them, may be seen."""
        return self.role in _SUPERVISION

    @property
    def looks_up(self) -> bool:
        """Whether it may look somebody up; who may has no list to see."""
        return self.role is Role.CONTROL_ROOM

    @property
    def scope(self) -> str:
        """The units and regions, as they stand beside a note."""
        return ", ".join(sorted((*self.units, *self.regions)))

    def sees(self, rows: Table) -> ColumnElement[bool]:
        """The condition on `cases` or `runs` for what it may see."""
        if not self.police:
            # What was not sent does not exist for a recipient, nor do the sender's own clocks.
            mine = and_(rows.c.recipient.in_(sorted(self._desks())), rows.c.sent.is_(true()))
            return and_(mine, rows.c.theirs.is_(true())) if "theirs" in rows.c else mine
        if not self.units:
            return false()
        own = true() if _ALL in self.units else rows.c.unit.in_(sorted(self.units))
        return own if self.supervises else and_(own, rows.c.restricted.is_(false()))

    def audits(self, rows: Table) -> ColumnElement[bool]:
        """The condition on `lookups` for those whose record it may see.

        What was asked by a control room of several units is for who has all of them (`*`).
        """
        if not self.supervises:
            return false()
        return true() if _ALL in self.units else rows.c.by_scope.in_(sorted(self.units))

    def _desks(self) -> Iterable[str]:
        """The parties whose mail it handles; `*` is of no use here: a desk is one party's."""
        yield from (party("vt", region) for region in self.regions)
        yield from (party("om", unit) for unit in self.units)


# Whoever runs a command on the hub's own machine reads the database itself.
EVERYTHING = Viewer(Role.SUPERVISOR, units=frozenset({_ALL}))


def viewer_of(role: object, units: object, regions: object, person: object = None) -> Viewer:
    """The viewer that a token's claims describe.

    Raises:
        Forbidden: `unknown_role`, or `no_scope` where neither units nor regions give any right.
    """
    if not isinstance(role, str) or role not in {each.value for each in Role}:
        raise Forbidden(
            "unknown_role",
            "the token's role gives no access to the work list",
            f"ask for one of {', '.join(Role)}",
        )
    viewer = Viewer(
        Role(role), _names(units, "units"), _names(regions, "regions"),
        person if isinstance(person, str) and person else None,
    )  # fmt: skip
    if not (viewer.units if viewer.police else viewer.units | viewer.regions):
        raise Forbidden(
            "no_scope",
            "the token names no unit or region",
            "have the issuer add the claim `units` (police, OM) or `regions` (Veilig Thuis)",
        )
    return viewer


def _names(claim: object, called: str) -> frozenset[str]:
    if claim is None:
        return frozenset()
    if not isinstance(claim, list) or not all(isinstance(each, str) and each for each in claim):
        raise Forbidden("bad_claim", f"the claim `{called}` is not a list of names")
    return frozenset(claim)
