"""What is taken at the door and what is not, each refusal in a sentence: real files, through the API, as an integration sends them."""

from __future__ import annotations

import hashlib
import io
import threading
import tracemalloc
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.db import connections
from django.http import HttpResponse
from django.test import Client, RequestFactory

from motcua.demo import papers
from motcua.demo.fixtures import Api
from motcua.documents import storage
from motcua.documents.models import Attachment, StoredFile
from motcua.organisation import scope

CLERK = "tiepnhan.quynhson"


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    return settings.MEDIA_ROOT


def send(api: Api, content: bytes, name: str = "giay.pdf", login: str = CLERK, **headers: str) -> tuple[int, Any]:
    response = api.client.post(
        "/api/v1/files",
        {"file": SimpleUploadedFile(name, content)},
        headers={"Authorization": f"Bearer {api.token(login)}", **headers},
    )
    return response.status_code, response.json()


def send_named(api: Api, content: bytes, raw_name: bytes) -> tuple[int, Any]:
    """With the name exactly as given, which no decent client would send."""
    body = b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + raw_name + b'"\r\n'
    body += b"Content-Type: application/pdf\r\n\r\n" + content + b"\r\n--b--\r\n"
    response = api.client.post(
        "/api/v1/files",
        body,
        content_type="multipart/form-data; boundary=b",
        headers={"Authorization": f"Bearer {api.token(CLERK)}"},
    )
    return response.status_code, response.json()


def nothing_kept(home: Path) -> bool:
    with scope.enter(scope.worker()):
        rows = StoredFile.objects.count() + Attachment.objects.count()
    return rows == 0 and [p for p in home.rglob("*") if p.is_file()] == []


# --- taken ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "media_type", "pages"),
    [
        ("Giấy chứng sinh.pdf", papers.pdf(3), "application/pdf", 3),
        ("anh.jpg", papers.photo(), "image/jpeg", 1),
        ("Bản vẽ.PNG", papers.photo(kind="PNG"), "image/png", 1),
        ("hoa-don.xml", papers.signed_xml(), "application/xml", 0),
        ("không có đuôi", papers.pdf(), "application/pdf", 1),
    ],
    ids=["pdf", "jpeg", "png", "signed xml", "no ending"],
)
def test_what_a_counter_scans_is_taken(api: Api, name: str, content: bytes, media_type: str, pages: int) -> None:
    status, body = send(api, content, name)
    assert status == 201, body
    assert (
        body.items()
        >= {
            "name": name,
            "sha256": hashlib.sha256(content).hexdigest(),
            "media_type": media_type,
            "size": len(content),
            "pages": pages,
            "state": "not_scanned",
        }.items()
    )
    assert storage.get(body["sha256"]) == content


def test_what_the_client_declares_about_the_kind_is_not_believed(api: Api) -> None:
    sent = SimpleUploadedFile("giay", papers.pdf(), content_type="image/png")
    headers = {"Authorization": f"Bearer {api.token(CLERK)}"}
    assert api.client.post("/api/v1/files", {"file": sent}, headers=headers).json()["media_type"] == "application/pdf"


def test_the_first_page_gets_a_small_picture(api: Api) -> None:
    send(api, papers.pdf())
    with scope.enter(scope.worker()):
        preview = StoredFile.objects.get().preview
    assert storage.get(preview).startswith(b"\xff\xd8\xff")


def test_a_name_is_only_shown_and_never_a_path(api: Api, home: Path) -> None:
    _status, body = send(api, papers.pdf(), "Giấy\u202e khai \u200b sinh.pdf")
    assert body["name"] == "Giấy khai sinh.pdf"
    assert all("Gi" not in path.name for path in home.rglob("*"))


def test_the_same_content_again_is_the_same_draft_and_one_file(api: Api) -> None:
    content = papers.pdf()
    first, second = send(api, content), send(api, content, "khac.pdf")
    assert first == second


def test_the_same_key_is_the_same_answer_and_with_another_file_409(api: Api) -> None:
    key = {"Idempotency-Key": "quet-1"}
    first = send(api, papers.pdf(mark="a"), **key)
    assert send(api, papers.pdf(mark="a"), **key) == first
    assert send(api, papers.pdf(mark="b"), **key)[0] == 409


# --- refused ---------------------------------------------------------------------------------------------------------------


