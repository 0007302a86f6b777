"""Understand an address, old or new, as communes: offline, from names alone.

Before 01/07/2025 an address had three levels, since then it has two. So a district that is named makes the address an old
one; a commune with its kind and its province makes a whole address of today; and what leaves levels out may mean several.
Pure: no database. One `Gazetteer` holds all names; immutable once made, so that threads may share it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property, lru_cache
from typing import TypeVar

from motcua.places.finder import letters_of, slips_between
from motcua.places.text import sort_key
from motcua.places.words import (
    NOTHING,
    SMALLER,
    Level,
    Said,
    Word,
    joined,
    phrases,
    said_before,
    says_kind,
    unmarked,
    words_of,
)

T = TypeVar("T")


class Source(IntEnum):
    """Whose name it is, the surest first when a district is named."""

    OLD = 0  # of a commune on 30/06/2025
    GIVEN_UP = 1  # of one that was merged or renamed before that
    TODAY = 2


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A name of a unit. `text` has its marks, or is a key like "quynhlong" when nobody knows them (`GIVEN_UP`).

    `districts` and `provinces` are those that an address may name with it, whatever their day. The code of a province of
    today is written "-79", for many an old one has the same number.
    """

    level: Level
    source: Source
    code: str
    type: str
    text: str
    districts: frozenset[str] = frozenset()
    provinces: frozenset[str] = frozenset()
    key: str = field(init=False)
    marked: str = field(init=False)

    def __post_init__(self) -> None:
        words = words_of(self.text)
        object.__setattr__(self, "key", joined(words))
        object.__setattr__(
            self, "marked", "" if self.source == Source.GIVEN_UP else "".join(word.key for word in words)
        )


@dataclass(frozen=True, slots=True)
class Match:
    """A commune that the address may mean; with `level` DISTRICT, an old district of which the commune is not said."""

    name: Name
    slips: int


@dataclass(frozen=True, slots=True)
class Understanding:
    """`meant`, surest first; `also`: what it would mean if it were an old address whose district was left out."""

    meant: tuple[Match, ...]
    also: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True)
class _Mention:
    """Words start..end that may be these names; `outset` is where the kind said before begins."""

    start: int
    end: int
    said: Said
    names: tuple[tuple[Name, int], ...]  # with the slips in each
    doubtful: bool = False  # the word before may say a kind, or end another name

    @property
    def outset(self) -> int:
        return self.start - self.said.length


@dataclass(frozen=True, slots=True)
class _Around:
    """A district or province of a commune, where the address names it."""

    mention: _Mention
    name: Name
    slips: int

    @property
    def kind(self) -> int:
        return _kind(self.mention.said, self.name)


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: Name
    mention: _Mention
    levels: int
    slips: int
    kind: int  # 2: as said, 1: not said, 0: another
    around_kind: int  # of the district, or of the province when that is all
    in_district: bool
    marks: bool
    district_marks: bool
    district_own: bool
    province_then: bool
    province_now: bool


