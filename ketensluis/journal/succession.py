"""How those who trust a log's keys learn of the next: by word of the old and of the new.

An announcement is the whole list of keys as a signed note (C2SP signed-note). All that were in
use before sign it, and all that are new: who has stolen one key can neither name a successor
nor retire another. It is no checkpoint, as its first line is no log's name.
"""

from __future__ import annotations

from collections.abc import Iterable

from ketensluis.errors import KetensluisError, Refused
from ketensluis.journal.key_terms import KeyTerm
from ketensluis.journal.log_keys import LogKeys
from ketensluis.journal.notes import Note, SigningKey, VerifyingKey

__all__ = ["announce", "learn"]


def announce(keys: LogKeys, signers: Iterable[SigningKey]) -> Note:
    """The list of keys, signed by these."""
    text = keys.text()
    return Note(text, tuple(each.line(text.encode()) for each in signers))


def learn(known: LogKeys, announcements: Iterable[Note]) -> LogKeys:
    """What someone who knows these keys knows after the announcements, oldest first.

    What is known already is passed over.

    Raises:
        Refused: `bad_succession`, one of them is not the word of those who may give it.
    """
    for note in announcements:
        try:
            told = LogKeys.parse(note.text)
        except KetensluisError as error:
            raise _bad(error.sentence) from error
        if told.origin != known.origin:
            raise _bad("it is of another log")
        if all(_known_better(known.of(each.key), each) for each in told):
            continue
        for each in known:
            _goes_on(each, told.of(each.key))
        must = {each.key for each in known.in_use()} | {
            each.key for each in told if known.of(each.key) is None
        }
        for key in must:
            _signed(note, key)
        known = told
    return known


def _known_better(known: KeyTerm | None, told: KeyTerm) -> bool:
    """Whether it tells nothing new of a key, as it is older than what is known."""
    return (
        known is not None
        and known.from_size == told.from_size
        and (told.until_size is None or told.until_size == known.until_size)
    )


def _goes_on(known: KeyTerm, told: KeyTerm | None) -> None:
    """What was known of a key stays: it may end, or have ended earlier, but not begin again."""
    if told is None or told.from_size != known.from_size:
        raise _bad("a key that was known is not in it, or counts from elsewhere")
    if (
        known.until_size is not None
        and (told.until_size or known.until_size + 1) > known.until_size
    ):
        raise _bad("a key that had ended counts again")


def _signed(note: Note, key: VerifyingKey) -> None:
    line = note.signed_by(key)
    if line is None or not key.verify(line, note.text.encode()):
        raise _bad(f"the key {key.key_id.hex()} did not sign it")


def _bad(sentence: str) -> Refused:
    return Refused(
        "bad_succession", f"the announcement of a key of the log is not good: {sentence}"
    )
