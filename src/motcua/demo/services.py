"""The demo province: real communes of Nghệ An by their names, fictitious officers, codes of agencies made up and marked as such."""

from __future__ import annotations

import os
import secrets
import textwrap
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.contrib.auth.hashers import make_password

from motcua.catalogue import services as catalogue
from motcua.demo import people
from motcua.organisation import building, scope
from motcua.organisation.models import Account, Agency, Division, Officer, Position, Posting
from motcua.payments.models import BankAccount, ReceiptBook
from motcua.places import queries as places
from motcua.places.text import sort_key
from motcua.worktime import clock

SINCE = date(2025, 7, 1)
PROVINCE = 40
PROVINCE_CODE = "H41"
COMMUNES = {"17170": "H41.170", "17128": "H41.128"}
ECONOMY = {"xa": "Phòng Kinh tế", "phuong": "Phòng Kinh tế, Hạ tầng và Đô thị", "dac-khu": "Phòng Kinh tế"}


@dataclass(frozen=True, slots=True)
class Post:
    """A demo officer: login without the commune's suffix, division kind, title, roles, category and full name by commune."""

    login: str
    division: str
    title: str
    roles: tuple[str, ...]
    category: str
    names: dict[str, str]


@dataclass(frozen=True, slots=True)
class Login:
    login: str
    password: str
    who: str


POSTS = (
    Post(
        "tiepnhan",
        "service_centre",
        "Viên chức tiếp nhận",
        ("receiver",),
        "vien_chuc",
        {"17170": "Hồ Thị Mai", "17128": "Đậu Thị Thu Hằng"},
    ),
    Post(
        "giamdoc",
        "service_centre",
        "Giám đốc Trung tâm",
        ("centre_director", "receiver"),
        "cong_chuc",
        {"17170": "Nguyễn Cảnh Toàn", "17128": "Lê Đức Ý"},
    ),
    Post(
        "tuphap",
        "office",
        "Chuyên viên tư pháp - hộ tịch",
        ("specialist",),
        "cong_chuc",
        {"17170": "Phan Thị Ngọc Ánh", "17128": "Hoàng Văn Đạt"},
    ),
    Post(
        "vanthu",
        "office",
        "Văn thư",
        ("records_clerk",),
        "cong_chuc",
        {"17170": "Trần Thị Uyên", "17128": "Bùi Thị Xuân"},
    ),
    Post(
        "truongphong",
        "economy",
        "Trưởng phòng",
        ("division_head",),
        "cong_chuc",
        {"17170": "Vũ Đình Lương", "17128": "Cao Xuân Ánh"},
    ),
    Post(
        "xaydung",
        "economy",
        "Chuyên viên xây dựng, địa chính",
        ("specialist",),
        "cong_chuc",
        {"17170": "Đặng Quốc Ấn", "17128": "Ngô Trí Ước"},
    ),
    Post(
        "diachinh",
        "economy",
        "Chuyên viên địa chính",
        ("specialist",),
        "cong_chuc",
        {"17170": "Thái Thị Ơn", "17128": "Võ Sỹ Đô"},
    ),
    Post(
        "tonghop",
        "office",
        "Chuyên viên tổng hợp",
        ("coordinator", "letters", "denunciation"),
        "cong_chuc",
        {"17170": "Nguyễn Thị Hoài Ân", "17128": "Hồ Hữu Nghĩa"},
    ),
    Post(
        "chutich",
        "leadership",
        "Chủ tịch Ủy ban nhân dân",
        ("signatory", "denunciation"),
        "can_bo",
        {"17170": "Hồ Sỹ Ái", "17128": "Trương Văn Ích"},
    ),
)
SUFFIX = {"17170": "quynhson", "17128": "tanmai"}
PROVINCIAL = (
    ("theodoi.nghean", "Chuyên viên theo dõi toàn tỉnh", ("overseer",), "Đinh Thị Oanh"),
    ("danhmuc.nghean", "Quản lý danh mục thủ tục", ("catalogue_manager",), "Lương Văn Ẩn"),
    ("quantri.nghean", "Quản trị hệ thống", ("administrator", "auditor"), "Mạc Thị Ỷ"),
    ("dieuphoi.nghean", "Chuyên viên điều phối", ("coordinator", "overseer"), "Lô Văn Ôn"),
)
LEADERS = (("phochutich.nghean", "Phó Chủ tịch Ủy ban nhân dân tỉnh", ("signatory", "overseer"), "Phan Đình Ưng"),)
"""Leaders of the province, who see it whole."""
DEPARTMENTS = {
    "H41.05": ("snnmt", "Sở Nông nghiệp và Môi trường", ("Trương Thị Ấm", "Kha Văn Ích", "Lữ Thị Oanh", "Vi Văn Ế")),
    "H41.02": ("snv", "Sở Nội vụ", ("Ngô Xuân Ấn", "Thái Thị Út", "Dương Văn Ơn", "Cao Thị Ý")),
}
"""Code -> suffix of logins, name, people on DEPARTMENT_POSTS: two of the departments that answer what communes raise."""
DEPARTMENT_POSTS = (
    ("giamdoc", "leadership", "Lãnh đạo sở", "Giám đốc sở", ("signatory",)),
    ("truongphong", "department", "Phòng chuyên môn", "Trưởng phòng", ("division_head",)),
    ("chuyenvien", "department", "Phòng chuyên môn", "Chuyên viên", ("specialist",)),
    ("vanphong", "office", "Văn phòng sở", "Chánh Văn phòng sở", ("division_head", "coordinator")),
)
BODIES = {
    "H41.91": (
        *(
            "party_committee_province",
            "Ban Thường vụ Tỉnh ủy Nghệ An",
            "Văn phòng Tỉnh ủy",
            "Phó Chánh Văn phòng Tỉnh ủy",
        ),
        *("tonghop.tinhuy", "Trần Bá Ước"),
    ),
    "H41.92": (
        *(
            "fatherland_front_province",
            "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Nghệ An",
            "Cơ quan Ủy ban Mặt trận Tổ quốc tỉnh",
        ),
        *("Chánh Văn phòng", "tonghop.mttq", "Lương Thị Ưng"),
    ),
}
"""Code -> kind, name, office, title, login, person: bodies to which recommendations go up and which supervise, with whoever writes for them."""
BODY_ROLES = ("coordinator", "signatory")
PRINCIPAL = (
    *(
        f"{login}.quynhson"
        for login in ("tiepnhan", "truongphong", "xaydung", "chutich", "vanthu", "giamdoc", "tonghop")
    ),
    *(f"{login}.nghean" for login in ("theodoi", "dieuphoi", "phochutich", "danhmuc", "quantri")),
)
"""The logins named at the start, one line each: those of the guided tour, in which every role is. All others have the same password."""


