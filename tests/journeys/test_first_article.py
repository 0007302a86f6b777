"""Task force 3 of the first article (28/10/2025): four centres visited, ten communes report, departments answer in writing, two matters go up, one
answer is given back and given again, the report prints. Who went where is from the article; every figure and word of the journey is fiction."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from pypdf import PdfReader

from motcua.casepages import services as cases
from motcua.casework import recount
from motcua.casework.models import Case
from motcua.casework.tests import world as kernel
from motcua.demo import people
from motcua.demo.fixtures import forget, principal_of, set_passwords
from motcua.demo.services import PROVINCE, SINCE
from motcua.organisation import building, scope
from motcua.organisation import principal as principals
from motcua.organisation.principal import Principal
from motcua.oversight import services_recommendations, services_reports, services_teams, services_visits
from motcua.oversight.models import Answer, Recommendation
from motcua.oversight.services_recommendations import Raised
from motcua.oversight.services_reports import Asking
from motcua.oversight.services_teams import MemberAsked, TeamAsked
from motcua.oversight.services_visits import Plan
from motcua.oversight.tests import world
from motcua.oversight.tests.desk import Desk as Officer
from motcua.oversight.tests.desk import pdf
from motcua.worktime import clock
from tests.journeys.conftest import Desk

pytestmark = pytest.mark.browser
TEN = ("17179", "17143", "17176", "17149", "17212", "17170", "17224", "17110", "17128", "17125")
VISITED = ("Quỳnh Sơn", "Quỳnh Tam", "Tân Mai", "Quỳnh Văn")
OFFICE, HEAD, DIRECTOR = "dieuphoi.nghean", "phochutich.nghean", "giamdoc.snnmt"
RAISED = (
    ("land", "land", "Bản đồ địa chính chưa cập nhật sau dồn điền đổi thửa, chưa cấp được giấy chứng nhận."),
    ("agriculture", "staff", "Chưa có cán bộ thú y và kiểm lâm địa bàn."),
    ("home_affairs", "staff", "Thiếu người có chuyên môn đất đai, xây dựng, tài chính."),
    ("land", "software", "Hệ thống thông tin đất đai thường treo."),
)


@pytest.fixture
def ten(province: str) -> dict[str, Principal]:
    """The ten communes with their people: coordinator's principal by the commune's name."""
    with scope.enter(scope.worker()):
        building.build(PROVINCE, SINCE, communes=TEN)
        people.settle(PROVINCE, SINCE)
    forget()
    with scope.enter(scope.worker()):
        serving = principals.serving("people_committee_commune", SINCE + timedelta(days=300))
    found: dict[str, Principal] = {}
    for one in serving:
        who = one.principal
        if who.has("coordinator", "signatory"):
            name = who.agency_name.split("nhân dân ")[1].split(" ", 1)[1]
            if name not in found or who.has("coordinator"):
                found[name] = who
    set_passwords()
    assert len(found) == 10, sorted(found)
    return found


def acted(who: Principal, kind: str, code: str, act: str, note: str = "", **params: Any) -> Any:
    with scope.enter(who.scope):
        return cases.act(who, kind, code, act, version=None, params=params, note=note)


def test_the_journey_of_the_first_article(desk: Callable[..., Desk], ten: dict[str, Principal]) -> None:
    office, head, director = (principal_of(login) for login in (OFFICE, HEAD, DIRECTOR))
    today = clock.today().isoformat()
    with scope.enter(office.scope):
        team = services_teams.create_team(
            office,
            TeamAsked(
                number=3,
                kind="task_force",
                name="Tổ công tác số 3",
                decision="2890/QĐ-UBND (hư cấu)",
                decided_on=clock.today(),
                valid_from=clock.today(),
                communes=[who.agency_code for who in ten.values()],
            ),
        )
        for version, member in enumerate((MemberAsked("head", login=HEAD), MemberAsked("deputy", login=DIRECTOR)), 1):
            services_teams.add_member(office, team, version, member)
    # Ten communes report by the outline, each with its own figures read from the system.
    outline = world.outline()
    with scope.enter(office.scope):
        due = clock.today() + timedelta(days=10)
        asked = services_reports.ask(
            office, Asking(outline, [who.agency_code for who in ten.values()], due, "18/KH-TCT", "Tháng 10", team)
        )
    for done in asked:
        writer = next(who for who in ten.values() if who.agency_id == done.state.lead_agency)
        acted(writer, "report", done.state.code, "save", a_c2="2", a_c3="Thiếu chuyên viên, bản đồ chưa cập nhật.")
        acted(writer, "report", done.state.code, "send", number="12/BC-UBND", dated_on=today)
    window = desk(OFFICE)
    window.visit_and_check(f"/to-cong-tac/{team}/bao-cao/", "first-article-reports")
    assert window.text.count("Gửi đúng hạn") >= 10
    # Four centres are visited; what is heard becomes recommendations when the minutes are written.
    codes = []
    for number, name in enumerate(VISITED):
        with scope.enter(office.scope):
            plan = Plan(ten[name].agency_code, clock.today(), "Trung tâm Phục vụ hành chính công", "Kiểm tra")
            code = services_visits.plan(office, team, plan).state.code
        codes.append(code)
        acted(office, "visit", code, "make_brief")
        acted(office, "visit", code, "begin")
        sector, topic, text = RAISED[number]
        records = [
            world.written("finding", text="Nhiều cán bộ chưa cập nhật được chữ ký số.", group="systems"),
            world.written("recommendation", text=text, sector=sector, topic=topic, urgency="normal"),
        ]
        assert set(world.answers(world.send(OFFICE, code, *records)).values()) == {"kept"}
        acted(office, "visit", code, "finish", minutes="Đã kiểm tra Trung tâm và nghe kiến nghị.")
        said = {
            "report_number": f"{45 + number}/BC-TCT",
            "reported_on": today,
            "conclusion": "Bố trí đủ người ở Trung tâm.",
        }
        acted(office, "visit", code, "report", **said)
    heard = dict(heard_at_visits())
    assert sorted(heard) == sorted(VISITED)
    with scope.enter(ten["Quỳnh Lưu"].scope):
        raised = Raised(
            ten["Quỳnh Lưu"].agency_code, "land", "land", "Kinh phí đo đạc vượt khả năng của tỉnh.", "report"
        )
        heard["Quỳnh Lưu"] = services_recommendations.raise_recommendation(ten["Quỳnh Lưu"], raised).state.code
    # Every one is given to its department, by the notice, with a date.
    for name, code in heard.items():
        lead = "H41.02" if name == "Tân Mai" else "H41.05"
        acted(office, "recommendation", code, "assign", lead=lead, document="120/TB-UBND", document_on=today)
    answer = {
        "number": "1806/SNNMT",
        "dated_on": today,
        "signer": director.officer_name,
        "text": "Đề nghị là chính đáng; đã bố trí đo đạc bổ sung.",
        "category": "in_progress",
        "promised_on": (clock.today() + timedelta(days=60)).isoformat(),
    }
    # Two are beyond the departments and go up.
    for name in ("Quỳnh Lưu", "Quỳnh Tam"):
        up = {"document": "77/BC-SNNMT", "document_on": today}
        acted(director, "recommendation", heard[name], "refer", "Vượt thẩm quyền của sở.", **up)
    up = {"to": "Bộ Nông nghiệp và Môi trường", "document": "9/UBND-NN", "document_on": today}
    acted(office, "recommendation", heard["Quỳnh Lưu"], "refer_up", "Vượt thẩm quyền của tỉnh.", **up)
    # The others are answered in writing; one commune gives its answer back and gets another.
    first = heard["Quỳnh Sơn"]
    typed = {name: f"{date.fromisoformat(answer[name]):%d/%m/%Y}" for name in ("dated_on", "promised_on")}
    Officer(DIRECTOR).done(first, "answer", **{**answer, **typed}, files=pdf())
    acted(ten["Quỳnh Sơn"], "recommendation", first, "return_answer", "Chưa nêu xóm nào được đo.")
    acted(
        director,
        "recommendation",
        first,
        "answer",
        **{**answer, "number": "1901/SNNMT", "text": "Đo bốn xóm trước 30/6."},
    )
    acted(ten["Quỳnh Sơn"], "recommendation", first, "accept")
    acted(director, "recommendation", heard["Quỳnh Văn"], "answer", **answer)
    acted(ten["Quỳnh Văn"], "recommendation", heard["Quỳnh Văn"], "accept")
    acted(principal_of("giamdoc.snv"), "recommendation", heard["Tân Mai"], "answer", **answer)
    # The notice concludes each visit and gives tasks.
    for code in codes:
        acted(
            office,
            "visit",
            code,
            "conclude",
            conclusion="Bố trí đủ người ở Trung tâm; niêm yết bảng công khai.",
            notice_number="120/TB-UBND",
            notice_on=today,
            tasks=[
                {"text": "Rà soát nhân sự Trung tâm", "lead": ten["Quỳnh Sơn"].agency_code, "due_on": due.isoformat()}
            ],
        )
    with scope.enter(scope.worker()):
        states = dict(Case.objects.filter(kind="recommendation").values_list("code", "state"))
        assert sorted(states.values()) == ["answered", "following", "following", "referred", "referred_up"]
        assert [a.verdict for a in Answer.objects.filter(case__code=first).order_by("seq")] == ["returned", "accepted"]
        assert Case.objects.filter(kind="task", subject="conclusion").count() == 4
        assert recount.drift(PROVINCE) == []
    # The report prints; the vice-chair sees on one page what is left, each figure opening its cases.
    printed = Officer(OFFICE).get(f"/buoi-lam-viec/{codes[0]}/bao-cao.pdf")
    text = " ".join(" ".join(p.extract_text() for p in PdfReader(io.BytesIO(printed.content)).pages).split())
    assert "45/BC-TCT" in text and "Bản đồ địa chính" in text and "Tổ công tác số 3" in text
    leader = desk(HEAD)
    leader.visit_and_check("/dieu-hanh/", "first-article-overview")
    assert "Vượt thẩm quyền" in leader.text and "Buổi làm việc" not in leader.text
    leader.visit_and_check(f"/viec/{first}/", "first-article-recommendation")
    assert "Chưa nêu xóm nào được đo." in leader.text and "1901/SNNMT" in leader.text
    leader.visit_and_check(f"/viec/{codes[0]}/", "first-article-visit")
    assert head.agency_code == "H41"
    kernel.seal()
    assert kernel.verified().broken == []


def heard_at_visits() -> list[tuple[str, str]]:
    """(name of the commune, code) of what visits heard."""
    with scope.enter(scope.worker()):
        rows = Recommendation.objects.filter(visit__isnull=False).values_list("agency__name", "case__code")
        return [(name.split("nhân dân ")[1].split(" ", 1)[1], code) for name, code in rows]
