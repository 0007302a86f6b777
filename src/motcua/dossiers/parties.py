"""Who files: persons and organisations as the intake statement knows them. Pure checks; a fault is a sentence, a doubt only a warning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from motcua.organisation.errors import FieldError
from motcua.places.text import fold

PERSON_FIELDS = (
    "full_name",
    "citizen_number",
    "passport",
    "no_document_reason",
    "birth_date",
    "phone",
    "email",
    "address",
    "address_commune",
)
ORGANISATION_FIELDS = ("full_name", "tax_code", "phone", "email", "address", "address_commune", "representative")
LONGEST = {
    "full_name": 120,
    "address": 300,
    "email": 120,
    "no_document_reason": 300,
    "paper": 300,
    "representative": 120,
}
OLDEST_YEAR = 1900
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)

Warnings = list[FieldError]


def check(
    party: Mapping[str, Any],
    today: date,
    province_of: Callable[[str], str | None],
    prefix: str = "applicant",
    *,
    authorised: bool = False,
    commune_of: Callable[[str, str], str] | None = None,
) -> tuple[dict[str, Any], list[FieldError], Warnings]:
    """(clean party, faults, doubts). `province_of` names the province of a citizen number's first three digits, None when unknown.

    `commune_of` gives today's commune of (address, commune chosen); ValueError with a sentence where it cannot tell: a doubt, for people
    live abroad too. An authorised person is a person who also shows the `paper` of the authorisation (Civil Code 2015 art. 138).
    """
    faults: list[FieldError] = []
    doubts: Warnings = []

    def fault(name: str, message: str) -> None:
        faults.append(FieldError(f"{prefix}.{name}", message))

    kind = "person" if authorised else (party.get("kind") or "person")
    if kind not in ("person", "organisation"):
        fault("kind", _("Người nộp là cá nhân (person) hoặc tổ chức (organisation)."))
        return {}, faults, doubts
    known = (*(PERSON_FIELDS if kind == "person" else ORGANISATION_FIELDS), *(("paper",) if authorised else ()))
    clean: dict[str, Any] = {"kind": kind}
    for name in known:
        text = _text(party.get(name))
        if text is None:
            fault(name, _("Mục này là chuỗi ký tự đọc được."))
        elif len(text) > LONGEST.get(name, 40):
            fault(name, _("Không được dài quá %(most)s ký tự.") % {"most": LONGEST.get(name, 40)})
        elif text:
            clean[name] = text
    name = clean.get("full_name", "")
    if len(fold(name).replace(" ", "")) < 2 or not any(c.isalpha() for c in name):
        fault("full_name", _("Nhập họ và tên đầy đủ.") if kind == "person" else _("Nhập tên tổ chức."))
    if "phone" in clean:
        clean["phone"] = _phone(clean["phone"], fault)
    if "email" in clean:
        try:
            validate_email(clean["email"])
        except ValidationError:
            fault("email", _("Địa chỉ thư điện tử chưa đúng, ví dụ: an.nguyen@example.vn."))
    chosen = clean.pop("address_commune", "")
    if commune_of is not None and "address" in clean:
        try:
            clean["address_commune"] = commune_of(clean["address"], chosen)
        except ValueError as unplaced:
            doubts.append(FieldError(f"{prefix}.address", str(unplaced)))
    if kind == "person":
        _person(clean, today, province_of, fault, lambda n, m: doubts.append(FieldError(f"{prefix}.{n}", m)))
        if authorised and "paper" not in clean:
            fault("paper", _("Ghi giấy tờ ủy quyền (số, ngày, nơi chứng thực)."))
    else:
        _organisation(clean, fault, lambda n, m: doubts.append(FieldError(f"{prefix}.{n}", m)))
    return clean, faults, doubts


def _text(value: Any) -> str | None:
    """One line of composed Unicode; a date in ISO form; "" for nothing; None for what is no text or holds control characters."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return None
    if value.isprintable():  # no control, format, surrogate or private letter, no space but the plain one
        return " ".join(unicodedata.normalize("NFC", value).split())
    categories = {c: unicodedata.category(c) for c in set(value)}
    # Invisible marks (zero width, direction) come with text pasted from pages and mean nothing in a name.
    visible = "".join(c for c in value if categories[c] != "Cf")
    text = " ".join(unicodedata.normalize("NFC", visible).split())
    return None if any(unicodedata.category(c) in ("Cc", "Cs", "Co") for c in text) else text


