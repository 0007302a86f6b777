"""Who calls the API where officers and citizens both may: a token of ours, or a JWT of the identity provider."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from motcua.identity import services as identities
from motcua.identity.rules import Identity, IdentityRefused
from motcua.organisation.authentication import TokenAuth
from motcua.organisation.errors import NotAuthenticated


def looks_like_identity(token: str) -> bool:
    """A JWT has three parts; a token of ours has no dot."""
    return token.count(".") == 2 and identities.configured()


def identity_by(token: str) -> Identity:
    try:
        return identities.by_token(token)
    except IdentityRefused as refused:
        raise NotAuthenticated(
            _("Mã truy cập của hệ thống định danh không đúng, đã hết hạn hoặc không dành cho trang này.")
        ) from refused


class CallerAuth(TokenAuth):
    """An officer's token, or a citizen's from the identity provider."""

    openapi_description = "Mã truy cập API của cán bộ, hoặc của công dân do hệ thống định danh cấp"

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        return identity_by(token) if looks_like_identity(token) else super().authenticate(request, token)


def citizen_of(request: HttpRequest) -> Identity | None:
    """The citizen whose token came with a public call, None when none came."""
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    return identity_by(token.strip()) if kind.lower() == "bearer" and looks_like_identity(token) else None
