"""The front page, the page that shows every component, and what Django calls when something went wrong."""

from __future__ import annotations

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.dossiers.forms_tracking import LookUpForm
from motcua.web import errors, specimen


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Where is my dossier? The look-up itself is at /tra-cuu/."""
    return render(request, "web/front.html", {"form": LookUpForm()})


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """Every component once, in all its states, for those who build pages and for the accessibility test."""
    return render(request, "web/style.html", specimen.context())


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return errors.page(request, 413 if isinstance(exception, RequestDataTooBig | TooManyFilesSent) else 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return errors.page(request, 403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form stood open longer than the session, or cookies are off. Nothing was written."""
    return render(request, "errors/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return errors.page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return errors.page(request, 500)
