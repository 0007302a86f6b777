"""The pages of the till, as each role meets them."""

from __future__ import annotations

import csv
import re

import pytest
from django.test import Client

from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.payments import vietqr
from motcua.payments.models import Refund
from motcua.payments.tests.conftest import CASHIER, DIRECTOR, Counter

PAGES = ("/thu-phi/", "/thu-phi/chot/", "/thu-phi/hoan-tra/", "/thu-phi/so-cai/", "/thu-phi/so-bien-lai/")
KEY = "01890a5d-ac96-774b-bcce-b302099a8057"


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def words(answer) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).replace("\xa0", " ").split())


@pytest.mark.parametrize(
    ("login", "statuses"),
    [
        (CASHIER, (200, 200, 200, 403, 403)),
        (DIRECTOR, (200, 200, 200, 200, 200)),
        ("theodoi.nghean", (200, 200, 200, 200, 403)),
        ("chutich.quynhson", (403,) * 5),
        ("tuphap.quynhson", (403,) * 5),
    ],
)
def test_each_role_opens_its_pages_and_no_other(api: Api, login: str, statuses: tuple[int, ...]) -> None:
    client = signed_in(login)
    assert tuple(client.get(page).status_code for page in PAGES) == statuses


def test_a_scanned_code_leads_to_the_money_and_the_money_to_the_receipt(counter: Counter) -> None:
    code, clerk = counter.dossier()["code"], signed_in(CASHIER)
    answer = clerk.get("/thu-phi/", {"ma": f" {code.lower()} "})
    assert (answer.status_code, answer["Location"]) == (302, f"/thu-phi/thu/{code}/")
    page = clerk.get(answer["Location"])
    assert "27.000 đ" in words(page)
    assert page.context["form"]["payer"].value() == "Nguyễn Văn Ước", "who filed is who usually pays"
    sent = {
        "amount": "27000",
        "method": "cash",
        "received": "50.000",
        "payer": "Nguyễn Văn Ước",
        "idempotency_key": KEY,
    }
    answer = clerk.post(f"/thu-phi/thu/{code}/?tiep=/ho-so/{code}/", sent)
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?thoi=23000&tiep=/ho-so/{code}/")
    page = words(clerk.get(answer["Location"]))
    assert "Thối lại 23.000 đ" in page
    assert "Hai mươi bảy nghìn đồng" in page
    again = clerk.post(f"/thu-phi/thu/{code}/?tiep=/ho-so/{code}/", sent)
    assert again["Location"] == answer["Location"], "sent twice, taken once"
    pdf = clerk.get(answer["Location"].partition("?")[0].rstrip("/") + ".pdf")
    assert pdf.content.startswith(b"%PDF")
    assert "số 00000001" in words(clerk.get(f"/ho-so/{code}/")), "the dossier names it as the receipt itself does"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"payer": ""}, "Nhập họ tên người nộp tiền"),
        ({"received": "20.000"}, "còn thiếu 7.000 đ"),
        ({"method": "vietqr"}, "Ghi số giao dịch ngân hàng"),
        ({"received": "nhiều"}, "Nhập số tiền bằng chữ số"),
        ({"payer": "Ước\0"}, "id_payer_error"),
    ],
)
def test_what_is_typed_wrongly_comes_back_whole(counter: Counter, typed: dict[str, str], sentence: str) -> None:
    code = counter.dossier()["code"]
    sent = {"amount": "27000", "method": "cash", "received": "", "payer": "Trần Thị Bé", **typed}
    answer = signed_in(CASHIER).post(f"/thu-phi/thu/{code}/", sent)
    assert answer.status_code == 422
    assert sentence in words(answer) + answer.content.decode()
    assert sent["received"] in answer.content.decode()


def test_a_sum_that_changed_meanwhile_is_told_and_nothing_is_taken(counter: Counter) -> None:
    code = counter.dossier()["code"]
    answer = signed_in(CASHIER).post(f"/thu-phi/thu/{code}/", {"amount": "26000", "method": "cash", "payer": "Bé"})
    assert answer.status_code == 409
    assert "Số phải thu nay là 27.000 đ" in words(answer)
    assert counter.sums() == {}


