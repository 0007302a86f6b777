"""Processes, limits and fees as decisions without a database."""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import rules, services
from motcua.catalogue.rules import FeeFacts, StepFacts
from motcua.catalogue.tests import samples
from motcua.organisation.models import DIVISION_KINDS, ROLES

RECEIVE = StepFacts(1, "Tiếp nhận", "receiver", "service_centre", "hand_over", Decimal(4), True)
ASSIGN = StepFacts(2, "Phân công", "division_head", "economy", "assign", Decimal(4), True)
WORK = StepFacts(3, "Thẩm định", "specialist", "economy", "advance", Decimal(112), True)
REVIEW = StepFacts(4, "Xem xét", "division_head", "economy", "approve", Decimal(24), True)
SIGN = StepFacts(5, "Ký", "signatory", "leadership", "sign_off", Decimal(16), True)
NUMBER = StepFacts(6, "Vào số", "records_clerk", "office", "advance", Decimal(8), True)
RETURN = StepFacts(7, "Trả kết quả", "receiver", "service_centre", "return_result", Decimal(0), False)
# The process of 1.012994 in Nghệ An: Decision 3857/QĐ-UBND of 26/11/2025.
NGHE_AN = [RECEIVE, ASSIGN, WORK, REVIEW, SIGN, NUMBER, RETURN]


@pytest.mark.parametrize("limit", ["21 working days", "168 working hours", "21 days"])
def test_the_process_of_nghe_an_adds_up_to_21_days(limit):
    assert rules.process_faults(NGHE_AN, limit) == []


@pytest.mark.parametrize(
    ("steps", "limit", "fault"),
    [
        ([], "21 days", "chưa có bước"),
        (NGHE_AN, "20 working days", "phải bằng thời hạn 160 giờ"),
        (NGHE_AN, "22 working days", "phải bằng thời hạn 176 giờ"),
        (NGHE_AN, "20 days", "vượt thời hạn 160 giờ"),
        (NGHE_AN, "same day", "vượt thời hạn 8 giờ"),
        (NGHE_AN, "soon", "Không hiểu thời hạn"),
        (NGHE_AN[1:], "21 working days", "Bước đầu phải là tiếp nhận"),
        (NGHE_AN[:-1], "21 working days", "Bước cuối phải là trả kết quả"),
        (
            [*NGHE_AN[:-1], replace(RETURN, counted=True, hours=Decimal(1))],
            "21 working days",
            "không tính vào thời hạn",
        ),
        ([*NGHE_AN[:-1], replace(RETURN, hours=Decimal(1))], "21 working days", "số giờ phải bằng 0"),
        ([RECEIVE, replace(ASSIGN, hours=Decimal(0)), *NGHE_AN[2:]], "21 working days", "lớn hơn 0"),
        ([RECEIVE, replace(ASSIGN, number=3), *NGHE_AN[2:]], "21 working days", "liên tục"),
        (
            [RECEIVE, replace(ASSIGN, act="return_result"), *NGHE_AN[2:]],
            "21 working days",
            "chỉ ở bước đầu và bước cuối",
        ),
        ([RECEIVE, replace(ASSIGN, role="mayor"), *NGHE_AN[2:]], "21 working days", "“mayor” không có"),
        ([RECEIVE, replace(ASSIGN, division_kind="attic"), *NGHE_AN[2:]], "21 working days", "“attic” không có"),
        ([RECEIVE, replace(ASSIGN, act="think"), *NGHE_AN[2:]], "21 working days", "“think” không có"),
    ],
)
def test_a_faulty_process_is_refused_in_words(steps, limit, fault):
    assert any(fault in found for found in rules.process_faults(steps, limit))


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12), st.integers(0, 400))
def test_a_process_is_sound_exactly_when_its_quarter_hours_fill_the_limit(quarters, more):
    hours = [Decimal(q) / 4 for q in quarters]
    steps = [replace(RECEIVE, number=1, hours=hours[0])]
    steps += [replace(WORK, number=n, hours=h) for n, h in enumerate(hours[1:], 2)]
    steps.append(replace(RETURN, number=len(steps) + 1))
    limit = f"{sum(hours) + Decimal(more) / 4} working hours"

    assert (rules.process_faults(steps, limit) == []) == (more == 0)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=12))
def test_what_remains_shrinks_step_by_step_to_nothing(quarters):
    steps = [replace(WORK, number=n, hours=Decimal(q) / 4) for n, q in enumerate(quarters, 1)]
    steps.append(replace(RETURN, number=len(steps) + 1))
    remaining = [rules.remaining_allowance(steps, s.number) for s in steps]

    assert remaining[0] == rules.counted_hours(steps)
    assert all(a > b for a, b in pairwise(remaining))
    assert remaining[-1] == 0


def test_the_signature_of_nghe_an_leaves_three_days():
    assert rules.remaining_allowance(NGHE_AN, 5) == 24


@pytest.mark.parametrize(
    ("limit", "law", "longer"),
    [
        ("7 working days", "7 working days", False),
        ("56 working hours", "7 working days", False),
        ("57 working hours", "7 working days", True),
        ("15 days", "7 working days", True),
        ("same day", "7 working days", False),
        ("0.5 working days", "same day", True),
        ("same day", "same day", False),
        ("15 days", "20 days", False),
        ("15 working days", "20 days", True),
    ],
)
def test_a_province_may_shorten_a_limit_but_never_lengthen_it(limit, law, longer):
    assert rules.longer(limit, law) is longer


