"""Who a citizen or an organisation is, as the identity provider says it. Pure: claims in, an `Identity` out."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from motcua.organisation.errors import DomainError

PERSON_CLAIMS = ("citizen_number", "full_name", "birth_date")
ORGANISATION_CLAIMS = ("tax_code", "organisation", "representative")
# The names OpenID Connect Core 1.0 section 5.1 has, and for what it has none our own words. The provider's are set by
# MOTCUA_IDENTITY_CLAIMS; those of VNeID are given in its connection agreement and are not public.
DEFAULT_CLAIMS = {
    "citizen_number": "citizen_number",
    "full_name": "name",
    "birth_date": "birthdate",
    "tax_code": "tax_code",
    "organisation": "organisation_name",
    "representative": "representative",
}


class IdentityRefused(DomainError):
    """The provider's answer proves nobody. `reason` is for the log: a word, no personal data."""

    status = 403
    title = "Không đăng nhập được"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(detail or _("Phiên đăng nhập không hợp lệ hoặc đã dùng rồi. Quay lại và đăng nhập lần nữa."))
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Identity:
    """A person (12 digits) or an organisation (tax code), proven by the provider. `demo`: made up, in a demo only."""

    kind: Literal["person", "organisation"]
    full_name: str
    citizen_number: str = ""
    birth_date: str = ""
    tax_code: str = ""
    representative: str = ""
    demo: bool = False

    @property
    def number(self) -> str:
        return self.citizen_number if self.kind == "person" else self.tax_code

    def applicant(self) -> dict[str, str]:
        """What the intake statement takes of it."""
        given = asdict(self)
        del given["demo"]
        return {name: value for name, value in given.items() if value}

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def pseudonym(identity: Identity, key: str) -> str:
    """64 hexadecimal letters by which this identity's drafts and filings are found; without the key nobody gets from them to the number."""
    derived = hmac.new(key.encode(), b"motcua.identity.pseudonym", hashlib.sha256).digest()
    return hmac.new(derived, f"{identity.kind}:{identity.number}".encode(), hashlib.sha256).hexdigest()


def identity_of(claims: Mapping[str, Any], names: Mapping[str, str], levels: frozenset[str]) -> Identity:
    """The identity that verified claims speak of; an organisation when they name its tax code.

    `levels`: the values of `acr` that stand for an account of VNeID level 2 (Decree 69/2024/NĐ-CP), empty to ask for none. Raises
    IdentityRefused.
    """
    if levels and str(claims.get("acr", "")) not in levels:
        raise IdentityRefused(
            "level",
            _("Tài khoản chưa đạt định danh điện tử mức độ 2. Đến Công an xã, phường để nâng mức độ rồi thử lại."),
        )

    def text(name: str) -> str:
        value = claims.get(names.get(name, name))
        return " ".join(value.split())[:120] if isinstance(value, str) else ""

    if tax_code := text("tax_code"):
        if not re.fullmatch(r"[0-9]{10}(-?[0-9]{3})?|[0-9]{12}", tax_code) or not text("organisation"):
            raise IdentityRefused("claims")
        return Identity(
            "organisation",
            text("organisation"),
            tax_code=tax_code,
            representative=text("representative") or text("full_name"),
        )
    number, birth = text("citizen_number"), text("birth_date")
    try:
        born = date.fromisoformat(birth).isoformat() if birth else ""
    except ValueError:
        born = ""
    if not re.fullmatch(r"[0-9]{12}", number) or not text("full_name"):
        raise IdentityRefused("claims")
    return Identity("person", text("full_name"), citizen_number=number, birth_date=born)


def own_path(asked: str, fallback: str) -> str:
    """`asked` when it is a path of this site, else `fallback`: nobody is sent elsewhere by a link that looks like ours."""
    good = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if good and len(asked) <= 500 else fallback
