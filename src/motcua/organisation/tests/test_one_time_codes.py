"""One-time codes: RFC 6238's own vectors, the window of one step, replay, and what people type."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.organisation import one_time_codes

RFC_SECRET = b"12345678901234567890"
NOON = datetime.fromisoformat("2026-11-25T12:00:00+07:00")
SECRETS = st.binary(min_size=20, max_size=20)
STEPS = st.integers(min_value=0, max_value=2**40)


@pytest.mark.parametrize(
    ("seconds", "eight_digits"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_the_vectors_of_rfc_6238_appendix_b(seconds: int, eight_digits: str) -> None:
    """Of a code of eight digits, one of six is the end: both are the same number, modulo another power of ten."""
    moment = datetime.fromtimestamp(seconds, tz=UTC)
    assert one_time_codes.code_at(RFC_SECRET, one_time_codes.step_of(moment)) == eight_digits[-6:]
    assert one_time_codes.matching_step(RFC_SECRET, eight_digits[-6:], moment) == seconds // 30


@pytest.mark.parametrize(("steps", "accepted"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_phone_may_be_one_step_off_either_way(steps: int, accepted: bool) -> None:
    present = one_time_codes.step_of(NOON)
    code = one_time_codes.code_at(RFC_SECRET, present + steps)
    assert one_time_codes.matching_step(RFC_SECRET, code, NOON) == (present + steps if accepted else None)


@pytest.mark.parametrize(("last", "accepted"), [(-1, True), (0, False), (1, False)])
def test_a_code_not_later_than_the_last_one_is_a_replay(last: int, accepted: bool) -> None:
    present = one_time_codes.step_of(NOON)
    found = one_time_codes.matching_step(
        RFC_SECRET, one_time_codes.code_at(RFC_SECRET, present), NOON, last_used=present + last
    )
    assert (found is not None) is accepted


@given(SECRETS, STEPS)
def test_every_code_has_six_figures(secret: bytes, step: int) -> None:
    code = one_time_codes.code_at(secret, step)
    assert (len(code), code.isascii(), code.isdigit()) == (6, True, True)


@given(st.text(max_size=20))
def test_whatever_is_typed_is_refused_or_right_but_never_a_fault(typed: str) -> None:
    plain = one_time_codes.plain_code(typed)
    found = one_time_codes.matching_step(RFC_SECRET, plain, NOON)
    present = one_time_codes.step_of(NOON)
    right = {one_time_codes.code_at(RFC_SECRET, step) for step in (present - 1, present, present + 1)}
    assert (found is not None) is (plain in right)


@pytest.mark.parametrize(("minutes", "said"), [(5, 5), (-12, -12), (0, None), (45, None)])
def test_how_wrong_the_clock_of_a_new_phone_is(minutes: int, said: int | None) -> None:
    code = one_time_codes.code_at(RFC_SECRET, one_time_codes.step_of(NOON + timedelta(minutes=minutes)))
    assert one_time_codes.clock_error(RFC_SECRET, code, NOON) == said


@pytest.mark.parametrize("typed", ["123456", " 123 456 ", "123-456", "123\u00a0456", "123–456"])
def test_blanks_and_dashes_between_figures_do_not_matter(typed: str) -> None:
    assert one_time_codes.plain_code(typed) == "123456"


def test_the_address_in_the_picture_and_the_written_secret_say_the_same() -> None:
    address = urlsplit(one_time_codes.provisioning_uri(RFC_SECRET, "tiepnhan.quynhson", "Một cửa Nghệ An"))
    assert (address.scheme, address.netloc, "+" in address.geturl()) == ("otpauth", "totp", False)
    told = parse_qs(address.query)
    assert told["issuer"] == ["Một cửa Nghệ An"]
    assert (told["digits"], told["period"], told["algorithm"]) == (["6"], ["30"], ["SHA1"])
    written = one_time_codes.written_secret(RFC_SECRET)
    assert {len(group) for group in written.split(" ")} == {4}
    assert base64.b32decode(told["secret"][0]) == base64.b32decode(written.replace(" ", "")) == RFC_SECRET


def test_recovery_codes_are_ten_different_ones_of_twelve_figures() -> None:
    codes = one_time_codes.new_recovery_codes()
    assert len(set(codes)) == 10
    assert all(len(code) == 12 and code.isdigit() and one_time_codes.is_recovery_code(code) for code in codes)
    assert one_time_codes.grouped(codes[0]).replace(" ", "") == codes[0]
