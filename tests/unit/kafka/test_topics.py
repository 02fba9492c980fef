"""The plan of the chain's topics, and what is told of a cluster that differs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ketensluis.kafka.topics import Difference, Found, compare, plan


def by_name(**asked: Any):
    return {topic.name: topic for topic in plan(**asked)}


def test_every_party_of_the_reference_map_has_its_topics():
    kinds = Counter(name.rpartition(".")[0] for name in by_name())
    assert kinds["referrals"] == kinds["responses.vt"] == 26
    assert kinds["notices.om"] == kinds["responses.om"] == kinds["feedback.police"] == 10


def test_a_recipient_that_an_agreement_names_has_its_topics():
    names = by_name(others=["rvdk:landelijk"])
    assert {"disclosures.rvdk.landelijk", "responses.rvdk.landelijk"} <= names.keys()


def test_what_meets_in_one_task_has_equally_many_partitions():
    for asked in (1, 4, 12):
        topics = by_name(partitions=asked)
        together = (
            "police.incidents",
            "police.overrides",
            "disclosure.requests",
            "disclosure.history",
            "ledger.events",
            "ledger.cases",
            "ledger.alarms",
        )
        assert {topics[name].partitions for name in together} == {asked}


def test_only_what_holds_one_row_per_key_is_compacted():
    compacted = {
        name for name, topic in by_name().items() if topic.config["cleanup.policy"] == "compact"
    }
    assert compacted == {"disclosure.history", "dossier.memory", "ledger.cases"}


def test_of_three_copies_two_must_have_a_record():
    topics = by_name(replication=3)
    assert {topic.replication for topic in topics.values()} == {3}
    assert {topic.config["min.insync.replicas"] for topic in topics.values()} == {"2"}


def test_a_setting_that_differs_is_named_with_both_values_and_a_missing_topic_is_not():
    planned = by_name()
    topic = planned["quarantine"]
    there = Found(1, 1, {**topic.config, "cleanup.policy": "compact", "other": "x"})
    assert compare(planned.values(), {"quarantine": there, "somebody.elses": there}) == [
        Difference("quarantine", "cleanup.policy", "delete", "compact")
    ]
