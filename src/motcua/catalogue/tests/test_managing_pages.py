"""The pages under /danh-muc/: what a manager sees and sends, without a script."""

import re
from datetime import datetime
from html import unescape

import pytest
from django.test import Client

from motcua.catalogue import queries_managing, services_drafts
from motcua.catalogue.models import Draft, ProcedureVersion, ProvincialFee, Synonym, SystemOfRecord
from motcua.demo.fixtures import principal_of
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.worktime import clock

PERMIT, BIRTH = "1.013225", "1.001193"
MANAGER = "danhmuc.nghean"


@pytest.fixture
def at(demo):
    """A signed-in officer's browser."""

    def client(login: str) -> Client:
        found = Client()
        found.force_login(Account.objects.get(login=login))
        return found

    with clock.freeze(datetime(2026, 11, 28, 9, 0, tzinfo=clock.TZ)):
        yield client


def text(response, status=200):
    assert response.status_code == status, response.content.decode()[:500]
    return unescape(response.content.decode())


def boxes(page: str) -> dict[str, str]:
    """What the form of a draft holds, as a browser would send it back."""
    form = page[page.index('<form method="post" novalidate data-guard data-many') :]
    found = dict(re.findall(r'<input type="(?:hidden|text)" name="([^"]+)"(?: id="[^"]*")? value="([^"]*)"', form))
    found |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)" id="[^"]*" checked', form), "on")
    found |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\n?([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        first = re.search(r'<option value="([^"]*)"', options)
        found[name] = (chosen or first).group(1)
    found["levels"] = re.findall(r'name="levels" value="(\w+)" id="[^"]*" checked', form)
    found.pop("csrfmiddlewaretoken", None)
    return found


def drafts():
    with scope.enter(scope.worker()):
        return list(Draft.objects.all())


def begin(client, code=PERMIT, **more):
    response = client.post(f"/danh-muc/{code}/soan/", more)
    assert response.status_code == 302
    return response["Location"]


# --- reading ---


@pytest.mark.parametrize("login", [MANAGER, "theodoi.nghean", "giamdoc.quynhson", "xaydung.quynhson"])
def test_every_officer_reads_the_catalogue_and_only_the_manager_is_offered_to_change_it(at, login):
    client = at(login)
    listed, one = text(client.get("/danh-muc/")), text(client.get(f"/danh-muc/{PERMIT}/"))

    assert f'href="/danh-muc/{PERMIT}/"' in text(client.get("/danh-muc/", {"q": "giay phep xay dung"}))
    for page in (listed, one):
        assert ("/danh-muc/moi/" in page or "Soạn phiên bản mới" in page) == (login == MANAGER)
    assert "Quy trình nội bộ của tỉnh" in one


def test_the_public_does_not_see_the_managers_pages(at):
    assert "/dang-nhap/" in Client().get("/danh-muc/")["Location"]


@pytest.mark.parametrize(
    "query",
    [{}, {"state": "no_limit"}, {"field": "Hộ tịch"}, {"level": "commune"}, {"q": "khai sinh"}, {"cursor": "2"},
     {"state": "x", "cursor": "99999999"}, {"q": "\0'%"}],
)  # fmt: skip
def test_the_list_answers_whatever_is_asked(at, query):
    text(at(MANAGER).get("/danh-muc/", query))


def test_two_versions_stand_side_by_side_with_changed_words_marked(at):
    page = text(at("theodoi.nghean").get(f"/danh-muc/{PERMIT}/so-sanh/", {"a": "1", "b": "2"}))

    assert re.search(r"<del>.*?15.*?</del>", page)
    assert re.search(r"<ins>.*?7.*?</ins>", page)
    assert "dòng không đổi" in page
    assert "giống hệt" in text(at(MANAGER).get(f"/danh-muc/{PERMIT}/so-sanh/", {"a": "2", "b": "2"}))


@pytest.mark.parametrize("path", ["/danh-muc/9.999999/", "/danh-muc/9.999999/so-sanh/", "/danh-muc/x/"])
def test_an_unknown_procedure_is_not_found(at, path):
    text(at(MANAGER).get(path), 404)


@pytest.mark.parametrize("act", ["bai-bo", "thay-the", "he-thong", "tai-tinh", "muc-thu"])
def test_others_are_told_in_a_sentence_that_an_act_is_not_theirs(at, act):
    assert "Quản lý danh mục thủ tục" in text(at("chutich.quynhson").get(f"/danh-muc/{PERMIT}/{act}/"), 403)
    assert "Quản lý danh mục thủ tục" in text(at("chutich.quynhson").post(f"/danh-muc/{PERMIT}/{act}/"), 403)
    text(at(MANAGER).get(f"/danh-muc/{PERMIT}/{act}/"))


@pytest.mark.parametrize("tail", ["", "xem-truoc/", "cong-bo/"])
def test_a_draft_is_the_manager_s_alone(at, tail):
    address = begin(at(MANAGER))

    text(at(MANAGER).get(address + tail))
    text(at("theodoi.nghean").get(address + tail), 403)
    text(at("theodoi.nghean").post(f"/danh-muc/{PERMIT}/soan/"), 403)


# --- a version, without a script ---


def test_a_form_sent_back_as_it_came_changes_nothing(at):
    client = at(MANAGER)
    address = begin(client)
    (before,) = drafts()

    assert client.post(address, {**boxes(text(client.get(address))), "do": "save"}).status_code == 302

    (after,) = drafts()
    assert (after.content, after.version) == (before.content, before.version)


def test_rows_come_and_go_by_buttons_and_keep_what_was_typed_beside_them(at):
    client = at(MANAGER)
    address = begin(client)
    sent = {**boxes(text(client.get(address))), "components.0.originals": "hai", "do": "add:components"}
    response = client.post(address, sent)

    assert response["Location"].endswith("#o-components")
    page = text(client.get(address))
    assert 'name="components.6.name"' in page
    assert 'value="hai"' in page
    assert "Viết một số từ 0 đến 9999." in page
    client.post(address, {**boxes(page), "do": "remove:components:6"})
    assert 'name="components.6.name"' not in text(client.get(address))


def test_a_version_goes_from_draft_over_preview_to_the_public_page(at):
    client = at(MANAGER)
    address = begin(client)
    sent = boxes(text(client.get(address))) | {
        "head.valid_from": "28/11/2026",
        "head.checked_on": "27112026",
        "head.publication_decision": "99/QĐ-BXD",
        "components.0.name": "Đơn theo mẫu mới",
    }
    assert client.post(address, {**sent, "do": "preview"})["Location"] == f"{address}xem-truoc/"
    preview = text(client.get(f"{address}xem-truoc/"))
    assert "Đơn theo mẫu mới" in preview
    assert "chưa công bố" in preview
    assert "Đơn theo mẫu mới" not in text(Client().get(f"/thu-tuc/{PERMIT}/"))
    last = text(client.get(f"{address}cong-bo/"))
    assert "<ins>" in last
    seen = re.search(r'name="seen" value="(\d+)"', last).group(1)

    response = client.post(f"{address}cong-bo/", {"seen": seen})

    assert response["Location"] == f"/danh-muc/{PERMIT}/"
    page = text(client.get(f"/danh-muc/{PERMIT}/"))
    assert "Đã công bố phiên bản 3" in page
    assert "Lương Văn Ẩn công bố trên trang" in page
    assert "Đơn theo mẫu mới" in text(Client().get(f"/thu-tuc/{PERMIT}/"))
    assert "Không có bản nháp nào" in text(client.get("/danh-muc/ban-nhap/"))
    text(client.post(f"{address}cong-bo/", {"seen": seen}), 404)


def test_a_faulty_draft_is_not_published_and_says_why(at):
    client = at(MANAGER)
    address = begin(client)
    page = text(client.post(f"{address}cong-bo/", {"seen": "1"}), 422)

    assert "Nêu ngày bắt đầu có hiệu lực." in page
    with scope.enter(scope.worker()):
        assert ProcedureVersion.objects.filter(procedure_id=PERMIT).count() == 2


def test_the_second_of_two_windows_keeps_what_was_typed_and_may_save_it_over_the_first(at):
    client = at(MANAGER)
    address = begin(client)
    first = boxes(text(client.get(address)))
    client.post(address, {**first, "head.short_name": "Của cửa sổ một", "do": "save"})

    page = text(client.post(address, {**first, "head.short_name": "Của cửa sổ hai", "do": "save"}), 409)

    assert "Lương Văn Ẩn đã lưu bản nháp này" in page
    assert 'value="Của cửa sổ hai"' in page
    assert client.post(address, {**boxes(page), "do": "save"}).status_code == 302
    assert drafts()[0].content["head"]["short_name"] == "Của cửa sổ hai"


def test_what_is_typed_into_a_draft_that_is_gone_is_given_back(at):
    client = at(MANAGER)
    address = begin(client)
    sent = boxes(text(client.get(address)))
    client.post(f"{address}bo/", {"seen": sent["seen"]})

    page = text(client.post(address, {**sent, "head.short_name": "Còn đây", "do": "save"}), 409)

    assert 'value="Còn đây"' in page
    assert "Xem lại và công bố" not in page


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"seen": "x", "do": "remove:cases:99999999"},
        {"seen": "1", "head.name": "\0" * 5 + "x" * 30_000, "do": "save"},
        {"seen": "1", "cases.0.amount": "1e9", "cases.0.unit": "days", "fees.7.amount": "²", "do": "up:fees:²"},
        {"seen": "1", "kind": "process", "steps.0.hours": "NaN"},
        {"seen": "1", "components.0.originals": "٣", "head.valid_from": "٣٢/١٢/٢٠٢٦", "policies.0.key": "x"},
    ],
)
def test_no_input_is_ever_an_error_of_ours(at, sent):
    client = at(MANAGER)
    address = begin(client)
    assert client.post(address, sent).status_code in (302, 409)
    assert client.get(address).status_code == 200
    assert client.get(f"{address}xem-truoc/").status_code == 200
    assert client.get(f"{address}cong-bo/").status_code == 200
    assert client.post(f"{address}kiem-tra/", sent).status_code == 404


