"""Pages of the coordinators: who answers for which sector, troubles that many communes share, what departments owe."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from motcua.casepages import lists
from motcua.casepages.views import brought, private
from motcua.documents.models import Attachment
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.organisation.writing import FormPage, write
from motcua.oversight import (
    dictionary,
    queries,
    queries_assigning,
    queries_promises,
    reminder_letters,
    services_assigning,
    services_groups,
)
from motcua.oversight.forms_groups import GroupForm, RemindAllForm, RouteForm
from motcua.oversight.forms_recommendations import AnswerForm
from motcua.oversight.models import RecommendationGroup
from motcua.oversight.rules_recommendations import ANSWERS, AT_WORK, KIND, TRANSITIONS
from motcua.oversight.word_papers import DOCX
from motcua.worktime import clock

ALIKE = """
SELECT r.sector, r.topic, count(*), count(DISTINCT r.agency_id), min(c.received_at)
  FROM casework_case c JOIN oversight_recommendation r ON r.case_id = c.id
 WHERE c.province_id = %s AND c.kind = 'recommendation' AND c.closed_at IS NULL AND r.group_id IS NULL
 GROUP BY 1, 2 HAVING count(DISTINCT r.agency_id) >= 3 ORDER BY 4 DESC, 3 DESC LIMIT 20
"""
GROUPS = """
SELECT g.id, g.title, g.sector, count(c.id), count(c.id) FILTER (WHERE c.closed_at IS NULL AND c.finished_at IS NULL)
  FROM oversight_recommendationgroup g JOIN oversight_recommendation r ON r.group_id = g.id
  JOIN casework_case c ON c.id = r.case_id WHERE g.province_id = %s GROUP BY g.id ORDER BY 5 DESC, g.created_at DESC LIMIT 100
