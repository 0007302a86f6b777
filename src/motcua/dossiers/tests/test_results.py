"""A lawful result: drafted, approved, numbered, signed by its signatory, sealed by the records clerk, handed over, and read back."""

from __future__ import annotations

import io
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pikepdf
import pytest
from django.db import connection, transaction

from motcua.casework.models import Entry
from motcua.demo.fixtures import BIRTH, PERMIT, Api, principal_of
from motcua.documents import queries_signing, services_signing
from motcua.documents.models import SignedDocument
from motcua.documents.signing import samples
from motcua.documents.signing.keys import KeyRefused
from motcua.documents.tests.conftest import authority, world  # noqa: F401
from motcua.documents.tests.test_uploads import send
from motcua.documents.tests.world import CHAIR, CLERK, PASSPHRASE, World
from motcua.dossiers import attachments, queries, queries_results, results, services_results
from motcua.dossiers.models import Dossier, ResultNumber, SigningRun
from motcua.dossiers.tests import results_world as way
from motcua.dossiers.tests.results_world import COUNTER, HEAD, SPECIALIST
from motcua.dossiers.tests.test_delegation import lend
from motcua.dossiers.tests.walking import journalled, permit
from motcua.organisation import principal as principals
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Account
from motcua.worktime import clock, elapsed, shipped

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(world: World, settings: Any) -> World:  # noqa: F811
    """The chair and the records clerk have their certificates, signatures carry time stamps."""
    world.time_stamps(settings)
    world.bind(CHAIR)
    world.bind(CLERK, "seal")
    return world


def content(code: str, login: str = COUNTER) -> bytes:
    who = principal_of(login)
    with scope.enter(who.scope):
        return queries_results.content(queries.view(who, code))


def test_a_result_is_drafted_signed_sealed_and_handed_over(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    done = way.sign(ready, dossier)
    assert (done.case.state, done.case.role) == ("in_progress", "records_clerk")
    done = way.seal(ready, dossier)
    assert done.case.state == "finished"
    row = way.row_of(dossier["code"])
    assert row.outcome == "granted"
    assert row.result["number"] == "01/GPXD-UBND"
    verdict = queries_signing.verify(content(dossier["code"]))
    assert (verdict.tone, verdict.headline) == ("done", "Chữ ký hợp lệ, văn bản nguyên vẹn")
    assert [one.kind for one in verdict.signatures] == ["officer", "seal"]
    assert verdict.document is not None
    assert verdict.document.number == "01/GPXD-UBND"
    pdf = pikepdf.open(io.BytesIO(content(dossier["code"])))
    assert len(pdf.Root.AcroForm.Fields) == 2
    status, _ = api.act(COUNTER, dossier, "return_result", how="online")
    assert status == 200


def test_the_number_and_the_applicants_name_are_on_the_signed_page(api: Api, ready: World, tmp_path: Any) -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("poppler-utils is not here")
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    file = tmp_path / "ket-qua.pdf"
    file.write_bytes(content(dossier["code"], CHAIR))
    text = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, text=True, check=True).stdout
    assert "01/GPXD-UBND" in text
    assert "Nguyễn Văn Ước" in text
    assert "TM. ỦY BAN NHÂN DÂN" in text


def test_poppler_reads_both_signatures_as_valid(api: Api, ready: World, tmp_path: Any) -> None:
    if shutil.which("pdfsig") is None:
        pytest.skip("poppler-utils is not here")
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    way.seal(ready, dossier)
    file = tmp_path / "ket-qua.pdf"
    file.write_bytes(content(dossier["code"]))
    told = subprocess.run(["pdfsig", "-nocert", str(file)], capture_output=True, text=True, check=False).stdout
    assert told.count("Signature Validation: Signature is Valid.") == 2, told


