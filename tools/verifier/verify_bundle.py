"""Checks a bundle of evidence of the journal, offline, and names what is wrong with it.

    python verify_bundle.py BUNDLE [--keys DIR] [--seen FILE]... [--part]

It needs Python 3.11 and `cryptography` 45, and nothing of the project whose log it judges.
What is in a bundle, and what each finding means, is told in docs/explanation/evidence.md.
Exit code: 0 if all holds, 1 if something does not, 2 if it cannot be read as a bundle.
"""

import argparse
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, utils
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.verification import ExtensionPolicy, PolicyBuilder, Store, VerificationError

ENTRY, PARTS = "ketensluis.journal.entry/v1", ("time", "key", "value", "headers")
INCIDENTS, LEDGER, REMOVALS = "police.incidents", "ledger.events", "retention.removals"
QUARANTINE, IDS = "quarantine", uuid5(NAMESPACE_URL, "urn:nl:ketensluis")
UNSIGNED = (LEDGER, QUARANTINE, "ledger.alarms", "disclosure.requests", "processing.log")
PLACE, ERASED = rb"police\.incidents\[\d+\]@\d+", b"\x0cerased"  # as a ledger event has them
JOSE, OPEN = "application/jose", ("receipt", "acceptance", "rejection", "removal", "override")

raw = lambda text: None if text is None else urlsafe_b64decode(text + "==")
hashed = lambda *parts: sha256(b"".join(parts)).digest()
say = lambda text: print("".join(it if it.isprintable() else "?" for it in text))
reading: list[Path | str] = [Path()]  # what is being read now


def read(path: Path) -> bytes:
    reading[0] = path
    return path.read_bytes()


def once(pairs: list) -> dict:
    if len(found := dict(pairs)) < len(pairs):
        raise ValueError("a name is there twice")
    return found


def state(note: str, keys: dict) -> tuple[str, int, bytes, dict[str, tuple[int, str]]]:
    """What the log signed (C2SP signed-note): name, size, root; who saw it when, by which key."""
    text, _, lines = note.rpartition("\n\n")
    origin, size, root = text.split("\n")[:3]
    made = {(name, raw(it)[:4]): raw(it)[4:] for name, it in re.findall(r"— (\S+) (\S+)\n", lines)}
    size, seen = int(size), {}
    for party, terms in [("", keys["log"]), *keys["witnesses"].items()]:
        for term in terms:  # a key counts from one size of the log to another
            name, _, key = term["key"].split("+", 2)
            content = made.get((name, hashed(name.encode(), b"\n", raw(key))[:4]))
            counts = term["from_size"] <= size <= (term["until_size"] or size)
            if content is not None and counts and (party or name == origin):
                at = int.from_bytes(content[:-64])  # Unix time, of a cosignature
                said = (f"cosignature/v1\ntime {at}\n" if party else "") + f"{text}\n"
                public = ed25519.Ed25519PublicKey.from_public_bytes(raw(key)[1:])
                public.verify(content[-64:], said.encode())
                seen[party] = at, key
    if seen.pop("", None) is None:
        raise InvalidSignature("bad_checkpoint", f"no key of the log at {size} entries signed it")
    return origin, size, raw(root), seen


