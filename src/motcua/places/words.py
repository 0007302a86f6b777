"""The words of an address: what is a name, what says of which kind, and where one name may end and the next begin."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from motcua.places.text import fold, sort_key


class Level(IntEnum):
    """Levels of administration until 30/06/2025; today's have no district."""

    COMMUNE = 1
    DISTRICT = 2
    PROVINCE = 3


@dataclass(frozen=True, slots=True)
class Said:
    """What the words before a name say of it: level -> type, e.g. "thành phố" -> district or province of that type."""

    types: dict[Level, str]
    length: int  # in words; 0 when nothing is said


NOTHING = Said({}, 0)

_KINDS = {
    "xã": {Level.COMMUNE: "xa"},
    "x": {Level.COMMUNE: "xa"},
    "phường": {Level.COMMUNE: "phuong"},
    "p": {Level.COMMUNE: "phuong"},
    "f": {Level.COMMUNE: "phuong"},
    "thị trấn": {Level.COMMUNE: "thi-tran"},
    "tt": {Level.COMMUNE: "thi-tran"},
    "đặc khu": {Level.COMMUNE: "dac-khu"},
    "đk": {Level.COMMUNE: "dac-khu"},
    "quận": {Level.DISTRICT: "quan"},
    "q": {Level.DISTRICT: "quan"},
    "huyện": {Level.DISTRICT: "huyen"},
    "h": {Level.DISTRICT: "huyen"},
    "thị xã": {Level.DISTRICT: "thi-xa"},
    "tx": {Level.DISTRICT: "thi-xa"},
    "thành phố": {Level.DISTRICT: "thanh-pho", Level.PROVINCE: "thanh-pho"},
    "tp": {Level.DISTRICT: "thanh-pho", Level.PROVINCE: "thanh-pho"},
    "tỉnh": {Level.PROVINCE: "tinh"},
    "t": {Level.PROVINCE: "tinh"},
}
# "Quán Bàu" is not the quận of Bàu: a word says a kind when it bears the right marks, or none.
_SAID = {
    written: Said(types, len(word.split()))
    for word, types in _KINDS.items()
    for written in (tuple(map(sort_key, word.split())), tuple(map(sort_key, fold(word).split())))
}

# Words before the name of a street, hamlet or house, which is not a commune's: "thôn Đông Thành".
SMALLER = frozenset(
    (
        *("so", "to", "thon", "ap", "xom", "ban", "lang", "buon", "bon", "khom", "khoi", "khu", "kp", "tdp"),
        *("pho", "duong", "ngo", "ngach", "hem", "doi", "cum", "toa", "lo", "kdt", "kcn", "kdc", "ql", "dt"),
    )
)

_HARD = re.compile(r"[,;\n|()\[\]]+")
_WORD = re.compile(r"[^\W_]+")
_NUMBERED = re.compile(r"(p|f|q)(\d+)")
_COUNTRY = re.compile(r"[\s,.;-]*\b(việt\s?nam|viet\s?nam|vn)[\s.]*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Word:
    """`folded` without marks, a number without leading zeros; `key` sorts and tells marks apart; `begins`: a new part."""

    folded: str
    key: str
    part: int
    begins: bool


def words_of(address: str) -> list[Word]:
    """The words of an address in order, cut at commas into parts; " - " and ". " may begin a part, or be inside a name."""
    address = _COUNTRY.sub("", unicodedata.normalize("NFKC", address))
    words: list[Word] = []
    for part, text in enumerate(filter(str.strip, _HARD.split(address))):
        end = 0
        for match in _WORD.finditer(text):
            gap = text[end : match.start()]
            begins = end == 0 or (len(gap) > 1 and any(sign in gap for sign in "-–—.:"))
            end = match.end()
            words.extend(Word(fold(w), sort_key(w), part, begins and i == 0) for i, w in enumerate(_apart(match[0])))
    return [word for word in words if word.folded]


def _apart(word: str) -> tuple[str, ...]:
    """ "P05" -> "P", "5"."""
    if numbered := _NUMBERED.fullmatch(word.lower()):
        return numbered[1], numbered[2].lstrip("0") or "0"
    return (word.lstrip("0") or "0",) if word.isdecimal() else (word,)


def said_before(words: list[Word], start: int) -> Said:
    """The kind that the words before `start`, in the same part, say; "thị xã" is not "xã"."""
    for length in (2, 1):
        begin = start - length
        if begin >= 0 and words[begin].part == words[start].part:
            said = _SAID.get(tuple(word.key for word in words[begin:start]))
            if said is not None:
                return said
    return NOTHING


def says_kind(words: list[Word], at: int) -> int:
    """How many words from `at` on say a kind, the name to follow in the same part; 0: none do."""
    for length in (2, 1):
        name = at + length
        inside = name < len(words) and words[name].part == words[at].part
        if inside and tuple(word.key for word in words[at:name]) in _SAID:
            return length
    return 0


def joined(words: list[Word]) -> str:
    return "".join(word.folded for word in words)


@lru_cache(maxsize=8192)
def unmarked(key: str) -> bool:
    """Whether a word's key has no mark, so that it may stand for any marks: keys of letters end in the tone."""
    return not any(sign in key for sign in "{|") and (not key[-1:].isdigit() or key[-1] == "0" or key[:1].isdigit())


def phrases(words: list[Word]) -> Iterator[tuple[int, int]]:
    """Each stretch (start, end) that a name with a slip may fill: from a beginning or a kind to the next one."""
    name = says_kind(words, 0) if words else 0
    for at in range(1, len(words) + 1):
        if at < name:
            continue
        kind = says_kind(words, at) if at < len(words) else 0
        if at == len(words) or kind or words[at].part != words[at - 1].part or words[at].begins:
            if name < at:
                yield name, at
            name = at + kind
