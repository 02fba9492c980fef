"""The topics of the chain: which there should be, what differs on a cluster, and making them.

Nothing is ever deleted, shrunk or reconfigured here: a difference is reported, and a person
decides, because more partitions send an incident's next record elsewhere than its last.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ketensluis.kafka.limits import LARGEST_BATCH_BYTES
from ketensluis.model import party as names
from ketensluis.model.regions import load_regions
from ketensluis.model.resources import resource

__all__ = ["Difference", "Found", "TopicPlan", "compare", "plan"]

_FOREVER = str(2**63 - 1)
_PARTITIONS = 4
_RESPONSE_PARTITIONS = 2


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic as it should be; `config` in Kafka's own names."""

    name: str
    partitions: int
    replication: int
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A topic as it is on a cluster; `config` in Kafka's own names, defaults included."""

    partitions: int
    replication: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting of an existing topic that is not as planned."""

    topic: str
    setting: str
    planned: str
    found: str


def plan(
    partitions: int = _PARTITIONS, replication: int = 1, others: Iterable[str] = ()
) -> list[TopicPlan]:
    """Every topic of the chain, by name.

    Args:
        partitions: of the topics that all incidents pass through; these must have equally
            many, as an incident's records have to meet in one task.
        replication: copies of each partition; of three, two must have a record.
        others: recipients other than `vt` and `om` that agreements name, e.g. `rvdk:landelijk`.
    """
    regions = load_regions(resource("reference"))
    vt = [names.party("vt", region) for region in regions.regions]
    answering = [*vt, *regions.offices, *others]
    wide = (
        names.INCIDENTS,
        names.OVERRIDES,
        names.REQUESTS,
        names.LEDGER_EVENTS,
        names.LEDGER_ALARMS,
        # As many as the others, so that an incident's records lie in their order in one.
        names.PROCESSING_LOG,
    )
    single = [
        names.CONTROL_TOTALS,
        names.JOURNAL_ENTRIES,
        names.CHECKPOINTS,
        names.COSIGNATURES,
        names.QUARANTINE,
        names.REMOVALS,
        # One: dossiers overlap, so an incident's persons and homes must meet in one task.
        names.DOSSIER_LINKS,
        names.DOSSIER_MEMORY,
        *map(names.mail_topic, answering),
        *map(names.feedback_topic, regions.units),
    ]
    counts = {
        **dict.fromkeys((*wide, names.HISTORY, names.LEDGER_CASES), partitions),
        **dict.fromkeys(
            map(names.responses_topic, answering), min(partitions, _RESPONSE_PARTITIONS)
        ),
        **dict.fromkeys(single, 1),
    }
    compacted = {names.HISTORY, names.DOSSIER_MEMORY, names.LEDGER_CASES}
    return [
        TopicPlan(name, count, replication, _config(replication, compacted=name in compacted))
        for name, count in sorted(counts.items())
    ]


def compare(planned: Iterable[TopicPlan], found: Mapping[str, Found]) -> list[Difference]:
    """What differs in the planned topics that exist already."""
    return [
        Difference(topic.name, setting, wanted, actual)
        for topic in planned
        if topic.name in found
        for setting, wanted, actual in _settings(topic, found[topic.name])
        if wanted != actual
    ]


def _settings(topic: TopicPlan, found: Found) -> Iterable[tuple[str, str, str]]:
    yield "partitions", str(topic.partitions), str(found.partitions)
    yield "replication", str(topic.replication), str(found.replication)
    for setting, wanted in topic.config.items():
        yield setting, wanted, found.config.get(setting, "")


def _config(replication: int, *, compacted: bool) -> dict[str, str]:
    """What a topic needs whatever the cluster's own defaults are."""
    common = {
        "cleanup.policy": "compact" if compacted else "delete",
        # Retention is a rule of law and has its own place; by default nothing is lost.
        "retention.ms": "-1",
        "retention.bytes": "-1",
        "min.insync.replicas": str(max(1, replication - 1)),
        "max.message.bytes": str(LARGEST_BATCH_BYTES),
        # Kafka's own default refuses what is more than an hour ahead of the broker's clock.
        "message.timestamp.type": "CreateTime",
        "message.timestamp.before.max.ms": _FOREVER,
        "message.timestamp.after.max.ms": _FOREVER,
    }
    # The last segment is never compacted, so it must not grow for ever.
    return {**common, "segment.bytes": str(64 * 2**20)} if compacted else common