def load(password: str | None = None, *, whole: bool = False) -> list[Login]:
    """Makes the demo province when it is not there; returns its logins. Everything in it about people is fiction.

    `whole`: every commune of the province with its bodies, posts and people (most without a login), not only the two that work.
    """
    password = password or demo_password()
    hashed = make_password(password)
    with scope.enter(scope.worker()):
        if whole:
            building.build(PROVINCE, SINCE)
        province = _agency(PROVINCE_CODE, "people_committee_province", "Ủy ban nhân dân tỉnh Nghệ An", None, None)
        office = _division(province, "office", "Văn phòng Ủy ban nhân dân tỉnh")
        logins = [
            _officer(login, name, title, roles, "cong_chuc", province, office, hashed)
            for login, title, roles, name in PROVINCIAL
        ]
        leaders = _division(province, "leadership", "Lãnh đạo Ủy ban nhân dân tỉnh")
        logins += [
            _officer(login, name, title, roles, "can_bo", province, leaders, hashed)
            for login, title, roles, name in LEADERS
        ]
        for code in DEPARTMENTS:
            logins += _department(code, province, hashed)
        for code, (kind, name, office_name, title, login, person) in BODIES.items():
            body = _agency(code, kind, name, None, None)
            division = _division(body, "office", office_name)
            logins.append(_officer(login, person, title, BODY_ROLES, "can_bo", body, division, hashed))
        for commune, code in COMMUNES.items():
            logins += _commune(commune, code, province, hashed)
        if whole:
            people.settle(PROVINCE, SINCE)
        catalogue.load_processes(PROVINCE, using="default")
        catalogue.load_synonyms(PROVINCE, using="default")
    return [Login(login, password, who) for login, who in logins]


def demo_password() -> str:
    """One password for all demo logins, made at the first start and kept beside the installation's secret."""
    if given := os.environ.get("MOTCUA_DEMO_PASSWORD"):
        return given
    path = settings.MOTCUA_HOME / "demo-password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"motcua-{secrets.token_hex(3)}")
    return path.read_text().strip()


