"""The page of the province, its Word brief, the weekly digests."""

from __future__ import annotations

from datetime import date, timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from motcua.organisation.authentication import officer_page
from motcua.organisation.errors import Forbidden, NotFound
from motcua.organisation.forms_writing import day
from motcua.organisation.principal import Principal
from motcua.oversight import dictionary
from motcua.steering import briefs, digests, presenting, queries
from motcua.steering.models import Digest
from motcua.worktime import clock

private = cache_control(no_store=True, private=True)
LEADS = ("overseer", "coordinator", "signatory", "auditor")


class PeriodForm(forms.Form):
    mark_optional = False
    start = day(gettext_lazy("Từ ngày"))
    end = day(gettext_lazy("Đến ngày"))

    def period(self) -> tuple[date, date] | None:
        """The days asked for, the last ninety without any; None for what is no period."""
        if not self.is_valid():
            return None
        end = self.cleaned_data["end"] or clock.now().astimezone(clock.TZ).date()
        start = self.cleaned_data["start"] or end - queries.USUAL
        if start > end:
            self.add_error("start", _("Ngày bắt đầu phải trước ngày kết thúc."))
            return None
        return start, end


def need_leader(principal: Principal) -> None:
    """Raises Forbidden."""
    if not principal.has(*LEADS):
        raise Forbidden(_("Trang này dành cho lãnh đạo và người theo dõi, điều phối."))


@require_safe
@private
@officer_page
def overview(request: HttpRequest, principal: Principal) -> HttpResponse:
    """What is stuck where, who owes an answer to whom since when. The leaders of one agency see its own."""
    need_leader(principal)
    form = PeriodForm(request.GET)
    period = form.period()
    if period is None:
        return render(request, "steering/overview.html", {"form": form}, status=422)
    wide = principal.scope.wide
    told = presenting.context(queries.overview(principal, *period), wide=wide)
    return render(
        request,
        "steering/overview.html",
        {
            "form": form,
            "wide": wide,
            "period": True,
            "query": request.GET.urlencode(),
            "digest": digests.newest(principal) if wide else None,
            **told,
        },
    )


@require_safe
@private
@officer_page
def communes(request: HttpRequest, principal: Principal) -> HttpResponse:
    """Every commune that waits for something or owes something, the most overdue first."""
    need_province(principal)
    found = queries.overview(principal, clock.today(), clock.today())
    return render(request, "steering/communes.html", {"communes": presenting.communes(found)})


@require_safe
@private
@officer_page
def trouble(request: HttpRequest, principal: Principal, topic: str) -> HttpResponse:
    """Where one topic is stuck."""
    need_leader(principal)
    name = dictionary.names("topics").get(topic)
    if name is None:
        raise NotFound(_("Không có vấn đề này."))
    stuck = [row for row in queries.stuck(principal) if row.topic == topic]
    context = {"name": name, "places": presenting.where(stuck, wide=principal.scope.wide)}
    return render(request, "steering/trouble.html", context)


@require_safe
@private
@officer_page
def brief(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The same as a page of Word."""
    need_leader(principal)
    period = PeriodForm(request.GET).period()
    if period is None:
        raise NotFound(_("Không có kỳ này."))
    told = presenting.context(queries.overview(principal, *period), wide=principal.scope.wide)
    response = HttpResponse(briefs.brief(told, _("Tóm tắt điều hành")), content_type=briefs.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="tom-tat-dieu-hanh-{period[1]:%Y-%m-%d}.docx"'
    return response


@require_safe
@private
@officer_page
def weeks(request: HttpRequest, principal: Principal) -> HttpResponse:
    """The digests so far, newest first."""
    need_province(principal)
    rows = Digest.objects.filter(province_id=principal.province_id).order_by("-monday")[:60]
    return render(
        request,
        "steering/weeks.html",
        {"weeks": [(row.monday, row.monday + timedelta(days=6)) for row in rows]},
    )


@require_safe
@private
@officer_page
def week(request: HttpRequest, principal: Principal, monday: str) -> HttpResponse:
    """One digest as it was told."""
    need_province(principal)
    try:
        first = date.fromisoformat(monday)
    except ValueError:
        raise NotFound(_("Không có bản tin tuần này.")) from None
    row = Digest.objects.filter(province_id=principal.province_id, monday=first).first()
    if row is None:
        raise NotFound(_("Không có bản tin tuần này."))
    return render(
        request,
        "steering/week.html",
        {"monday": first, "sunday": first + timedelta(days=6), "made_at": row.made_at, **row.content},
    )


def need_province(principal: Principal) -> None:
    """Raises Forbidden."""
    if not digests.may_read(principal):
        raise Forbidden(_("Trang này dành cho lãnh đạo và người theo dõi toàn tỉnh."))