# --- a process, without a script ---


def test_the_table_of_steps_says_what_is_wrong_beside_each_row_and_gives_out_what_is_left(at):
    client = at(MANAGER)
    address = begin(client, kind="process", case="house")
    sent = boxes(text(client.get(address)))
    for index in range(7):
        sent[f"steps.{index}.hours"] = "4" if index < 2 else ""
    sent |= {"head.valid_from": "28/11/2026", "head.instrument": "12/QĐ-UBND", "steps.4.division_kind": "economy"}

    live = text(client.post(f"{address}kiem-tra/", sent))
    assert "Còn 48 giờ." in live
    assert re.search(r'data-for="step-4">\s*<p class="field__error">Bước 5: ở Phòng Kinh tế', live)
    assert drafts()[0].content["steps"][4]["division_kind"] == "leadership"

    client.post(address, {**sent, "steps.4.division_kind": "leadership", "do": "distribute"})
    page = text(client.get(address))
    assert "Vừa đủ." in page
    assert boxes(page)["steps.2.hours"] == "12"
    moved = client.post(address, {**boxes(page), "do": "down:steps:0"})
    assert moved["Location"].endswith("#o-steps")
    assert "Bước đầu phải là tiếp nhận" in text(client.get(address))


def test_a_process_longer_than_the_law_is_not_issued(at):
    client = at(MANAGER)
    address = begin(client, kind="process", case="house")
    sent = boxes(text(client.get(address)))
    sent |= {"head.valid_from": "28/11/2026", "head.instrument": "12/QĐ-UBND", "head.amount": "8"}
    client.post(address, {**sent, "do": "distribute"})
    seen = boxes(text(client.get(address)))["seen"]

    assert "dài hơn thời hạn của thủ tục" in text(client.post(f"{address}cong-bo/", {"seen": seen}), 422)