@pytest.mark.parametrize("back", ["//evil.example/", "https://evil.example/", "/x?y", "javascript:alert(1)"])
def test_nobody_is_led_away_from_us(counter: Counter, back: str) -> None:
    code = counter.dossier()["code"]
    answer = signed_in(CASHIER).post(
        f"/thu-phi/thu/{code}/?tiep={back}", {"amount": "27000", "method": "cash", "payer": "Bé"}
    )
    assert "tiep" not in answer["Location"]


def test_money_of_another_commune_does_not_exist(counter: Counter) -> None:
    code = counter.dossier()["code"]
    paid = counter.pay(code)
    stranger = signed_in("tiepnhan.tanmai")
    for page in (
        f"/thu-phi/thu/{code}/",
        f"/thu-phi/bien-lai/{paid.receipt.id}/",
        f"/thu-phi/bien-lai/{paid.receipt.id}.pdf",
    ):
        assert stranger.get(page).status_code == 404, page
    assert signed_in("theodoi.nghean").get(f"/thu-phi/bien-lai/{paid.receipt.id}/").status_code == 200


def test_an_unknown_code_is_said_in_words(api: Api) -> None:
    answer = signed_in(CASHIER).get("/thu-phi/", {"ma": "H41.170-000000-0000"})
    assert answer.status_code == 404
    assert "Không có khoản phải thu nào với mã này" in words(answer)


def test_a_receipt_is_cancelled_and_its_money_goes_back_through_the_pages(counter: Counter) -> None:
    paid = counter.pay(counter.dossier()["code"])
    clerk, director = signed_in(CASHIER), signed_in(DIRECTOR)
    assert clerk.post(f"/thu-phi/bien-lai/{paid.receipt.id}/huy/", {"reason": ""}).status_code == 422
    assert clerk.post(f"/thu-phi/bien-lai/{paid.receipt.id}/huy/", {"reason": "Nhầm"}).status_code == 302
    assert "Biên lai này đã hủy" in words(clerk.get(f"/thu-phi/bien-lai/{paid.receipt.id}/"))
    with scope.enter(counter.cashier.scope):
        refund = Refund.objects.get()
    assert clerk.post(f"/thu-phi/hoan-tra/{refund.id}/", {"act": "approve"}).status_code == 403
    assert director.post(f"/thu-phi/hoan-tra/{refund.id}/", {"act": "approve"}).status_code == 302
    assert counter.sums() == {}


def test_a_day_is_counted_and_closed_through_the_pages(counter: Counter) -> None:
    counter.pay(counter.dossier()["code"])
    director, till = signed_in(DIRECTOR), f"/thu-phi/chot/{counter.cashier.officer_id}/"
    short = director.post(till, {"notes_20000": "1", "notes_5000": "1"})
    assert short.status_code == 422
    assert "Thiếu 2.000 đ so với sổ" in words(short)
    assert director.post(till, {"notes_20000": "một"}).status_code == 422
    answer = director.post(till, {"notes_20000": "1", "notes_5000": "1", "notes_2000": "1"})
    assert answer.status_code == 302
    assert "Khớp" in words(director.get(answer["Location"]))
    assert director.get(answer["Location"].rstrip("/") + ".pdf").content.startswith(b"%PDF")
    assert director.post(till, {}).status_code == 302, "closed already: the list says so"


def test_the_ledger_is_shown_and_taken_away_as_a_table(counter: Counter) -> None:
    counter.pay(counter.dossier()["code"])
    director = signed_in(DIRECTOR)
    assert "Tổng Nợ bằng tổng Có" in words(director.get("/thu-phi/so-cai/"))
    rows = director.get("/thu-phi/so-cai.csv").content.decode("utf-8-sig").splitlines()
    assert len(rows) == 3
    assert {row[5] for row in csv.reader(rows[1:])} == {"27000", "0"}
    assert director.get("/thu-phi/so-cai/", {"first": "mai"}).status_code == 422
    assert "Tiền mặt tại quầy" in words(signed_in("theodoi.nghean").get("/thu-phi/so-cai/"))


