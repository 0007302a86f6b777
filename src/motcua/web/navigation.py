"""The places one goes to from every page. An entry shows only when its page exists and the reader has one of its roles."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext, gettext_noop

from motcua.organisation.principal import Principal

PUBLIC = frozenset({"public"})


@dataclass(frozen=True, slots=True)
class Entry:
    """``name``: of the address; ``roles``: any of these, empty for every officer, PUBLIC for those not signed in; ``also``: names of other
    addresses under which one is still there."""

    label: str
    name: str
    roles: frozenset[str] = frozenset()
    key: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    href: str
    key: str
    current: bool


ENTRIES = (
    Entry(gettext_noop("Tra cứu hồ sơ"), "front", PUBLIC, also=("dossiers:track",)),
    Entry(gettext_noop("Thủ tục hành chính"), "catalogue:procedures", PUBLIC),
    Entry(gettext_noop("Kiểm tra kết quả"), "documents:check", PUBLIC),
    Entry(gettext_noop("Bảng công khai"), "board:offices", PUBLIC),
    Entry(gettext_noop("Hồ sơ của tôi"), "dossiers:mine", PUBLIC),
    Entry(
        gettext_noop("Phản ánh hiện trường"),
        "letters:field_send",
        PUBLIC,
        also=("letters:field_public",),
    ),
    Entry(gettext_noop("Lịch tiếp công dân"), "letters:reception_calendar", PUBLIC),
    Entry(gettext_noop("Việc cần làm"), "casework:worklist", key="v"),
    Entry(gettext_noop("Tiếp nhận hồ sơ"), "dossiers:receive", frozenset({"receiver", "centre_director"}), key="n"),
    Entry(gettext_noop("Chờ ký"), "dossiers:to_sign", frozenset({"signatory"})),
    Entry(gettext_noop("Chờ đóng dấu"), "dossiers:to_seal", frozenset({"records_clerk"})),
    Entry(gettext_noop("Hồ sơ"), "dossiers:list", key="h"),
    Entry(
        gettext_noop("Điều hành"),
        "steering:overview",
        frozenset({"overseer", "coordinator", "signatory", "auditor"}),
    ),
    Entry(
        gettext_noop("Kiến nghị"),
        "oversight:recommendations",
        frozenset({"coordinator", "signatory", "centre_director", "division_head", "specialist", "overseer"}),
    ),
    Entry(
        gettext_noop("Nhiệm vụ"),
        "oversight:tasks",
        frozenset({"coordinator", "signatory", "division_head", "specialist", "overseer"}),
        also=("oversight:programmes", "oversight:backlogs", "oversight:flashpoints"),
    ),
    Entry(
        gettext_noop("Giám sát, báo cáo"),
        "oversight:visits",
        frozenset({"coordinator", "signatory", "centre_director", "division_head", "overseer"}),
        also=("oversight:teams", "oversight:reports", "oversight:all_series", "oversight:outlines"),
    ),
    Entry(gettext_noop("Đơn thư"), "letters:letters", frozenset({"letters", "signatory", "overseer"})),
    Entry(gettext_noop("Tố cáo"), "letters:denunciations", frozenset({"denunciation"})),
    Entry(gettext_noop("Tiếp công dân"), "letters:reception", frozenset({"letters", "signatory"})),
    Entry(
        gettext_noop("Phản ánh hiện trường"),
        "letters:field_reports",
        frozenset({"letters", "signatory", "division_head", "specialist", "overseer"}),
    ),
    Entry(gettext_noop("Thu phí"), "payments:counter", frozenset({"receiver", "centre_director", "overseer"}), key="p"),
    Entry(
        gettext_noop("Bàn giao giấy"),
        "dossiers:hand_overs",
        frozenset({"receiver", "division_head", "specialist", "records_clerk"}),
    ),
    Entry(
        gettext_noop("Sổ chứng thực"),
        "dossiers:books",
        frozenset({"receiver", "centre_director", "records_clerk", "signatory"}),
    ),
    Entry(gettext_noop("Giao lại hồ sơ"), "dossiers:reassign", frozenset({"division_head"})),
    Entry(gettext_noop("Thủ tục hành chính"), "catalogue:procedures", key="t"),
    Entry(gettext_noop("Mẫu kết quả"), "dossiers:result_templates", frozenset({"catalogue_manager", "division_head"})),
    Entry(gettext_noop("Lịch làm việc"), "organisation:calendars", frozenset({"centre_director", "administrator"})),
    Entry(gettext_noop("Chữ ký số"), "documents:my_certificate", frozenset({"signatory", "records_clerk"})),
    Entry(gettext_noop("Chứng thư số"), "documents:certificates", frozenset({"administrator", "overseer"})),
    Entry(
        gettext_noop("Tổ chức"),
        "organisation:tree",
        also=("organisation:officers", "organisation:delegations", "organisation:absences"),
    ),
    Entry(
        gettext_noop("Biên chế"),
        "organisation:gaps",
        frozenset({"overseer", "administrator", "auditor", "signatory", "centre_director"}),
    ),
    Entry(
        gettext_noop("Mức độ hài lòng"),
        "indicators:satisfaction",
        frozenset({"centre_director", "signatory", "overseer"}),
    ),
    Entry(
        gettext_noop("Số liệu"),
        "indicators:figures",
        frozenset({"signatory", "centre_director", "division_head", "overseer", "auditor"}),
    ),
    Entry(gettext_noop("Đối chiếu số liệu"), "indicators:drift", frozenset({"administrator"})),
    Entry(gettext_noop("Độ phủ thủ tục"), "indicators:coverage", frozenset({"centre_director", "overseer"})),
    Entry(
        gettext_noop("Danh mục thủ tục"),
        "catalogue:managing",
        frozenset({"catalogue_manager", "overseer", "centre_director"}),
    ),
)


def items(path: str, principal: Principal | None) -> list[Item]:
    """The entries for this reader, the one under which ``path`` lies marked as current."""
    found = [(entry, href) for entry in ENTRIES if _meant_for(entry, principal) and (href := _address(entry.name))]
    under = [
        (len(place), href)
        for entry, href in found
        for place in (href, *map(_address, entry.also))
        if place and (path == place or (place != "/" and path.startswith(place)))
    ]
    current = max(under, default=(0, None))[1]
    return [Item(gettext(entry.label), href, entry.key, href == current) for entry, href in found]


def _meant_for(entry: Entry, principal: Principal | None) -> bool:
    if principal is None or entry.roles is PUBLIC:
        return principal is None and entry.roles is PUBLIC
    return not entry.roles or principal.has(*entry.roles)


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
