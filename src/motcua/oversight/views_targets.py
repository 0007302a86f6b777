"""Pages of programmes with their tasks and targets, and of a target with its figures."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages.lists import Asked
from motcua.casepages.views import private
from motcua.casework.cursors import decode, encode
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden
from motcua.organisation.principal import Principal
from motcua.organisation.writing import FormPage, Rows, write
from motcua.oversight import queries_targets, queries_tasks, rules_targets
from motcua.oversight import services_targets as services
from motcua.oversight.forms_targets import WHOLE, ProgrammeForm, TargetForm, ValueForm
from motcua.oversight.models import Programme, Target
from motcua.oversight.models_tasks import TASK_SOURCES
from motcua.oversight.rules_tasks import GIVES
from motcua.oversight.services_targets import ProgrammeIn, TargetIn, ValueIn
from motcua.oversight.views_tasks import PAGE, tabs


@require_safe
@private
@officer_page
def programmes(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Resolutions, plans and programmes of the province, newest first, with the share of their tasks done as the reader sees them."""
    rows = queries_tasks.programmes(principal.province_id)
    shares = queries_tasks.shares(row.id for row in rows)
    listed = [
        {"row": row, "kind": _(TASK_SOURCES[row.kind]), "share": shares.get(row.id, queries_tasks.NONE)} for row in rows
    ]
    context = {"rows": listed, "tabs": tabs("programmes"), "may_add": principal.has(*GIVES)}
    return render(request, "oversight/programmes.html", context)


@require_safe
@private
@officer_page
def programme(request: HttpRequest, principal: Principal, programme_id: UUID) -> HttpResponse:
    """One with its targets, its tasks and what share of these is done."""
    row = queries_targets.programme(principal, programme_id)
    cursor = request.GET.get("cursor", "")
    asked = Asked(
        side="all" if principal.scope.wide else "mine",
        before=decode(cursor) if cursor else None,
        ids=queries_tasks.of_programme(row.id),
    )
    found = queries_tasks.rows(principal, asked, PAGE + 1)
    tasks, more = found[:PAGE], len(found) > PAGE
    share = queries_tasks.share_of(row.id)
    return render(
        request,
        "oversight/programme.html",
        {
            "programme": row,
            "facts": _about(row),
            "targets": queries_targets.lines(row),
            "share": share,
            "figures": [
                {"label": _("nhiệm vụ"), "value": share.owed},
                {"label": _("đã hoàn thành"), "value": share.done, "tone": "done" if share.done else ""},
                {"label": _("hoàn thành quá hạn"), "value": share.done_late, "tone": "soon" if share.done_late else ""},
                {"label": _("đang quá hạn"), "value": share.late, "tone": "late" if share.late else ""},
            ],
            "rows": queries_tasks.told(tasks),
            "next": encode(tasks[-1].received_at, tasks[-1].id) if more else "",
            "owns": services.owns(principal, row),
        },
    )