def test_books_and_account_are_kept_by_the_director(counter: Counter) -> None:
    director = signed_in(DIRECTOR)
    wrong = director.post(
        "/thu-phi/so-bien-lai/", {"act": "account", "bank_name": "A", "bank_bin": "12", "number": "1", "holder": "B"}
    )
    assert wrong.status_code == 422
    right = {
        "act": "account",
        "bank_name": "Ngân hàng B",
        "bank_bin": "999998",
        "number": "4017170 0002",
        "holder": "UBND xã",
    }
    assert director.post("/thu-phi/so-bien-lai/", right).status_code == 302
    due = counter.api.get(CASHIER, f"/payments/due/{counter.dossier()['code']}")[1]
    assert vietqr.parse(due["vietqr"]).number == "40171700002"


# --- the applicant ----------------------------------------------------------------------------------------------------------


def test_the_applicant_pays_by_the_code_on_the_tracking_page(counter: Counter) -> None:
    zxing = pytest.importorskip("zxingcpp", reason="zxing-cpp reads the QR code")
    dossier = counter.dossier()
    citizen = Client()
    citizen.get("/tra-cuu/", {"code": dossier["code"], "secret": dossier["secret"]})
    page = citizen.get("/tra-cuu/ho-so/")
    assert "27.000 đ" in words(page)
    payload = _read(page.content.decode(), zxing)
    order = vietqr.parse(payload)
    assert (order.amount, order.memo) == (27_000, dossier["code"].replace(".", "").replace("-", ""))
    assert payload == counter.api.get(CASHIER, f"/payments/due/{dossier['code']}")[1]["vietqr"]
    counter.pay(dossier["code"])
    page = citizen.get("/tra-cuu/ho-so/")
    assert "Đã nộp" in words(page)
    assert 'class="qr"' not in page.content.decode()


def test_the_applicant_pays_by_the_api(counter: Counter) -> None:
    dossier = counter.dossier()
    ask = {"secret": dossier["secret"], "act": "pay"}
    status, told = counter.api.post(None, f"/track/{dossier['code']}/acts", ask)
    assert (status, told["payment"]["due"], told["payment"]["paid"]) == (200, 27_000, 0)
    assert told["payment"]["vietqr"] == counter.api.get(CASHIER, f"/payments/due/{dossier['code']}")[1]["vietqr"]
    assert told["payment"]["memo"] == dossier["code"].replace(".", "").replace("-", "")
    counter.pay(dossier["code"])
    assert counter.api.post(None, f"/track/{dossier['code']}/acts", ask)[0] == 409
    seen = counter.api.get(None, f"/track/{dossier['code']}?secret={dossier['secret']}")[1]["payment"]
    assert seen == {"due": 0, "paid": 27_000, "vietqr": None, "memo": ""}


def _read(html: str, zxing) -> str:
    """The QR code of a page, drawn from its SVG as a telephone would see it."""
    from PIL import Image

    svg = re.search(r'<span class="qr".*?(<svg.*?</svg>)', html, re.S).group(1)
    side = int(re.search(r'viewBox="0 0 (\d+)', svg).group(1))
    picture = Image.new("L", (side, side), 255)
    path = re.search(r'd="(M[^"]*)"[^>]*(?:/>|></path>)\s*</svg>', svg).group(1)
    x = y = 0.0
    for command, numbers in re.findall(r"([MmhH])\s*([-\d. ,]+)", path):
        n = [float(v) for v in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = n
        elif command == "m":
            x, y = x + n[0], y + n[1]
        else:
            for dx in range(int(n[0])):
                picture.putpixel((int(x) + dx, int(y)), 0)
            x += n[0]
    (code,) = zxing.read_barcodes(picture.resize((side * 8, side * 8), Image.Resampling.NEAREST))
    return str(code.text)