def test_a_process_is_issued(at):
    client = at(MANAGER)
    address = begin(client, kind="process", case="house")
    sent = boxes(text(client.get(address))) | {"head.valid_from": "28/11/2026", "head.instrument": "12/QĐ-UBND"}
    client.post(address, {**sent, "do": "publish"})
    seen = boxes(text(client.get(address)))["seen"]

    assert client.post(f"{address}cong-bo/", {"seen": seen}).status_code == 302
    assert "Đã ban hành quy trình số" in text(client.get(f"/danh-muc/{PERMIT}/"))


# --- short forms ---


def test_a_new_procedure_begins_with_its_code(at):
    client = at(MANAGER)
    refused = text(client.post("/danh-muc/moi/", {"code": PERMIT, "ministry": "Bộ Thử"}), 422)
    assert "đã có trong danh mục" in refused
    assert 'value="Bộ Thử"' in refused
    address = client.post("/danh-muc/moi/", {"code": "9.100009", "ministry": "Bộ Thử"})["Location"]
    assert "Soạn phiên bản 1" in text(client.get(address))


def test_abolition_system_fee_and_succession_are_recorded_and_shown(at):
    client = at(MANAGER)
    base = f"/danh-muc/{PERMIT}"
    for path, sent in (
        ("he-thong", {"system": "ministry:land", "valid_from": "1/12/2026", "instrument": "5/QĐ-BXD"}),
        ("muc-thu", {"line": "0", "amount": "75.000", "valid_from": "1/12/2026", "instrument": "7/NQ-HĐND"}),
        ("thay-the", {"new": BIRTH, "valid_from": "1/12/2026", "instrument": "6/QĐ-BXD"}),
        ("bai-bo", {"valid_from": "1/1/2027", "decision": "8/QĐ-BXD", "source": "Cổng Dịch vụ công"}),
    ):
        assert client.post(f"{base}/{path}/", sent)["Location"] == f"{base}/", path
    page = text(client.get(f"{base}/"))
    for shown in ("Hệ thống thông tin đất đai", "75.000", "được thay bằng", "bãi bỏ"):
        assert shown in page, shown
    with scope.enter(scope.worker()):
        assert (SystemOfRecord.objects.count(), ProvincialFee.objects.filter(procedure_id=PERMIT).count()) == (1, 1)