def test_a_byte_changed_after_signing_is_seen(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    signed = bytearray(content(dossier["code"], CHAIR))
    signed[signed.index(b"endstream")] ^= 1
    assert queries_signing.verify(bytes(signed)).tone == "late"


def test_the_journal_names_number_document_and_the_text_that_was_signed(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    with scope.enter(scope.worker()):
        approved = Entry.objects.get(case__code=dossier["code"], act="approve").payload["draft"]
    way.sign(ready, dossier)
    payload = journalled(dossier["code"])
    row = way.row_of(dossier["code"])
    assert (payload["number"], payload["document"]) == (row.result["number"], row.result["document"])
    assert payload["draft"] == row.result["draft"] == approved


def test_numbers_of_a_kind_begin_at_one_in_each_agency_and_go_up_by_one(api: Api, ready: World) -> None:
    numbers = []
    for _ in range(3):
        dossier = way.drafted(api)
        way.sign(ready, dossier)
        numbers.append(way.row_of(dossier["code"]).result["number"])
    assert numbers == ["01/GPXD-UBND", "02/GPXD-UBND", "03/GPXD-UBND"]


def test_what_is_refused_takes_no_number_and_changes_nothing(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    stale = {**dossier, "version": dossier["version"] - 1}
    with pytest.raises(Conflict):
        way.sign(ready, stale)
    ready.trust(revoked=[(ready.issued[CHAIR, "officer"], clock.now() - timedelta(hours=2))])
    with pytest.raises(RuleBroken, match="thu hồi"):
        way.sign(ready, dossier)
    ready.trust()
    chair = principal_of(CHAIR)
    with way.opened(ready) as key, scope.enter(chair.scope):
        key.close()  # the token is pulled out after the number was taken
        with pytest.raises(KeyRefused), transaction.atomic():
            services_results.sign(chair, dossier["code"], key, version=dossier["version"], base_url=way.BASE)
    with scope.enter(scope.worker()):
        assert not ResultNumber.objects.exists()
        assert not SignedDocument.objects.exists()
    way.sign(ready, dossier)
    assert way.row_of(dossier["code"]).result["number"] == "01/GPXD-UBND"


def test_a_draft_with_gaps_is_not_signed(api: Api, ready: World) -> None:
    dossier = permit(api, until="advance")
    text = way.filled(dossier["code"])
    gap = replace(text, paragraphs=(*text.paragraphs, f"Thời hạn: {results.BLANK}"))
    dossier = way.drafted(api, written=gap)
    with pytest.raises(RuleBroken, match="còn 1 chỗ trống"):
        way.sign(ready, dossier)


def test_with_a_draft_and_a_certificate_nobody_signs_off_without_it(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    status, body = api.act(CHAIR, dossier, "sign_off", outcome="granted")
    assert (status, body["detail"][:24]) == (422, "Kết quả này được ký số. ")


def test_without_a_certificate_the_old_way_stays_open(api: Api, world: World) -> None:  # noqa: F811
    dossier = way.drafted(api)
    assert api.act(CHAIR, dossier, "sign_off", outcome="granted")[0] == 200
    assert api.act(CLERK, dossier, "advance")[0] == 200
    status, _ = api.get(COUNTER, f"/dossiers/{dossier['code']}/result")
    assert status == 404


def test_where_signatures_are_required_a_draft_must_stand(api: Api, settings: Any) -> None:
    settings.MOTCUA_SIGNED_RESULTS = "required"
    dossier = permit(api, until="advance")
    status, body = api.act(SPECIALIST, dossier, "advance")
    assert (status, body["detail"][:36]) == (422, "Thủ tục này ra văn bản theo mẫu. Lập")
    way.draft(dossier["code"])
    assert api.act(SPECIALIST, dossier, "advance")[0] == 200
    assert api.act(HEAD, dossier, "approve")[0] == 200
    assert api.act(CHAIR, dossier, "sign_off")[0] == 422


def test_where_signatures_are_off_a_draft_changes_nothing(api: Api, ready: World, settings: Any) -> None:
    settings.MOTCUA_SIGNED_RESULTS = "off"
    dossier = way.drafted(api)
    assert api.act(CHAIR, dossier, "sign_off")[0] == 200


def test_what_was_signed_does_not_leave_the_clerk_without_a_seal(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    status, body = api.act(CLERK, dossier, "advance")
    assert (status, "chưa đóng dấu" in body["detail"]) == (422, True)


def test_a_result_sent_back_and_signed_again_keeps_its_number(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    assert api.act(CLERK, dossier, "send_back", note="Sai tên đường")[0] == 200
    assert api.get(COUNTER, f"/dossiers/{dossier['code']}/result")[0] == 404
    text = way.filled(dossier["code"])
    way.draft(dossier["code"], written=replace(text, about="Nhà ở riêng lẻ, đường số 4"), seen=1)
    assert api.act(SPECIALIST, dossier, "advance")[0] == 200
    assert api.act(HEAD, dossier, "approve")[0] == 200
    way.sign(ready, dossier)
    with scope.enter(scope.worker()):
        signed = list(SignedDocument.objects.order_by("prepared_at").values_list("code", "number"))
        assert ResultNumber.objects.get().last == 1
    assert signed == [(f"{dossier['code']}-KQ", "01/GPXD-UBND"), (f"{dossier['code']}-KQ2", "01/GPXD-UBND")]
    way.seal(ready, dossier)


def test_a_refusal_is_signed_as_a_refusal_and_says_why_in_the_journal(api: Api, ready: World) -> None:
    dossier = permit(api, until="advance")
    text = way.filled(dossier["code"], key="tu-choi")
    full = replace(text, paragraphs=tuple(p.replace(results.BLANK, "đất không phù hợp") for p in text.paragraphs))
    dossier = way.drafted(api, written=full)
    way.sign(ready, dossier)
    row = way.row_of(dossier["code"])
    assert (row.outcome, row.result["number"]) == ("rejected", "01/TB-UBND")


def test_two_who_write_one_draft_do_not_overwrite_each_other(api: Api) -> None:
    dossier = permit(api, until="advance")
    text = way.filled(dossier["code"])
    row = way.draft(dossier["code"], written=text)
    way.draft(dossier["code"], written=replace(text, about="Bản của người thứ nhất"), seen=1)
    with pytest.raises(Conflict):
        way.draft(dossier["code"], written=replace(text, about="Bản của người thứ hai"), seen=1)
    with scope.enter(scope.worker()):
        told = registers.history(40, "result_draft", row.id)
    assert [entry.payload["version"] for entry in told] == [1, 2]
    assert "Nguyễn Văn Ước" not in str([entry.payload for entry in told])


def test_who_does_not_hold_the_dossier_does_not_write_its_draft(api: Api) -> None:
    dossier = permit(api, until="advance")
    text = way.filled(dossier["code"])
    for login in (CHAIR, "diachinh.quynhson", COUNTER):
        with pytest.raises(Forbidden):
            way.draft(dossier["code"], login, text)
    with pytest.raises(NotFound):
        way.draft(dossier["code"], "xaydung.tanmai", text)


def test_a_delegate_signs_with_their_own_certificate_and_the_check_says_so(api: Api, ready: World) -> None:
    delegate = "diachinh.quynhson"
    ready.bind(delegate)
    delegation = lend(to=delegate, subjects=(PERMIT,), subject_name="Cấp giấy phép xây dựng")
    dossier = way.drafted(api)
    principals.forget()
    who = principals.by_account(Account.objects.get(login=delegate).pk, str(delegation))
    way.sign(ready, dossier, delegate, who)
    way.seal(ready, dossier)
    verdict = queries_signing.verify(content(dossier["code"]))
    signed = verdict.signatures[0]
    assert (signed.who, signed.authority) == ("Thái Thị Ơn", "held")
    assert "ký theo ủy quyền của Chủ tịch Ủy ban nhân dân" in signed.authority_says
    assert "12/QĐ-UBND" in signed.authority_says
    assert signed.report.reason == "TUQ. Chủ tịch – Chuyên viên địa chính"
    assert verdict.tone == "done"


def test_a_specialist_without_delegation_has_no_authority(api: Api, ready: World) -> None:
    delegate = "diachinh.quynhson"
    ready.bind(delegate)
    dossier = way.drafted(api)
    with pytest.raises(Forbidden):
        way.sign(ready, dossier, delegate)


def test_the_applicant_has_the_result_only_after_it_was_returned(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    path = f"/track/{dossier['code']}/result?secret="
    way.sign(ready, dossier)
    way.seal(ready, dossier)
    secret = dossier["secret"]
    assert api.get(None, path + secret)[0] == 404
    assert api.act(COUNTER, dossier, "return_result", how="online")[0] == 200
    status, file = api.get(None, path + secret)
    assert (status, file[:5]) == (200, b"%PDF-")
    assert api.get(None, path + "AAAAA-AAAAA-AAA")[0] == 404
    assert api.get(COUNTER, f"/dossiers/{dossier['code']}/result") == (200, file)


def test_the_public_check_takes_the_dossiers_code_and_secret(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    way.seal(ready, dossier)
    with pytest.raises(NotFound):
        queries_signing.by_code(dossier["code"], dossier["secret"])
    assert api.act(COUNTER, dossier, "return_result")[0] == 200
    document, file = queries_signing.by_code(dossier["code"].lower(), dossier["secret"].lower())
    assert document.code == f"{dossier['code']}-KQ"
    assert queries_signing.verify(file).tone == "done"
    with pytest.raises(NotFound):
        queries_signing.by_code(dossier["code"], "AAAAA-AAAAA-AAA")


def test_another_commune_sees_neither_draft_nor_result(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    chair, stranger = principal_of(CHAIR), principal_of("chutich.tanmai")
    with scope.enter(chair.scope):
        SigningRun.objects.create(
            province_id=40,
            account_id=chair.account_id,
            position_id=chair.position_id,
            agency_id=chair.agency_id,
            work="sign",
            key="k",
            items=[],
            started_at=clock.now(),
            beat_at=clock.now(),
        )
    tables = (
        "dossiers_resultdraft",
        "dossiers_resultnumber",
        "dossiers_signingrun",
        "documents_signeddocument",
        "documents_signature",
    )
    for who, seen in ((chair, 1), (stranger, 0)):
        with scope.enter(who.scope), connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"SELECT count(*) FROM {table}")
                assert cursor.fetchone() == (seen,), table
    with scope.enter(stranger.scope), connection.cursor() as cursor:
        cursor.execute("UPDATE dossiers_resultnumber SET last = 0")
        assert cursor.rowcount == 0
    assert api.get("chutich.tanmai", f"/dossiers/{dossier['code']}/result")[0] == 404


def test_a_wrong_pin_is_told_and_nothing_is_kept_of_it(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    chair = principal_of(CHAIR)
    pick = services_results.Pick(dossier["code"], dossier["version"], "")
    with scope.enter(chair.scope), pytest.raises(KeyRefused) as told:
        services_results.start_run(chair, "sign", [pick], "sai-mat-khau-1", key="k", base_url=way.BASE)
    assert told.value.wrong_secret
    assert "sai-mat-khau-1" not in told.value.sentence


def test_what_waits_stands_oldest_first_with_its_age_and_only_for_who_signs_there(api: Api, world: World) -> None:  # noqa: F811
    start = clock.now()
    first, second = way.drafted(api), permit(api, until="sign_off")
    later = start + timedelta(days=14)
    with clock.freeze(later):
        chair = principal_of(CHAIR)
        with scope.enter(chair.scope):
            lines = queries_results.waiting(chair, "sign")
        assert [line.code for line in lines] == [first["code"], second["code"]]
        assert [line.ready for line in lines] == [True, False]
        assert lines[0].age == pytest.approx(float(elapsed(shipped(), start, later)), abs=0.1)
        with scope.enter(chair.scope):
            assert queries_results.waiting(chair, "sign", procedure=BIRTH) == []
    stranger = principal_of("chutich.tanmai")
    with scope.enter(stranger.scope):
        assert queries_results.waiting(stranger, "sign") == []


def test_a_template_refuses_unknown_fields_in_words_and_keeps_its_editions(api: Api) -> None:
    manager = principal_of("danhmuc.nghean")
    today = clock.now().date()
    with scope.enter(manager.scope):
        base = next(one for one in queries_results.templates(None, today) if one.key == "tu-choi")
        wrong = replace(base, paragraphs=("Gửi {aplicant.full_name}",), valid_from=today)
        with pytest.raises(RuleBroken) as told:
            services_results.publish_template(manager, wrong, seen=0, reason="Thử")
        assert told.value.errors[0].message == "Không có trường {aplicant.full_name}. Có phải {applicant.full_name}?"
        later = replace(base, title="Thông báo mới", valid_from=today + timedelta(days=3))
        services_results.publish_template(manager, later, seen=0, reason="Công văn 5")
        with pytest.raises(Conflict):
            services_results.publish_template(manager, later, seen=0, reason="Công văn 5")
        now = {one.key: one.title for one in queries_results.templates(None, today)}
        then = {one.key: one.title for one in queries_results.templates(None, today + timedelta(days=3))}
    assert (now["tu-choi"], then["tu-choi"]) == ("Thông báo", "Thông báo mới")


def test_a_communes_own_template_goes_before_the_provinces_and_stays_in_that_commune(api: Api) -> None:
    head, manager = principal_of(HEAD), principal_of("danhmuc.nghean")
    today = clock.now().date()
    with scope.enter(head.scope):
        base = next(one for one in queries_results.templates(head.agency_id, today) if one.key == "tu-choi")
        own = replace(base, title="Thông báo của xã", valid_from=today)
        services_results.publish_template(head, own, seen=0, reason="Theo quy chế")
    with scope.enter(manager.scope):
        of_province = replace(base, title="Thông báo của tỉnh", valid_from=today)
        services_results.publish_template(manager, of_province, seen=0, reason="Quyết định 9")
        titles = [
            next(one.title for one in queries_results.templates(agency, today) if one.key == "tu-choi")
            for agency in (head.agency_id, principal_of("truongphong.tanmai").agency_id)
        ]
    assert titles == ["Thông báo của xã", "Thông báo của tỉnh"]
    with pytest.raises(Forbidden):
        services_results.publish_template(principal_of(SPECIALIST), own, seen=0, reason="Không phải việc của tôi")


def test_no_table_and_no_journal_holds_the_passphrase(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    way.seal(ready, dossier)
    with scope.enter(scope.worker()), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute("SELECT has_table_privilege(current_user, %s, 'SELECT')", (table,))
            if not cursor.fetchone()[0]:
                continue
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', (f"%{PASSPHRASE}%",))
            assert cursor.fetchone() == (0,), table


def test_the_result_is_ready_for_the_figures_as_a_dossier_with_a_result_file(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    way.seal(ready, dossier)
    with scope.enter(scope.worker()):
        assert Dossier.objects.filter(result__document__isnull=False).count() == 1


def test_the_api_signs_and_seals_with_one_entry_of_the_pin_and_once_under_one_key(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    path, body = f"/dossiers/{dossier['code']}/signatures", {"work": "sign", "version": dossier["version"]}
    status, told = api.post(CHAIR, path, {**body, "secret": "sai"})
    assert (status, told["errors"][0]["field"]) == (422, "secret")
    assert api.post(HEAD, path, {**body, "secret": PASSPHRASE})[0] == 403
    assert api.post("chutich.tanmai", path, {**body, "secret": PASSPHRASE})[0] == 404
    answers = [api.post(CHAIR, path, {**body, "secret": PASSPHRASE}, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [status for status, _ in answers] == [200, 200]
    assert answers[0][1]["version"] == answers[1][1]["version"] == dossier["version"] + 1
    sealing = {"work": "seal", "version": dossier["version"] + 1, "secret": PASSPHRASE}
    status, told = api.post(CLERK, path, sealing)
    assert (status, told["state"]) == (200, "finished")
    _, view = api.get(COUNTER, f"/dossiers/{dossier['code']}")
    assert view["result"] == {
        "code": f"{dossier['code']}-KQ",
        "number": "01/GPXD-UBND",
        "title": "Giấy phép xây dựng",
        "sealed": True,
    }


def test_a_file_signed_elsewhere_with_the_bound_certificate_may_be_handed_in_instead(api: Api, ready: World) -> None:
    chair = principal_of(CHAIR)
    page, place = samples.page(chair.agency_name, chair.position_title, chair.officer_name)
    with way.opened(ready) as key, scope.enter(chair.scope):
        signed = services_signing.try_out(chair, "officer", key, page, place)
    dossier = way.drafted(api)
    _, unsigned = send(api, page, "ket-qua.pdf", CHAIR)
    status, body = api.act(CHAIR, dossier, "sign_off", file_ids=[unsigned["file_id"]])
    assert (status, body["detail"][:24]) == (422, "Kết quả này được ký số. ")
    _, sent = send(api, signed, "ket-qua-ky.pdf", CHAIR)
    assert api.act(CHAIR, dossier, "sign_off", file_ids=[sent["file_id"]])[0] == 200
    assert api.act(CLERK, dossier, "advance")[0] == 200
    assert api.act(COUNTER, dossier, "return_result")[0] == 200
    assert api.get(COUNTER, f"/dossiers/{dossier['code']}/result") == (200, signed)
    assert api.get(None, f"/track/{dossier['code']}/result?secret={dossier['secret']}") == (200, signed)


def test_a_sealed_result_stands_among_the_dossiers_files_to_be_used_again(api: Api, ready: World) -> None:
    dossier = way.drafted(api)
    way.sign(ready, dossier)
    way.seal(ready, dossier)
    counter = principal_of(COUNTER)
    with scope.enter(counter.scope):
        (file,) = attachments.files_of(way.row_of(dossier["code"]).case_id).by_part[attachments.RESULT]
    assert file.name == f"{dossier['code']}-KQ.pdf"
    assert file.file.media_type == "application/pdf"
