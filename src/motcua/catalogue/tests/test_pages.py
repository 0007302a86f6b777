"""What a citizen sees before going anywhere."""

import re
from datetime import datetime

import pytest
from django.test import Client

from motcua.catalogue.models import QuestionLog
from motcua.organisation import scope
from motcua.worktime import clock


@pytest.fixture
def client(demo):
    with clock.freeze(datetime(2026, 11, 22, 9, 0, tzinfo=clock.TZ)):
        yield Client()


def text(response, status=200):
    assert response.status_code == status
    return response.content.decode()


def questions():
    with scope.enter(scope.worker()):
        return list(QuestionLog.objects.values_list("question", "clicked"))


def test_without_a_question_the_common_procedures_stand_there(client):
    page = text(client.get("/thu-tuc/"))

    assert 'href="/thu-tuc/1.001193/"' in page
    assert questions() == []


def test_an_answer_says_why_and_the_one_opened_is_remembered(client):
    page = text(client.get("/thu-tuc/", {"q": "làm sổ đỏ lần đầu"}))
    address = re.search(r'href="(/thu-tuc/1\.116360/\?hoi=[0-9a-f-]{36})"', page).group(1)

    assert "Vì sao:" in page
    assert questions() == [("lam so do lan dau", None)]
    text(client.get(address))
    assert questions() == [("lam so do lan dau", "1.116360")]


def test_a_question_without_an_answer_is_told_so_and_kept(client):
    assert "Không có thủ tục nào" in text(client.get("/thu-tuc/", {"q": "karaoke"}))
    assert questions() == [("karaoke", None)]


def test_what_is_typed_comes_back_as_text(client):
    assert "<script>x" not in text(client.get("/thu-tuc/", {"q": "<script>x</script>\0"}))


def test_a_procedure_tells_papers_what_is_spared_limits_fees_and_where(client):
    birth, copy = text(client.get("/thu-tuc/1.001193/")), text(client.get("/thu-tuc/2.000815/"))

    assert "Giấy tờ phải nộp" in birth
    assert "Không phải nộp" in birth
    assert "Cơ sở dữ liệu quốc gia về dân cư" in birth
    assert "xã, phường bất kỳ trong tỉnh" in birth
    assert "2.000" in copy
    assert "mỗi trang" in copy
    assert "từ trang thứ 3" in copy


def test_a_procedure_that_was_replaced_leads_to_its_successor(client):
    page = text(client.get("/thu-tuc/1.013978/"))

    assert "hiện không có hiệu lực" in page
    assert 'href="/thu-tuc/1.116360/"' in page


def test_every_common_procedure_has_its_page(client):
    codes = set(re.findall(r'href="/thu-tuc/(\d\.\d{6})/"', text(client.get("/thu-tuc/"))))

    assert len(codes) > 15
    for code in codes:
        text(client.get(f"/thu-tuc/{code}/"))


@pytest.mark.parametrize("path", ["/thu-tuc/9.999999/", "/thu-tuc/x/"])
def test_an_unknown_procedure_is_not_found(client, path):
    text(client.get(path), 404)


def test_a_link_of_no_question_opens_the_procedure_all_the_same(client):
    text(client.get("/thu-tuc/1.001193/", {"hoi": "x"}))
    text(client.get("/thu-tuc/1.001193/", {"hoi": "00000000-0000-0000-0000-000000000000"}))
