"""How a request says who acts: a Bearer token in the API, a session on the pages; both end in a Principal (401 or 403 otherwise)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from motcua.organisation import desk, scope
from motcua.organisation import principal as principals
from motcua.organisation.errors import Forbidden, NotAuthenticated, RuleBroken
from motcua.organisation.principal import Principal

P = ParamSpec("P")
POSITION_IN_SESSION = "position"
# The session has given a code, or has set the phone up itself. Whatever takes a factor away ends all sessions of the account.
SECOND_FACTOR_IN_SESSION = "second_factor"
MAX_KEY = 200


class TokenAuth(HttpBearer):
    """`Authorization: Bearer TOKEN`, with `Motcua-Position` for holders of several posts."""

    openapi_description = "Mã truy cập API của cán bộ hoặc hệ thống tích hợp"

    def authenticate(self, request: HttpRequest, token: str) -> Principal:
        return principals.by_token(token, _position(request.headers.get("Motcua-Position")))

    def __call__(self, request: HttpRequest) -> Any:
        found = super().__call__(request)
        if not found:
            raise NotAuthenticated(_("Gửi mã truy cập ở đầu mục Authorization: Bearer."))
        return found


def _position(given: str | None) -> str | None:
    if not given:
        return None
    try:
        return str(UUID(given))
    except ValueError:
        raise Forbidden(_("Bạn không giữ vị trí việc làm được nêu trong yêu cầu.")) from None


def remote_address(request: HttpRequest) -> str:
    """The network address of who asks, for throttling; of IPv6 the /64 that one line is given whole, or each guess would have an address
    of its own. Each of the MOTCUA_TRUSTED_PROXIES in front appends the address it was asked from
    to X-Forwarded-For, so ours is that many entries from the right; what stands before it anybody may have written."""
    direct = str(request.META.get("REMOTE_ADDR", ""))
    proxies: int = settings.MOTCUA_TRUSTED_PROXIES
    if proxies < 1:
        return _line(direct)
    named = request.headers.get("X-Forwarded-For", "").split(",")
    try:
        return _line(str(ip_address(named[-proxies].strip())))
    except (IndexError, ValueError):
        return _line(direct)


def _line(address: str) -> str:
    """An IPv4 address as it is, an IPv6 one as its network of 64 bits."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or ip_network((int(found), 64), strict=False))


def key_of(request: HttpRequest) -> str | None:
    """The Idempotency-Key, when one was sent. Raises RuleBroken for what is none."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise RuleBroken.of("Idempotency-Key", _("Khóa gồm 1 đến %(most)s ký tự ASCII in được.") % {"most": MAX_KEY})
    return key


def idempotency(request: HttpRequest) -> tuple[str | None, bytes]:
    """(key, hash of what was asked): the same key with another method, path or body is another request."""
    return key_of(request), hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).digest()


def page_idempotency(request: HttpRequest) -> tuple[str | None, bytes]:
    """The same for a form of a page, which carries its key in a field (`{% idempotency_key %}`). The CSRF token is no part of what was
    asked: it is masked anew on every page. A PIN (`secret`) is not either: nothing made from it is kept."""
    asked = sorted(
        (name, values)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "idempotency_key", "secret")
    )
    try:
        key = str(UUID(request.POST.get("idempotency_key", "")))
    except ValueError:
        key = None
    return key, hashlib.sha256(repr((request.path, asked)).encode()).digest()


def must_enrol(request: HttpRequest) -> bool:
    """Whether this signed-in session may do nothing yet but set up the second factor that everybody must have."""
    return settings.MOTCUA_SECOND_FACTOR == "all" and not request.session.get(SECOND_FACTOR_IN_SESSION)


def _acting(request: HttpRequest, *, enrolling: bool = False) -> Principal | HttpResponse:
    """The signed-in officer in the chosen position, or in the first one when that has ended; or where to send who may not go on.

    `enrolling`: the page is the one that stays open to who must set up a second factor first. The frame of the page then shows nobody
    (no `request.principal`), since nothing else is open. Raises Forbidden when no position is left.
    """
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not desk.attended(request):
        desk.lock(
            request, request.get_full_path() if request.method in ("GET", "HEAD") else settings.LOGIN_REDIRECT_URL
        )
        messages.info(request, _("Phiên làm việc đã tự khóa vì không có thao tác. Đăng nhập để làm tiếp."))
        return redirect(settings.LOGIN_URL)
    waiting = must_enrol(request)
    if waiting and not enrolling:
        wanted = urlencode({"next": request.get_full_path()}) if request.method in ("GET", "HEAD") else ""
        return redirect(reverse("organisation:second_factor") + (f"?{wanted}" if wanted else ""))
    try:
        principal = principals.by_account(request.user.pk, request.session.get(POSITION_IN_SESSION))
    except Forbidden:
        if not request.session.pop(POSITION_IN_SESSION, None):
            raise
        principal = principals.by_account(request.user.pk)
    if not waiting:
        request.principal = principal  # type: ignore[attr-defined]
    return principal


View = Callable[Concatenate[HttpRequest, Principal, P], HttpResponse]
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


def officer_page(view: View[P]) -> Page[P]:
    """A page for signed-in officers: the view gets the principal and runs in one transaction inside their scope."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        principal = _acting(request)
        if isinstance(principal, HttpResponse):
            return principal
        with scope.enter(principal.scope):
            response = view(request, principal, *args, **kwargs)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        return desk.kept_nowhere(response)

    return page


def account_page(view: View[P]) -> Page[P]:
    """A page about one's own account. No transaction around it: it counts attempts, and those that are refused count too (`throttle`)."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        principal = _acting(request)
        if isinstance(principal, HttpResponse):
            return principal
        return desk.kept_nowhere(view(request, principal, *args, **kwargs))

    return page


def enrolment_page(view: View[P]) -> Page[P]:
    """An `account_page` that is open to who must set up a second factor first, too."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        principal = _acting(request, enrolling=True)
        if isinstance(principal, HttpResponse):
            return principal
        return desk.kept_nowhere(view(request, principal, *args, **kwargs))

    return page
