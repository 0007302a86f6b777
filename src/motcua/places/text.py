"""Vietnamese text: compare without marks, and sort as a Vietnamese dictionary does.

The embedded PostgreSQL has no ICU, so neither the database nor the locale of the machine can be asked to do this.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


class _Bare(dict[int, str | None]):
    """For str.translate: marks go, letters and digits stay, the rest becomes a space. Filled as letters come, the rare ones each time."""

    def __missing__(self, point: int) -> str | None:
        char = chr(point)
        bare = None if unicodedata.category(char).startswith("M") else char if char.isalnum() else " "
        if point < 0x2000:
            self[point] = bare
        return bare


# Đ is a letter of its own, so Unicode takes no mark off it. Ð (eth) looks the same and is typed for it.
_BARE = _Bare({ord("đ"): "d", ord("ð"): "d"})

# Ascending order of the five marks in Vietnamese dictionaries, after the unmarked syllable (0).
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"

# Each of the seven letters that Latin lacks follows its base letter: "{" and "|" come after "z" in C order.
_LETTERS = {
    ("a", _BREVE): "a{",
    ("a", _CIRCUMFLEX): "a|",
    ("e", _CIRCUMFLEX): "e{",
    ("o", _CIRCUMFLEX): "o{",
    ("o", _HORN): "o|",
    ("u", _HORN): "u{",
}


def fold(text: str) -> str:
    """The text in lower case, without marks, đ as d, punctuation as space, single spaces: "Hoà", "Hòa" -> "hoa".

    Composed and decomposed Unicode fold alike, and folding twice changes nothing.
    """
    return " ".join(filter(None, map(_folded, text.split())))


def sort_key(text: str) -> str:
    """A string whose C order is the Vietnamese alphabetical order of `text`: a ă â b c d đ e ê … o ô ơ … u ư v x y.

    Syllable by syllable: first its letters, then its tone (none, huyền, hỏi, ngã, sắc, nặng), so every "Ba …" precedes
    every "Bà …", and "Hoà" equals "Hòa". Numbers go before letters and by value. Case and punctuation do not count.
    """
    return "".join(map(_key, text.split()))


# The names of the country are made of some 3,000 words, so both results are kept by word.
@lru_cache(maxsize=8192)
def _folded(word: str) -> str:
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).lower())
    return " ".join(decomposed.translate(_BARE).split())


@lru_cache(maxsize=8192)
def _key(word: str) -> str:
    key: list[str] = []
    letters: list[str] = []
    digits: list[str] = []
    tone = "0"

    def close() -> None:
        nonlocal tone
        if letters:
            key.extend((*letters, tone))
        if digits:
            number = "".join(digits).lstrip("0")
            key.append(f"{len(number):03d}{number}")
        letters.clear()
        digits.clear()
        tone = "0"

    for char in unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).lower()):
        if char in _TONES:
            tone = _TONES[char] if letters else tone
        elif unicodedata.category(char).startswith("M"):
            if letters:
                letters[-1] = _LETTERS.get((letters[-1], char), letters[-1])
        elif char.isdecimal():
            if letters:
                close()
            digits.append(str(int(char)))
        elif char.isalnum():
            if digits:
                close()
            letters.append("d{" if char in "đð" else char)
        else:
            close()
    close()
    return "".join(key)