def _about(row: Programme) -> Rows:
    return [
        (_("Số, ký hiệu"), row.code),
        (_("Loại"), _(TASK_SOURCES[row.kind])),
        (_("Cơ quan ban hành"), row.owner_agency.name),
        (_("Ngày ban hành"), f"{row.issued_on:%d/%m/%Y}"),
        *([(_("Đến hết ngày"), f"{row.valid_to:%d/%m/%Y}")] if row.valid_to else []),
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def add_programme(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A new one of the reader's agency."""
    services.need_owner(principal)

    def perform(given: dict[str, Any], key: UUID | None) -> HttpResponse:
        id = services.add_programme(principal, _programme_in(given), id=key)
        messages.success(request, _("Đã thêm."))
        return redirect("oversight:programme", id)

    page = FormPage(_("Thêm chương trình, nghị quyết"), _("Thêm"), reverse("oversight:programmes"))
    return write(request, principal, _mine(page), lambda data: _new(ProgrammeForm(data)), perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def edit_programme(request: HttpRequest, principal: Principal, programme_id: UUID) -> HttpResponse:
    row = queries_targets.programme(principal, programme_id)
    services.need_owner(principal, row)
    back = reverse("oversight:programme", args=[row.id])

    def perform(given: dict[str, Any], key: UUID | None) -> HttpResponse:
        services.change_programme(principal, row.id, given["version"], _programme_in(given))
        messages.success(request, _("Đã lưu."))
        return redirect(back)

    initial = {name: getattr(row, name) for name in ("version", "code", "title", "kind", "issued_on", "valid_to")}
    page = FormPage(_("Sửa chương trình, nghị quyết"), _("Lưu"), back, row.title)

    def latest() -> Rows:
        return _about(queries_targets.programme(principal, row.id))

    return write(request, principal, _mine(page), lambda data: ProgrammeForm(data, initial=initial), perform, latest)


def _programme_in(given: dict[str, Any]) -> ProgrammeIn:
    return ProgrammeIn(given["code"], given["title"], given["kind"], given["issued_on"], given["valid_to"])


def _new(form: Any) -> Any:
    del form.fields["version"]
    return form


def _mine(page: FormPage) -> FormPage:
    return FormPage(
        page.title, page.submit, page.back, page.caption, facts=page.facts, template="oversight/register_form.html"
    )


# --- targets -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def add_target(request: HttpRequest, principal: Principal, programme_id: UUID) -> HttpResponse:
    row = queries_targets.programme(principal, programme_id)
    services.need_owner(principal, row)

    def perform(given: dict[str, Any], key: UUID | None) -> HttpResponse:
        id = services.add_target(principal, row.id, _target_in(given), id=key)
        messages.success(request, _("Đã thêm chỉ tiêu."))
        return redirect("oversight:target", id)

    def form(data: Any) -> Any:
        made = _new(TargetForm(principal, data, agency=row.owner_agency.code))
        del made.fields["valid_to"]
        return made

    page = FormPage(_("Thêm chỉ tiêu"), _("Thêm"), reverse("oversight:programme", args=[row.id]), row.title)
    return write(request, principal, _mine(page), form, perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def edit_target(request: HttpRequest, principal: Principal, target_id: UUID) -> HttpResponse:
    row = queries_targets.target(principal, target_id)
    services.need_owner(principal, row.programme)
    back = reverse("oversight:target", args=[row.id])

    def perform(given: dict[str, Any], key: UUID | None) -> HttpResponse:
        services.change_target(principal, row.id, given["version"], _target_in(given), given["valid_to"])
        messages.success(request, _("Đã lưu."))
        return redirect(back)

    initial = {name: getattr(row, name) for name in ("version", "code", "name", "unit", "valid_to")}
    initial |= {"rising": "1" if row.rising else "", "agency": row.agency.code}
    page = FormPage(_("Sửa chỉ tiêu"), _("Lưu"), back, row.name)

    def latest() -> Rows:
        return _of_target(queries_targets.target(principal, row.id))

    return write(request, principal, _mine(page), lambda data: TargetForm(principal, data, **initial), perform, latest)


def _target_in(given: dict[str, Any]) -> TargetIn:
    return TargetIn(given["code"], given["name"], given["unit"], given["agency"], bool(given["rising"]))


def _of_target(row: Target) -> Rows:
    return [
        (_("Mã"), row.code),
        (_("Chương trình, nghị quyết"), f"{row.programme.code}: {row.programme.title}"),
        (_("Đơn vị tính"), row.unit),
        (
            _("Đạt khi"),
            _("Bằng hoặc cao hơn kế hoạch") if row.rising else _("Bằng hoặc thấp hơn kế hoạch"),
        ),
        (_("Cơ quan chịu trách nhiệm"), row.agency.name),
        *([(_("Theo dõi đến hết ngày"), f"{row.valid_to:%d/%m/%Y}")] if row.valid_to else []),
    ]


@require_safe
@private
@officer_page
def target(request: HttpRequest, principal: Principal, target_id: UUID) -> HttpResponse:
    """A target with plan and actual of every period, corrections among them."""
    row = queries_targets.target(principal, target_id)
    context = {
        "target": row,
        "facts": _of_target(row),
        "figures": queries_targets.figures(row),
        "records": services.records(principal, row),
        "owns": services.owns(principal, row.programme),
    }
    return render(request, "oversight/target.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def record_value(request: HttpRequest, principal: Principal, target_id: UUID) -> HttpResponse:
    """Figures of a period; `?ky=2026-Q3` opens those that stand, to correct them."""
    row = queries_targets.target(principal, target_id)
    if not services.records(principal, row):
        raise Forbidden(_("Số liệu do cơ quan chịu trách nhiệm hoặc cơ quan ban hành chương trình nhập."))
    back = reverse("oversight:target", args=[row.id])
    standing = next((f.row for f in queries_targets.figures(row) if f.row.period == request.GET.get("ky")), None)
    initial: dict[str, Any] = {"version": row.version}
    if standing:
        year, _dash, part = standing.period.partition("-")
        initial |= {name: getattr(standing, name) for name in ("source", "reason", "remedy")}
        initial |= {
            "year": year,
            "part": part or WHOLE,
            "plan": _number(standing.plan),
            "actual": _number(standing.actual),
        }

    def perform(given: dict[str, Any], key: UUID | None) -> HttpResponse:
        asked = ValueIn(
            rules_targets.period(int(given["year"]), "" if given["part"] == WHOLE else given["part"]),
            *(given[name] for name in ("plan", "actual", "source", "reason", "remedy")),
        )
        services.record_value(principal, row.id, given["version"], asked)
        messages.success(request, _("Đã ghi số liệu."))
        return redirect(back)

    def latest() -> Rows:
        return [
            (f.period, f"{_number(f.row.actual) or '–'} / {_number(f.row.plan)}")
            for f in queries_targets.figures(row)[:4]
        ]

    title = _("Sửa số liệu") if standing else _("Nhập số liệu")
    page = FormPage(title, _("Ghi"), back, f"{row.name} ({row.unit})")
    return write(request, principal, _mine(page), lambda data: ValueForm(data, **initial), perform, latest)


def _number(value: Any) -> str:
    """As it is typed: 95,5."""
    return "" if value is None else f"{value.normalize():f}".replace(".", ",")
