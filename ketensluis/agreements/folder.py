"""A folder of agreements: which files are read, and everything that is wrong in and among them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from ketensluis.agreements.checks import between, of_rules
from ketensluis.agreements.faults import Fault
from ketensluis.agreements.parties import of_parties
from ketensluis.agreements.reading import SignedText, Unsound, read_agreement
from ketensluis.model.regions import RegionMap

__all__ = ["read_folder"]


def read_folder(folder: Path, regions: RegionMap | None) -> tuple[list[SignedText], list[Fault]]:
    """The sound agreements of a folder or one file, and the faults and warnings of all."""
    files, faults = _files(folder)
    texts: list[SignedText] = []
    comparable: list[SignedText] = []
    for path in files:
        match read_agreement(path):
            case SignedText() as text:
                texts.append(text)
                comparable.append(text)
                faults.extend(of_parties(text, regions))
                faults.extend(of_rules(text))
            case Unsound() as found:
                faults.extend(found.faults)
                faults.extend(_of_the_rest(found, regions))
                if found.rest is not None and found.comparable:
                    comparable.append(found.rest)
    faults.extend(between(comparable))
    return texts, faults


def _files(folder: Path) -> tuple[list[Path], list[Fault]]:
    """The files to read; one that is passed over for its name would be a silent hole."""
    if folder.is_file():
        return [folder], []
    if not folder.is_dir():
        return [], [Fault(folder.name, 1, "no_agreements", "there is no such folder")]
    files = sorted(folder.glob("*.yaml"))
    other = {path for path in folder.iterdir() if path.suffix.lower() in {".yaml", ".yml"}}
    faults = [
        Fault(path.name, 1, "not_read", "only `*.yaml` is read: give it that ending, or move it")
        for path in other - set(files)
    ]
    if not files:
        sentence = "the folder holds no agreement (`*.yaml`)"
        faults.append(Fault(folder.name, 1, "no_agreements", sentence))
    return files, faults


def _of_the_rest(found: Unsound, regions: RegionMap | None) -> Iterator[Fault]:
    """What else is wrong with a file; of rules that lack something nothing is warned."""
    if found.rest is None:
        return
    yield from of_parties(found.rest, regions)
    for fault in of_rules(found.rest):
        if fault.level == "fault" or not found.rules_touched:
            yield fault
