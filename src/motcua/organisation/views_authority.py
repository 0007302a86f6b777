"""Pages of delegations and absences: who acts for whom, and who is away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.organisation import queries_people as people
from motcua.organisation import rules, scope, services_people, subjects
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.forms_people import AbsenceForm, DelegationForm
from motcua.organisation.forms_writing import WriteForm
from motcua.organisation.models import ABSENCE_REASONS, ROLES, Absence, Delegation, Position
from motcua.organisation.principal import Principal
from motcua.organisation.views_structure import menu, private
from motcua.organisation.writing import FormPage, write
from motcua.worktime import clock


@require_safe
@private
@officer_page
def delegations(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Running, coming and ended ones of the agency (of the province for those who see it all). `?sap_het=on`: those that end within seven days."""
    today = clock.now().date()
    ending = request.GET.get("sap_het") == "on"
    parted = people.delegations_of(principal, today, ending=ending)
    held = people.holders({d.position_id for rows in parted.values() for d in rows}, today)

    def line(row: Delegation) -> dict[str, Any]:
        mine = principal.delegation_id is None and (
            principal.position_id == row.position_id or rules.manages(principal, row.position.agency_id)
        )
        return {
            "row": row,
            "roles": ", ".join(_(ROLES[r]) for r in row.roles if r in ROLES),
            "holders": ", ".join(held.get(row.position_id, [])),
            "may_end": mine,
        }

    return render(
        request,
        "organisation/delegations.html",
        {
            "groups": [
                (_("Đang có hiệu lực"), [line(d) for d in parted["running"]]),
                (_("Sắp có hiệu lực"), [line(d) for d in parted["coming"]]),
                *([] if ending else [(_("Đã chấm dứt, đã hết hạn"), [line(d) for d in parted["ended"]])]),
            ],
            "ending": ending,
            "count": sum(map(len, parted.values())),
            "wide": rules.sees_all(principal),
            "records": bool(_lendable(principal)),
            **menu(principal, "delegations"),
        },
    )


def _lendable(principal: Principal) -> list[Position]:
    """The posts of their agency whose authority the principal may lend; none while acting by delegation."""
    if principal.delegation_id is not None:
        return []
    every = rules.manages(principal, principal.agency_id)
    return people.lendable(principal, clock.now().date(), every=every)


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def new_delegation(request: HttpRequest, principal: Principal) -> HttpResponse:
    """First the post (`?vi-tri=`; asked when there are several), then to whom, which roles, for what, by which document."""
    rules.need_own_authority(principal)
    position = _position(principal, request.GET.get("vi-tri", ""))
    if position is None:
        offered = _lendable(principal)
        if not offered:
            raise Forbidden(_("Bạn không giữ hoặc không quản lý vị trí nào có quyền được ủy quyền."))
        if len(offered) > 1:
            return render(
                request,
                "organisation/delegation_post.html",
                {"offered": offered, "own": principal.position_id, **menu(principal, "delegations")},
            )
        position = offered[0]
    today = clock.now().date()
    held = people.holders([position.id], today).get(position.id, [])
    everybody = [(id, name) for id, name in people.colleagues(position.agency_id, today)]
    fields = subjects.fields(principal.province_id, today)
    found = position

    def make(data: Any) -> WriteForm:
        return DelegationForm(found.roles, everybody, fields, data, initial={"valid_from": today})

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_people.delegate(
            principal,
            found.id,
            UUID(answers["officer"]),
            roles=tuple(answers["roles"]),
            subjects=answers["subjects"],
            subject_name=answers["subject_name"],
            valid_from=answers["valid_from"],
            valid_to=answers["valid_to"],
            instrument=answers["instrument"],
            reason=answers["reason"],
            id=key,
        )
        messages.success(request, _("Đã ghi ủy quyền."))
        return redirect("organisation:delegations")

    page = FormPage(
        _("Ghi ủy quyền"),
        _("Ghi ủy quyền"),
        reverse("organisation:delegations"),
        found.agency.name,
        facts=[(_("Vị trí ủy quyền"), f"{found.title}, {found.division.name}"), (_("Người giữ"), ", ".join(held))],
    )
    return write(request, principal, page, make, perform)


def _position(principal: Principal, asked: str) -> Position | None:
    """The post named by `?vi-tri=`, or None when none is. Raises NotFound, Forbidden."""
    if not asked:
        return None
    try:
        found = (
            Position.objects.select_related("division", "agency")
            .filter(province_id=principal.province_id, id=UUID(asked))
            .first()
        )
    except ValueError:
        found = None
    if found is None:
        raise NotFound(_("Không tìm thấy vị trí này trong tỉnh của bạn."))
    if found.id != principal.position_id:
        rules.need_manager(principal, found.agency_id)
    return found


@require_POST
@private
@officer_page
def end_delegation(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    """Takes a delegation back at once."""
    with scope.enter(principal.scope):
        services_people.end_delegation(principal, id, request.POST.get("instrument", "")[:200])
    messages.success(request, _("Đã chấm dứt ủy quyền."))
    return redirect("organisation:delegations")


# --- absences ----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def absences(request: HttpRequest, principal: Principal) -> HttpResponse:
    """My absences, and my agency's when I manage it; the form to record one stands below them."""
    today = clock.now().date()
    manages = rules.manages(principal, principal.agency_id)
    own = [(str(principal.officer_id), principal.officer_name)]
    who = own + [p for p in people.colleagues(principal.agency_id, today) if p[0] != own[0][0]] if manages else own
    rows = people.absences_of(principal, today, every=True)

    def line(row: Absence) -> dict[str, Any]:
        return {
            "row": row,
            "reason": _(ABSENCE_REASONS[row.reason]) if manages or row.officer_id == principal.officer_id else "",
            "now": row.valid_from <= today,
            "may_cancel": manages or row.officer_id == principal.officer_id,
        }

    def perform(answers: dict[str, Any], key: UUID | None) -> HttpResponse:
        services_people.record_absence(
            principal,
            UUID(answers["officer"]),
            answers["reason"],
            answers["valid_from"],
            answers["valid_to"],
            answers["instrument"],
            id=key,
        )
        messages.success(request, _("Đã ghi vắng mặt."))
        return redirect("organisation:absences")

    page = FormPage(
        _("Vắng mặt"),
        _("Ghi vắng mặt"),
        reverse("organisation:absences"),
        principal.agency_name,
        template="organisation/absences.html",
        more={"rows": [line(r) for r in rows], "manages": manages, **menu(principal, "absences")},
    )
    initial = {"officer": own[0][0]}
    return write(request, principal, page, lambda data: AbsenceForm(who, data, initial=initial), perform)


@require_POST
@private
@officer_page
def cancel_absence(request: HttpRequest, principal: Principal, id: UUID) -> HttpResponse:
    with scope.enter(principal.scope):
        services_people.cancel_absence(principal, id)
    messages.success(request, _("Đã hủy lần vắng mặt."))
    return redirect("organisation:absences")
