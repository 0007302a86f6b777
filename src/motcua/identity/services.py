"""The OpenID Connect conversation with the identity provider: authorization code with PKCE (RFC 7636), state and nonce.

What is asked lies in the citizen's own session, server side, and is taken out by the first answer: a second one finds nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, MutableMapping
from typing import Any, cast

import requests
import structlog
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from cachetools import TTLCache
from django.conf import settings
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from motcua.identity.rules import DEFAULT_CLAIMS, Identity, IdentityRefused, identity_of
from motcua.organisation.errors import DomainError
from motcua.worktime import clock

log = structlog.get_logger("motcua.identity")

FLOW = "flow"
FLOW_SECONDS, LEEWAY = 600, 30
PATIENCE = 5.0  # seconds for one answer of the provider
ALGORITHMS = ["RS256", "PS256", "ES256"]
_known: TTLCache[str, Any] = TTLCache(8, 3600)
_keys_asked: TTLCache[str, bool] = TTLCache(8, 60)
_lock = threading.Lock()


class ProviderAway(DomainError):
    status = 503
    title = "Chưa kết nối được hệ thống định danh"

    def __init__(self) -> None:
        super().__init__(_("Hệ thống định danh chưa trả lời. Đợi vài phút rồi đăng nhập lại; phần đã lưu vẫn còn."))


def configured() -> bool:
    return bool(settings.MOTCUA_IDENTITY_ISSUER and settings.MOTCUA_IDENTITY_CLIENT_ID)


def forget() -> None:
    """Drops what this process knows of the provider (between tests)."""
    with _lock:
        _known.clear()
        _keys_asked.clear()


def begin(session: MutableMapping[str, Any], redirect_uri: str, target: str) -> str:
    """The provider's address to send the browser to; state, nonce and verifier are kept in `session`."""
    verifier, state, nonce = generate_token(64), generate_token(43), generate_token(43)
    client = _client(redirect_uri)
    url, _state = client.create_authorization_url(
        _metadata()["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
    )
    session[FLOW] = {
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "redirect_uri": redirect_uri,
        "target": target,
        "began": int(clock.now().timestamp()),
    }
    return cast(str, url)


def finish(session: MutableMapping[str, Any], answer: Mapping[str, str]) -> tuple[Identity, str]:
    """(identity, where to go on) for the provider's answer to `begin`. Raises IdentityRefused for anything that does not fit, ProviderAway."""
    flow = session.pop(FLOW, None)
    if not flow or not constant_time_compare(str(flow["state"]), answer.get("state", "")):
        raise IdentityRefused("state")
    if clock.now().timestamp() - flow["began"] > FLOW_SECONDS:
        raise IdentityRefused("slow", _("Đăng nhập quá 10 phút. Quay lại và đăng nhập lần nữa."))
    if answer.get("error") or not answer.get("code"):
        raise IdentityRefused("denied", _("Bạn chưa đồng ý đăng nhập, nên chưa có gì được gửi đi."))
    if answer.get("iss", settings.MOTCUA_IDENTITY_ISSUER) != settings.MOTCUA_IDENTITY_ISSUER:
        raise IdentityRefused("issuer")  # RFC 9207: another provider's answer mixed in
    try:
        tokens = _client(flow["redirect_uri"]).fetch_token(
            _metadata()["token_endpoint"], code=answer["code"], code_verifier=flow["verifier"], timeout=PATIENCE
        )
    except OAuthError as refused:
        raise IdentityRefused("code") from refused
    except (requests.RequestException, ValueError) as broken:
        log.warning("identity provider away", at="token", kind=type(broken).__name__)
        raise ProviderAway from broken
    claims = verified(str(tokens.get("id_token", "")), settings.MOTCUA_IDENTITY_CLIENT_ID, nonce=flow["nonce"])
    return _identity(claims), str(flow["target"])


def by_token(raw: str) -> Identity:
    """The identity of a citizen's Bearer token: a JWT of the provider, made for this installation. Raises IdentityRefused, ProviderAway."""
    return _identity(verified(raw, settings.MOTCUA_IDENTITY_AUDIENCE or settings.MOTCUA_IDENTITY_CLIENT_ID))


def verified(raw: str, audience: str, nonce: str | None = None) -> dict[str, Any]:
    """The claims of a token whose signature, issuer, audience, expiry and nonce are right (OpenID Connect Core 1.0, 3.1.3.7)."""
    try:
        try:
            token = jwt.decode(raw, _keys(), algorithms=ALGORITHMS)
        except JoseError:
            if not _may_ask_again():  # the provider may have changed its keys
                raise
            token = jwt.decode(raw, _keys(fresh=True), algorithms=ALGORITHMS)
        asked: dict[str, Any] = {} if nonce is None else {"nonce": {"essential": True, "value": nonce}}
        registry = jwt.JWTClaimsRegistry(
            now=int(clock.now().timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": settings.MOTCUA_IDENTITY_ISSUER},
            aud={"essential": True, "value": audience},
            exp={"essential": True},
            sub={"essential": True},
            **asked,
        )
        registry.validate(token.claims)
    except (JoseError, ValueError, TypeError) as wrong:
        log.warning("identity token refused", kind=type(wrong).__name__)
        raise IdentityRefused("token") from wrong
    claims: dict[str, Any] = token.claims
    audiences = claims.get("aud")
    if isinstance(audiences, list) and len(audiences) > 1 and claims.get("azp") != settings.MOTCUA_IDENTITY_CLIENT_ID:
        raise IdentityRefused("audience")
    return claims


def end_address() -> str:
    """Where one signs out of the provider itself, empty when it has no such place or cannot be reached."""
    if not configured():
        return ""
    try:
        return str(_metadata().get("end_session_endpoint", ""))
    except ProviderAway:
        return ""


def _identity(claims: Mapping[str, Any]) -> Identity:
    return identity_of(claims, {**DEFAULT_CLAIMS, **settings.MOTCUA_IDENTITY_CLAIMS}, settings.MOTCUA_IDENTITY_LEVELS)


def _client(redirect_uri: str) -> OAuth2Session:
    return OAuth2Session(
        settings.MOTCUA_IDENTITY_CLIENT_ID,
        settings.MOTCUA_IDENTITY_CLIENT_SECRET or None,
        scope=settings.MOTCUA_IDENTITY_SCOPE,
        redirect_uri=redirect_uri,
        code_challenge_method="S256",
        token_endpoint_auth_method="client_secret_basic" if settings.MOTCUA_IDENTITY_CLIENT_SECRET else "none",
        default_timeout=PATIENCE,
    )


def _metadata() -> dict[str, Any]:
    issuer = settings.MOTCUA_IDENTITY_ISSUER
    found = _asked(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != issuer:
        log.error("identity provider names another issuer")
        raise ProviderAway
    return found


def _keys(fresh: bool = False) -> KeySet:
    return KeySet.import_key_set(cast(Any, _asked(str(_metadata()["jwks_uri"]), fresh)))


def _may_ask_again() -> bool:
    """Once a minute at most: false tokens must not make us a burden on the provider."""
    with _lock:
        if "keys" in _keys_asked:
            return False
        _keys_asked["keys"] = True
        return True


def _asked(address: str, fresh: bool = False) -> dict[str, Any]:
    with _lock:
        if not fresh and address in _known:
            return cast("dict[str, Any]", _known[address])
    try:
        answer = requests.get(address, timeout=PATIENCE, allow_redirects=False)
        answer.raise_for_status()
        found = answer.json()
        if not isinstance(found, dict):
            raise ValueError("not an object")
    except (requests.RequestException, ValueError) as broken:
        log.warning("identity provider away", at="metadata", kind=type(broken).__name__)
        raise ProviderAway from broken
    with _lock:
        _known[address] = found
    return found
