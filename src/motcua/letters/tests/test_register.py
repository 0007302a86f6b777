"""The register's list, its figures, its book, the notices."""

from __future__ import annotations

import inspect
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from motcua.demo.fixtures import Api, principal_of
from motcua.letters import dictionary, queries, rules_asking, rules_denunciations, rules_letters
from motcua.letters.tests import communes
from motcua.letters.tests.world import CHAIR, CLERK, OVERSEER, classified, client, denounced, done, paper, registered
from motcua.letters.transitions_letters import TRANSITIONS
from motcua.organisation import scope
from motcua.worktime import clock


def figures(login: str, begin: str, end: str) -> queries.Figures:
    from datetime import date

    principal = principal_of(login)
    with scope.enter(principal.scope):
        return queries.figures(principal, date.fromisoformat(begin), date.fromisoformat(end))


def test_the_figures_of_a_period_are_counted_from_its_letters(api: Api) -> None:
    with clock.freeze("2026-07-30T09:00"):
        carried = registered(api, received_on="2026-07-30", type="request", text="Một")
        late = registered(api, received_on="2026-07-30", text="Hai", confirmed=True)
    with clock.freeze("2026-08-03T09:00"):
        answered = registered(api, type="petition", text="Ba", confirmed=True)
        classified(api, answered)
    with clock.freeze("2026-08-05T09:00"):
        done(api, CLERK, answered, "answer", text="Trả lời", **paper("2026-08-05"))
        dated = registered(
            api, received_on="2026-08-05", type="feedback", field="regulation", text="Bốn", confirmed=True
        )
        classified(api, dated, field="regulation")
    with clock.freeze("2026-08-06T09:00"):
        done(api, CLERK, dated, "answer", text="Trả lời", **paper("2026-08-06"))
    with clock.freeze("2026-08-20T09:00"):
        found = figures(CLERK, "2026-08-01", "2026-08-31")
        assert (found.received, found.resolved, found.in_progress, found.carried_over, found.overdue) == (2, 2, 2, 2, 1)
        # The petition has no date, so that the share is over the one letter that has.
        assert (found.on_time, found.mean_days) == (Decimal("100.0"), Decimal("1.5"))
        assert figures(OVERSEER, "2026-08-01", "2026-08-31") == found
        page = client(CLERK).get("/don-thu/?late=on").content.decode()
        assert late["code"] in page and carried["code"] not in page
        page = client(CLERK).get("/don-thu/?type=feedback&field=regulation").content.decode()
        assert dated["code"] in page and late["code"] not in page


def test_the_book_of_a_year_is_a_page_and_a_workbook_without_formulas(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = registered(api, summary="=HYPERLINK(1)")
        assert case["code"] in client(CLERK).get("/don-thu/so/?year=2026").content.decode()
        answer = client(CLERK).get("/don-thu/so.xlsx?year=2026")
        sheet = load_workbook(io.BytesIO(answer.content)).active
        rows = [[c.value for c in row] for row in sheet]
        assert rows[0][0] == "Số" and rows[1][0] == case["code"]
        assert sheet.cell(2, 8).data_type == "s" and rows[1][7] == "=HYPERLINK(1)"
        assert client(CLERK).get("/don-thu/so/?year=1800").status_code == 404


def test_the_table_of_terms_says_what_was_not_checked(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        page = client(CLERK).get("/don-thu/thoi-han/").content.decode()
    assert "7 ngày làm việc" in page and "Luật 136/2025/QH15" in page and "chưa đối chiếu văn bản" in page


class Words(str):
    """What a document says, whatever its line breaks: `in` does not mind spaces."""

    def __contains__(self, wanted: object) -> bool:
        return str.__contains__(self, "".join(str(wanted).split()))


def words_of(content: bytes) -> Words:
    return Words("".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split()))


def test_every_notice_of_a_letter_is_a_document_that_reads_back(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api))
        done(api, CLERK, case, "accept", **{**paper("2026-08-03"), "number": "31/TB-UBND"})
        for form, row in dictionary.forms().items():
            if row["kind"] != "letter":
                continue
            answer = client(CLERK).get(f"/don-thu/{case['code']}/van-ban/{form}.pdf")
            assert answer.status_code == 200, form
            words = words_of(answer.content)
            assert row["title"].upper() in words and case["code"] in words, form
        words = words_of(client(CLERK).get(f"/don-thu/{case['code']}/van-ban/acceptance.pdf").content)
    for told in (
        "31/TB-UBND",
        "Nguyễn Khắc Ước",
        "30 ngày",
        "03/09/2026",
        "Luật Khiếu nại 02/2011/QH13, Điều 28",
        "Hồ Sỹ Ái",
    ):
        assert told in words, told


def test_a_decision_says_what_was_decided(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api))
        done(api, CLERK, case, "accept", **paper("2026-08-03"))
        done(api, CLERK, case, "verify")
        done(
            api,
            CHAIR,
            case,
            "decide",
            outcome="partly",
            text="Công nhận 135 m2.",
            **{**paper("2026-08-03"), "number": "88/QĐ-UBND"},
        )
        words = words_of(client(CLERK).get(f"/don-thu/{case['code']}/van-ban/decision.pdf").content)
    assert "88/QĐ-UBND" in words and "Khiếu nại đúng một phần" in words and "Công nhận 135 m2" in words


