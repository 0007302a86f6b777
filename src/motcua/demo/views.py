"""The guided tour, in a demo only: elsewhere none of these addresses exists."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from motcua.demo import papers, presenting
from motcua.demo.forms import CodeForm
from motcua.demo.tour import EXTRA_MINUTES, MINUTES
from motcua.organisation.errors import NotFound

View = Callable[..., HttpResponse]


def in_a_demo(view: View) -> View:
    """404 where the province is not a demo."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not settings.MOTCUA_DEMO:
            raise NotFound(_("Trang này chỉ có ở bản demo."))
        return view(request, *args, **kwargs)

    return asked


@require_safe
@never_cache
@in_a_demo
def tour(request: HttpRequest) -> HttpResponse:
    """All stations. `?code=` is that of the visitor's dossier: the stations that work on it then open it. 422 for what cannot be a code."""
    form = CodeForm(request.GET)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    context = {
        "stops": presenting.stops(code, signed_in_as(request)),
        "code": code or request.GET.get("code", ""),
        "known": bool(code),
        "minutes": MINUTES,
        "more": EXTRA_MINUTES,
        "error": " ".join(str(one) for one in form.errors.get("code", ())),
    }
    return render(request, "demo/tour.html", context, status=422 if form.errors else 200)


@require_safe
@never_cache
@in_a_demo
def sample(request: HttpRequest) -> HttpResponse:
    """A paper to attach: a picture of a sheet that says it is a sample."""
    answer = HttpResponse(papers.sheet(), content_type="image/jpeg")
    answer["Content-Disposition"] = 'attachment; filename="giay-to-mau.jpg"'
    return answer


def signed_in_as(request: HttpRequest) -> str:
    """The login of the officer signed in in this browser; empty when none is."""
    return request.user.get_username() if request.user.is_authenticated else ""
