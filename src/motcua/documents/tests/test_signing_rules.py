"""Does a certificate fit the position, may it sign, when must it be renewed. Decree 68/2024/NĐ-CP."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.documents.signing import rules
from motcua.documents.signing.certificates import CertificateFacts, NotACertificate, of_pem
from motcua.documents.signing.rules import Seat
from motcua.worktime.clock import TZ

NOW = datetime(2026, 11, 28, 9, 0, tzinfo=TZ)
SEAT = Seat("Ủy ban nhân dân xã Quỳnh Sơn", "Hồ Sỹ Ái", "Chủ tịch Ủy ban nhân dân")
FINE = CertificateFacts(
    pem="",
    name="Hồ Sỹ Ái",
    title="Chủ tịch",
    organisation="Ủy ban nhân dân xã Quỳnh Sơn",
    units=(),
    subject="",
    issuer="",
    serial="1",
    key_usage=("digital_signature", "content_commitment"),
    valid_from=NOW - timedelta(days=100),
    valid_to=NOW + timedelta(days=400),
    fingerprint="0" * 64,
    self_signed=False,
    authority=False,
)


def codes(certificate: CertificateFacts, seat: Seat | None = SEAT, at: datetime = NOW) -> set[str]:
    return {one.code for one in rules.findings(certificate, seat, at)}


def test_a_certificate_that_says_the_same_as_the_position_raises_nothing():
    assert rules.findings(FINE, SEAT, NOW) == []
    assert rules.state([]) == "fine"


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("UBND xã Quỳnh Sơn", True),
        ("ỦY BAN NHÂN DÂN XÃ QUỲNH SƠN", True),
        ("Uỷ ban nhân dân xã Quỳnh Sơn, tỉnh Nghệ An", True),
        ("UBND xã Quỳnh Lưu", False),
        ("Ủy ban nhân dân", False),
        ("Ủy ban nhân dân xã Quỳnh", False),
        ("", False),
    ],
)
def test_the_agency_is_the_same_however_it_is_abbreviated(written, same):
    assert ("agency" not in codes(replace(FINE, organisation=written))) is same


def test_the_agency_may_stand_in_an_organisational_unit():
    assert codes(replace(FINE, organisation="UBND tỉnh Nghệ An", units=("UBND xã Quỳnh Sơn",))) == set()


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("Chủ tịch", set()),
        ("CT. UBND", set()),
        ("Chủ tịch UBND", set()),
        ("Phó Chủ tịch", {"title"}),
        ("Chủ tịch HĐND", {"title"}),
        ("", {"no_title"}),
    ],
)
def test_another_title_is_flagged_and_blocks_nothing(written, found):
    said = rules.findings(replace(FINE, title=written), SEAT, NOW)
    assert {one.code for one in said} == found
    assert not any(one.blocks for one in said)


def test_the_sentence_about_another_title_names_both():
    (said,) = rules.findings(replace(FINE, title="Phó Chủ tịch"), SEAT, NOW)
    assert "“Phó Chủ tịch”" in said.sentence and "“Chủ tịch Ủy ban nhân dân”" in said.sentence
    assert rules.state([said]) == "mismatch"


@pytest.mark.parametrize("change", [{"name": "Trương Văn Ích"}, {"organisation": "UBND phường Tân Mai"}])
def test_another_person_or_another_agency_blocks(change):
    said = rules.findings(replace(FINE, **change), SEAT, NOW)
    assert [one.blocks for one in said] == [True]
    assert rules.state(said) == "mismatch"


def test_a_holder_without_the_position_cannot_sign():
    assert [one.blocks for one in rules.findings(FINE, None, NOW)] == [True]


def test_a_seal_is_held_against_the_agency_alone():
    seal = replace(FINE, name="UBND xã Quỳnh Sơn", title="")
    assert rules.findings(seal, Seat("Ủy ban nhân dân xã Quỳnh Sơn"), NOW) == []


@pytest.mark.parametrize("change", [{"key_usage": ("key_encipherment",)}, {"authority": True}])
def test_a_certificate_not_meant_for_signing_is_refused(change):
    assert rules.state(rules.findings(replace(FINE, **change), SEAT, NOW)) == "unusable"


@pytest.mark.parametrize(
    ("days", "state", "reminder"),
    [
        (-1, "expired", None),
        (0, "expiring", 7),
        (7, "expiring", 7),
        (8, "expiring", 30),
        (60, "expiring", 60),
        (61, "fine", None),
    ],
)
def test_sixty_days_before_expiry_the_holder_is_warned(days, state, reminder):
    certificate = replace(FINE, valid_to=NOW + timedelta(days=days, hours=1 if days >= 0 else 0))
    assert rules.state(rules.findings(certificate, SEAT, NOW)) == state
    assert rules.reminder(certificate.valid_to, NOW) == reminder


def test_an_expired_certificate_blocks_and_one_that_expires_soon_does_not():
    assert [one.blocks for one in rules.standing(replace(FINE, valid_to=NOW - timedelta(days=1)), NOW)] == [True]
    assert [one.blocks for one in rules.standing(replace(FINE, valid_to=NOW + timedelta(days=5)), NOW)] == [False]


def test_before_its_first_day_a_certificate_signs_nothing():
    early = replace(FINE, valid_from=NOW + timedelta(days=1))
    assert rules.state(rules.findings(early, SEAT, NOW)) == "not_yet"


@given(st.text(max_size=80), st.text(max_size=80))
def test_comparing_never_depends_on_the_order_and_a_text_is_itself(one, other):
    assert rules.same_title(one, other) == rules.same_title(other, one)
    assert rules.same_title(one, one) == bool(rules.normal(one))


@pytest.mark.parametrize(
    "text", ["", "không phải chứng thư", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"]
)
def test_what_is_no_certificate_is_said_to_be_none(text):
    with pytest.raises(NotACertificate):
        of_pem(text)
