"""A witness signs what continues what it saw, and nothing else."""

from __future__ import annotations

import pytest
from made_log import log_keys, log_of, witness, witness_key

from ketensluis.errors import Refused
from ketensluis.journal.checkpoints import Cosigned, cosigned
from ketensluis.journal.witness import Witness, compare

WITNESS = Witness(witness_key(), log_keys())


def other_past(number: int) -> bytes | None:
    """What was entry 7 is another now."""
    return b"rewritten" if number == 7 else None


def test_the_first_checkpoint_is_cosigned():
    log = log_of(20)
    seen = WITNESS.look(log.checkpoint(), None, log.prove, 1_770_000_000)
    note = log.checkpoint().with_lines([seen.line])
    assert cosigned(note, [witness()]) == [Cosigned("log.example/witness/1", 1770000000)]
    assert seen.remember == log.checkpoint()


@pytest.mark.parametrize("later", [20, 21, 300])
def test_a_checkpoint_that_continues_the_last_is_cosigned(later: int):
    before, log = log_of(20), log_of(later)
    assert WITNESS.look(log.checkpoint(), before.checkpoint(), log.prove, 1)


def test_history_rewritten_and_signed_again_by_the_operator_is_not_cosigned():
    """A whole day replaced: every hash and signature is good, but it is another past."""
    log = log_of(300, other_past)
    with pytest.raises(Refused, match="inconsistent"):
        WITNESS.look(log.checkpoint(), log_of(20).checkpoint(), log.prove, 1)


def test_two_histories_of_one_size_are_not_cosigned():
    log = log_of(20, other_past)
    with pytest.raises(Refused, match="two_histories"):
        WITNESS.look(log.checkpoint(), log_of(20).checkpoint(), log.prove, 1)


def test_a_truncated_log_with_an_older_checkpoint_is_not_cosigned():
    log = log_of(19)
    with pytest.raises(Refused, match="older_checkpoint"):
        WITNESS.look(log.checkpoint(), log_of(20).checkpoint(), log.prove, 1)


def test_two_parties_that_were_shown_two_histories_find_it_when_they_compare():
    one, other = log_of(20), log_of(30, other_past)
    with pytest.raises(Refused, match="inconsistent"):
        compare(one.checkpoint(), other.checkpoint(), log_keys(), other.prove)
    with pytest.raises(Refused, match="two_histories"):
        compare(one.checkpoint(), log_of(20, other_past).checkpoint(), log_keys(), one.prove)


def test_two_parties_that_were_shown_one_history_find_nothing():
    one, other = log_of(20), log_of(30)
    compare(one.checkpoint(), other.checkpoint(), log_keys(), other.prove)
    compare(other.checkpoint(), one.checkpoint(), log_keys(), other.prove)
