"""The topics and ids that the journal uses, so that several can share a cluster."""

from __future__ import annotations

from dataclasses import dataclass

from ketensluis.journal.scope import is_journalled
from ketensluis.model.party import CHECKPOINTS, COSIGNATURES, JOURNAL_ENTRIES

__all__ = ["GROUP", "Names"]

GROUP = "journal"


@dataclass(frozen=True, slots=True)
class Names:
    """Everything with the same prefix belongs to one log; `group` only chooses who keeps it."""

    prefix: str = ""
    group: str = GROUP

    @property
    def entries(self) -> str:
        """The topic of which the log is made; one partition."""
        return self.prefix + JOURNAL_ENTRIES

    @property
    def checkpoints(self) -> str:
        """The topic of signed checkpoints; one partition."""
        return self.prefix + CHECKPOINTS

    @property
    def cosignatures(self) -> str:
        """The topic of what the witnesses say; one partition."""
        return self.prefix + COSIGNATURES

    @property
    def transactional_id(self) -> str:
        """Whoever holds it is the one writer."""
        return f"{self.prefix}{GROUP}-0"

    def journalled(self, topic: str) -> bool:
        """Whether the records of that topic go into this log."""
        return topic.startswith(self.prefix) and is_journalled(topic.removeprefix(self.prefix))
