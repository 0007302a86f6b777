"""The applicant's rating, from the tracking page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.dossiers import queries_filing, ratings, services
from motcua.dossiers.forms_filing import RatingForm
from motcua.dossiers.queries import Tracking
from motcua.dossiers.views_tracking import opened
from motcua.worktime import clock


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def rate(request: HttpRequest, found: Tracking) -> HttpResponse:
    """GET shows the scale, with what was said before; POST keeps it. Changeable for some days, then it stands."""
    if "rate" not in found.acts:
        return redirect("dossiers:tracked")
    standing, remark = queries_filing.rating_of(found.id)
    before = {
        "level": standing.level if standing else None,
        "remark": remark.text if remark else "",
        "about_conduct": remark.about_conduct if remark else False,
    }
    form = RatingForm(request.POST) if request.method == "POST" else RatingForm(initial=before)
    if request.method == "POST" and form.is_valid():
        services.act_as_applicant(found.id, found.code, "rate", form.cleaned_data, "")
        messages.success(request, _("Đã ghi đánh giá của bạn. Cảm ơn bạn."))
        return redirect("dossiers:tracked")
    until = ratings.changeable_until(standing.rated_at if standing else clock.now())
    return render(
        request,
        "dossiers/tracking_rating.html",
        {"dossier": found, "form": form, "until": until, "again": standing is not None},
        status=422 if form.errors else 200,
    )
