"""The citizen's session, apart from the officers': a cookie and a row of its own, half an hour idle, eight hours at most."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from motcua.identity.rules import Identity, pseudonym
from motcua.organisation.scope import Scope
from motcua.worktime import clock

COOKIE = "motcua_citizen"
IDLE, LONGEST, REFRESH = 30 * 60, 8 * 3600, 60  # seconds
IDENTITY, BEGAN, SEEN = "identity", "began", "seen"
P = ParamSpec("P")


def session_of(request: HttpRequest) -> SessionBase:
    """The citizen's session of this browser, empty when there is none; read once a request."""
    found: SessionBase | None = getattr(request, "citizen_session", None)
    if found is None:
        store: type[SessionBase] = import_module(settings.SESSION_ENGINE).SessionStore
        found = store(request.COOKIES.get(COOKIE))
        request.citizen_session = found  # type: ignore[attr-defined]
    return found


def identity_of(request: HttpRequest) -> Identity | None:
    """Who is signed in as a citizen or an organisation in this browser, or None."""
    if not request.COOKIES.get(COOKIE):
        return None
    session, now = session_of(request), int(clock.now().timestamp())
    if IDENTITY not in session or now - session[SEEN] > IDLE or now - session[BEGAN] > LONGEST:
        return None
    found = Identity(**session[IDENTITY])
    return None if found.demo and not settings.MOTCUA_DEMO else found


def sign_in(request: HttpRequest, response: HttpResponse, identity: Identity) -> HttpResponse:
    """A fresh session under a fresh key: what the browser held before proves nothing afterwards."""
    session_of(request).flush()
    session, now = session_of(request), int(clock.now().timestamp())
    session.update({IDENTITY: identity.to_dict(), BEGAN: now, SEEN: now})
    return keep(request, response)


def keep(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Saves the session and hands its key to the browser."""
    session = session_of(request)
    session.set_expiry(IDLE)
    session.save()
    response.set_cookie(
        COOKIE,
        session.session_key or "",
        max_age=IDLE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # Strict would be withheld on the way back from the provider
    )
    return response


def sign_out(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    session_of(request).flush()
    response.delete_cookie(COOKIE, samesite="Lax")
    return response


def scope_of(identity: Identity) -> Scope:
    """What an identity sees: public facts, and its own drafts and filings."""
    return Scope("directory", settings.MOTCUA_PROVINCE, identity=key_of(identity))


def key_of(identity: Identity) -> str:
    return pseudonym(identity, settings.SECRET_KEY)


def citizen_page(
    view: Callable[Concatenate[HttpRequest, Identity, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for who is signed in as a citizen; others sign in and come back. No copy of it is kept."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        identity = identity_of(request)
        if identity is None:
            target = request.get_full_path() if request.method in ("GET", "HEAD") else request.path
            return redirect(f"{reverse('identity:sign_in')}?{urlencode({'tiep': target})}")
        response = view(request, identity, *args, **kwargs)
        session: Any = session_of(request)
        now = int(clock.now().timestamp())
        if IDENTITY in session and now - session[SEEN] >= REFRESH:
            session[SEEN] = now
            keep(request, response)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return page
