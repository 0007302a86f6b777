"""Two communes with a row of each in every table that is guarded by case or by agency: what tests of the scope look for and must not find."""

from __future__ import annotations

from uuid import UUID, uuid4

from cryptography.hazmat.primitives.serialization import Encoding

from motcua.casework.tests.world import PROVINCE, done, one
from motcua.demo.authority import Authority
from motcua.demo.fixtures import COPY, PERMIT, Api, principal_of
from motcua.documents import services as documents
from motcua.documents.models import Attachment, Certificate, Signature, SignedDocument, SigningKey
from motcua.dossiers import handing_over, services_filing
from motcua.dossiers.intake import ComponentGiven, IntakeRequest
from motcua.dossiers.models import Rating, RatingRemark, ResultDraft, ResultNumber, SigningRun
from motcua.identity.authentication import scope_of
from motcua.identity.rules import Identity
from motcua.letters.tests import communes as letters
from motcua.organisation import scope
from motcua.oversight.tests import communes as oversight
from motcua.payments import closings, refunds
from motcua.payments.models import Transfer
from motcua.worktime import clock


def furnish(api: Api) -> None:
    """Both communes work: dossiers, money, books, signatures, somebody who filed online; what is asked, given and written to them."""
    for counter, head, builder in (
        ("tiepnhan.quynhson", "truongphong.quynhson", "xaydung.quynhson"),
        ("tiepnhan.tanmai", "truongphong.tanmai", "xaydung.tanmai"),
    ):
        dossier = api.receive(counter, procedure=PERMIT)
        assert api.get(counter, f"/dossiers/{dossier['code']}/forms/01.pdf")[0] == 200
        done(api, counter, dossier, "correct", note="Gõ sai", corrected={"content": "Nhà ba gian"})
        done(api, counter, dossier, "hand_over")
        done(api, head, dossier, "assign", officer=builder)
        result(builder, dossier["code"])
        done(api, builder, dossier, "request_supplement", note="Thiếu bản vẽ", items=["Bản vẽ"])
    for commune in ("quynhson", "tanmai"):
        money(api, commune)
        books(api, commune)
        signed(commune)
        online(commune)
    oversight.furnish()
    letters.furnish(api)


def online(commune: str) -> None:
    """A dossier filed by an identity, with a file and a rating with words."""
    person = Identity("person", "Nguyễn Thị Hoa Mẫu", citizen_number="040192009001")
    centre = principal_of(f"tiepnhan.{commune}")
    request = IntakeRequest(
        procedure_code=PERMIT,
        agency_code=centre.agency_code,
        applicant={"phone": "0912345678"},
        channel="online",
        components=[ComponentGiven(f"0{n}") for n in range(1, 6)],
    )
    with scope.enter(scope_of(person)):
        case_id = services_filing.file(person, request, (), key=None, body_hash=b"").case_id
    now = clock.now()
    with scope.enter(centre.scope):
        Attachment.objects.create(
            province_id=PROVINCE,
            file=documents.keep(PROVINCE, b"%PDF-1.7 online " + commune.encode(), documents.PDF),
            name="a.pdf",
            subject_kind="dossier",
            subject_id=case_id,
            part="component.01",
            attached_at=now,
        )
        Rating.objects.create(
            province_id=PROVINCE,
            case_id=case_id,
            agency_id=centre.agency_id,
            level="satisfied",
            by_kind="person",
            rated_at=now,
            changed_at=now,
        )
        RatingRemark.objects.create(province_id=PROVINCE, case_id=case_id, text="Nhanh", written_at=now)


def money(api: Api, commune: str) -> None:
    """Something in every table of the till: taken, cancelled, to be refunded, closed, and a transfer that nobody understands."""
    counter, director = f"tiepnhan.{commune}", principal_of(f"giamdoc.{commune}")
    receipt = api.pay(counter, api.receive(counter, procedure=COPY))
    cashier = principal_of(counter)
    with scope.enter(cashier.scope):
        refunds.cancel_receipt(cashier, UUID(receipt["id"]), reason="Nhầm số bản")
    with scope.enter(director.scope):
        closings.close(director, cashier.officer_id, notes={2000: 1})
    with scope.enter(scope.worker()):
        Transfer.objects.create(
            province_id=PROVINCE,
            agency_id=director.agency_id,
            transaction=f"FT-{commune}",
            reference="?",
            amount=1,
            payer="Ngô Văn Ước",
            paid_at=clock.now(),
            refusal="Không khớp",
        )


def result(builder: str, code: str) -> None:
    """A draft, a number and a batch of the commune."""
    who = principal_of(builder)
    with scope.enter(who.scope):
        case_id = one("SELECT id FROM casework_case WHERE code = %s", (code,))
        mine = {"province_id": PROVINCE, "position_id": who.position_id}
        ResultDraft.objects.create(**mine, case_id=case_id, edited_by_id=who.account_id, sha256="0" * 64)
        ResultNumber.objects.create(province_id=PROVINCE, agency_id=who.agency_id, symbol="QĐ", year=2026, last=1)
        moments = {"started_at": clock.now(), "beat_at": clock.now()}
        run = {"account_id": who.account_id, "agency_id": who.agency_id, "work": "sign", "key": builder, "items": []}
        SigningRun.objects.create(**mine, **run, **moments)


def signed(commune: str) -> None:
    """A certificate with its key, and a document signed with it, as rows: the key opens nothing and the document is no PDF."""
    chair = principal_of(f"chutich.{commune}")
    with scope.enter(chair.scope):
        file = documents.keep(PROVINCE, b"%PDF-1.7 " + commune.encode(), documents.PDF)
        certificate = Certificate.objects.create(
            province_id=PROVINCE,
            kind="officer",
            officer_id=chair.officer_id,
            position_id=chair.position_id,
            agency_id=chair.agency_id,
            valid_from=clock.now(),
            valid_to=clock.now(),
            fingerprint=file.sha256,
            pem=Authority.new().certificate.public_bytes(Encoding.PEM).decode(),
            provider="pkcs12",
        )
        SigningKey.objects.create(province_id=PROVINCE, certificate=certificate, content=b"x")
        document = SignedDocument.objects.create(
            province_id=PROVINCE,
            subject_kind="dossier",
            subject_id=uuid4(),
            agency_id=chair.agency_id,
            code=f"X-{commune}",
            file=file,
        )
        Signature.objects.create(
            province_id=PROVINCE,
            document=document,
            seq=1,
            kind="officer",
            certificate=certificate,
            officer_id=chair.officer_id,
            position_id=chair.position_id,
            before=file,
            after=file,
        )


def books(api: Api, commune: str) -> None:
    """Something in every book of the counter: a copy certified, a sheet with a dossier on it."""
    counter = f"tiepnhan.{commune}"
    papers = [{"name": "Giấy khai sinh", "pages": 1, "copies": 1}]
    done(api, counter, api.receive(counter, procedure=COPY), "complete_now", papers=papers)
    giver, dossier = principal_of(counter), api.receive(counter)
    assert handing_over.hand_over(giver, [(dossier["code"], dossier["version"])], {}, uuid4()).done == 1
