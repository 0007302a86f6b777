"""Amounts in words ("Bằng chữ"), as receipts of the State spell them. Pure."""

from __future__ import annotations

UNITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
SCALES = ("", "nghìn", "triệu")
LIMIT = 10**18


def in_words(amount: int) -> str:
    """The number read out: in_words(127005) is "một trăm hai mươi bảy nghìn không trăm lẻ năm".

    Rules of reading: groups of three from the right are nghìn, triệu, tỷ, and nine digits further tỷ again ("một triệu tỷ"); a group after
    the first is read with its hundreds ("không trăm lẻ năm"); 1 after a ten is "mốt", 5 "lăm", 4 after twenty and more "tư".
    ValueError below 0 and from 10^18.
    """
    if not 0 <= amount < LIMIT:
        raise ValueError(f"{amount} is not between 0 and 10^18")
    if amount == 0:
        return UNITS[0]
    high, low = divmod(amount, 10**9)
    parts = [_nine_digits(high, whole=False), "tỷ"] if high else []
    if low:
        parts.append(_nine_digits(low, whole=bool(high)))
    return " ".join(parts)


def amount_in_words(amount: int) -> str:
    """As printed behind "Bằng chữ": "Hai mươi bảy nghìn đồng"."""
    words = in_words(amount)
    return f"{words[0].upper()}{words[1:]} đồng"


def _nine_digits(number: int, *, whole: bool) -> str:
    """Below 10^9. `whole`: something was read before it, so its first group keeps its hundreds."""
    parts: list[str] = []
    for place in (2, 1, 0):
        group = number // 1000**place % 1000
        if group:
            parts += [_group(group, whole=whole or bool(parts)), SCALES[place]]
    return " ".join(part for part in parts if part)


def _group(number: int, *, whole: bool) -> str:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [UNITS[hundreds], "trăm"] if hundreds or whole else []
    if tens == 0 and ones and words:
        words.append("lẻ")
    elif tens == 1:
        words.append("mười")
    elif tens > 1:
        words += [UNITS[tens], "mươi"]
    if ones:
        words.append(_ones(ones, tens))
    return " ".join(words)


def _ones(digit: int, tens: int) -> str:
    if digit == 1 and tens > 1:
        return "mốt"
    if digit == 4 and tens > 1:
        return "tư"
    if digit == 5 and tens:
        return "lăm"
    return UNITS[digit]
