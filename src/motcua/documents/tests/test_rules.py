from datetime import UTC, date, datetime

import pytest

from motcua.documents import rules
from motcua.worktime.clock import TZ


@pytest.mark.parametrize(
    ("form", "serial", "printed"),
    [("01", 125, "125/-TTPVHCC"), ("01", 7, "07/-TTPVHCC"), ("02", 12, "12/PBS-TTPVHCC"), ("03", 3, "03/PTC-TTPVHCC")],
)
def test_a_form_carries_the_number_symbol_of_circular_03(form, serial, printed):
    assert rules.number(form, serial) == printed


def test_form_05_carries_no_number():
    with pytest.raises(KeyError):
        rules.number("05", 1)


@pytest.mark.parametrize(
    ("day", "spelled"),
    [
        (date(2026, 2, 5), "ngày 05 tháng 02 năm 2026"),
        (date(2026, 3, 10), "ngày 10 tháng 3 năm 2026"),
        (date(2026, 11, 24), "ngày 24 tháng 11 năm 2026"),
    ],
)
def test_days_under_ten_and_the_first_two_months_carry_a_zero(day, spelled):
    assert rules.spelled_date(day) == spelled


def test_a_time_is_spelled_in_vietnamese_time():
    assert rules.spelled_time(datetime(2026, 11, 24, 1, 5, tzinfo=UTC)) == "08 giờ 05 phút, ngày 24 tháng 11 năm 2026"


def test_a_time_without_offset_is_refused():
    with pytest.raises(ValueError, match="offset"):
        rules.spelled_time(datetime(2026, 11, 24, 8, 5, tzinfo=TZ).replace(tzinfo=None))


def test_the_authorised_person_signs_in_place_of_the_applicant(receipt):
    assert receipt.data()["submitter"] == "Nguyễn Thị Ánh Tuyết"
