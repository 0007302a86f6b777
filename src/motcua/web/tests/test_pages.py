"""The front page, the frame of every page, and the pages of what went wrong."""

from uuid import UUID

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.http import HttpResponse, HttpResponseNotAllowed

from motcua.config.problems import LARGEST_BODY
from motcua.organisation.errors import Conflict, NotAuthenticated, NotFound, RuleBroken, TooManyRequests
from motcua.organisation.principal import Principal
from motcua.web import errors, navigation, views
from motcua.web.middleware import ErrorPages, Language

ID = UUID(int=1)


def officer(*roles: str, others: tuple[tuple[UUID, str], ...] = ()) -> Principal:
    return Principal(
        account_id=ID, officer_id=ID, officer_name="Nguyễn Thị Hường", position_id=ID, position_title="Chuyên viên",
        roles=frozenset(roles), agency_id=ID, agency_code="H41.40.12", agency_name="Ủy ban nhân dân phường Thành Vinh",
        calendar_code="vn", division_id=ID, division_kind="service_centre", division_name="Trung tâm", province_id=40, others=others,
    )  # fmt: skip


def answered(rf, response: HttpResponse | Exception, path: str = "/ho-so/") -> HttpResponse:
    """What the reader gets when the view below answers, or raises, ``response``."""
    request = rf.get(path)
    if isinstance(response, Exception):
        return ErrorPages(lambda _request: HttpResponse()).process_exception(request, response)
    return ErrorPages(lambda _request: response)(request)


@pytest.mark.django_db
def test_the_front_page_asks_for_both_codes_and_sends_them_unseen(client):
    html = client.get("/").content.decode()
    assert 'name="code"' in html
    assert 'name="secret"' in html
    assert '<form class="sheet" method="post" action="/tra-cuu/"' in html
    assert "Tỉnh Nghệ An" in html


@pytest.mark.django_db
def test_the_page_of_components_shows_every_one(client):
    html = client.get("/ky-hieu/").content.decode()
    for part in (
        "error-summary",
        "summary",
        "timeline",
        "notification--done",
        "deadline--late",
        "table--stack",
        "pagination",
        "figures",
    ):
        assert f'class="{part}' in html or f" {part}" in html


@pytest.mark.django_db
def test_a_demo_says_so_on_every_page(client, settings):
    assert "BẢN DEMO" not in client.get("/").content.decode()
    settings.MOTCUA_DEMO = True
    assert "BẢN DEMO" in client.get("/").content.decode()


@pytest.mark.django_db
def test_an_officer_sees_name_and_post_and_signs_out_by_post(rf):
    request = rf.get("/")
    request.principal = officer("receiver")
    html = views.front(request).content.decode()
    assert "Nguyễn Thị Hường" in html
    assert 'method="post" action="/dang-xuat/"' in html
    assert "menu__choice" not in html


@pytest.mark.django_db
def test_an_officer_with_two_posts_can_change_between_them(rf):
    request = rf.get("/")
    request.principal = officer("receiver", others=((UUID(int=2), "Chuyên viên, Phòng Kinh tế"),))
    assert f'name="position" value="{UUID(int=2)}"' in views.front(request).content.decode()


@pytest.mark.django_db
def test_an_unknown_address_is_a_calm_page(client):
    response = client.get("/khong-co/")
    assert response.status_code == 404
    assert "Không tìm thấy trang" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("status", [400, 403, 404, 405, 409, 413, 422, 429])
def test_every_error_page_says_what_is_wrong_and_what_to_do(rf, status):
    html = errors.page(rf.post("/"), status).content.decode()
    assert str(errors.PAGES[status].what) in html
    assert str(errors.PAGES[status].todo) in html


@pytest.mark.parametrize("status", [500, 503, 507])
def test_the_pages_of_a_broken_system_need_no_database(rf, status):
    """Without the mark ``django_db`` any query fails this test."""
    response = errors.page(rf.get("/"), status)
    assert response.status_code == status
    assert str(errors.PAGES[status].todo) in response.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("refusal", "status"),
    [
        (Conflict("Chị Ánh vừa chuyển hồ sơ."), 409),
        (NotFound("Không có hồ sơ này."), 404),
        (RuleBroken.of("code", "Thiếu mã."), 422),
    ],
)
def test_a_refusal_of_a_service_becomes_a_page_with_its_own_words(rf, refusal, status):
    response = answered(rf, refusal)
    assert response.status_code == status
    assert refusal.detail in response.content.decode()