def with_script(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('x')")


def with_hidden_script(document: pikepdf.Pdf) -> None:
    """Deep in a page's additional actions, behind two arrays."""
    action = pikepdf.Dictionary(
        S=pikepdf.Name.GoTo, Next=pikepdf.Array([pikepdf.Array([]), pikepdf.Dictionary(JS="x")])
    )
    document.pages[0].obj.AA = pikepdf.Dictionary(O=action)


def with_launch(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")


def with_submit(document: pikepdf.Pdf) -> None:
    document.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F="http://example.vn")


def with_file(document: pikepdf.Pdf) -> None:
    document.attachments["hidden.exe"] = b"MZ"


def with_xfa(document: pikepdf.Pdf) -> None:
    document.Root.AcroForm = pikepdf.Dictionary(XFA=pikepdf.Array([]))


def with_video(document: pikepdf.Pdf) -> None:
    note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
    document.pages[0].obj.Annots = pikepdf.Array([document.make_indirect(note)])


def locked(**passwords: str) -> bytes:
    return papers.pdf(encryption=pikepdf.Encryption(**passwords))


@pytest.mark.parametrize(
    ("name", "content", "status", "words"),
    [
        ("giay.pdf", b"MZ\x90\0" + bytes(300), 415, "chương trình máy tính"),
        ("giay.pdf", b"\x7fELF" + bytes(300), 415, "chương trình máy tính"),
        ("giay.pdf", b"PK\x03\x04" + bytes(300), 415, "Word, Excel"),
        ("giay.pdf", b"<!DOCTYPE html><script>alert(1)</script>", 415, "trang web"),
        ("anh.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', 415, "trang web"),
        ("anh.jpg", b"\0\0\0\x18ftypheic" + bytes(50), 415, "Tương thích nhất"),
        ("anh.gif", b"GIF89a" + bytes(50), 415, "JPEG hoặc PNG"),
        ("giay.txt", "Tờ khai".encode(), 415, "không phải PDF hay ảnh"),
        ("giay.pdf", b"\n" + papers.pdf(), 415, "không phải PDF hay ảnh"),
        ("giay.jpg", papers.pdf(), 415, "vốn là tệp PDF"),
        ("giay.exe", papers.pdf(), 415, "vốn là tệp PDF"),
        ("giay.docx", papers.photo(), 415, "vốn là ảnh JPEG"),
        ("giay.pdf", b"", 422, "trống"),
        ("giay.pdf", b"%PDF-1.7 and nothing more", 422, "không mở được"),
        ("anh.jpg", papers.photo()[:2000], 422, "không mở được"),
        ("anh.png", papers.photo(kind="PNG")[:300], 422, "không mở được"),
        ("giay.pdf", locked(owner="a", user="b"), 422, "đặt mật khẩu"),
        ("giay.pdf", locked(owner="a", user=""), 422, "khóa quyền"),
        ("giay.pdf", papers.pdf(change=with_script), 422, "JavaScript"),
        (
            "giay.pdf",
            papers.pdf(change=with_script, object_stream_mode=pikepdf.ObjectStreamMode.generate),
            422,
            "JavaScript",
        ),
        ("giay.pdf", papers.pdf(change=with_hidden_script), 422, "JavaScript"),
        ("giay.pdf", papers.pdf(change=with_launch), 422, "mở chương trình"),
        ("giay.pdf", papers.pdf(change=with_submit), 422, "gửi hoặc nạp dữ liệu"),
        ("giay.pdf", papers.pdf(change=with_file), 422, "tệp khác đính kèm"),
        ("giay.pdf", papers.pdf(change=with_xfa), 422, "XFA"),
        ("giay.pdf", papers.pdf(change=with_video), 422, "video"),
        ("anh.png", papers.image_bomb(), 422, "60 triệu điểm ảnh"),
        ("a.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>', 422, "DTD"),
        ("a.xml", b'<?xml version="1.0"?><a/>', 422, "không có chữ ký số"),
    ],
    ids=[
        *("exe named pdf", "elf named pdf", "zip named pdf", "html named pdf", "svg named png", "heic", "gif", "text"),
        *("something before the pdf", "pdf named jpg", "pdf named exe", "jpeg named docx", "empty", "no pdf inside"),
        *("half a jpeg", "half a png", "password", "owner's password", "script", "script in an object stream"),
        *(
            "hidden script",
            "launch",
            "submit",
            "embedded file",
            "xfa",
            "video",
            "image bomb",
            "xml with dtd",
            "xml unsigned",
        ),
    ],
)
def test_a_bad_file_is_refused_in_words_and_nothing_is_kept(
    api: Api, home: Path, name: str, content: bytes, status: int, words: str
) -> None:
    found, problem = send(api, content, name)
    assert (found, problem["errors"][0]["field"]) == (status, "file"), problem
    assert words in problem["detail"]
    assert nothing_kept(home)


def test_a_pdf_that_unpacks_to_gigabytes_is_refused_and_the_server_lives(api: Api, home: Path) -> None:
    bomb = papers.pdf_bomb()
    assert len(bomb) < 4 << 20
    status, problem = send(api, bomb)
    assert (status, nothing_kept(home)) == (422, True), problem
    assert "phức tạp" in problem["detail"] or "không mở được" in problem["detail"]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"../../../etc/passwd.pdf", "đường dẫn"),
        (b"..\\\\..\\\\windows\\\\a.pdf", "đường dẫn"),
        (b"..&#x2F;..&#x2F;a.pdf", "đường dẫn"),
        (b"..", "đường dẫn"),
        (b"giay\0.exe.pdf", "NUL"),
        (b"giay\x1b[2J.pdf", "NUL"),
    ],
)
def test_a_name_that_climbs_or_hides_is_refused_in_words(api: Api, home: Path, raw: bytes, words: str) -> None:
    status, problem = send_named(api, papers.pdf(), raw)
    assert (status, nothing_kept(home)) == (422, True), problem
    assert words in problem["detail"]


