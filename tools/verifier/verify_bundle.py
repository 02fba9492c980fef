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
from base64 import b64decode, urlsafe_b64encode
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

FORMAT = "ketensluis.evidence/v2"
LEDGER, QUARANTINE, REMOVALS = "ledger.events", "quarantine", "retention.removals"
# The hub's own, which it does not sign.
UNSIGNED = (LEDGER, QUARANTINE, "ledger.alarms", "disclosure.requests", "processing.log")
INCIDENT, ERASED = rb"police\.incidents\[\d+\]@\d+", b"\x0cerased"  # as a ledger event has them
AT_WORK = 60  # what is so many seconds younger than the state that was seen may be undecided
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "urn:nl:ketensluis")
JOSE, OPEN = "application/jose", ("receipt", "acceptance", "rejection", "removal", "override")
Json = dict[str, Any]


class Wrong(Exception):  # noqa: N818
    """A finding: its code, and one sentence."""


def raw(text: str | None) -> bytes:
    return b64decode((text or "").replace("-", "+").replace("_", "/") + "==")


def loads(text: str | bytes) -> Any:
    """JSON that can be read in one way only."""

    def once(pairs: list[tuple[str, Any]]) -> Json:
        if len(found := dict(pairs)) < len(pairs):
            raise ValueError("a name is there twice")
        return found

    return json.loads(text, object_pairs_hook=once)


def hashed(*parts: bytes) -> bytes:
    return sha256(b"".join(parts)).digest()


def head(note: str, keys: Json) -> tuple[int, bytes, dict[str, tuple[int, str]]]:
    """The size and root of a state that the log signed (C2SP signed-note), and who saw it when."""
    text, _, lines = note.rpartition("\n\n")
    (origin, _, root), size = text.split("\n")[:3], int(text.split("\n")[1])
    parts = [line.split(" ") for line in lines.splitlines()]
    made = {(name, raw(content)[:4]): raw(content)[4:] for _, name, content in parts}
    seen = dict[str, tuple[int, str]]()
    for party, terms in [("", keys["log"]), *keys["witnesses"].items()]:
        for key in (it["key"] for it in terms if counts(it, size)):
            name, _, public = key.split("+", 2)
            content = made.get((name, hashed(name.encode(), b"\n", raw(public))[:4]))
            if content is None or not (party or name == origin):
                continue
            at = int.from_bytes(content[:-64])
            said = (f"cosignature/v1\ntime {at}\n" if party else "") + text + "\n"
            try:
                known = ed25519.Ed25519PublicKey.from_public_bytes(raw(public)[1:])
                known.verify(content[-64:], said.encode())
            except InvalidSignature:
                raise Wrong("bad_checkpoint", f"the signature of {name} is not good") from None
            seen[party] = at, public
    if seen.pop("", None) is None:
        raise Wrong("bad_checkpoint", f"no key that the log had at {size} entries signed it")
    return size, raw(root), seen


def counts(term: Json, size: int) -> bool:
    """Whether a key of the log, or of a witness, may sign a state of that size."""
    end = term["until_size"]
    return term["from_size"] <= size and (end is None or size <= end)


def entry_of(record: Json) -> str:
    """The entry that a record has, made again from the record itself."""
    headers = b""
    for name, value in record["headers"]:
        headers += len(name.encode()).to_bytes(4) + name.encode()
        headers += b"\xff" * 4 if value is None else len(raw(value)).to_bytes(4) + raw(value)
    parts = (record["key"], record["value"])
    key, value = ("-" if it is None else hashed(raw(it)).hex() for it in parts)
    place = "{topic} {partition} {offset}\ntime {timestamp_ms}".format_map(record)
    rest = f"key {key}\nvalue {value}\nheaders {hashed(headers).hex()}"
    return f"ketensluis.journal.entry/v1\n{place}\n{rest}\n"


