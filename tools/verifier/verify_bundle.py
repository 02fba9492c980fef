# ruff: noqa: D102, D103, INP001 - one file to take along and to read in one sitting
"""Checks a bundle of evidence of the journal, offline, and names what is wrong with it.

    python verify_bundle.py BUNDLE [--keys journal.json] [--seen CHECKPOINT]...

One file, apart from the project whose log it judges: it needs Python 3.11 and `cryptography`.
What a bundle is made of, and what is proved, is told in docs/explanation/evidence.md.
Exit code: 0 if all holds, 1 if something does not, 2 if it cannot be read as a bundle.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
import uuid
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

FORMAT = "ketensluis.evidence/v1"
# A record may lie unjournalled for so long, in seconds, before it counts as added afterwards.
LATE = 24 * 3600
# What is so much younger than the state that was seen, in seconds, may still be undecided.
AT_WORK = 60
INCIDENTS, LEDGER = "police.incidents", "ledger.events"
# The hub's own, which nobody signs: the log vouches for them.
UNSIGNED = ("ledger.events", "disclosure.requests", "processing.log", "quarantine")
SIGNATURES = ("unsigned", "unknown_signer", "bad_signature")
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis")


class Wrong(Exception):  # noqa: N818 - what is found, not what failed
    """A finding: its code, and one sentence that says where."""


def unbase64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def unbase64url(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\1", left, right)


def root_of(row: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1."""
    while len(row) > 1:
        last = row[len(row) & ~1 :]
        row = [node(row[at], row[at + 1]) for at in range(0, len(row) - 1, 2)] + last
    return row[0] if row else sha256()


def climb(index: int, last: int, proof: list[bytes], begun: list[bytes]) -> list[bytes] | None:
    """Follow a proof upwards (RFC 9162, 2.1.3.2 and 2.1.4.2); None if it has another length.

    Of two values begun with, the first is that of an old tree, which lacks what comes right.
    """
    for each in proof:
        if last == 0:
            return None
        if index & 1 or index == last:
            begun = [node(each, value) for value in begun]
            while index and not index & 1:
                index, last = index >> 1, last >> 1
        else:
            begun = [*begun[:-1], node(begun[-1], each)]
        index, last = index >> 1, last >> 1
    return begun if last == 0 else None


