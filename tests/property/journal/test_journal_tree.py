"""The tree against its definition: whatever the size, proofs hold, and no other thing does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_log import MadeLog, reference_root

from ketensluis.errors import Refused
from ketensluis.journal.growing import Growing
from ketensluis.journal.hashing import leaf_hash, root_of
from ketensluis.journal.proofs import check_consistency, check_inclusion
from ketensluis.journal.tiles import WIDTH, tiles_of

BIG = MadeLog()
ENTRIES = [b"entry %d" % n for n in range(700)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
BIG.add(ENTRIES)

sizes = st.integers(0, len(ENTRIES)) | st.sampled_from([0, 1, 255, 256, 257, 511, 512, 513])


def grown(size: int) -> MadeLog:
    """A log of that size, whose unfinished tiles were written at that size only."""
    return MadeLog().add(ENTRIES[:size])


@given(st.integers(0, 80))
def test_a_row_folds_to_the_root_of_the_definition(size: int):
    assert root_of(LEAVES[:size]) == reference_root(LEAVES[:size])


@given(sizes)
def test_the_growing_edge_has_the_root_of_the_definition_at_every_size(size: int):
    assert grown(size).growing.root() == reference_root(LEAVES[:size])


@given(sizes, st.data())
def test_inclusion_holds_for_the_entry_at_its_place_and_for_nothing_else(
    size: int, data: st.DataObject
):
    if size == 0:
        return
    index = data.draw(st.integers(0, size - 1))
    log, root = grown(size), reference_root(LEAVES[:size])
    proof = log.inclusion(index)
    check_inclusion(LEAVES[index], index, size, proof, root)
    other = data.draw(st.integers(0, size))
    wrong = [
        (leaf_hash(b"another"), index, size, proof, root),
        (LEAVES[index], index, size, proof, leaf_hash(b"another root")),
        (LEAVES[index], index, size, [*proof, LEAVES[0]], root),
    ]
    if proof:
        wrong += [
            (LEAVES[index], index, size, proof[:-1], root),
            (LEAVES[index], index, size, [leaf_hash(b"x"), *proof[1:]], root),
        ]
    if other != index:
        wrong.append((LEAVES[index], other, size, proof, root))
    for attempt in wrong:
        with pytest.raises(Refused, match="does not lead"):
            check_inclusion(*attempt)


@given(sizes, sizes, st.data())
def test_consistency_holds_between_any_two_sizes_and_for_no_other_past(
    one: int, two: int, data: st.DataObject
):
    old, new = sorted((one, two))
    roots = reference_root(LEAVES[:old]), reference_root(LEAVES[:new])
    proof = grown(new).prove(old, new)
    check_consistency(old, new, proof, *roots)
    wrong = [
        (old, new, proof, leaf_hash(b"other"), roots[1]),
        (old, new, [*proof, b"0" * 32], *roots),
    ]
    if old:
        wrong.append((old, new, proof, roots[0], leaf_hash(b"other")))
        changed = data.draw(st.integers(0, old - 1))
        rewritten = [*LEAVES[:changed], leaf_hash(b"rewritten"), *LEAVES[changed + 1 : new]]
        wrong.append((old, new, proof, roots[0], reference_root(rewritten)))
    if proof:
        wrong.append((old, new, proof[:-1], *roots))
    for attempt in wrong:
        with pytest.raises(Refused, match="does not begin"):
            check_consistency(*attempt)


@given(sizes)
def test_an_edge_read_back_from_its_tiles_goes_on_as_if_it_had_never_stopped(size: int):
    log = grown(size)
    resumed = Growing.resumed(size, log.fetch)
    assert resumed.root() == log.growing.root()
    for entry in ENTRIES[size:]:
        resumed.add(entry)
    assert resumed.root() == BIG.growing.root()


@given(sizes, sizes)
def test_proofs_of_an_earlier_size_come_out_of_the_full_tiles_of_a_later_one(one: int, two: int):
    old, new = sorted((one, two))
    log = MadeLog().add(ENTRIES[:old]).add(ENTRIES[old:new])
    for path in [each for each in log.files if ".p/" in each]:
        if path.partition(".p/")[0] in log.files:
            del log.files[path]
    if old:
        root = reference_root(LEAVES[:old])
        check_inclusion(LEAVES[old - 1], old - 1, old, log.inclusion(old - 1, old), root)


@given(sizes)
def test_a_log_has_exactly_the_tiles_that_its_size_asks_for(size: int):
    files = grown(size).files
    wanted = dict(tiles_of(size))
    assert {path for path in files if "entries" not in path} == set(wanted)
    assert all(len(files[path]) == 32 * width for path, width in wanted.items())
    assert sum(1 for path in files if "entries" in path) == -(-size // WIDTH)
