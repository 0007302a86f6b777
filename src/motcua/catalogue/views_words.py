"""The words of the finder: synonyms that staff edit, and the questions that led nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from motcua.catalogue import queries, queries_managing, services_managing
from motcua.catalogue.forms import SynonymForm
from motcua.catalogue.models import Synonym
from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import RuleBroken
from motcua.organisation.principal import Principal
from motcua.places.text import fold, sort_key
from motcua.worktime import clock

SHOWN = 60
SPANS = (30, 90, 365)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def synonyms(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The list with search; a new one may be tried on a question before it is added (`do=try`)."""
    manages = principal.has(services_managing.ROLE)
    initial = {key: request.GET.get(key, "")[:200] for key in ("said", "meant", "question")}
    form = SynonymForm(request.POST) if request.method == "POST" else SynonymForm(initial=initial)
    status, trial = 200, None
    if request.method == "POST":
        services_managing.need_manager(principal)
        status = 422
        if form.is_valid() and request.POST.get("do") == "try":
            status, trial = 200, _tried(principal, form.cleaned_data)
        elif form.is_valid():
            try:
                _add(principal, form.cleaned_data, request.POST.get("asked", "")[:200])
            except RuleBroken as refusal:
                form.refuse(refusal)
            else:
                messages.success(request, _("Đã thêm từ đồng nghĩa; bộ tìm dùng ngay trong vài giây."))
                return redirect("catalogue:synonyms")
    q = request.GET.get("q", "").strip()[:100]
    found = _listed(principal, q)
    return render(
        request,
        "catalogue/managing/synonyms.html",
        {
            "form": form,
            "trial": trial,
            "q": q,
            "found": found[:SHOWN],
            "count": len(found),
            "more": len(found) > SHOWN,
            "asked": request.POST.get("asked", request.GET.get("asked", ""))[:200],
            "manages": manages,
        },
        status=status,
    )


def _listed(principal: Principal, q: str) -> list[Synonym]:
    rows = Synonym.objects.filter(province_id=principal.province_id)
    wanted = fold(q)
    return sorted(
        (row for row in rows if not wanted or wanted in fold(f"{row.said} {row.meant}")),
        key=lambda row: (not row.active, sort_key(row.said), sort_key(row.meant)),
    )


def _tried(principal: Principal, given: dict[str, Any]) -> dict[str, Any]:
    question = given["question"] or given["said"]
    before, after = queries.tried(
        question, given["said"], given["meant"], on=clock.today(), province_id=principal.province_id
    )
    return {"question": question, "before": before, "after": after, "same": before == after}


def _add(principal: Principal, given: dict[str, Any], asked: str) -> None:
    services_managing.add_synonym(principal, given["said"].strip(), given["meant"].strip())
    if asked:
        services_managing.deal_with_question(principal, asked)


@require_POST
@officer_page
def switch_synonym(request: HttpRequest, principal: Principal, synonym_id: UUID) -> HttpResponse:
    row = services_managing.switch_synonym(principal, synonym_id, request.POST.get("active") == "1")
    said = _("Đã bật lại “%(said)s”.") if row.active else _("Đã tắt “%(said)s”.")
    messages.success(request, said % {"said": row.said})
    return redirect("catalogue:synonyms")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@officer_page
def questions(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Questions after which nobody opened an answer, the most frequent first."""
    if request.method == "POST":
        count = services_managing.deal_with_question(
            principal, request.POST.get("question", "")[:200].replace("\0", "")
        )
        messages.success(request, _("Đã đưa %(count)d lần hỏi ra khỏi danh sách.") % {"count": count})
        return redirect("catalogue:questions")
    given = request.GET.get("days", "")
    days = int(given) if given in map(str, SPANS) else SPANS[0]
    since = clock.today() - timedelta(days=days)
    return render(
        request,
        "catalogue/managing/questions.html",
        {
            "found": queries_managing.unanswered(principal.province_id, since),
            "days": days,
            "spans": SPANS,
            "manages": principal.has(services_managing.ROLE),
        },
    )
