"""`motcua worktime` as others script against it (the outside contract)."""

import json

import pytest

from motcua.cli import parser


def run(capsys, *words):
    arguments = parser().parse_args(["worktime", *words])
    assert arguments.needs == "nothing"
    arguments.run(arguments)
    return capsys.readouterr().out


def refused(capsys, *words):
    with pytest.raises(SystemExit) as stopped:
        run(capsys, *words)
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def test_due_as_json_names_the_date_and_every_day(capsys):
    told = json.loads(
        run(capsys, "due", "--from", "2026-02-13T16:10", "--limit", "3 working days", "--mode", "running", "--json")
    )
    assert told["due"] == "2026-02-25T16:10:00+07:00"
    assert len(told["explanation"]) == 13
    assert set(told["explanation"][0]) == {"date", "counted", "reason", "source"}
    assert [day["counted"] for day in told["explanation"] if day["counted"]] == [0.104167, True, True, 0.895833]


def test_whole_days_are_the_default(capsys):
    told = json.loads(run(capsys, "due", "--from", "2026-02-13T16:10", "--limit", "3 working days", "--json"))
    assert told["due"] == "2026-02-25T17:00:00+07:00"
    assert [day["date"] for day in told["explanation"] if day["counted"]] == ["2026-02-23", "2026-02-24", "2026-02-25"]


def test_due_for_people_is_a_table_in_vietnamese(capsys):
    lines = run(capsys, "due", "--from", "2026-11-23T09:00", "--limit", "1 working day").splitlines()
    assert lines[0] == "Thời hạn 1 ngày làm việc: đến 17:00 ngày 25/11/2026"
    assert lines[2].split() == ["Ngày", "Tính", "Lý", "do", "Căn", "cứ"]
    assert lines[4].startswith("T3 24/11/2026  –     Ngày Văn hóa Việt Nam")
    assert lines[4].endswith("Nghị quyết 28/2026/QH16, Điều 2")


def test_elapsed_is_a_decimal_text(capsys):
    words = ("elapsed", "--from", "2026-11-16T07:30", "--to", "2026-11-18T09:30+07:00")
    assert json.loads(run(capsys, *words, "--json")) == {"working_days": "2.25"}
    assert run(capsys, *words) == "2,25 ngày làm việc\n"


def test_ten_days_are_not_written_with_an_exponent(capsys):
    words = ("elapsed", "--from", "2026-11-02T07:30", "--to", "2026-11-13T17:00", "--json")
    assert json.loads(run(capsys, *words)) == {"working_days": "10"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("due", "--from", "13/02/2026", "--limit", "3 working days"), "Không hiểu thời điểm"),
        (("due", "--from", "2026-02-13T16:10", "--limit", "3 weeks"), "Không hiểu thời hạn"),
        (("due", "--from", "2026-02-13T16:10", "--limit", "1 days", "--calendar", "xa"), "Không có lịch"),
        (("due", "--from", "2028-02-14T16:10", "--limit", "1 days"), "chỉ có dữ kiện"),
        (("elapsed", "--from", "2026-11-18T09:30", "--to", "2026-11-16T07:30"), "đứng trước"),
        (("due", "--limit", "1 days"), "--from"),
    ],
)
def test_an_error_is_one_line_and_status_2(capsys, words, said):
    assert said in refused(capsys, *words)