def test_a_refused_short_form_keeps_what_was_typed(at):
    client = at(MANAGER)
    page = text(
        client.post(f"/danh-muc/{PERMIT}/muc-thu/", {"line": "0", "amount": "nhiều", "instrument": "7/NQ"}), 422
    )

    assert 'value="nhiều"' in page
    assert "Viết mức thu bằng số" in page


def test_of_two_who_change_how_the_province_carries_a_procedure_the_second_sees_what_changed(at):
    client = at(MANAGER)
    address = f"/danh-muc/{PERMIT}/tai-tinh/"
    seen = re.search(r'name="seen" value="([^"]*)"', text(client.get(address)))
    sent = {"seen": seen.group(1) if seen else "", "published": "on", "synonyms": "xin xây nhà"}
    assert client.post(address, sent).status_code == 302

    page = text(client.post(address, {**sent, "synonyms": "làm nhà"}), 409)

    assert "Người khác vừa sửa" in page
    assert "xin xây nhà" in page
    assert "làm nhà" in page
    again = re.search(r'name="seen" value="([^"]*)"', page).group(1)
    assert client.post(address, {**sent, "seen": again, "synonyms": "làm nhà"}).status_code == 302


# --- words ---


def test_a_synonym_is_tried_before_it_is_added(at):
    client = at(MANAGER)
    sent = {"said": "giấy bìa hồng", "meant": "cấp giấy phép xây dựng", "question": "xin giấy bìa hồng"}
    trial = text(client.post("/danh-muc/tu-dong-nghia/", {**sent, "do": "try"}))

    assert "Khi có từ này" in trial
    after = trial[trial.index("Khi có từ này") :]
    assert "giấy bìa hồng → cấp giấy phép xây dựng" in after
    assert 'value="giấy bìa hồng"' in trial
    assert client.post("/danh-muc/tu-dong-nghia/", {**sent, "do": "add"}).status_code == 302
    assert "giấy bìa hồng" in text(client.get("/danh-muc/tu-dong-nghia/", {"q": "bia hong"}))
    with scope.enter(scope.worker()):
        row = Synonym.objects.get(said="giấy bìa hồng")
    client.post(f"/danh-muc/tu-dong-nghia/{row.id}/", {"active": "0"})
    assert "Đã tắt" in text(client.get("/danh-muc/tu-dong-nghia/", {"q": "bia hong"}))
    text(at("theodoi.nghean").post("/danh-muc/tu-dong-nghia/", {**sent, "do": "add"}), 403)


def test_a_question_without_a_click_becomes_a_synonym_or_is_dealt_with(at):
    for question in ("giấy bìa hồng", "giấy bìa hồng", "đổi tên đường"):
        Client().get("/thu-tuc/", {"q": question})
    client = at(MANAGER)
    page = text(client.get("/danh-muc/cau-hoi/"))
    assert page.index("giay bia hong") < page.index("doi ten duong")
    link = re.search(r'href="(/danh-muc/tu-dong-nghia/\?said=giay[^"]+)"', page).group(1)
    assert 'name="asked" value="giay bia hong"' in text(client.get(link))
    sent = {"said": "giấy bìa hồng", "meant": "giấy phép xây dựng", "asked": "giay bia hong", "do": "add"}
    client.post("/danh-muc/tu-dong-nghia/", sent)
    client.post("/danh-muc/cau-hoi/", {"question": "doi ten duong"})

    assert "Không có câu hỏi nào bị bỏ ngỏ" in text(client.get("/danh-muc/cau-hoi/"))


def test_who_only_reads_sees_words_and_questions_without_buttons(at):
    Client().get("/thu-tuc/", {"q": "giấy bìa hồng"})
    client = at("theodoi.nghean")

    assert "Tạo từ đồng nghĩa" not in text(client.get("/danh-muc/cau-hoi/"))
    assert "Thử trước" not in text(client.get("/danh-muc/tu-dong-nghia/"))
    text(client.post("/danh-muc/cau-hoi/", {"question": "giay bia hong"}), 403)


def test_a_draft_of_another_province_is_not_there(at):
    begin(at(MANAGER))
    (draft,) = drafts()
    with scope.enter(scope.Scope("province", 38)):
        assert queries_managing.draft(38, draft.id) is None
        assert not Draft.objects.exists()
    with scope.enter(principal_of(MANAGER).scope):
        assert services_drafts.save(principal_of(MANAGER), draft.id, draft.version, draft.content).id == draft.id
