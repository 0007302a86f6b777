"""Published, configured, used: three questions, each answered as a slow reading of the tables answers it."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, datetime, time, timedelta

import pytest
from django.test import Client

from motcua.board import queries as boards
from motcua.casework.models import Tally
from motcua.catalogue import board as catalogue
from motcua.catalogue import queries as catalogue_queries
from motcua.catalogue.errors import NotConfigured
from motcua.catalogue.models import ProcedureVersion, Process, ProcessStep, ProvincialProcedure, Supersession
from motcua.demo.fixtures import BIRTH, Api
from motcua.indicators import queries, rules
from motcua.indicators.rules import Figures, Period
from motcua.organisation import scope
from motcua.organisation.models import Account, Agency, Division, Officer, Position, Posting
from motcua.worktime import clock

DAY = date(2026, 11, 28)
YEAR = Period(date(2025, 11, 29), DAY)


def of(code: str = "H41.170", period: Period = YEAR, on: date = DAY):
    with scope.enter(scope.Scope("province", 40)):
        covered, unpublished = queries.of_office(queries.office(40, code, on), on, period)
    return {c.line.code: c for c in covered}, unpublished


def tally(code: str, subject: str, day: date, received: int = 1, kind: str = "dossier") -> None:
    with scope.enter(scope.worker()):
        agency = Agency.objects.get(code=code)
        Tally.objects.create(province_id=40, kind=kind, agency=agency, subject=subject, day=day, received=received)


# --- published ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", ["H41.128", "H41.170"])
def test_published_is_what_stands_on_the_public_board(demo, code):
    with scope.enter(scope.directory()):
        shown = [line.code for line in boards.board(40, boards.office(40, code, DAY), DAY).lines]

    assert list(of(code)[0]) == shown


# --- configured ---------------------------------------------------------------------------------------


def test_a_procedure_without_a_limit_is_not_configured_and_says_so(demo):
    found = of()[0]
    without = [c for c in found.values() if c.line.limits[0][1] == "không nêu"]

    assert len(without) > 5
    for covered in without:
        assert covered.reasons == ("phiên bản đang hiệu lực không nêu thời hạn",)


def test_a_procedure_whose_process_nobody_issued_is_not_configured_and_says_so(demo):
    assert ("tỉnh chưa ban hành quy trình nội bộ",) in {c.reasons for c in of()[0].values()}


def test_a_role_that_nobody_holds_is_named_with_its_division(demo):
    before = of()[0]["2.000815"]
    with scope.enter(scope.worker()):
        Posting.objects.filter(officer__account__login="tuphap.quynhson").update(valid_to=DAY)

    assert before.configured
    assert of()[0]["2.000815"].reasons == (
        "chưa có người đăng nhập được giữ vai trò “Chuyên viên thụ lý” ở Văn phòng HĐND và UBND",
    )
    assert of("H41.128")[0]["2.000815"].configured
    assert of(on=DAY - timedelta(days=1))[0]["2.000815"].configured


@pytest.mark.parametrize("change", ["left", "switched off", "no account"])
def test_somebody_who_cannot_sign_in_holds_no_role(demo, change):
    with scope.enter(scope.worker()):
        officer = Officer.objects.get(account__login="vanthu.quynhson")
        if change == "left":
            Officer.objects.filter(pk=officer.pk).update(valid_to=DAY)
        elif change == "switched off":
            Account.objects.filter(pk=officer.account_id).update(is_active=False)
        else:
            Officer.objects.filter(pk=officer.pk).update(account=None)

    assert not of()[0]["2.000815"].configured


@pytest.mark.parametrize("what", [Position, Division])
def test_a_post_or_a_room_that_was_abolished_holds_no_role(demo, what):
    with scope.enter(scope.worker()):
        position = Position.objects.get(posting__officer__account__login="vanthu.quynhson")
        what.objects.filter(pk=position.pk if what is Position else position.division_id).update(valid_to=DAY)

    assert not of()[0]["2.000815"].configured


def test_the_reasons_are_counted_commonest_first(demo):
    found = rules.why_not(of()[0].values())

    assert [n for _reason, n in found] == sorted((n for _reason, n in found), reverse=True)
    assert dict(found)["phiên bản đang hiệu lực không nêu thời hạn"] > 5


def test_a_role_held_in_another_division_does_not_count(demo):
    with scope.enter(scope.worker()):
        economy = Division.objects.get(agency__code="H41.170", kind="economy")
        Position.objects.filter(posting__officer__account__login="tuphap.quynhson").update(division=economy)

    assert not of()[0]["2.000815"].configured


def test_what_the_catalogue_gives_an_intake_and_what_coverage_says_agree(demo):
    """A process is missing here exactly where an intake of the default case is refused."""
    for code, covered in of()[0].items():
        with scope.enter(scope.directory()):
            try:
                catalogue_queries.in_force(code, DAY, 40)
                refused = False
            except NotConfigured:
                refused = True
        missing = [r for r in covered.reasons if "vai trò" not in r]
        assert bool(missing) == refused, (code, covered.reasons)


# --- used ---------------------------------------------------------------------------------------------


def test_one_dossier_makes_a_procedure_used_at_its_office_and_at_no_other(api: Api):
    before = of()[0][BIRTH].used
    api.receive()
    today = clock.now().date()

    assert not before
    assert of(period=Period(today, today))[0][BIRTH].received == 1
    assert not of("H41.128", Period(today, today))[0][BIRTH].used


def test_a_dossier_entered_by_mistake_is_no_use(api: Api):
    dossier = api.receive()
    status, body = api.act("tiepnhan.quynhson", dossier, "cancel_entry", note="Nhập nhầm hồ sơ")
    today = clock.now().date()

    assert status == 200, body
    assert not of(period=Period(today, today))[0][BIRTH].used


def test_both_ends_of_the_period_count_and_the_days_beside_them_do_not(demo):
    for code, day in zip(("1.001193", "2.000815", "1.013225", "1.000894"), (-1, 0, 9, 10), strict=True):
        tally("H41.170", code, date(2026, 3, 1) + timedelta(days=day))
    found = of(period=Period(date(2026, 3, 1), date(2026, 3, 10)))[0]

    assert {code for code, c in found.items() if c.used} == {"2.000815", "1.013225"}


def test_dossiers_of_another_kind_of_case_are_no_use(demo):
    tally("H41.170", "1.001193", DAY, kind="letter")

    assert not of()[0]["1.001193"].used


def test_dossiers_under_the_code_a_procedure_replaced_count_for_it(demo):
    old, new = Supersession.objects.filter(valid_from__lte=DAY).values_list("old_id", "new_id").first()
    with scope.enter(scope.worker()):
        ProvincialProcedure.objects.update_or_create(province_id=40, procedure_id=new, defaults={"published": True})
    tally("H41.170", old, date(2026, 1, 5), 3)
    found, unpublished = of()

    assert (found[new].received, found[new].older) == (3, (old,))
    assert unpublished == []


def test_what_is_used_without_being_published_is_told_apart_and_in_no_share(demo):
    with scope.enter(scope.worker()):
        ProvincialProcedure.objects.filter(procedure_id="1.001193").update(published=False)
    tally("H41.170", "1.001193", DAY, 5)
    found, unpublished = of()

    assert "1.001193" not in found
    assert [(u.code, u.received) for u in unpublished] == [("1.001193", 5)]
    assert rules.figures(found.values()).used == 0


def test_the_usual_period_is_twelve_months_that_end_today():
    assert rules.last_twelve_months(DAY) == Period(date(2025, 11, 29), DAY)
    assert rules.last_twelve_months(date(2028, 2, 29)) == Period(date(2027, 3, 1), date(2028, 2, 29))


# --- the slow oracle ------------------------------------------------------------------------------------


def slow(code: str, period: Period) -> Figures:
    """The same three figures and their meeting, by reading every row with no query of ours."""
    agency = Agency.objects.get(code=code)
    level = "commune"
    published = []
    for own in ProvincialProcedure.objects.filter(published=True):
        versions = sorted(ProcedureVersion.objects.filter(procedure_id=own.procedure_id), key=lambda v: v.valid_from)
        versions = [v for v in versions if v.valid_from <= DAY]
        if versions and versions[-1].status == "published" and level in versions[-1].levels:
            published.append(versions[-1])
    held = set()
    for posting in Posting.objects.select_related("position__division", "officer__account"):
        o, p = posting.officer, posting.position
        stands = posting.valid_from <= DAY and (posting.valid_to is None or posting.valid_to > DAY)
        if (
            stands
            and p.agency_id == agency.id
            and o.account
            and o.account.is_active
            and (not o.valid_to or o.valid_to > DAY)
        ):
            held |= {(role, p.division.kind) for role in p.roles}
    configured, used = set(), set()
    for version in published:
        case = next(c for c in version.cases if c.get("default"))
        processes = [
            p
            for p in Process.objects.filter(procedure_id=version.procedure_id, agency_kind=level)
            if p.case in ("", case["case"]) and p.valid_from <= DAY
        ]
        processes.sort(key=lambda p: (p.case != "", p.valid_from))
        if case["limit"] and processes:
            steps = ProcessStep.objects.filter(process=processes[-1])
            fits = not catalogue.rules.longer(processes[-1].limit, case["limit"])
            if fits and all((s.role, s.division_kind) in held for s in steps):
                configured.add(version.procedure_id)
        wanted, size = {version.procedure_id}, 0
        while len(wanted) > size:
            size = len(wanted)
            wanted |= set(
                Supersession.objects.filter(new_id__in=wanted, valid_from__lte=DAY).values_list("old_id", flat=True)
            )
        rows = [t for t in Tally.objects.filter(agency=agency) if t.kind == "dossier" and t.subject in wanted]
        if any(t.received > 0 and period.start <= t.day <= period.end for t in rows):
            used.add(version.procedure_id)
    return Figures(
        len(published),
        len(configured),
        len(used),
        len(configured - used),
        sum(v.system_of_record != "province" for v in published),
    )


@pytest.mark.parametrize("seed", range(4))
def test_the_figures_are_those_of_a_slow_reading_of_the_tables_on_a_random_history(demo, seed):
    chance = random.Random(seed)
    with scope.enter(scope.worker()):
        every = list(
            ProcedureVersion.objects.order_by("procedure_id").values_list("procedure_id", flat=True).distinct()
        )
        agencies = {a.code: a for a in Agency.objects.filter(kind="people_committee_commune")}
        hidden = chance.sample(every, 30)
        ProvincialProcedure.objects.filter(procedure_id__in=hidden).update(published=False)
        for posting in chance.sample(list(Posting.objects.order_by("officer__sort_key", "id")), 4):
            Posting.objects.filter(pk=posting.pk).update(valid_to=DAY - timedelta(days=chance.randrange(-5, 5)))
        seen = set()
        for _ in range(400):
            key = (chance.choice(sorted(agencies)), chance.choice(every), DAY - timedelta(days=chance.randrange(500)))
            if key not in seen:
                seen.add(key)
                Tally.objects.create(
                    province_id=40, kind=chance.choice(["dossier", "letter"]), agency=agencies[key[0]], subject=key[1],
                    day=key[2], received=chance.randrange(3),
                )  # fmt: skip
    start = DAY - timedelta(days=chance.randrange(30, 400))
    period = Period(start, start + timedelta(days=chance.randrange(0, 300)))

    with scope.enter(scope.Scope("province", 40)):
        expected = {code: slow(code, period) for code in agencies}
        summaries = queries.of_province(40, DAY, period)
        single = {code: rules.figures(queries.of_office(agency, DAY, period)[0]) for code, agency in agencies.items()}

    assert {s.code: s.figures for s in summaries} == expected
    assert single == expected
    for summary in summaries:
        assert sum((f for _name, f in summary.fields), Figures()) == summary.figures


# --- order ----------------------------------------------------------------------------------------------


def test_the_worst_comes_first_and_an_office_without_a_board_last():
    def unit(code: str, published: int, configured: int, used: int) -> rules.Summary:
        return rules.Summary(code, code, Figures(published, configured, used))

    found = rules.worst_first(
        [unit("none", 0, 0, 0), unit("good", 10, 9, 9), unit("bad", 100, 20, 50), unit("idle", 10, 9, 1)]
    )

    assert [s.code for s in found] == ["bad", "idle", "good", "none"]


def test_nothing_published_has_no_share():
    assert rules.share(0, 0) is None


# --- the pages --------------------------------------------------------------------------------------------


def client(login: str) -> Client:
    found = Client()
    found.force_login(Account.objects.get(login=login))
    return found


def text(response, status=200) -> str:
    assert response.status_code == status, response.content[:800]
    return response.content.decode()


def test_the_overseer_sees_every_office_and_each_figure_opens_its_list(demo):
    page = text(client("theodoi.nghean").get("/bao-phu/"))

    for code in ("H41.170", "H41.128"):
        for shown in ("published", "configured", "used"):
            assert f'href="{code}/?xem={shown}"' in page


def test_a_director_is_led_to_their_own_office_and_no_other_exists_for_them(demo):
    director = client("giamdoc.quynhson")

    assert director.get("/bao-phu/").headers["Location"] == "/bao-phu/H41.170/"
    text(director.get("/bao-phu/H41.170/"))
    text(director.get("/bao-phu/H41.170/xuat.csv"))
    for path in ("/bao-phu/H41.128/", "/bao-phu/H41.128/xuat.csv", "/bao-phu/H41/"):
        text(director.get(path), 404)
    text(director.get("/bao-phu/xuat.csv"), 403)


@pytest.mark.parametrize("path", ["/bao-phu/", "/bao-phu/xuat.csv", "/bao-phu/H41.170/", "/bao-phu/H41.170/xuat.csv"])
def test_other_officers_may_not_and_strangers_must_sign_in(demo, path):
    text(client("tiepnhan.quynhson").get(path), 403)
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize("shown", rules.SHOWN)
def test_each_list_holds_as_many_as_its_figure_says(demo, shown):
    tally("H41.170", "1.001193", DAY, 2)
    with clock.freeze(datetime(2026, 11, 28, 9, 0, tzinfo=clock.TZ)):
        page = text(client("giamdoc.quynhson").get("/bao-phu/H41.170/", {"xem": shown}))
    found = list(of()[0].values())

    listed = page.partition('<details class="more"')[0].count('scope="row"')
    assert listed == (0 if shown == "unpublished" else len(rules.kept(found, shown)))


def test_a_wrong_day_and_a_period_that_ends_before_it_begins_are_422_and_keep_what_was_typed(demo):
    overseer = client("theodoi.nghean")

    assert "32/13/2026" in text(overseer.get("/bao-phu/", {"tu": "32/13/2026"}), 422)
    assert "Ngày cuối" in text(overseer.get("/bao-phu/H41.170/", {"tu": "02/01/2026", "den": "01/01/2026"}), 422)


def test_the_export_has_numerators_and_denominators_of_each_office_in_utf_8(demo):
    with clock.freeze(datetime.combine(DAY, time(9))):
        content = client("theodoi.nghean").get("/bao-phu/xuat.csv").content.decode("utf-8")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    figures = rules.figures(of()[0].values())
    mine = next(row for row in rows if row["Mã"] == "H41.170")

    assert content.startswith("\ufeff")
    assert (int(mine["Đã công khai"]), int(mine["Đã cấu hình"])) == (figures.published, figures.configured)
    assert len(rows) == 2


def test_the_export_of_an_office_says_why_and_no_cell_is_a_formula(demo):
    from motcua.indicators.views import _csv

    content = client("giamdoc.quynhson").get("/bao-phu/H41.170/xuat.csv").content.decode()
    formula = _csv("x", YEAR, ("a",), [("=1+1",), ("-2",), (3,)]).content.decode()

    assert "không nêu thời hạn" in content
    assert formula.splitlines()[1:] == ["'=1+1", "'-2", "3"]
