"""The register of certificates: bound by who holds them, flagged when they no longer fit, ended and then unusable; secrets lie nowhere."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client

from motcua.demo.fixtures import principal_of
from motcua.documents import jobs, queries_certificates, services_certificates, services_signing, views_certificates
from motcua.documents.models import Certificate, SigningKey
from motcua.documents.signing.keys import FileKey, KeyRefused
from motcua.documents.tests.world import CHAIR, CLERK, COMMUNE, PASSPHRASE, World, move_out
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken, TooManyRequests
from motcua.organisation.models import Account
from motcua.worktime import clock

pytestmark = pytest.mark.django_db


def state_of(login: str) -> str:
    with scope.enter(scope.worker()):
        name = principal_of(login).officer_name
        return next(line.state for line in queries_certificates.must_sign(40) if line.officer == name)


def upload(world: World, login: str = CHAIR, content: bytes | None = None, **fields):
    from django.core.files.uploadedfile import SimpleUploadedFile

    client = Client()
    client.force_login(Account.objects.get(login=login))
    content = world.issue(login).p12(PASSPHRASE) if content is None else content
    body = {"provider": "pkcs12", "content": SimpleUploadedFile("a.p12", content), "secret": PASSPHRASE, **fields}
    return client, client.post("/chu-ky-so/ca-nhan/gan/", body)


def test_an_officer_binds_a_certificate_and_sees_that_it_fits(world: World):
    client, response = upload(world)
    assert (response.status_code, response["Location"]) == (302, "/chu-ky-so/")
    page = client.get("/chu-ky-so/").content.decode()
    assert "Khớp với người, chức danh và cơ quan hiện nay" in page
    assert state_of(CHAIR) == "fine"


@pytest.mark.parametrize(
    ("content", "fields", "said"),
    [
        (None, {"secret": "sai"}, "Mật khẩu không mở được"),
        (b"not a file", {}, "Mật khẩu không mở được"),
        (b"x" * 70_000, {}, "Tệp quá lớn"),
        (b"", {}, "Tệp"),
        (None, {"secret": ""}, "Nhập mật khẩu hoặc PIN"),
        (None, {"provider": "remote"}, "provider"),
    ],
)
def test_what_cannot_be_bound_is_refused_in_words(world: World, content, fields, said):
    _client, response = upload(world, content=content, **fields)
    assert response.status_code == 422
    assert said in response.content.decode()
    assert PASSPHRASE not in response.content.decode()
    with scope.enter(scope.worker()):
        assert not Certificate.objects.exists()


def test_a_file_without_a_passphrase_is_not_taken(world: World):
    from cryptography.hazmat.primitives.serialization import NoEncryption, pkcs12

    issued = world.issue(CHAIR)
    bare = pkcs12.serialize_key_and_certificates(b"x", issued.key, issued.certificate, None, NoEncryption())
    with pytest.raises(KeyRefused, match="không có mật khẩu"):
        FileKey(bare, "")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": "Trương Văn Ích"}, "không phải “Hồ Sỹ Ái”"),
        ({"signing": False}, "không được cấp để ký"),
        ({"days": 5, "start": clock.now() - timedelta(days=9)}, "hết hạn"),
    ],
)
def test_another_persons_an_unfit_and_an_expired_certificate_are_not_bound(world: World, changes, said):
    with pytest.raises(RuleBroken, match=said):
        world.bind(CHAIR, issued=world.issue(CHAIR, **changes))


def test_a_certificate_of_the_old_agency_is_bound_flagged_and_signs_nothing(world: World):
    world.bind(CHAIR, issued=world.issue(CHAIR, organisation="Ủy ban nhân dân xã Quỳnh Lưu"))
    assert state_of(CHAIR) == "mismatch"
    with pytest.raises(RuleBroken, match="Quỳnh Lưu"):
        world.sign(world.prepare().id)


def test_another_title_is_flagged_in_the_list_and_still_signs(world: World):
    world.bind(CHAIR, issued=world.issue(CHAIR, title="Phó Chủ tịch"))
    assert state_of(CHAIR) == "mismatch"
    assert world.sign(world.prepare().id).seq == 1


def test_sixty_days_before_it_ends_the_list_the_home_page_and_the_job_say_so(world: World, caplog):
    world.bind(CHAIR, issued=world.issue(CHAIR, days=31))
    assert state_of(CHAIR) == "expiring"
    assert jobs.expiring_certificates(0) == {"60": 0, "30": 1, "7": 0}
    client = Client()
    client.force_login(Account.objects.get(login=CHAIR))
    assert "Chứng thư còn hiệu lực 29 ngày" in client.get("/viec-can-lam/").content.decode()
    assert "Chứng thư còn hiệu lực" not in client.get("/ho-so/").content.decode()


def test_an_officer_who_signs_nothing_is_told_nothing(world: World):
    client = Client()
    client.force_login(Account.objects.get(login="xaydung.quynhson"))
    assert "Chữ ký số của bạn" not in client.get("/viec-can-lam/").content.decode()


def test_a_new_certificate_replaces_the_old_one_and_its_key_file(world: World):
    old, new = world.bind(CHAIR), world.bind(CHAIR, issued=world.issue(CHAIR))
    with scope.enter(scope.worker()):
        old.refresh_from_db()
        assert old.end_reason == "Thay bằng chứng thư mới" and old.image_id == new.image_id
        assert list(SigningKey.objects.values_list("certificate_id", flat=True)) == [new.id]


def test_binding_the_same_certificate_twice_leaves_one(world: World):
    who, issued = principal_of(CHAIR), world.issue(CHAIR)
    content = issued.p12(PASSPHRASE)
    with scope.enter(who.scope):
        rows = {
            services_certificates.bind(who, "officer", FileKey(content, PASSPHRASE), "pkcs12", content=content).id
            for _ in range(2)
        }
    assert len(rows) == 1


def test_one_certificate_is_not_bound_to_two(world: World):
    who, issued = principal_of(CHAIR), world.issue(CHAIR)
    world.bind(CHAIR, issued=issued)
    other = replace(principal_of("xaydung.quynhson"), officer_name=who.officer_name, position_title=who.position_title)
    content = issued.p12(PASSPHRASE)
    with scope.enter(other.scope), pytest.raises(Conflict):
        services_certificates.bind(other, "officer", FileKey(content, PASSPHRASE), "pkcs12", content=content)


def test_an_ended_certificate_signs_nothing_and_its_key_file_is_gone(world: World):
    held = world.bind(CHAIR)
    document, who = world.prepare(), principal_of(CHAIR)
    with world.key(CHAIR) as key, scope.enter(who.scope):
        services_certificates.end(who, held.id, "lost")
        with pytest.raises(RuleBroken, match="chưa gắn"):
            services_signing.sign_result(who, document.id, key, authority="TM. UBND")
    with scope.enter(scope.worker()):
        assert not SigningKey.objects.exists()
        assert [entry.act for entry in registers.history(40, "certificate", held.id)] == ["bind", "end"]
    assert state_of(CHAIR) == "none"


def test_only_its_holder_ends_a_certificate(world: World):
    held = world.bind(CHAIR)
    seal = world.bind(CLERK, "seal")
    for row in (held, seal):
        who = principal_of("xaydung.quynhson")
        with scope.enter(who.scope), pytest.raises(Forbidden):
            services_certificates.end(who, row.id, "lost")


def test_the_seal_is_the_clerks_and_must_name_the_agency(world: World):
    with pytest.raises(Forbidden):
        world.bind(CHAIR, "seal")
    with pytest.raises(RuleBroken, match="Quỳnh Lưu"):
        world.bind(
            CLERK, "seal", world.issue(CLERK, "seal", name="UBND xã Quỳnh Lưu", organisation="UBND xã Quỳnh Lưu")
        )
    assert world.bind(CLERK, "seal").name == COMMUNE


def test_who_left_the_position_is_not_in_the_list_any_more(world: World):
    world.bind(CHAIR)
    move_out(CHAIR, clock.now())
    with scope.enter(scope.worker()):
        assert "Hồ Sỹ Ái" not in {line.officer for line in queries_certificates.must_sign(40)}


def test_another_commune_reads_no_key_file(world: World):
    world.bind(CHAIR)
    with scope.enter(principal_of("chutich.tanmai").scope):
        assert not SigningKey.objects.exists()
    with scope.enter(principal_of(CHAIR).scope):
        assert SigningKey.objects.count() == 1


@pytest.mark.usefixtures("stopped")
def test_guessing_a_passphrase_ends_after_a_few_attempts(world: World):
    held, who = world.bind(CHAIR), principal_of(CHAIR)
    with scope.enter(who.scope):
        for _ in range(services_certificates.SECRET_LIMIT):
            with pytest.raises(KeyRefused):
                services_certificates.open_key(held, "sai")
        with pytest.raises(TooManyRequests):
            services_certificates.open_key(held, PASSPHRASE)


def test_the_passphrase_is_in_no_table_no_file_and_no_log(world: World, caplog):
    caplog.set_level(logging.DEBUG)
    client, _response = upload(world)
    assert client.post("/chu-ky-so/ca-nhan/ky-thu/", {"secret": PASSPHRASE}).status_code == 200
    assert client.post("/chu-ky-so/ca-nhan/ky-thu/", {"secret": PASSPHRASE + "x"}).status_code == 422
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute("SELECT has_table_privilege(%s, 'SELECT')", [table])
            if cursor.fetchone()[0]:
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{PASSPHRASE}%"])
                assert cursor.fetchone() == (0,), table
        cursor.execute("SELECT content FROM documents_signingkey")
        kept = bytes(cursor.fetchone()[0])
    assert PASSPHRASE.encode() not in kept
    assert b"PRIVATE KEY" not in kept
    for path in world.home.rglob("*"):
        assert not path.is_file() or PASSPHRASE.encode() not in path.read_bytes(), path
    assert PASSPHRASE not in caplog.text


def test_a_trial_shows_the_page_as_anybody_would_read_it(world: World):
    client, _response = upload(world)
    page = client.post("/chu-ky-so/ca-nhan/ky-thu/", {"secret": PASSPHRASE}).content.decode()
    assert "Hồ Sỹ Ái" in page and "Nguyên vẹn từ khi ký" in page
    answer = client.get("/chu-ky-so/trang-thu.pdf")
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert upload(world, "chutich.tanmai")[0].get("/chu-ky-so/trang-thu.pdf").status_code == 404


@pytest.mark.parametrize(
    ("login", "status", "lines"),
    [("quantri.nghean", 200, 9), ("theodoi.nghean", 200, 9), (CHAIR, 200, 2), ("xaydung.quynhson", 403, 0)],
)
def test_the_list_shows_administrators_the_province_and_leaders_their_agency(world: World, login, status, lines):
    client = Client()
    client.force_login(Account.objects.get(login=login))
    assert client.get("/chu-ky-so/danh-sach/").status_code == status
    answer = client.get("/chu-ky-so/danh-sach/?dang=csv")
    if status == 200:
        assert len(answer.content.decode("utf-8-sig").splitlines()) == lines + 1


def test_the_list_counts_and_filters_by_state(world: World):
    world.bind(CHAIR)
    client = Client()
    client.force_login(Account.objects.get(login="quantri.nghean"))
    text = client.get("/chu-ky-so/danh-sach/?tinh-trang=fine&dang=csv").content.decode("utf-8-sig")
    assert text.count("\n") == 2 and "Hồ Sỹ Ái" in text
    assert client.get("/chu-ky-so/danh-sach/?tinh-trang=%00").status_code == 200


def test_the_pages_of_the_list_together_name_everybody_once(world: World, monkeypatch):
    monkeypatch.setattr(views_certificates, "PAGE", 3)
    client = Client()
    client.force_login(Account.objects.get(login="quantri.nghean"))
    pages = [client.get(f"/chu-ky-so/danh-sach/?trang={n}") for n in (1, 2, 3)]
    named = [line.officer_id for page in pages for line, _word, _tone in page.context["lines"]]
    assert len(pages[0].context["lines"]) == 3
    with scope.enter(scope.Scope("province", 40)):
        assert named == [line.officer_id for line in queries_certificates.must_sign(40)]
    assert "trang=2" in pages[0].content.decode() and "trang=1" in pages[1].content.decode()
    assert client.get("/chu-ky-so/danh-sach/?trang=abc").status_code == 200


def test_the_api_and_the_page_answer_alike(world: World, settings):
    from django.core.files.uploadedfile import SimpleUploadedFile

    world.time_stamps(settings)
    content = world.signed()
    client = Client()
    answer = client.post("/api/v1/verify", {"file": SimpleUploadedFile("a.pdf", content)})
    body = answer.json()
    assert (answer.status_code, body["tone"], body["document"]["number"]) == (200, "done", "12/GPXD-UBND")
    assert [one["authority"] for one in body["signatures"]] == ["held", "held"]
    page = client.post("/kiem-tra-ket-qua/", {"file": SimpleUploadedFile("a.pdf", content)}).content.decode()
    assert body["headline"] in page and "giữ vị trí Chủ tịch Ủy ban nhân dân" in page


def test_code_and_secret_answer_on_the_page_and_give_the_file(world: World):
    from motcua.documents.models import SignedDocument
    from motcua.documents.queries_signing import secret_of

    content = world.signed()
    with scope.enter(scope.worker()):
        document = SignedDocument.objects.get()
    client, body = Client(), {"code": document.code, "secret": secret_of(document.id)}
    assert "Hồ Sỹ Ái" in client.post("/kiem-tra-ket-qua/", body).content.decode()
    assert client.post("/kiem-tra-ket-qua/", {**body, "act": "download"}).content == content
    refused = client.post("/kiem-tra-ket-qua/", {**body, "secret": "AAAAA-AAAAA-AAA"})
    assert (refused.status_code, "Không có văn bản nào" in refused.content.decode()) == (422, True)


@pytest.mark.usefixtures("stopped")
def test_a_check_is_limited_by_address(world: World, monkeypatch):
    from django.core.files.uploadedfile import SimpleUploadedFile

    monkeypatch.setattr("motcua.documents.views_verification.CHECK_LIMIT", 2)
    client = Client()
    sent = [client.post("/api/v1/verify", {"file": SimpleUploadedFile("a.pdf", b"x")}).status_code for _ in range(3)]
    assert sent == [200, 200, 429]


def test_the_demo_binds_every_signatory_and_seal_once(demo, settings, tmp_path):
    from motcua.demo import certificates as demo_certificates
    from motcua.demo import fixtures, services

    settings.MOTCUA_HOME, settings.MEDIA_ROOT, settings.MOTCUA_DEMO = tmp_path, tmp_path / "files", True
    logins = services.load(fixtures.PASSWORD)
    words = {demo_certificates.load(logins) for _ in range(2)}
    with scope.enter(scope.worker()):
        lines = queries_certificates.must_sign(40)
        rows = list(Certificate.objects.all())
    assert len(words) == 1
    assert {line.state for line in lines} == {"fine"} and len(rows) == 9
    assert all("DEMO – không có giá trị pháp lý" in row.subject for row in rows)
    assert (tmp_path / "demo-ca" / "ca.key").stat().st_mode & 0o077 == 0


def test_a_certificate_by_its_fingerprint_is_found_by_index(world: World):
    world.bind(CHAIR)
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT * FROM documents_certificate WHERE province_id = 40 AND fingerprint = %s", ["0" * 64]
        )
        plan = " ".join(line for (line,) in cursor.fetchall())
    assert "certificate_by_fingerprint" in plan or "certificate_bound_once" in plan


def test_an_unknown_certificate_is_not_ended(world: World):
    who = principal_of(CHAIR)
    with scope.enter(who.scope), pytest.raises(NotFound):
        services_certificates.end(who, who.officer_id, "lost")