"""
# Two parts, each an index of its own: answers past their date, promises past theirs.
OWES = f"""
SELECT a.code, a.name, coalesce(sum(o.late), 0)::int, coalesce(sum(o.broken), 0)::int, min(o.since) FROM (
  SELECT c.lead_agency_id, count(*) AS late, 0 AS broken, min(c.promised_at) AS since FROM casework_case c
   WHERE c.province_id = %(province)s::smallint AND c.kind = 'recommendation' AND {lists.LATE} GROUP BY 1
  UNION ALL
  SELECT c.lead_agency_id, 0, count(*), min(c.promised_at) FROM casework_case c
   WHERE c.province_id = %(province)s::smallint AND {queries_promises.BROKEN} GROUP BY 1
) o JOIN organisation_agency a ON a.id = o.lead_agency_id GROUP BY a.id ORDER BY 3 DESC, 4 DESC, 5
"""


def rows_of(statement: str, values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return list(cursor.fetchall())


# --- who answers for which sector ---------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def routes(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The table of sectors as it holds today; every officer may know who answers for what."""
    may = principal.has("coordinator") and principal.scope.wide
    return render(
        request,
        "oversight/routes.html",
        {
            "may": may,
            "rows": [
                {
                    "name": dictionary.name("sectors", r.sector),
                    "lead": r.lead.name if r.lead else "",
                    "coordinating": "; ".join(a.name for a in r.coordinating),
                    "instrument": r.instrument,
                    "since": r.since,
                    "href": reverse("oversight:route", args=[r.sector]) if may else "",
                }
                for r in queries.routes(principal.province_id)
            ],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def route(request: HttpRequest, principal: Principal, sector: str) -> HttpResponse:
    services_groups.need_coordinator(principal)
    if sector not in dictionary.names("sectors"):
        raise NotFound(_("Không có lĩnh vực này."))
    now = queries.route(principal.province_id, sector)

    def make(data: Any) -> WriteForm:
        return RouteForm(
            principal,
            data,
            lead=now.lead.code if now.lead else "",
            coordinating=[a.code for a in now.coordinating],
            valid_from=clock.now().date(),
        )

    def perform(answers: dict[str, Any], _key: UUID | None) -> HttpResponse:
        services_groups.set_route(
            principal, sector, answers["lead"], answers["coordinating"], answers["instrument"], answers["valid_from"]
        )
        messages.success(request, _("Đã ghi phân công."))
        return redirect("oversight:routes")

    page = FormPage(
        dictionary.name("sectors", sector),
        _("Ghi phân công"),
        reverse("oversight:routes"),
        _("Phân công theo lĩnh vực"),
    )
    return write(request, principal, page, make, perform)


# --- troubles of many ----------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def groups(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Groups of which the reader sees a member, with what of each is still owed, and troubles of three communes or more that nobody grouped yet."""
    need_overview(principal)
    return render(
        request,
        "oversight/groups.html",
        {
            "groups": [
                {
                    "title": title,
                    "sector": dictionary.name("sectors", sector),
                    "count": count,
                    "owed": owed,
                    "href": reverse("oversight:group", args=[id]),
                }
                for id, title, sector, count, owed in rows_of(GROUPS, [principal.province_id])
            ],
            "alike": [
                {
                    "topic": dictionary.name("topics", topic),
                    "sector": dictionary.name("sectors", sector),
                    "count": count,
                    "communes": communes,
                    "since": since,
                    "href": f"{reverse('oversight:new_group')}?sector={sector}&topic={topic}",
                }
                for sector, topic, count, communes, since in rows_of(ALIKE, [principal.province_id])
            ]
            if principal.has("coordinator") and principal.scope.wide
            else [],
        },
    )


def need_overview(principal: Principal) -> None:
    """Raises Forbidden."""
    if not (principal.scope.wide or principal.has(*ANSWERS, "coordinator")):
        raise Forbidden(_("Trang này dành cho người điều phối, lãnh đạo và cơ quan trả lời kiến nghị."))


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new_group(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Open recommendations of one sector and topic, to be ticked."""
    services_groups.need_coordinator(principal)
    sector, topic = request.GET.get("sector", ""), request.GET.get("topic", "")
    if sector not in dictionary.names("sectors") or topic not in dictionary.names("topics"):
        raise NotFound(_("Không có lĩnh vực hoặc vấn đề này."))
    alike = lists.rows(
        principal,
        KIND,
        lists.Asked(
            subjects=[sector],
            open=True,
            more=[
                "EXISTS (SELECT 1 FROM oversight_recommendation r WHERE r.case_id = c.id AND r.topic = %(topic)s AND r.group_id IS NULL)"
            ],
            values={"topic": topic},
        ),
        services_groups.MOST_TOGETHER,
    )
    choices = [(row.code, f"{row.origin}: {row.title} ({row.code})") for row in alike]

    def make(data: Any) -> WriteForm:
        return GroupForm(
            choices, data, title=dictionary.name("topics", topic), codes=[code for code, _label in choices]
        )

    def perform(answers: dict[str, Any], _key: UUID | None) -> HttpResponse:
        made = services_groups.make_group(principal, answers["title"], answers["codes"])
        messages.success(request, _("Đã nhóm các kiến nghị."))
        return redirect("oversight:group", made.id)

    page = FormPage(
        _("Nhóm kiến nghị cùng vấn đề"), _("Tạo nhóm"), reverse("oversight:groups"), dictionary.name("sectors", sector)
    )
    return write(request, principal, page, make, perform)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def group(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """The members in the reader's scope; who answers for some of them answers all of theirs at once."""
    need_overview(principal)
    found = RecommendationGroup.objects.filter(province_id=principal.province_id, id=id).first()
    side: lists.Side = "all" if principal.scope.wide else "lead"
    members = (
        lists.rows(
            principal,
            KIND,
            lists.Asked(
                side=side,
                more=[
                    "EXISTS (SELECT 1 FROM oversight_recommendation r WHERE r.case_id = c.id AND r.group_id = %(group)s)"
                ],
                values={"group": id},
            ),
            services_groups.MOST_TOGETHER,
        )
        if found
        else []
    )
    if found is None or (not members and not principal.scope.wide):
        raise NotFound(_("Không tìm thấy nhóm này trong phạm vi của bạn."))
    owed = [m for m in members if m.state in AT_WORK and m.lead_code == principal.agency_code]
    form: AnswerForm | None = None
    drafts: list[Attachment] = []
    faults: list[str] = []
    status = 200
    if owed and principal.has(*ANSWERS):
        form = AnswerForm(_Together(), principal, request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if form is None:
            raise Forbidden(_("Cơ quan bạn không có kiến nghị nào của nhóm này phải trả lời."))
        status = 422
        drafts, faults = brought(request, principal)
        if not drafts:
            faults.append(_("Chọn ít nhất một tệp."))
        if form.is_valid() and not faults:
            try:
                with scope.enter(principal.scope):
                    codes = services_assigning.act_together(
                        principal,
                        id,
                        "answer",
                        None,
                        form.params(),
                        form.cleaned_data["note"].strip(),
                        [row.id for row in drafts],
                    )
                told = ngettext("Đã trả lời %(count)s kiến nghị.", "Đã trả lời %(count)s kiến nghị.", len(codes))
                messages.success(request, told % {"count": len(codes)})
                return redirect("oversight:group", id)
            except RuleBroken as broken:
                form.refuse(broken.errors)
            except Conflict as conflict:
                messages.info(request, conflict.detail)
                return redirect("oversight:group", id)
    return render(
        request,
        "oversight/group.html",
        {
            "group": found,
            "sector": dictionary.name("sectors", found.sector),
            "rows": lists.told(members),
            "acts": [
                (_(TRANSITIONS[act].label), reverse("oversight:group_act", args=[id, act]))
                for act in queries_assigning.TOGETHER
                if act != "answer" and queries_assigning.of_group(principal, id, act)
            ],
            "owed": len(owed),
            "form": form,
            "drafts": drafts,
            "file_faults": faults,
            "file_pairs": [("id_files", fault) for fault in faults],
        },
        status=status,
    )


class _Together:
    """Many cases answered at once have no one version."""

    version = 0


# --- what departments owe ---------------------------------------------------------------------------------------------------


@require_safe
@private
@officer_page
def owing(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Who owes an answer past its date, or what an answer promised, since when; for the province's eyes."""
    if not principal.scope.wide:
        raise Forbidden(_("Trang này dành cho người theo dõi, điều phối toàn tỉnh."))
    now = clock.now()
    may = principal.has("coordinator")
    listed = reverse("oversight:recommendations")
    return render(
        request,
        "oversight/owing.html",
        {
            "rows": [
                {
                    "name": name,
                    "count": count,
                    "href": f"{listed}?side=all&late=on&lead={code}",
                    "broken": broken,
                    "broken_href": f"{listed}?side=all&lead={code}&broken=on",
                    "since": since,
                    "days": (now - since).days,
                    "remind": reverse("oversight:remind_all", args=[code]) if may else "",
                    "remind_label": _("Đôn đốc"),
                }
                for code, name, count, broken, since in rows_of(OWES, {"province": principal.province_id, "now": now})
            ],
            "may": may,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def remind_all(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """One letter, with the signed paper where there is one, for everything overdue that the agency owes."""
    agency = _owing(principal, code)
    form = RemindAllForm(request.POST if request.method == "POST" else None)
    drafts: list[Attachment] = []
    faults: list[str] = []
    status = 200
    if request.method == "POST":
        status = 422
        drafts, faults = brought(request, principal)
        key, body_hash = page_idempotency(request)
        if form.is_valid() and not faults:
            given = form.cleaned_data
            try:
                with scope.enter(principal.scope):
                    codes = services_groups.remind_all(
                        principal,
                        code,
                        given["number"],
                        given["dated_on"],
                        given["text"],
                        [row.id for row in drafts],
                        key=key,
                        body_hash=body_hash,
                    )
                told = ngettext("Đã đôn đốc %(count)s kiến nghị.", "Đã đôn đốc %(count)s kiến nghị.", len(codes))
                messages.success(request, told % {"count": len(codes)})
                return redirect("oversight:owing")
            except RuleBroken as broken:
                form.refuse(broken.errors)
            except Conflict as conflict:
                messages.info(request, conflict.detail)
                return redirect("oversight:owing")
    return render(
        request,
        "oversight/remind_all.html",
        {
            "agency": agency,
            "form": form,
            "owed": services_groups.overdue(agency.id).count(),
            "drafts": drafts,
            "file_faults": faults,
            "file_pairs": [("id_files", fault) for fault in faults],
        },
        status=status,
    )


@require_safe
@private
@officer_page
def reminder_letter(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """The letter as a Word draft."""
    agency = _owing(principal, code)
    response = HttpResponse(reminder_letters.docx(principal, agency.id), content_type=DOCX)
    response["Content-Disposition"] = f'attachment; filename="don-doc-{agency.code}-{clock.today():%Y-%m-%d}.docx"'
    return response


def _owing(principal: Principal, code: str) -> AgencyFacts:
    """Raises Forbidden, NotFound."""
    services_groups.need_coordinator(principal)
    agency = organisation.agency(principal.province_id, code=code)
    if agency is None:
        raise NotFound(_("Không có cơ quan này."))
    return agency
