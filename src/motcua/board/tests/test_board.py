"""What stands on a board: what the office takes in and the province has published, in force on the day, and nothing else."""

from __future__ import annotations

import dataclasses
import gzip
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client

from motcua.board import queries
from motcua.catalogue import board as catalogue
from motcua.catalogue.board import fee_words, limit_words, limits
from motcua.catalogue.models import ProcedureVersion, ProvincialFee, ProvincialProcedure
from motcua.catalogue.rules import FeeFacts
from motcua.organisation import scope
from motcua.organisation.errors import NotFound
from motcua.organisation.models import Agency
from motcua.places.text import sort_key
from motcua.web.tests.test_static import PARTS, weight
from motcua.worktime import clock

DAY = date(2026, 11, 28)


def codes(on: date = DAY, office: str = "H41.170") -> list[str]:
    return [line.code for line in shown(on, office).lines]


def shown(on: date = DAY, office: str = "H41.170"):
    with scope.enter(scope.directory()):
        return queries.board(40, queries.office(40, office, on), on)


def test_a_commune_s_board_shows_what_its_centre_takes_in(demo):
    found = codes()

    assert {"1.001193", "2.000815", "1.013225"} <= set(found)
    assert len(found) == len(set(found)) > 150


def test_a_procedure_of_the_province_alone_is_on_no_commune_s_board(demo):
    commune, province = shown().lines, shown(office="H41").lines

    assert all("commune" in line.levels for line in commune)
    assert all("province" in line.levels for line in province)
    assert 0 < len(province) < len(commune)


def test_what_the_province_took_off_is_not_on_the_board(demo):
    with scope.enter(scope.worker()):
        ProvincialProcedure.objects.filter(procedure_id="1.001193").update(published=False)

    assert "1.001193" not in codes()


def test_an_abolished_procedure_leaves_the_board_on_that_day_and_not_before(demo):
    ended = set(
        ProcedureVersion.objects.filter(status="abolished", valid_from=date(2027, 1, 1)).values_list(
            "procedure_id", flat=True
        )
    )

    assert len(ended & set(codes(date(2026, 12, 31)))) > 1
    assert ended & set(codes(date(2027, 1, 1))) == set()


def test_a_procedure_that_begins_later_comes_on_its_day(demo):
    assert "1.116360" not in codes(date(2026, 8, 3))
    assert "1.116360" in codes(date(2026, 8, 4))


def test_fields_and_names_stand_in_vietnamese_order(demo):
    found = shown()

    fields = [name for name, _lines in found.fields]
    assert fields == sorted(fields, key=sort_key)
    assert len(fields) == len(set(fields))
    assert fields.index("Dân tộc") < fields.index("Đất đai") < fields.index("Hộ tịch")


def test_a_limit_the_law_does_not_state_reads_khong_neu():
    assert limit_words(None) == "không nêu"
    assert limit_words("") == "không nêu"
    assert limit_words("3 working days") == "3 ngày làm việc"


def test_cases_of_one_limit_are_told_once_and_different_ones_by_their_names():
    same = [{"name": "A", "limit": "5 days"}, {"name": "B", "limit": "5 days", "default": True}]
    other = [{"name": "A", "limit": None}, {"name": "B", "limit": "5 days", "default": True}]

    assert limits(same, None) == (("", "5 ngày"),)
    assert limits(other, None) == (("B", "5 ngày"), ("A", "không nêu"))


@pytest.mark.parametrize(
    ("fees", "words"),
    [
        ([], "Không thu"),
        ([FeeFacts("Phí", Decimal(10000), "case")], "10.000 đ/trường hợp"),
        ([FeeFacts("Phí", None, "case")], "Theo nghị quyết của HĐND tỉnh"),
        ([FeeFacts("Phí", Decimal(0), "case")], "Không thu"),
        (
            [FeeFacts("P", Decimal(2000), "page", 1, Decimal(200000)), FeeFacts("P", Decimal(1000), "page", 3)],
            "2.000 đ/trang; từ trang 3: 1.000 đ/trang; tối đa 200.000 đ/bản",
        ),
        (
            [FeeFacts("P", Decimal(n * 1000), "case", condition=str(n)) for n in (5, 9, 7, 6)],
            "5.000 đ đến 9.000 đ, tùy trường hợp",
        ),
    ],
)
def test_a_fee_is_said_in_few_words(fees, words):
    assert fee_words(fees) == words


def test_an_amount_the_province_set_stands_on_its_boards_from_its_day(demo):
    def fee(on: date) -> str:
        return next(line.fee for line in shown(on).lines if line.code == "1.004884")

    before = fee(DAY)
    with scope.enter(scope.directory()):
        name = (
            catalogue.Fee.objects.filter(version__procedure_id="1.004884")
            .values_list("name", "condition", "from_page")
            .first()
        )
    with scope.enter(scope.worker()):
        ProvincialFee.objects.create(
            province_id=40, procedure_id="1.004884", name=name[0], condition=name[1], from_page=name[2],
            amount=7000, valid_from=date(2026, 12, 1), instrument="1/NQ-HĐND",
        )  # fmt: skip

    assert "nghị quyết" in before
    assert fee(date(2026, 11, 30)) == before
    assert "7.000 đ" in fee(date(2026, 12, 1))


def test_residence_is_decided_by_the_commune_s_police_and_the_rest_by_the_body_of_its_level(demo):
    by_code = {line.code: line for line in shown().lines}

    assert by_code["1.004222"].resolver == "Công an cấp xã"
    assert by_code["1.013225"].resolver == "Ủy ban nhân dân cấp xã"


