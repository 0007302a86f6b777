"""The home of each role: the question it asks first, a few figures that open their lists, and below them the worklist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from motcua.casework import recount
from motcua.casework.heads import Head
from motcua.catalogue import queries as catalogue
from motcua.catalogue.models import Draft
from motcua.dossiers import handing_over, queries_homes
from motcua.dossiers.forms import NOBODY
from motcua.indicators import glossary, presenting, queries_figures
from motcua.indicators.rules import Period
from motcua.letters import queries_reception
from motcua.letters.models import Reception
from motcua.letters.rules_reception import WRITES
from motcua.organisation import queries_people as people
from motcua.organisation import queries_structure as structure
from motcua.organisation.models import ROLES
from motcua.organisation.principal import Principal
from motcua.worktime import clock

MOST_OWED = 5
"""Debts of reception that are named above the worklist; the rest stands on their own page."""


@dataclass(frozen=True, slots=True)
class Table:
    title: str
    columns: list[dict[str, Any]]
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Home:
    """`question`: what the role asks first. `doors`: (label, address) of places it goes to from here."""

    question: str
    figures: list[dict[str, Any]] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    doors: list[tuple[str, str]] = field(default_factory=list)
    calm: str = ""
    """What is said in place of tables that have no row."""
    whole: bool = False


def draw(request: HttpRequest, principal: Principal) -> Head:
    """The homes of all roles that the officer acts in, the rarest work first."""
    homes = [home(principal) for role, home in HOMES.items() if principal.has(role)]
    homes += [owed for owed in [reception(principal)] if owed]
    if not homes:
        return Head()
    html = render_to_string("web/home.html", {"homes": homes}, request)
    return Head(html, whole=all(home.whole for home in homes))


# --- small helpers ----------------------------------------------------------------------------------------------------


def address(name: str, **query: Any) -> str:
    """The address of a page, or nothing where no app has it."""
    try:
        found = reverse(name)
    except NoReverseMatch:
        return ""
    return f"{found}?{urlencode(query)}" if query else found


def figure(label: str, value: int, href: str = "", tone: str = "") -> dict[str, Any]:
    """A figure that opens its list; a zero is calm and opens nothing."""
    return {"label": label, "value": value, "href": href if value else "", "tone": tone if value else ""}


def told(label: str, found: queries_homes.Told, tone: str = "") -> dict[str, Any]:
    """A figure that opens its dossiers in the register."""
    return figure(label, found.count, presenting.register(found.asked), tone)


def listed(**query: Any) -> str:
    return address("dossiers:list", **query)


def of_month(principal: Principal, *without: str, unit: str = "") -> list[dict[str, Any]]:
    """The figures of this month as they stand on the page of figures, of the unit of that code or of the widest the officer sees; not those in
    `without`."""
    today = clock.today()
    period = glossary.named("month", today) or Period(today, today)
    found = queries_figures.summary(
        principal,
        queries_figures.unit(principal, unit),
        period,
        "month",
        with_coverage=False,
        only=presenting.AT_HOME.difference(without),
    )
    return presenting.home_tiles(found, without)


def to_figures() -> tuple[str, str]:
    return _("Mọi số liệu"), address("indicators:figures")


def local(at: datetime) -> datetime:
    return at.astimezone(clock.TZ)


# --- the homes --------------------------------------------------------------------------------------------------------


def counter(principal: Principal) -> Home:
    found = queries_homes.counter(principal)
    online = _("Trực tuyến chờ tiếp nhận")
    if found.online_first:
        online = _("Trực tuyến, sớm nhất trước %(moment)s") % {"moment": f"{local(found.online_first):%H:%M %d/%m}"}
    return Home(
        _("Ai tiếp theo, hồ sơ đủ chưa?"),
        [
            told(_("Nhận hôm nay"), found.told["received"]),
            figure(_("Chờ bàn giao giấy"), found.told["to_hand_over"].count, address("dossiers:hand_overs"), "soon"),
            told(_("Bổ sung cần kiểm tra"), found.told["to_check"], "soon"),
            told(online, found.told["filed"], "soon"),
            told(_("Có kết quả, chờ trả"), found.told["to_return"], "done"),
        ],
    )


def specialist(principal: Principal) -> Home:
    found = queries_homes.desk(principal)
    coming = handing_over.count_to_confirm(principal)
    return Home(
        _("Việc gì đến hạn trước?"),
        [
            told(_("Đang ở tay bạn"), found["in_hand"]),
            told(_("Phải làm trong hôm nay"), found["begin_today"], "soon"),
            told(_("Đã quá hẹn trả"), found["overdue_now"], "late"),
            figure(_("Phiếu giấy chờ xác nhận"), coming, address("dossiers:hand_overs", phieu="cho-xac-nhan"), "soon"),
        ],
    )


def division_head(principal: Principal) -> Home:
    found = queries_homes.division(principal)
    here = {"figure": "overdue_now", "division": str(principal.division_id)}
    return Home(
        _("Giao ai, duyệt gì, ai đang trễ?"),
        [
            told(_("Chờ bạn giao"), found.told["to_assign"], "soon"),
            told(_("Chờ bạn duyệt"), found.told["to_approve"], "soon"),
            told(_("Quá hẹn trong phòng"), found.told["overdue_now"], "late"),
            # What waits for a signature lies with another division, and what is late is told above.
            *of_month(principal, "overdue_now", "waiting_signature", unit=str(principal.division_id)),
        ],
        [
            Table(
                _("Quá hẹn theo người giữ"),
                [
                    {"label": _("Cán bộ"), "key": "name", "kind": "text", "head": True, "href": "href"},
                    {"label": _("Hồ sơ"), "key": "count", "kind": "number"},
                ],
                [
                    {
                        "name": name or _("Chưa giao cho ai"),
                        "count": count,
                        "href": listed(**here, officer=str(id) if id else NOBODY),
                    }
                    for id, name, count in found.late
                ],
            )
        ],
        [
            (_("Giao lại hồ sơ của một người"), address("dossiers:reassign")),
            (
                _("Số liệu của phòng"),
                reverse("indicators:division_figures", args=[principal.agency_code, principal.division_id]),
            ),
            to_figures(),
        ],
        calm=_("Trong phòng không có hồ sơ nào quá hẹn."),
    )


def signatory(principal: Principal) -> Home:
    found = queries_homes.signing(principal)
    label = _("Chờ bạn ký")
    if found.oldest:
        days = (clock.now() - found.oldest).days
        age = ngettext("cũ nhất %(days)s ngày", "cũ nhất %(days)s ngày", days) % {"days": days}
        label = _("Chờ bạn ký, %(age)s") % {"age": age if days else _("đều trong hôm nay")}
    return Home(
        _("Còn gì chờ chữ ký của tôi?"),
        [
            figure(label, found.count, address("dossiers:to_sign"), "soon"),
            figure(
                _("Trong đó hẹn trả đến hết hôm nay"), found.today, address("dossiers:to_sign", hen="hom-nay"), "late"
            ),
            *of_month(principal),
        ],
        doors=[to_figures()],
    )


def centre_director(principal: Principal) -> Home:
    rooms = queries_homes.rooms(principal)
    own = {"agency": principal.agency_code}
    kinds = {"late": "overdue_now", "today": "due_today", "tomorrow": "due_tomorrow"}

    def row(room: queries_homes.Room) -> dict[str, Any]:
        found: dict[str, Any] = {"name": room.name, "tone": "late" if room.late else ""}
        for name, key in kinds.items():
            count = getattr(room, name)
            found[name] = count
            found[key] = listed(figure=key, **own, division=str(room.id)) if count and room.id else ""
        return found

    return Home(
        _("Ngày mai trễ gì?"),
        [
            figure(_("Đã quá hẹn"), sum(r.late for r in rooms), listed(figure="overdue_now", **own), "late"),
            figure(
                _("Hẹn trả hôm nay, chưa xong"), sum(r.today for r in rooms), listed(figure="due_today", **own), "soon"
            ),
            figure(
                _("Hẹn trả ngày mai, chưa xong"),
                sum(r.tomorrow for r in rooms),
                listed(figure="due_tomorrow", **own),
                "soon",
            ),
            *([] if principal.has("signatory") else of_month(principal, "overdue_now")),
        ],
        [
            Table(
                _("Theo phòng đang giữ"),
                [
                    {"label": _("Phòng"), "key": "name", "kind": "text", "head": True},
                    {"label": _("Đã quá hẹn"), "key": "late", "kind": "number", "href": "overdue_now"},
                    {"label": _("Hôm nay"), "key": "today", "kind": "number", "href": "due_today"},
                    {"label": _("Ngày mai"), "key": "tomorrow", "kind": "number", "href": "due_tomorrow"},
                ],
                [row(room) for room in rooms],
            )
        ],
        [to_figures()],
        calm=_("Không có hồ sơ nào hẹn trả đến hết ngày mai mà chưa xong."),
    )


def overseer(principal: Principal) -> Home:
    found = queries_homes.province(principal)
    names = (
        {p.code: p.short_name for p in catalogue.procedures(clock.now().date(), principal.province_id)}
        if found.procedures
        else {}
    )
    number = {"label": _("Quá hẹn"), "key": "count", "kind": "number"}

    def table(title: str, label: str, rows: list[dict[str, Any]]) -> Table:
        columns: list[dict[str, Any]] = [
            {"label": label, "key": "name", "kind": "text", "head": True, "href": "href"},
            number,
        ]
        return Table(title, columns, rows)

    def row(late: queries_homes.Late, name: str, **query: str) -> dict[str, Any]:
        return {"name": name, "count": late.count, "href": listed(figure="overdue_now", **query)}

    def holder(late: queries_homes.Late) -> dict[str, Any]:
        division, _slash, officer = late.key.partition("/")
        return row(late, late.name or _("Chưa thuộc phòng nào"), division=division, officer=officer or NOBODY)

    return Home(
        _("Xã nào, thủ tục nào, bước nào, ai trả lời?"),
        of_month(principal),
        [
            table(
                _("Xã, phường"),
                _("Cơ quan"),
                [row(one, one.name, agency=one.key) for one in found.agencies],
            ),
            table(
                _("Thủ tục"),
                _("Thủ tục"),
                [row(one, names.get(one.key, one.key), procedure=one.key) for one in found.procedures],
            ),
            table(
                _("Bước"),
                _("Đang chờ"),
                [row(one, _(ROLES.get(one.key, one.key)), role=one.key) for one in found.roles],
            ),
            table(_("Ai đang giữ"), _("Cán bộ, phòng"), [holder(one) for one in found.holders]),
        ],
        [
            to_figures(),
            (_("Độ phủ thủ tục"), address("indicators:coverage")),
            (_("Biên chế"), address("organisation:gaps")),
        ],
        calm=_("Toàn tỉnh không có hồ sơ nào đang quá hẹn."),
        whole=True,
    )


def catalogue_manager(principal: Principal) -> Home:
    drafts = Draft.objects.filter(province_id=principal.province_id).count()
    managing = address("catalogue:managing")
    return Home(
        _("Danh mục còn gì chưa ban hành?"),
        [figure(_("Bản nháp đang mở"), drafts, address("catalogue:drafts") or managing, "soon")],
        doors=[(_("Danh mục thủ tục"), managing), (_("Độ phủ thủ tục"), address("indicators:coverage"))],
        whole=True,
    )


def administrator(principal: Principal) -> Home:
    today = clock.today()
    counted = recount.last(principal.province_id)
    serving, without = (
        structure.count_officers(principal.province_id, today, no_account=asked) for asked in (False, True)
    )
    ending = people.count_ending(principal, today)
    return Home(
        _("Ai vào được hệ thống, ai sắp hết quyền?"),
        [
            figure(_("Cán bộ đang công tác"), serving, address("organisation:officers")),
            figure(_("Chưa có tài khoản"), without, address("organisation:officers", no_account="on"), "soon"),
            figure(
                _("Ủy quyền hết hạn trong 7 ngày"), ending, address("organisation:delegations", sap_het="on"), "soon"
            ),
            figure(
                _("Số liệu lệch với nhật ký"), len(counted.drift) if counted else 0, address("indicators:drift"), "late"
            ),
        ],
        doors=[
            (_("Tổ chức"), address("organisation:tree")),
            (_("Lịch làm việc"), address("organisation:calendars")),
            (_("Chứng thư số"), address("documents:certificates")),
        ],
        whole=True,
    )


def reception(principal: Principal) -> Home | None:
    """What the agency owes to citizens who were received, for those whose work it is; nothing where it owes nobody."""
    if principal.scope.wide or not principal.has(*WRITES):
        return None
    owed = queries_reception.owed(principal)
    if not owed:
        return None
    now, here = clock.now(), address("letters:reception")
    late = sum(1 for row in owed if (row.answer_due_at or row.notice_due_at or now) < now)

    def line(row: Reception) -> dict[str, Any]:
        due = row.answer_due_at or row.notice_due_at
        return {
            "what": _("Lượt tiếp số %(n)s: %(what)s")
            % {
                "n": f"{row.number}/{row.year}",
                "what": _("trả lời") if row.answer_due_at else _("thông báo từ chối tiếp"),
            },
            "href": reverse("letters:reception_line", args=[row.id]),
            "due": due,
            "tone": "late" if due and due < now else "",
        }

    columns: list[dict[str, Any]] = [
        {"label": _("Việc"), "key": "what", "kind": "text", "head": True, "href": "href"},
        {"label": _("Hạn"), "key": "due", "kind": "deadline"},
    ]
    return Home(
        _("Còn nợ ai đã đến tiếp công dân?"),
        [figure(_("Còn phải trả lời, thông báo"), len(owed), here, "soon"), figure(_("Quá hạn"), late, here, "late")],
        [Table(_("Còn phải trả lời, thông báo"), columns, [line(row) for row in owed[:MOST_OWED]])],
    )


HOMES: dict[str, Callable[[Principal], Home]] = {
    "signatory": signatory,
    "centre_director": centre_director,
    "division_head": division_head,
    "receiver": counter,
    "specialist": specialist,
    "records_clerk": specialist,
    "overseer": overseer,
    "catalogue_manager": catalogue_manager,
    "administrator": administrator,
}