class Gazetteer:
    """Names by the letters that are left when marks and spaces are taken away."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._names: dict[str, list[Name]] = defaultdict(list)
        self._district: dict[str, Name] = {}
        for name in names:
            self._names[name.key].append(name)
            if name.level == Level.DISTRICT and name.source == Source.OLD:
                self._district[name.code] = name
        # Looking through all names costs half a millisecond, and the phrases of one province's addresses repeat.
        self._near = lru_cache(4096)(self._nearest)
        self._longest = max((len(name.text.split()) for names in self._names.values() for name in names), default=1) + 2

    def understand(self, address: str) -> Understanding:
        """What the address may mean; nothing when no commune and no old district is named in it."""
        words = words_of(address)
        mentions = self._mentions(words)
        best = self._best(words, mentions)
        if self._incomplete(words, mentions, best):
            slipped = mentions + self._slipped(words, mentions)
            best = self._best(words, slipped) or best
        if not best:
            return Understanding(tuple(self._districts(words, mentions)))
        return _sorted_out(best)

    @cached_property
    def _by_length(self) -> dict[int, list[tuple[str, int]]]:
        """Length -> keys with their letters; only names with slips ask for it."""
        keys: dict[int, list[tuple[str, int]]] = defaultdict(list)
        for key in self._names:
            keys[len(key)].append((key, letters_of(key)))
        return keys

    def _mentions(self, words: list[Word]) -> list[_Mention]:
        """From the end to the beginning, because a name ends where the next name begins."""
        spans = {
            (start, end): names
            for start in range(len(words))
            for end in range(start + 1, min(start + self._longest, len(words)) + 1)
            if words[end - 1].part == words[start].part and (names := self._names.get(joined(words[start:end])))
        }
        long_ends = {end for start, end in spans if end - start > 1}
        ends = {at for at in range(len(words)) if words[at].begins or says_kind(words, at)}
        ends |= {at for at in range(1, len(words)) if words[at].part != words[at - 1].part} | {len(words)}
        found: list[_Mention] = []
        for start in range(len(words) - 1, -1, -1):
            for end in range(len(words), start, -1):
                if end not in ends or (names := spans.get((start, end))) is None:
                    continue
                said = said_before(words, start)
                # "Dan Phuong Ha Noi", without marks: no phường is named here.
                doubtful = said.length == 1 and start in long_ends and unmarked(words[start - 1].key)
                for reading in (said, NOTHING) if doubtful else (said,):
                    if fitting := _fitting(words, start, end, reading, names, start in long_ends):
                        found.append(_Mention(start, end, reading, tuple((n, 0) for n in fitting), doubtful))
                        if any(name.level != Level.COMMUNE for name in fitting):
                            ends.add(start - reading.length)
                            ends.add(start)
        return found

    def _slipped(self, words: list[Word], mentions: list[_Mention]) -> list[_Mention]:
        """Mentions with a letter or two wrong, where a phrase is no name as it stands."""
        exact = {(m.start, m.end) for m in mentions}
        found = []
        for start, end in phrases(words):
            key, said = joined(words[start:end]), said_before(words, start)
            # A name of three letters with one changed is another name.
            most = (len(key) >= 4) + (len(key) >= 8)
            if (start, end) in exact or not most:
                continue
            near = [
                (name, slips)
                for other, slips in self._near(key, most)
                for name in _fitting(words, start, end, said, self._names[other])
            ]
            if near:
                found.append(_Mention(start, end, said, tuple(near)))
        return found

    def _nearest(self, key: str, most: int) -> tuple[tuple[str, int], ...]:
        """The keys at most so many slips away, with how many."""
        letters = letters_of(key)
        return tuple(
            (other, slips)
            for length in range(len(key) - most, len(key) + most + 1)
            for other, bits in self._by_length.get(length, ())
            if (letters ^ bits).bit_count() <= 2 * most and (slips := slips_between(key, other, most)) <= most
        )

    def _best(self, words: list[Word], mentions: list[_Mention]) -> list[_Candidate]:
        """The candidates that explain the address best; several when it does not tell them apart."""
        communes = [m for m in mentions if any(name.level == Level.COMMUNE for name, _ in m.names)]
        # "5 Minh Khai, phường Vĩnh Tuy": where a commune is called one, no other name is taken for it.
        if any(m.said.length and not m.doubtful for m in communes):
            communes = [m for m in communes if m.said.length]
        around = _outermost([m for m in mentions if any(name.level != Level.COMMUNE for name, _ in m.names)])
        plain = all(unmarked(word.key) for word in words)
        found = [
            candidate
            for m in communes
            for name, slips in m.names
            if name.level == Level.COMMUNE
            and (candidate := _candidate(words, m, name, slips, around, plain)) is not None
        ]
        for measure in _MEASURES:
            found = _highest(found, measure)
        of_old = [c for c in found if c.in_district]
        for measure in _OLD_MEASURES:
            of_old = _highest(of_old, measure)
        return of_old + [c for c in found if not c.in_district]

    def _incomplete(self, words: list[Word], mentions: list[_Mention], best: list[_Candidate]) -> bool:
        """Whether nothing was understood, or a phrase was not that says its kind or stands behind the commune."""
        if not best:
            return True
        explained = {at for m in mentions for at in range(m.outset, m.end)}
        behind = max(c.mention.end for c in best)
        return any(
            start not in explained
            for start, _ in phrases(words)
            if said_before(words, start).length or (start >= behind and best[0].levels < 2)
        )

    def _districts(self, words: list[Word], mentions: list[_Mention]) -> list[Match]:
        """Old districts that are named with no commune that is known, best first."""
        everywhere = mentions + self._slipped(words, mentions)
        provinces = {n.code for m in everywhere for n, _ in m.names if n.level == Level.PROVINCE and _whole(words, m)}
        found = []
        named = _outermost(everywhere)
        for m in named:
            for name, slips in m.names:
                # "Hải Dương" alone is the province, "thành phố Hải Dương" the district.
                as_province = any(n.level == Level.PROVINCE and _kind(m.said, n) for n, _ in m.names)
                alone = not any(o is not m and n.level == Level.PROVINCE for o in named for n, _ in o.names)
                if name.level == Level.DISTRICT and _whole(words, m) and not (as_province and alone):
                    own = self._district[name.code]
                    if not provinces or own.provinces & provinces:
                        rank = (slips, -_kind(m.said, name), name.source, -m.start, sort_key(own.text), name.code)
                        found.append((rank, Match(own, slips)))
        best = min((rank[:3] for rank, _ in found), default=None)
        return list(dict.fromkeys(match for rank, match in sorted(found, key=lambda f: f[0]) if rank[:3] == best))


def _candidate(
    words: list[Word], mention: _Mention, name: Name, slips: int, around: list[_Mention], plain: bool
) -> _Candidate | None:
    """The commune with the district and province that stand around it.

    None when the address names a district or a province that the commune has nothing to do with.
    """
    apart = [other for other in around if not _overlap(other, mention)]
    # "Chí Minh" is no commune in "Hồ Chí Minh", nor "Tịnh Trà" in "tỉnh Trà Vinh".
    inside = any(_overlap(o, mention) and _size(o) > _size(mention) and o.names[0][1] == 0 for o in around)
    if inside and not mention.said.length:
        return None
    in_district = [_Around(m, n, s) for m in apart for n, s in m.names if _is_in(name.districts, n, Level.DISTRICT)]
    in_province = [_Around(m, n, s) for m in apart for n, s in m.names if _is_in(name.provinces, n, Level.PROVINCE)]
    matched = [a.mention for a in in_district + in_province]
    for other in apart:
        # "huyện Quan Sơn tỉnh Thanh Hóa" does not name a quận of Sơn Tịnh.
        if _binding(words, mention, other) and not any(_overlap(other, m) for m in matched):
            return None
    if not matched and _also_province(mention, around):
        return None
    if in_district and in_province and len({m.start for m in matched}) == 1:
        # "Phường Vũ Ninh, Bắc Ninh" names the province, unless it says "thành phố" of one that was a tỉnh.
        if all(a.kind == 0 for a in in_province):
            in_province = []
        else:
            in_district = []
    kind = max((a.kind for a in in_district or in_province), default=0)
    districts = [a for a in in_district if a.kind == kind]
    return _Candidate(
        name,
        mention,
        levels=bool(in_district) + bool(in_province),
        slips=slips + min((a.slips for a in in_district), default=0) + min((a.slips for a in in_province), default=0),
        kind=_kind(mention.said, name),
        around_kind=kind,
        in_district=bool(in_district),
        marks=plain or _marked(words, mention, name),
        district_marks=plain or not districts or any(_marked(words, a.mention, a.name) for a in districts),
        district_own=any(a.name.source == Source.OLD for a in districts),
        province_then=any(not a.name.code.startswith("-") for a in in_province),
        province_now=any(a.name.code.startswith("-") for a in in_province),
    )


def _is_in(codes: frozenset[str], name: Name, level: Level) -> bool:
    return name.level == level and name.code in codes


# What tells candidates apart, the weightiest first: as many levels as can be, the fewest slips, the kinds, the marks.
_MEASURES: tuple[Callable[[_Candidate], int], ...] = (
    lambda c: c.levels,
    lambda c: -c.slips,
    lambda c: c.kind,
    lambda c: c.around_kind,
    lambda c: c.marks,
    lambda c: c.district_marks,
    lambda c: c.mention.end - c.mention.start,
)
# In an address with a district: the names of 30/06/2025 first, and the province as it was then.
_OLD_MEASURES: tuple[Callable[[_Candidate], int], ...] = (
    lambda c: -c.name.source,
    lambda c: c.district_own,
    lambda c: c.province_then,
    lambda c: c.mention.start,  # of two communes in a row the one next to the district
)


def _fitting(
    words: list[Word], start: int, end: int, said: Said, names: Iterable[Name], after_name: bool = False
) -> list[Name]:
    """Those of the names whose level is said, or may be when nothing is."""
    if said.length:
        return [name for name in names if name.level in said.types]
    if end - start == 1 and words[start].folded.isdecimal():
        return []  # "Số 1" is no commune and no district
    before = start - 1
    of_smaller = before >= 0 and words[before].part == words[start].part and words[before].folded in SMALLER
    return [] if of_smaller and not after_name else list(names)


def _kind(said: Said, name: Name) -> int:
    if not said.length or not name.type:
        return 1
    return 2 if said.types.get(name.level) == name.type else 0


def _whole(words: list[Word], mention: _Mention) -> bool:
    """Whether the mention with its kind fills a part between commas, or the kind is said, or it ends the address."""
    fills = (mention.outset == 0 or _parted(words, mention.outset)) and (
        mention.end == len(words) or _parted(words, mention.end)
    )
    return fills or bool(mention.said.length) or mention.end == len(words)


def _marked(words: list[Word], mention: _Mention, name: Name) -> bool:
    return "".join(word.key for word in words[mention.start : mention.end]) == name.marked


def _parted(words: list[Word], at: int) -> bool:
    return words[at].begins or words[at].part != words[at - 1].part


def _binding(words: list[Word], commune: _Mention, other: _Mention) -> bool:
    """Whether `other` must be a district or province of the commune. In front of it, it may be the name of a street."""
    if other.doubtful or any(slips for _, slips in other.names):
        return False
    return bool(other.said.length) or (other.start > commune.start and _whole(words, other))


def _outermost(mentions: list[_Mention]) -> list[_Mention]:
    """Without those inside another: "Huế" in "Thừa Thiên Huế"."""
    return [
        m
        for m in mentions
        if not any(o is not m and o.outset <= m.outset and m.end <= o.end and _size(o) > _size(m) for o in mentions)
    ]


def _overlap(one: _Mention, other: _Mention) -> bool:
    return one.outset < other.end and other.outset < one.end


def _also_province(mention: _Mention, around: list[_Mention]) -> bool:
    """Whether the same words name a province, and nothing says that they are meant as a commune: "Bình Dương"."""
    return not mention.said.length and any(
        (m.start, m.end) == (mention.start, mention.end) and any(n.level == Level.PROVINCE for n, _ in m.names)
        for m in around
    )


def _size(mention: _Mention) -> int:
    return mention.end - mention.outset


def _highest(found: list[T], measure: Callable[[T], int]) -> list[T]:
    best = max(map(measure, found), default=0)
    return [candidate for candidate in found if measure(candidate) == best]


def _sorted_out(best: list[_Candidate]) -> Understanding:
    whole = [c for c in best if c.name.source == Source.TODAY and c.kind == 2 and c.province_now and c.marks]
    if whole and not any(c.levels == 2 for c in best):
        rest = [c for c in best if c not in whole]
        return Understanding(_matches(whole, today_first=True), _matches(rest, today_first=False))
    only_then = all(c.province_then and not c.province_now for c in best)
    return Understanding(_matches(best, today_first=not only_then))


def _matches(candidates: list[_Candidate], today_first: bool) -> tuple[Match, ...]:
    ordered = sorted(
        candidates, key=lambda c: ((c.name.source == Source.TODAY) != today_first, c.name.source, c.name.code)
    )
    return tuple(dict.fromkeys(Match(c.name, c.slips) for c in ordered))
