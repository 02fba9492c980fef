"""What a look-up answers, and what stays on record of it: codes, times, incident ids."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from services.worklist.dossier_answers import PersonLine

__all__ = ["Found", "Known", "LookUpLine", "Referral"]


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True)


class Referral(_Answer):
    """How far one obligation of an incident came."""

    recipient: str
    state: str
    reason: str | None = Field(description="Why it was not sent; never why it is held.")
    sent_at: datetime | None
    received_at: datetime | None
    accepted_at: datetime | None
    assessed_at: datetime | None
    fed_back_at: datetime | None
    closed_at: datetime | None


class Known(_Answer):
    """One earlier incident."""

    incident_id: str
    registered_at: datetime
    unit: str
    classification: str
    children_present: str | None
    referrals: tuple[Referral, ...]


class Found(_Answer):
    """What is known of a person or an address; nothing known is no proof that nothing happened."""

    since: datetime = Field(description="Older incidents are not looked at.")
    incidents: int
    labelled: int = Field(description="Of these, labelled as domestic violence.")
    referred: int = Field(description="Of these, with a message that left for a recipient.")
    not_referred: int
    last_registered_at: datetime | None
    more: bool = Field(description="There are more incidents than lines.")
    persons: tuple[PersonLine, ...] = Field(
        description="The roles of the person that was asked about, in all of these incidents; of "
        "an address, those of everyone in the incidents that have a line. By number, without names."
    )
    lines: tuple[Known, ...] = Field(description="The newest first.")


class LookUpLine(_Answer):
    """That somebody looked a person or an address up, and which incidents were shown."""

    number: int
    at: datetime
    by_role: str
    by_scope: str
    purpose: str
    kind: str
    subjects: tuple[str, ...] = Field(description="Keyed pseudonyms.")
    incident_ids: tuple[str, ...]
