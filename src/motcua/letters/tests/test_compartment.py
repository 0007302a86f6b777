"""The compartment of denunciations, by trying: whoever is outside finds nothing, by any address, in any table, by any word."""

from __future__ import annotations

from importlib import import_module
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from openpyxl import load_workbook

from motcua.casework import recount
from motcua.casework.models import Case, CaseToken
from motcua.casework.tests import world as kernel
from motcua.casework.tests.world import one
from motcua.demo.fixtures import PHUONG, XA, Api, principal_of
from motcua.documents.models import Attachment
from motcua.letters import clocks
from motcua.letters.models import Denunciation, Export, Reception
from motcua.letters.tests import hidden
from motcua.letters.tests.communes import exported
from motcua.letters.tests.hidden import MARKERS, Planted, body_of, telling
from motcua.letters.tests.world import (
    AUDITOR,
    CHAIR,
    CLERK,
    OTHER_CLERK,
    OVERSEER,
    PROVINCE_CHAIR,
    SPECIALIST,
    act,
    classified,
    client,
    denounced,
    denunciation,
    done,
    letter,
    paper,
    registered,
    running,
    stored,
)
from motcua.organisation import scope
from motcua.organisation.models import Account
from motcua.organisation.scope import Scope
from motcua.worktime import clock

INSIDE = (CLERK, CHAIR)


@pytest.fixture
def planted(fresh_demo: Api) -> Planted:
    """Registered with a file by page, accepted, given, noted, read."""
    api = fresh_demo
    with clock.freeze("2026-08-03T09:00"):
        answer = client(CLERK).post(
            "/to-cao/moi/",
            {
                "received_on": "03/08/2026",
                "via": "post",
                "full_name": f"{hidden.BY} Văn Ổn",
                "address": f"Xóm {hidden.ADDRESS}",
                "phone": hidden.PHONE,
                "denounced_name": f"{hidden.AGAINST} Văn Ếch",
                "denounced_position": hidden.POSITION,
                "field": "staff",
                "summary": f"{hidden.SUMMARY} nhận tiền",
                "text": f"{hidden.TEXT} nhận năm triệu đồng",
                "places": "1",
                "files": hidden.pdf(),
            },
        )
        assert answer.status_code == 302, answer.content.decode()[:3000]
        code = answer["Location"].strip("/").split("/")[-1]
        case = api.get(CLERK, f"/cases/{code}")[1]
        done(api, CHAIR, case, "give", officer=CLERK)
        done(api, CLERK, case, "accept", hidden.NOTE, identity=True, **paper("2026-08-03"))
        done(api, CLERK, case, "protect", hidden.NOTE, granted="no", asked_on="2026-08-03")
    with scope.enter(scope.worker()):
        row = Denunciation.objects.get(case__code=code)
        file_id = Attachment.objects.get(subject_id=row.case_id).id
    return Planted(code, row.pseudonym, row.case_id, file_id)


def agency(code: str) -> UUID:
    found = one("SELECT id FROM organisation_agency WHERE code = %s", (code,))
    assert isinstance(found, UUID)
    return found


def test_in_no_owned_table_does_anybody_outside_see_a_row_that_tells_of_it(planted: Planted) -> None:
    own, other = (agency(XA),), (agency(PHUONG),)
    outside = {
        "officer of the commune without the role": Scope("agencies", 40, agencies=own),
        "overseer": principal_of(OVERSEER).scope,
        "overseer and signatory": principal_of(PROVINCE_CHAIR).scope,
        "administrator and auditor": principal_of(AUDITOR).scope,
        "denunciation officer of another commune": principal_of(OTHER_CLERK).scope,
        "another commune's compartment": Scope("agencies", 40, agencies=other, compartments=("denunciation",)),
        "directory": scope.directory(),
        "tracking by its code": scope.tracking(planted.code),
        "a citizen": Scope("tracking", 40, track=planted.code, identity="040075009876"),
        "another province's worker": Scope("worker", 38),
    }
    told = telling(planted.needles, using="owner")
    assert {
        *("casework_case", "casework_entry", "casework_note", "casework_readlog", "casework_idempotencykey"),
        *("letters_denunciation", "letters_clock", "letters_paper", "documents_attachment"),
    } <= set(told), "the test would prove nothing"
    for name, seen in outside.items():
        with scope.enter(seen):
            assert telling(planted.needles) == {}, name
            for table, column in (
                ("counter", "scheme"),
                ("tally", "kind"),
                ("standing", "kind"),
                ("entry", "subject_kind"),
            ):
                assert (
                    one(f"SELECT count(*) FROM casework_{table} WHERE {column} = 'denunciation'", using="default") == 0
                )
    for login in INSIDE:
        with scope.enter(principal_of(login).scope):
            assert set(told) - {"casework_idempotencykey"} <= set(telling(planted.needles)), login
    assert "casework_casetoken" not in told and "casework_leaf" not in told


