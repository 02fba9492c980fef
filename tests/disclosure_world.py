"""A hub with its stage, parties with keys of their own, and records as they lie on topics."""

from __future__ import annotations

from pathlib import Path

from made_incidents import AT, rules
from made_keys import MemoryKeyring

from ketensluis.avro.codec import Codec
from ketensluis.envelope.directory import Directory, Identity
from ketensluis.envelope.mail import Opener, Sealer
from ketensluis.envelope.pki import make_demo_pki
from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.party import INCIDENTS, LEDGER_EVENTS
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.stage import Context, StagedState
from services.disclosure.process import DisclosureStage

UNIT = "police:noord-nederland"
PARTIES = ("hub", UNIT, "police:amsterdam", "vt:groningen", "vt:drenthe", "om:noord-nederland")
CODEC = Codec.from_lock()
ARREST = {"measures": [{"kind": "arrest"}]}


class World:
    """A hub with its stage, and parties with keys of their own."""

    def __init__(self, folder: Path) -> None:
        make_demo_pki(folder, PARTIES, AT)
        self.directory = Directory.load(folder)
        self.keyring = MemoryKeyring()
        self.identities = {party: Identity.load(folder, party) for party in PARTIES}
        self.stage = DisclosureStage(
            opener=self.opener("hub"), sealer=self.sealer("hub"), codec=CODEC, rules=rules()
        )

    def sealer(self, party: str) -> Sealer:
        return Sealer(
            self.identities[party], self.directory, CODEC.encode, keyring=self._keyring_of(party)
        )

    def opener(self, party: str) -> Opener:
        return Opener(self.identities[party], self.directory, CODEC.decode, self._keyring_of(party))

    def _keyring_of(self, party: str) -> MemoryKeyring | None:
        return self.keyring if party.partition(":")[0] in {"hub", "police"} else None

    def record(self, it: Incident, offset: int = 0, by: str = UNIT, key: str = "") -> Record:
        return arrived(
            self.sealer(by).seal(
                it, topic=INCIDENTS, key=key or it.incident_id, subject=it.incident_id, at=AT
            ),
            offset,
        )


def arrived(output: Output, offset: int = 0) -> Record:
    place = Coordinates(output.topic, 0, offset)
    return Record(place, output.key, output.value, output.headers, round(AT.timestamp() * 1000))


class Hub:
    """Runs the stage over records, with one memory."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.memory: dict[bytes, bytes] = {}

    def take(self, record: Record, referred: Record | None = None) -> list[Output]:
        state = StagedState(self.memory.get)
        found = list(self.world.stage.process(record, Context(state, referred)))
        self.memory.update({key: value for key, value in state.writes.items() if value})
        return found

    def events(self, outputs: list[Output]) -> list[LedgerEvent]:
        plain = self.world.opener("hub").plain
        return [
            plain(arrived(each), LedgerEvent) for each in outputs if each.topic == LEDGER_EVENTS
        ]
