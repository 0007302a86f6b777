"""The public board: which office, what it takes in, and the board for its wall. Anonymous; no page here knows who reads."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from threading import Lock

from cachetools import LRUCache
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from motcua import __version__
from motcua.board import queries, rules, services
from motcua.board.rules import Board, Office
from motcua.catalogue import board as catalogue
from motcua.catalogue import queries as procedures
from motcua.catalogue.errors import UnknownProcedure
from motcua.documents.typesetting import qr
from motcua.organisation import scope
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import NotFound
from motcua.organisation.services import throttle
from motcua.places.text import fold
from motcua.worktime import clock

LONGEST = 200
ASK_LIMIT, PRINT_LIMIT, WINDOW = 60, 60, timedelta(minutes=5)
# Above this a field is folded; below, everything lies open.
OPEN_FIELDS = 4

_lock = Lock()
_drawn: LRUCache[tuple[str, ...], SafeString] = LRUCache(64)


def forget() -> None:
    """For tests, as `queries.forget`."""
    _drawn.clear()


@require_safe
def offices(request: HttpRequest) -> HttpResponse:
    """Every office that has a board; `?q=` narrows them by name, with marks or without."""
    q = _asked(request, "q")
    with scope.enter(scope.directory()):
        found = queries.offices(settings.MOTCUA_PROVINCE, clock.now().date(), q)
    return render(request, "board/offices.html", {"q": q, "offices": found})


@require_safe
def board(request: HttpRequest, code: str) -> HttpResponse:
    """The board of one office. `?linh-vuc=` keeps one field, `?q=` what everyday words or a code mean. Answers 304 to
    whoever has the page of this state already."""
    q, field, on, province = _asked(request, "q"), _asked(request, "linh-vuc"), clock.now().date(), _province()
    if q:
        throttle("board question", remote_address(request), ASK_LIMIT, WINDOW)
    with scope.enter(scope.directory()):
        office = queries.office(province, code, on)
        state = queries.state(province, on)
        made_of = (state, repr(office), q, field)
        if unchanged := get_conditional_response(request, etag=_etag(request, *made_of)):
            return unchanged
        shown = queries.board(province, office, on)
        meant = [p.code for p in procedures.procedures(on, province, q=q, level=office.level)] if q else None
    found = _chosen(shown, meant, field)
    response = render(
        request,
        "board/board.html",
        {
            "office": office,
            "q": q,
            "field": field,
            "fields": [(name, len(lines)) for name, lines in shown.fields],
            "known_field": not field or any(fold(name) == fold(field) for name, _lines in shown.fields),
            "total": len(shown.lines),
            "found": len(found),
            "filtered": bool(q or field),
            "changed_on": shown.changed_on,
            "list": _draw(office, state, found, ranked=bool(q), wanted=(q, field)),
        },
    )
    response["ETag"] = _etag(request, *made_of)
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Cookie", "Accept-Language"))
    return response


def _chosen(shown: Board, meant: list[str] | None, field: str) -> list[catalogue.Line]:
    """The lines asked for; with words, in the order of likeness."""
    lines = [line for line in shown.lines if not field or fold(line.field) == fold(field)]
    if meant is None:
        return lines
    rank = {code: number for number, code in enumerate(meant)}
    return sorted((line for line in lines if line.code in rank), key=lambda line: rank[line.code])


def _draw(
    office: Office, state: str, lines: list[catalogue.Line], *, ranked: bool, wanted: tuple[str, str]
) -> SafeString:
    """The list as HTML; the whole board, which most people open, is drawn once for each state of the catalogue."""
    key = (office.level, state, get_language() or "", __version__)
    if not any(wanted):
        with _lock:
            if kept := _drawn.get(key):
                return kept
    groups = [("", lines)] if ranked else rules.by_field(lines)
    drawn = mark_safe(  # noqa: S308 - drawn by a template, which escapes
        render_to_string(
            "board/lines.html",
            {
                "groups": [
                    (name, [(line, catalogue.channel_words(line.channels)) for line in found])
                    for name, found in groups
                    if found
                ],
                "folded": len(groups) > OPEN_FIELDS,
            },
        )
    )
    if not any(wanted):
        with _lock:
            _drawn[key] = drawn
    return drawn


@require_safe
def sheets(request: HttpRequest, code: str) -> HttpResponse:
    """The board for the wall (A3), or with `?linh-vuc=` the poster of one field (A4), as PDF."""
    throttle("board print", remote_address(request), PRINT_LIMIT, WINDOW)
    field, on, province = _asked(request, "linh-vuc"), clock.now().date(), _province()
    with scope.enter(scope.directory()):
        office = queries.office(province, code, on)
        shown = queries.board(province, office, on)
        issued, content = services.print_board(province, shown, request.build_absolute_uri("/"), field)
    etag = quote_etag(issued.file.sha256)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="bang-cong-khai-{office.code}.pdf"'
    response["Cache-Control"] = "public, no-cache"
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response) or response


@require_safe
def board_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code that leads to the board of an office."""
    with scope.enter(scope.directory()):
        office = queries.office(_province(), code, clock.now().date())
    return _picture(rules.address(request.build_absolute_uri("/"), office))


@require_safe
def procedure_qr(request: HttpRequest, code: str) -> HttpResponse:
    """The QR code that leads to the page of a procedure."""
    with scope.enter(scope.directory()):
        try:
            found = procedures.full_view(code, clock.now().date(), _province())
        except UnknownProcedure as unknown:
            raise NotFound(unknown.detail) from None
    return _picture(request.build_absolute_uri(f"/thu-tuc/{found['code']}/"))


def _picture(address: str) -> HttpResponse:
    """A QR code as a picture of its own; the host that was asked is part of it, so no shared cache may keep it."""
    response = HttpResponse(qr(address), content_type="image/svg+xml")
    response["Cache-Control"] = "private, max-age=86400"
    return response


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "").strip()[:LONGEST]


def _province() -> int:
    return int(settings.MOTCUA_PROVINCE)


def _etag(request: HttpRequest, *parts: str) -> str:
    """What the page was made of. The form that switches the language carries a token bound to the reader's cookie, which
    a first page only makes while it is drawn."""
    cookie = request.META.get("CSRF_COOKIE") or ""
    told = "\n".join((*parts, request.get_host(), get_language() or "", cookie, str(settings.MOTCUA_DEMO), __version__))
    return quote_etag(hashlib.sha256(told.encode()).hexdigest()[:32])
