"""Files of a dossier: attached at intake and later, used again, handed in by the applicant; seen by whoever sees the dossier and nobody else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from motcua.casework.models import ReadLog
from motcua.demo import papers
from motcua.demo.fixtures import Api, intake, principal_of
from motcua.documents.models import Attachment, StoredFile
from motcua.documents.tests.test_uploads import CLERK, send
from motcua.dossiers import attachments
from motcua.dossiers.models import Component
from motcua.dossiers.tests.walking import journalled
from motcua.organisation import scope
from motcua.organisation.models import Account

OTHER = "tiepnhan.tanmai"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def draft(api: Api, mark: str = "", login: str = CLERK, name: str = "giay.pdf") -> str:
    status, body = send(api, papers.pdf(mark=mark), name, login)
    assert status == 201, body
    return str(body["file_id"])


def with_files(**by_code: list[str]) -> list[dict[str, Any]]:
    """The three components of a birth registration, with the files of `c01`, `c02`, `c03`."""
    return [{"code": code, "file_ids": by_code.get(f"c{code}", [])} for code in ("01", "02", "03")]


def whole(api: Api, dossier: dict[str, Any], login: str = CLERK) -> dict[str, Any]:
    status, body = api.get(login, f"/dossiers/{dossier['code']}")
    assert status == 200
    return dict(body)


def get(api: Api, login: str, file_id: str) -> Any:
    return api.client.get(f"/api/v1/files/{file_id}", headers={"Authorization": f"Bearer {api.token(login)}"})


# --- at intake --------------------------------------------------------------------------------------------------------------


def test_files_named_at_intake_belong_to_their_components(api: Api) -> None:
    first, second = draft(api, "một"), draft(api, "hai")
    dossier = api.receive(components=with_files(c02=[second, first]))
    found = whole(api, dossier)
    assert [(f["file_id"], f["part"], f["brought_by"]) for f in found["files"]] == [
        (second, "component.02", "officer"),
        (first, "component.02", "officer"),
    ]
    assert [c["digitisation"] for c in found["components"]][:3] == [0, 1, 0]
    assert [c["digitised"] for c in found["components"]][:3] == [False, True, False]
    hashes = [f["sha256"] for f in found["files"]]
    assert journalled(dossier["code"])["files"] == {"02": hashes}


def test_one_scan_may_serve_two_papers(api: Api) -> None:
    one = draft(api)
    found = whole(api, api.receive(components=with_files(c01=[one], c02=[one])))
    assert [f["part"] for f in found["files"]] == ["component.01", "component.02"]
    assert len({f["file_id"] for f in found["files"]}) == 2
    assert len({f["sha256"] for f in found["files"]}) == 1


def test_a_draft_of_somebody_else_or_one_already_attached_is_refused(api: Api) -> None:
    used = draft(api)
    api.receive(components=with_files(c01=[used]))
    for wrong in (used, draft(api, login=OTHER), "0190a1b2-0000-7000-8000-000000000000"):
        status, body = api.post(CLERK, "/dossiers", {**intake(), "components": with_files(c02=[wrong])})
        assert (status, body["errors"][0]["field"]) == (422, "components.1.file_ids"), body
        assert "Tải lên lại" in body["errors"][0]["message"]


@pytest.mark.parametrize(("setting", "words"), [("PART", "Mỗi giấy tờ"), ("CASE", "Mỗi hồ sơ")])
def test_too_many_files_are_refused_in_words(api: Api, settings: Any, setting: str, words: str) -> None:
    setattr(settings, f"MOTCUA_FILES_PER_{setting}", 2)
    three = [draft(api, mark) for mark in "abc"]
    status, body = api.post(CLERK, "/dossiers", {**intake(), "components": with_files(c01=three)})
    assert (status, words in body["detail"]) == (422, True), body
    dossier = api.receive(components=with_files(c01=three[:2]))
    status, body = api.act(CLERK, dossier, "digitise", component="01", file_ids=three[2:])
    assert (status, words in body["detail"]) == (422, True), body


def test_an_intake_sent_twice_under_one_key_is_one_dossier_with_its_files(api: Api) -> None:
    body = {**intake(), "components": with_files(c01=[draft(api)])}
    first = api.post(CLERK, "/dossiers", body, **{"Idempotency-Key": "một lần".encode().hex()})
    again = api.post(CLERK, "/dossiers", body, **{"Idempotency-Key": "một lần".encode().hex()})
    assert (first[0], first[1]["code"]) == (again[0], again[1]["code"]) == (201, first[1]["code"])
    assert len(whole(api, first[1])["files"]) == 1


# --- who sees them -----------------------------------------------------------------------------------------------------------


def test_a_file_is_seen_by_whoever_sees_its_dossier(api: Api) -> None:
    kept = draft(api)
    api.receive(components=with_files(c01=[kept]))
    answers = {
        login: get(api, login, kept).status_code for login in (CLERK, "tuphap.quynhson", "theodoi.nghean", OTHER)
    }
    assert answers == {CLERK: 200, "tuphap.quynhson": 200, "theodoi.nghean": 200, OTHER: 404}


def test_a_draft_is_its_officers_alone(api: Api) -> None:
    kept = draft(api)
    answers = {
        login: get(api, login, kept).status_code for login in (CLERK, "tuphap.quynhson", "theodoi.nghean", OTHER)
    }
    assert answers == {CLERK: 200, "tuphap.quynhson": 404, "theodoi.nghean": 404, OTHER: 404}


def test_postgresql_hides_what_the_code_would_forget_to(api: Api) -> None:
    attached, waiting = draft(api, "một"), draft(api, "hai")
    dossier, another = api.receive(components=with_files(c01=[attached])), api.receive()

    def seen(found: scope.Scope) -> set[str]:
        with scope.enter(found), connection.cursor() as cursor:
            cursor.execute("SELECT id::text FROM documents_attachment")
            return {row[0] for row in cursor.fetchall()}

    assert seen(principal_of(CLERK).scope) == {attached, waiting}
    assert seen(principal_of(OTHER).scope) == set()
    assert seen(scope.tracking(dossier["code"])) == {attached}
    assert seen(scope.tracking(another["code"])) == set()
    assert seen(scope.directory()) == set()


def test_each_reading_of_a_file_is_logged(api: Api) -> None:
    kept = draft(api)
    api.receive(components=with_files(c01=[kept]))
    get(api, "tuphap.quynhson", kept)
    get(api, OTHER, kept)
    with scope.enter(scope.worker()):
        lines = ReadLog.objects.filter(what__startswith="file ").values_list("account__login", "what")
        assert list(lines) == [("tuphap.quynhson", f"file {kept.replace('-', '')}")]


def test_bytes_are_handed_out_harmlessly(api: Api) -> None:
    _status, xml = send(api, papers.signed_xml(), "đơn.xml")
    response = get(api, CLERK, xml["file_id"])
    assert response["Content-Type"] == "application/xml"
    assert response["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''%C4%91%C6%A1n.xml" in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    clerk = signed_in()
    assert clerk.get(f"/tep/{xml['file_id']}/")["Content-Disposition"].startswith("attachment;")
    page = clerk.get(f"/tep/{draft(api)}/")
    assert page["Content-Disposition"].startswith("inline;")
    assert "default-src 'none'" in page["Content-Security-Policy"]
    assert "no-store" in page["Cache-Control"]


def test_a_damaged_name_cannot_break_out_of_its_header(api: Api) -> None:
    kept = draft(api, name='a"; x=y.pdf')
    assert '"; x' not in get(api, CLERK, kept)["Content-Disposition"].split("filename*")[0][30:]


# --- a scan later ------------------------------------------------------------------------------------------------------------


def test_a_paper_is_scanned_after_it_was_received(api: Api) -> None:
    dossier = api.receive()
    kept = draft(api)
    status, _body = api.act(CLERK, dossier, "digitise", component="03", file_ids=[kept])
    assert status == 200
    found = whole(api, dossier)
    assert [(f["file_id"], f["part"]) for f in found["files"]] == [(kept, "component.03")]
    assert journalled(dossier["code"])["part"] == "component.03"
    assert found["journal"][-1]["act"] == "digitise"


def test_a_wrong_scan_is_replaced_with_the_reason_and_kept(api: Api) -> None:
    wrong, right = draft(api, "sai"), draft(api, "đúng")
    dossier = api.receive(components=with_files(c01=[wrong]))
    asked = {"component": "01", "file_ids": [right], "replaces": wrong}
    status, body = api.act(CLERK, dossier, "digitise", **asked)
    assert (status, body["errors"][0]["field"]) == (422, "note")
    assert api.act(CLERK, dossier, "digitise", **asked, note="Quét nhầm giấy của người khác")[0] == 200
    assert [f["file_id"] for f in whole(api, dossier)["files"]] == [right]
    with scope.enter(scope.worker()):
        old = Attachment.objects.get(id=wrong)
    assert (old.removed_why, str(old.replaced_by_id)) == ("Quét nhầm giấy của người khác", right)
    status, body = api.act(
        CLERK, dossier, "digitise", component="01", file_ids=[draft(api, "ba")], replaces=wrong, note="x"
    )
    assert (status, body["errors"][0]["field"]) == (422, "replaces")


@pytest.mark.parametrize(
    ("params", "field"),
    [({"component": "99"}, "component"), ({}, "component"), ({"component": "01", "file_ids": []}, "file_ids")],
)
def test_a_scan_says_which_paper_and_brings_a_file(api: Api, params: dict[str, Any], field: str) -> None:
    dossier = api.receive()
    status, body = api.act(CLERK, dossier, "digitise", **params)
    assert (status, body["errors"][0]["field"]) == (422, field)


def test_only_the_counter_that_received_it_scans(api: Api) -> None:
    dossier = api.receive()
    kept = draft(api, login="tuphap.quynhson")
    assert api.act("tuphap.quynhson", dossier, "digitise", component="01", file_ids=[kept])[0] == 403
    kept = draft(api, login=OTHER)
    assert api.act(OTHER, dossier, "digitise", component="01", file_ids=[kept])[0] == 404
    stale = {**dossier, "version": 7}
    assert api.act(CLERK, stale, "digitise", component="01", file_ids=[draft(api)])[0] == 409


def test_a_missing_paper_that_is_scanned_counts_as_given(api: Api) -> None:
    components = [{"code": "01"}, {"code": "02"}, {"code": "03", "provided": False}]
    body = {**intake(), "components": components}
    status, dossier = api.post(CLERK, "/dossiers", body)
    if status == 422:
        pytest.skip("the third paper is required")
    api.act(CLERK, dossier, "digitise", component="03", file_ids=[draft(api)])
    with scope.enter(scope.worker()):
        assert Component.objects.get(case__code=dossier["code"], code="03").provided


# --- used again ---------------------------------------------------------------------------------------------------------------


def test_a_paper_of_an_earlier_dossier_is_used_again(api: Api) -> None:
    kept = draft(api)
    api.receive(components=with_files(c02=[kept]))
    again = whole(api, api.receive(components=with_files(c02=[kept])))
    assert [c["digitisation"] for c in again["components"]][:3] == [0, 2, 0]
    (file,) = again["files"]
    assert file["file_id"] != kept
    with scope.enter(scope.worker()):
        assert str(Attachment.objects.get(id=file["file_id"]).source_id) == kept
        assert StoredFile.objects.count() == 1


def test_a_paper_serves_only_the_same_component_of_the_same_person(api: Api) -> None:
    kept = draft(api)
    api.receive(components=with_files(c02=[kept]))
    stranger = {**intake()["applicant"], "full_name": "Lê Thị Ỷ", "citizen_number": "040190005678"}
    for changes in (
        {"components": with_files(c03=[kept])},
        {"components": with_files(c02=[kept]), "applicant": stranger},
    ):
        assert api.post(CLERK, "/dossiers", {**intake(), **changes})[0] == 422


def test_papers_outside_the_officers_scope_are_not_offered(api: Api) -> None:
    kept = draft(api)
    api.receive(components=with_files(c02=[kept]))
    body = {**intake(login=OTHER), "components": with_files(c02=[kept])}
    assert api.post(OTHER, "/dossiers", body)[0] == 422


def test_a_result_serves_where_a_component_asks_for_it() -> None:
    facts = SimpleNamespace
    source = facts(results=("Giấy khai sinh",), components=())
    wanted = facts(name="Bản sao Giấy khai sinh", database=None)
    assert attachments.serves("result", source, wanted) == Attachment.Digitisation.REUSED_RESULT
    assert attachments.serves("result", source, facts(name="Tờ khai", database=None)) is None


def test_the_page_offers_them_once_the_number_is_typed_and_logs_whose_were_looked_at(api: Api) -> None:
    kept = draft(api, name="Giấy chứng sinh.pdf")
    dossier = api.receive(components=with_files(c02=[kept]))
    clerk = signed_in()
    form = {"procedure": "1.001193", "shown": "1.001193:1:", "kind": "person", "citizen_number": "040090001234"}
    page = clerk.post("/tiep-nhan/da-co/", form).content.decode()
    assert f"Dùng lại “Giấy chứng sinh.pdf”: đã có từ hồ sơ {dossier['code']}" in page
    assert kept in page
    with scope.enter(scope.worker()):
        assert ReadLog.objects.filter(what="reuse", case__code=dossier["code"]).count() == 1
    assert kept not in clerk.post("/tiep-nhan/da-co/", {**form, "citizen_number": "040190005678"}).content.decode()
    assert kept not in signed_in(OTHER).post("/tiep-nhan/da-co/", form).content.decode()


# --- the pages -----------------------------------------------------------------------------------------------------------------


def signed_in(login: str = CLERK) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def typed(clerk: Client, **more: Any) -> dict[str, Any]:
    """The intake form of a birth as a clerk without script has filled it."""
    page = clerk.get("/tiep-nhan/?procedure=1.001193").content.decode()
    shown = page.split('name="shown" value="')[1].split('"')[0]
    return {
        "procedure": "1.001193",
        "shown": shown,
        "idempotency_key": "3f2b1c1e-0000-4000-8000-000000000001",
        "kind": "person",
        "citizen_number": "040090001234",
        "full_name": "Nguyễn Văn Ước",
        "components": ["01", "02", "03"],
        "return_method": "counter",
        "agency": "H41.170",
        "channel": "counter",
        **more,
    }


def upload(content: bytes, name: str = "giay.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def test_without_script_the_scans_come_with_the_form(api: Api) -> None:
    clerk = signed_in()
    two = [upload(papers.pdf(mark="1"), "mặt trước.pdf"), upload(papers.photo(), "mặt sau.jpg")]
    response = clerk.post("/tiep-nhan/", typed(clerk, upload_02=two))
    assert response.status_code == 302, response.content.decode()
    code = response.url.split("/")[2]
    assert [f["name"] for f in whole(api, {"code": code})["files"]] == ["mặt trước.pdf", "mặt sau.jpg"]
    again = clerk.post(
        "/tiep-nhan/",
        typed(clerk, upload_02=[upload(papers.pdf(mark="1"), "mặt trước.pdf"), upload(papers.photo(), "mặt sau.jpg")]),
    )
    assert again.url == response.url, "sent twice, it was received twice"


def test_a_refused_scan_comes_back_beside_its_paper_and_nothing_is_lost(api: Api) -> None:
    clerk = signed_in()
    sent = typed(clerk, upload_02=[upload(papers.pdf(), "tốt.pdf"), upload(b"MZ" + bytes(99), "xấu.pdf")])
    response = clerk.post("/tiep-nhan/", sent)
    page = response.content.decode()
    assert response.status_code == 422
    assert "“xấu.pdf” thật ra là một chương trình máy tính" in page
    assert 'value="Nguyễn Văn Ước"' in page
    kept = page.split('name="files_02" value="')[1].split('"')[0]
    sent.pop("upload_02")
    done = clerk.post("/tiep-nhan/", {**sent, "files_02": [kept]})
    assert [f["name"] for f in whole(api, {"code": done.url.split("/")[2]})["files"]] == ["tốt.pdf"]


def test_ten_megabytes_on_a_page_are_refused_in_words_too(api: Api) -> None:
    clerk = signed_in()
    response = clerk.post("/tiep-nhan/", typed(clerk, upload_01=[upload(papers.noise(10 << 20), "to.jpg")]))
    assert (response.status_code, "“to.jpg” lớn hơn 6 MB" in response.content.decode()) == (422, True)


def test_with_script_each_file_is_answered_by_its_line_or_its_sentence(api: Api) -> None:
    clerk = signed_in()
    good = clerk.post("/tep/", {"file": upload(papers.pdf(3), "giấy.pdf"), "name": "files_01"})
    assert (good.status_code, "3 trang" in good.content.decode()) == (201, True)
    bad = clerk.post("/tep/", {"file": upload(b"", "giấy.pdf"), "name": "files_01"})
    assert (bad.status_code, bad["Content-Type"], "trống" in bad.content.decode()) == (422, "text/plain", True)
    assert signed_in("tuphap.quynhson").post("/tep/", {"file": upload(papers.pdf())}).status_code == 403


def test_the_dossier_page_shows_files_and_tells_of_a_malicious_one(api: Api) -> None:
    kept = draft(api, name="giấy chứng sinh.pdf")
    dossier = api.receive(components=with_files(c02=[kept]))
    page = signed_in().get(f"/ho-so/{dossier['code']}/").content.decode()
    assert "giấy chứng sinh.pdf" in page
    assert "Chưa quét mã độc" in page
    assert "Đã số hóa" in page
    with scope.enter(scope.worker()):
        StoredFile.objects.update(state="rejected", finding="Eicar-Test-Signature")
    page = signed_in().get(f"/ho-so/{dossier['code']}/").content.decode()
    assert "Có tệp bị phần mềm quét mã độc từ chối" in page
    response = signed_in().get(f"/tep/{kept}/")
    assert (response.status_code, "mã độc" in response.content.decode()) == (410, True)
    assert signed_in().get(f"/tep/{kept}/anh.jpg").status_code == 404


def test_the_page_for_a_later_scan_replaces_with_a_reason(api: Api) -> None:
    wrong = draft(api, "sai")
    dossier = api.receive(components=with_files(c01=[wrong]))
    clerk, address = signed_in(), f"/ho-so/{dossier['code']}/digitise/"
    assert "Lý do thay" in clerk.get(f"{address}?thay={wrong}").content.decode()
    sent = {
        "version": dossier["version"],
        "component": "01",
        "replaces": wrong,
        "upload": upload(papers.pdf(mark="đúng"), "đúng.pdf"),
    }
    refused = clerk.post(address, sent)
    page = refused.content.decode()
    assert (refused.status_code, "Ghi lý do thay tệp." in page, "đúng.pdf" in page) == (422, True, True)
    kept = page.split('name="files" value="')[1].split('"')[0]
    sent = {"version": dossier["version"], "component": "01", "replaces": wrong, "files": kept, "note": "Quét nhầm"}
    assert clerk.post(address, sent).url == f"/ho-so/{dossier['code']}/"
    page = clerk.get(f"/ho-so/{dossier['code']}/").content.decode()
    assert "Tệp đã được thay hoặc gỡ" in page
    assert "Quét nhầm" in page
    assert signed_in("tuphap.quynhson").get(address).status_code == 403
    assert signed_in(OTHER).get(address).status_code == 404


# --- the applicant ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def asked(api: Api) -> dict[str, Any]:
    """A dossier of which two papers are asked for."""
    dossier = api.receive()
    items = {"items": ["Giấy chứng sinh bản chính", "Ảnh thẻ"], "note": "thiếu"}
    assert api.act(CLERK, dossier, "request_supplement", **items)[0] == 200
    return dossier


@pytest.fixture
def citizen(asked: dict[str, Any]) -> Client:
    client = Client()
    client.post("/tra-cuu/", {"code": asked["code"], "secret": asked["secret"]})
    return client


UPLOAD = "/tra-cuu/ho-so/bo-sung/tep/"


def test_the_applicant_answers_item_by_item_and_the_officer_sees_it(
    api: Api, asked: dict[str, Any], citizen: Client
) -> None:
    photo = upload(papers.photo(), "IMG_0412.jpg")
    assert citizen.post(UPLOAD, {"item": "1", "file": photo}).url == "/tra-cuu/ho-so/"
    assert "IMG_0412.jpg" in citizen.get("/tra-cuu/ho-so/").content.decode()
    (file,) = whole(api, asked)["files"]
    assert (file["part"], file["brought_by"]) == ("supplement.1.1", "applicant")
    assert get(api, CLERK, file["file_id"]).status_code == 200
    assert "người nộp gửi" in signed_in().get(f"/ho-so/{asked['code']}/").content.decode()


def sent_by(asked: dict[str, Any], item: int, content: bytes, secret: str | None = None) -> tuple[int, dict[str, Any]]:
    fields = {"item": item, "secret": secret or asked["secret"], "file": upload(content, "IMG_0412.jpg")}
    response = Client().post(f"/api/v1/track/{asked['code']}/files", fields)
    return response.status_code, response.json()


def answered(api: Api, asked: dict[str, Any], ids: list[str]) -> tuple[int, Any]:
    body = {"secret": asked["secret"], "act": "answer_supplement", "file_ids": ids}
    return api.post(None, f"/track/{asked['code']}/acts", body, **{"Idempotency-Key": "answer-1"})


def test_the_applicant_answers_with_files_by_the_api(api: Api, asked: dict[str, Any]) -> None:
    photo = papers.photo()
    status, file = sent_by(asked, 1, photo)
    assert (status, file["media_type"]) == (201, "image/jpeg")
    assert sent_by(asked, 1, photo) == (201, file), "the same once more is the same"
    told = answered(api, asked, [file["file_id"]])
    assert (told[0], bool(told[1]["supplement_declared_at"])) == (200, True)
    assert answered(api, asked, [file["file_id"]]) == told
    (stands,) = whole(api, asked)["files"]
    assert (stands["file_id"], stands["part"], stands["brought_by"]) == (file["file_id"], "supplement.1.1", "applicant")
    assert sent_by(asked, 1, photo)[0] == 409, "all was said to be there"


def test_an_answer_names_no_file_but_the_applicants_own(api: Api, asked: dict[str, Any]) -> None:
    officers = draft(api)
    status, told = answered(api, asked, [officers])
    assert (status, {e["field"] for e in told["errors"]}) == (422, {"file_ids"})
    assert whole(api, asked)["supplements"][0]["declared_at"] is None
    body = {"secret": asked["secret"], "act": "withdraw", "file_ids": [officers]}
    assert api.post(None, f"/track/{asked['code']}/acts", body)[0] == 422


def test_files_are_taken_for_what_was_asked_and_with_the_secret_alone(asked: dict[str, Any]) -> None:
    assert sent_by(asked, 9, papers.photo())[0] == 422
    assert sent_by(asked, 0, b"MZ" + bytes(99))[0] == 415
    assert sent_by(asked, 0, papers.photo(), secret="AAAAA-AAAAA-AAA")[0] == 404


def test_the_applicants_bad_file_is_refused_beside_the_item(citizen: Client) -> None:
    response = citizen.post(UPLOAD, {"item": "0", "file": upload(b"MZ" + bytes(99), "ảnh.jpg")})
    assert (response.status_code, "chương trình máy tính" in response.content.decode()) == (415, True)
    scripted = citizen.post(
        UPLOAD, {"item": "0", "file": upload(b"", "ảnh.jpg")}, headers={"X-Requested-With": "fetch"}
    )
    assert (scripted.status_code, "trống" in scripted.content.decode()) == (422, True)


def test_the_applicant_takes_a_wrong_one_back_until_all_is_declared(
    api: Api, asked: dict[str, Any], citizen: Client
) -> None:
    citizen.post(UPLOAD, {"item": "0", "file": upload(papers.photo(), "nhầm.jpg")})
    (file,) = whole(api, asked)["files"]
    citizen.post(f"{UPLOAD}go/", {"file": file["file_id"]})
    assert whole(api, asked)["files"] == []
    citizen.post(UPLOAD, {"item": "0", "file": upload(papers.photo(), "đúng.jpg")})
    citizen.post("/tra-cuu/ho-so/bo-sung/")
    (file,) = whole(api, asked)["files"]
    citizen.post(f"{UPLOAD}go/", {"file": file["file_id"]})
    citizen.post(UPLOAD, {"item": "0", "file": upload(papers.pdf(), "muộn.pdf")})
    assert [f["name"] for f in whole(api, asked)["files"]] == ["đúng.jpg"]


@pytest.mark.parametrize("item", ["2", "-1", "", "x", "999999999999999999999"])
def test_a_file_for_nothing_that_was_asked_is_not_kept(
    api: Api, asked: dict[str, Any], citizen: Client, item: str
) -> None:
    citizen.post(UPLOAD, {"item": item, "file": upload(papers.photo(), "a.jpg")})
    assert whole(api, asked)["files"] == []


def test_the_applicant_opens_only_what_they_sent(api: Api, asked: dict[str, Any], citizen: Client) -> None:
    kept = draft(api)
    assert api.act(CLERK, asked, "digitise", component="01", file_ids=[kept])[0] == 200
    citizen.post(UPLOAD, {"item": "0", "file": upload(papers.photo(), "a.jpg")})
    own = next(f["file_id"] for f in whole(api, asked)["files"] if f["brought_by"] == "applicant")
    assert citizen.get("/tra-cuu/ho-so/tep/", {"tep": own}).content == papers.photo()
    assert citizen.get("/tra-cuu/ho-so/tep/", {"tep": own, "nho": "1"}).status_code == 200
    assert citizen.get("/tra-cuu/ho-so/tep/", {"tep": kept}).status_code == 404
    another = api.receive()
    stranger = Client()
    stranger.post("/tra-cuu/", {"code": another["code"], "secret": another["secret"]})
    assert stranger.get("/tra-cuu/ho-so/tep/", {"tep": own}).status_code == 404
    assert Client().get("/tra-cuu/ho-so/tep/", {"tep": own}).url == "/tra-cuu/"


def test_papers_taken_at_the_counter_answer_the_round(api: Api, asked: dict[str, Any]) -> None:
    kept = draft(api)
    assert api.act(CLERK, asked, "supplement", components=["01"], file_ids=[kept])[0] == 200
    assert [f["part"] for f in whole(api, asked)["files"]] == ["supplement.1"]


def test_what_is_taken_back_counts_too_so_that_nobody_fills_the_disk(
    api: Api, asked: dict[str, Any], citizen: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attachments, "MOST_BROUGHT", 1)
    citizen.post(UPLOAD, {"item": "0", "file": upload(papers.photo(), "a.jpg")})
    (file,) = whole(api, asked)["files"]
    citizen.post(f"{UPLOAD}go/", {"file": file["file_id"]})
    response = citizen.post(UPLOAD, {"item": "0", "file": upload(papers.pdf(), "b.pdf")})
    assert (response.status_code, "quá nhiều tệp" in response.content.decode()) == (422, True)
