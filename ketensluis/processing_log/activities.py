"""Which processing activity an action belongs to, as the parties' register of them names it.

The standard wants a new identifier for each version of an activity; so these are data with
validity dates (`reference/processing-activities.yaml`).
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ketensluis.errors import KetensluisError
from ketensluis.model.dated_file import Dated, load_dated
from ketensluis.model.local_time import local_date
from ketensluis.model.processing import ProcessingActionKind, SubjectIdType

__all__ = ["Activities", "Activity", "load_activities"]

_Uri = Annotated[str, Field(pattern=r"^(https?://|urn:)\S+$")]


class Activity(Dated):
    """One version of a processing activity.

    `kind` is what was done, `recipients` the kinds of party (`vt`) for which this version is,
    or `*`; `id` its URI in the register.
    """

    kind: ProcessingActionKind
    recipients: tuple[str, ...] = ("*",)
    id: _Uri
    name: Annotated[str, Field(min_length=1)]


class Activities(BaseModel):
    """The activities, and how each kind of id of a data subject is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: Literal["example", "in_force"]
    subject_id_types: dict[SubjectIdType, Annotated[str, Field(min_length=1)]]
    activities: tuple[Activity, ...]

    def of(self, kind: ProcessingActionKind, recipient: str | None, at: datetime) -> Activity:
        """The activity on that day; one for the recipient's kind goes before one for all.

        Raises:
            KetensluisError: `no_activity`: none is in force.
        """
        party, day = (recipient or "").partition(":")[0], local_date(at)
        for wanted in (party, "*"):
            for each in self.activities:
                if each.kind == kind and wanted in each.recipients and each.in_force(day):
                    return each
        raise KetensluisError(
            "no_activity",
            f"no processing activity for {kind} is in force on {day}",
            "add one to reference/processing-activities.yaml, with its dates",
        )


def load_activities(folder: Path) -> Activities:
    """The activities of the folder's file.

    Raises:
        KetensluisError: `bad_activities`, with the place that is wrong.
    """
    return load_dated(folder / "processing-activities.yaml", Activities, "bad_activities")