class Directory:
    """The parties' certificates, those who vouch for them, and what these revoked and when."""

    def __init__(self, folder: Path) -> None:
        load, load_list = x509.load_pem_x509_certificate, x509.load_pem_x509_crl
        pem = lambda kind, load=load: [load(read(path)) for path in (folder / kind).glob("*")]
        self.anchors, self.between = pem("anchors"), pem("intermediates")
        self.known = {each.fingerprint(SHA256()): each for each in pem("certificates")}
        self.revoked = {}  # since when, by who revoked it and its number
        for crl in sorted(pem("crls", load_list), key=lambda each: each.last_update_utc):
            makers = [it for it in (*self.anchors, *self.between) if it.subject == crl.issuer]
            if not any(crl.is_signature_valid(each.public_key()) for each in makers):
                raise InvalidSignature("bad_crl", "a list of revoked ones is not its authority's")
            for each in crl:  # the key may have been in other hands before: the earlier date counts
                dates = [getattr(it.value, "invalidity_date_utc", None) for it in each.extensions]
                since = min(filter(None, [each.revocation_date_utc, *dates]))
                self.revoked[crl.issuer, each.serial_number] = since

    def check(self, topic: str, sent: float, key: bytes, value: bytes, packed: bytes) -> bool:
        """Whether all of a signature was checked, and holds; False if the value is encrypted."""
        parts, take = [], BytesIO(packed).read
        while length := take(4):  # of a header's name, then of its value; below 0 if it has none
            parts.append(take(max(0, int.from_bytes(length, signed=True))))
        headers = {name.decode(): it for name, it in zip(parts[::2], parts[1::2], strict=True)}
        if "jws" not in headers:
            raise InvalidSignature("unsigned", "a message without a signature")
        protected, _, signature = headers["jws"].decode().split(".")
        claims, made = json.loads(raw(protected), object_pairs_hook=once), raw(signature)
        # A chain leads from its signer to an anchor, at that time, and nothing of it was revoked.
        signer, at = self.known.get(raw(claims["x5t#S256"])), datetime.fromisoformat(claims["sigT"])
        above, below = ExtensionPolicy.webpki_defaults_ca(), ExtensionPolicy.permit_all()
        policy = PolicyBuilder().extension_policies(ca_policy=above, ee_policy=below).time(at)
        try:  # a ValueError where there are no anchors, a TypeError where there is no signer
            verifier = policy.store(Store(self.anchors)).build_client_verifier()
            chain = verifier.verify(signer, self.between).chain
        except (VerificationError, ValueError, TypeError):
            raise InvalidSignature("unknown_signer", "no one vouches for who signed it") from None
        dates = [self.revoked.get((each.issuer, each.serial_number)) for each in chain]
        late = max(at, datetime.fromtimestamp(sent - 300, UTC))  # a thief writes an older date
        if any(since is not None and since <= late for since in dates):
            raise InvalidSignature("revoked_certificate", "its certificate had been revoked then")
        # It signed this message, and this value.
        stated = {name[3:]: it.decode() for name, it in headers.items() if name[:3] == "ce_"}
        stated["datacontenttype"] = headers["content-type"].decode()
        stated["partitionkey"] = None if key is None else key.decode()
        if stated != {"partitionkey": None, **claims["ce"]} or claims["topic"] != topic:
            raise InvalidSignature("bad_signature", "it was signed for another topic or message")
        if stated["datacontenttype"] == JOSE and stated["type"].split(".")[-2] not in OPEN:
            return False
        said = protected.encode() + b"." + urlsafe_b64encode(value).rstrip(b"=")
        public = signer.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):  # ES256, else PS256
            pair = int.from_bytes(made[:32]), int.from_bytes(made[32:])
            public.verify(utils.encode_dss_signature(*pair), said, ec.ECDSA(SHA256()))
        else:
            public.verify(made, said, padding.PSS(padding.MGF1(SHA256()), 32), SHA256())
        return True


