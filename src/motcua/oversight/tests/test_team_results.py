"""What came of a team's visits: its numbers open exactly their cases, the lists narrow by team, visit and commune, and go out as files."""

from __future__ import annotations

import html
import io
import re
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook

from motcua.demo.fixtures import Api
from motcua.organisation import scope
from motcua.oversight.models import Recommendation, RecommendationGroup, Team, Visit
from motcua.oversight.tests import communes
from motcua.oversight.tests.desk import Desk
from motcua.oversight.tests.world import COMMUNE, COORDINATOR, DEPARTMENT, OTHER
from motcua.worktime import clock

TILE = re.compile(r'<a[^>]*href="(?P<href>/(?:kien-nghi|nhiem-vu)/\?[^"]*)"[^>]*>(?P<inside>.*?)</a>', re.S)


@pytest.fixture
def visited(fresh_demo: Api) -> dict[str, list[str]]:
    """Two communes visited by one team, with what each raised and was given; and the same that came of no visit."""
    return communes.furnish()


def team_id() -> Any:
    with scope.enter(scope.worker()):
        return Team.objects.get().id


def of_visit(code: str) -> list[str]:
    with scope.enter(scope.worker()):
        return list(Recommendation.objects.filter(visit__case__code=code).values_list("case__code", flat=True))


def codes(page: str) -> set[str]:
    """Of the cases that a list has."""
    return set(re.findall(r'href="/viec/([^"/]+)/"', page))


def tiles(page: str) -> list[tuple[str, int]]:
    """(address, number) of each number of the page that opens a list."""
    found = []
    for match in TILE.finditer(page):
        [number] = re.findall(r">\s*([\d.]+)\s*<", f">{match['inside']}<")[:1]
        found.append((html.unescape(match["href"]), int(number.replace(".", ""))))
    return found


@pytest.mark.parametrize("login", [COORDINATOR, DEPARTMENT, COMMUNE, OTHER])
def test_every_number_opens_exactly_its_cases(visited: dict[str, list[str]], login: str) -> None:
    [raised] = of_visit(visited["visit"][0])
    office = Desk(COORDINATOR)
    day = f"{clock.now().astimezone(clock.TZ):%d/%m/%Y}"
    office.done(raised, "assign", lead="H41.05", document="12/TB-UBND", document_on=day, coordinating=["H41.02"])
    found = tiles(Desk(login).page(f"/to-cong-tac/{team_id()}/"))
    assert len(found) == 10
    for address, number in found:
        assert len(codes(Desk(login).page(address))) == number, (login, address)
    if login == COORDINATOR:
        assert [number for _address, number in found] == [2, 1, 0, 0, 0, 0, 2, 2, 0, 0]
    if login == COMMUNE:
        assert [number for _address, number in found][:2] == [1, 1]


def test_the_lists_narrow_by_visit_commune_and_group(visited: dict[str, list[str]]) -> None:
    office, visit = Desk(COORDINATOR), visited["visit"][0]
    raised = of_visit(visit)
    assert codes(office.page(f"/kien-nghi/?visit={visit}")) == set(raised)
    of_commune = codes(office.page("/kien-nghi/?commune=H41.170"))
    assert of_commune == {*raised, visited["recommendation"][0]}
    with scope.enter(scope.worker()):
        group = RecommendationGroup.objects.create(
            province_id=40, title="Máy quét", sector="land", created_at=clock.now()
        )
        Recommendation.objects.filter(case__code=raised[0]).update(group=group)
        tasks = set(
            Visit.objects.filter(case__code=visit, tasks__case__isnull=False).values_list(
                "tasks__case__code", flat=True
            )
        )
    assert codes(office.page(f"/kien-nghi/?group={group.id}")) == {raised[0]}
    assert codes(office.page(f"/nhiem-vu/?visit={visit}")) == tasks and tasks
    listed = codes(office.page("/nhiem-vu/?commune=H41.170"))
    assert tasks <= listed and visited["task"][0] in listed and visited["task"][1] not in listed
    for wrong in ("group=1", "team=1", "commune=X"):
        assert office.get(f"/kien-nghi/?{wrong}").status_code == 422
    assert codes(office.page("/kien-nghi/?visit=KHONG-CO")) == set()


def test_a_narrowed_list_shows_no_more_than_the_reader_sees(visited: dict[str, list[str]]) -> None:
    [own, others] = (of_visit(code) for code in visited["visit"])
    found = codes(Desk(COMMUNE).page(f"/kien-nghi/?side=mine&team={team_id()}"))
    assert set(own) <= found and not found & set(others)
    rows = workbook(Desk(COMMUNE).get(f"/kien-nghi/?side=mine&team={team_id()}&tep=xlsx"))
    assert len(rows) == 2 and own[0] in str(rows[1][1])


def workbook(answer: Any) -> list[tuple[Any, ...]]:
    assert answer.status_code == 200
    return list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]


def test_the_lists_go_out_as_the_appendix_has_them(visited: dict[str, list[str]]) -> None:
    office = Desk(COORDINATOR)
    rows = workbook(office.get("/kien-nghi/?commune=H41.170&tep=xlsx"))
    columns = ("Đơn vị chủ trì", "Phối hợp", "Hạn", "Kết quả", "Tiến độ")
    assert rows[0] == ("STT", "Kiến nghị", *columns)
    [answered] = [row for row in rows if visited["recommendation"][0] in str(row[1])]
    assert "1806/SNNMT" in answered[5] and "Đã trả lời" in answered[6] and answered[2].startswith("Sở Nông nghiệp")
    rows = workbook(office.get(f"/nhiem-vu/?visit={visited['visit'][0]}&tep=xlsx"))
    assert rows[0] == ("STT", "Nhiệm vụ", *columns)
    assert len(rows) == 2 and "Sửa máy lấy số" in rows[1][1] and rows[1][6] == "Chưa thực hiện, trong hạn"
    assert office.get("/kien-nghi/?tep=csv").status_code == 404


def test_the_report_on_all_of_a_teams_visits(visited: dict[str, list[str]]) -> None:
    address = f"/to-cong-tac/{team_id()}/bao-cao-tong-hop.docx"
    document = Document(io.BytesIO(Desk(COORDINATOR).get(address).content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    text = "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])
    for said in (
        "BÁO CÁO TỔNG HỢP",
        "đã làm việc 2 buổi",
        "xã Quỳnh Sơn",
        "45/BC-TCT",
        "120/TB-UBND",
        "Đã nêu 2",
        of_visit(visited["visit"][0])[0],
        "Sửa máy lấy số",
        "Chưa gửi: 2.",
    ):
        assert said in text, (said, text)
    assert Desk(COMMUNE).get(address).status_code == 403
