"""The tree of the journal is RFC 6962's (section 2.1; RFC 9162 section 2.1.1), checked against its recursive definition and known roots."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.casework.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash

# The eight entries that the implementations of Certificate Transparency test with.
ENTRIES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
# By hand, with coreutils alone: (printf '\x00'; printf ENTRY) | sha256sum, then (printf '\x01'; printf LEFT; printf RIGHT) | sha256sum.
ROOTS = {
    0: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    4: "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    6: "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    7: "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def oracle(entries: list[bytes]) -> bytes:
    """MTH of RFC 6962 section 2.1, as written there: split at the largest power of two smaller than n."""
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return sha256(b"\x01" + oracle(entries[:k]) + oracle(entries[k:])).digest()


def grown(entries: list[bytes]) -> Frontier:
    frontier = Frontier()
    for entry in entries:
        frontier.append(leaf_hash(entry))
    return frontier


@pytest.mark.parametrize("size", ROOTS)
def test_roots_known_from_elsewhere_come_out(size: int) -> None:
    assert grown(ENTRIES[:size]).root().hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=40), max_size=70))
def test_a_tree_grown_leaf_by_leaf_has_the_root_of_the_recursive_definition(entries: list[bytes]) -> None:
    assert grown(entries).root() == oracle(entries)


@given(st.lists(st.binary(max_size=8), max_size=40), st.lists(st.binary(max_size=8), max_size=40))
def test_a_tree_goes_on_from_a_stored_frontier_as_if_it_had_never_stopped(
    before: list[bytes], after: list[bytes]
) -> None:
    stored = grown(before)
    resumed = Frontier(stored.size, [memoryview(peak) for peak in stored.peaks])
    for entry in after:
        resumed.append(leaf_hash(entry))
    assert (resumed.size, resumed.root()) == (len(before + after), oracle(before + after))


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70))
def test_the_peaks_are_the_roots_of_the_perfect_subtrees_largest_first(entries: list[bytes]) -> None:
    expected, start = [], 0
    for power in reversed(range(7)):
        if len(entries) >> power & 1:
            expected.append(oracle(entries[start : start + 2**power]))
            start += 2**power
    assert grown(entries).peaks == expected


def test_a_leaf_can_never_pass_for_a_node() -> None:
    left, right = leaf_hash(b"a"), leaf_hash(b"b")
    assert leaf_hash(left + right) != node_hash(left, right)
    assert Frontier().root() == EMPTY_ROOT != leaf_hash(b"")


@pytest.mark.parametrize(("size", "peaks"), [(1, 0), (3, 1), (4, 2), (0, 1)])
def test_a_frontier_with_a_wrong_number_of_peaks_is_refused(size: int, peaks: int) -> None:
    with pytest.raises(ValueError, match="peaks"):
        Frontier(size, [b"\0" * 32] * peaks)
