# ruff: noqa: D102, D103, INP001, PLR2004, T201 - one file to take along and to read in one sitting
"""Checks a bundle of evidence of the journal, offline, and names what is wrong with it.

    python verify_bundle.py BUNDLE [--keys journal.json] [--seen CHECKPOINT]... [--part]

One file, apart from the project whose log it judges: it needs Python 3.11 and `cryptography`.
What a bundle is made of, and what is proved, is told in docs/explanation/evidence.md.
Exit code: 0 if all holds, 1 if something does not, 2 if it cannot be read as a bundle.
"""

from __future__ import annotations

import argparse
import json
import re
import uuid
import zipfile
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.hashes import SHA256

LATE = 24 * 3600  # seconds that a record may lie unjournalled before it counts as added later
AT_WORK = 60  # what is so many seconds younger than the state that was seen may be undecided
LEDGER, INCIDENTS, QUARANTINE = "ledger.events", "police.incidents", "quarantine"
UNSIGNED = (LEDGER, QUARANTINE, "disclosure.requests", "processing.log")  # the hub's own
PARTS = ("place", "time", "key", "value", "headers")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis")
Json = dict[str, Any]
Certificates = dict[str, dict[bytes, x509.Certificate]]  # by folder, then by fingerprint


class Wrong(Exception):  # noqa: N818 - what is found, not what failed
    """A finding: its code, and one sentence."""


def raw(text: str | None) -> bytes:
    return b64decode(text or "", validate=True)


