"""Signing in with an identity, and out again."""

from __future__ import annotations

from datetime import timedelta

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.identity import authentication, demo, services
from motcua.identity.rules import IdentityRefused, own_path
from motcua.organisation.authentication import remote_address
from motcua.organisation.errors import NotFound
from motcua.organisation.services import throttle

log = structlog.get_logger("motcua.identity")
TRIES, WINDOW = 60, timedelta(minutes=5)
TRACKING_COOKIE, TRACKING_PATH = "motcua_tracking", "/tra-cuu/"


@require_safe
@never_cache
def sign_in(request: HttpRequest) -> HttpResponse:
    """Says what signing in is for, and that an officer is signed in here too when that is so; the button leads to the provider."""
    target = own_path(request.GET.get("tiep", ""), "/")
    if authentication.identity_of(request):
        return redirect(target)
    return render(
        request,
        "identity/sign_in.html",
        {
            "target": target,
            "beside_officer": request.user.is_authenticated,
            "configured": services.configured(),
            "demo_people": demo.people() if demo.offered() else (),
        },
    )


@require_safe
@never_cache
def go(request: HttpRequest) -> HttpResponse:
    """To the provider. A link and not a form: the policy lets no form of ours lead to another host."""
    throttle("identity.go", remote_address(request), TRIES, WINDOW)
    if not services.configured():
        raise NotFound(_("Trang này chưa nối với hệ thống định danh."))
    target = own_path(request.GET.get("tiep", ""), "/")
    address = services.begin(
        authentication.session_of(request), request.build_absolute_uri(reverse("identity:back")), target
    )
    return authentication.keep(request, redirect(address))


@require_safe
@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """From the provider, with a code to be exchanged once."""
    throttle("identity.back", remote_address(request), TRIES, WINDOW)
    session = authentication.session_of(request)
    try:
        identity, target = services.finish(session, request.GET.dict())
    except IdentityRefused as refused:
        log.warning("identity refused", reason=refused.reason)
        raise
    finally:
        if session.session_key and session.modified:
            session.save()
    return authentication.sign_in(request, redirect(own_path(target, "/")), identity)


@require_POST
@never_cache
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    """The demo's fictitious people; outside a demo this address does not exist."""
    chosen = next((p for p in demo.people() if p.number == request.POST.get("who")), None)
    if not demo.offered() or chosen is None:
        raise NotFound(_("Không có trang này."))
    return authentication.sign_in(request, redirect(own_path(request.POST.get("tiep", ""), "/")), chosen)


@require_POST
@never_cache
def sign_out(request: HttpRequest) -> HttpResponse:
    """Ends the session here, with the look-up that was opened from it; the provider's own session is ended at the provider's."""
    response = render(request, "identity/signed_out.html", {"elsewhere": services.end_address()})
    response.delete_cookie(TRACKING_COOKIE, path=TRACKING_PATH, samesite="Lax")
    return authentication.sign_out(request, response)