def continues(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    """Whether the tree of the new size begins with that of the old size."""
    if old[0] == new[0]:
        return old[1] == new[1]
    if old[0] == 0:
        return old[1] == sha256() and not proof
    index, last = old[0] - 1, new[0] - 1
    while index & 1:
        index, last = index >> 1, last >> 1
    hashes = [old[1], *proof] if old[0] & (old[0] - 1) == 0 else proof
    return bool(hashes) and climb(index, last, hashes[1:], [hashes[0]] * 2) == [old[1], new[1]]


class Key:
    """A public key of the log (kind 1) or of a witness (kind 4), as C2SP signed-note writes it."""

    def __init__(self, text: str) -> None:
        self.name, key_id, encoded = text.split("+", 2)
        content = unbase64(encoded)
        self.id = sha256(self.name.encode(), b"\n", content)[:4]
        self.kind = content[0]
        self.public = ed25519.Ed25519PublicKey.from_public_bytes(content[1:])
        if self.id.hex() != key_id:
            raise Wrong("bad_keys", f"the key of {self.name} is not the one its id names")

    def signed(self, note: str) -> int | None:
        """None if it did not sign the note; else the time of a witness, 0 for the log."""
        text, lines = split_note(note)
        for line in lines:
            _, name, encoded = line.split(" ")
            content = unbase64(encoded)
            if name != self.name or content[:4] != self.id:
                continue
            at = int.from_bytes(content[4:12]) if self.kind == 4 else 0  # noqa: PLR2004 - its kind
            said = f"cosignature/v1\ntime {at}\n{text}" if self.kind == 4 else text  # noqa: PLR2004
            try:
                self.public.verify(content[-64:], said.encode())
            except InvalidSignature:
                raise Wrong("bad_checkpoint", f"the signature of {name} is not good") from None
            return at
        return None


def split_note(note: str) -> tuple[str, list[str]]:
    text, _, lines = note.rpartition("\n\n")
    return text + "\n", lines.splitlines()


class Bundle:
    """The files of a bundle, in a folder or a zip file."""

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            self.files = {
                each.relative_to(path).as_posix(): each.read_bytes()
                for each in path.rglob("*")
                if each.is_file()
            }
        else:
            with zipfile.ZipFile(path) as zipped:
                self.files = {name: zipped.read(name) for name in zipped.namelist()}
        self.about = json.loads(self.files["bundle.json"])
        if self.about["format"] != FORMAT:
            raise KeyError(self.about["format"])
        self.checkpoint = self.files["checkpoint"].decode()
        self.entries = [json.loads(line) for line in self.files["entries.ndjson"].splitlines()]
        self.earlier = [json.loads(line) for line in self.files["earlier.ndjson"].splitlines()]
        self.certificates: dict[str, x509.Certificate] = {}
        self.trusted: dict[str, list[x509.Certificate]] = {"anchors": [], "intermediates": []}
        for name, content in sorted(self.files.items()):
            if name.startswith("directory/") and name.endswith(".pem"):
                certificate = x509.load_pem_x509_certificate(content)
                thumbprint = sha256(certificate.public_bytes(Encoding.DER))
                self.certificates[thumbprint.hex()] = certificate
                self.trusted.get(name.split("/")[1], []).append(certificate)


class Verifier:
    """Collects what is wrong, as (code, sentence), and what holds, in words."""

    def __init__(
        self, bundle: Bundle, keys: dict[str, object], seen: list[str], *, part: bool
    ) -> None:
        self.bundle = bundle
        self.part = part
        self.log = Key(str(keys["log"]))
        self.witnesses = {party: Key(key) for party, key in dict(keys["witnesses"]).items()}  # type: ignore[call-overload]
        self.quorum = int(str(keys["quorum"]))
        self.seen = seen
        self.wrong: list[tuple[str, str]] = []
        self.holds: list[str] = []
        self.sealed = self.signed = self.whole = 0
        self.refused: set[str] = set()
        self.decided: set[str] = set()
        self.unread = 0

    def run(self) -> None:
        bundle = self.bundle
        self.size, self.root, seen_at = self.head(bundle.checkpoint, self.quorum)
        self.holds.append(f"the log {self.log.name} had {self.size} entries")
        leaves: dict[int, bytes] = {}
        unsigned: dict[str, Wrong] = {}
        for each in bundle.entries:
            try:
                self.check(each, leaves)
                if each["record"] is not None:
                    self.whole += 1
                    self.signature(each["record"])
            except Wrong as found:
                if found.args[0] in SIGNATURES:
                    unsigned[place_of(each["record"])] = found
                else:
                    self.wrong.append((found.args[0], found.args[1]))
        # What the hub refused is in its quarantine, under an id that follows from the place.
        for place, fault in unsigned.items():
            if not self.in_quarantine(place):
                self.wrong.append((fault.args[0], f"{place}: {fault.args[1]}"))
        self.completeness(leaves)
        self.decisions(seen_at)
        self.order()
        self.history(leaves)
        self.holds.append(f"{self.whole} records are as they were journalled")
        self.holds.append(f"{self.signed} signatures checked, {self.sealed} under encryption")

    def head(self, note: str, quorum: int = 0) -> tuple[int, bytes, int]:
        """Size, root, and the latest time at which a known witness saw that head."""
        origin, size, root = split_note(note)[0].split("\n")[:3]
        if origin != self.log.name or self.log.signed(note) is None:
            raise Wrong("bad_checkpoint", "the checkpoint is not signed by the log")
        times = {party: key.signed(note) for party, key in self.witnesses.items()}
        seen = {party: at for party, at in times.items() if at is not None}
        if len(seen) < quorum:
            self.wrong.append(
                ("too_few_witnesses", f"{len(seen)} witnesses saw this head, {quorum} must have")
            )
        elif quorum:
            self.holds.append(f"seen by {', '.join(sorted(seen))}")
        return int(size), unbase64(root), max(seen.values(), default=0)

    def check(self, line: dict, leaves: dict[int, bytes]) -> None:  # type: ignore[type-arg]
        """One entry: at its place in the log, and the record as it says."""
        index, said, record = line["index"], line["entry"].encode(), line["record"]
        where = said.split(b"\n")[1].decode()
        leaf = sha256(b"\0", said)
        proof = [unbase64(each) for each in line["proof"]]
        inside = 0 <= index < self.size
        if not inside or climb(index, self.size - 1, proof, [leaf]) != [self.root]:
            raise Wrong("not_included", f"entry {index} ({where}) is not in the log at that place")
        if index in leaves:
            raise Wrong("repeated_entry", f"entry {index} is there twice")
        leaves[index] = leaf
        if record is None:
            self.unread += where.startswith((LEDGER, "quarantine"))
            return
        if record["topic"] == LEDGER:
            self.decided.add(caused(unbase64(record["value"] or "")))
        found = entry_of(record)
        if found.encode() != said:
            names = ("place", "time", "key", "value", "headers")
            lines = zip(found.split("\n")[1:], line["entry"].split("\n")[1:], names, strict=False)
            parts = [name for ours, theirs, name in lines if ours != theirs]
            raise Wrong("altered_record", f"{where}: not as journalled: {', '.join(parts)}")

    def signature(self, record: dict) -> None:  # type: ignore[type-arg]
        """The signature over the record, if it is one that anyone can check."""
        headers = {name: unbase64(value or "") for name, value in record["headers"]}
        if record["topic"] == "quarantine":
            self.refused.add(unbase64(record["key"] or "").decode())
        if record["topic"] in UNSIGNED:
            return
        if "jws" not in headers:
            raise Wrong("unsigned", "a message without a signature")
        if headers.get("content-type") == b"application/jose":
            self.sealed += 1
            return
        protected, _, signature = headers["jws"].decode().split(".")
        claims = json.loads(unbase64url(protected))
        certificate = self.bundle.certificates.get(unbase64url(claims["x5t#S256"]).hex())
        value = unbase64(record["value"] or "")
        said = f"{protected}.".encode() + base64.urlsafe_b64encode(value).rstrip(b"=")
        if certificate is None or not self.vouched(certificate, claims["sigT"]):
            raise Wrong("unknown_signer", "no one vouches for who signed it")
        if not verifies(certificate, claims["alg"], unbase64url(signature), said):
            raise Wrong("bad_signature", "the signature is not over this value")
        stated = {f"ce_{name}": value for name, value in claims["ce"].items()}
        moved = [
            n for n, v in headers.items() if n.startswith("ce_") and stated.get(n) != v.decode()
        ]
        if claims["topic"] != record["topic"] or moved:
            raise Wrong("bad_signature", "it was signed for another topic or message")
        self.signed += 1

    def vouched(self, certificate: x509.Certificate, signed_at: str) -> bool:
        """Whether a chain leads from it to an anchor of the directory, at the time of signing."""
        at = datetime.fromisoformat(signed_at).astimezone(UTC)
        trusted = self.bundle.trusted
        for _ in range(3):
            if not certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc:
                return False
            if certificate in trusted["anchors"]:
                return True
            issuers = [
                each
                for each in (*trusted["anchors"], *trusted["intermediates"])
                if issued(certificate, each)
            ]
            if not issuers:
                return False
            certificate = issuers[0]
        return False

    def completeness(self, leaves: dict[int, bytes]) -> None:
        """Nothing is left out of what the bundle says that it covers."""
        first, end = self.bundle.about["first"], self.bundle.about["end"]
        missing = [index for index in range(first, min(end, self.size)) if index not in leaves]
        for index in missing[:20]:
            self.wrong.append(("missing_entry", f"entry {index} is not in the bundle"))
        if (first, end) != (0, self.size) and not self.part:
            said = f"it covers entries {first} to {end - 1} of {self.size} (--part: that is meant)"
            self.wrong.append(("not_whole", said))
        self.holds.append(f"entries {first} to {end - 1} are there, {len(missing)} missing")

    def in_quarantine(self, place: str) -> bool:
        return str(uuid.uuid5(NAMESPACE, f"10:quarantine{len(place)}:{place}")) in self.refused

    def decisions(self, seen_at: int) -> None:
        """Every incident record has its ledger event, or lies in quarantine."""
        if self.unread or self.bundle.about["end"] < self.size:
            self.holds.append("whether each incident was decided cannot be told from this part")
            return
        count = 0
        for each in self.bundle.entries:
            topic, partition, offset = each["entry"].split("\n")[1].split(" ")
            sent = int(each["entry"].split("\n")[2].removeprefix("time ")) / 1000
            place = f"{topic}[{partition}]@{offset}"
            if topic != INCIDENTS or (seen_at and sent > seen_at - AT_WORK):
                continue
            count += 1
            if place not in self.decided and not self.in_quarantine(place):
                self.wrong.append(("no_decision", f"{place}: nothing was decided about it"))
        self.holds.append(f"{count} incident records looked up in the ledger")

    def order(self) -> None:
        """Each partition's records once, and in their order."""
        last: dict[str, int] = {}
        for each in sorted(self.bundle.entries, key=lambda line: line["index"]):
            topic, partition, offset = each["entry"].split("\n")[1].split(" ")
            place = f"{topic} {partition}"
            if int(offset) <= last.get(place, -1):
                self.wrong.append(("out_of_order", f"{place} {offset} after {last[place]}"))
            last[place] = int(offset)

    def history(self, leaves: dict[int, bytes]) -> None:
        """One history: with the checkpoints before, and with what others have seen."""
        known = {}
        for each in self.bundle.earlier:
            size, root, at = self.head(each["checkpoint"])
            proof = [unbase64(hashed) for hashed in each["proof"]]
            if not continues((size, root), (self.size, self.root), proof):
                self.wrong.append(("two_histories", f"the log at {size} was not as it is now"))
            known[size] = root
            self.late(size, at)
        known[self.size] = self.root
        for note in self.seen:
            size, root, at = self.head(note)
            self.late(size, at)
            if size not in known and all(index in leaves for index in range(size)):
                known[size] = root_of([leaves[index] for index in range(size)])
            if size > self.size:
                self.wrong.append(("truncated", f"others saw {size} entries, this has {self.size}"))
            elif size not in known:
                self.wrong.append(("not_comparable", f"nothing here tells of the log at {size}"))
            elif known[size] != root:
                self.wrong.append(("two_histories", f"others saw another log at {size}"))

    def late(self, size: int, at: int) -> None:
        """What was sent long before a head was seen, but is not under it, came afterwards."""
        for each in self.bundle.entries:
            sent = int(each["entry"].split("\n")[2].removeprefix("time ")) / 1000
            if at and each["index"] >= size and sent < at - LATE:
                where = each["entry"].split("\n")[1]
                self.wrong.append(
                    (
                        "added_later",
                        f"entry {each['index']} ({where}) is older than the log at {size}",
                    )
                )


def caused(value: bytes) -> str:
    """The record that a ledger event is about: the seventh field of its Avro value."""
    rest = iter(value[5:])  # after the magic byte and the schema's id

    def number() -> int:
        found = shift = 0
        for byte in rest:
            found |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:  # noqa: PLR2004 - the last byte of a number
                break
        return found >> 1 ^ -(found & 1)

    def text() -> str:
        return bytes(byte for _, byte in zip(range(number()), rest, strict=False)).decode()

    text(), text(), text(), number()  # event_id, kind, incident_id, sequence
    if number():  # recipient, which may be null
        text()
    number()  # occurred_at
    return text()


def place_of(record: dict) -> str:  # type: ignore[type-arg]
    return f"{record['topic']}[{record['partition']}]@{record['offset']}"


def entry_of(record: dict) -> str:  # type: ignore[type-arg]
    """The entry that a record has, made again from the record itself."""
    hashed = {
        name: "-" if record[name] is None else sha256(unbase64(record[name])).hex()
        for name in ("key", "value")
    }
    headers = b""
    for name, value in record["headers"]:
        headers += len(name.encode()).to_bytes(4) + name.encode()
        raw = None if value is None else unbase64(value)
        headers += b"\xff\xff\xff\xff" if raw is None else len(raw).to_bytes(4) + raw
    return (
        f"ketensluis.journal.entry/v1\n{record['topic']} {record['partition']} {record['offset']}\n"
        f"time {record['timestamp_ms']}\nkey {hashed['key']}\nvalue {hashed['value']}\n"
        f"headers {sha256(headers).hex()}\n"
    )


def verifies(certificate: x509.Certificate, alg: str, signature: bytes, said: bytes) -> bool:
    key = certificate.public_key()
    try:
        if alg == "ES256" and isinstance(key, ec.EllipticCurvePublicKey):
            r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            key.verify(utils.encode_dss_signature(r, s), said, ec.ECDSA(SHA256()))
        elif alg == "PS256":
            key.verify(signature, said, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())  # type: ignore[union-attr,call-arg,arg-type]
        else:
            return False
    except InvalidSignature:
        return False
    return True


def issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, TypeError, ValueError):
        return False
    return True


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a bundle of evidence of the journal.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--keys", type=Path, help="journal.json, from a source that you trust")
    parser.add_argument("--seen", type=Path, action="append", default=[], metavar="CHECKPOINT",
                        help="a checkpoint that you or another party kept")  # fmt: skip
    parser.add_argument("--part", action="store_true", help="it need not cover the whole log")
    told = parser.parse_args()
    say = sys.stdout.write
    try:
        bundle = Bundle(told.bundle)
        keys = json.loads(told.keys.read_bytes() if told.keys else bundle.files["journal.json"])
        seen = [each.read_text(encoding="utf-8") for each in told.seen]
        verifier = Verifier(bundle, keys, seen, part=told.part)
    except (OSError, KeyError, TypeError, ValueError, zipfile.BadZipFile, Wrong) as error:
        say(f"not a bundle of evidence, or its keys are missing: {error}\n")
        return 2
    try:
        verifier.run()
    except Wrong as found:
        verifier.wrong.append((found.args[0], found.args[1]))
    except (KeyError, IndexError, TypeError, ValueError, AttributeError) as error:
        verifier.wrong.append(("unreadable", f"a file of the bundle is not in its form: {error}"))
    for sentence in verifier.holds:
        say(f"  {sentence}\n")
    if not told.keys:
        say("  (with the keys in the bundle itself: compare them with those that you were given)\n")
    for (code, sentence), count in Counter(verifier.wrong).items():
        say(f"{code}: {sentence}{f' ({count} times)' if count > 1 else ''}\n")
    say("NOT as it was\n" if verifier.wrong else "all of it holds\n")
    return 1 if verifier.wrong else 0


if __name__ == "__main__":
    raise SystemExit(main())