@pytest.mark.django_db
def test_who_tried_too_often_is_told_when_to_come_back(rf):
    response = answered(rf, TooManyRequests("Thử lại sau 5 phút.", 300))
    assert (response.status_code, response["Retry-After"]) == (429, "300")


def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(rf):
    response = answered(rf, NotAuthenticated("Đăng nhập trước."), "/ho-so/?trang=2")
    assert response.status_code == 302
    assert response["Location"].endswith("?next=%2Fho-so%2F%3Ftrang%3D2")


def test_a_database_out_of_reach_is_a_pause_and_not_a_fault(rf):
    response = answered(rf, OperationalError("server closed the connection"))
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "server closed" not in response.content.decode()


def test_other_faults_are_left_to_the_handler_of_500(rf):
    assert answered(rf, ValueError()) is None


@pytest.mark.django_db
def test_a_bare_answer_becomes_a_page_and_keeps_its_headers(rf):
    response = answered(rf, HttpResponseNotAllowed(["POST"]))
    assert (response.status_code, response["Allow"]) == (405, "POST")
    assert "Trang này không nhận cách gửi đó" in response.content.decode()


def test_an_answer_with_words_of_its_own_stays(rf):
    assert answered(rf, HttpResponse("đã có nội dung", status=409)).content.decode() == "đã có nội dung"


@pytest.mark.parametrize("path", ["/api/v1/dossiers", "/health/ready"])
def test_the_api_is_left_alone(rf, path):
    assert answered(rf, HttpResponse(status=409), path).content == b""
    assert answered(rf, Conflict("x"), path) is None


@pytest.mark.django_db
def test_too_large_a_body_is_named_as_such(rf):
    assert views.bad_request(rf.get("/"), RequestDataTooBig()).status_code == 413
    assert views.bad_request(rf.get("/"), ValueError()).status_code == 400


def spoken(rf, **request) -> str:
    return Language(lambda r: HttpResponse(r.LANGUAGE_CODE))(rf.get("/", **request)).content.decode()


def test_the_pages_are_vietnamese_whatever_the_browser_announces(rf):
    assert spoken(rf, headers={"accept-language": "en-US,en;q=0.9"}) == "vi"


@pytest.mark.parametrize(("cookie", "language"), [("en", "en"), ("vi", "vi"), ("xx", "vi"), ("../", "vi")])
def test_the_reader_may_choose_the_language(rf, cookie, language):
    rf.cookies["django_language"] = cookie
    assert spoken(rf) == language


def test_a_reader_sees_only_the_entries_of_their_roles():
    public = [item.label for item in navigation.items("/", None)]
    assert public[0] == "Tra cứu hồ sơ"
    specialist = [item.label for item in navigation.items("/", officer("specialist"))]
    assert "Tiếp nhận hồ sơ" not in specialist
    assert "Tra cứu hồ sơ" not in specialist


def test_the_entry_of_the_present_page_is_marked():
    assert [item.current for item in navigation.items("/", None) if item.href == "/"] == [True]
    assert not any(item.current for item in navigation.items("/khac/", None) if item.href == "/")


@pytest.mark.parametrize("path", ["/to-chuc/H41/", "/can-bo/", "/uy-quyen/them/", "/vang-mat/"])
def test_one_is_still_in_an_entry_on_pages_that_lie_elsewhere(path):
    marked = [item.label for item in navigation.items(path, officer("specialist")) if item.current]
    assert marked == ["Tổ chức"]


@pytest.mark.django_db
def test_what_a_rule_refuses_to_who_only_looks_asks_for_no_correction(rf):
    said = errors.page(rf.get("/"), 422, "Thủ tục này không nhận hồ sơ trực tuyến.").content.decode()
    assert "Thủ tục này không nhận hồ sơ trực tuyến." in said
    assert "sửa các mục" not in said
    assert "sửa các mục" in errors.page(rf.post("/"), 422).content.decode()


@pytest.mark.django_db
def test_a_file_larger_than_we_read_is_refused_before_it_fills_the_disk(client):
    scan = SimpleUploadedFile("a.pdf", b"x" * (LARGEST_BODY + 1))
    response = client.post("/dang-nhap/", {"login": "a", "password": "b", "scan": scan})
    assert response.status_code == 413
    assert "Tệp hoặc nội dung quá lớn" in response.content.decode()
