"""Certificates for the demo's signatories and seals, so that a result can be signed from the first minute. Only `motcua serve --demo` calls this.

The authority's key stays in `MOTCUA_HOME/demo-ca`, apart from the database and from any seed; it is believed only while the demo runs.
"""

from __future__ import annotations

import secrets

from django.db import transaction

from motcua.demo import specimens
from motcua.demo.authority import Authority, keep_time_stamper
from motcua.demo.services import Login
from motcua.documents import queries_certificates, services_certificates
from motcua.documents.signing import trust
from motcua.documents.signing.keys import FileKey
from motcua.documents.signing.rules import Kind
from motcua.documents.signing.stamps import Image
from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.organisation.principal import Principal
from motcua.worktime import clock

SVG = "image/svg+xml"
CRL_DAYS = 30


def load(logins: list[Login]) -> str:
    """Binds a certificate to every demo login that signs or seals and has none; returns the passphrase of them all."""
    folder = trust.demo_folder()
    authority = Authority.load(folder)
    keep_time_stamper(authority, folder)
    (folder / "ca.crl").write_bytes(authority.crl(days=CRL_DAYS))
    passphrase = demo_passphrase()
    for login in logins:
        principal = principals.by_account(Account.objects.get(login=login.login).pk)
        for kind in _kinds(principal):
            with scope.enter(principal.scope), transaction.atomic():
                held = queries_certificates.bound(principal, kind)
                if held is None or held.valid_to < clock.now():
                    bind(principal, kind, authority, passphrase)
    return passphrase


def bind(principal: Principal, kind: Kind, authority: Authority, passphrase: str) -> None:
    """One certificate of the authority for the principal's position, or their agency's seal, with its specimen picture. Inside their scope."""
    if kind == "seal":
        issued = authority.issue(principal.agency_name, organisation=principal.agency_name)
        picture = specimens.seal(principal.agency_name)
    else:
        issued = authority.issue(
            principal.officer_name, title=principal.position_title, organisation=principal.agency_name
        )
        picture = specimens.signature(principal.officer_name)
    content = issued.p12(passphrase)
    key = FileKey(content, passphrase)
    try:
        services_certificates.bind(principal, kind, key, "pkcs12", content=content, image=Image(picture, SVG))
    finally:
        key.close()


def demo_passphrase() -> str:
    """One passphrase for all demo certificates, made at the first start and kept beside the demo's authority."""
    path = trust.demo_folder() / "passphrase"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(f"ky-so-{secrets.token_hex(3)}")
    return path.read_text().strip()


def _kinds(principal: Principal) -> list[Kind]:
    kinds: list[Kind] = []
    if principal.has("signatory"):
        kinds.append("officer")
    if principal.has("records_clerk"):
        kinds.append("seal")
    return kinds