def test_nobody_outside_writes_into_it(planted: Planted) -> None:
    with scope.enter(Scope("agencies", 40, agencies=(agency(XA),))):
        assert Case.objects.filter(id=planted.id).update(title="x") == 0
        assert Denunciation.objects.filter(case_id=planted.id).update(summary="x") == 0
        assert Attachment.objects.filter(id=planted.file_id).update(position=9) == 0


def outsiders() -> list[str]:
    return sorted(set(Account.objects.values_list("login", flat=True)) - set(INSIDE))


def one_of_each() -> list[str]:
    """Of those outside, one login for each combination of roles, of the commune itself where there is one."""
    found: dict[frozenset[str], str] = {}
    for login in sorted(outsiders(), key=lambda login: not login.endswith(".quynhson")):
        found.setdefault(principal_of(login).roles, login)
    return sorted(found.values())


def values(planted: Planted) -> dict[str, list[str]]:
    return {
        "code": [planted.code],
        "id": [str(planted.id)],
        "uuid": [str(planted.id)],
        "file_id": [str(planted.file_id)],
        "str": [planted.code],
        "slug": ["accept"],
        "form": ["denunciation_acceptance"],
        "act": ["accept"],
        "int": ["1"],
        "year": ["2026"],
    }


ASKED = (
    *(
        "/viec/?q={word}",
        "/viec/?q={code}",
        "/ho-so/?q={word}",
        "/ho-so/?q={code}",
        "/don-thu/?state=registered",
        "/don-thu/so/",
    ),
    *(
        "/don-thu/so.xlsx",
        "/to-cao/",
        "/to-cao/?q={word}",
        "/to-cao/moi/",
        "/to-cao/nhat-ky/",
        "/to-cao/da-doc/",
        "/viec-can-lam/",
    ),
    *("/api/v1/cases?kind=denunciation", "/api/v1/cases?kind=letter", "/api/v1/worklist", "/api/v1/dossiers?q={word}"),
    "/tra-cuu/?code={code}",
)


@pytest.mark.long  # tests/test_foreign_objects.py looks at every door each time
def test_no_address_answers_anybody_outside_with_a_word_of_it(planted: Planted, fresh_demo: Api) -> None:
    """Every GET route with the planted ids in its address, as one login of each combination of roles; the pages and lists that
    search as every login. What was asked for may be echoed, so searches ask for beginnings of the marker words alone."""
    found, asked = [], 0
    everywhere = [
        path for path in hidden.addresses(values(planted)) if "sign-out" not in path and "dang-xuat" not in path
    ]
    assert len(everywhere) > 150
    logins = one_of_each()
    assert {OVERSEER, AUDITOR, OTHER_CLERK} <= set(outsiders()) and len(logins) >= 12
    words = [marker[:5].lower() for marker in MARKERS[:3]]
    with clock.freeze("2026-08-04T09:00"):
        for login in ["", *outsiders()]:
            visitor = client(login) if login else Client()
            token = {"Authorization": f"Bearer {fresh_demo.token(login)}"} if login else {}
            paths = [a.format(word=word, code=planted.code) for a in ASKED for word in words[: 1 + a.count("{word}")]]
            if login in logins or not login:
                paths += everywhere
            for path in dict.fromkeys(paths):
                answer = visitor.get(path, headers=token if path.startswith("/api/") else {})
                asked += 1
                body = body_of(answer)
                assert answer.status_code < 500, (login, path)
                needles = [n for n in planted.needles if n not in path and n.lower() not in path.lower()]
                found += [(login, path, needle) for needle in needles if needle in body]
                if path.startswith("/to-cao/") and login not in ("", OTHER_CLERK, "chutich.tanmai"):
                    assert answer.status_code == 404, (login, path)
                if planted.code in path and answer.status_code == 200:
                    assert "Nhật ký" not in body or "denunciation" not in body, (login, path)
    assert found == []
    assert asked > 3000
    with clock.freeze("2026-08-04T09:00"):
        clerk, token = client(CLERK), {"Authorization": f"Bearer {fresh_demo.token(CLERK)}"}
        told = [path for path in everywhere if hidden.BY in body_of(clerk.get(path, headers=token))]
    assert len(told) >= 2 and {p[:5] for p in told} == {"/viec", "/api/"}, "the same addresses tell its officer"


