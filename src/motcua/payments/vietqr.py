"""VietQR: the QR code of Napas for transfers, an EMV merchant-presented payload (EMVCo QRCPS-MPM 1.1, templates 38 and 62). Pure.

A static code names the account; a dynamic one also the amount and what the transfer is for, so that nobody types anything.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass

from motcua.places.text import fold

NAPAS = "A000000727"
TO_ACCOUNT = "QRIBFTTA"
DONG = "704"
COUNTRY = "VN"
CHECKSUM = "6304"
MAX_MEMO = 25
BIN = re.compile(r"[0-9]{6}")
NUMBER = re.compile(r"[0-9A-Za-z]{1,19}")
MAX_AMOUNT = 10**13


class NotVietQR(ValueError):
    """The text is no VietQR payload; the message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class VietQR:
    """A transfer to `number` at the bank `bin`; without `amount` the code is static. `amount` in đồng, `memo` ASCII, at most 25 letters."""

    bin: str
    number: str
    amount: int | None = None
    memo: str = ""

    def __post_init__(self) -> None:
        if not BIN.fullmatch(self.bin):
            raise NotVietQR("Mã BIN của ngân hàng gồm 6 chữ số.")
        if not NUMBER.fullmatch(self.number):
            raise NotVietQR("Số tài khoản gồm 1 đến 19 chữ số, chữ cái không dấu.")
        if self.amount is not None and not 0 < self.amount < MAX_AMOUNT:
            raise NotVietQR("Số tiền phải lớn hơn 0 và không quá 13 chữ số.")
        if memo(self.memo) != self.memo:
            raise NotVietQR("Nội dung chuyển khoản gồm tối đa 25 chữ không dấu, chữ số và dấu cách.")

    def payload(self) -> str:
        """What the QR code holds, its checksum at the end."""
        beneficiary = _field("00", self.bin) + _field("01", self.number)
        text = (
            _field("00", "01")
            + _field("01", "12" if self.amount is not None else "11")
            + _field("38", _field("00", NAPAS) + _field("01", beneficiary) + _field("02", TO_ACCOUNT))
            + _field("53", DONG)
            + (_field("54", str(self.amount)) if self.amount is not None else "")
            + _field("58", COUNTRY)
            + (_field("62", _field("08", self.memo)) if self.memo else "")
            + CHECKSUM
        )
        return text + crc(text)


def parse(payload: str) -> VietQR:
    """The transfer that a payload asks for. Raises NotVietQR for a wrong checksum, length, scheme, currency or account."""
    if len(payload) < 8 or payload[-8:-4] != CHECKSUM or not payload.isascii() or crc(payload[:-4]) != payload[-4:]:
        raise NotVietQR("Mã QR bị sai hoặc đọc chưa đủ: mã kiểm tra không khớp.")
    outer = _fields(payload[:-8])
    account = _fields(outer.get("38", ""))
    beneficiary = _fields(account.get("01", ""))
    dynamic = {"11": False, "12": True}.get(outer.get("01", ""))
    if (account.get("00"), account.get("02"), outer.get("53"), outer.get("00")) != (NAPAS, TO_ACCOUNT, DONG, "01"):
        raise NotVietQR("Mã QR này không phải VietQR chuyển khoản đến tài khoản.")
    amount = outer.get("54")
    if (
        dynamic is None
        or (amount is not None) != dynamic
        or (amount is not None and not re.fullmatch(r"[0-9]+", amount))
    ):
        raise NotVietQR("Mã QR không có số tiền hợp lệ.")
    return VietQR(
        beneficiary.get("00", ""),
        beneficiary.get("01", ""),
        int(amount) if amount is not None else None,
        _fields(outer.get("62", "")).get("08", ""),
    )


def crc(text: str) -> str:
    """CRC-16/CCITT-FALSE (polynomial 1021, start FFFF) as four digits: crc("123456789") is "29B1". The standard library's `crc_hqx` is
    this CRC when it starts at FFFF."""
    return f"{binascii.crc_hqx(text.encode('ascii'), 0xFFFF):04X}"


def memo(text: str) -> str:
    """`text` as a memo that every bank keeps unchanged: letters without marks, digits and single spaces, at most 25."""
    plain = re.sub(r"[^A-Za-z0-9]+", " ", fold(text).upper()).strip()
    return plain[:MAX_MEMO].strip()


def _field(tag: str, value: str) -> str:
    return f"{tag}{len(value):02d}{value}"


def _fields(text: str) -> dict[str, str]:
    """The fields of one level. Raises NotVietQR where a length does not fit or a tag comes twice."""

    def read() -> Iterator[tuple[str, str]]:
        at = 0
        while at < len(text):
            tag, length = text[at : at + 2], text[at + 2 : at + 4]
            if not (len(tag) == 2 and len(length) == 2 and length.isascii() and length.isdigit()):
                raise NotVietQR("Mã QR bị sai: không đọc được các trường.")
            end = at + 4 + int(length)
            if end > len(text):
                raise NotVietQR("Mã QR bị sai: không đọc được các trường.")
            yield tag, text[at + 4 : end]
            at = end

    found: dict[str, str] = {}
    for tag, value in read():
        if tag in found:
            raise NotVietQR("Mã QR bị sai: một trường lặp lại.")
        found[tag] = value
    return found
