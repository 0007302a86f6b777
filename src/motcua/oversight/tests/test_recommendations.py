"""A recommendation from the commune to the answer that it takes (domain, article 1)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from motcua.casework.models import Case
from motcua.casework.tests import world
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.oversight.models import Answer, Recommendation
from motcua.worktime import clock

COMMUNE, COORDINATOR, HEAD, DIRECTOR = "tonghop.quynhson", "dieuphoi.nghean", "truongphong.snnmt", "giamdoc.snnmt"


class Desk:
    """An officer at their browser."""

    def __init__(self, login: str) -> None:
        self.login = login

    @property
    def client(self) -> Client:
        """Signed in anew: days pass between two acts."""
        client = Client()
        client.force_login(Account.objects.get(login=self.login))
        return client

    def get(self, path: str) -> Any:
        return self.client.get(path)

    def act(self, code: str, act: str, **given: Any) -> Any:
        version = Case.objects.filter(code=code).values_list("version", flat=True)
        with scope.enter(scope.worker()):
            now = version.get()
        return self.client.post(f"/viec/{code}/{act}/", {"version": now, **given})


def pdf(name: str = "tra-loi.pdf") -> SimpleUploadedFile:
    import io

    from pypdf import PdfWriter

    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def raised(desk: Desk) -> str:
    answer = desk.client.post(
        "/kien-nghi/moi/",
        {
            "agency": "H41.170",
            "sector": "land",
            "topic": "land",
            "urgency": "normal",
            "source": "report",
            "text": "Bản đồ địa chính chưa cập nhật sau dồn điền đổi thửa, chưa cấp được giấy chứng nhận.",
        },
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    return str(answer["Location"].strip("/").split("/")[-1])


ANSWER = {
    "number": "1806/SNNMT-QLĐĐ",
    "dated_on": "28/02/2026",
    "signer": "Trương Thị Ấm",
    "text": "Đề nghị là chính đáng. Sở bố trí đo đạc bổ sung.",
    "category": "in_progress",
    "promised_on": "30/06/2026",
}


def test_from_the_commune_to_the_answer_it_takes(fresh_demo: Api) -> None:
    commune, office, head, director = (Desk(login) for login in (COMMUNE, COORDINATOR, HEAD, DIRECTOR))
    with clock.freeze("2026-02-26T09:00"):
        code = raised(commune)
        assert code == "H41.170-KN-2026-0001"
        assert "Giao cơ quan chủ trì trả lời" in office.get(f"/viec/{code}/").content.decode()
        done = office.act(
            code, "assign", lead="H41.05", document="12/TB-UBND", document_on="26/02/2026", due_on="20/03/2026"
        )
        assert done.status_code == 302, done.content.decode()[:4000]
        assert head.get(f"/viec/{code}/").status_code == 200
    with clock.freeze("2026-02-28T09:00"):
        assert head.act(code, "give", officer="chuyenvien.snnmt").status_code == 302
        missing = director.act(code, "answer", **{**ANSWER, "promised_on": ""}, files=pdf("thu.pdf"))
        assert missing.status_code == 422 and "phải nêu thời hạn" in missing.content.decode()
        done = director.act(code, "answer", **ANSWER, files=pdf())
        assert done.status_code == 302, done.content.decode()[:4000]
    with clock.freeze("2026-03-02T09:00"):
        assert commune.act(code, "return_answer", note="Chưa nêu xóm nào được đo.").status_code == 302
        assert director.act(code, "answer", **ANSWER, files=pdf("lai.pdf")).status_code == 302
        assert commune.act(code, "accept").status_code == 302
    with scope.enter(scope.worker()):
        case = Case.objects.get(code=code)
        assert (case.state, case.version) == ("following", 7)
        assert [a.verdict for a in Answer.objects.filter(case=case).order_by("seq")] == ["returned", "accepted"]
        assert Recommendation.objects.get(case=case).returned == 1
    page = commune.get(f"/viec/{code}/").content.decode()
    assert "thu.pdf" in page and "Đề nghị trả lời lại" in page
    assert world.seal() >= 7
    assert world.verified().broken == []


def test_another_commune_finds_it_by_no_way(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        code = raised(Desk(COMMUNE))
        other = Desk("tonghop.tanmai")
        assert other.get(f"/viec/{code}/").status_code == 404
        assert code not in other.get("/viec/?q=dia chinh").content.decode()
        assert code in Desk(COMMUNE).get("/viec/?q=dia chinh").content.decode()
        assert code in Desk(COMMUNE).get("/kien-nghi/").content.decode()
        assert principal_of("tonghop.tanmai").agency_code == "H41.128"