def test_its_address_is_told_of_like_one_that_never_was(planted: Planted, fresh_demo: Api) -> None:
    never = "H41.170-TC-2026-9999"
    with clock.freeze("2026-08-04T09:00"):
        for login in outsiders():
            visitor = client(login)
            for template in (
                "/viec/{}/",
                "/viec/{}/accept/",
                "/viec/{}/tep/" + str(planted.file_id) + "/",
                "/to-cao/{}/van-ban/x.pdf",
            ):
                there, nowhere = (visitor.get(template.format(code)) for code in (planted.code, never))
                assert there.status_code == nowhere.status_code == 404, (login, template)
            for code in (planted.code, never):
                assert fresh_demo.get(login, f"/cases/{code}")[0] == 404
                body = {"act": "accept", "version": 1}
                assert fresh_demo.post(login, f"/cases/{code}/acts", body)[0] == 404
            told = fresh_demo.get(login, f"/cases/{planted.code}")[1], fresh_demo.get(login, f"/cases/{never}")[1]
            assert told[0]["detail"] == told[1]["detail"]
    with clock.freeze("2026-08-04T09:00"):
        for login in (SPECIALIST, OVERSEER, AUDITOR):
            assert fresh_demo.post(login, "/denunciations", denunciation())[0] == 404
            strange = fresh_demo.get(login, "/cases?kind=nothing")
            assert fresh_demo.get(login, "/cases?kind=denunciation") == strange
            assert "/to-cao/" not in client(login).get("/viec/").content.decode()
            assert "/to-cao/" not in client(login).get("/").content.decode()


def test_a_workbook_of_the_register_holds_nothing_of_it(planted: Planted) -> None:
    import io

    with clock.freeze("2026-08-04T09:00"):
        for login in (CLERK, OVERSEER):
            answer = client(login).get("/don-thu/so.xlsx")
            cells = [str(c.value) for row in load_workbook(io.BytesIO(answer.content)).active for c in row]
            assert not [n for n in planted.needles if any(n in cell for cell in cells)]


def test_figures_leave_it_out(planted: Planted, fresh_demo: Api) -> None:
    with clock.freeze("2026-08-04T09:00"):
        for login in (OVERSEER, "giamdoc.quynhson", CHAIR):
            for path in ("/so-lieu/", "/don-thu/"):
                page = client(login).get(path).content.decode()
                assert not [n for n in planted.needles if n in page], (login, path)
    with scope.enter(scope.worker()):
        assert recount.drift(40) == []
    assert kernel.seal_all() > 0 and kernel.verified().broken == []


# --- inside ------------------------------------------------------------------------------------------------------------


