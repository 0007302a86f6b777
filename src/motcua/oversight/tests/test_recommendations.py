"""A recommendation from the commune to the answer that it takes (domain, article 1)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

import pytest
from django.db import connections

from motcua.casework import recount
from motcua.casework import services as casework
from motcua.casework.models import Tally
from motcua.casework.tests import world
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.organisation.errors import Conflict
from motcua.oversight.models import Answer, Recommendation, Reminder
from motcua.oversight.tests.desk import Desk, case, pdf
from motcua.worktime import clock

COMMUNE, OTHER, COORDINATOR = "tonghop.quynhson", "tonghop.tanmai", "dieuphoi.nghean"
HEAD, DIRECTOR, SPECIALIST = "truongphong.snnmt", "giamdoc.snnmt", "chuyenvien.snnmt"
ANSWER = {
    "number": "1806/SNNMT-QLĐĐ",
    "dated_on": "28/02/2026",
    "signer": "Trương Thị Ấm",
    "text": "Đề nghị là chính đáng. Sở bố trí đo đạc bổ sung.",
    "category": "in_progress",
    "promised_on": "30/06/2026",
}
EXPLAINED = {**ANSWER, "category": "explained", "promised_on": ""}
ASSIGN = {"lead": "H41.05", "document": "12/TB-UBND", "document_on": "26/02/2026", "due_on": "20/03/2026"}
LAND = "Bản đồ địa chính chưa cập nhật sau dồn điền đổi thửa, chưa cấp được giấy chứng nhận."


def raised(login: str = COMMUNE, agency: str = "H41.170", text: str = LAND) -> str:
    answer = Desk(login).post(
        "/kien-nghi/moi/", agency=agency, sector="land", topic="land", urgency="normal", source="report", text=text
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"].strip("/").split("/")[-1])


def assigned(code: str, **changes: Any) -> str:
    Desk(COORDINATOR).done(code, "assign", **{**ASSIGN, **changes})
    return code


def tallies() -> dict[str, int]:
    with scope.enter(scope.worker()):
        rows = Tally.objects.filter(kind="recommendation")
        names = ("received", "finished_on_time", "finished_late", "ended_otherwise", "done", "done_hours")
        return {name: sum(getattr(row, name) for row in rows) for name in names}


def test_from_the_commune_to_the_answer_it_takes(fresh_demo: Api) -> None:
    commune, director = Desk(COMMUNE), Desk(DIRECTOR)
    with clock.freeze("2026-02-26T09:00"):
        code = raised()
        assert code == "H41.170-KN-2026-0001"
        assert "Giao cơ quan chủ trì trả lời" in Desk(COORDINATOR).page(f"/viec/{code}/")
        assigned(code)
    with clock.freeze("2026-02-28T09:00"):
        Desk(HEAD).done(code, "give", officer=SPECIALIST)
        missing = director.act(code, "answer", **{**ANSWER, "promised_on": ""}, files=pdf("thu.pdf"))
        assert missing.status_code == 422 and "phải nêu thời hạn" in missing.content.decode()
        assert "thu.pdf" in missing.content.decode(), "what was uploaded is not lost with what was typed"
        director.done(code, "answer", **ANSWER, files=pdf())
    with clock.freeze("2026-03-02T09:00"):
        commune.done(code, "return_answer", note="Chưa nêu xóm nào được đo.")
        assert tallies()["finished_on_time"] == 0, "an answer given back does not count"
        director.done(code, "answer", **ANSWER, files=pdf("lai.pdf", 2))
        commune.done(code, "accept")
    found = case(code)
    assert (found.state, found.version) == ("following", 7)
    with scope.enter(scope.worker()):
        assert [a.verdict for a in Answer.objects.filter(case=found).order_by("seq")] == ["returned", "accepted"]
        assert Recommendation.objects.get(case=found).returned == 1
        assert recount.drift(40) == []
    page = commune.page(f"/viec/{code}/")
    assert "lai.pdf" in page and "Đề nghị trả lời lại" in page and "30/06/2026" in page
    with clock.freeze("2026-06-20T09:00"):
        Desk(HEAD).done(code, "fulfil", note="Đã đo xong 4 xóm.")
    assert case(code).state == "done"
    assert world.seal() >= 8
    assert world.verified().broken == []


@pytest.mark.parametrize(
    ("answered", "column"), [("2026-03-20T16:59", "finished_on_time"), ("2026-03-21T09:00", "finished_late")]
)
def test_on_time_is_counted_by_the_original_date_though_the_date_was_moved(
    api: Api, answered: str, column: str
) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = assigned(raised())
        Desk(COORDINATOR).done(code, "move_due", due_on="30/04/2026", document="15/UBND-TH", note="Chờ số liệu")
        moved = case(code)
        assert clock.TZ is not None and moved.promised_at.astimezone(clock.TZ).date() == date(2026, 4, 30)
        assert moved.original_promised_at.astimezone(clock.TZ).date() == date(2026, 3, 20)
    with clock.freeze(answered):
        Desk(DIRECTOR).done(code, "answer", **EXPLAINED, files=pdf())
    assert tallies()[column] == 1


def test_beyond_authority_goes_up_and_comes_back_with_direction(api: Api) -> None:
    with clock.freeze("2026-02-28T09:00"):
        code = assigned(raised())
        bare = Desk(DIRECTOR).act(code, "refer", document="30/SNNMT", document_on="26/02/2026")
        assert bare.status_code == 422, "why it is beyond them must be said"
        Desk(DIRECTOR).done(
            code, "refer", document="30/SNNMT", document_on="26/02/2026", note="Cần kinh phí trung ương."
        )
        found = case(code)
        assert found.state == "referred" and found.lead_agency.code == "H41"
        assert Desk(DIRECTOR).act(code, "answer", **EXPLAINED, files=pdf()).status_code == 409, "seen, not theirs"
        Desk(COORDINATOR).done(
            code,
            "refer_up",
            to="Bộ Nông nghiệp và Môi trường",
            document="9/UBND",
            document_on="26/02/2026",
            note="Vượt thẩm quyền tỉnh",
        )
        Desk(COORDINATOR).done(code, "decide", **EXPLAINED, files=pdf())
        Desk(COMMUNE).done(code, "accept")
    assert case(code).state == "accepted"


def test_a_commune_that_raised_it_reads_it_after_it_was_assigned_and_no_other_finds_it(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = assigned(raised(), coordinating="H41.02")
        assert Desk(COMMUNE).get(f"/viec/{code}/").status_code == 200
        assert Desk(OTHER).get(f"/viec/{code}/").status_code == 404
        assert code not in Desk(OTHER).page("/viec/?q=dia+chinh")
        assert Desk(COMMUNE).get("/viec/?q=" + code).status_code == 302
        assert code in Desk(COMMUNE).page("/kien-nghi/")
        assert code in Desk("truongphong.snv").page("/kien-nghi/?side=shared")
        Desk("truongphong.snv").done(code, "opine", note="Đã có biên chế, đang tuyển.")
        assert Desk("truongphong.snv").act(code, "take").status_code == 403
        assert Desk(COMMUNE).act(code, "take").status_code == 403


def test_a_date_is_not_needed_but_then_it_is_thirty_days(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = assigned(raised(), due_on="")
    found = case(code)
    assert found.promised_at.astimezone(clock.TZ).isoformat() == "2026-03-30T17:00:00+07:00", "28/03 is a Saturday"
    assert "Vì sao là ngày này?" in Desk(COMMUNE).page(f"/viec/{code}/")


def test_two_directors_at_once_give_one_answer(fresh_demo: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = assigned(raised())
        version = case(code).version
        director = principal_of(DIRECTOR)

        def answer(_n: int) -> bool:
            try:
                with scope.enter(director.scope):
                    given = {**EXPLAINED, "dated_on": "2026-02-26"}
                    casework.perform("recommendation", code, "answer", director, version=version, params=given)
                return True
            except Conflict:
                return False
            finally:
                connections.close_all()

        with ThreadPoolExecutor(8) as threads:
            assert sorted(threads.map(answer, range(8))) == [False] * 7 + [True]
    assert tallies()["finished_on_time"] == 1


def test_the_same_trouble_of_three_communes_is_proposed_grouped_and_answered_once(api: Api) -> None:
    with clock.freeze("2026-02-28T09:00"):
        codes = [assigned(raised(), due_on="") for _n in range(2)] + [
            assigned(raised(COORDINATOR, "H41.128", "Bản đồ địa chính phường chưa có."), due_on="")
        ]
        office = Desk(COORDINATOR)
        answer = office.post(
            "/kien-nghi/nhom/moi/?sector=land&topic=land", title="Bản đồ địa chính chưa cập nhật", codes=codes
        )
        assert answer.status_code == 302, answer.content.decode()[:4000]
        group = answer["Location"]
        assert Desk(OTHER).get(group).status_code in (403, 404)
        director = Desk(DIRECTOR)
        assert "Một văn bản trả lời 3 kiến nghị" in director.page(group)
        done = director.post(group, **EXPLAINED, version=0, files=pdf())
        assert done.status_code == 302, done.content.decode()[:4000]
        assert {case(code).state for code in codes} == {"answered"}
        for code, login in ((codes[0], COMMUNE), (codes[2], OTHER)):
            assert "van-ban.pdf" in Desk(login).page(f"/viec/{code}/")


def test_who_owes_is_named_and_urged_by_one_letter(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        codes = [assigned(raised()) for _n in range(3)]
    with clock.freeze("2026-03-25T09:00"):
        office = Desk(COORDINATOR)
        page = office.page("/kien-nghi/no-tra-loi/")
        assert "Sở Nông nghiệp và Môi trường" in page and "5 ngày" not in page and "4 ngày" in page
        assert Desk(DIRECTOR).get("/kien-nghi/no-tra-loi/").status_code == 403
        done = office.post(
            "/kien-nghi/no-tra-loi/H41.05/don-doc/",
            number="77/UBND-TH",
            dated_on="25/03/2026",
            text="Trả lời trước 30/3.",
        )
        assert done.status_code == 302
        with scope.enter(scope.worker()):
            assert Reminder.objects.filter(case__code__in=codes, agency__code="H41.05").count() == 3
        assert "77/UBND-TH" in Desk(HEAD).page(f"/viec/{codes[0]}/")


def test_the_table_of_sectors_is_the_province_s_to_set(api: Api) -> None:
    assert Desk(COMMUNE).get("/kien-nghi/phan-cong/land/").status_code == 403
    page = Desk(COORDINATOR).page("/kien-nghi/phan-cong/")
    assert "Sở Nông nghiệp và Môi trường" in page and "chưa có văn bản của tỉnh" in page
    done = Desk(COORDINATOR).post(
        "/kien-nghi/phan-cong/land/",
        lead="H41.02",
        instrument="1/QĐ-UBND",
        valid_from="01/01/2026",
        coordinating="H41.05",
    )
    assert done.status_code == 302, done.content.decode()[:3000]
    assert "1/QĐ-UBND" in Desk(COORDINATOR).page("/kien-nghi/phan-cong/")


def test_over_the_api_the_same_key_raises_it_once(api: Api) -> None:
    body = {"agency_code": "H41.170", "sector": "digital", "topic": "software", "text": "Phần mềm treo mỗi sáng."}
    first = api.post(COMMUNE, "/recommendations", body, **{"Idempotency-Key": "một"})
    assert first[0] == 422, "a key is ASCII"
    status, made = api.post(COMMUNE, "/recommendations", body, **{"Idempotency-Key": "a-1"})
    assert status == 201 and made["state"] == "raised" and made["data"]["topic"] == "software"
    assert api.post(COMMUNE, "/recommendations", body, **{"Idempotency-Key": "a-1"})[1]["code"] == made["code"]
    assert api.get(OTHER, f"/cases/{made['code']}")[0] == 404
    assert api.get(COMMUNE, "/cases?kind=recommendation&side=origin")[1]["items"][0]["code"] == made["code"]
    act = {"act": "withdraw", "version": 1, "note": "Đã tự xử lý."}
    status, after = api.post(COMMUNE, f"/cases/{made['code']}/acts", act)
    assert (status, after["state"], after["acts"]) == (200, "withdrawn", [])
    assert api.post(COMMUNE, f"/cases/{made['code']}/acts", act)[0] == 409
    assert api.post(COMMUNE, "/recommendations", {**body, "agency_code": "H41.128"})[0] == 403
    dossier = api.receive()
    assert api.get("tiepnhan.quynhson", f"/cases/{dossier['code']}")[0] == 404, "dossiers have their own door"
    assert api.get(COMMUNE, f"/dossiers/{made['code']}")[0] == 404
    assert api.post("tiepnhan.quynhson", f"/dossiers/{made['code']}/acts", {"act": "withdraw", "version": 1})[0] == 404
