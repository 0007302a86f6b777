"""Pages of the structure: the tree, one agency, and the forms by which administrators change it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from motcua.organisation import queries_people as people
from motcua.organisation import queries_structure as queries
from motcua.organisation import rules
from motcua.organisation import services_structure as services
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import NotFound, RuleBroken
from motcua.organisation.forms_structure import AgencyForm, DivisionForm, EndForm, PointForm, PositionForm
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.models import AGENCY_KINDS, Agency, Division, Position, ReceptionPoint
from motcua.organisation.principal import Principal
from motcua.organisation.queries_structure import AgencyView, Node
from motcua.organisation.services_structure import AGENCY, DIVISION, POINT, POSITION, Register
from motcua.organisation.structure import specialisms
from motcua.organisation.writing import FormPage, Rows, write
from motcua.places import queries as places
from motcua.places.forms import Typed
from motcua.places.placing import Address, written
from motcua.worktime import clock

# Desks are shared: nothing of a page stays in the browser.
private = cache_control(no_store=True, private=True)
COMMUNE = "people_committee_commune"
BESIDE = {
    "party_committee_commune": gettext_noop("Đảng ủy"),
    "fatherland_front_commune": gettext_noop("Mặt trận"),
    "police_commune": gettext_noop("Công an"),
    "military_commune": gettext_noop("Quân sự"),
}


# --- the tree ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the tree. `name`: as short as the table allows; `beside`: (code, short name) of the bodies under a commune."""

    code: str
    name: str
    level: int
    count: queries.Cell
    beside: tuple[tuple[str, str], ...] = ()


