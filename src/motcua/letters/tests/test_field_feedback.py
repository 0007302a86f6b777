"""Field feedback from a citizen's phone to their stars: who acts when, what is counted, what nobody else sees."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from PIL import Image

from motcua.casework import recount
from motcua.casework.models import Case, Entry, Standing, Tally
from motcua.casework.secrets import secret_of
from motcua.casework.tests import world
from motcua.demo.fixtures import PHUONG, XA, Api, principal_of
from motcua.documents.models import Attachment
from motcua.letters.models import FieldReport
from motcua.letters.queries_field import PUBLIC, report_of
from motcua.letters.tests import communes
from motcua.organisation import scope
from motcua.organisation.models import Account, Division
from motcua.worktime import clock

LETTERS, CHAIR, HEAD, SPECIALIST = "tonghop.quynhson", "chutich.quynhson", "truongphong.quynhson", "diachinh.quynhson"
OTHER, OVERSEER = "tonghop.tanmai", "dieuphoi.nghean"
SENT = {
    "agency": XA,
    "about": "place",
    "text": "Rác đổ đầy cổng chợ từ hôm kia, mùi rất nặng.",
    "place": "Cổng chợ xóm 3",
    "full_name": "Nguyễn Thị Ước",
    "phone": "0912345678",
}


def photo(name: str = "rac.png", colour: str = "#806040") -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


class Citizen:
    """A phone that has sent feedback and keeps its cookie."""

    def __init__(self, **changes: Any) -> None:
        self.client = Client()
        self.answer = self.client.post("/phan-anh/", {**SENT, **changes})
        assert self.answer.status_code == 302, self.answer.content.decode()[:3000]
        self.address = self.answer["Location"]
        self.code = self.address.strip("/").split("/")[-1]

    def page(self) -> str:
        answer = self.client.get(self.address)
        assert answer.status_code == 200
        return str(answer.content.decode())

    def rate(self, stars: int, words: str = "") -> Any:
        return self.client.post(f"{self.address}danh-gia/", {"stars": stars, "words": words})

    @property
    def secret(self) -> str:
        return secret_of("field_report", case(self.code).id)


def desk(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def case(code: str) -> Case:
    with scope.enter(scope.worker()):
        return Case.objects.get(code=code)


def row(code: str) -> FieldReport:
    with scope.enter(scope.worker()):
        return report_of(case(code).id)


def act(login: str, code: str, name: str, **given: Any) -> Any:
    return desk(login).post(f"/viec/{code}/{name}/", {"version": case(code).version, **given})


def done(login: str, code: str, name: str, **given: Any) -> None:
    answer = act(login, code, name, **given)
    assert answer.status_code == 302, (name, answer.status_code, answer.content.decode()[:4000])


def room(kind: str = "economy") -> str:
    with scope.enter(scope.worker()):
        return str(Division.objects.get(agency__code=XA, kind=kind).id)


def said(answer: Any) -> str:
    """The summary of what is wrong."""
    return str(answer.content.decode().split("error-summary")[1].split("</div>")[0])


def everybody_reads() -> str:
    return str(Client().get("/phan-anh/cong-khai/").content.decode())


def tallies(kind: str = "field_report") -> dict[str, int]:
    with scope.enter(scope.worker()):
        rows = Tally.objects.filter(kind=kind)
        names = ("received", "finished_on_time", "finished_late", "ended_otherwise")
        return {name: sum(getattr(row, name) for row in rows) for name in names}


def test_from_the_phone_to_five_stars_with_one_reopening(fresh_demo: Api) -> None:
    with clock.freeze("2026-03-02T08:00"):
        citizen = Citizen(photos=[photo()])
        code = citizen.code
        assert code == f"{XA}-PA-2026-0001"
        assert citizen.secret in citizen.page(), "both codes are said once, to whoever sent it"
        done(LETTERS, code, "classify", field="waste", division=room())
    assert case(code).promised_at.astimezone(clock.TZ).isoformat() == "2026-03-05T08:00:00+07:00", "24 working hours"
    with clock.freeze("2026-03-03T08:00"):
        done(HEAD, code, "take")
        bare = act(HEAD, code, "report", result="Đã dọn.")
        assert bare.status_code == 422 and "ít nhất một tệp" in bare.content.decode(), "rubbish needs a picture after"
        done(HEAD, code, "report", result="Đã dọn sạch lúc 7 giờ.", files=photo("sau.png", "#20a020"))
        done(LETTERS, code, "close")
        assert tallies()["finished_on_time"] == 1
        assert "Đã dọn sạch lúc 7 giờ" in citizen.page()
        assert citizen.rate(2).status_code == 422, "up to two stars need words"
        assert citizen.rate(2, "Còn nguyên đống phía sau.").status_code == 302
    found = case(code)
    assert (found.state, found.finished_at, found.closed_at) == ("handling", None, None)
    assert tallies()["finished_on_time"] == 0, "what the citizen gave back is not finished"
    with clock.freeze("2026-03-04T08:00"):
        done(LETTERS, code, "report", result="Đã dọn cả phía sau.", files=photo("sau2.png", "#10b010"))
        done(LETTERS, code, "ask_citizen")
        assert citizen.rate(5, "Cảm ơn").status_code == 302
    found = row(code)
    assert (case(code).state, found.stars, found.reopened) == ("closed", 5, 1)
    assert tallies() == {"received": 1, "finished_on_time": 1, "finished_late": 0, "ended_otherwise": 0}
    with scope.enter(scope.worker()):
        assert recount.drift(40) == []
    assert world.seal() > 8
    assert world.verified().broken == []


def test_a_form_sent_twice_is_one_report(api: Api) -> None:
    key = "0198f0c0-0000-7000-8000-000000000001"
    first, second = Citizen(idempotency_key=key), Citizen(idempotency_key=key)
    other = Citizen(idempotency_key=key, text="Một việc khác hẳn.")
    assert first.code == second.code != other.code


def test_a_wrong_code_and_a_wrong_secret_are_told_alike(api: Api) -> None:
    citizen = Citizen()
    stranger = Client()
    wrong = stranger.post("/phan-anh/theo-doi/", {"code": citizen.code, "secret": "AAAAA-BBBBB-CCC"})
    nobody = stranger.post("/phan-anh/theo-doi/", {"code": f"{XA}-PA-2026-9999", "secret": citizen.secret})
    assert (wrong.status_code, nobody.status_code) == (404, 404)
    assert said(wrong) == said(nobody)
    assert SENT["text"] not in stranger.get(citizen.address).content.decode()
    right = stranger.post("/phan-anh/theo-doi/", {"code": citizen.code.lower(), "secret": citizen.secret.lower()})
    assert right.status_code == 302
    assert SENT["text"] in stranger.get(right["Location"]).content.decode()


@pytest.mark.usefixtures("stopped")
def test_guessing_is_slowed(api: Api) -> None:
    citizen = Citizen()
    answers = [
        Client().post("/phan-anh/theo-doi/", {"code": citizen.code, "secret": f"AAAAA-BBBBB-C{n:02}"})
        for n in range(11)
    ]
    assert [a.status_code for a in answers] == [404] * 10 + [429]


def test_what_fills_in_the_bait_is_thanked_and_forgotten(api: Api) -> None:
    answer = Client().post("/phan-anh/", {**SENT, "website": "http://example.test"})
    assert answer.status_code == 302 and answer["Location"] == "/phan-anh/cong-khai/"
    with scope.enter(scope.worker()):
        assert not FieldReport.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, "Viết điều bạn muốn phản ánh"),
        ({"place": " "}, "Viết địa điểm"),
        ({"agency": "H41.05"}, "Xã, phường"),
        ({"phone": "123"}, "từ 8 đến 15 chữ số"),
        ({"latitude": "abc", "longitude": "1"}, "Lỗi"),
        ({"text": "a\0b"}, "Lỗi"),
        ({"photos": [SimpleUploadedFile("a.png", b"MZ" + bytes(900), "image/png")]}, "a.png"),
        ({"photos": [photo(f"{n}.png", f"#{n}0{n}0{n}0") for n in range(6)]}, "tối đa 5 ảnh"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(api: Api, changes: dict[str, Any], said: str) -> None:
    answer = Client().post("/phan-anh/", {**SENT, **changes})
    assert answer.status_code in (413, 415, 422), answer.status_code
    page = answer.content.decode()
    assert said in page and SENT["full_name"] in page


def test_feedback_on_conduct_is_read_by_its_commune_s_letters_officer_and_chair_alone(fresh_demo: Api) -> None:
    citizen = Citizen(about="conduct", text="Cán bộ một cửa quát người già.")
    code = citizen.code
    assert "Cán bộ một cửa" in citizen.page(), "its citizen follows it like any other"
    readers = {LETTERS: 200, CHAIR: 200, HEAD: 404, OTHER: 404, OVERSEER: 404, "phochutich.nghean": 404}
    for login, status in readers.items():
        assert desk(login).get(f"/viec/{code}/").status_code == status, login
    with scope.enter(principal_of(OVERSEER).scope):
        for model in (Tally, Standing):
            assert not model.objects.filter(kind="conduct_report").exists(), model
        assert not Entry.objects.filter(subject_kind="conduct_report").exists()
        assert not FieldReport.objects.filter(conduct=True).exists()
    with scope.enter(principal_of(OTHER).scope):
        for model in (Tally, Standing):
            assert not model.objects.filter(kind="conduct_report").exists(), "nor another commune's letters officer"
        assert not FieldReport.objects.filter(conduct=True).exists()
    assert "rieng" in desk(LETTERS).get("/phan-anh-hien-truong/").content.decode()
    assert code in desk(CHAIR).get("/phan-anh-hien-truong/?loai=rieng").content.decode()
    assert code not in desk(LETTERS).get("/phan-anh-hien-truong/").content.decode()
    assert code not in desk(OVERSEER).get("/phan-anh-hien-truong/?loai=rieng").content.decode()
    assert act(LETTERS, code, "publish", text="x", place="y").status_code == 404, "there is no such act"
    done(CHAIR, code, "take")
    done(CHAIR, code, "report", result="Đã nhắc nhở, xin lỗi người dân.")
    done(CHAIR, code, "ask_citizen")
    assert citizen.rate(3).status_code == 302
    assert case(code).state == "closed"
    with scope.enter(scope.worker()):
        assert recount.drift(40) == []


def test_one_that_turns_out_to_be_about_an_officer_goes_on_apart_and_leaves_no_words(fresh_demo: Api) -> None:
    citizen = Citizen(text="Ông cán bộ địa chính quát tôi ở cổng chợ.", photos=[photo()])
    old = citizen.code
    done(LETTERS, old, "classify", field="other", division=room(), note="Ông Trưởng phòng tự xem việc mình quát dân.")
    done(LETTERS, old, "set_apart")
    page = desk(HEAD).get(f"/viec/{old}/").content.decode()
    assert "quát" not in page and "0912" not in page and "rac.png" not in page
    assert "quát" not in desk(OVERSEER).get("/viec/?q=cổng chợ").content.decode()
    with scope.enter(scope.worker()):
        new = Case.objects.get(kind="conduct_report")
    assert "quát tôi" in desk(CHAIR).get(f"/viec/{new.code}/").content.decode()
    assert desk(HEAD).get(f"/viec/{new.code}/").status_code == 404
    on = citizen.client.get(citizen.address)
    assert on.status_code == 302 and on["Location"] == f"/phan-anh/{new.code}/"
    there = citizen.client.get(on["Location"]).content.decode()
    assert "quát tôi" in there and "rac.png" in there and "Mã bí mật" in there
    with scope.enter(scope.worker()):
        assert recount.drift(40) == []
    assert world.seal() > 2
    assert world.verified().broken == []


def test_only_what_a_moderator_shows_is_public(api: Api) -> None:
    citizen = Citizen(photos=[photo("a.png"), photo("b.png", "#112233")])
    hidden = Citizen(text="Việc riêng của nhà ông Ơn.")
    assert "chợ" not in everybody_reads()
    with scope.enter(scope.worker()):
        first, second = Attachment.objects.filter(subject_id=case(citizen.code).id).order_by("position")
    done(LETTERS, citizen.code, "publish", text="Rác ở cổng chợ.", place="Chợ xóm 3", photos=[str(first.id)])
    page = everybody_reads()
    assert "Rác ở cổng chợ." in page and SENT["text"] not in page and "Ước" not in page and "0912" not in page
    assert hidden.code not in page and "Ơn" not in page
    shown = f"/phan-anh/cong-khai/{citizen.code}/"
    assert Client().get(f"{shown}{first.id}/").status_code == 200
    assert Client().get(f"{shown}{second.id}/").status_code == 404, "a picture that was not released"
    assert act(LETTERS, citizen.code, "publish", text="x", place="y", photos=[str(case(hidden.code).id)]).status_code == 422  # fmt: skip
    done(LETTERS, citizen.code, "hide")
    assert "Rác ở cổng chợ." not in everybody_reads() and Client().get(f"{shown}{first.id}/").status_code == 404


def test_another_commune_sees_nothing_and_a_specialist_not_how_to_reach_the_reporter(api: Api) -> None:
    code = Citizen().code
    assert desk(OTHER).get(f"/viec/{code}/").status_code == 404
    assert "0912345678" in desk(LETTERS).get(f"/viec/{code}/").content.decode()
    done(LETTERS, code, "classify", field="waste", division=room())
    before = desk(SPECIALIST).get(f"/viec/{code}/").content.decode()
    assert "0912345678" not in before and "Ước" not in before
    done(SPECIALIST, code, "take")
    assert "0912345678" in desk(SPECIALIST).get(f"/viec/{code}/").content.decode(), "who has it in hand may call"


def test_not_accepted_and_sent_up_say_why_to_the_citizen(api: Api) -> None:
    refused, higher = Citizen(), Citizen(agency=PHUONG)
    assert act(LETTERS, refused.code, "not_accept").status_code == 422
    done(LETTERS, refused.code, "not_accept", note="Đất tư, không phải nơi công cộng.")
    assert "Đất tư" in refused.page()
    assert act(OTHER, higher.code, "send_up", note="Quốc lộ").status_code == 422
    done(OTHER, higher.code, "send_up", to="Sở Xây dựng", note="Quốc lộ do tỉnh quản lý.")
    assert "Sở Xây dựng" in higher.page() and "Quốc lộ do tỉnh" in higher.page()
    assert tallies()["ended_otherwise"] == 2


def test_a_citizen_sends_more_pictures_until_it_is_handled_and_rates_once(api: Api) -> None:
    citizen = Citizen()
    more = citizen.client.post(f"{citizen.address}them-anh/", {"photos": [photo()]})
    assert more.status_code == 302 and "rac.png" in citizen.page()
    assert citizen.client.post(f"{citizen.address}them-anh/", {}).status_code == 422
    assert citizen.rate(5).status_code == 302 and row(citizen.code).stars is None, "nothing to rate yet"
    done(LETTERS, citizen.code, "classify", field="other")
    done(LETTERS, citizen.code, "take")
    done(LETTERS, citizen.code, "report", result="Xong")
    assert citizen.rate(4).status_code == 302
    citizen.rate(1, "Đổi ý")
    assert (row(citizen.code).stars, case(citizen.code).state) == (4, "closed")


def test_a_closed_report_can_be_rated_for_fifteen_days(api: Api) -> None:
    with clock.freeze("2026-03-02T08:00"):
        citizen = Citizen()
        done(LETTERS, citizen.code, "classify", field="other")
        done(LETTERS, citizen.code, "take")
        done(LETTERS, citizen.code, "report", result="Xong")
        done(LETTERS, citizen.code, "close")
    with clock.freeze("2026-03-18T09:00"):
        later = Client()
        later.post("/phan-anh/theo-doi/", {"code": citizen.code, "secret": citizen.secret})
        later.post(f"{citizen.address}danh-gia/", {"stars": 1, "words": "Chưa xong"})
    assert case(citizen.code).state == "closed"


def test_the_list_says_what_is_unclassified_and_late_by_commune(api: Api) -> None:
    with clock.freeze("2026-03-02T08:00"):
        slow, late = Citizen(), Citizen(text="Đèn đường tắt cả tuần.")
        done(LETTERS, late.code, "classify", field="security", division=room())
    with clock.freeze("2026-03-10T08:00"):
        page = desk(LETTERS).get("/phan-anh-hien-truong/").content.decode()
        assert "1 quá hạn phân loại" in page and "trên 2, gồm cả chưa phân loại" in page
        assert slow.code in desk(LETTERS).get("/phan-anh-hien-truong/?new=on").content.decode()
        assert late.code in desk(HEAD).get("/phan-anh-hien-truong/?late=on").content.decode()
        assert "Quá hạn, báo Chủ tịch" in desk(HEAD).get(f"/viec/{late.code}/").content.decode()
        whole = desk(OVERSEER).get("/phan-anh-hien-truong/").content.decode()
        assert "Theo xã, phường" in whole


def test_the_public_list_reads_only_what_is_shown(api: Api) -> None:
    """However much was sent: the partial index of what moderators show, never the table."""
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        values = {"province": 40, "agency": None, "limit": 21, "before": None, "before_id": None}
        cursor.execute("EXPLAIN " + PUBLIC, values)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "field_reports_shown" in plan, plan


def test_the_list_is_narrowed_to_one_commune_by_whoever_sees_the_province(api: Api) -> None:
    with clock.freeze("2026-03-10T09:00"):
        opened = {commune: communes.told(commune).code for commune in communes.OF}
        for path in ("/phan-anh-hien-truong/", "/don-thu/"):
            assert desk(OVERSEER).get(path, {"lead": "H41.999"}).status_code == 422
            assert desk(LETTERS).get(path, {"lead": XA}).status_code == 200
        page = desk(OVERSEER).get("/phan-anh-hien-truong/", {"side": "all", "lead": XA, "open": "on"}).content.decode()
    assert opened["quynhson"] in page and opened["tanmai"] not in page