def printed(logins: list[Login], passphrase: str) -> list[str]:
    """What the terminal says when a demo is up: the principal logins a line each, all others in one sentence, what opens their certificates."""
    by_login = {one.login: one for one in logins}
    others = ", ".join(login for login in by_login if login not in PRINCIPAL)
    return [
        "BẢN DEMO, dữ liệu hư cấu. Tài khoản dùng thử:",
        *(f"  {one.login:<22} {one.password:<16} {one.who}" for one in (by_login[login] for login in PRINCIPAL)),
        *textwrap.wrap(f"cùng mật khẩu: {others}", 100, initial_indent="  ", subsequent_indent=" " * 17),
        f"  mật khẩu chứng thư số (DEMO) của lãnh đạo ký và văn thư: {passphrase}",
    ]


def _commune(commune_code: str, code: str, province: Agency, hashed: str) -> list[tuple[str, str]]:
    place = places.commune(commune_code)
    if place is None:
        raise LookupError(f"commune {commune_code} is not in the register of places")
    lower = place.full_name[0].lower() + place.full_name[1:]
    agency = _agency(code, "people_committee_commune", f"Ủy ban nhân dân {lower}", province, commune_code)
    names = {
        "leadership": "Lãnh đạo Ủy ban nhân dân",
        "office": "Văn phòng HĐND và UBND",
        "economy": ECONOMY[place.type],
        "culture_society": "Phòng Văn hóa - Xã hội",
        "service_centre": "Trung tâm Phục vụ hành chính công",
    }
    divisions = {kind: _division(agency, kind, name) for kind, name in names.items()}
    till(agency, commune_code)
    return [
        _officer(
            f"{post.login}.{SUFFIX[commune_code]}",
            post.names[commune_code],
            post.title,
            post.roles,
            post.category,
            agency,
            divisions[post.division],
            hashed,
        )
        for post in POSTS
    ]


def _department(code: str, province: Agency, hashed: str) -> list[tuple[str, str]]:
    suffix, name, people = DEPARTMENTS[code]
    agency = _agency(code, "department", name, province, None)
    return [
        _officer(f"{login}.{suffix}", person, title, roles, "cong_chuc", agency, _division(agency, kind, room), hashed)
        for (login, kind, room, title, roles), person in zip(DEPARTMENT_POSTS, people, strict=True)
    ]


def _agency(code: str, kind: str, name: str, parent: Agency | None, commune: str | None) -> Agency:
    return Agency.objects.get_or_create(
        province_id=PROVINCE,
        code=code,
        defaults={"kind": kind, "name": name, "parent": parent, "commune_id": commune, "valid_from": SINCE},
    )[0]


def till(agency: Agency, commune: str) -> None:
    """A book of receipts and an account, both made up: no bank has this BIN, no tax office these symbols. In January the book of the year
    before, too: the demo's receipts are of the last working days."""
    today = clock.today()
    for year in {today.year, (today - timedelta(days=21)).year}:
        if not ReceiptBook.objects.filter(agency=agency, year=year).exists():
            ReceiptBook.objects.create(
                province_id=PROVINCE,
                agency=agency,
                form_symbol="MAU-BLP",
                symbol=f"DEMO-{year % 100}",
                year=year,
                tax_code=f"00000{commune}",
            )
    if not BankAccount.objects.filter(agency=agency).exists():
        BankAccount.objects.create(
            province_id=PROVINCE,
            agency=agency,
            bank_bin="999999",
            bank_name="Ngân hàng mẫu (hư cấu)",
            number=f"40{commune}0001",
            holder=agency.name.upper(),
        )


def _division(agency: Agency, kind: str, name: str) -> Division:
    return Division.objects.get_or_create(province_id=PROVINCE, agency=agency, name=name, defaults={"kind": kind})[0]


def _officer(
    login: str,
    name: str,
    title: str,
    roles: tuple[str, ...],
    category: str,
    agency: Agency,
    division: Division,
    hashed: str,
) -> tuple[str, str]:
    account, new = Account.objects.get_or_create(login=login, defaults={"password": hashed})
    if not new and os.environ.get("MOTCUA_DEMO_PASSWORD"):
        Account.objects.filter(pk=account.pk).update(password=hashed)
    position, _ = Position.objects.get_or_create(
        province_id=PROVINCE, division=division, title=title, defaults={"agency": agency, "roles": list(roles)}
    )
    officer, _ = Officer.objects.get_or_create(
        province_id=PROVINCE,
        account=account,
        defaults={"full_name": name, "sort_key": sort_key(name), "category": category, "valid_from": SINCE},
    )
    Posting.objects.get_or_create(
        province_id=PROVINCE, officer=officer, position=position, defaults={"valid_from": SINCE}
    )
    return login, f"{name}, {title}, {agency.name}"
