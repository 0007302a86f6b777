"""The export for the national database (Decree 55/2022/NĐ-CP): the same rows, the same bytes; nobody's denouncer; nothing of conduct."""

from __future__ import annotations

import io
import json
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook

from motcua.casepages import services as cases
from motcua.casepages.clocks import Dates
from motcua.casepages.services import New
from motcua.casework import kinds
from motcua.cli import parser
from motcua.demo.fixtures import PHUONG, XA, Api, principal_of
from motcua.letters import law, services_export, services_reception
from motcua.letters.models import Denunciation, Export, FieldReport, Letter, Reception
from motcua.letters.services_export import Asked
from motcua.letters.tests.test_field_feedback import LETTERS, Citizen, desk
from motcua.letters.tests.test_reception import CHAIR, OTHER, OVERSEER, SPECIALIST, received
from motcua.letters.tests.world import classified, done, paper, registered
from motcua.organisation import queries as organisation
from motcua.organisation import registers, scope
from motcua.organisation.errors import Forbidden, RuleBroken
from motcua.worktime import clock

MARCH = Asked(date(2026, 3, 1), date(2026, 3, 31))


class Bare:
    """A kind of case in place of one that is registered elsewhere: only what opening one asks."""

    def __init__(self, code: str) -> None:
        from motcua.casework.rules import Numbering

        self.code, self.numbering = code, Numbering({"letter": "DT", "denunciation": "TC"}[code], yearly=True)


def filed(kind: str, make: Any) -> None:
    """A case of that kind with its row, at the commune, on 10 March 2026."""
    known = {k.code for k in kinds.kinds()}
    if kind not in known:
        kinds.register(Bare(kind))  # type: ignore[arg-type]
    try:
        principal = principal_of(LETTERS)
        with clock.freeze("2026-03-10T08:00"), scope.enter(principal.scope):
            new = New(
                kind=kind,
                act="register",
                title="x",
                subject="land",
                state="registered",
                holder=(principal.agency_id, None, None),
                role="letters",
                lead=principal.agency_id,
                origin=principal.agency_id,
                agency_code=XA,
                dates=Dates(None, clock.now()),
                findable=False,
            )
            cases.open_case(principal, new, lambda id: make(id, principal))
    finally:
        if kind not in known:
            del kinds._kinds[kind]


def letter(id: Any, principal: Any) -> None:
    Letter.objects.create(
        province_id=40,
        case_id=id,
        agency_id=principal.agency_id,
        type="petition",
        via="post",
        received_on=date(2026, 3, 10),
        sender={"kind": "person", "full_name": "Hồ Thị Ơn", "citizen_number": "040090009999"},
        field="land",
        summary="Xin cấp lại trích lục",
        text="…",
    )


def denunciation(id: Any, principal: Any) -> None:
    Denunciation.objects.create(
        province_id=40,
        case_id=id,
        agency_id=principal.agency_id,
        pseudonym="TC-7F3K",
        via="counter",
        received_on=date(2026, 3, 10),
        denouncer={"full_name": "Bí Mật Ấy"},
        denounced={"full_name": "Người Bị Nêu"},
        field="land",
        summary="Chuyện kín",
        text="Chuyện kín hơn",
    )


@pytest.fixture
def march(api: Api) -> Api:
    filed("letter", letter)
    with clock.freeze("2026-03-10T09:00"):
        received(result="to_answer")
        received(result="other", summary="Tố cáo kín")
        Citizen()
        Citizen(about="conduct", text="Cán bộ quát người già.")
    with clock.freeze("2026-04-01T09:00"):
        Citizen(text="Đã sang tháng Tư.")
    return api


def made(asked: Asked = MARCH, login: str = LETTERS) -> tuple[Export, bytes]:
    principal = principal_of(login)
    with scope.enter(principal.scope):
        agency = organisation.agency(40, id=principal.agency_id)
        assert agency is not None
        return services_export.export(principal, agency, asked)


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().splitlines()]


def test_a_period_s_letters_receptions_and_feedback_and_no_more(march: Api) -> None:
    row, content = made()
    first, *rest = lines(content)
    assert first["counts"] == {"letter": 1, "forwarding": 0, "reception": 2, "field_report": 1} == row.counts
    assert [r["table"] for r in rest] == ["letter", "reception", "reception", "field_report"]
    assert rest[0]["sender_name"] == "Hồ Thị Ơn" and rest[0]["received_on"] == "2026-03-10"
    assert rest[1]["answer_due_at"] == "2026-03-24T17:00:00+07:00"
    assert rest[2]["full_name"] == rest[2]["summary"] == ""
    text = content.decode()
    assert "quát" not in text and "kín" not in text and "tháng Tư" not in text
    assert first["verified"] is False, "no public schema was found"