@require_safe
@private
@officer_page
def tree(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The province's bodies, then its communes by letter. `?q=` looks for a name or a code, with marks or without."""
    today, q = clock.now().date(), request.GET.get("q", "").replace("\0", "").strip()[:100]
    counts = queries.headcounts(principal.province_id, today)
    found = queries.agencies_like(principal.province_id, today, q) if q else []
    bodies: list[Line] = []
    communes: list[tuple[str, list[Line]]] = []
    if not q:
        short = {c.code: c for c in places.communes_of(f"{principal.province_id:02d}", today)}
        nodes = queries.tree(principal.province_id, today)
        bodies = list(_bodies(nodes, counts, 0))
        listed = sorted(_communes(nodes), key=lambda n: queries.sort_key(_place(n.agency, short)[1]))
        for node in listed:
            full, name = _place(node.agency, short)
            beside = tuple(
                (c.agency.code, _(BESIDE[c.agency.kind]) if c.agency.kind in BESIDE else c.agency.name)
                for c in node.children
            )
            line = Line(node.agency.code, full, 0, _count(counts, node.agency), beside)
            letter = _letter(name)
            if not communes or communes[-1][0] != letter:
                communes.append((letter, []))
            communes[-1][1].append(line)
    in_communes = [line.count for _letter_, lines in communes for line in lines]
    return render(
        request,
        "organisation/tree.html",
        {
            "q": q,
            "found": [Line(a.code, a.name, 0, _count(counts, a)) for a in found],
            "bodies": bodies,
            "communes": communes,
            "how_many": len(in_communes),
            "figures": [
                {"label": _("biên chế được giao ở các xã, phường"), "value": sum(c.authorised for c in in_communes)},
                {"label": _("người đang làm việc"), "value": sum(c.filled for c in in_communes)},
                {
                    "label": _("còn thiếu"),
                    "value": (short_of := sum(c.gap for c in in_communes)),
                    "tone": "soon" if short_of else "",
                },
            ],
            **menu(principal, "tree"),
        },
    )


def _bodies(nodes: tuple[Node, ...], counts: dict[UUID, queries.Cell], level: int) -> list[Line]:
    lines = []
    for node in nodes:
        if node.agency.kind != COMMUNE:
            lines.append(Line(node.agency.code, node.agency.name, level, _count(counts, node.agency)))
            lines += _bodies(node.children, counts, level + 1)
    return lines


def _communes(nodes: tuple[Node, ...]) -> list[Node]:
    return [found for node in nodes for found in ([node] if node.agency.kind == COMMUNE else _communes(node.children))]


def _place(agency: Agency, known: dict[str, Any]) -> tuple[str, str]:
    """("Xã Quỳnh Sơn", "Quỳnh Sơn") for a commune's People's Committee; its own name where the place is not known."""
    place = known.get(agency.commune_id or "")
    return (place.full_name, place.name) if place else (agency.name, agency.name)


def _letter(name: str) -> str:
    """The letter of the Vietnamese alphabet a name begins with: "Ái" -> "A", "Đô" -> "Đ"."""
    first = unicodedata.normalize("NFD", name[:1].upper())
    kept = "".join(c for c in first if c not in "\u0300\u0301\u0303\u0309\u0323")
    return unicodedata.normalize("NFC", kept)


def _count(counts: dict[UUID, queries.Cell], agency: Agency) -> queries.Cell:
    return counts.get(agency.id, queries.Cell(0, 0, 0, 0))


def menu(principal: Principal, here: str) -> dict[str, Any]:
    """The pages beside one another; only those the reader may open."""
    pages = (
        ("tree", _("Cơ quan"), "organisation:tree", True),
        ("gaps", _("Biên chế và người còn thiếu"), "organisation:gaps", rules.may_see_gaps(principal)),
        ("officers", _("Cán bộ"), "organisation:officers", True),
        ("delegations", _("Ủy quyền"), "organisation:delegations", True),
        ("absences", _("Vắng mặt"), "organisation:absences", True),
    )
    return {
        "tabs": [(label, reverse(name), key == here) for key, label, name, shown in pages if shown],
        "administers": principal.has("administrator"),
    }


# --- one agency --------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def agency(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One agency: its facts, rooms, posts and people, what is missing, and its history."""
    view = _view(principal, code)
    found, today = view.agency, clock.now().date()
    return render(
        request,
        "organisation/agency.html",
        {
            "view": view,
            "agency": found,
            "kind": _(AGENCY_KINDS[found.kind]),
            "ended": found.valid_to is not None and found.valid_to <= today,
            "facts": _facts(found),
            "figures": [
                {"label": _("biên chế được giao"), "value": view.headcount.authorised},
                {"label": _("người đang làm việc"), "value": view.headcount.filled},
                {"label": _("biệt phái, tăng cường đến"), "value": view.headcount.seconded},
                {"label": _("còn thiếu"), "value": view.gap, "tone": "soon" if view.gap else ""},
            ],
            "history": people.history(principal.province_id, "agency", found.id),
            "points": [(point, placed(point)) for point in view.points],
            "specialisms": specialisms(),
            "manages": rules.manages(principal, found.id) and principal.delegation_id is None,
            "opens": rules.sees_all(principal) or principal.agency_id == found.id,
            **menu(principal, "tree"),
        },
    )


def _view(principal: Principal, code: str) -> AgencyView:
    view = queries.agency_view(principal.province_id, code.replace("\0", ""), clock.now().date())
    if view is None:
        raise NotFound(_("Tỉnh không có cơ quan mang mã này."))
    return view


def _facts(found: Agency) -> Rows:
    checked = _("đã đối chiếu văn bản") if found.code_verified else _("chưa đối chiếu văn bản cấp mã")
    return [
        (_("Mã định danh"), f"{found.code} ({checked})"),
        (_("Địa chỉ"), placed(found)),
        (_("Điện thoại"), found.phone),
        (_("Quyết định thành lập"), found.instrument),
        (_("Hoạt động từ ngày"), _day(found.valid_from)),
        *([(_("Bãi bỏ từ ngày"), _day(found.valid_to))] if found.valid_to else []),
    ]


def placed(row: Agency | ReceptionPoint) -> str:
    """The address with today's commune, or with the remark that nobody has placed it."""
    if row.address and row.address_commune_id is None:
        return _("%(address)s (chưa xác định xã, phường hiện nay)") % {"address": row.address}
    return written(row.address, row.address_commune_id)


def _day(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if value else ""


# --- changing it -------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new_agency(request: HttpRequest, principal: Principal) -> HttpResponse:
    rules.need_administrator(principal)
    communes = [(c.code, c.full_name) for c in places.communes_of(f"{principal.province_id:02d}", clock.now().date())]

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        values = {**answers, "commune_id": answers.pop("commune") or None, "parent_id": None}
        values.pop("commune", None)
        if above := values.pop("parent").strip():
            parent = Agency.objects.filter(province_id=principal.province_id, code=above).first()
            if parent is None:
                raise RuleBroken.of("parent", _("Tỉnh không có cơ quan mang mã này."))
            values["parent_id"] = parent.id
        services.create(principal, AGENCY, _values(values), id=key)
        messages.success(request, _("Đã thêm %(name)s.") % {"name": values["name"]})
        return redirect("organisation:agency", values["code"].strip())

    page = FormPage(_("Thêm cơ quan"), _("Thêm cơ quan"), reverse("organisation:tree"))
    return write(request, principal, page, lambda data: AgencyForm(communes, data), perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def edit_agency(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    rules.need_administrator(principal)
    found = _view(principal, code).agency
    fields = ("code", "code_verified", "name", "address", "phone", "instrument", "valid_from", "version")
    initial = {name: getattr(found, name) for name in fields} | _typed_address(found)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services.change(principal, AGENCY, found.id, answers.pop("version"), _values(answers))
        messages.success(request, _("Đã lưu."))
        return redirect("organisation:agency", answers["code"].strip())

    page = FormPage(_("Sửa thông tin cơ quan"), _("Lưu"), reverse("organisation:agency", args=[code]), found.name)
    return write(
        request, principal, page, lambda data: AgencyForm(None, data, initial=initial), perform, lambda: _now(found)
    )


def _now(row: models.Model) -> Rows:
    """What stands in the register after somebody else changed it."""
    row.refresh_from_db()
    shown = ("code", "name", "title", "address", "phone", "hours", "authorised", "instrument", "valid_from", "valid_to")
    rows = [(_(people.FIELDS[name]).capitalize(), getattr(row, name)) for name in shown if hasattr(row, name)]
    return [(label, _day(value) if hasattr(value, "year") else value) for label, value in rows]


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of thing inside an agency, by the word in its address."""

    register: Register
    add: str
    edit: str
    end: str
    fields: tuple[str, ...]


THINGS = {
    "phong": Thing(
        DIVISION,
        gettext_noop("Thêm phòng"),
        gettext_noop("Sửa phòng"),
        gettext_noop("Bãi bỏ phòng"),
        ("name", "kind", "instrument"),
    ),
    "diem-tiep-nhan": Thing(
        POINT,
        gettext_noop("Thêm điểm tiếp nhận"),
        gettext_noop("Sửa điểm tiếp nhận"),
        gettext_noop("Bãi bỏ điểm tiếp nhận"),
        ("name", "address", "phone", "hours", "instrument", "valid_from"),
    ),
    "vi-tri": Thing(
        POSITION,
        gettext_noop("Thêm vị trí"),
        gettext_noop("Sửa vị trí"),
        gettext_noop("Bãi bỏ vị trí"),
        ("division_id", "title", "authorised", "specialism", "roles", "instrument"),
    ),
}


def _form(word: str, view: AgencyView, data: Any, initial: dict[str, Any], *, new: bool) -> WriteForm:
    form: WriteForm
    if word == "phong":
        form = DivisionForm(data, initial=initial)
    elif word == "diem-tiep-nhan":
        form = PointForm(data, initial=initial)
    else:
        form = PositionForm([(str(r.division.id), r.division.name) for r in view.rooms], data, initial=initial)
    if new:
        del form.fields["version"]
    return form


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def add(request: HttpRequest, principal: Principal, code: str, word: str) -> HttpResponse:
    """A new room, reception point or post of an agency. `?phong=` chooses the room beforehand."""
    rules.need_administrator(principal)
    view, thing = _view(principal, code), _thing(word)
    back = reverse("organisation:agency", args=[code])

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services.create(principal, thing.register, {"agency_id": view.agency.id, **_values(answers)}, id=key)
        messages.success(request, _("Đã thêm."))
        return redirect(back)

    initial = {"division": request.GET.get("phong", ""), "authorised": 1}
    make = partial(_form, word, view, initial=initial, new=True)
    page = FormPage(_(thing.add), _(thing.add), back, view.agency.name)
    return write(request, principal, page, lambda data: make(data=data), perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def edit(request: HttpRequest, principal: Principal, code: str, word: str, id: UUID) -> HttpResponse:
    rules.need_administrator(principal)
    view, thing = _view(principal, code), _thing(word)
    row = _row(thing, view, id)
    back = reverse("organisation:agency", args=[code])
    initial = {name.removesuffix("_id"): getattr(row, name) for name in (*thing.fields, "version")}
    initial["division"] = str(initial.get("division", ""))
    initial |= _typed_address(row)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services.change(principal, thing.register, id, answers.pop("version"), _values(answers))
        messages.success(request, _("Đã lưu."))
        return redirect(back)

    make = partial(_form, word, view, initial=initial, new=False)
    more = {
        "history": people.history(principal.province_id, thing.register.kind, id),
        "end": (_(thing.end), reverse("organisation:end", args=[code, word, id])),
    }
    page = FormPage(_(thing.edit), _("Lưu"), back, view.agency.name, more=more)
    return write(request, principal, page, lambda data: make(data=data), perform, lambda: _now(row))


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def end(request: HttpRequest, principal: Principal, code: str, word: str, id: UUID) -> HttpResponse:
    """Abolishes a room, a point or a post from a day on; nothing is deleted."""
    rules.need_administrator(principal)
    view, thing = _view(principal, code), _thing(word)
    row = _row(thing, view, id)
    back = reverse("organisation:agency", args=[code])
    name = row.title if isinstance(row, Position) else row.name
    return _end(request, principal, thing.register, row, FormPage(_(thing.end), _("Bãi bỏ"), back, name, danger=True))


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def end_agency(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    rules.need_administrator(principal)
    found = _view(principal, code).agency
    page = FormPage(
        _("Bãi bỏ cơ quan"), _("Bãi bỏ"), reverse("organisation:agency", args=[code]), found.name, danger=True
    )
    return _end(request, principal, AGENCY, found, page)


def _end(request: HttpRequest, principal: Principal, register: Register, row: Any, page: FormPage) -> HttpResponse:
    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services.end(principal, register, row.id, answers["version"], answers["valid_to"], answers["instrument"])
        messages.success(request, _("Đã bãi bỏ từ ngày %(day)s.") % {"day": _day(answers["valid_to"])})
        return redirect(page.back)

    initial = {"version": row.version, "valid_to": clock.now().date()}
    return write(request, principal, page, lambda data: EndForm(data, initial=initial), perform, lambda: _now(row))


def _thing(word: str) -> Thing:
    if word not in THINGS:
        raise NotFound(_("Không có trang này."))
    return THINGS[word]


def _row(thing: Thing, view: AgencyView, id: UUID) -> Division | ReceptionPoint | Position:
    row: Any = thing.register.model._default_manager.filter(agency_id=view.agency.id, id=id).first()
    if row is None:
        raise NotFound(_("Không tìm thấy mục này ở cơ quan này."))
    found: Division | ReceptionPoint | Position = row
    return found


def _values(answers: dict[str, Any]) -> dict[str, Any]:
    """The answers by the names of the register."""
    values = {("division_id" if name == "division" else name): _id(name, value) for name, value in answers.items()}
    if "address" in values:
        address: Address | None = values["address"]
        values["address"] = address.text if address else ""
        values["address_commune_id"] = (address.commune_code if address else "") or None
    return values


def _typed_address(row: models.Model) -> dict[str, Typed]:
    """The standing address as its field takes it, with the commune that was chosen."""
    if not isinstance(row, Agency | ReceptionPoint):
        return {}
    return {"address": Typed(row.address, row.address_commune_id or "")}


def _id(name: str, value: Any) -> Any:
    return UUID(value) if name == "division" else value