def test_papers_of_a_denunciation_name_nobody(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = denounced(api)
        done(api, CLERK, case, "accept", identity=True, **{**paper("2026-08-03"), "number": "5/QĐ-UBND"})
        done(api, CLERK, case, "conclude", outcome="partly", text="Có một nội dung đúng", **paper("2026-08-03"))
        texts = {
            form: words_of(client(CLERK).get(f"/to-cao/{case['code']}/van-ban/{form}.pdf").content)
            for form in ("denunciation_acceptance", "conclusion_notice")
        }
    assert "5/QĐ-UBND" in texts["denunciation_acceptance"] and "Điều 30" in texts["denunciation_acceptance"]
    assert "Tố cáo có nội dung đúng" in texts["conclusion_notice"]
    for text in texts.values():
        assert case["data"]["pseudonym"] in text
        assert "Trần Thị Ổn" not in text and "Lê Văn Ếch" not in text


def test_numbers_of_forms_that_could_not_be_checked_say_so() -> None:
    assert [f for f, row in dictionary.forms().items() if not row["verified"] and not row["doubts"]] == []
    assert {dictionary.forms()[f]["form_number"] for f in ("suspension", "termination")} == {"14a", "14b"}
    assert dictionary.forms()["refusal_notice"]["form_number"] == "01/TCD"


@pytest.mark.parametrize("kind", [rules_letters, rules_denunciations])
def test_every_paper_that_an_act_issues_has_its_form(kind: Any) -> None:
    """The forms that rules name are those of the data, and each goes with an act that there is."""
    named = {
        form
        for module in (kind, rules_asking)
        for form in re.findall(r'paper_of\(s, "(\w+)"', inspect.getsource(module))
    }
    assert named - set(dictionary.forms()) <= {"not_accepted"}
    acts = {"letter": set(TRANSITIONS), "denunciation": set(rules_denunciations.TRANSITIONS), "reception": {"notify"}}
    assert [c for c, row in dictionary.forms().items() if row["act"] not in acts[row["kind"]]] == []


def test_every_paper_of_a_denunciation_is_drafted_and_names_nobody(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = denounced(api)
        done(api, CLERK, case, "accept", identity=True, **paper("2026-08-03"))
        for form, row in dictionary.forms().items():
            if row["kind"] == "denunciation":
                answer = client(CLERK).get(f"/to-cao/{case['code']}/van-ban/{form}.pdf")
                words = words_of(answer.content)
                assert row["title"].upper() in words and case["data"]["pseudonym"] in words, form
                assert "Trần Thị Ổn" not in words and "Lê Văn Ếch" not in words, form
        act = client(CLERK).get(f"/viec/{case['code']}/withdraw/").content.decode()
        assert "van-ban/withdrawal.pdf" in act and "van-ban/withdrawal_minutes.pdf" in act
        assert "van-ban/conclusion.pdf" in client(CLERK).get(f"/viec/{case['code']}/conclude/").content.decode()
        done(api, CHAIR, case, "lengthen", "Nhiều nơi", degree="complex", **{**paper("2026-08-03"), "number": "7/QĐ"})
        words = words_of(client(CLERK).get(f"/to-cao/{case['code']}/van-ban/denunciation_extension.pdf").content)
    assert "7/QĐ" in words and "60 ngày" in words and "Nhiều nơi" in words


def test_a_resumed_complaint_s_paper_is_called_what_it_is(api: Api) -> None:
    with clock.freeze("2026-08-03T09:00"):
        case = classified(api, registered(api))
        done(api, CLERK, case, "accept", **paper("2026-08-03"))
        done(api, CLERK, case, "suspend", "Chờ giám định", **paper("2026-08-03"))
        done(api, CLERK, case, "resume", **{**paper("2026-08-03"), "number": "9/QĐ"})
        page = client(CLERK).get(f"/viec/{case['code']}/").content.decode()
    assert "Quyết định tiếp tục giải quyết khiếu nại" in page and "van-ban/resumption.pdf" in page


def test_the_notice_of_a_refusal_is_drafted_from_the_book_for_its_own_agency_alone(api: Api) -> None:
    with clock.freeze("2026-03-02T09:00"):
        row = communes.received("quynhson", result="refused", answer="Say rượu, gây rối.")
        address = f"/tiep-cong-dan/so/{row.id}/mau-01-tcd.pdf"
        assert address in client(CLERK).get(f"/tiep-cong-dan/so/{row.id}/").content.decode()
        words = words_of(client(CLERK).get(address).content)
        assert client(OVERSEER).get(address).status_code == 403
        client(CLERK).post(f"/tiep-cong-dan/so/{row.id}/thong-bao/", {"version": "1", "number": "02/TB-UBND"})
        sent = words_of(client(CLERK).get(address).content)
        other = communes.received("quynhson", result="guided")
        assert client(CLERK).get(f"/tiep-cong-dan/so/{other.id}/mau-01-tcd.pdf").status_code == 404
    assert "01/TCD" in words and "Say rượu" in words and "Nguyễn Thị Ước" in words and "Dự thảo" in words
    assert "02/TB-UBND" in sent and "Dự thảo" not in sent


@pytest.mark.parametrize(
    "path", ["/don-thu/", "/don-thu/moi/", "/don-thu/so/", "/don-thu/thoi-han/", "/to-cao/", "/to-cao/moi/"]
)
def test_pages_weigh_less_than_a_hundred_kilobytes(api: Api, path: str) -> None:
    with clock.freeze("2026-08-03T09:00"):
        for n in range(31):
            registered(api, text=str(n), summary=f"Việc thứ {n}", sender={"kind": "anonymous"})
        assert len(client(CLERK).get(path).content) < 100_000