def _person(
    clean: dict[str, Any],
    today: date,
    province_of: Callable[[str], str | None],
    fault: Callable[[str, str], None],
    doubt: Callable[[str, str], None],
) -> None:
    born = _birth_date(clean, today, fault)
    if "citizen_number" in clean:
        number = clean["citizen_number"] = re.sub(r"[\s.]", "", clean["citizen_number"])
        if not re.fullmatch(r"[0-9]{12}", number):
            fault("citizen_number", _("Số định danh cá nhân gồm đúng 12 chữ số."))
        else:
            year = birth_year(number)
            if year > today.year:
                fault(
                    "citizen_number",
                    _("Số định danh này ứng với năm sinh %(year)s, ở tương lai. Kiểm tra lại chữ số thứ 4 đến thứ 6.")
                    % {"year": year},
                )
            elif born and born.year != year:
                doubt(
                    "birth_date",
                    _("Năm sinh %(born)s khác với năm %(year)s trong số định danh. Đối chiếu với giấy tờ.")
                    % {"born": born.year, "year": year},
                )
            if province_of(number[:3]) is None:
                doubt(
                    "citizen_number",
                    _("Mã %(code)s không có trong danh mục nơi đăng ký khai sinh. Đối chiếu với giấy tờ.")
                    % {"code": number[:3]},
                )
    elif "passport" in clean:
        clean["passport"] = clean["passport"].replace(" ", "").upper()
        if not re.fullmatch(r"[A-Z0-9]{5,15}", clean["passport"]):
            fault("passport", _("Số hộ chiếu gồm 5 đến 15 chữ cái không dấu và chữ số."))
    elif "no_document_reason" not in clean:
        fault("citizen_number", _("Nhập số định danh cá nhân hoặc số hộ chiếu; nếu không có, ghi lý do."))


def _organisation(clean: dict[str, Any], fault: Callable[[str, str], None], doubt: Callable[[str, str], None]) -> None:
    if "tax_code" not in clean:
        fault("tax_code", _("Nhập mã số thuế hoặc mã số doanh nghiệp của tổ chức."))
        return
    digits = clean["tax_code"].replace(" ", "")
    clean["tax_code"] = digits
    # Circular 86/2024/TT-BTC art. 5 (recalled, text not seen): a household business is taxed under its owner's personal number of 12
    # digits, which has no check digit.
    if not re.fullmatch(r"[0-9]{10}(-?[0-9]{3})?|[0-9]{12}", digits):
        fault(
            "tax_code", _("Mã số thuế gồm 10 chữ số, 13 chữ số với đơn vị phụ thuộc, hoặc 12 chữ số của hộ kinh doanh.")
        )
    elif len(digits) != 12 and not tax_code_checks(digits):
        doubt("tax_code", _("Chữ số kiểm tra của mã số thuế không khớp. Đối chiếu với giấy chứng nhận."))
    if "representative" not in clean:
        fault("representative", _("Nhập họ tên người đại diện của tổ chức."))


def _birth_date(clean: dict[str, Any], today: date, fault: Callable[[str, str], None]) -> date | None:
    if "birth_date" not in clean:
        return None
    try:
        born = date.fromisoformat(clean["birth_date"])
    except ValueError:
        fault("birth_date", _("Ngày sinh chưa đúng, ví dụ: 24/11/1990."))
        return None
    clean["birth_date"] = born.isoformat()
    if born > today:
        fault("birth_date", _("Ngày sinh ở tương lai."))
    elif born.year < OLDEST_YEAR:
        fault("birth_date", _("Ngày sinh trước năm %(year)s.") % {"year": OLDEST_YEAR})
    return born


def _phone(text: str, fault: Callable[[str, str], None]) -> str:
    digits = re.sub(r"[\s.()-]", "", text)
    digits = "0" + digits[3:] if digits.startswith("+84") else digits
    if not re.fullmatch(r"0[35789][0-9]{8}|02[0-9]{9}|\+[1-9][0-9]{7,14}", digits):
        fault("phone", _("Số điện thoại chưa đúng, ví dụ: 0912 345 678."))
    return digits


def birth_year(citizen_number: str) -> int:
    """Year of birth in a citizen number: the fourth digit gives sex and century (0-1: 1900s, 2-3: 2000s, ...), the next two the year
    (Decree 137/2015/NĐ-CP art. 13)."""
    return 1900 + int(citizen_number[3]) // 2 * 100 + int(citizen_number[4:6])


def tax_code_checks(digits: str) -> bool:
    """Whether the tenth digit of a tax code is the check digit of the first nine."""
    total = sum(int(d) * w for d, w in zip(digits[:9], TAX_WEIGHTS, strict=True))
    return (10 - total % 11) % 11 == int(digits[9])
