"""Keys and proofs that are made to prove what is not so."""

from __future__ import annotations

import base64
from collections.abc import Sequence

import pytest
from made_log import ORIGIN, MadeLog, log_key, log_of, witness, witness_key

from ketensluis.errors import KetensluisError, Refused
from ketensluis.journal.checkpoints import Head, cosign, cosigned, open_checkpoint, sign
from ketensluis.journal.hashing import EMPTY_ROOT, leaf_hash, node_hash
from ketensluis.journal.key_terms import KeyTerms
from ketensluis.journal.keys import JournalKeys
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import KeyKind, Line, Note, SigningKey, VerifyingKey
from ketensluis.journal.proofs import check_consistency, check_inclusion

LOG = LogKeys.only(log_key().public)
# 2**252 + 27742317777372353535851937790883648493, the order of Ed25519's group (RFC 8032).
ORDER = 2**252 + 27742317777372353535851937790883648493
IDENTITY = b"\x01" + bytes(31)


@pytest.fixture
def log() -> MadeLog:
    return log_of(5)


# Signatures.


def test_the_other_form_of_a_signature_is_none(log: MadeLog):
    """S + L verifies where S is not bounded: a line that differs, and was never given."""
    note = log.checkpoint()
    (line,) = note.lines
    other = int.from_bytes(line.signature[32:], "little") + ORDER
    forged = Line(line.name, line.key_id, line.signature[:32] + other.to_bytes(32, "little"))
    with pytest.raises(Refused, match="not good"):
        open_checkpoint(Note(note.text, (forged,)), LOG)


SMALL = [
    0,
    1,
    2**255 - 20,
    2**255 - 19,
    2**255 - 18,
    0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
]


def test_with_a_key_of_small_order_anyone_signs_anything():
    """Why such a key is no witness's: these 64 bytes are over every message."""
    key = VerifyingKey("w", KeyKind.NOTE, IDENTITY)
    line = Line("w", key.key_id, IDENTITY + bytes(32))
    assert key.verify(line, b"one thing")
    assert key.verify(line, b"and another")


@pytest.mark.parametrize("sign_bit", [0, 1 << 255])
@pytest.mark.parametrize("point", SMALL)
def test_a_key_of_small_order_is_no_key(point: int, sign_bit: int):
    public = (point | sign_bit).to_bytes(32, "little")
    with pytest.raises(KetensluisError, match="not an Ed25519 key"):
        VerifyingKey.parse(str(VerifyingKey("w", KeyKind.COSIGNATURE, public)))


@pytest.mark.parametrize("at", [2**40, 2**63, 2**64 - 1])
def test_a_cosignature_of_a_time_that_cannot_be_is_none(log: MadeLog, at: int):
    """Else one party could stop whoever writes down when it was seen."""
    note = log.checkpoint()
    seen = note.with_lines([cosign(note, witness_key(), at)])
    with pytest.raises(Refused) as caught:
        cosigned(seen, [witness()])
    assert caught.value.code == "bad_cosignature"


def test_a_cosignature_under_anothers_name_is_not_his(log: MadeLog):
    note, one, other = log.checkpoint(), witness_key(1), witness_key(2)
    line = cosign(note, one, 5)
    copied = Line(other.public.name, line.key_id, line.signature)
    assert cosigned(note.with_lines([copied]), [witness(2)]) == []
    forged = Line(other.public.name, other.public.key_id, line.signature)
    with pytest.raises(Refused, match="not good"):
        cosigned(note.with_lines([forged]), [witness(2)])


def test_a_line_with_the_id_of_the_logs_key_and_another_signature_is_not_taken(log: MadeLog):
    """Two keys of a name may share four bytes: the signature decides, not the id."""
    note = log.checkpoint()
    stranger = SigningKey.from_seed(ORIGIN, KeyKind.NOTE, b"s" * 32)
    signature = stranger.line(note.text.encode()).signature
    forged = Line(ORIGIN, log_key().public.key_id, signature)
    with pytest.raises(Refused):
        open_checkpoint(Note(note.text, (forged,)), LOG)


@pytest.mark.parametrize(
    "origin", ["l\u043eg.example/journal", "log.example/journal\u200b", "LOG.example/journal"]
)
def test_a_name_that_looks_like_the_logs_is_another(log: MadeLog, origin: str):
    """A Cyrillic letter, a space of no width, another case; signed with the log's own key."""
    growing = log.growing
    key = log_key(origin)
    note = sign(Head(origin, growing.size, growing.root()), key)
    with pytest.raises(Refused):
        open_checkpoint(note, LOG)
    assert key.public.key_id != log_key().public.key_id


