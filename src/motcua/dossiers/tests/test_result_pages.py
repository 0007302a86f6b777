"""The pages of a result: whose they are, what they refuse, and that a PIN leaves no trace."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

import pytest
import structlog
from django.test import Client

from motcua.casework.models import IdempotencyKey
from motcua.demo.fixtures import PASSWORD, Api, principal_of
from motcua.documents.tests.conftest import authority, world  # noqa: F401
from motcua.documents.tests.world import CHAIR, CLERK, PASSPHRASE, World
from motcua.dossiers.models import ResultDraft, SigningRun
from motcua.dossiers.tests import results_world as way
from motcua.dossiers.tests.results_world import COUNTER, HEAD, SPECIALIST
from motcua.dossiers.tests.walking import permit
from motcua.organisation import scope
from motcua.organisation.authentication import page_idempotency
from motcua.organisation.models import Account
from motcua.worktime import clock

pytestmark = pytest.mark.django_db


def at(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def typed(dossier: dict[str, Any], **changes: Any) -> dict[str, Any]:
    written = way.filled(dossier["code"])
    return {
        "version": 0,
        "template": "giay-phep-xay-dung@0",
        "outcome": written.outcome,
        "symbol": written.symbol,
        "title": written.title,
        "about": written.about,
        "paragraphs": "\r\n".join(written.paragraphs),
        "recipients": "\r\n".join(written.recipients),
        **changes,
    }


def test_the_specialist_writes_the_draft_and_a_stale_one_is_refused_with_what_was_typed(api: Api) -> None:
    dossier = permit(api, until="advance")
    page = f"/ho-so/{dossier['code']}/ket-qua/"
    client = at(SPECIALIST)
    assert "Nguyễn Văn Ước" in client.get(page).content.decode()
    assert client.post(page, typed(dossier)).status_code == 302
    assert client.post(page, typed(dossier)).status_code == 302, "sent twice is once"
    answer = client.post(page, typed(dossier, about="Một ý khác hẳn"))
    assert answer.status_code == 409
    assert "Một ý khác hẳn" in answer.content.decode()
    with scope.enter(scope.worker()):
        assert ResultDraft.objects.get().version == 1


def test_a_preview_is_a_pdf_and_keeps_nothing(api: Api) -> None:
    dossier = permit(api, until="advance")
    answer = at(SPECIALIST).post(f"/ho-so/{dossier['code']}/ket-qua/", typed(dossier, act="preview"))
    assert (answer.status_code, answer.content[:5]) == (200, b"%PDF-")
    with scope.enter(scope.worker()):
        assert not ResultDraft.objects.exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"symbol": "gp xd!"}, "Ký hiệu loại văn bản là chữ in hoa"),
        ({"title": ""}, "Nhập tiêu đề văn bản"),
        ({"paragraphs": "\r\n \r\n"}, "Nhập nội dung văn bản"),
        ({"paragraphs": "\r\n".join(["x"] * 61)}, "tối đa 60 đoạn"),
        ({"outcome": "maybe"}, "maybe"),
    ],
)
def test_bad_input_is_told_and_never_a_fault(api: Api, changes: dict[str, Any], said: str) -> None:
    dossier = permit(api, until="advance")
    answer = at(SPECIALIST).post(f"/ho-so/{dossier['code']}/ket-qua/", typed(dossier, **changes))
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_the_pages_are_their_readers_own(api: Api) -> None:
    dossier = way.drafted(api)
    code = dossier["code"]
    assert at(COUNTER).get("/cho-ky/").status_code == 403
    assert at(CHAIR).get("/cho-dong-dau/").status_code == 403
    assert at(SPECIALIST).get("/danh-muc/mau-ket-qua/").status_code == 403
    assert at("chutich.tanmai").get(f"/ho-so/{code}/du-thao.pdf").status_code == 404
    assert at("chutich.tanmai").get(f"/ho-so/{code}/ky-so/").status_code == 404
    assert at(HEAD).get(f"/ho-so/{code}/ky-so/").status_code == 403
    assert at(COUNTER).get(f"/ho-so/{code}/ket-qua.pdf").status_code == 404


def test_without_a_certificate_the_page_says_what_to_do(api: Api, world: World) -> None:  # noqa: F811
    dossier = way.drafted(api)
    html = at(CHAIR).get(f"/ho-so/{dossier['code']}/ky-so/").content.decode()
    assert "Bạn chưa gắn chứng thư số. Mở trang Chữ ký số" in html
    assert 'name="secret"' not in html
    assert "ký ngoài hệ thống" in at(CHAIR).get(f"/ho-so/{dossier['code']}/").content.decode()


def test_a_pin_is_neither_logged_nor_hashed_nor_drawn_back(api: Api, world: World, caplog: Any, rf: Any) -> None:  # noqa: F811
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    dossier = way.drafted(api)
    page, client = f"/ho-so/{dossier['code']}/ky-so/", at(CHAIR)
    body = {"version": dossier["version"], "idempotency_key": str(uuid4())}
    with caplog.at_level(logging.DEBUG), structlog.testing.capture_logs() as logs:
        wrong = client.post(page, {**body, "secret": "sai-mat-khau-8842"})
        right = client.post(page, {**body, "secret": PASSPHRASE})
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "sai-mat-khau-8842" not in wrong.content.decode()
    told = caplog.text + str(logs)
    assert PASSPHRASE not in told
    assert "sai-mat-khau-8842" not in told
    with scope.enter(scope.worker()):
        kept = IdempotencyKey.objects.get(key=body["idempotency_key"])
    asked = [page_idempotency(rf.post(page, {**body, "secret": one}))[1] for one in (PASSPHRASE, "x")]
    assert asked[0] == asked[1] == bytes(kept.body_hash)


def test_a_signature_sent_twice_under_one_key_is_one_signature(api: Api, world: World) -> None:  # noqa: F811
    world.bind(CHAIR)
    dossier = way.drafted(api)
    page, client = f"/ho-so/{dossier['code']}/ky-so/", at(CHAIR)
    body = {"version": dossier["version"], "idempotency_key": str(uuid4()), "secret": PASSPHRASE}
    assert [client.post(page, body).status_code for _ in range(2)] == [302, 302]
    assert way.row_of(dossier["code"]).case.version == dossier["version"] + 1


def test_a_batch_is_seen_by_who_began_it_only_and_an_interrupted_one_says_so(api: Api) -> None:
    chair = Account.objects.get(login=CHAIR)
    with scope.enter(scope.worker()), clock.freeze("2026-11-28 08:00"):
        run = SigningRun.objects.create(
            province_id=40,
            account=chair,
            position_id=principal_of(CHAIR).position_id,
            agency_id=principal_of(CHAIR).agency_id,
            work="sign",
            key="k",
            items=[{"code": "H41.170-261128-0001", "version": 3, "title": ""}] * 5,
            done=2,
            signed=2,
            started_at=clock.now(),
            beat_at=clock.now(),
        )
    html = at(CHAIR).get(f"/luot-ky/{run.id}/").content.decode()
    assert "đã dừng giữa chừng" in html
    assert "Còn 3 hồ sơ chưa đến lượt" in html
    assert at(HEAD).get(f"/luot-ky/{run.id}/").status_code == 404


def test_nothing_ticked_is_told_in_words(api: Api, world: World) -> None:  # noqa: F811
    world.bind(CHAIR)
    way.drafted(api)
    answer = at(CHAIR).post("/cho-ky/", {"secret": PASSPHRASE, "idempotency_key": str(uuid4())})
    assert answer.status_code == 422
    assert "Chọn ít nhất một hồ sơ." in answer.content.decode()
    assert PASSWORD not in answer.content.decode()


def test_a_template_page_previews_before_it_is_published(api: Api) -> None:
    client = at("danhmuc.nghean")
    assert "Giấy phép xây dựng nhà ở riêng lẻ" in client.get("/danh-muc/mau-ket-qua/").content.decode()
    body = {
        "seen": 0,
        "name": "Giấy xác nhận tình trạng nhà ở",
        "procedure_code": "",
        "outcome": "granted",
        "symbol": "gxn",
        "title": "Giấy xác nhận",
        "paragraphs": "Xác nhận {applicant.full_name}, {data.house}.",
        "valid_from": f"{clock.now():%d/%m/%Y}",
        "in_use": "on",
        "reason": "Công văn 3",
    }
    page = "/danh-muc/mau-ket-qua/moi/"
    assert client.post(page, {**body, "act": "preview"}).content[:5] == b"%PDF-"
    assert client.post(page, {**body, "paragraphs": "{x}", "act": "preview"}).status_code == 422
    assert client.post(page, body).status_code == 302
    assert "Đã có mẫu mang tên này" in client.post(page, body).content.decode()
    assert "Giấy xác nhận tình trạng nhà ở" in client.get("/danh-muc/mau-ket-qua/").content.decode()
    key = "/danh-muc/mau-ket-qua/giay-xac-nhan-tinh-trang-nha-o/"
    assert client.post(key, {**body, "title": "Bản hai"}).status_code == 409
    assert client.post(key, {**body, "seen": 1, "title": "Bản hai"}).status_code == 302
    assert client.get("/danh-muc/mau-ket-qua/khong-co/").status_code == 404
