"""What every request passes through that is ours: the log with its counters, and the content security policy."""

import time
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from motcua.config import metrics
from motcua.config.logs import chain

Handler = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
PERMISSIONS = "camera=(self), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=()"

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

log = structlog.get_logger("motcua.request")


def route(request: HttpRequest) -> str:
    """The pattern of the address, never the address: paths hold dossier codes, queries hold names and secrets."""
    match = request.resolver_match
    return f"/{match.route}" if match else "-"


def method_of(request: HttpRequest) -> str:
    """The method, or "other": a counter for each word that strangers invent would fill memory and disk."""
    return request.method if request.method in METHODS else "other"


class RequestLog:
    """One line and one tick per request: method, route, status, milliseconds. No personal data."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        took = time.perf_counter() - began
        pattern, method = route(request), method_of(request)
        metrics.REQUESTS.labels(method, pattern, response.status_code).inc()
        metrics.LATENCY.labels(method, pattern).observe(took)
        write = log.warning if response.status_code >= 500 else log.info
        write("request", method=method, route=pattern, status=response.status_code, ms=round(took * 1000, 1))
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        log.error("exception", route=route(request), errors=chain(exception))


class ContentSecurity:
    """Pages load from this host only: no inline script or style, no eval, no frame around us."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        return response
