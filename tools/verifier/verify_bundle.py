# ruff: noqa: D102, D103, INP001, PLR2004, T201 - one file, to be read in one sitting
"""Checks a bundle of evidence of the journal, offline, and names what is wrong with it.

    python verify_bundle.py BUNDLE [--keys journal.json] [--directory DIR] [--seen FILE]... [--part]

One file, apart from the project whose log it judges: Python 3.11 and `cryptography` 45 or later.
What a bundle is made of, and what is proved, is told in docs/explanation/evidence.md.
Exit code: 0 if all holds, 1 if something does not, 2 if it cannot be read as a bundle.
"""

import argparse
import json
import re
import uuid
import zipfile
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

FORMAT = "ketensluis.evidence/v1"
LEDGER, QUARANTINE, REMOVALS = "ledger.events", "quarantine", "retention.removals"
INCIDENT = rb"police\.incidents\[\d+\]@\d+"  # in a ledger event: what it is about
ERASED = b"\x0cerased"  # as Avro has the kind of an event that decides nothing
UNSIGNED = (LEDGER, QUARANTINE, "disclosure.requests", "processing.log")  # the hub's own
AT_WORK = 60  # what is so many seconds younger than the state that was seen may be undecided
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis")
NO_BUNDLE = (AttributeError, LookupError, OSError, TypeError, ValueError, zipfile.BadZipFile)
Json = dict[str, Any]


class Wrong(Exception):  # noqa: N818
    """A finding: its code, and one sentence."""


