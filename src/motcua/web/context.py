"""What every page knows: whether this is a demo, which province it serves, who acts, and where one may go."""

from __future__ import annotations

from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from motcua.documents import queries_certificates
from motcua.identity import authentication as citizens
from motcua.identity.rules import Identity
from motcua.organisation import desk
from motcua.organisation.principal import Principal
from motcua.places import queries as places
from motcua.web import navigation

# Pages that have the search itself as their own.
SEARCHING = (settings.LOGIN_REDIRECT_URL, "/ho-so/")

log = structlog.get_logger("motcua.web")


def province_name() -> str:
    """The full name ("Tỉnh Nghệ An"), empty when the register cannot be read: a page about a fault must not fail on its header."""
    try:
        found = places.province(f"{settings.MOTCUA_PROVINCE:02d}")
    except DatabaseError as error:
        log.warning("province name unknown", kind=type(error).__name__)
        return ""
    return found.full_name if found else ""


def citizen(request: HttpRequest) -> Identity | None:
    """Who is signed in as a citizen; nobody when the database is away, so that the page saying so can be drawn."""
    try:
        return citizens.identity_of(request)
    except DatabaseError as error:
        log.warning("citizen unknown", kind=type(error).__name__)
        return None


def officer_elsewhere(request: HttpRequest) -> bool:
    """Whether an officer is signed in here who now reads a page for everybody: it must not look as if they had been signed out. Asks nothing of
    the database for who carries no session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES or not hasattr(request, "user"):
        return False
    try:
        return bool(request.user.is_authenticated)
    except DatabaseError as error:
        log.warning("officer unknown", kind=type(error).__name__)
        return False


def page(request: HttpRequest) -> dict[str, Any]:
    """``reminders`` (list of str), ``demo`` (bool), ``province_name`` (str), ``principal`` (the acting officer or None),
    ``officer_elsewhere`` (bool), ``citizen`` (the identity signed in beside or instead, or None), ``navigation`` (list of items).

    The acting officer is what the sign-in put on the request as ``principal``.
    """
    principal = getattr(request, "principal", None)
    return {
        "demo": settings.MOTCUA_DEMO,
        "province_name": SimpleLazyObject(province_name),
        "principal": principal,
        "officer_elsewhere": SimpleLazyObject(lambda: principal is None and officer_elsewhere(request)),
        "citizen": SimpleLazyObject(lambda: citizen(request)),
        "navigation": navigation.items(request.path, principal),
        "reminders": reminders(request, principal),
        "idle_seconds": desk.idle_seconds(),
        "searchable": principal is not None and request.path not in SEARCHING,
    }


def reminders(request: HttpRequest, principal: Principal | None) -> list[str]:
    """What the acting officer must know today, on their home page only: their certificate is missing, does not fit or will expire."""
    if principal is None or request.path != settings.LOGIN_REDIRECT_URL:
        return []
    return queries_certificates.reminders(principal)
