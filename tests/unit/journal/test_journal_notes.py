"""Notes, checkpoints and cosignatures, with the examples of the C2SP specifications."""

from __future__ import annotations

import base64

import pytest
from made_log import ORIGIN, log_key, log_keys, log_of, witness, witness_key

from ketensluis.errors import KetensluisError, Refused
from ketensluis.journal.checkpoints import Cosigned, Head, cosign, cosigned, open_checkpoint, sign
from ketensluis.journal.notes import KeyKind, Line, Note, SigningKey, VerifyingKey

# The text and the key of the example in the documentation of Go's sumdb/note.
PETER = (
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz",
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
)
SAID = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
PETERS_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfq"
    "dngotpRZb6KE6RyyBwJnAM=\n"
)
BEHIND_THE_SOFA = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
    "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3"
    "b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
)


def test_a_key_of_gos_makes_the_signature_that_go_makes():
    private, public = PETER
    key = SigningKey.parse(private)
    assert str(key.public) == public
    assert key.written() == private
    assert str(key.line(SAID.encode())) == PETERS_LINE


def test_the_checkpoint_of_the_specification_is_read_with_the_time_of_its_cosignature():
    note = Note.parse(BEHIND_THE_SOFA)
    head = Head.parse(note.text)
    assert (head.origin, head.size) == ("example.com/behind-the-sofa", 20852163)
    assert head.text() == note.text
    assert str(note) == BEHIND_THE_SOFA
    assert int.from_bytes(note.lines[1].signature[:8]) == 1679315147


@pytest.mark.parametrize(
    "written",
    [
        "",
        "no signature\n",
        "text\n\n",
        "text\n— name AAAAAAA=\n",
        "text\n\n- name AAAAAAA=\n",
        "text\n\n— na+me AAAAAAA=\n",
        "text\n\n—  AAAAAAA=\n",
        "text\n\n— name AAAA\n",
        "text\n\n— name not base64\n",
        "text\n\n— name AAAAAAA=",
        "te\x00xt\n\n— name AAAAAAA=\n",
        "text\n\n" + "— name AAAAAAA=\n" * 300,
    ],
)
def test_what_is_no_signed_note_is_refused(written: str):
    with pytest.raises(Refused, match="bad_note"):
        Note.parse(written)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name+00000000",
        PETER[1].replace("c74f20a3", "c74f20a4"),
        PETER[1][:-4],
        PETER[1].replace("+AR", "+BR"),
        PETER[1].replace("PeterNeumann", "Peter Neumann"),
    ],
)
def test_what_is_no_key_is_named_so(text: str):
    with pytest.raises(KetensluisError, match="bad_key"):
        VerifyingKey.parse(text)


@pytest.mark.parametrize(
    "text",
    [
        "log\n",
        "log\n5\n",
        "\n5\n" + base64.b64encode(b"x" * 32).decode(),
        "log\n05\n" + base64.b64encode(b"x" * 32).decode(),
        "log\n-5\n" + base64.b64encode(b"x" * 32).decode(),
        "log\n5\n" + base64.b64encode(b"x" * 31).decode(),
        "log\n0\n" + base64.b64encode(b"x" * 32).decode(),
    ],
)
def test_a_note_that_is_no_checkpoint_is_refused(text: str):
    with pytest.raises(Refused, match="bad_checkpoint"):
        Head.parse(text)


def test_a_checkpoint_of_another_log_is_refused():
    with pytest.raises(Refused, match="unknown_log"):
        open_checkpoint(log_of(3).checkpoint(), log_keys(log_key("other.example/journal")))


def test_a_checkpoint_signed_with_another_key_of_the_same_name_is_refused():
    with pytest.raises(Refused, match="bad_log_signature"):
        open_checkpoint(log_of(3).checkpoint(), log_keys(log_key(seed=b"o" * 32)))


def test_a_checkpoint_whose_text_was_altered_is_refused():
    note = log_of(3).checkpoint()
    altered = Note(note.text.replace("\n3\n", "\n4\n"), note.lines)
    with pytest.raises(Refused, match="bad_log_signature"):
        open_checkpoint(altered, log_keys())


def test_cosignatures_of_known_witnesses_are_found_with_their_times():
    note = log_of(3).checkpoint()
    keys = [witness_key(number) for number in (1, 2, 3)]
    note = note.with_lines(cosign(note, key, 1000 + n) for n, key in enumerate(keys))
    assert cosigned(Note.parse(str(note)), [witness(1), witness(2)]) == [
        Cosigned("log.example/witness/1", 1000),
        Cosigned("log.example/witness/2", 1001),
    ]


def test_a_cosignature_moved_to_another_checkpoint_is_refused():
    line = cosign(log_of(3).checkpoint(), witness_key(), 1000)
    with pytest.raises(Refused, match="bad_cosignature"):
        cosigned(log_of(4).checkpoint().with_lines([line]), [witness()])


def test_a_cosignature_with_another_time_is_refused():
    note = log_of(3).checkpoint()
    line = cosign(note, witness_key(), 1000)
    later = Line(line.name, line.key_id, (1001).to_bytes(8) + line.signature[8:])
    with pytest.raises(Refused, match="bad_cosignature"):
        cosigned(note.with_lines([later]), [witness()])


def test_a_witness_that_signs_as_if_it_were_the_log_is_not_taken_for_it():
    """One key for both would still not do: the byte of the kind is in the key's id."""
    seed = b"l" * 32
    as_witness = SigningKey.from_seed(ORIGIN, KeyKind.COSIGNATURE, seed)
    note = log_of(3).checkpoint()
    alone = Note(note.text, (cosign(note, as_witness, 1000),))
    with pytest.raises(Refused, match="bad_log_signature"):
        open_checkpoint(alone, log_keys())


def test_the_same_head_is_signed_with_the_same_bytes():
    head = Head(ORIGIN, 1, b"r" * 32)
    assert sign(head, log_key()) == sign(head, log_key())
