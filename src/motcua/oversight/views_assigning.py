"""Pages on which many recommendations are given, urged or sent up at once: all of a visit by one notice, some of a group by one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from motcua.casepages import presenting
from motcua.casepages.kind import paged
from motcua.casepages.views import brought, private
from motcua.documents.models import Attachment
from motcua.organisation import scope
from motcua.organisation.authentication import officer_page, page_idempotency
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary, forms_assigning, queries_assigning, queries_visits, services_assigning
from motcua.oversight.forms_assigning import AssignVisitForm
from motcua.oversight.models import RecommendationGroup
from motcua.oversight.rules_recommendations import KIND, TRANSITIONS


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def visit(request: HttpRequest, principal: Principal, code: str) -> HttpResponse:
    """All that a visit heard and the officer's agency has to give, in one table. Sent twice it is given once."""
    found = queries_visits.visit(code)
    waiting = queries_assigning.of_visit(principal, found.row.case_id)
    address = reverse("casepages:case", args=[code])
    if not waiting:
        if not principal.has(*TRANSITIONS["assign"].roles):
            raise Forbidden(_("Việc này không thuộc vai trò của bạn."))
        messages.info(request, _("Buổi làm việc này không còn kiến nghị nào chờ cơ quan bạn giao."))
        return redirect(address)
    commune = (found.row.agency.code, found.row.agency.name)
    number, day = found.row.notice_number, found.row.notice_on
    form = AssignVisitForm(
        principal,
        waiting,
        commune,
        request.POST if request.method == "POST" else None,
        document=number,
        document_on=day,
    )
    status = 200
    if request.method == "POST":
        status = 422
        key, body_hash = page_idempotency(request)
        if form.is_valid() and not (chosen := form.given()):
            form.add_error(None, _("Chọn ít nhất một kiến nghị để giao."))
        elif form.is_valid():
            try:
                with scope.enter(principal.scope):
                    codes = services_assigning.assign_all(
                        principal,
                        chosen,
                        form.cleaned_data["document"],
                        form.cleaned_data["document_on"],
                        key=key,
                        body_hash=body_hash,
                    )
                told = ngettext("Đã giao %(count)s kiến nghị.", "Đã giao %(count)s kiến nghị.", len(codes))
                messages.success(request, told % {"count": len(codes)})
                return redirect(address)
            except RuleBroken as broken:
                form.refuse(forms_assigning.at_fields(broken.errors, waiting))
            except Conflict as conflict:
                form.add_error(None, conflict.detail)
                status = 409
    return render(
        request, "oversight/assign_visit.html", {"form": form, "found": found, "address": address}, status=status
    )


@dataclass(frozen=True, slots=True)
class _Subject:
    subject: str


@dataclass(frozen=True, slots=True)
class Together:
    """Many cases of one group as the form of an act sees them: they have no one version, and no one lead to propose but their sector's."""

    id: UUID | None
    case: _Subject
    version: int = 0


@require_http_methods(["GET", "HEAD", "POST"])
@private
@officer_page
def group_act(request: HttpRequest, principal: Principal, id: UUID, act: str) -> HttpResponse:
    """One act on the members of a group that are ticked. Sent twice it is done once."""
    group = RecommendationGroup.objects.filter(province_id=principal.province_id, id=id).first()
    offered = queries_assigning.of_group(principal, id, act) if group and act in queries_assigning.TOGETHER else []
    address = reverse("oversight:group", args=[id])
    key, body_hash = page_idempotency(request)
    if act in queries_assigning.TOGETHER and not principal.has(*TRANSITIONS[act].roles):
        raise Forbidden(_("Việc này không thuộc vai trò của bạn."))
    if group is None or act not in queries_assigning.TOGETHER or not queries_assigning.sees_group(principal, id):
        raise NotFound(_("Không tìm thấy nhóm này trong phạm vi của bạn."))
    if not offered:
        messages.info(request, _("Nhóm này không còn kiến nghị nào để làm việc đó."))
        return redirect(address)
    kind = paged(KIND)
    name = presenting.act_name(kind, act)
    view = Together(None, _Subject(group.sector))
    data = request.POST if request.method == "POST" else None
    form = presenting.form_of(kind, act, view, principal, data)  # type: ignore[arg-type]
    form.fields["codes"] = forms.MultipleChoiceField(
        label=_("Kiến nghị"),
        choices=offered,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một kiến nghị.")},
    )
    form.initial["codes"] = [code for code, _words in offered]
    form.order_fields(["version", "codes"])
    drafts: list[Attachment] = []
    faults: list[str] = []
    status = 200
    if request.method == "POST":
        status = 422
        drafts, faults = brought(request, principal)
        if form.files_required and not drafts:
            faults.append(_("Chọn ít nhất một tệp."))
        if form.is_valid() and not faults:
            params = form.params()
            codes = params.pop("codes")
            try:
                with scope.enter(principal.scope):
                    done = services_assigning.act_together(
                        principal,
                        id,
                        act,
                        codes,
                        params,
                        form.cleaned_data["note"].strip(),
                        [row.id for row in drafts],
                        key=key,
                        body_hash=body_hash,
                    )
                told = ngettext("%(act)s: %(count)s kiến nghị.", "%(act)s: %(count)s kiến nghị.", len(done))
                messages.success(request, told % {"act": name, "count": len(done)})
                return redirect(address)
            except RuleBroken as broken:
                faults += [e.message for e in broken.errors if e.field == "files"]
                form.refuse([e for e in broken.errors if e.field != "files"])
            except Conflict as conflict:
                messages.info(request, conflict.detail)
                return redirect(address)
    context: dict[str, Any] = {
        "group": group,
        "sector": dictionary.name("sectors", group.sector),
        "form": form,
        "name": name,
        "address": address,
        "drafts": drafts,
        "file_faults": faults,
        "file_pairs": [("id_files", fault) for fault in faults],
    }
    return render(request, "oversight/group_act.html", context, status=status)
