"""VietQR: built, drawn, photographed and read back; nothing that is damaged is believed."""

import contextlib
import io

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from motcua.payments.vietqr import NotVietQR, VietQR, crc, memo, parse

# Made by others: vietnam-qr-pay 1.0.0 (the first two) and vietqr-emvco 1.0.0, which adds a category and a name (docs/decisions/0024).
DYNAMIC = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA53037045405270005802VN62200816H4117026112401256304"
    "1732"
)
STATIC = "00020101021138570010A00000072701270006970403011300110123456780208QRIBFTTA53037045802VN63049E6F"
WITH_NAME = (
    "00020101021238570010A00000072701270006970403011300110123456780208QRIBFTTA5204000053037045405270005802VN5911CUA HANG AI"
    "62200816H4117026112401256304A241"
)


def slow_crc(data: bytes) -> int:
    """CRC-16/CCITT-FALSE bit by bit, as its definition reads."""
    register = 0xFFFF
    for byte in data:
        register ^= byte << 8
        for _ in range(8):
            register = (register << 1) ^ (0x1021 if register & 0x8000 else 0)
            register &= 0xFFFF
    return register


def test_the_standard_check_of_the_checksum() -> None:
    assert crc("123456789") == "29B1"


@given(st.text(st.characters(min_codepoint=0, max_codepoint=127)))
def test_the_checksum_is_that_of_its_definition(text: str) -> None:
    assert int(crc(text), 16) == slow_crc(text.encode())


transfers = st.builds(
    VietQR,
    bin=st.from_regex(r"[0-9]{6}", fullmatch=True),
    number=st.from_regex(r"[0-9A-Za-z]{1,19}", fullmatch=True),
    amount=st.none() | st.integers(1, 10**12),
    memo=st.text().map(memo),
)


@given(transfers)
def test_what_was_built_is_read_back(transfer: VietQR) -> None:
    payload = transfer.payload()
    assert parse(payload) == transfer
    assert payload.isascii()
    assert payload[6:12] == ("010211" if transfer.amount is None else "010212")


@given(transfers, st.data())
def test_one_changed_letter_is_found(transfer: VietQR, data: st.DataObject) -> None:
    payload = transfer.payload()
    at = data.draw(st.integers(0, len(payload) - 1))
    other = data.draw(st.characters(min_codepoint=32, max_codepoint=126).filter(lambda c: c != payload[at]))
    with pytest.raises(NotVietQR):
        parse(payload[:at] + other + payload[at + 1 :])


@given(st.text(max_size=200))
def test_no_text_makes_the_reader_fail(text: str) -> None:
    for given_text in (text, text + "6304", "".join(c for c in text if c.isascii()) + "6304"):
        whole = given_text + crc(given_text) if given_text.isascii() else given_text
        with contextlib.suppress(NotVietQR):
            parse(whole)


def test_other_programs_make_the_same_codes_and_theirs_are_read() -> None:
    order = VietQR("970403", "0011012345678", 27_000, "H411702611240125")
    assert (order.payload(), VietQR("970403", "0011012345678").payload()) == (DYNAMIC, STATIC)
    assert parse(WITH_NAME) == order


@given(st.text())
def test_a_memo_is_ascii_and_short(text: str) -> None:
    found = memo(text)
    assert len(found) <= 25
    assert all(c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 " for c in found)
    assert memo(found) == found


def test_a_memo_drops_marks_and_keeps_the_code() -> None:
    assert memo("Lệ phí đăng ký, H41.170-261124-0125") == "LE PHI DANG KY H41 170 26"


@pytest.mark.parametrize(
    "fields",
    [
        {"bin": "97043"},
        {"number": ""},
        {"number": "0" * 20},
        {"number": "00-11"},
        {"amount": 0},
        {"amount": -5},
        {"memo": "phí"},
        {"memo": "A" * 26},
    ],
)
def test_a_code_that_no_bank_would_take_is_not_made(fields: dict) -> None:
    with pytest.raises(NotVietQR):
        VietQR(**{"bin": "970403", "number": "0011012345678", **fields})


def test_the_picture_is_decoded_back_to_the_payload() -> None:
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp reads the QR code")
    from PIL import Image

    payload = VietQR("970403", "0011012345678", 27_000, "H411702611240125").payload()
    drawn = io.BytesIO()
    segno.make(payload, error="m", micro=False).save(drawn, kind="png", scale=6, border=4)
    (code,) = zxing.read_barcodes(Image.open(drawn))
    assert parse(code.text) == VietQR("970403", "0011012345678", 27_000, "H411702611240125")
