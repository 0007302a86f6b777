"""Results are signed, sealed and read back: two readers that know nothing of us (poppler and NSS) agree with our own words."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from motcua.demo.authority import Authority
from motcua.demo.fixtures import principal_of
from motcua.documents import queries_signing, services_signing, storage
from motcua.documents.models import Signature, SignedDocument
from motcua.documents.services_signing import Step
from motcua.documents.signing import keys, pades, trust
from motcua.documents.signing.stamps import seal_place
from motcua.documents.tests.world import CHAIR, CLERK, COMMUNE, PASSPHRASE, World, move_out, result
from motcua.documents.typesetting import render
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.worktime import clock

pytestmark = pytest.mark.django_db


def test_a_result_is_signed_by_the_chair_and_sealed_by_the_clerk(world: World, settings):
    world.time_stamps(settings)
    content = world.signed()
    found = queries_signing.verify(content)
    assert (found.tone, found.headline) == ("done", "Chữ ký hợp lệ, văn bản nguyên vẹn")
    chair, seal = found.signatures
    assert (chair.who, chair.as_what) == ("Hồ Sỹ Ái", f"Chủ tịch Ủy ban nhân dân, {COMMUNE}")
    assert "giữ vị trí Chủ tịch Ủy ban nhân dân" in chair.authority_says
    assert chair.report.reason == "TM. Ủy ban nhân dân – Chủ tịch"
    assert (seal.kind, seal.who) == ("seal", COMMUNE)
    assert {one.report.time_source for one in found.signatures} == {"tsa"}
    assert {one.report.revocation for one in found.signatures} == {"good"}
    assert (found.document.number, found.document.newest) == ("12/GPXD-UBND", True)
    with scope.enter(scope.worker()):
        assert list(Signature.objects.order_by("seq").values_list("kind", "level")) == [
            ("officer", "B-LT"),
            ("seal", "B-LT"),
        ]


def test_each_state_is_the_beginning_of_the_next_and_the_marks_of_archiving_stay(world: World):
    content = world.signed()
    with scope.enter(scope.worker()):
        for one in Signature.objects.select_related("before", "after"):
            assert storage.get(one.after.sha256).startswith(storage.get(one.before.sha256))
    pdf = pikepdf.open(io.BytesIO(content))
    with pdf.open_metadata() as metadata:
        assert (metadata.pdfa_status, metadata["pdfuaid:part"]) == ("2A", "1")
    assert [str(box.TU).split(",")[0] for box in pdf.Root.AcroForm.Fields] == [
        "Chữ ký số của Hồ Sỹ Ái",
        f"Chữ ký số (con dấu) của {COMMUNE}",
    ]


def test_the_seal_lies_over_a_third_of_the_signature_at_its_left(world: World):
    pdf = pikepdf.open(io.BytesIO(world.signed()))
    signature, seal = ([float(edge) for edge in box.Rect] for box in pdf.Root.AcroForm.Fields)
    assert seal[2] - seal[0] == pytest.approx(36 * 72 / 25.4, abs=0.1)
    assert (seal[2] - signature[0]) / (signature[2] - signature[0]) == pytest.approx(1 / 3, abs=0.01)
    assert (seal[1] + seal[3]) / 2 == pytest.approx((signature[1] + signature[3]) / 2, abs=0.1)


@pytest.mark.skipif(
    not (shutil.which("pdfsig") and shutil.which("certutil")), reason="apt-get install poppler-utils libnss3-tools"
)
def test_poppler_finds_both_signatures_valid_and_trusted(world: World, settings, tmp_path: Path, capsys):
    world.time_stamps(settings)
    file, nss, anchor = tmp_path / "result.pdf", tmp_path / "nss", tmp_path / "ca.pem"
    file.write_bytes(world.signed())
    anchor.write_bytes(world.authority.certificate.public_bytes(Encoding.PEM))
    nss.mkdir()
    subprocess.run(["certutil", "-N", "-d", f"sql:{nss}", "--empty-password"], check=True)
    subprocess.run(["certutil", "-A", "-d", f"sql:{nss}", "-n", "ca", "-t", "CT,C,C", "-i", str(anchor)], check=True)
    said = subprocess.run(
        ["pdfsig", "-nssdir", f"sql:{nss}", str(file)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LANG": "C.UTF-8"},
    ).stdout
    with capsys.disabled():
        print("\n" + said)
    assert said.count("Signature Validation: Signature is Valid.") == 2
    assert said.count("Certificate Validation: Certificate is Trusted.") == 2
    assert "Signer Certificate Common Name: Hồ Sỹ Ái" in said
    damaged = bytearray(file.read_bytes())
    damaged[damaged.index(b"/Contents") - 2000] ^= 1
    file.write_bytes(damaged)
    said = subprocess.run(
        ["pdfsig", "-nssdir", f"sql:{nss}", str(file)], capture_output=True, text=True, check=False
    ).stdout
    assert "Signature is Valid." not in said


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def test_any_flipped_byte_of_the_signed_page_is_found(world: World):
    content = world.signed()
    with scope.enter(scope.worker()):
        draft = storage.get(Signature.objects.get(seq=1).before.sha256)
    for at in range(20, len(draft), len(draft) // 12):
        found = queries_signing.verify(flipped(content, at))
        assert found.tone == "late", at
        assert found.document is None


def test_a_flipped_byte_is_told_as_a_change_and_names_the_signer(world: World):
    content = world.signed()
    found = queries_signing.verify(flipped(content, content.index(b"endstream") - 30))
    assert found.headline == "Văn bản đã bị thay đổi sau khi ký"
    assert [one.who for one in found.signatures] == ["Hồ Sỹ Ái", COMMUNE]
    assert "bị thay đổi" in found.signatures[0].report.integrity


def appended(content: bytes, change) -> bytes:
    writer, out = IncrementalPdfFileWriter(io.BytesIO(content)), io.BytesIO()
    change(writer)
    writer.write(out)
    return out.getvalue()


def paint(writer: IncrementalPdfFileWriter) -> None:
    drawing = writer.add_object(generic.StreamObject(stream_data=b"1 0 0 rg 100 100 200 200 re f"))
    writer.add_stream_to_page(0, drawing)


def note(writer: IncrementalPdfFileWriter) -> None:
    name = generic.pdf_name
    box = generic.ArrayObject(map(generic.NumberObject, [10, 10, 90, 90]))
    entry = {name("/Type"): name("/Annot"), name("/Subtype"): name("/FreeText"), name("/Rect"): box}
    writer.register_annotation(
        writer.find_page_for_modification(0)[0], writer.add_object(generic.DictionaryObject(entry))
    )


@pytest.mark.parametrize(("change", "named"), [(paint, "nội dung trang 1"), (note, "1 ghi chú chữ")])
def test_what_was_added_after_signing_is_named(world: World, change, named):
    found = queries_signing.verify(appended(world.signed(), change))
    assert found.tone == "late"
    assert all(one.report.intact and named in one.report.integrity for one in found.signatures)


def test_bytes_behind_the_end_are_named(world: World):
    found = queries_signing.verify(world.signed() + b"\nand more")
    assert found.tone == "late"
    assert "dữ liệu lạ ở cuối tệp" in found.signatures[0].report.integrity


def stranger(world: World, issued, known=None) -> queries_signing.Verdict:
    """What is said of the draft signed outside of this system with that certificate."""
    key = keys.FileKey(issued.p12(PASSPHRASE), PASSPHRASE)
    data = result(COMMUNE, "X", world.prepare(code=f"X-{issued.facts.serial[:8]}").id)
    content = pades.sign(
        render("result", data), key, None, reason="", location="", trust=trust.load(), timestamper=trust.timestamper()
    ).content
    return queries_signing.verify(content)


def test_a_self_made_certificate_is_not_believed(world: World):
    forged = Authority.new().issue("Hồ Sỹ Ái", title="Chủ tịch Ủy ban nhân dân", organisation=COMMUNE)
    found = stranger(world, forged)
    assert found.tone == "late"
    assert found.signatures[0].report.chain == "unknown_issuer"


def test_the_machines_own_list_of_authorities_is_never_asked(world: World):
    shutil.rmtree(world.home / "trust")
    assert stranger(world, world.issue(CHAIR)).signatures[0].report.chain == "unknown_issuer"


def test_an_expired_certificate_signs_nothing_that_counts(world: World):
    old = world.issue(CHAIR, days=5, start=clock.now() - timedelta(days=10))
    assert stranger(world, old).signatures[0].report.chain == "expired"


def test_a_revoked_certificate_signs_nothing_that_counts(world: World):
    issued = world.issue(CHAIR)
    world.trust(revoked=[(issued, clock.now() - timedelta(hours=2))])
    found = stranger(world, issued)
    assert (found.signatures[0].report.chain, found.tone) == ("revoked", "late")


def test_what_was_signed_before_the_revocation_stays_good(world: World, settings):
    world.time_stamps(settings)
    content = world.signed()
    world.trust(revoked=[(world.issued[CHAIR, "officer"], clock.now() + timedelta(hours=1))])
    assert queries_signing.verify(content).tone == "done"


def test_without_a_revocation_list_that_is_said(world: World):
    (world.home / "trust" / "ca.crl").unlink()
    found = stranger(world, world.issue(CHAIR))
    assert "không kiểm tra được" in found.signatures[0].report.revoked
    assert found.tone == "attention"


def test_another_agencys_certificate_has_no_say_over_our_document(world: World):
    world.bind("chutich.tanmai")
    document = world.prepare()
    with world.key("chutich.tanmai") as key, scope.enter(principal_of("chutich.tanmai").scope), pytest.raises(NotFound):
        services_signing.sign_result(principal_of("chutich.tanmai"), document.id, key, authority="TM. UBND")
    with scope.enter(scope.worker()), pytest.raises(Forbidden), world.key("chutich.tanmai") as key:
        services_signing.sign_result(principal_of("chutich.tanmai"), document.id, key, authority="TM. UBND")


def test_who_no_longer_held_the_position_had_no_authority(world: World, settings):
    world.time_stamps(settings)
    content = world.signed()
    move_out(CHAIR, clock.now() - timedelta(days=3))
    found = queries_signing.verify(content)
    assert (found.signatures[0].authority, found.tone) == ("not_held", "late")
    assert "không giữ vị trí" in found.signatures[0].authority_says


def test_a_certificate_outside_the_register_says_nothing_of_authority(world: World):
    found = stranger(world, world.issue("chutich.tanmai"))
    assert (found.signatures[0].authority, found.tone) == ("unknown", "attention")


def test_a_signature_under_an_old_title_is_shown_with_both(world: World, settings):
    world.time_stamps(settings)
    world.bind(CHAIR, issued=world.issue(CHAIR, title="Phó Chủ tịch"))
    document = world.prepare()
    world.sign(document.id)
    (one,) = queries_signing.verify(world.content(document.id)).signatures
    assert one.tone == "attention"
    assert "“Phó Chủ tịch”" in one.note


def test_our_own_register_proves_the_time_where_no_stamp_does(world: World):
    content = world.signed()
    assert {one.report.time_source for one in queries_signing.verify(content).signatures} == {"register"}


def test_the_seal_waits_for_a_signature(world: World):
    world.bind(CLERK, "seal")
    document = world.prepare()
    with pytest.raises(RuleBroken, match="chưa có chữ ký"):
        world.seal(document.id)


def test_the_clerk_refuses_a_document_whose_signature_does_not_hold(world: World):
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    document = world.prepare()
    world.sign(document.id)
    world.trust(revoked=[(world.issued[CHAIR, "officer"], clock.now() - timedelta(hours=2))])
    with pytest.raises(RuleBroken, match="thu hồi"):
        world.seal(document.id)


def test_nobody_signs_twice_and_nobody_after_the_seal(world: World):
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    document = world.prepare()
    world.sign(document.id)
    with pytest.raises(Conflict):
        world.sign(document.id)
    world.seal(document.id)
    world.bind(CHAIR, issued=world.issue(CHAIR))
    with pytest.raises(Conflict, match="đóng dấu"):
        world.sign(document.id)


@pytest.mark.parametrize("login", [CLERK, "xaydung.quynhson"])
def test_only_a_signatory_signs_a_result(world: World, login):
    world.bind(login)
    document = world.prepare()
    with pytest.raises(Forbidden):
        world.sign(document.id, login)


def test_a_revoked_certificate_is_stopped_before_it_signs(world: World):
    world.bind(CHAIR)
    world.trust(revoked=[(world.issued[CHAIR, "officer"], clock.now() - timedelta(hours=2))])
    with pytest.raises(RuleBroken, match="thu hồi"):
        world.sign(world.prepare().id)


def test_a_batch_takes_one_secret_and_goes_on_past_what_fails(world: World):
    world.bind(CHAIR)
    documents = [world.prepare(code=f"H41.170-{n}").id for n in range(3)]
    world.sign(documents[1])
    who = principal_of(CHAIR)
    with world.key(CHAIR) as key, scope.enter(who.scope):
        steps = list(services_signing.batch(who, documents, key, authority="TM. UBND"))
        with pytest.raises(keys.KeyRefused):
            pades.sign(b"%PDF-1.7", key, None, reason="", location="", trust=trust.load(), timestamper=None)
    assert [(step.done, step.total, bool(step.signature)) for step in steps] == [
        (1, 3, True),
        (2, 3, False),
        (3, 3, True),
    ]
    assert steps[1] == Step(2, 3, documents[1], problem="Văn bản này đã được ký bằng chứng thư ấy.")


def test_more_than_a_hundred_at_once_are_refused(world: World):
    world.bind(CHAIR)
    who = principal_of(CHAIR)
    with world.key(CHAIR) as key, pytest.raises(RuleBroken):
        list(services_signing.batch(who, [who.officer_id] * 101, key, authority=""))


def test_every_signature_is_in_the_journal(world: World):
    world.signed()
    with scope.enter(scope.worker()):
        document = SignedDocument.objects.get()
        acts = [entry.act for entry in registers.history(40, "signed_document", document.id)]
    assert acts == ["prepare", "sign", "seal"]


def test_another_commune_sees_neither_document_nor_signature(world: World):
    world.signed()
    with scope.enter(principal_of("chutich.tanmai").scope):
        assert (SignedDocument.objects.count(), Signature.objects.count()) == (0, 0)
    with scope.enter(principal_of(CHAIR).scope):
        assert (SignedDocument.objects.count(), Signature.objects.count()) == (1, 2)


def test_code_and_secret_open_the_newest_state_and_nothing_else_does(world: World):
    content = world.signed()
    with scope.enter(scope.worker()):
        document = SignedDocument.objects.get()
    secret = queries_signing.secret_of(document.id)
    assert queries_signing.by_code(document.code, secret.lower().replace("-", " "))[1] == content
    for code, given in ((document.code, "AAAAA-AAAAA-AAA"), ("H41.0", secret), (document.code, "")):
        with pytest.raises(NotFound):
            queries_signing.by_code(code, given)


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\n" + b"\xff" * 5000])
def test_what_is_no_pdf_gets_a_sentence(world: World, content):
    found = queries_signing.verify(content)
    assert found.tone == "late"
    assert found.advice


def test_an_unsigned_pdf_is_said_to_be_unsigned(world: World):
    data = result(COMMUNE, "X", world.prepare().id)
    assert queries_signing.verify(render("result", data)).headline == "Tệp này không có chữ ký số"


def test_the_place_of_a_seal_follows_the_signature():
    from motcua.documents.signing.stamps import Place

    found = seal_place(Place(2, 300, 400, 90, 60), 20)
    assert (found.page, found.x + found.width) == (2, 330)


def test_a_key_on_an_elliptic_curve_signs_too(world: World):
    found = stranger(world, world.issue(CHAIR, curve=True))
    assert (found.signatures[0].report.intact, found.signatures[0].report.chain) == (True, "trusted")
