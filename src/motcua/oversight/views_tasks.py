"""Pages of tasks: the list, giving one or a part of one, and the series. A task itself is drawn by `casepages`."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages.lists import Asked, Side
from motcua.casepages.views import private
from motcua.casework.cursors import decode, encode
from motcua.casework.models import Case
from motcua.casework.services import Performed
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.organisation.writing import key_of
from motcua.oversight import lateness, listing, narrowing, queries, queries_tasks, relations, services_tasks
from motcua.oversight import rules_tasks as rules
from motcua.oversight.forms_tasks import GiveForm, ListForm, SeriesForm
from motcua.oversight.models import TaskSeries
from motcua.oversight.models_tasks import FREQUENCIES
from motcua.oversight.opening import Opening, opened
from motcua.oversight.services_tasks import Given, Recurring
from motcua.oversight.urging import URGED
from motcua.worktime import clock

PAGE = 30


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The pages of this idea beside one another."""
    pages = (
        ("tasks", _("Nhiệm vụ")),
        ("programmes", _("Chương trình, chỉ tiêu")),
        ("backlogs", _("Việc tồn đọng")),
        ("flashpoints", _("Điểm nóng")),
    )
    return [(label, reverse(f"oversight:{name}"), name == here) for name, label in pages]


@require_safe
@private
@officer_page
def tasks(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Tasks of the scope, newest first: those to do, those given, those one coordinates; narrowed, by cursor."""
    form = list_form(request.GET, principal)
    context: dict[str, Any] = {"form": form, "tabs": tabs("tasks"), "may_give": principal.has(*rules.GIVES)}
    if not form.is_valid():
        return render(request, "oversight/tasks.html", {**context, "rows": []}, status=422)
    if kind := request.GET.get("tep", ""):
        return listing.file(principal, rules.KIND, asked_of(form.cleaned_data, principal, ""), kind)
    side = side_of(form.cleaned_data, principal)
    found = queries_tasks.rows(
        principal, asked_of(form.cleaned_data, principal, request.GET.get("cursor", "")), PAGE + 1
    )
    rows, more = found[:PAGE], len(found) > PAGE
    return render(
        request,
        "oversight/tasks.html",
        {
            **context,
            "figures": figures(principal, side),
            "rows": queries_tasks.told(rows),
            "narrowed": any(v for k, v in form.cleaned_data.items() if k != "side"),
            "file": listing.address(request),
            "next": encode(rows[-1].received_at, rows[-1].id) if more else "",
        },
    )


def list_form(data: Any, principal: Principal) -> ListForm:
    """Of a query as the address has it."""
    form = ListForm(data)
    sides = [
        ("lead", _("Cơ quan tôi phải làm")),
        ("origin", _("Cơ quan tôi đã giao")),
        ("shared", _("Cơ quan tôi phối hợp")),
        ("mine", _("Cơ quan tôi liên quan")),
    ]
    if principal.scope.wide:
        sides.insert(0, ("all", _("Toàn tỉnh")))
    any_of = ("", _("Tất cả"))
    programmes = [(str(p.id), p.code) for p in queries_tasks.programmes(principal.province_id)]
    for name, choices in (
        ("side", sides),
        ("state", [any_of, *((code, _(label)) for code, label in rules.STATES.items())]),
        ("programme", [any_of, *programmes]),
        ("lead", [any_of, *((a.code, a.name) for a in queries_tasks.all_bodies(principal.province_id))]),
        ("commune", [any_of, *((a.code, a.name) for a in queries.communes(principal.province_id))]),
        ("team", [any_of, *narrowing.teams(principal.province_id)]),
    ):
        form.fields[name].choices = choices  # type: ignore[attr-defined]
    return form


def side_of(given: dict[str, Any], principal: Principal) -> Side:
    """The side asked for; otherwise the whole province for whoever sees it, or what one's agency must do."""
    side: Side = given["side"] or ("all" if principal.scope.wide else "lead")
    return side


def figures(principal: Principal, side: Side) -> list[dict[str, Any]]:
    """What presses on a side: late, soon late, waiting to be confirmed; each leads to its list. Nothing where nothing presses."""
    found = queries_tasks.pressing(principal, side)
    listed = (
        (_("quá hạn"), found.late, "late", "late=on"),
        (_("sắp quá hạn"), found.soon, "soon", "lateness=soon"),
        (_("chờ xác nhận"), found.reported, "", "state=reported"),
        (_("xin gia hạn"), found.asked, "", "asked=on"),
    )
    if not any(n for _label, n, _tone, _query in listed):
        return []
    return [
        {"label": label, "value": n, "tone": tone if n else "", "href": f"?side={side}&{query}"}
        for label, n, tone, query in listed
    ]


def asked_of(given: dict[str, Any], principal: Principal, cursor: str) -> Asked:
    """The narrowing that a form asks for."""
    side = side_of(given, principal)
    lead = organisation.agency(principal.province_id, code=given["lead"]) if given["lead"] else None
    more, values = narrowing.tasks(given)
    values |= queries_tasks.late_values()
    if given["asked"]:
        more.append(queries_tasks.ASKED)
    if given["urged"]:
        more.append(URGED)
    if given["lateness"]:
        more.append(lateness.CONDITIONS[given["lateness"]])
    return Asked(
        side=side,
        states=[given["state"]] if given["state"] else (),
        subjects=[given["source"]] if given["source"] else (),
        lead=lead.id if lead else None,
        late=given["late"],
        open=given["open"],
        received_from=clock.start_of(given["received_from"]) if given["received_from"] else None,
        received_to=clock.start_of(given["received_to"] + timedelta(days=1)) if given["received_to"] else None,
        before=decode(cursor) if cursor else None,
        ids=queries_tasks.of_programme(UUID(given["programme"])) if given["programme"] else None,
        more=more,
        values=values,
    )


# --- giving ------------------------------------------------------------------------------------------------------------


def need_giver(principal: Principal) -> None:
    if not principal.has(*rules.GIVES):
        raise Forbidden(_("Việc giao nhiệm vụ thuộc lãnh đạo hoặc người điều phối của cơ quan."))


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def give(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A new task with its papers; with `?thuoc=CODE` a part of a task that one's agency leads, with `?tu=CODE` one that comes of a recommendation
    or a letter. Sent twice under one key it is given once."""
    need_giver(principal)
    parent = _parent(principal, request.GET.get("thuoc", ""))
    initial: dict[str, Any] = {}
    if parent:
        initial["due_on"] = parent.promised_at.astimezone(clock.TZ).date() if parent.promised_at else None

    origin = relations.source(request.GET["tu"])[0] if request.GET.get("tu") else None
    if origin:
        initial |= relations.start(origin)

    def perform(given: dict[str, Any], **how: Any) -> Performed:
        asked = given_of(given, parent.code if parent else "")
        return services_tasks.give(principal, replace(asked, from_code=origin.code if origin else ""), **how)

    more = {"parent": parent, "origin": origin}
    page = Opening("oversight/give_task.html", _("Đã giao nhiệm vụ %(code)s."), more)
    return opened(request, principal, page, lambda data: GiveForm(principal, data, **initial), perform)


def _parent(principal: Principal, code: str) -> Case | None:
    """The task that is divided, as the reader sees it. Raises NotFound, Forbidden where another agency leads it."""
    if not code:
        return None
    found = Case.objects.filter(province_id=principal.province_id, kind=rules.KIND, code=code.replace("\0", "")).first()
    if found is None:
        raise NotFound(_("Không tìm thấy nhiệm vụ này trong phạm vi của bạn."))
    if found.lead_agency_id != principal.agency_id:
        raise Forbidden(_("Chỉ cơ quan chủ trì mới chia việc của nhiệm vụ này."))
    return found


def given_of(given: dict[str, Any], parent: str = "") -> Given:
    return Given(
        text=given["text"],
        lead=given["lead"],
        coordinating=tuple(given["coordinating"]),
        division=UUID(given["division"]) if given["division"] else None,
        source=given["source"],
        block=given["block"],
        priority=given["priority"],
        document=given["document"],
        document_on=given.get("document_on"),
        item=given.get("item", ""),
        due_on=given.get("due_on"),
        no_due=given.get("no_due", False),
        follower=given["follower"],
        programme=UUID(given["programme"]) if given["programme"] else None,
        parent=parent,
    )


def refused(form: Any, broken: RuleBroken) -> None:
    """A service's refusals beside their fields."""
    for error in broken.errors:
        form.add_error(error.field if error.field in form.fields else None, error.message)


# --- series ------------------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def series(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The tasks that come back, of one's agency; of all for whoever oversees."""
    rows = TaskSeries.objects.select_related("owner_agency").order_by("ended_at", "next_on", "title")[:200]
    names = {a.code: a.name for a in queries_tasks.all_bodies(principal.province_id)}
    listed = [
        {
            "row": row,
            "lead": names.get(row.template["lead"], row.template["lead"]),
            "frequency": _(FREQUENCIES[row.frequency]),
            "may_end": row.ended_at is None
            and row.owner_agency_id == principal.agency_id
            and principal.has(*rules.GIVES),
        }
        for row in rows
    ]
    context = {"rows": listed, "tabs": tabs("tasks"), "may_give": principal.has(*rules.GIVES)}
    return render(request, "oversight/task_series.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def start_series(request: HttpRequest, principal: Principal) -> HttpResponse:
    """A task that comes back; the worker gives it each time its day comes."""
    need_giver(principal)
    form = SeriesForm(principal, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with scope.enter(principal.scope):
                asked = Recurring(
                    given_of(given), given["frequency"], given["next_on"], given["due_days"], given["until"]
                )
                services_tasks.start_series(principal, asked, id=key_of(request))
            messages.success(request, _("Đã lưu nhiệm vụ định kỳ."))
            return redirect("oversight:task_series")
        except RuleBroken as broken:
            refused(form, broken)
    status = 422 if request.method == "POST" else 200
    return render(request, "oversight/start_series.html", {"form": form}, status=status)


@require_http_methods(["POST"])
@private
@officer_page
def end_series(request: HttpRequest, principal: Principal, series_id: UUID) -> HttpResponse:
    """Nothing more is given by it; what was given stays. 409 when somebody changed it meanwhile."""
    version = request.POST.get("version", "")
    with scope.enter(principal.scope):
        services_tasks.end_series(principal, series_id, int(version) if version.isdecimal() else -1)
    messages.success(request, _("Đã dừng nhiệm vụ định kỳ."))
    return redirect("oversight:task_series")