def test_an_office_that_no_longer_stands_has_no_board(demo):
    with scope.enter(scope.worker()):
        Agency.objects.filter(code="H41.128").update(valid_to=DAY)

    with scope.enter(scope.directory()), pytest.raises(NotFound):
        queries.office(40, "H41.128", DAY)


def test_the_day_of_the_state_is_that_of_the_last_change_and_never_to_come(demo):
    assert shown().changed_on <= DAY


@pytest.mark.parametrize("asked", ["quynh son", "Quỳnh Sơn", "xa quynh", "h41.170"])
def test_an_office_is_found_by_its_name_with_marks_or_without(demo, asked):
    with scope.enter(scope.directory()):
        assert [o.code for o in queries.offices(40, DAY, asked)] == ["H41.170"]


def test_the_province_comes_first_and_an_unknown_name_finds_nothing(demo):
    with scope.enter(scope.directory()):
        assert [o.code for o in queries.offices(40, DAY)] == ["H41", "H41.170", "H41.128"]
        assert queries.offices(40, DAY, "karaoke") == []


def test_a_province_with_a_centre_of_its_own_shows_its_board_there(demo):
    with scope.enter(scope.worker()):
        Agency.objects.create(
            province_id=40, code="H41.01", kind="service_centre_province", valid_from=DAY,
            name="Trung tâm Phục vụ hành chính công tỉnh Nghệ An",
        )  # fmt: skip
    with scope.enter(scope.directory()):
        first = queries.offices(40, DAY)[0]

    assert (first.code, first.place, first.level) == ("H41.01", "Tỉnh Nghệ An", "province")
    assert first.centre == "Trung tâm Phục vụ hành chính công tỉnh Nghệ An"


# --- the pages --------------------------------------------------------------------------------------


@pytest.fixture
def client(demo):
    with clock.freeze(datetime(2026, 11, 28, 9, 0, tzinfo=clock.TZ)):
        yield Client()


def text(response, status=200):
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def test_the_page_names_the_office_and_every_procedure_once(client):
    page = text(client.get("/bang-cong-khai/H41.170/"))

    assert "Trung tâm Phục vụ hành chính công xã Quỳnh Sơn" in page
    for code in codes():
        assert page.count(f'href="/thu-tuc/{code}/"') == 1


def test_one_field_and_everyday_words_narrow_the_board(client):
    field = text(client.get("/bang-cong-khai/H41.170/", {"linh-vuc": "ho tich"}))
    words = text(client.get("/bang-cong-khai/H41.170/", {"q": "lam giay khai sinh"}))
    code = text(client.get("/bang-cong-khai/H41.170/", {"q": "2.000815"}))

    assert "/thu-tuc/1.001193/" in field
    assert "/thu-tuc/2.000815/" not in field
    assert "/thu-tuc/1.001193/" in words
    assert "1 thủ tục khớp" in code


def test_what_does_not_match_is_said_so(client):
    assert "Không có thủ tục nào khớp" in text(client.get("/bang-cong-khai/H41.170/", {"q": "karaoke"}))
    assert "không có lĩnh vực" in text(client.get("/bang-cong-khai/H41.170/", {"linh-vuc": "karaoke"}))


def test_what_is_typed_comes_back_as_text(client):
    for path in ("/bang-cong-khai/", "/bang-cong-khai/H41.170/"):
        assert "<script>x" not in text(client.get(path, {"q": "<script>x</script>\0", "linh-vuc": "<script>x"}))


@pytest.mark.parametrize("path", ["", "bang.pdf", "ma-qr.svg"])
def test_an_unknown_office_is_404(client, path):
    text(client.get(f"/bang-cong-khai/H99.999/{path}"), 404)


def test_who_has_the_page_of_this_state_is_not_sent_it_again(client):
    first = client.get("/bang-cong-khai/H41.170/")
    again = client.get("/bang-cong-khai/H41.170/", headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again.content) == (304, b"")


def test_a_change_of_the_catalogue_the_office_or_the_question_is_another_page(client):
    etags = {client.get("/bang-cong-khai/H41.170/")["ETag"] for _ in range(2)}
    etags.add(client.get("/bang-cong-khai/H41.170/", {"q": "khai sinh"})["ETag"])
    etags.add(client.get("/bang-cong-khai/H41.128/")["ETag"])
    with scope.enter(scope.worker()):
        ProvincialProcedure.objects.get(procedure_id="1.001193").save()
    etags.add(client.get("/bang-cong-khai/H41.170/")["ETag"])
    with scope.enter(scope.worker()):
        Agency.objects.filter(code="H41.170").update(phone="0238 000 0170")
    etags.add(client.get("/bang-cong-khai/H41.170/")["ETag"])

    assert len(etags) == 5


def test_a_page_of_300_procedures_weighs_less_than_100_kb_on_the_wire(client, monkeypatch):
    real = shown().lines
    many = [dataclasses.replace(line, code=f"9.{n:06d}") for n, line in enumerate((real + real)[:300])]
    monkeypatch.setattr(queries.catalogue, "lines", lambda *_: many)
    queries._lines.clear()
    page = text(client.get("/bang-cong-khai/H41.170/"))
    queries._lines.clear()

    assert page.count('<li><a href="/thu-tuc/9.') == 300
    assert len(gzip.compress(page.encode(), 6)) + sum(weight(f"motcua/{part}") for part in PARTS) < 100_000


def test_the_page_of_a_procedure_carries_its_own_qr_code(client):
    assert 'src="/thu-tuc/1.001193/ma-qr.svg"' in text(client.get("/thu-tuc/1.001193/"))
    text(client.get("/thu-tuc/9.999999/ma-qr.svg"), 404)