def raw_url(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hashed(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def roots(leaves: list[bytes], sizes: set[int]) -> dict[int, bytes]:
    """The root over the first so many leaves (RFC 9162, section 2.1.1), for each of the sizes."""
    found, whole = {0: hashed()}, []  # the roots of the whole subtrees, the largest first
    for size, leaf in enumerate(leaves, 1):
        whole.append(leaf)
        for _ in range((size & -size).bit_length() - 1):
            right, left = whole.pop(), whole.pop()
            whole.append(hashed(b"\1", left, right))
        if size in sizes:
            found[size] = whole[-1]
            for left in whole[-2::-1]:
                found[size] = hashed(b"\1", left, found[size])
    return found


def signed_at(note: str, key: str) -> int | None:
    """When a witness signed the note (C2SP signed-note), 0 for the log; None if it did not."""
    name, key_id, encoded = key.split("+", 2)
    kind, public = raw(encoded)[0], ed25519.Ed25519PublicKey.from_public_bytes(raw(encoded)[1:])
    if hashed(name.encode(), b"\n", raw(encoded))[:4].hex() != key_id:
        raise ValueError(f"the key of {name} is not the one that its id names")
    text, _, lines = note.rpartition("\n\n")
    for _, signer, content in (line.split(" ") for line in lines.splitlines()):
        if (signer, raw(content)[:4].hex()) != (name, key_id):
            continue
        at = int.from_bytes(raw(content)[4:12]) if kind == 4 else 0  # a witness's has its time
        said = f"cosignature/v1\ntime {at}\n{text}\n" if kind == 4 else f"{text}\n"
        try:
            public.verify(raw(content)[-64:], said.encode())
        except InvalidSignature:
            raise Wrong("bad_checkpoint", f"the signature of {name} is not good") from None
        return at
    return None


def head(note: str, keys: Json) -> tuple[int, bytes, dict[str, int]]:
    """The size and the root that the log signed, and when which witnesses saw them."""
    name, size, root = note.split("\n")[:3]
    if name != keys["log"].split("+")[0] or signed_at(note, keys["log"]) is None:
        raise Wrong("bad_checkpoint", "the checkpoint is not signed by the log")
    seen = {party: signed_at(note, key) for party, key in keys["witnesses"].items()}
    return int(size), raw(root), {party: at for party, at in seen.items() if at is not None}


def entry_of(record: Json) -> str:
    """The entry that a record has, made again from the record itself."""
    headers = b""
    for name, value in record["headers"]:
        headers += len(name.encode()).to_bytes(4) + name.encode()
        headers += b"\xff" * 4 if value is None else len(raw(value)).to_bytes(4) + raw(value)
    parts = [None if record[name] is None else raw(record[name]) for name in ("key", "value")]
    key, value = ("-" if part is None else hashed(part).hex() for part in parts)
    place = f"{record['topic']} {record['partition']} {record['offset']}"
    rest = (
        f"time {record['timestamp_ms']}\nkey {key}\nvalue {value}\nheaders {hashed(headers).hex()}"
    )
    return f"ketensluis.journal.entry/v1\n{place}\n{rest}\n"


def check_signature(record: Json, certificates: Certificates) -> bool:
    """Whether the signature was checked, and holds; False for what is under encryption."""
    headers = {name: raw(value) for name, value in record["headers"]}
    if "jws" not in headers:
        raise Wrong("unsigned", "a message without a signature")
    if headers.get("content-type") == b"application/jose":
        return False
    protected, _, signature = headers["jws"].decode().split(".")
    claims = json.loads(raw_url(protected))
    signer = certificates["certificates"].get(raw_url(claims["x5t#S256"]))
    if not (signer and vouched(signer, datetime.fromisoformat(claims["sigT"]), certificates)):
        raise Wrong("unknown_signer", "no one vouches for who signed it")
    said = f"{protected}.".encode() + urlsafe_b64encode(raw(record["value"])).rstrip(b"=")
    try:
        verify(signer.public_key(), claims["alg"], raw_url(signature), said)
    except (InvalidSignature, AttributeError, TypeError):  # or a key of another kind
        raise Wrong("bad_signature", "the signature is not over this value") from None
    stated = {f"ce_{name}": value for name, value in claims["ce"].items()}
    moved = [n for n, v in headers.items() if n[:3] == "ce_" and stated.get(n) != v.decode()]
    if moved or claims["topic"] != record["topic"]:
        raise Wrong("bad_signature", "it was signed for another topic or message")
    return True


def verify(key: Any, alg: str, signature: bytes, said: bytes) -> None:
    if alg == "ES256":
        r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
        key.verify(utils.encode_dss_signature(r, s), said, ec.ECDSA(SHA256()))
    elif alg == "PS256":
        key.verify(signature, said, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    else:
        raise InvalidSignature


def vouched(one: x509.Certificate, at: datetime, known: Certificates, depth: int = 3) -> bool:
    """Whether a chain leads from it to an anchor of the directory, at the time of signing."""
    if not one.not_valid_before_utc <= at <= one.not_valid_after_utc or not depth:
        return False
    if one in known["anchors"].values():
        return True
    for issuer in (*known["anchors"].values(), *known["intermediates"].values()):
        try:
            one.verify_directly_issued_by(issuer)
        except (InvalidSignature, TypeError, ValueError):
            continue
        if vouched(issuer, at, known, depth - 1):
            return True
    return False


def incidents_in(event: bytes) -> set[str]:
    """The incident records that a ledger event names; a text of Avro has its length before it."""
    found = re.finditer(rb"police\.incidents\[\d+\]@", event)
    begins = [match.start() for match in found]
    return {event[at : at + event[at - 1] // 2].decode(errors="replace") for at in begins}


class Check:
    """One bundle: counts what is `wrong`, as (code, sentence), and says what `holds`."""

    def __init__(self, bundle: Path | zipfile.Path, keys: Json) -> None:
        self.bundle, self.keys = bundle, keys
        self.wrong: Counter[tuple[str, str]] = Counter()
        self.counts: Counter[str] = Counter()
        self.holds: list[str] = []
        self.certificates: Certificates = {}
        for folder in ("anchors", "intermediates", "certificates"):
            files = [each.read_bytes() for each in (bundle / "directory" / folder).iterdir()]
            found = map(x509.load_pem_x509_certificate, files)
            self.certificates[folder] = {each.fingerprint(SHA256()): each for each in found}
        self.there: set[int] = set()  # entries, by their index
        self.last: dict[tuple[str, str], int] = {}  # offsets, by topic and partition
        self.incidents: dict[str, float] = {}  # when they were sent, by place
        self.decided: set[str] = set()  # places
        self.refused: set[str] = set()  # ids in quarantine
        self.faults: dict[str, Wrong] = {}  # of signatures, by place

    def find(self, code: str, sentence: str) -> None:
        self.wrong[code, sentence] += 1

    def run(self, seen: list[str], *, part: bool) -> None:
        self.history(seen)
        with (self.bundle / "entries.ndjson").open("rb") as lines:
            for line in lines:
                self.entry(**json.loads(line))
        self.left_out(part=part)
        records, signed, sealed = (self.counts[each] for each in ("records", "signed", "sealed"))
        self.holds.append(f"{records} records are as they were journalled")
        self.holds.append(f"{signed} signatures checked, {sealed} under encryption")

    def history(self, seen: list[str]) -> None:
        """One history: each state that was signed, or that others saw, is a beginning of it."""
        content = (self.bundle / "leaves").read_bytes()
        self.leaves = [content[at : at + 32] for at in range(0, len(content), 32)]
        self.size, root, times = head((self.bundle / "checkpoint").read_text(), self.keys)
        self.seen_at, needed = max(times.values(), default=0), self.keys["quorum"]
        if len(times) < needed:
            self.find("too_few_witnesses", f"{len(times)} saw this state, {needed} must have")
        self.holds.append(f"seen by {', '.join(sorted(times)) or 'nobody'}")
        self.holds.append(f"the log {self.keys['log'].split('+')[0]} had {self.size} entries")
        earlier = json.loads((self.bundle / "earlier.json").read_text())
        states = [head(note, self.keys) for note in (*earlier, *seen)]
        known = roots(self.leaves, {self.size, *(size for size, _, _ in states)})
        if len(self.leaves) != self.size or known[self.size] != root:
            self.find("bad_tree", "its leaves do not lead to the root that was signed")
        for size, other, _ in states:
            if size > self.size:
                self.find("truncated", f"others saw {size} entries, this log has {self.size}")
            elif known.get(size) != other:
                self.find("two_histories", f"the log of {size} entries was another")
        seen_at = [(size, max(times.values())) for size, _, times in states if times]
        self.waiting, self.latest = sorted(seen_at, reverse=True), 0

    def entry(self, index: int, entry: str, record: Json | None) -> None:
        """One entry: at its place in the log, in its partition's order, and not added later."""
        topic, partition, offset = entry.split("\n")[1].split(" ")
        place, sent = f"{topic}[{partition}]@{offset}", int(entry.split("\n")[2][5:]) / 1000
        if int(offset) <= (before := self.last.get((topic, partition), -1)):
            self.find("out_of_order", f"{place} comes after {before}")
        self.last[topic, partition] = int(offset)
        while self.waiting and self.waiting[-1][0] <= index:
            self.latest = max(self.latest, self.waiting.pop()[1] - LATE)
        if sent < self.latest:
            self.find("added_later", f"entry {index} ({place}) is older than a state without it")
        leaf = self.leaves[index] if index in range(len(self.leaves)) else None
        if leaf != hashed(b"\0", entry.encode()) or index >= self.size:
            self.find("not_included", f"entry {index} ({place}) is not in the log at that place")
        elif index in self.there:
            self.find("repeated_entry", f"entry {index} is there twice")
        else:
            self.there.add(index)
            if topic == INCIDENTS:
                self.incidents[place] = sent
            if record is not None:
                self.record(place, entry, record)
            elif topic in (LEDGER, QUARANTINE):
                self.counts["unread"] += 1

    def record(self, place: str, entry: str, record: Json) -> None:
        """One record: as its entry says, and signed."""
        topic, ours = record["topic"], entry_of(record)
        if topic == LEDGER:
            self.decided |= incidents_in(raw(record["value"]))
        if ours != entry:
            lines = zip(PARTS, ours.split("\n")[1:], entry.split("\n")[1:], strict=False)
            differ = ", ".join(part for part, mine, theirs in lines if mine != theirs)
            self.find("altered_record", f"{place}: not as journalled: {differ}")
            return
        self.counts["records"] += 1
        if topic == QUARANTINE:
            self.refused.add(raw(record["key"]).decode())
        if topic not in UNSIGNED:
            try:
                checked = check_signature(record, self.certificates)
                self.counts["signed" if checked else "sealed"] += 1
            except Wrong as fault:
                self.faults[place] = fault

    def excused(self, place: str) -> bool:
        """Whether the hub refused it: then it is in quarantine, under an id of its place."""
        return str(uuid.uuid5(NAMESPACE, f"10:quarantine{len(place)}:{place}")) in self.refused

    def left_out(self, *, part: bool) -> None:
        """Nothing is missing of what the bundle covers: no entry, no signature, no decision."""
        about = json.loads((self.bundle / "bundle.json").read_text())
        first, end = about["first"], about["end"]
        missing = [index for index in range(first, end) if index not in self.there]
        for index in missing[:20]:
            self.find("missing_entry", f"entry {index} is not in the bundle")
        self.holds.append(f"entries {first} to {end - 1} are there, {len(missing)} missing")
        if (first, end) != (0, self.size) and not part:
            covered = f"entries {first} to {end - 1} of {self.size}"
            self.find("not_whole", f"it covers {covered} (--part: that is meant)")
        for place, fault in self.faults.items():
            if not self.excused(place):
                self.find(fault.args[0], f"{place}: {fault.args[1]}")
        if self.counts["unread"] or end < self.size:
            self.holds.append("whether each incident was decided cannot be told from this part")
            return
        for place, sent in self.incidents.items():
            at_work = self.seen_at and sent > self.seen_at - AT_WORK
            if not (at_work or place in self.decided or self.excused(place)):
                self.find("no_decision", f"{place}: nothing was decided about it")
        self.holds.append(f"{len(self.incidents)} incident records looked up in the ledger")


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a bundle of evidence of the journal.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--keys", type=Path, help="journal.json, from a source that you trust")
    parser.add_argument("--seen", type=Path, action="append", default=[], metavar="CHECKPOINT",
                        help="a checkpoint that you or another party kept")  # fmt: skip
    parser.add_argument("--part", action="store_true", help="it need not cover the whole log")
    told = parser.parse_args()
    try:
        bundle = told.bundle if told.bundle.is_dir() else zipfile.Path(told.bundle)
        check = Check(bundle, json.loads((told.keys or bundle / "journal.json").read_bytes()))
        try:
            check.run([each.read_text(encoding="utf-8") for each in told.seen], part=told.part)
        except Wrong as found:
            check.find(found.args[0], found.args[1])
    except (
        AttributeError,
        LookupError,
        OSError,
        TypeError,
        ValueError,
        zipfile.BadZipFile,
    ) as error:
        print(f"not a bundle of evidence, or not in its form: {error!r}")
        return 2
    for sentence in check.holds:
        print(f"  {sentence}")
    if not told.keys:
        print("  (with the keys in the bundle itself: compare them with those that you were given)")
    for (code, sentence), count in check.wrong.items():
        print(f"{code}: {sentence}{f' ({count} times)' if count > 1 else ''}")
    print("NOT as it was" if check.wrong else "all of it holds")
    return bool(check.wrong)


if __name__ == "__main__":
    raise SystemExit(main())