class Directory:
    """The parties' certificates, those who vouch for them, and what these revoked and when."""

    def __init__(self, folder: Any) -> None:
        def pem(kind: str, load: Any = x509.load_pem_x509_certificate) -> list[Any]:
            there = (folder / kind).is_dir() or kind == "anchors"  # without these it is none
            found = (folder / kind).iterdir() if there else ()
            return [load(each.read_bytes()) for each in found]

        self.anchors, self.between = pem("anchors"), pem("intermediates")
        self.known = {each.fingerprint(SHA256()): each for each in pem("certificates")}
        self.revoked = dict[tuple[x509.Name, int], datetime]()
        lists = pem("crls", x509.load_pem_x509_crl)
        for crl in sorted(lists, key=lambda each: each.last_update_utc):
            makers = [it for it in (*self.anchors, *self.between) if it.subject == crl.issuer]
            if not any(crl.is_signature_valid(each.public_key()) for each in makers):
                raise Wrong("bad_crl", "a list of revoked certificates is not its authority's")
            for each in crl:  # the key may have been in other hands before: the earlier date counts
                told = [getattr(it.value, "invalidity_date_utc", None) for it in each.extensions]
                dates = [each.revocation_date_utc, *filter(None, told)]
                self.revoked[crl.issuer, each.serial_number] = min(dates)

    def vouch(self, signer: Any, at: datetime, sent: datetime) -> None:
        """A chain leads from it to an anchor, at the time of signing; nothing of it was revoked."""
        above, below = ExtensionPolicy.webpki_defaults_ca(), ExtensionPolicy.permit_all()
        policy = PolicyBuilder().extension_policies(ca_policy=above, ee_policy=below).time(at)
        try:  # a ValueError where there are no anchors, a TypeError where there is no signer
            verifier = policy.store(Store(self.anchors)).build_client_verifier()
            chain = verifier.verify(signer, self.between).chain
        except (VerificationError, ValueError, TypeError):
            raise Wrong("unknown_signer", "no one vouches for who signed it") from None
        dates = [self.revoked.get((each.issuer, each.serial_number)) for each in chain]
        late = max(at, sent - timedelta(minutes=5))  # whoever stole a key writes an older date
        if any(since is not None and since <= late for since in dates):
            raise Wrong("revoked_certificate", "signed after its certificate had been revoked")