def raw(text: str | None) -> bytes:
    text = (text or "").replace("+", "-").replace("/", "_").rstrip("=")
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def hashed(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def head(note: str, keys: Json) -> tuple[int, bytes, dict[str, int]]:
    """The size and root of a state that the log signed (C2SP signed-note), and who saw it when."""
    text, _, lines = note.rpartition("\n\n")
    parts = [line.split(" ") for line in lines.splitlines()]
    made = {(name, raw(content)[:4]): raw(content)[4:] for _, name, content in parts}
    times = {}
    for party, written in {"": keys["log"], **keys["witnesses"]}.items():
        name, _, encoded = written.split("+", 2)
        content = made.get((name, hashed(name.encode(), b"\n", raw(encoded))[:4]))
        if content is not None:
            times[party] = int.from_bytes(content[:8]) if party else 0
            seen = f"cosignature/v1\ntime {times[party]}\n" if party else ""
            key = ed25519.Ed25519PublicKey.from_public_bytes(raw(encoded)[1:])
            try:
                key.verify(content[-64:], f"{seen}{text}\n".encode())
            except InvalidSignature:
                raise Wrong("bad_checkpoint", f"the signature of {name} is not good") from None
    origin, size, root = text.split("\n")[:3]
    if times.pop("", None) is None or origin != keys["log"].split("+")[0]:
        raise Wrong("bad_checkpoint", "the checkpoint is not signed by the log")
    return int(size), raw(root), times


def entry_of(record: Json) -> str:
    """The entry that a record has, made again from the record itself."""
    headers = b""
    for name, value in record["headers"]:
        headers += len(name.encode()).to_bytes(4) + name.encode()
        headers += b"\xff" * 4 if value is None else len(raw(value)).to_bytes(4) + raw(value)
    parts = [None if record[name] is None else raw(record[name]) for name in ("key", "value")]
    key, value = ("-" if part is None else hashed(part).hex() for part in parts)
    place = "{topic} {partition} {offset}\ntime {timestamp_ms}".format_map(record)
    rest = f"key {key}\nvalue {value}\nheaders {hashed(headers).hex()}"
    return f"ketensluis.journal.entry/v1\n{place}\n{rest}\n"


class Directory:
    """The parties' certificates, those who vouch for them, and what these revoked and when."""

    def __init__(self, folder: Any) -> None:
        def pem(name: str, load: Any) -> list[Any]:
            found = (folder / name).iterdir() if (folder / name).is_dir() else ()
            return [load(each.read_bytes()) for each in found]

        anchors, self.between, known = (
            pem(name, x509.load_pem_x509_certificate)
            for name in ("anchors", "intermediates", "certificates")
        )
        self.known = {each.fingerprint(SHA256()): each for each in known}
        above, below = ExtensionPolicy.webpki_defaults_ca(), ExtensionPolicy.permit_all()
        policy = PolicyBuilder().extension_policies(ca_policy=above, ee_policy=below)
        self.policy = policy.store(Store(anchors)) if anchors else policy
        self.revoked: dict[tuple[x509.Name, int], datetime] = {}
        for crl in sorted(
            pem("crls", x509.load_pem_x509_crl), key=lambda each: each.last_update_utc
        ):
            keys = [e.public_key() for e in (*anchors, *self.between) if e.subject == crl.issuer]
            if not any(map(crl.is_signature_valid, keys)):
                raise Wrong("bad_crl", "a list of revoked certificates is not its authority's")
            for each in crl:  # the key may have been in other hands before: the earlier date counts
                told = [it.value for it in each.extensions]
                since = [
                    it.invalidity_date_utc for it in told if isinstance(it, x509.InvalidityDate)
                ]
                self.revoked[crl.issuer, each.serial_number] = min(
                    [each.revocation_date_utc, *since]
                )

    def vouch(self, signer: x509.Certificate | None, at: datetime) -> None:
        """A chain leads from it to an anchor, at the time of signing; nothing of it was revoked."""
        try:  # a ValueError where there are no anchors, a TypeError where there is no signer
            verifier = self.policy.time(at).build_client_verifier()
            chain = verifier.verify(signer, self.between).chain
        except (VerificationError, ValueError, TypeError):
            raise Wrong("unknown_signer", "no one vouches for who signed it") from None
        dates = [self.revoked.get((each.issuer, each.serial_number)) for each in chain]
        if any(since is not None and since <= at for since in dates):
            raise Wrong("revoked_certificate", "signed after its certificate had been revoked")


def check_signature(record: Json, directory: Directory) -> bool:
    """Whether all of it was checked, and holds; False for a value that is under encryption."""
    headers = {name: raw(value) for name, value in record["headers"]}
    if "jws" not in headers:
        raise Wrong("unsigned", "a message without a signature")
    protected, _, encoded = headers["jws"].decode().split(".")
    claims, signature = json.loads(raw(protected)), raw(encoded)
    signer: Any = directory.known.get(raw(claims["x5t#S256"]))
    directory.vouch(signer, datetime.fromisoformat(claims["sigT"]))
    stated = {f"ce_{name}": value for name, value in claims["ce"].items()}
    moved = [n for n, v in headers.items() if n[:3] == "ce_" and stated.get(n) != v.decode()]
    if moved or claims["topic"] != record["topic"]:
        raise Wrong("bad_signature", "it was signed for another topic or message")
    if headers.get("content-type") == b"application/jose":
        return False
    key = signer.public_key()
    said = f"{protected}.".encode() + urlsafe_b64encode(raw(record["value"])).rstrip(b"=")
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):  # ES256, else PS256
            pair = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
            key.verify(utils.encode_dss_signature(*pair), said, ec.ECDSA(SHA256()))
        else:
            key.verify(signature, said, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    except InvalidSignature:
        raise Wrong("bad_signature", "the signature is not over this value") from None
    return True


class Check:
    """One bundle: says what holds, and names what is `wrong`."""

    def __init__(self) -> None:
        self.wrong = False
        self.there, self.decided, self.refused = set[int](), set[str](), set[str]()
        self.incidents = dict[str, float]()  # when they were sent, by place
        self.faults = dict[str, Wrong]()  # of signatures, by place
        self.checked = {True: 0, False: 0}  # signatures: whole, under encryption
        self.absent, self.emptied = list[str](), set[str]()  # of each entry without its record
        # the partition, and the partitions that retention says that it emptied

    def run(self, told: argparse.Namespace) -> None:
        self.bundle: Any = told.bundle if told.bundle.is_dir() else zipfile.Path(told.bundle)
        self.keys = json.loads((told.keys or self.bundle / "journal.json").read_bytes())
        self.directory = Directory(told.directory or self.bundle / "directory")
        if json.loads((self.bundle / "bundle.json").read_bytes())["format"] != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        self.history([each.read_text(encoding="utf-8") for each in told.seen])
        with (self.bundle / "entries.ndjson").open("rb") as lines:
            for line in lines:
                self.entry(**json.loads(line))
        self.left_out(part=told.part)

    def find(self, code: str, sentence: str) -> None:
        self.wrong = True
        print(f"{code}: {sentence}")

    @cache  # noqa: B019 - there is one check
    def root(self, begin: int, end: int) -> bytes:
        """The root over these leaves (RFC 9162, section 2.1.1)."""
        if end - begin < 2:
            return self.leaves[begin] if begin < end else hashed()
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        return hashed(b"\1", self.root(begin, middle), self.root(middle, end))

    def history(self, seen: list[str]) -> None:
        """One history: each state that was signed, or that others saw, is a beginning of it."""
        content = (self.bundle / "leaves").read_bytes()
        self.leaves = [content[at : at + 32] for at in range(0, len(content), 32)]
        self.size, signed, times = head((self.bundle / "checkpoint").read_text(), self.keys)
        self.seen_at, needed = max(times.values(), default=1 << 62), self.keys["quorum"]
        origin, witnesses = self.keys["log"].split("+")[0], ", ".join(sorted(times)) or "nobody"
        print(f"  the log {origin} had {self.size} entries, seen by {witnesses}")
        if len(times) < needed:
            self.find("too_few_witnesses", f"{len(times)} saw this state, {needed} must have")
        if len(self.leaves) != self.size or self.root(0, self.size) != signed:
            self.find("bad_tree", "its leaves do not lead to the root that was signed")
        earlier = json.loads((self.bundle / "earlier.json").read_text())
        for size, other, _ in (head(note, self.keys) for note in (*earlier, *seen)):
            if size > self.size:
                self.find("truncated", f"others saw {size} entries, this log has {self.size}")
            elif size > len(self.leaves) or self.root(0, size) != other:
                self.find("two_histories", f"the log of {size} entries was another")

    def entry(self, index: int, entry: str, record: Json | None) -> None:
        """One entry, at its place in the log, and its record."""
        topic, partition, offset = entry.split("\n")[1].split(" ")
        place = f"{topic}[{partition}]@{offset}"
        leaf = self.leaves[index] if index in range(len(self.leaves)) else None
        if leaf != hashed(b"\0", entry.encode()) or index >= self.size:
            self.find("not_included", f"entry {index} ({place}) is not in the log at that place")
            return
        self.there.add(index)
        if topic == "police.incidents":
            self.incidents[place] = int(entry.split("\n")[2][5:]) / 1000
        if record is None:
            self.absent.append(f"{topic}[{partition}]")
        else:
            self.record(place, entry, record)

    def record(self, place: str, entry: str, record: Json) -> None:
        """One record: as its entry says, and signed."""
        topic, key = record["topic"], raw(record["key"]).decode(errors="replace")
        if (ours := entry_of(record)) != entry:
            pairs = zip(ours.split("\n"), entry.split("\n"), strict=False)
            differ = ", ".join(mine.split(" ")[0] for mine, theirs in pairs if mine != theirs)
            self.find("altered_record", f"{place}: not as journalled: {differ}")
        if topic == LEDGER and ERASED not in raw(record["value"]):
            self.decided |= {it.decode() for it in re.findall(INCIDENT, raw(record["value"]))}
        elif topic == QUARANTINE:
            self.refused.add(key)
        elif topic not in UNSIGNED and ours == entry:
            try:
                self.checked[check_signature(record, self.directory)] += 1
                self.emptied |= {key} if topic == REMOVALS else set()
            except Wrong as fault:
                self.faults[place] = fault
            except (AttributeError, LookupError, TypeError, ValueError):
                self.faults[place] = Wrong("bad_signature", "it cannot be read as one")

    def left_out(self, *, part: bool) -> None:
        """Nothing is missing of what the bundle covers: no entry, record, signature, decision."""
        covered = [*self.there] if part else [0, self.size - 1]
        whole = range(min(covered, default=0), max(covered, default=-1) + 1)
        missing, unread = sorted({*whole} - self.there), {*self.absent} - self.emptied
        print(f"  {len(self.there)} entries are there, {len(missing)} missing")
        print(f"  {len(self.there) - len(self.absent)} records are as they were journalled")
        print(f"  {self.checked[True]} signatures checked, {self.checked[False]} under encryption")
        for index in missing[:20]:
            self.find(
                "missing_entry", f"entry {index} is not in the bundle (--part: so it is meant)"
            )
        for partition in () if part else sorted(unread):
            self.find("missing_record", f"{partition}: not here, nor removed by retention (--part)")
        ids = {p: f"10:quarantine{len(p)}:{p}" for p in (*self.faults, *self.incidents)}
        refused = {p for p, name in ids.items() if str(uuid.uuid5(NAMESPACE, name)) in self.refused}
        for place, fault in self.faults.items():
            if place not in refused:
                self.find(fault.args[0], f"{place}: {fault.args[1]}")
        if unread or len(self.there) < self.size:
            print("  whether each incident was decided cannot be told from this part")
            return
        print(f"  {len(self.incidents)} incident records looked up in the ledger")
        for place in self.incidents.keys() - self.decided - refused:
            if self.incidents[place] <= self.seen_at - AT_WORK:
                self.find("no_decision", f"{place}: nothing was decided about it")


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a bundle of evidence of the journal.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--keys", type=Path, help="journal.json, from a source that you trust")
    parser.add_argument("--directory", type=Path, help="the certificates, from such a source")
    seen = "a checkpoint that you or another party kept"
    parser.add_argument("--seen", type=Path, action="append", default=[], metavar="FILE", help=seen)
    parser.add_argument("--part", action="store_true", help="it need not cover the whole log")
    told, check = parser.parse_args(), Check()
    try:
        check.run(told)
    except Wrong as found:
        check.find(*found.args)
    except NO_BUNDLE as error:
        print(f"not a bundle of evidence, or not in its form: {error!r}")
        return 2
    if not (told.keys and told.directory):
        print("  (with keys in the bundle itself: compare them with those that you were given)")
    print("NOT as it was" if check.wrong else "all of it holds")
    return check.wrong


if __name__ == "__main__":
    raise SystemExit(main())
