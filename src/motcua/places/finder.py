"""Find a commune by what somebody typed: marks, type and province may be missing, the name may be half or have a slip.

Pure: no database. The 3,321 names are compared one by one: a few milliseconds, and no index to keep right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import IntEnum

from motcua.places.text import fold, sort_key

# Words before a name, folded -> type that they say. A thị trấn became part of a commune of any type in July 2025.
_COMMUNE_WORDS = {
    "xa": "xa",
    "x": "xa",
    "phuong": "phuong",
    "p": "phuong",
    "dac khu": "dac-khu",
    "thi tran": "",
    "tt": "",
}
_PROVINCE_WORDS = ("tinh", "thanh pho", "tp", "t")
_PROVINCE_ALIASES = {"hcm": "79", "tphcm": "79", "sai gon": "79", "hn": "01", "thua thien hue": "46"}


@dataclass(frozen=True, slots=True)
class Entry:
    """A commune to be found: `names` are the short names it has had, `type` is today's."""

    code: str
    province_code: str
    names: tuple[str, ...]
    type: str


class Hit(IntEnum):
    """How a name matched, best first."""

    WHOLE = 0
    WHOLE_BUT_SPACES = 1
    BEGINNING = 2
    LATER_WORD = 3  # or the beginning, but for spaces
    ONE_SLIP = 4
    TWO_SLIPS = 5


