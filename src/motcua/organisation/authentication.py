"""How a request says who acts: a Bearer token in the API, a session on the pages; both end in a Principal (401 or 403 otherwise)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from ninja.security import HttpBearer

from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.errors import Forbidden, NotAuthenticated, RuleBroken
from motcua.organisation.principal import Principal

P = ParamSpec("P")
POSITION_IN_SESSION = "position"
MAX_KEY = 200


class TokenAuth(HttpBearer):
    """`Authorization: Bearer TOKEN`, with `Motcua-Position` for holders of several posts."""

    openapi_description = "Mã truy cập API của cán bộ hoặc hệ thống tích hợp"

    def authenticate(self, request: HttpRequest, token: str) -> Principal:
        return principals.by_token(token, _position(request.headers.get("Motcua-Position")))

    def __call__(self, request: HttpRequest) -> Any:
        found = super().__call__(request)
        if not found:
            raise NotAuthenticated("Gửi mã truy cập ở đầu mục Authorization: Bearer.")
        return found


def _position(given: str | None) -> str | None:
    if not given:
        return None
    try:
        return str(UUID(given))
    except ValueError:
        raise Forbidden("Bạn không giữ vị trí việc làm được nêu trong yêu cầu.") from None


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


def idempotency(request: HttpRequest) -> tuple[str | None, bytes]:
    """(key, hash of what was asked): the same key with another method, path or body is another request."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not (0 < len(key) <= MAX_KEY and key.isascii() and key.isprintable()):
        raise RuleBroken.of("Idempotency-Key", f"Khóa gồm 1 đến {MAX_KEY} ký tự ASCII in được.")
    return key, hashlib.sha256(f"{request.method} {request.path}\n".encode() + request.body).digest()


def officer_page(
    view: Callable[Concatenate[HttpRequest, Principal, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for signed-in officers: the view gets the principal and runs in one transaction inside their scope."""

    @wraps(view)
    def page(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        try:
            principal = principals.by_account(request.user.pk, request.session.get(POSITION_IN_SESSION))
        except Forbidden:
            if not request.session.pop(POSITION_IN_SESSION, None):
                raise
            principal = principals.by_account(request.user.pk)
        request.principal = principal  # type: ignore[attr-defined]
        with scope.enter(principal.scope):
            response = view(request, principal, *args, **kwargs)
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response.render()
        return response

    return page