def test_inside_it_is_listed_found_read_and_every_reading_is_seen(planted: Planted) -> None:
    with clock.freeze("2026-08-04T09:00"):
        clerk = client(CLERK)
        assert planted.code in clerk.get("/to-cao/").content.decode()
        for word in ("zqnguoi", "zqnoidung", planted.pseudonym, "ẾCH"):
            assert planted.code in clerk.get("/to-cao/", {"q": word}).content.decode(), word
        assert planted.code not in clerk.get("/to-cao/", {"q": "khongcotunao"}).content.decode()
        page = clerk.get(f"/viec/{planted.code}/").content.decode()
        assert all(m in page for m in (hidden.BY, hidden.AGAINST, hidden.TEXT, hidden.FILE, planted.pseudonym))
        assert "Luật Tố cáo 25/2018/QH14, Điều 30" in page
        assert clerk.get(f"/viec/{planted.code}/tep/{planted.file_id}/").status_code == 200
        reads = clerk.get("/to-cao/da-doc/").content.decode()
        assert "Xem đơn" in reads and "Mở tệp" in reads and "Nguyễn Thị Hoài Ân" in reads
        journal = clerk.get("/to-cao/nhat-ky/").content.decode()
        assert "Thụ lý tố cáo" in journal and "Hồ Sỹ Ái" in journal


def test_figures_of_it_that_drifted_are_told_to_nobody_outside(planted: Planted) -> None:
    kernel.sql("UPDATE casework_tally SET received = received + 7 WHERE kind = 'denunciation'")
    with scope.enter(scope.worker()):
        assert [line["kind"] for line in recount.drift(40)] == ["denunciation"]
        recount.record(40)
        recount.mend(40, principal_of(AUDITOR), "Sửa theo nhật ký")
        assert recount.drift(40) == []
    with scope.enter(principal_of(AUDITOR).scope):
        last = recount.last(40)
        assert last is not None and last.drift == []
        assert (
            one("SELECT count(*) FROM casework_entry WHERE payload::text LIKE '%%denunciation%%'", using="default") == 0
        )


def test_lists_and_the_worklist_name_it_neutrally(planted: Planted) -> None:
    with clock.freeze("2026-08-04T09:00"):
        for path in ("/viec-can-lam/", "/to-cao/"):
            page = client(CLERK).get(path).content.decode()
            assert f"Đơn số {planted.pseudonym}" in page or path != "/to-cao/"
            assert not [m for m in MARKERS if m in page], path
        assert "/to-cao/" in client(CLERK).get("/").content.decode() + client(CLERK).get("/don-thu/").content.decode()


