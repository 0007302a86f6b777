"""Signers, seals and a typeset result for tests: certificates of a real (throw-away) authority, keys that really sign."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.serialization import Encoding
from uuid_utils.compat import uuid7

from motcua.demo import specimens
from motcua.demo.authority import Authority, Issued, keep_time_stamper
from motcua.demo.fixtures import principal_of
from motcua.documents import queries_signing, services_certificates, services_signing
from motcua.documents.models import Certificate, Signature, SignedDocument
from motcua.documents.rules import spelled_date
from motcua.documents.signing.keys import FileKey
from motcua.documents.signing.rules import Kind
from motcua.documents.signing.stamps import Image
from motcua.documents.typesetting import qr, render
from motcua.organisation import principal as principals
from motcua.organisation import scope
from motcua.organisation.models import Posting
from motcua.worktime import clock

PASSPHRASE = "Mat-khau-chi-de-thu-7391"
CHAIR, CLERK = "chutich.quynhson", "vanthu.quynhson"
COMMUNE = "Ủy ban nhân dân xã Quỳnh Sơn"


@dataclass
class World:
    """`home` is MOTCUA_HOME; what lies in its `trust` folder is believed."""

    home: Path
    authority: Authority
    issued: dict[tuple[str, str], Issued] = field(default_factory=dict)

    def trust(self, revoked: Any = ()) -> None:
        folder = self.home / "trust"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "ca.pem").write_bytes(self.authority.certificate.public_bytes(Encoding.PEM))
        (folder / "ca.crl").write_bytes(self.authority.crl(revoked))

    def time_stamps(self, settings: Any) -> None:
        """From now on signatures carry the time of the authority's own stamper, as in the demo."""
        settings.MOTCUA_DEMO = True
        (self.home / "demo-ca").mkdir(exist_ok=True)
        keep_time_stamper(self.authority, self.home / "demo-ca")

    def issue(self, login: str, kind: Kind = "officer", **changes: Any) -> Issued:
        who = principal_of(login)
        facts = {"name": who.agency_name, "organisation": who.agency_name}
        if kind == "officer":
            facts |= {"name": who.officer_name, "title": who.position_title}
        return self.authority.issue(**{**facts, **changes})

    def bind(self, login: str, kind: Kind = "officer", issued: Issued | None = None) -> Certificate:
        """Binds a certificate as its holder does on the page, with a drawn specimen."""
        who = principal_of(login)
        if issued is None:
            issued = self.issued.get((login, kind)) or self.issue(login, kind)
        content = issued.p12(PASSPHRASE)
        picture = specimens.seal(who.agency_name) if kind == "seal" else specimens.signature(who.officer_name)
        with scope.enter(who.scope):
            bound = services_certificates.bind(
                who,
                kind,
                FileKey(content, PASSPHRASE),
                "pkcs12",
                content=content,
                image=Image(picture, "image/svg+xml"),
            )
        self.issued[login, kind] = issued
        return bound

    def prepare(self, login: str = CLERK, code: str = "H41.170-261128-0001-KQ") -> SignedDocument:
        who, document_id = principal_of(login), uuid7()
        data = result(who.agency_name, code, document_id)
        with scope.enter(who.scope):
            return services_signing.prepare_result(
                who,
                subject_kind="dossier",
                subject_id=uuid7(),
                code=code,
                title=data["title"],
                content=render("result", data),
                places=queries_signing.places("result", data),
                number=data["number"],
                document_id=document_id,
            )

    @contextmanager
    def key(self, login: str, kind: Kind = "officer") -> Iterator[Any]:
        who = principal_of(login)
        with scope.enter(who.scope):
            held = Certificate.objects.get(fingerprint=self.issued[login, kind].facts.fingerprint, ended_at=None)
            key = services_certificates.open_key(held, PASSPHRASE)
        try:
            yield key
        finally:
            key.close()

    def sign(self, document_id: UUID, login: str = CHAIR, **changes: Any) -> Signature:
        who = principal_of(login)
        with self.key(login) as key, scope.enter(who.scope):
            return services_signing.sign_result(
                who, document_id, key, **{"authority": "TM. Ủy ban nhân dân – Chủ tịch", **changes}
            )

    def seal(self, document_id: UUID, login: str = CLERK) -> Signature:
        who = principal_of(login)
        with self.key(login, "seal") as key, scope.enter(who.scope):
            return services_signing.seal_result(who, document_id, key)

    def content(self, document_id: UUID) -> bytes:
        with scope.enter(scope.worker()):
            document = SignedDocument.objects.get(pk=document_id)
            return queries_signing.by_code(document.code, queries_signing.secret_of(document_id))[1]

    def signed(self) -> bytes:
        """A result with the chair's signature and the commune's seal."""
        self.bind(CHAIR)
        self.bind(CLERK, "seal")
        document = self.prepare()
        self.sign(document.id)
        self.seal(document.id)
        return self.content(document.id)


def result(agency: str, code: str, document_id: UUID) -> dict[str, Any]:
    """The data of a building permit, about people who do not exist."""
    now = clock.now()
    address = "https://motcua.example/kiem-tra-ket-qua/"
    secret = queries_signing.secret_of(document_id)
    return {
        "issued_at": now.isoformat(timespec="seconds"),
        "title": "Giấy phép xây dựng",
        "number": "12/GPXD-UBND",
        "about": "Cấp cho nhà ở riêng lẻ",
        "governing_body": "Tỉnh Nghệ An",
        "centre_heading": agency,
        "centre": agency,
        "code": code,
        "place": "Quỳnh Sơn",
        "issued_on": spelled_date(now.date()),
        "paragraphs": [
            "Cấp cho ông Nguyễn Văn Ước, thường trú tại xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An.",
            "Được phép xây dựng nhà ở riêng lẻ hai tầng trên thửa đất số 214, tờ bản đồ số 37, diện tích xây dựng 96 m².",
            "Giấy phép có hiệu lực khởi công trong thời hạn 12 tháng kể từ ngày cấp.",
        ],
        "recipients": ["Ông Nguyễn Văn Ước", "Phòng Kinh tế", "Lưu: VT"],
        "authority": ["TM. Ủy ban nhân dân", "Chủ tịch"],
        "signer": "Hồ Sỹ Ái",
        "qr": qr(f"{address}?ma={code}&khoa={secret}"),
        "check_address": address,
        "secret": secret,
        "demo": True,
    }


def move_out(login: str, on: datetime) -> None:
    """The officer leaves their position on that day."""
    who = principal_of(login)
    with scope.enter(scope.worker()):
        Posting.objects.filter(officer_id=who.officer_id, position_id=who.position_id).update(valid_to=on.date())
    principals.forget()
