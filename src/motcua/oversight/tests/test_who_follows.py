"""Who heard a recommendation, and who had it, goes on seeing it wherever it goes (article 1: the team reports on what became of it)."""

from __future__ import annotations

from typing import Any

import pytest

from motcua.casework.models import Case
from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight import queries_visits, rules_records
from motcua.oversight.models import Recommendation
from motcua.oversight.tests.desk import Desk, case
from motcua.oversight.tests.test_recommendations import COORDINATOR, DIRECTOR, HEAD, assigned, raised
from motcua.oversight.tests.world import DAY, RECOMMENDATION, planned, send, team, written
from motcua.worktime import clock

OWN, MEMBER = "giamdoc.snnmt", "truongphong.snv"


@pytest.fixture
def heard(api: Api) -> Any:
    """(visit, recommendation) of a department's own team, a member of which comes from another department; minuted today."""
    with clock.freeze(DAY):
        visit = planned(team(OWN, number=7, member=MEMBER), login=OWN)
        Desk(OWN).done(visit, "begin")
        send(OWN, visit, written("recommendation", **RECOMMENDATION))
        Desk(OWN).done(visit, "finish", minutes="Biên bản.")
        with scope.enter(scope.worker()):
            code = Recommendation.objects.values_list("case__code", flat=True).get(visit__case__code=visit)
        yield visit, code


def test_a_department_s_team_sees_what_it_heard_and_raises_none_of_it_twice(heard: tuple[str, str]) -> None:
    visit, code = heard
    page = Desk(OWN).page(f"/viec/{visit}/")
    assert code in page and "Nêu kiến nghị ghi sau biên bản" not in page
    assert code in Desk(MEMBER).page(f"/viec/{visit}/")
    Desk(COORDINATOR).done(code, "assign", lead="H41.02", document="12/TB-UBND", document_on="02/03/2026")
    page = Desk(OWN).page(f"/viec/{code}/")
    assert "Theo dõi" in page and "Phối hợp" not in page, "who follows is not said to coordinate"
    assert Desk(OWN).act(visit, "raise_noted").status_code == 409


def test_what_was_heard_before_it_could_be_followed_is_refused_not_a_fault(heard: tuple[str, str]) -> None:
    visit, code = heard
    with scope.enter(scope.worker()):
        Case.objects.filter(code=code).update(participants=[])
    assert Desk(OWN).act(visit, "raise_noted").status_code == 409


def test_a_record_raised_by_somebody_else_meanwhile_is_a_conflict(
    heard: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    visit, _code = heard
    monkeypatch.setattr(queries_visits, "unraised", lambda _id, found: rules_records.standing(found, "recommendation"))
    answer = Desk(OWN).act(visit, "raise_noted")
    assert answer.status_code == 409 and "đã được nêu" in answer.content.decode()


def test_a_department_that_gives_it_back_or_refers_it_still_sees_what_becomes_of_it(api: Api) -> None:
    with clock.freeze("2026-02-26T09:00"):
        back, beyond = assigned(raised()), assigned(raised())
        answer = Desk(HEAD).act(back, "give_back", note="Thuộc Sở Nội vụ.")
        assert answer.status_code == 302 and back in answer["Location"]
        Desk(COORDINATOR).done(back, "assign", lead="H41.02", document="13/TB-UBND", document_on="26/02/2026")
        Desk(DIRECTOR).done(beyond, "refer", document="30/SNNMT", document_on="26/02/2026", note="Cần kinh phí.")
        for code in (back, beyond):
            assert "Theo dõi" in Desk(HEAD).page(f"/viec/{code}/")
            assert Desk(HEAD).act(code, "take").status_code in (403, 409), "it is seen, not theirs to do"
        assert back in Desk(HEAD).page("/kien-nghi/?side=shared")
        Desk(COORDINATOR).done(beyond, "assign", lead="H41.05", document="14/TB-UBND", document_on="26/02/2026")
    page = Desk(HEAD).page(f"/viec/{beyond}/")
    assert "Theo dõi" not in page, "whoever answers for it again does not merely follow"
    assert case(beyond).lead_agency.code == "H41.05"
