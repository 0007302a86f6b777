"""An apology and a new appointment (Circular 03/2025/TT-VPCP, form 04; Decree 118/2025/NĐ-CP: once): both dates move by working days that are
added to the limit, the first appointment stays on record, the paper says why."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import pypdf
import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.demo.fixtures import Api
from motcua.dossiers.tests.walking import at, journalled, permit
from motcua.worktime import Inputs, Limit, due, explain, recompute, shipped
from motcua.worktime.clock import TZ

CHAIR, COUNTER, BUILDER, HEAD = "chutich.quynhson", "tiepnhan.quynhson", "xaydung.quynhson", "truongphong.quynhson"
WHY = "Phải lấy thêm ý kiến về lộ giới đường"


def extend(api: Api, dossier: dict[str, Any], days: Any = 3, login: str = CHAIR, note: str = WHY) -> tuple[int, Any]:
    return api.act(login, dossier, "extend", days=days, note=note)


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def text(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def form(api: Api, dossier: dict[str, Any], number: str, login: str = COUNTER) -> bytes:
    status, body = api.get(login, f"/dossiers/{dossier['code']}/forms/{number}.pdf")
    assert status == 200, body
    return body


# --- the clock ----------------------------------------------------------------------------------------------------------


STARTS = st.integers(0, 268 * 24 * 60).map(lambda minutes: datetime(2026, 1, 5, tzinfo=TZ) + timedelta(minutes=minutes))
LIMITS = st.sampled_from(["7 working days", "15 days", "same day", "20 working hours", "0.5 working days"])


@given(STARTS, LIMITS, st.sampled_from(["whole", "running"]), st.lists(st.integers(1, 9), min_size=1, max_size=3))
def test_each_extension_moves_both_dates_later_and_is_explained_to_the_minute(
    start: datetime, limit: str, mode: Any, granted: list[int]
) -> None:
    vn = shipped("vn")
    before = Inputs.of(vn, start, Limit.parse(limit), mode)
    for days in granted:
        extensions = (*before.extensions, Limit.parse(f"{days} working days"))
        after = Inputs.from_dict({**before.to_dict(), "extensions": [str(e) for e in extensions]})
        old, new = recompute(before, vn), recompute(after, vn)
        assert old.legal < new.legal
        assert old.promise < new.promise <= new.legal
        told = explain(after, vn)
        assert (told.legal.due, told.promise.due) == (new.legal, new.promise)
        assert Inputs.from_dict(after.to_dict()) == after
        before = after


def test_inputs_without_an_extension_are_stored_as_before() -> None:
    inputs = Inputs.of(shipped("vn"), datetime(2026, 3, 2, 8, tzinfo=TZ), Limit.parse("7 working days"))
    assert "extensions" not in inputs.to_dict()


# --- the act ------------------------------------------------------------------------------------------------------------


def test_three_working_days_more_are_three_working_days_after_the_old_date(api: Api) -> None:
    with at(api, "2026-03-02 08:00") as clock:
        dossier = permit(api, until="advance")
        _, before = api.get(CHAIR, f"/dossiers/{dossier['code']}")
        clock.move_to(datetime(2026, 3, 4, 9, tzinfo=TZ))
        assert extend(api, dossier)[0] == 200
        _, after = api.get(CHAIR, f"/dossiers/{dossier['code']}")
    old, new = moment(before["promised_at"]), moment(after["promised_at"])
    vn = shipped("vn")
    assert new == due(vn, old, Limit.parse("3 working days"), "whole").due
    assert moment(after["legal_due_at"]) >= new
    assert after["original_promised_at"] == before["promised_at"]
    assert after["explanation"]["promise"]["due"] == after["promised_at"]
    payload = journalled(dossier["code"])
    assert (payload["working_days"], payload["late"], payload["told_in_time"]) == (3, False, True)
    assert moment(payload["old_promised_at"]) == old


def test_it_is_done_once_and_no_more(api: Api) -> None:
    dossier = permit(api, until="advance")
    assert extend(api, dossier)[0] == 200
    status, body = extend(api, dossier)
    assert (status, body["detail"]) == (422, "Thủ tục này chỉ được hẹn lại 1 lần, đã dùng hết.")


def test_it_says_why_and_by_how_many_working_days(api: Api) -> None:
    dossier = permit(api, until="advance")
    for days, note, field in ((3, " ", "note"), (None, WHY, "days"), (0, WHY, "days"), (True, WHY, "days")):
        more = {} if days is None else {"days": days}
        status, body = api.act(CHAIR, dossier, "extend", note=note, **more)
        assert (status, body["errors"][0]["field"]) == (422, field), (days, note)


def test_only_the_head_of_the_resolving_agency_or_a_delegate_appoints_anew(api: Api) -> None:
    dossier = permit(api, until="advance")
    for login in (COUNTER, BUILDER, HEAD):
        assert extend(api, dossier, login=login)[0] == 403, login
    assert extend(api, dossier, login="chutich.tanmai")[0] == 404
    assert extend(api, {**dossier, "version": dossier["version"] - 1})[0] == 409


def test_what_is_late_already_gets_a_date_that_lies_ahead(api: Api) -> None:
    with at(api, "2026-03-02 08:00") as clock:
        dossier = permit(api, until="advance")
        clock.move_to(datetime(2026, 6, 1, 9, tzinfo=TZ))
        status, body = extend(api, dossier, 2)
        assert (status, body["errors"][0]["field"]) == (422, "days")
        assert extend(api, dossier, 90)[0] == 200
        _, after = api.get(CHAIR, f"/dossiers/{dossier['code']}")
    assert moment(after["promised_at"]) > datetime(2026, 6, 1, 9, tzinfo=TZ)
    payload = journalled(dossier["code"])
    assert (payload["late"], payload["told_in_time"]) == (True, False)


def test_time_granted_stays_granted_when_papers_come_in(api: Api) -> None:
    with at(api, "2026-03-02 08:00"):
        plain, longer = permit(api, until="advance"), permit(api, until="advance")
        assert extend(api, longer, 5)[0] == 200
        for dossier in (plain, longer):
            assert api.act(BUILDER, dossier, "request_supplement", items=["Bản vẽ"], note="Thiếu")[0] == 200
            assert api.act(COUNTER, dossier, "supplement")[0] == 200
        dates = [moment(api.get(CHAIR, f"/dossiers/{d['code']}")[1]["promised_at"]) for d in (plain, longer)]
    assert dates[1] == due(shipped("vn"), dates[0], Limit.parse("5 working days"), "whole").due


def test_nothing_is_extended_while_it_waits_for_papers_or_is_done(api: Api) -> None:
    dossier = permit(api, until="advance")
    api.act(BUILDER, dossier, "request_supplement", items=["Bản vẽ"], note="Thiếu")
    assert extend(api, dossier)[0] == 409
    assert extend(api, permit(api, until=""))[0] == 409


# --- the papers ---------------------------------------------------------------------------------------------------------


def test_form_04_apologises_with_the_reason_both_dates_and_who_signs(api: Api) -> None:
    with at(api, "2026-03-02 08:00"):
        dossier = permit(api, until="advance")
        extend(api, dossier)
        said = text(form(api, dossier, "04"))
        _, view = api.get(CHAIR, f"/dossiers/{dossier['code']}")
    assert "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ" in said
    assert f"Mã hồ sơ: {dossier['code']}" in said
    assert "/PXL-UBND" in said
    assert WHY in said
    assert "040090001234" in said
    assert "xin lỗi Ông (Bà)" in said
    new = moment(view["promised_at"])
    assert f"ngày {new.day:02d} tháng {new.month}" in said
    assert "CHỦ TỊCH" in said and "Hồ Sỹ Ái" in said


def test_a_reprint_of_04_and_07_is_the_same_paper_byte_for_byte(api: Api) -> None:
    dossier = permit(api, until="advance")
    extend(api, dossier)
    seven = form(api, dossier, "07")
    assert form(api, dossier, "07", HEAD) == seven
    four = form(api, dossier, "04")
    api.act(BUILDER, dossier, "advance")
    assert form(api, dossier, "04") == four


def test_form_07_is_the_dossier_s_line_of_the_register(api: Api) -> None:
    dossier = permit(api, until="")
    said = text(form(api, dossier, "07"))
    assert "SỔ THEO DÕI HỒ SƠ" in said
    for column in ("Nguyễn Văn Ước", "0912345678", "Tại Trung tâm"):
        assert column in said, column


def test_the_applicant_is_told_and_opens_the_apology_but_not_the_register(api: Api) -> None:
    dossier = permit(api, until="advance")
    extend(api, dossier)
    api.client.get("/tra-cuu/", {"code": dossier["code"], "secret": dossier["secret"]})
    page = api.client.get("/tra-cuu/ho-so/").content.decode()
    assert "Cơ quan giải quyết xin lỗi và hẹn lại" in page
    assert "/tra-cuu/ho-so/mau-04.pdf" in page
    assert WHY in text(api.client.get("/tra-cuu/ho-so/mau-04.pdf").content)
    assert "mau-07" not in page
    assert api.client.get("/tra-cuu/ho-so/mau-07.pdf").status_code == 403


@pytest.mark.parametrize("login", [COUNTER, HEAD])
def test_the_dossier_s_page_offers_the_act_to_the_head_alone(api: Api, login: str) -> None:
    from motcua.indicators.tests.test_ratings import officer

    dossier = permit(api, until="advance")
    address = f"/ho-so/{dossier['code']}/extend/"
    assert address not in officer(login).get(f"/ho-so/{dossier['code']}/").content.decode()
    chair = officer(CHAIR)
    assert address in chair.get(f"/ho-so/{dossier['code']}/").content.decode()
    answers = {"version": dossier["version"], "note": WHY, "days": "x"}
    assert chair.post(address, answers).status_code == 422
    assert chair.post(address, {**answers, "days": "2"}).status_code == 302


def test_the_register_is_printed_as_it_is_narrowed_and_its_reading_is_logged(api: Api) -> None:
    from motcua.casework.models import ReadLog
    from motcua.indicators.tests.test_ratings import officer
    from motcua.organisation import scope

    mine, other = permit(api, until=""), permit(api, until="advance")
    clerk = officer(COUNTER)
    assert "/ho-so/so-theo-doi.pdf?state=returned" in clerk.get("/ho-so/?state=returned").content.decode()
    said = text(clerk.get("/ho-so/so-theo-doi.pdf?state=returned").content)
    assert "SỔ THEO DÕI HỒ SƠ" in said and mine["code"] in said.replace(" ", "") and "Tại Trung tâm" in said
    assert other["code"] not in said.replace(" ", "")
    with scope.enter(scope.worker()):
        read = ReadLog.objects.filter(what="form 07").values_list("case__code", flat=True)
        assert list(read) == [mine["code"]]
    assert clerk.get("/ho-so/so-theo-doi.pdf?received_from=x").status_code == 302
    assert clerk.get("/ho-so/so-theo-doi.pdf?q=khong-co-ai").status_code == 200
