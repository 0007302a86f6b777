"""Pages of the register of teams, and of what a team asks its communes for."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages.views import private
from motcua.organisation import queries as organisation
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.principal import Principal
from motcua.organisation.writing import FormPage, key_of, write
from motcua.oversight import (
    queries,
    queries_reports,
    queries_tasks,
    queries_teams,
    rules_visits,
    services_reports,
    services_teams,
    team_documents,
    team_results,
)
from motcua.oversight.forms_reports import AskForm, RemindAllForm
from motcua.oversight.forms_teams import OUTSIDE, AgencyForm, ChangeMemberForm, MemberForm, RemoveForm, TeamForm
from motcua.oversight.models_teams import TEAM_KINDS, TEAM_OWNERS
from motcua.oversight.services_reports import Asking
from motcua.oversight.services_teams import MemberAsked, TeamAsked
from motcua.oversight.word_papers import DOCX
from motcua.worktime import clock

FORM = "oversight/form.html"
GET_POST = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@private
@officer_page
def teams(request: HttpRequest, principal: Principal) -> HttpResponse:
    rows = [
        {
            "name": team.name,
            "href": reverse("oversight:team", args=[team.id]),
            "kind": _(TEAM_KINDS[team.kind]),
            "owner": team.owner_agency.name,
            "decision": team.decision,
            "communes": team.n_communes,  # type: ignore[attr-defined]
            "from": team.valid_from,
            "to": team.valid_to,
        }
        for team in queries_teams.teams(principal.province_id)
    ]
    columns = [
        {"label": _("Tên"), "key": "name", "href": "href", "head": True},
        {"label": _("Loại"), "key": "kind"},
        {"label": _("Cơ quan thành lập"), "key": "owner"},
        {"label": _("Số xã, phường"), "key": "communes", "kind": "number"},
        {"label": _("Từ ngày"), "key": "from", "kind": "date"},
        {"label": _("Đến hết ngày"), "key": "to", "kind": "date"},
    ]
    context = {"rows": rows, "columns": columns, "may_keep": services_teams.may_keep(principal)}
    return render(request, "oversight/teams.html", context)


@require_safe
@private
@officer_page
def team(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    view = queries_teams.view(principal.province_id, id)
    row = view.row
    keeps = services_teams.may_keep(principal) and row.owner_agency_id == principal.agency_id
    owed = queries_reports.owed(principal.province_id, team=row) if keeps or principal.scope.wide else []
    facts = [
        (_("Loại"), _("%(kind)s số %(number)s") % {"kind": _(TEAM_KINDS[row.kind]), "number": row.number}),
        (_("Cơ quan thành lập"), f"{row.owner_agency.name} ({_(TEAM_OWNERS[row.owner])})"),
        (_("Quyết định"), f"{row.decision}, {row.decided_on:%d/%m/%Y}"),
        (_("Hoạt động"), _span(row)),
        (_("Lĩnh vực"), ", ".join(view.sectors) or _("Mọi lĩnh vực")),
        (_("Nhiệm vụ"), row.mandate),
    ]
    states = {code: _(name) for code, name in rules_visits.STATES.items()}
    return render(
        request,
        "oversight/team.html",
        {
            "view": view,
            "team": row,
            "facts": facts,
            "members": [(m, queries_teams.role(m)) for m in view.members],
            "keeps": keeps,
            "owed": queries_reports.counts(owed) if owed else [],
            "raised": team_results.recommendations(principal, id),
            "given": team_results.tasks(principal, id),
            "sums_up": keeps or principal.scope.wide,
            "visits": [
                {
                    "day": day,
                    "commune": name,
                    "state": states[state],
                    "tone": "quiet" if state == "cancelled" else "",
                    "href": reverse("casepages:case", args=[code]),
                }
                for code, day, name, state in queries_teams.visits(row)
            ],
            "visit_columns": [
                {"label": _("Xã, phường"), "key": "commune", "href": "href", "head": True},
                {"label": _("Ngày"), "key": "day", "kind": "date"},
                {"label": _("Trạng thái"), "key": "state"},
            ],
        },
    )


@require_safe
@private
@officer_page
def summary(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """The report on all of the team's work, as Word; for the body that set it up and for whoever oversees the province."""
    row = queries_teams.team(principal.province_id, id)
    if row.owner_agency_id != principal.agency_id and not principal.scope.wide:
        raise Forbidden(_("Báo cáo tổng hợp do cơ quan thành lập tổ, đoàn lập."))
    response = HttpResponse(team_documents.summary(principal, row), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="bao-cao-tong-hop-{row.number}.docx"'
    return response


def _span(row: Any) -> str:
    start = f"{row.valid_from:%d/%m/%Y}"
    if row.valid_to is None:
        return _("từ %(start)s") % {"start": start}
    return _("từ %(start)s đến hết %(end)s") % {"start": start, "end": f"{row.valid_to:%d/%m/%Y}"}


def _communes(province_id: int) -> list[tuple[str, str]]:
    return [(agency.code, agency.name) for agency in queries.communes(province_id)]


def _asked(answers: dict[str, Any]) -> TeamAsked:
    return TeamAsked(**{name: value for name, value in answers.items() if name != "version"})


@GET_POST
@private
@officer_page
def new_team(request: HttpRequest, principal: Principal) -> HttpResponse:
    services_teams.need_keeper(principal)
    communes = _communes(principal.province_id)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        id = services_teams.create_team(principal, _asked(answers), key)
        messages.success(request, _("Đã ghi %(name)s.") % {"name": answers["name"]})
        return redirect("oversight:team", id)

    page = FormPage(
        _("Thêm tổ công tác, đoàn giám sát"), _("Lưu"), reverse("oversight:teams"), template="oversight/team_form.html"
    )
    return write(request, principal, page, lambda data: TeamForm(communes, {}, data), perform)


@GET_POST
@private
@officer_page
def edit_team(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    view = queries_teams.view(principal.province_id, id)
    row = view.row
    services_teams.need_keeper(principal, row)
    communes = _communes(principal.province_id)
    names = ("kind", "number", "name", "decision", "decided_on", "valid_from", "valid_to", "mandate", "sectors")
    initial = {name: getattr(row, name) for name in (*names, "version")}
    initial["communes"] = [agency.code for agency in view.communes]

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_teams.change_team(principal, id, answers["version"], _asked(answers))
        messages.success(request, _("Đã sửa %(name)s.") % {"name": answers["name"]})
        return redirect("oversight:team", id)

    back = reverse("oversight:team", args=[id])
    page = FormPage(_("Sửa"), _("Lưu"), back, caption=row.name, template="oversight/team_form.html")
    return write(request, principal, page, lambda data: TeamForm(communes, initial, data), perform)


@GET_POST
@private
@officer_page
def add_member(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """First whom the member speaks for (`?agency`), then who of its officers it is, or a name."""
    row = queries_teams.team(principal.province_id, id)
    services_teams.need_keeper(principal, row)
    bodies = [(agency.code, agency.name) for agency in queries_tasks.all_bodies(principal.province_id)]
    chosen = request.GET.get("agency", "")
    agency = organisation.agency(principal.province_id, code=chosen) if chosen in dict(bodies) else None
    people = organisation.officers_of(agency.id, clock.now().astimezone(clock.TZ).date()) if agency else []
    officers = {officer.login: officer.described for officer in people if officer.login}

    def make(data: Any) -> MemberForm:
        return MemberForm([*officers.items()], row.version, data)

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        version = answers.pop("version")
        services_teams.add_member(principal, id, version, MemberAsked(**answers, agency=agency.code if agency else ""))
        messages.success(request, _("Đã thêm thành viên."))
        return redirect("oversight:team", id)

    page = FormPage(
        _("Thêm thành viên"),
        _("Thêm"),
        reverse("oversight:team", args=[id]),
        caption=row.name,
        template="oversight/member_form.html",
        more={"agencies": AgencyForm(bodies, chosen), "chosen": bool(agency) or chosen == OUTSIDE},
    )
    return write(request, principal, page, make, perform)


@GET_POST
@private
@officer_page
def edit_member(request: HttpRequest, principal: Principal, id: UUID, member_id: UUID) -> HttpResponse:
    view = queries_teams.view(principal.province_id, id)
    services_teams.need_keeper(principal, view.row)
    member = next((m for m in view.members if m.id == member_id), None)
    if member is None:
        raise NotFound(_("Không có thành viên này."))

    def make(data: Any) -> ChangeMemberForm:
        return ChangeMemberForm(data, initial={"version": view.row.version, "role": member.role, "title": member.title})

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_teams.change_member(principal, id, answers["version"], member_id, answers["role"], answers["title"])
        messages.success(request, _("Đã sửa thành viên."))
        return redirect("oversight:team", id)

    page = FormPage(
        _("Sửa thành viên"),
        _("Lưu"),
        reverse("oversight:team", args=[id]),
        caption=f"{view.row.name}: {member.full_name}",
        template=FORM,
    )
    return write(request, principal, page, make, perform)


@GET_POST
@private
@officer_page
def remove_member(request: HttpRequest, principal: Principal, id: UUID, member_id: UUID) -> HttpResponse:
    view = queries_teams.view(principal.province_id, id)
    services_teams.need_keeper(principal, view.row)
    member = next((m for m in view.members if m.id == member_id), None)

    def make(data: Any) -> RemoveForm:
        return RemoveForm(data, initial={"version": view.row.version})

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_teams.remove_member(principal, id, answers["version"], member_id)
        messages.success(request, _("Đã đưa ra khỏi tổ, đoàn."))
        return redirect("oversight:team", id)

    facts = [(queries_teams.role(member), f"{member.full_name}, {member.title}")] if member else []
    page = FormPage(
        _("Đưa thành viên ra"),
        _("Đưa ra"),
        reverse("oversight:team", args=[id]),
        caption=view.row.name,
        danger=True,
        facts=facts,
        template=FORM,
    )
    return write(request, principal, page, make, perform)


# --- outlines asked for -----------------------------------------------------------------------------------------------


@GET_POST
@private
@officer_page
def ask(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """Asks the team's communes to report by an outline."""
    row = queries_teams.team(principal.province_id, id)
    services_teams.need_keeper(principal, row)
    outlines = [
        (str(q.id), f"{q.title} ({_('bản')} {q.number})")
        for q in queries_reports.outlines(principal.province_id, principal.agency_id, published=True)
    ]
    communes = [(agency.code, agency.name) for agency in queries_teams.communes(row)] or _communes(
        principal.province_id
    )

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        done = services_reports.ask(
            principal,
            Asking(
                UUID(answers["questionnaire"]),
                answers["agencies"],
                answers["due_on"],
                answers["asked_by"],
                answers["period"],
                id,
            ),
            key=str(key) if key else None,
        )
        said = ngettext("Đã yêu cầu %(n)d nơi báo cáo.", "Đã yêu cầu %(n)d nơi báo cáo.", len(done))
        messages.success(request, said % {"n": len(done)})
        return redirect("oversight:team_reports", id)

    page = FormPage(
        _("Yêu cầu báo cáo theo đề cương"),
        _("Gửi yêu cầu"),
        reverse("oversight:team", args=[id]),
        caption=row.name,
        template="oversight/ask.html",
        more={"outlines": outlines},
    )
    return write(request, principal, page, lambda data: AskForm(outlines, communes, data), perform)


@GET_POST
@private
@officer_page
def team_reports(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """Who has sent and who has not; POST urges all who have not."""
    row = queries_teams.team(principal.province_id, id)
    keeps = services_teams.may_keep(principal) and row.owner_agency_id == principal.agency_id
    rows = queries_reports.owed(principal.province_id, team=row)
    if request.method == "POST":
        services_teams.need_keeper(principal, row)
        return remind_all(request, principal, rows, reverse("oversight:team_reports", args=[id]))
    return render(
        request,
        "oversight/owed.html",
        {
            "title": _("Báo cáo theo đề cương"),
            "caption": row.name,
            "back": (row.name, reverse("oversight:team", args=[id])),
            "rows": rows,
            "figures": queries_reports.counts(rows),
            "form": RemindAllForm() if keeps and any(r.owes for r in rows) else None,
            "by_term": False,
            "collation": reverse("oversight:team_collation", args=[id]) if rows else "",
        },
    )


def remind_all(request: HttpRequest, principal: Principal, rows: list[queries_reports.Owed], back: str) -> HttpResponse:
    """Urges whoever of the list has not sent; sent twice under one key, once."""
    form = RemindAllForm(request.POST)
    if form.is_valid():
        owing = [(row.code, row.version) for row in rows if row.owes]
        given = form.cleaned_data
        done = services_reports.remind_all(principal, owing, given["number"], given["text"], key_of(request))
        said = ngettext("Đã đôn đốc %(n)d nơi.", "Đã đôn đốc %(n)d nơi.", done)
        messages.success(request, said % {"n": done})
    return redirect(back)