def test_processes_speak_of_roles_and_divisions_that_organisation_knows():
    assert set(rules.ROLES) <= set(ROLES)
    assert set(rules.DIVISION_KINDS) <= set(DIVISION_KINDS)


@pytest.mark.parametrize(
    ("code", "national"),
    [
        ("1.001193", "1.001193"),
        ("2.000815.000.00.00.H61", "2.000815"),
        ("1.115446.H36", "1.115446"),
        ("1.00119", None),
        ("1.001193\n", None),
        ("1.001193.H36\n", None),
        ("١.001193", None),
        ("", None),
    ],
)
def test_localised_codes_lead_to_the_national_one(code, national):
    assert rules.national_code(code) == national


def test_the_digest_does_not_depend_on_the_order_of_keys():
    assert rules.digest({"a": 1, "b": ["ă"]}) == rules.digest({"b": ["ă"], "a": 1})
    assert rules.digest({"a": 1}) != rules.digest({"a": "1"})


# --- versions ---


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"cases": []}, "đúng một trường hợp mặc định"),
        ({"cases": samples.version()["cases"] * 2}, "trùng mã"),
        ({"cases": [{**samples.version()["cases"][0], "limit": "3 fortnights"}]}, "Không hiểu thời hạn"),
        ({"cases": [{**samples.version()["cases"][0], "instrument": ""}]}, "chưa nêu căn cứ"),
        ({"cut_off": None}, "giờ chốt"),
        ({"policies": {"mercy": {"value": True, "instrument": "x"}}}, "“mercy” không có"),
        ({"policies": {"on_supplement": {"value": "forgive", "instrument": "x"}}}, "không hợp lệ"),
        ({"policies": {"max_rounds": {"value": True, "instrument": "x"}}}, "không hợp lệ"),
        ({"policies": {"max_rounds": {"value": 1}}}, "chưa nêu căn cứ"),
        (
            {"components": [{"code": "01", "name": "Đơn", "required": True, "case": "nowhere"}]},
            "không có trong phiên bản",
        ),
        ({"channels": [{"channel": "pigeon"}]}, "“pigeon” không có"),
        ({"fees": [{"name": "Phí", "amount": 1, "unit": "case"}]}, "chưa nêu căn cứ"),
    ],
)
def test_a_version_with_a_fault_is_refused_in_words(changes, fault):
    assert any(fault in found for found in rules.version_faults(samples.version(**changes)))


def test_every_policy_of_the_shipped_versions_is_stated():
    for path in (services.FACTS / "procedures").glob("*.json"):
        for facts in json.loads(path.read_text(encoding="utf-8"))["versions"]:
            if facts["status"] == "published":
                assert set(facts["policies"]) == set(rules.POLICIES), path.name
            assert rules.version_faults(facts) == [], path.name


# --- fees: Circular 226/2016/TT-BTC art. 4 ---

PAGE = FeeFacts("Phí chứng thực", Decimal(2000), "page", 1, Decimal(200000), instrument="226/2016/TT-BTC")
PAGE_FROM_THIRD = replace(PAGE, amount=Decimal(1000), from_page=3)


@pytest.mark.parametrize(
    ("pages", "copies", "amount"),
    [(1, 1, 2000), (2, 1, 4000), (3, 1, 5000), (7, 3, 27000), (198, 1, 200000), (199, 1, 200000), (5000, 2, 400000)],
)
def test_certified_copies_are_paid_by_page_with_a_ceiling_per_copy(pages, copies, amount):
    (charge,) = rules.charges([PAGE_FROM_THIRD, PAGE], pages=pages, copies=copies)

    assert charge.amount == amount


def test_seven_pages_in_three_copies_are_explained():
    (charge,) = rules.charges([PAGE, PAGE_FROM_THIRD], pages=7, copies=3)

    assert charge.explanation == "3 bản × (2 trang × 2.000 đ + 5 trang × 1.000 đ) = 27.000 đ"


@given(st.integers(1, 400), st.integers(1, 20))
def test_the_fee_equals_a_walk_over_every_page(pages, copies):
    walked = min(200000, sum(2000 if page < 3 else 1000 for page in range(1, pages + 1))) * copies

    assert rules.charges([PAGE, PAGE_FROM_THIRD], pages=pages, copies=copies)[0].amount == walked


def test_a_fee_the_province_sets_has_no_amount_yet():
    (charge,) = rules.charges([FeeFacts("Lệ phí", None, "case", instrument="85/2019/TT-BTC")])

    assert charge.amount is None
    assert "Hội đồng nhân dân" in charge.explanation


def test_a_conditional_line_counts_only_under_its_condition():
    fees = [
        FeeFacts("Lệ phí", Decimal(0), "case", condition="đúng hạn"),
        FeeFacts("Lệ phí", Decimal(8000), "case", condition="quá hạn"),
    ]

    assert [c.amount for c in rules.charges(fees, condition="quá hạn")] == [8000]
    assert rules.charges(fees) == []


@pytest.mark.parametrize("quantities", [{"pages": 0}, {"copies": 0}, {"cases": -1}])
def test_nothing_cannot_be_certified(quantities):
    with pytest.raises(ValueError, match="at least 1"):
        rules.charges([PAGE], **quantities)
