"""Dates and numbers are read and written as Vietnamese offices do."""

import datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.utils import formats, translation


@pytest.fixture(params=["vi", "en"], autouse=True)
def language(request):
    with translation.override(request.param):
        yield request.param


def shown(value: object, text: str = "{{ value }}") -> str:
    return Template(text).render(Context({"value": value}))


@pytest.mark.parametrize("text", ["03/04/2026", "3/4/2026", "03-04-2026", "03.04.2026", "2026-04-03"])
def test_the_day_stands_before_the_month(text):
    assert forms.DateField(localize=True).clean(text) == datetime.date(2026, 4, 3)


def test_christmas_is_a_date():
    assert forms.DateField(localize=True).clean("25/12/2026") == datetime.date(2026, 12, 25)


def test_there_is_no_month_twenty_five():
    with pytest.raises(ValidationError):
        forms.DateField(localize=True).clean("12/25/2026")


def test_dates_are_written_with_slashes():
    assert shown(datetime.date(2026, 4, 3)) == "03/04/2026"
    assert shown(datetime.date(2026, 4, 3), '{{ value|date:"SHORT_DATE_FORMAT" }}') == "03/04/2026"


def test_what_is_written_can_be_read_back():
    day = datetime.date(2026, 4, 3)
    assert forms.DateField(localize=True).clean(formats.localize_input(day)) == day


def test_times_have_24_hours():
    assert shown(datetime.datetime(2026, 4, 3, 17, 5)) == "03/04/2026 17:05"  # noqa: DTZ001


def test_a_million_is_grouped_by_the_language(language):
    assert formats.number_format(1000000, force_grouping=True) == {"vi": "1.000.000", "en": "1,000,000"}[language]


def test_the_month_of_a_year_is_named():
    assert shown(datetime.date(2026, 4, 3), '{{ value|date:"YEAR_MONTH_FORMAT" }}').endswith("04/2026")