@dataclass(frozen=True, slots=True)
class _Name:
    entry: Entry
    folded: str
    joined: str
    later: tuple[str, ...]
    letters: int
    syllables: tuple[str, ...]
    order: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to understand the typed text: the part that names the commune, its type if said, its province if said."""

    folded: str
    syllables: tuple[str, ...]
    type: str
    province_code: str | None


# Best first: the hit, another type than said, words that are the same, the same with their marks, alphabetical order.
_Rank = tuple[Hit, bool, int, int, tuple[str, str, str]]


class Finder:
    """Holds the folded names of communes; immutable once made, so that threads may share it."""

    def __init__(self, entries: Iterable[Entry], provinces: Iterable[tuple[str, str]]) -> None:
        """`provinces`: (code, short name) of each province that a text may mention."""
        named = list(provinces)
        alphabetical = {code: sort_key(name) for code, name in named}
        self._provinces = {fold(name): code for code, name in named} | {
            alias: code for alias, code in _PROVINCE_ALIASES.items() if code in alphabetical
        }
        self._names = [
            _Name(
                entry,
                folded := fold(name),
                joined := folded.replace(" ", ""),
                _tails(folded),
                letters_of(joined),
                _syllables(name),
                (sort_key(name), alphabetical[entry.province_code], entry.code),
            )
            for entry in entries
            for name in dict.fromkeys(entry.names)
        ]
        self._province_of = {name.entry.code: name.entry.province_code for name in self._names}

    def find(self, text: str, province_code: str | None = None, limit: int = 10) -> list[str]:
        """Codes of the communes that `text` may mean, best first; none when nothing comes near."""
        return [code for code, _ in self.hits(text, province_code)][: max(limit, 0)]

    def hits(self, text: str, province_code: str | None = None) -> list[tuple[str, Hit]]:
        """As `find`, all of them, with how each matched."""
        if (code := text.strip()) in self._province_of:
            return [(code, Hit.WHOLE)] if province_code in (None, self._province_of[code]) else []
        ranks: dict[str, _Rank] = {}
        readings = [r for r in self._readings(text) if province_code in (None, r.province_code or province_code)]
        for slips in (False, True):
            for reading in readings:
                for name, hit in self._hits(reading, reading.province_code or province_code, slips):
                    rank = _rank(reading, name, hit)
                    ranks[name.entry.code] = min(rank, ranks.get(name.entry.code, rank))
            if any(rank[0] <= Hit.WHOLE_BUT_SPACES for rank in ranks.values()):
                break
        # Two slips are believed only when nothing comes nearer.
        worst = Hit.TWO_SLIPS if all(rank[0] == Hit.TWO_SLIPS for rank in ranks.values()) else Hit.ONE_SLIP
        near = [code for code, rank in ranks.items() if rank[0] <= worst]
        return [(code, ranks[code][0]) for code in sorted(near, key=lambda code: ranks[code])]

    def _readings(self, text: str) -> Iterator[_Reading]:
        """A comma parts commune from province; without one, the last words may belong to either."""
        first, *others = [part for part in text.split(",") if fold(part)] or [""]
        said = next((code for part in reversed(others) if (code := self._province(fold(part)))), None)
        words = first.split()
        yield from self._commune_readings(words, said)
        if said is None:
            for cut in range(1, len(words)):
                if code := self._province(fold(" ".join(words[cut:]))):
                    yield from self._commune_readings(words[:cut], code)

    def _commune_readings(self, words: list[str], province_code: str | None) -> Iterator[_Reading]:
        text = " ".join(words)
        folded = fold(text)
        if not folded:
            return
        yield _Reading(folded, _syllables(text), "", province_code)
        for word, kind in _COMMUNE_WORDS.items():
            if folded.startswith(word + " "):
                rest = folded.removeprefix(word + " ")
                yield _Reading(rest, _syllables(text)[-len(rest.split()) :], kind, province_code)

    def _province(self, folded: str) -> str | None:
        for word in _PROVINCE_WORDS:
            if code := self._provinces.get(folded.removeprefix(word + " ")):
                return code
        return None

    def _hits(self, reading: _Reading, province_code: str | None, slips: bool) -> Iterator[tuple[_Name, Hit]]:
        typed, joined = reading.folded, reading.folded.replace(" ", "")
        letters = letters_of(joined)
        # A name of three letters with one changed is another name.
        allowed = (len(joined) >= 4) + (len(joined) >= 8)
        for name in self._names:
            if province_code is not None and name.entry.province_code != province_code:
                continue
            if not slips:
                if (hit := _plain_hit(typed, joined, name)) is not None:
                    yield name, hit
            elif (
                abs(len(joined) - len(name.joined)) <= allowed
                and (letters ^ name.letters).bit_count() <= 2 * allowed
                and 0 < (distance := slips_between(joined, name.joined, allowed)) <= allowed
            ):
                yield name, Hit.ONE_SLIP if distance == 1 else Hit.TWO_SLIPS


def _rank(reading: _Reading, name: _Name, hit: Hit) -> _Rank:
    words = sum(a == b for a, b in zip(reading.folded.split(), name.folded.split(), strict=False))
    marked = sum(a == b for a, b in zip(reading.syllables, name.syllables, strict=False))
    return hit, bool(reading.type) and reading.type != name.entry.type, -words, -marked, name.order


def _plain_hit(typed: str, joined: str, name: _Name) -> Hit | None:
    if typed == name.folded:
        return Hit.WHOLE
    if joined == name.joined:
        return Hit.WHOLE_BUT_SPACES
    if name.folded.startswith(typed):
        return Hit.BEGINNING
    if name.joined.startswith(joined) or any(tail.startswith(joined) for tail in name.later):
        return Hit.LATER_WORD
    return None


def _tails(folded: str) -> tuple[str, ...]:
    """What is left of a name from its second word on, from its third, and so on, without spaces."""
    words = folded.split()
    return tuple("".join(words[i:]) for i in range(1, len(words)))


def slips_between(typed: str, meant: str, most: int) -> int:
    """How many letters were left out, added, changed or swapped with their neighbour; `most` + 1 when more."""
    before: list[int] = []
    previous: list[int] = []
    row = list(range(len(meant) + 1))
    for i, a in enumerate(typed, 1):
        before, previous, row = previous, row, [i]
        for j, b in enumerate(meant, 1):
            cost = min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + (a != b))
            if i > 1 and j > 1 and a == meant[j - 2] and typed[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
    return min(row[-1], most + 1)


def letters_of(joined: str) -> int:
    """A bit for each different character: two names that differ in more than 2n bits are more than n slips apart."""
    bits = 0
    for char in joined:
        bits |= 1 << (ord(char) & 63)
    return bits


def _syllables(text: str) -> tuple[str, ...]:
    """A sort key for each word, marks and all, to prefer names whose marks are those typed."""
    return tuple(sort_key(word) for word in text.replace("’", " ").replace("'", " ").replace("-", " ").split())