def test_ten_megabytes_are_refused_with_the_limit_named(api: Api, home: Path) -> None:
    status, problem = send(api, papers.noise(10 << 20), "anh.jpg")
    assert (status, nothing_kept(home)) == (413, True), problem
    assert "lớn hơn 6 MB" in problem["detail"]


def test_a_file_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(api: Api, settings: Any) -> None:
    content = papers.pdf()
    settings.MOTCUA_FILE_BYTES = len(content)
    assert send(api, content)[0] == 201
    assert send(api, content + b"\n")[0] == 413


def test_a_gigabyte_is_refused_before_it_is_read(api: Api) -> None:
    response = api.client.post(
        "/api/v1/files",
        b"",
        content_type="multipart/form-data; boundary=b",
        headers={"Authorization": f"Bearer {api.token(CLERK)}"},
        CONTENT_LENGTH=str(1 << 30),
    )
    assert (response.status_code, response.json()["detail"]) == (413, "Nội dung gửi lên tối đa 32 MB.")


@pytest.mark.parametrize("body", [b"", b"--b\r\nContent-Disposition: form-data", b"--c--"])
def test_what_is_no_upload_is_said_to_be_none(api: Api, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {api.token(CLERK)}"}
    sent = api.client.post("/api/v1/files", body, content_type="multipart/form-data; boundary=b", headers=headers)
    assert sent.status_code == 422
    bad = api.client.post("/api/v1/files", body, content_type="multipart/form-data", headers=headers)
    assert bad.status_code == 400 or not body


def test_without_a_token_nothing_is_taken(db: None, home: Path) -> None:
    response = Client().post("/api/v1/files", {"file": SimpleUploadedFile("a.pdf", papers.pdf())})
    assert (response.status_code, nothing_kept(home)) == (401, True)


EDGE = b"between-the-parts-of-a-request"  # long: in five megabytes of noise a short one occurs


def test_an_upload_is_never_whole_in_memory(api: Api) -> None:
    body = (
        b"--"
        + EDGE
        + b'\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        + papers.noise(5 << 20)
    )
    body += b"\r\n--" + EDGE + b"--\r\n"
    api.token(CLERK)
    tracemalloc.start()
    try:
        response = post_stream(api, body)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert response.status_code == 201
    assert peak < 2 << 20, peak


def test_a_full_disk_is_said_and_no_row_is_made(api: Api, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "scratch", full)
    status, problem = send(api, papers.pdf())
    assert (status, nothing_kept(home)) == (507, True), problem
    assert "hết chỗ" in problem["detail"]


def full() -> Any:
    raise OSError(28, "No space left on device")


def post_stream(api: Api, body: bytes) -> HttpResponse:
    """Through the whole of Django, the body read from a stream as from a server."""
    asked = RequestFactory().post(
        "/api/v1/files",
        headers={"Authorization": f"Bearer {api.token(CLERK)}"},
        content_type=f"multipart/form-data; boundary={EDGE.decode()}",
    )
    stream = {"wsgi.input": io.BytesIO(body), "CONTENT_LENGTH": str(len(body))}
    return WSGIHandler().get_response(WSGIRequest({**asked.environ, **stream}))


# --- at once -----------------------------------------------------------------------------------------------------------------


def test_two_uploads_of_one_content_at_once_are_one_file(fresh_demo: Api, home: Path) -> None:
    content = papers.pdf(5)
    logins = [CLERK, CLERK, "tiepnhan.tanmai", "tiepnhan.tanmai"]
    tokens = [fresh_demo.token(login) for login in logins]
    answers: list[Any] = []

    def one(token: str) -> None:
        sent = SimpleUploadedFile("a.pdf", content)
        try:
            answers.append(Client().post("/api/v1/files", {"file": sent}, headers={"Authorization": f"Bearer {token}"}))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=one, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [answer.status_code for answer in answers] == [201] * 4
    assert len({answer.json()["file_id"] for answer in answers}) == 2  # a draft for each officer
    with scope.enter(scope.worker()):
        assert StoredFile.objects.count() == 1