def findings(bundle: Path, trusted: Path, seen: list[Path], *, part: bool) -> Iterator[tuple]:
    """Give what is wrong with it, each with its code; print what is there."""
    if read(bundle / "format") != b"ketensluis.evidence/v3\n":
        raise ValueError("its format is another than this program knows")
    keys = json.loads(read(trusted / "journal.json"), object_pairs_hook=once)
    directory, content = Directory(trusted), read(bundle / "leaves")
    leaves = [content[at : at + 32] for at in range(0, len(content), 32)]

    @cache
    def root_of(begin: int, end: int) -> bytes:  # RFC 9162, section 2.1.1
        if end - begin < 2:
            return leaves[begin] if begin < end else hashed()
        middle = begin + (1 << (end - begin - 1).bit_length() - 1)
        return hashed(b"\1", root_of(begin, middle), root_of(middle, end))

    # The log as it was signed, and by how many it was seen, each with a key of its own.
    origin, size, root, by = state(read(bundle / "checkpoint").decode(), keys)
    say(f"  the log {origin} had {size} entries, seen by {', '.join(sorted(by)) or 'nobody'}")
    if len({key for _, key in by.values()}) < max(1, keys["quorum"]):
        yield "too_few_witnesses", f"{keys['quorum']} must have seen this state"
    if len(leaves) != size or root_of(0, size) != root:
        yield "bad_tree", "its leaves do not lead to the root that was signed"
    for path in (*(bundle / "earlier").glob("*"), *seen):  # each is a beginning of this log
        _, size, root, _ = state(read(path).decode(), keys)
        if size > len(leaves):
            yield "truncated", f"others saw {size} entries, this log has {len(leaves)}"
        elif root_of(0, size) != root:
            yield "two_histories", f"the log of {size} entries was another"

    # Each entry, and its record as it was. What one needs, another tells: one of several things.
    seen_at = max((at for at, _ in by.values()), default=1 << 62)
    index, there, counts = {leaf: number for number, leaf in enumerate(leaves)}, set(), Counter()
    needs, told = {}, {"part"} if part else set()
    with (bundle / "entries.ndjson").open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            reading[0] = f"{lines.name}:{number}"
            entry, *record = json.loads(line)
            version, lies, *digests = entry.splitlines()
            topic, partition, offset = lies.split(" ")
            lies, leaf = f"{topic}[{partition}]", hashed(b"\0", entry.encode())
            place, sent = f"{lies}@{offset}", int(digests[0].removeprefix("time ")) / 1000
            if leaf not in index:
                yield "not_included", f"{place}: the log has no such entry"
                continue
            there.add(index[leaf])
            counts[topic] += 1
            refused = QUARANTINE, str(uuid5(IDS, f"10:quarantine{len(place)}:{place}")).encode()
            if topic == INCIDENTS and abs(sent - seen_at) >= 60:  # younger, it may be at work
                said = "no_decision", f"{place}: nothing was decided about it"
                needs[said] = {"part", refused, (LEDGER, place.encode())}
            if not record:
                said = "missing_record", f"{lies}: not here, nor removed by retention (--part)"
                needs[said] = {"part", (REMOVALS, lies.encode())}
                continue
            key, value, _ = parts = [raw(each) for each in record[1:]]
            said = [record[0], *("-" if each is None else hashed(each).hex() for each in parts)]
            made = [f"{name} {each}" for name, each in zip(PARTS, said, strict=True)]
            if (ENTRY, made) != (version, digests):
                differ = ", ".join(each.split(" ")[0] for each in made if each not in digests)
                yield "altered_record", f"{place}: not as journalled: {differ}"
                continue
            counts["sound"] += 1
            if topic == LEDGER and value and ERASED not in value:
                told |= {(LEDGER, each) for each in re.findall(PLACE, value)}
            try:
                if topic not in UNSIGNED:
                    counts[directory.check(topic, sent, *parts)] += 1
                told.add((topic, key))
            except Exception as fault:  # noqa: BLE001 - whoever sends rubbish must not stop the rest
                ours = fault.args if isinstance(fault, InvalidSignature) else ()
                code, said = ours or ("bad_signature", "it is no signature of this value")
                needs[code, f"{place}: {said}"] = {refused}

    # Nothing is missing of what the bundle covers: no entry, record, signature, decision.
    covered = sorted(there) if part else range(len(leaves))
    missing = {*range(covered[0], covered[-1] + 1)} - there if covered else set()
    say(f"  {len(there)} entries are there, {len(missing)} missing")
    say(f"  {counts['sound']} records are as they were journalled")
    say(f"  {counts[True]} signatures checked, {counts[False]} under encryption")
    say(f"  {counts[INCIDENTS]} incident records {'not ' if part else ''}looked up in the ledger")
    for number in sorted(missing)[:20]:
        yield "missing_entry", f"entry {number} is not in the bundle (with --part it need not be)"
    left = [said for said, others in needs.items() if not others & told]
    gone = "missing_record" in dict(left)  # it may have told of any decision
    yield from (said for said in left if not gone or said[0] != "no_decision")


def main() -> int:
    parser = argparse.ArgumentParser(description="Check a bundle of evidence of the journal.")
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--keys", type=Path, help="the keys' folder, from a source that you trust")
    parser.add_argument("--seen", type=Path, action="append", default=[], help="a kept checkpoint")
    parser.add_argument("--part", action="store_true", help="it need not cover the whole log")
    told, found = parser.parse_args(), []
    try:
        found += findings(told.bundle, told.keys or told.bundle / "keys", told.seen, part=told.part)
    except InvalidSignature as fault:
        code, said = fault.args or ("bad_checkpoint", "a signature under it is not good")
        found.append((code, f"{reading[0]}: {said}"))
    except Exception as error:  # noqa: BLE001 - whatever is in it, it is told in one line
        said = f"{reading[0]}: {type(error).__name__}: {error}"
        say(f"not a bundle of evidence, or not in its form: {said[:400]}")
        return 2
    for each in found:
        say(": ".join(each))
    if not told.keys:
        say("  (with keys in the bundle itself: compare them with those that you were given)")
    say("NOT as it was" if found else "all of it holds")
    return bool(found)


if __name__ == "__main__":
    raise SystemExit(main())