def test_each_table_has_exactly_its_columns(march: Api) -> None:
    _row, content = made()
    for line in lines(content)[1:]:
        names = [name for name, _heading in law.facts("export")["tables"][line["table"]]["columns"]]
        assert list(line) == ["table", *names]


@pytest.mark.parametrize("format", ["jsonl", "xlsx"])
def test_the_same_rows_give_the_same_bytes_on_another_day(march: Api, format: Any) -> None:
    asked = Asked(MARCH.since, MARCH.until, format)
    with clock.freeze("2026-04-02T09:00"):
        first = made(asked)
    with clock.freeze("2026-05-02T10:00"):
        second = made(asked)
    assert first[1] == second[1] and first[0].sha256 == second[0].sha256 and first[0].id != second[0].id


def test_the_workbook_has_a_sheet_for_each_table(march: Api) -> None:
    _row, content = made(Asked(MARCH.since, MARCH.until, "xlsx"))
    book = load_workbook(io.BytesIO(content))
    assert book.sheetnames == ["Đơn thư", "Đơn đã chuyển", "Tiếp công dân", "Phản ánh hiện trường"]
    assert book["Đơn thư"].max_row == 2


def test_rows_remember_when_and_the_journal_that_it_was_made(march: Api) -> None:
    with clock.freeze("2026-04-02T09:00"):
        row, _content = made()
        now = clock.now()
    with scope.enter(scope.worker()):
        assert Letter.objects.get().exported_at == now
        assert set(Reception.objects.values_list("exported_at", flat=True)) == {now}
        told = dict(FieldReport.objects.values_list("text", "exported_at"))
        (entry,) = registers.history(40, "letters_export", row.id)
    assert [at for text, at in told.items() if "quát" in text or "tháng Tư" in text] == [None, None]
    assert entry.payload["sha256"] == row.sha256


def test_denunciations_are_exported_inside_their_compartment_without_anybody_s_name(march: Api) -> None:
    filed("denunciation", denunciation)
    asked = Asked(MARCH.since, MARCH.until, compartment=True)
    row, content = made(asked, CHAIR)
    first, only = lines(content)
    assert first["counts"] == {"denunciation": 1} and only["code"] == "TC-7F3K"
    for secret in ("Bí Mật", "Người Bị Nêu", "kín"):
        assert secret not in content.decode()
    with scope.enter(principal_of(OVERSEER).scope):
        assert not Export.objects.filter(id=row.id).exists(), "who oversees the province does not learn of it"
    with scope.enter(scope.worker()):
        (entry,) = registers.history(40, "letters_export", row.id)
    assert "counts" not in entry.payload and "sha256" not in entry.payload
    assert b"TC-7F3K" not in made()[1]
    with pytest.raises(Forbidden):
        made(asked, SPECIALIST)


def test_only_whose_work_it_is_and_only_their_own_agency(march: Api) -> None:
    with pytest.raises(Forbidden):
        made(login=SPECIALIST)
    principal = principal_of(OTHER)
    with scope.enter(principal.scope):
        agency = organisation.agency(40, code=XA)
        assert agency is not None
        with pytest.raises(Forbidden):
            services_export.export(principal, agency, MARCH)
    row, _content = made()
    assert desk(OTHER).get(f"/ket-xuat-don-thu/{row.id}/").status_code == 404
    assert desk(SPECIALIST).get("/ket-xuat-don-thu/").status_code == 403


@pytest.mark.parametrize("until", [date(2026, 2, 1), date(2028, 1, 1)])
def test_a_period_that_cannot_be_is_refused(march: Api, until: date) -> None:
    with pytest.raises(RuleBroken):
        made(Asked(date(2026, 3, 1), until))


def test_the_page_makes_one_and_gives_it_as_it_was(march: Api) -> None:
    given = {"which": "period", "since": "01/03/2026", "until": "31/03/2026", "what": "common", "format": "jsonl"}
    answer = desk(LETTERS).post("/ket-xuat-don-thu/", given)
    assert answer.status_code == 302
    with scope.enter(scope.worker()):
        row = Export.objects.get()
    taken = desk(LETTERS).get(f"/ket-xuat-don-thu/{row.id}/")
    assert lines(taken.content)[0]["counts"] == row.counts
    assert row.sha256 in desk(LETTERS).get("/ket-xuat-don-thu/").content.decode()
    assert desk(LETTERS).post("/ket-xuat-don-thu/", {**given, "until": "01/01/2026"}).status_code == 422


def test_the_command_line_gives_the_same_bytes(march: Api, tmp_path: Any, capsys: Any) -> None:
    out = tmp_path / "x.jsonl"
    options = parser().parse_args(
        ["letters", "export", "--from", "2026-03-01", "--to", "2026-03-31", "--agency", XA, "--out", str(out)]
    )
    assert options.run(options) == 0
    assert out.read_bytes() == made()[1]
    assert "letter 1, forwarding 0, reception 2, field_report 1" in capsys.readouterr().err