def test_a_root_with_bits_that_mean_nothing_is_read_as_the_same_state(log: MadeLog):
    """Base64 of 32 bytes leaves two bits over; a signed text with others is one state, not two."""
    head = open_checkpoint(log.checkpoint(), LOG)
    encoded = base64.b64encode(head.root).decode()
    other = encoded[:-2] + chr(ord(encoded[-2]) + 1) + "="
    assert Head.parse(f"{ORIGIN}\n5\n{other}\n") == head


# Who is a witness.


def test_one_key_under_two_names_is_no_two_witnesses():
    key = witness()
    named = VerifyingKey("another/name", KeyKind.COSIGNATURE, witness_key().public.public)
    with pytest.raises(KetensluisError) as refused:
        JournalKeys(LOG, {"police": key, "vt:zeeland": KeyTerms.only(named)}, 2)
    assert refused.value.code == "bad_witness_keys"


def test_the_log_is_no_witness_of_itself():
    own = VerifyingKey(ORIGIN + "/witness", KeyKind.COSIGNATURE, log_key().public.public)
    with pytest.raises(KetensluisError, match="have one key"):
        JournalKeys(LOG, {"police": KeyTerms.only(own)}, 1)


@pytest.mark.parametrize("quorum", [0, -1])
def test_a_quorum_of_nobody_is_none(quorum: int):
    with pytest.raises(KetensluisError, match="quorum"):
        JournalKeys(LOG, {"police": witness()}, quorum)


# Proofs.


def test_a_node_is_no_leaf_and_a_leaf_no_node(log: MadeLog):
    """Without the two domains a pair of hashes would pass as one entry (second preimage)."""
    left, right = log.leaves[:2]
    entry = left + right
    assert leaf_hash(entry) != node_hash(left, right)
    assert leaf_hash(b"\x01" + entry) != node_hash(left, right)
    smaller = log_of(4)
    root = smaller.growing.root()
    proof = [node_hash(*smaller.leaves[2:])]
    with pytest.raises(Refused):  # of the size that was signed it is no proof
        check_inclusion(node_hash(*smaller.leaves[:2]), 0, 4, proof, root)
    with pytest.raises(Refused):
        check_inclusion(leaf_hash(entry), 0, 2, proof, root)


@pytest.mark.parametrize(
    ("index", "size"), [(0, 0), (-1, 5), (5, 5), (0, -1), (2**63, 5), (4, 2**63)]
)
def test_there_is_no_proof_of_what_cannot_be_in_a_log(log: MadeLog, index: int, size: int):
    for proof in ([], log.inclusion(4), [EMPTY_ROOT] * 63):
        with pytest.raises(Refused):
            check_inclusion(log.leaves[4], index, size, proof, log.growing.root())


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5])
def test_a_proof_with_a_hash_too_many_or_too_few_is_none(log: MadeLog, size: int):
    small = log_of(size)
    root = small.growing.root()
    for index in range(size):
        proof = small.inclusion(index)
        check_inclusion(small.leaves[index], index, size, proof, root)
        others: list[Sequence[bytes]] = [[*proof, root], [root, *proof], [*proof, *proof, root]]
        if proof:
            others += [proof[1:], proof[:-1]]
        for other in others:
            with pytest.raises(Refused):
                check_inclusion(small.leaves[index], index, size, other, root)


@pytest.mark.parametrize(("old", "new"), [(0, 5), (5, 5), (3, 5), (4, 5), (1, 2), (0, 0)])
def test_a_proof_of_consistency_with_a_hash_too_many_is_none(log: MadeLog, old: int, new: int):
    before = log_of(old).growing.root() if old else EMPTY_ROOT
    after = log_of(new).growing.root() if new else EMPTY_ROOT
    proof = log_of(new or 1).prove(old, new)
    check_consistency(old, new, proof, before, after)
    for other in ([*proof, after], [before, *proof], [*proof, *proof, after]):
        with pytest.raises(Refused):
            check_consistency(old, new, other, before, after)


@pytest.mark.parametrize(("old", "new"), [(-1, 5), (6, 5), (5, 0), (2**63, 5)])
def test_a_log_never_begins_with_more_than_it_has(log: MadeLog, old: int, new: int):
    with pytest.raises(Refused):
        check_consistency(old, new, log.prove(3, 5), log.growing.root(), log.growing.root())
