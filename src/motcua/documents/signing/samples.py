"""A page to try a certificate on: set like a result, and saying that it is none."""

from __future__ import annotations

from motcua.documents.rules import spelled_date
from motcua.documents.signing.stamps import Place
from motcua.documents.typesetting import marks, render
from motcua.worktime import clock


def page(agency: str, title: str, name: str) -> tuple[bytes, Place]:
    """The PDF and where its signature goes."""
    now = clock.now()
    data = {
        "issued_at": now.isoformat(timespec="seconds"),
        "title": "Trang ký thử",
        "number": "Không số",
        "about": "Không có giá trị pháp lý",
        "governing_body": "Ký thử",
        "centre_heading": agency,
        "centre": agency,
        "code": "Trang ký thử",
        "place": "Bản thử",
        "issued_on": spelled_date(now.date()),
        "paragraphs": [
            "Trang này chỉ để người ký xem chữ ký số của mình hiện ra thế nào và được kiểm tra ra sao. Nó không được đưa vào hồ sơ nào.",
            "Hình chữ ký nằm giữa chức danh và họ tên; con dấu trùm khoảng một phần ba chữ ký về bên trái.",
        ],
        "recipients": [],
        "authority": [title],
        "signer": name,
        "qr": "",
        "demo": False,
    }
    (found,) = marks("result", data, "signing-place")
    found.pop("name")
    return render("result", data), Place(**found)