# --- what has changed ------------------------------------------------------------------------------------------------


CHANGED = Asked()


def told(content: bytes, table: str = "letter") -> dict[str, dict[str, Any]]:
    """Rows of a table by code."""
    return {row["code"]: row for row in lines(content)[1:] if row["table"] == table}


def test_what_changed_since_the_last_file_is_in_the_next_and_nothing_else(api: Api) -> None:
    """Received in June and decided in August, a letter is in both files; the one that nothing happened to is in the first."""
    with clock.freeze("2026-06-10T09:00"):
        still, moves = (
            registered(api, received_on="2026-06-10", type="petition", text=t, confirmed=True) for t in "ab"
        )
        line = received(result="to_answer")
    with clock.freeze("2026-07-01T09:00"):
        assert set(told(made(CHANGED)[1])) == {still["code"], moves["code"]}
        assert lines(made(CHANGED)[1])[0]["counts"] == {"letter": 0, "forwarding": 0, "reception": 0, "field_report": 0}
    with clock.freeze("2026-08-10T09:00"):
        classified(api, moves)
        done(api, LETTERS, moves, "answer", text="Đã sửa.", **paper("2026-08-10"))
        principal = principal_of(LETTERS)
        with scope.enter(principal.scope):
            services_reception.answer(principal, line.id, 1, "Đã trả lời.")
        page = desk(LETTERS).get("/ket-xuat-don-thu/").content.decode()
        assert "2 bản ghi chưa kết xuất hoặc đã đổi" in page
        row, content = made(CHANGED)
        assert (told(content)[moves["code"]]["decided_on"], len(told(content))) == ("2026-08-10", 1)
        assert told(content, "reception")["1/2026"]["answer"] == "Đã trả lời."
        assert row.changed and (row.period_from, row.period_to) == (date(2026, 7, 1), date(2026, 8, 10))
        assert set(told(made(Asked(date(2026, 8, 1), date(2026, 8, 31)))[1])) == {moves["code"]}, "by period, too"


def test_a_change_at_the_very_moment_of_the_file_is_in_the_next(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api)
        made(CHANGED)
        classified(api, case)
        assert told(made(CHANGED)[1])[case["code"]]["state"] == "classified"


def test_duplicates_and_what_is_handled_apart_are_in_no_file(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        first, again, apart = (registered(api, text=t, confirmed=True) for t in "abc")
        done(api, LETTERS, again, "duplicate", first=first["code"])
        done(api, LETTERS, apart, "move_inside", denounced_name="Lê Văn Ếch", inside_summary="Nhận tiền")
        for asked in (CHANGED, Asked(date(2026, 8, 1), date(2026, 8, 31))):
            assert set(told(made(asked)[1])) == {first["code"]}


def test_who_gave_a_letter_away_keeps_a_line_of_it_without_a_name(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api)
        made(CHANGED)
    with clock.freeze("2026-08-05T09:00"):
        done(api, LETTERS, case, "forward", "Thuộc phường", to=PHUONG, **paper("2026-08-05"))
        _row, content = made(CHANGED)
        assert told(content) == {} and "Ước" not in content.decode()
        assert told(content, "forwarding")[case["code"]] == {
            "table": "forwarding",
            "code": case["code"],
            "received_on": "2026-08-03",
            "forwarded_on": "2026-08-05",
            "to": "Ủy ban nhân dân phường Tân Mai",
            "number": "15/TB-UBND",
        }
        assert told(made(CHANGED)[1], "forwarding") == {}
        assert set(told(made(CHANGED, OTHER)[1])) == {case["code"]}, "whoever has it tells of it whole"
        done(
            api, OTHER, api.get(OTHER, f"/cases/{case['code']}")[1], "forward", "Trả lại", to=XA, **paper("2026-08-05")
        )
        assert set(told(made(CHANGED)[1])) == {case["code"]}


def test_the_page_asks_for_days_of_a_period_alone(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        registered(api)
        visitor = desk(LETTERS)
        refused = visitor.post("/ket-xuat-don-thu/", {"which": "period", "what": "common", "format": "jsonl"})
        assert refused.status_code == 422 and "Nhập ngày đầu" in refused.content.decode()
        assert (
            visitor.post("/ket-xuat-don-thu/", {"which": "changed", "what": "common", "format": "xlsx"}).status_code
            == 302
        )
        assert "Đã đổi từ" in visitor.get("/ket-xuat-don-thu/").content.decode()
    with pytest.raises(RuleBroken):
        made(Asked(since=date(2026, 3, 1)))