def test_pseudonyms_are_random_and_unlike(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        names = [denounced(api)["data"]["pseudonym"] for _n in range(6)]
    assert (len(set(names)) == 6 and names != sorted(names)) or names[0] != names[-1]
    assert all(name.startswith("TC-") and len(name) == 9 for name in names)


def test_a_denunciation_keeps_its_terms_to_the_end(fresh_demo: Api) -> None:
    api = fresh_demo
    with clock.freeze("2026-08-03T09:00"):
        case = denounced(api, places=2)
        assert running(case["code"])["accept"].length == "10 working days"
    with clock.freeze("2026-08-12T09:00"):
        assert act(api, CLERK, case, "accept", identity=False, **paper("2026-08-12"))[0] == 422
        done(api, CLERK, case, "accept", identity=True, **paper("2026-08-12"))
        done(api, CLERK, case, "notify", **paper("2026-08-12"))
    with clock.freeze("2026-09-10T09:00"):
        done(api, CHAIR, case, "lengthen", "Nhiều nơi", degree="complex", days=20)
        assert running(case["code"])["settle"].length == "50 days"
        assert act(api, CHAIR, case, "lengthen", "Nữa", degree="complex", days=20)[0] == 422
        done(api, CHAIR, case, "lengthen", "Đặc biệt", degree="especially_complex")
        assert running(case["code"])["settle"].length == "80 days"
        assert act(api, CHAIR, case, "lengthen", "Nữa", degree="especially_complex")[0] == 422
        done(api, CHAIR, case, "suspend", "Chờ giám định", **paper("2026-09-10"))
    with clock.freeze("2026-09-15T09:00"):
        done(api, CHAIR, case, "send_suspension")
        done(api, CHAIR, case, "resume", **paper("2026-09-15"))
        # 80 days from 12/08 end on 31/10, a Saturday; six days did not count.
        assert running(case["code"])["settle"].due_at.astimezone(clock.TZ).date().isoformat() == "2026-11-06"
    with clock.freeze("2026-10-01T09:00"):
        done(api, CHAIR, case, "conclude", outcome="partly", text="Có một nội dung đúng.", **paper("2026-10-01"))
        assert act(api, CHAIR, case, "close")[0] == 409
        for name in ("send_conclusion", "handle", "report"):
            done(api, CLERK, case, name, "Đã làm")
        status, refused = act(api, CLERK, case, "close")
        assert status == 422 and "Công khai" in str(refused)
        done(api, CLERK, case, "publish", where="Niêm yết")
        done(api, CLERK, case, "close")
    assert case["state"] == "closed"
    assert kernel.seal_all() > 0 and kernel.verified().broken == []


def test_transferred_to_another_agency_it_is_in_that_agency_s_compartment(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = denounced(api)
    with clock.freeze("2026-08-11T09:00"):
        done(api, CLERK, case, "transfer", "Thuộc phường Tân Mai", to=PHUONG, **paper("2026-08-11"))
        assert api.get(OTHER_CLERK, f"/cases/{case['code']}")[1]["data"]["denouncer"]["full_name"] == "Trần Thị Ổn"
        assert api.get("truongphong.tanmai", f"/cases/{case['code']}")[0] == 404
    clocks = running(case["code"])
    assert clocks["transfer"].met_at is not None and clocks["transfer"].met_at > clocks["transfer"].due_at, (
        "one day late"
    )


# --- a letter that turns out to be one ----------------------------------------------------------------------------------


def taken_at_reception(login: str = CLERK) -> str:
    """A letter full of markers taken in at reception; its code."""
    answer = client(login).post(
        "/tiep-cong-dan/so/moi/",
        {
            "received_on": "03/08/2026",
            "received_time": "08:15",
            "full_name": f"{hidden.BY} Văn Ổn",
            "address": f"Xóm {hidden.ADDRESS}",
            "phone": hidden.PHONE,
            "people": "1",
            "summary": f"{hidden.SUMMARY} kể rằng {hidden.TEXT}",
            "result": "letter",
            "letter_type": "complaint",
            "answer": f"Đã nhận đơn của {hidden.BY}",
            "online": "on",
            "recording_at": f"/{hidden.BY}.mp4",
        },
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    with scope.enter(scope.worker()):
        return Reception.objects.select_related("case").latest("received_at", "number").case.code


def moved(api: Api) -> tuple[str, Planted]:
    """A letter with files, notes and papers, found out while it was verified, moved inside; the same person had come to the reception with it, and
    that letter was closed as a duplicate. (The letter's code, what became of it.)"""
    with clock.freeze("2026-08-03T09:00"):
        answer = client(CLERK).post(
            "/don-thu/moi/",
            {
                "type": "complaint",
                "via": "post",
                "received_on": "03/08/2026",
                "kind": "person",
                "field": "staff",
                "full_name": f"{hidden.BY} Văn Ổn",
                "address": hidden.ADDRESS,
                "phone": hidden.PHONE,
                "summary": f"{hidden.SUMMARY} về cán bộ",
                "text": f"{hidden.TEXT} nhận tiền",
                "files": hidden.pdf(),
            },
        )
        code = answer["Location"].strip("/").split("/")[-1]
        again = api.get(CLERK, f"/cases/{taken_at_reception()}")[1]
        done(api, CLERK, again, "duplicate", first=code)
        case = api.get(CLERK, f"/cases/{code}")[1]
        done(api, CLERK, case, "classify", type="complaint", field="staff")
        done(api, CLERK, case, "accept", hidden.NOTE, addressee=hidden.BY, **paper("2026-08-03"))
        assert "move_inside" in case["acts"]
        assert "move_inside" not in api.get(CHAIR, f"/cases/{code}")[1]["acts"], "the chair does not work on letters"
        exported("quynhson")
        body = {"act": "move_inside", "version": case["version"], "params": {}}
        assert api.post(SPECIALIST, f"/cases/{code}/acts", body)[0] == 403
        inside(api, case)
    with scope.enter(scope.worker()):
        row = Denunciation.objects.select_related("case").get()
        file_id = Attachment.objects.get(subject_id=row.case_id).id
    return code, Planted(row.case.code, row.pseudonym, row.case_id, file_id)


def inside(api: Api, case: dict[str, Any], login: str = CLERK) -> dict[str, Any]:
    return done(
        api,
        login,
        case,
        "move_inside",
        denounced_name=hidden.AGAINST,
        denounced_position=hidden.POSITION,
        inside_summary=f"{hidden.SUMMARY} tố cáo",
    )


def test_moved_inside_a_letter_leaves_nothing_that_tells(fresh_demo: Api) -> None:
    code, inside = moved(fresh_demo)
    with scope.enter(principal_of(OVERSEER).scope):
        assert not Export.objects.exists(), "a file that holds it is offered inside alone"
    with scope.enter(scope.worker()):
        assert Export.objects.get().compartment == "denunciation"
        letter_id = Case.objects.get(code=code).id
        assert not CaseToken.objects.filter(case_id=letter_id).exists()
    own = (agency(XA),)
    for seen in (Scope("agencies", 40, agencies=own), principal_of(OVERSEER).scope, principal_of(OTHER_CLERK).scope):
        with scope.enter(seen):
            assert telling(inside.needles) == {}
    with clock.freeze("2026-08-04T09:00"):
        page = client("truongphong.quynhson").get(f"/viec/{code}/")
        body = body_of(page)
        assert page.status_code == 200 and "Đã chuyển xử lý riêng" in body
        for path in (
            "/tiep-cong-dan/so/",
            "/tiep-cong-dan/so.xlsx",
            "/tiep-cong-dan/so.pdf",
            "/don-thu/so.xlsx",
            "/don-thu/?state=duplicate",
        ):
            answer = client(CLERK).get(path)
            assert answer.status_code == 200 and not [n for n in inside.needles if n in body_of(answer)], path
        assert not [n for n in inside.needles if n in body]
        assert "tố cáo" not in body.lower(), "nothing says that it was one"
        for path in (f"/don-thu/{code}/van-ban/acceptance.pdf", f"/viec/{code}/tep/{inside.file_id}/"):
            assert client("truongphong.quynhson").get(path).status_code == 404
        seen_by_clerk = client(CLERK).get(f"/viec/{inside.code}/").content.decode()
        assert all(m in seen_by_clerk for m in (hidden.BY, hidden.AGAINST, hidden.TEXT, hidden.FILE, code))
    assert (
        running(inside.code)["accept"].started_at.date()
        <= clock.TZ.fromutc(running(inside.code)["accept"].started_at.replace(tzinfo=clock.TZ)).date()
    )
    with scope.enter(scope.worker()):
        assert recount.drift(40) == []
    assert kernel.seal_all() > 0 and kernel.verified().broken == []


def test_acts_before_that_take_no_words_of_their_own(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api)
        status, refused = act(api, CLERK, case, "classify", "Ông này bị tố cáo", type="petition", field="land")
        assert status == 422 and "không kèm ghi chú" in str(refused)


def test_letters_are_not_looked_for_among_denunciations(api: Api) -> None:
    """The warning of duplicates in the open register must not betray that the sender denounced somebody."""
    with clock.freeze("2026-08-03T09:00"):
        sender = {"full_name": "Nguyễn Khắc Ước", "address": "Xóm 5, xã Quỳnh Sơn"}
        denounced(api, denouncer=sender, text=letter()["text"])
        assert api.post(CLERK, "/letters", letter())[0] == 201


@pytest.mark.parametrize(
    "state", ["registered", "kept", "not_accepted", "answered", "suspended", "withdrawn", "closed"]
)
def test_whatever_became_of_a_letter_it_can_still_be_moved_inside(fresh_demo: Api, state: str) -> None:
    """In every state but that one; what was counted of it stays counted once."""
    api = fresh_demo
    with clock.freeze("2026-08-03T09:00"):
        case = registered(
            api, type="complaint" if state == "suspended" else "petition", summary=hidden.SUMMARY, text=hidden.TEXT
        )
        acts: dict[str, list[tuple[str, str, dict[str, Any]]]] = {
            "kept": [("keep", "", {"why": "settled"})],
            "not_accepted": [("not_accept", hidden.NOTE, {"guidance": hidden.TEXT})],
            "answered": [("answer", "", {"text": hidden.TEXT, **paper("2026-08-03")})],
            "suspended": [("accept", "", paper("2026-08-03")), ("suspend", hidden.NOTE, paper("2026-08-03"))],
            "withdrawn": [("withdraw", hidden.NOTE, {})],
            "closed": [("answer", "", {"text": hidden.TEXT, **paper("2026-08-03")}), ("close", hidden.NOTE, {})],
        }
        if state != "registered":
            classified(api, case)
        for name, note, params in acts.get(state, []):
            done(api, CLERK, case, name, note, **params)
        inside(api, case)
    with scope.enter(Scope("agencies", 40, agencies=(agency(XA),))):
        assert telling((hidden.SUMMARY, hidden.TEXT, hidden.NOTE, "Nguyễn Khắc Ước")) == {}
    with scope.enter(scope.worker()):
        assert Denunciation.objects.get().text == hidden.TEXT
        assert recount.drift(40) == []
        assert not [
            c for c in clocks.read(Case.objects.get(code=case["code"]).id) if c.runs or (c.stopped_at and not c.void)
        ]
    assert stored(case["code"]).closed_at is not None


@pytest.mark.parametrize("last", [PHUONG, XA])
def test_forwarded_there_and_back_no_agency_finds_a_word_of_what_was_moved_inside(fresh_demo: Api, last: str) -> None:
    """Taken in at the reception of one commune, forwarded to another and back; moved inside where it stands, the book of the first is emptied too."""
    api, clerks = fresh_demo, {XA: CLERK, PHUONG: OTHER_CLERK}
    with clock.freeze("2026-08-03T09:00"):
        code = taken_at_reception()
        case = api.get(CLERK, f"/cases/{code}")[1]
        for login, to in ((CLERK, PHUONG), (OTHER_CLERK, XA), (CLERK, PHUONG))[: 3 if last == PHUONG else 2]:
            case = api.get(login, f"/cases/{code}")[1]
            done(api, login, case, "forward", "Thuộc nơi khác", to=to, **paper("2026-08-03"))
        for login in (CLERK, OTHER_CLERK):
            assert code in client(login).get("/viec/", {"q": "zqtrichyeu"}).content.decode(), "found wherever it was"
        case = api.get(clerks[last], f"/cases/{code}")[1]
        inside(api, case, clerks[last])
    with scope.enter(scope.worker()):
        assert not CaseToken.objects.filter(case__code=code).exists()
        row = Denunciation.objects.get()
        assert row.agency.code == last and row.reception["citizen"]["phone"] == hidden.PHONE
        assert row.reception["line"] == "1/2026" and hidden.TEXT in row.reception["summary"]
    for place in (XA, PHUONG):
        with scope.enter(Scope("agencies", 40, agencies=(agency(place),))):
            assert telling(MARKERS) == {}, place
    with clock.freeze("2026-08-03T09:00"):
        page = client(clerks[last]).get(f"/viec/{stored_inside().code}/").content.decode()
        assert "Sổ tiếp công dân đã ghi" in page and hidden.PHONE in page and f"/{hidden.BY}.mp4" in page


def stored_inside() -> Case:
    with scope.enter(scope.worker()):
        return Denunciation.objects.select_related("case").get().case


def test_letters_that_are_the_same_one_go_inside_with_it_from_either_end(fresh_demo: Api) -> None:
    api = fresh_demo
    with clock.freeze("2026-08-03T09:00"):
        first = registered(api, received_on="2026-08-01")
        more = [registered(api, confirmed=True, text=f"{hidden.TEXT} {n}") for n in range(2)]
        done(api, CLERK, more[0], "duplicate", first=first["code"])
        done(api, CLERK, more[1], "duplicate", first=more[0]["code"])
        form = client(CLERK).get(f"/viec/{more[1]['code']}/move_inside/").content.decode()
        assert first["code"] in form and more[0]["code"] in form, "the form says what goes with it"
        inside(api, more[1])
        page = client(CLERK).get(f"/viec/{stored_inside().code}/").content.decode()
        assert f"{hidden.TEXT} 0" in page and first["code"] in page and letter()["text"] in page
        late = registered(api, summary="Vẫn việc ấy", text="Lại nữa")
        status, refused = act(api, CLERK, late, "duplicate", first=first["code"])
        assert status == 422 and "cũng phải chuyển xử lý riêng" in str(refused)
    assert {stored(c["code"]).state for c in (first, *more)} == {"moved_inside"}
    with scope.enter(Scope("agencies", 40, agencies=(agency(XA),))):
        assert telling((hidden.TEXT, letter()["text"], letter()["summary"])) == {}
    with scope.enter(scope.worker()):
        row = Denunciation.objects.get()
        assert (row.received_on.isoformat(), len(row.copies)) == ("2026-08-01", 2)
        assert recount.drift(40) == []
    assert kernel.seal_all() > 0 and kernel.verified().broken == []


def test_what_was_moved_inside_before_this_version_leaves_nothing_either(fresh_demo: Api) -> None:
    """The migration, over a book that still tells of a letter which is inside."""
    api = fresh_demo
    with clock.freeze("2026-08-03T09:00"):
        code = taken_at_reception()
        case = api.get(CLERK, f"/cases/{code}")[1]
        with scope.enter(scope.worker()):
            line = Reception.objects.values().get()
        inside(api, case)
    told = {name: line[name] for name in ("citizen", "summary", "result", "answer", "recording_at", "case_id")}
    with scope.enter(scope.worker()):
        Reception.objects.update(**told)
        Denunciation.objects.update(reception=None)
        CaseToken.objects.create(province_id=40, token="~zqnguoi", case_id=line["case_id"], agency_id=line["agency_id"])
    for statement in import_module("motcua.letters.migrations.0014_what_moved_inside_left_outside").STATEMENTS:
        kernel.sql(statement)
    with scope.enter(Scope("agencies", 40, agencies=(agency(XA),))):
        assert telling(MARKERS) == {} and not CaseToken.objects.filter(case_id=line["case_id"]).exists()
    with scope.enter(scope.worker()):
        assert Denunciation.objects.get().reception["citizen"] == line["citizen"]
    with clock.freeze("2026-08-03T09:00"):
        assert hidden.PHONE in client(CLERK).get(f"/viec/{stored_inside().code}/").content.decode()


def test_inside_whoever_denounced_before_is_named_by_code_before_it_is_registered_again(api: Api) -> None:
    """By the same key as in the open register, of the agency's own compartment alone; with what was moved there from it."""
    with clock.freeze("2026-08-03T09:00"):
        first = denounced(api)
        shouted = {"full_name": "TRAN THI ON", "address": "XÓM 9"}
        status, refused = api.post(CLERK, "/denunciations", denunciation(denouncer=shouted, confirmed=False))
        assert status == 422 and first["code"] in str(refused) and first["data"]["pseudonym"] in str(refused)
        again = denounced(api, denouncer=shouted)
        visitor = client(CLERK)
        assert f"/viec/{first['code']}/" in visitor.get(f"/viec/{again['code']}/").content.decode()
        sent = {
            "received_on": "03/08/2026",
            "via": "post",
            "full_name": "Trần Thị Ổn",
            "address": "Xóm 9",
            "places": "1",
            "denounced_name": "Lê Văn Ếch",
            "field": "staff",
            "summary": "Lại nữa",
            "text": "Lại nhận tiền",
        }
        page = visitor.post("/to-cao/moi/", sent)
        assert (
            page.status_code == 422
            and again["code"] in page.content.decode()
            and "Lại nhận tiền" in page.content.decode()
        )
        assert visitor.post("/to-cao/moi/", {**sent, "confirmed": "on"}).status_code == 302
        assert api.post(OTHER_CLERK, "/denunciations", denunciation(confirmed=False))[0] == 201, "another's compartment"
        case = registered(api, sender={"kind": "person", **shouted})
        inside(api, case)
        moved_there = api.get(CLERK, "/cases?kind=denunciation")[1]["items"]
        newest = client(CLERK).get(f"/viec/{moved_there[0]['code']}/").content.decode()
        assert first["code"] in newest and "Cùng người này đã tố cáo" in newest