def check_signature(record: Json, directory: Directory) -> bool:
    """Whether all of it was checked, and holds; False for a value that is under encryption."""
    headers = {name: raw(value) for name, value in record["headers"]}
    if "jws" not in headers:
        raise Wrong("unsigned", "a message without a signature")
    protected, _, signature = headers["jws"].decode().split(".")
    claims, made = loads(raw(protected)), raw(signature)
    signer = directory.known.get(raw(claims["x5t#S256"]))
    sent = datetime.fromtimestamp(record["timestamp_ms"] / 1000, UTC)
    directory.vouch(signer, datetime.fromisoformat(claims["sigT"]), sent)
    stated = {name[3:]: value.decode() for name, value in headers.items() if name[:3] == "ce_"}
    stated["datacontenttype"] = headers["content-type"].decode()
    if record["key"] is not None:
        stated["partitionkey"] = raw(record["key"]).decode()
    if stated != claims["ce"] or claims["topic"] != record["topic"]:
        raise Wrong("bad_signature", "it was signed for another topic or message")
    if stated["datacontenttype"] == JOSE and stated["type"].split(".")[-2] not in OPEN:
        return False
    key, value = signer.public_key(), urlsafe_b64encode(raw(record["value"])).rstrip(b"=")
    said = protected.encode() + b"." + value
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):  # ES256, else PS256
            pair = int.from_bytes(made[:32]), int.from_bytes(made[32:])
            key.verify(utils.encode_dss_signature(*pair), said, ec.ECDSA(SHA256()))
        else:
            key.verify(made, said, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
    except InvalidSignature:
        raise Wrong("bad_signature", "the signature is not over this value") from None
    return True


class Check:
    """One bundle: names what is wrong with it, and says what holds."""

    def __init__(self) -> None:
        self.wrong = False
        self.reading: Any = "the bundle"  # which file of it, or beside it
        self.entries, self.altered, self.signatures = set[int](), 0, Counter[bool]()
        self.incidents = dict[str, float]()  # when they were sent, by place
        self.decided, self.refused = set[str](), set[str]()  # places, and ids in quarantine
        self.bare, self.emptied = list[str](), set[str]()  # partitions: of each entry without
        # its record, and those that retention says that it emptied
        self.unless_refused = list[tuple[str, Wrong]]()  # what is no fault if it is in quarantine

    def run(self, bundle: Any, told: argparse.Namespace) -> None:
        def read(name: str, instead: Any = None) -> Any:
            self.reading = instead or name
            return instead or bundle / name

        zipped = bundle.root.namelist() if isinstance(bundle, zipfile.Path) else []
        if len({it.lower() for it in zipped}) < len(zipped):
            raise ValueError("a file is there twice")
        if loads(read("bundle.json").read_bytes())["format"] != FORMAT:
            raise ValueError(f"its format is not {FORMAT}")
        self.keys = loads(read("journal.json", told.keys).read_bytes())
        self.directory = Directory(read("directory", told.directory))
        leaves = read("leaves").read_bytes()
        self.leaves = [leaves[at : at + 32] for at in range(0, len(leaves), 32)]
        self.history(read("checkpoint").read_text(encoding="utf-8"))
        for note in loads(read("earlier.json").read_bytes()):
            self.begins(note)
        for each in told.seen:
            self.begins(read("", each).read_text(encoding="utf-8"))
        with read("entries.ndjson").open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                self.reading = f"entries.ndjson:{number}"
                self.entry(**loads(line))
        self.left_out(part=told.part)

    def find(self, code: str, sentence: str) -> None:
        self.wrong = True
        print("".join(it if it.isprintable() else "?" for it in f"{code}: {sentence}"))

    @cache  # noqa: B019 - there is one check
    def root(self, begin: int, end: int) -> bytes:
        """The root over these leaves (RFC 9162, section 2.1.1)."""
        if end - begin < 2:
            return self.leaves[begin] if begin < end else hashed()
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        return hashed(b"\1", self.root(begin, middle), self.root(middle, end))

    def history(self, newest: str) -> None:
        """The log as it was signed, and by how many it was seen, each with a key of its own."""
        self.size, root, by = head(newest, self.keys)
        self.seen_at = max((at for at, _ in by.values()), default=1 << 62)
        origin = newest.partition("\n")[0]
        seen = ", ".join(sorted(by)) or "nobody"
        print(f"  the log {origin} had {self.size} entries, seen by {seen}")
        needed = max(1, self.keys["quorum"])
        if len({key for _, key in by.values()}) < needed:
            self.find("too_few_witnesses", f"{needed} must have seen this state")
        if len(self.leaves) != self.size or self.root(0, self.size) != root:
            self.find("bad_tree", "its leaves do not lead to the root that was signed")

    def begins(self, note: str) -> None:
        """One history: a state that was signed, or that others saw, is a beginning of it."""
        size, other, _ = head(note, self.keys)
        if size > self.size:
            self.find("truncated", f"others saw {size} entries, this log has {self.size}")
        elif size > len(self.leaves) or self.root(0, size) != other:
            self.find("two_histories", f"the log of {size} entries was another")

    def entry(self, index: int, entry: str, record: Json | None) -> None:
        """One entry, at its place in the log, and its record, as it was."""
        _, lies, time, *_ = entry.split("\n")
        topic, partition, offset = lies.split(" ")
        place, leaf = f"{topic}[{partition}]@{offset}", hashed(b"\0", entry.encode())
        if index not in range(self.size) or self.leaves[index : index + 1] != [leaf]:
            self.find("not_included", f"entry {index} ({place}) is not in the log at that place")
            return
        self.entries.add(index)
        if topic == "police.incidents":
            self.incidents[place] = int(time.removeprefix("time ")) / 1000
        if record is None:
            self.bare.append(f"{topic}[{partition}]")
            return
        if (made := entry_of(record)) != entry:
            pairs = zip(made.split("\n"), entry.split("\n"), strict=False)
            differ = ", ".join(mine.split(" ")[0] for mine, theirs in pairs if mine != theirs)
            self.find("altered_record", f"{place}: not as journalled: {differ}")
            self.altered += 1
        self.record(place, record, whole=made == entry)

    def record(self, place: str, record: Json, *, whole: bool) -> None:
        """What a record tells of others; and if it is as it was, whether it is signed."""
        topic, key, value = record["topic"], raw(record["key"]), raw(record["value"])
        if topic == LEDGER and ERASED not in value:
            self.decided |= {it.decode() for it in re.findall(INCIDENT, value)}
        elif topic == QUARANTINE:
            self.refused.add(key.decode(errors="replace"))
        elif topic not in UNSIGNED and whole:
            try:
                self.signatures[check_signature(record, self.directory)] += 1
                self.emptied |= {key.decode()} if topic == REMOVALS else set()
            except Wrong as fault:
                self.unless_refused.append((place, fault))
            except Exception:  # noqa: BLE001 - whoever sends rubbish must not stop the rest
                fault = Wrong("bad_signature", "it cannot be read as one")
                self.unless_refused.append((place, fault))

    def left_out(self, *, part: bool) -> None:
        """Nothing is missing of what the bundle covers: no entry, record, signature, decision."""
        covered = self.entries if part else {0, self.size - 1}
        missing = {*range(min(covered, default=0), max(covered, default=-1) + 1)} - self.entries
        unread, signatures = {*self.bare} - self.emptied, self.signatures
        print(f"  {len(self.entries)} entries are there, {len(missing)} missing")
        sound = len(self.entries) - len(self.bare) - self.altered
        print(f"  {sound} records are as they were journalled")
        print(f"  {signatures[True]} signatures checked, {signatures[False]} under encryption")
        for index in sorted(missing)[:20]:
            told = f"entry {index} is not in the bundle (--part: so it is meant)"
            self.find("missing_entry", told)
        for partition in () if part else sorted(unread):
            self.find("missing_record", f"{partition}: not here, nor removed by retention (--part)")
        if unread or len(self.entries) < self.size:
            print("  whether each incident was decided cannot be told from this part")
        else:
            print(f"  {len(self.incidents)} incident records looked up in the ledger")
            due = {it for it, at in self.incidents.items() if abs(at - self.seen_at) >= AT_WORK}
            fault = Wrong("no_decision", "nothing was decided about it")
            self.unless_refused += [(place, fault) for place in due - self.decided]
        for place, fault in self.unless_refused:
            if str(uuid.uuid5(NAMESPACE, f"10:quarantine{len(place)}:{place}")) not in self.refused:
                self.find(fault.args[0], f"{place}: {fault.args[1]}")


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
        check.run(told.bundle if told.bundle.is_dir() else zipfile.Path(told.bundle), told)
    except Wrong as found:
        check.find(found.args[0], f"{check.reading}: {found.args[1]}")
    except Exception as error:  # noqa: BLE001 - whatever is in it, it is told in one line
        told_of = f"{check.reading}: {type(error).__name__}: {error}".replace("\n", " ")
        print(f"not a bundle of evidence, or not in its form: {told_of[:400]}")
        return 2
    if not (told.keys and told.directory):
        print("  (with keys in the bundle itself: compare them with those that you were given)")
    print("NOT as it was" if check.wrong else "all of it holds")
    return check.wrong


if __name__ == "__main__":
    raise SystemExit(main())
