"""Disclosure and dossiers in memory: records pass between them until nothing more comes."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import timedelta

from disclosure_world import CODEC, World
from made_incidents import AT

from ketensluis.model.incident import Incident
from ketensluis.model.ledger import LedgerEvent
from ketensluis.model.messages import DisclosureRequest
from ketensluis.model.party import DOSSIER_LINKS, INCIDENTS, LEDGER_EVENTS, REQUESTS
from ketensluis.model.record import Coordinates, Output, Record
from ketensluis.runtime.stage import Context, StagedState
from services.disclosure.process import DisclosureStage
from services.dossiers.process import DossiersStage


@dataclass
class Chain:
    """Every record lies at its place, one millisecond after the one before it."""

    world: World
    log: list[Record] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    waiting: deque[Record] = field(default_factory=deque)
    memories: dict[str, dict[bytes, bytes]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        hub = self.world.stage
        self.stages: tuple[DisclosureStage | DossiersStage, ...] = (
            hub,
            DossiersStage(opener=hub.opener, sealer=hub.sealer, codec=CODEC),
        )

    def lay(self, output: Output) -> Record:
        """Where the record comes to lie on its topic."""
        offset = sum(each.coordinates.topic == output.topic for each in self.log)
        at = AT + timedelta(milliseconds=len(self.log))
        record = Record(
            Coordinates(output.topic, output.partition or 0, offset),
            output.key,
            output.value,
            output.headers,
            round(at.timestamp() * 1000),
        )
        self.log.append(record)
        return record

    def send(self, *incidents: Incident) -> Chain:
        """The incidents arrive, and all that comes of them is handled."""
        for each in incidents:
            self.arrive(each)
        return self.settle()

    def arrive(self, incident: Incident) -> Record:
        """The incident lies on its topic, not handled yet."""
        sealed = self.world.record(incident)
        output = Output(INCIDENTS, sealed.key, sealed.value, sealed.headers)
        return self.put(output)

    def put(self, output: Output) -> Record:
        record = self.lay(output)
        self.waiting.append(record)
        return record

    def settle(self) -> Chain:
        while self.waiting:
            self.step()
        return self

    def step(self) -> None:
        """Handle the record that has waited longest."""
        record = self.waiting.popleft()
        for stage in self.stages:
            if record.coordinates.topic not in stage.inputs:
                continue
            memory = self.memories.setdefault(stage.name, {})
            state = StagedState(memory.get)
            wanted = stage.refers_to(record)
            referred = next((each for each in self.log if each.coordinates == wanted), None)
            for output in stage.process(record, Context(state, referred)):
                self.outputs.append(output)
                self.put(output)
            for key, value in state.writes.items():
                if value is None:
                    memory.pop(key, None)
                else:
                    memory[key] = value

    def on(self, topic: str) -> list[Record]:
        return [each for each in self.log if each.coordinates.topic == topic]

    def events(self) -> list[LedgerEvent]:
        opener = self.world.stage.opener
        return [opener.plain(each, LedgerEvent) for each in self.on(LEDGER_EVENTS)]

    def last(self, incident_id: str, recipient: str = "vt:groningen") -> LedgerEvent:
        """The newest decision on an incident for a recipient."""
        return [
            each
            for each in self.events()
            if each.kind == "decision"
            and (each.incident_id, each.recipient) == (incident_id, recipient)
        ][-1]

    def requests(self) -> list[DisclosureRequest]:
        opener = self.world.stage.opener
        return [opener.plain(each, DisclosureRequest) for each in self.on(REQUESTS)]

    def links(self) -> int:
        return len(self.on(DOSSIER_LINKS))
