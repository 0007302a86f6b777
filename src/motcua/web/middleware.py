"""The language of a page, and its refusals: domain errors and bare error answers become our pages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils import translation

from motcua.config.problems import no_room, too_large
from motcua.documents.storage import StorageFull
from motcua.organisation.errors import DomainError, NotAuthenticated
from motcua.web import errors

log = structlog.get_logger("motcua.web")
RETRY_AFTER = 30  # seconds


class Language:
    """Vietnamese unless the reader chose otherwise (the cookie of ``set_language``); stands where LocaleMiddleware would.

    Browsers of Vietnamese offices often announce English, which says what Windows was installed in, not who reads. The API answers in
    Vietnamese whoever asks (docs/api.md): programs read it, and what it refuses may be kept.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.offered = {code for code, _name in settings.LANGUAGES}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = "" if request.path.startswith("/api/") else request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        with translation.override(chosen if chosen in self.offered else settings.LANGUAGE_CODE):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or settings.LANGUAGE_CODE)
            return response


class ErrorPages:
    """Stands last in MIDDLEWARE, next to the views. Pages only: the API answers with problem+json by its own handlers."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if too_large(request):
            return errors.page(request, 413)
        response = self.get_response(request)
        if not _is_page(request) or response.status_code not in errors.PAGES or response.streaming or response.content:
            return response
        page = errors.page(request, response.status_code)
        for name in ("Allow", "Retry-After"):
            if name in response:
                page[name] = response[name]
        return page

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not _is_page(request):
            return None
        if isinstance(exception, NotAuthenticated):
            query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
            return redirect(resolve_url(settings.LOGIN_URL) + (f"?{query}" if query else ""))
        if isinstance(exception, DomainError):
            return errors.page(request, exception.status, exception.detail, getattr(exception, "retry_after", None))
        if isinstance(exception, StorageFull) or no_room(exception):
            log.error("no space left", kind=type(exception).__name__)
            return errors.page(request, 507)
        if isinstance(exception, OperationalError | InterfaceError):
            log.error("database out of reach", kind=type(exception).__name__, exc_info=exception)
            return errors.page(request, 503, retry_after=RETRY_AFTER)
        return None


def _is_page(request: HttpRequest) -> bool:
    return not request.path.startswith(("/api/", "/health/", "/metrics"))
