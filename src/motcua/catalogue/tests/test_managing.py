"""What a catalogue manager publishes from a page: once, by right, journalled, and never over what stands."""

import argparse
import json
import threading
from datetime import date, datetime

import pytest
from django.db import connections

from motcua.catalogue import (
    checking,
    commands,
    drafting,
    drafting_process,
    queries,
    queries_managing,
    services,
    services_drafts,
    services_managing,
)
from motcua.catalogue.models import (
    Draft,
    ProcedureVersion,
    Process,
    ProvincialFee,
    ProvincialProcedure,
    QuestionLog,
    Supersession,
    Synonym,
    SystemOfRecord,
)
from motcua.demo.fixtures import Api, principal_of
from motcua.organisation import registers, scope
from motcua.organisation.errors import Conflict, Forbidden, NotFound, RuleBroken
from motcua.organisation.models import Position
from motcua.worktime import clock

NGHE_AN = 40
PERMIT, BIRTH, COPY = "1.013225", "1.001193", "2.000815"
TODAY = date(2026, 11, 28)


@pytest.fixture
def manager(demo):
    """The manager, at work: inside their scope."""
    with clock.freeze(datetime(2026, 11, 28, 9, 0, tzinfo=clock.TZ)):
        found = principal_of("danhmuc.nghean")
        with scope.enter(found.scope):
            yield found


def typed(draft, **head):
    """The content of a draft with the boxes of its head filled in anew."""
    sound = {"valid_from": "28/11/2026", "checked_on": "28/11/2026", "publication_decision": "99/QĐ-BXD"}
    return {**draft.content, "head": {**draft.content["head"], **sound, **head}}


def version_draft(manager, code=PERMIT, **head):
    draft = services_drafts.start_version(manager, code)
    return services_drafts.save(manager, draft.id, draft.version, typed(draft, **head))


def shorter(manager):
    """A draft of the building permit with a limit of five working days for a house, and its process."""
    draft = version_draft(manager)
    content = {**draft.content, "cases": [{**row, "amount": "5"} for row in draft.content["cases"]]}
    draft = services_drafts.save(manager, draft.id, draft.version, content)
    process = services_drafts.start_process(manager, PERMIT, "")
    steps = drafting_process.distribute(
        drafting_process.process_content(drafting_process.usual_steps(), "5 working days")
    )
    steps["head"] |= {"valid_from": "28/11/2026", "instrument": "12/QĐ-UBND"}
    return draft, services_drafts.save(manager, process.id, process.version, steps)


def acts(kind, subject):
    return [(e.act, e.position_id) for e in registers.history(NGHE_AN, kind, subject)]


# --- drafts ---


def test_a_draft_begins_with_what_stands_and_is_the_province_s_only_one(manager):
    draft = services_drafts.start_version(manager, PERMIT)

    assert draft.content["cases"][0]["amount"] == "7"
    assert draft.content["head"]["valid_from"] == draft.content["head"]["publication_decision"] == ""
    assert services_drafts.start_version(manager, PERMIT).id == draft.id


def test_a_draft_keeps_what_cannot_be_read(manager):
    draft = version_draft(manager, valid_from="mồng một")

    kept = Draft.objects.get(id=draft.id)
    assert kept.content["head"]["valid_from"] == "mồng một"
    assert "head.valid_from" in dict(queries_managing.read_version(kept).faults)


def test_the_second_to_save_is_told_who_was_first_and_nothing_is_overwritten(manager):
    draft = services_drafts.start_version(manager, PERMIT)
    services_drafts.save(manager, draft.id, draft.version, typed(draft, short_name="Của người thứ nhất"))

    with pytest.raises(Conflict, match="Lương Văn Ẩn"):
        services_drafts.save(manager, draft.id, draft.version, typed(draft, short_name="Của người thứ hai"))

    assert Draft.objects.get().content["head"]["short_name"] == "Của người thứ nhất"


def test_a_discarded_draft_is_gone_and_the_journal_says_so(manager):
    draft = services_drafts.start_version(manager, PERMIT)
    services_drafts.discard(manager, draft.id, draft.version)

    assert queries_managing.drafts(NGHE_AN) == []
    assert acts("draft", draft.id) == [("discard", manager.position_id)]
    with pytest.raises(Conflict, match="không còn"):
        services_drafts.discard(manager, draft.id, draft.version)


# --- publishing ---


def test_a_version_and_its_process_are_published_together_and_hold_from_their_day(manager):
    draft, process = shorter(manager)
    done = services_drafts.publish_draft(manager, draft.id, draft.version, [(process.id, process.version)])

    assert (done.version.number, done.version.published_by_province) == (3, NGHE_AN)
    facts, steps = queries.in_force(PERMIT, TODAY, NGHE_AN, "house")
    assert (facts.number, facts.limit, steps.id) == (3, "5 working days", done.processes[0].id)
    assert queries.in_force(PERMIT, date(2026, 11, 27), NGHE_AN, "house")[0].number == 2
    assert queries_managing.drafts(NGHE_AN) == []
    assert acts("procedure_version", done.version.id) == [("publish", manager.position_id)]
    assert acts("process", done.processes[0].id) == [("publish", manager.position_id)]


def test_the_default_case_s_own_process_is_used_when_nobody_names_a_case(manager):
    process = services_drafts.start_process(manager, PERMIT, "house")
    content = {**process.content, "head": {**process.content["head"], "valid_from": "28/11/2026", "instrument": "1"}}
    process = services_drafts.save(manager, process.id, process.version, content)
    (own,) = services_drafts.publish_draft(manager, process.id, process.version).processes

    assert {queries.in_force(PERMIT, TODAY, NGHE_AN, case)[1].id for case in (None, "", "house")} == {own.id}
    assert queries.in_force(PERMIT, TODAY, NGHE_AN, "other")[1].id != own.id


def test_a_process_that_does_not_add_up_takes_its_version_with_it(manager):
    draft, process = shorter(manager)
    process = services_drafts.save(
        manager, process.id, process.version, drafting.edited(process.content, "remove:steps:1")
    )

    with pytest.raises(RuleBroken, match="phải bằng thời hạn 40 giờ"):
        services_drafts.publish_draft(manager, draft.id, draft.version, [(process.id, process.version)])

    assert ProcedureVersion.objects.filter(procedure_id=PERMIT).count() == 2
    assert {d.id for d in queries_managing.drafts(NGHE_AN)} == {draft.id, process.id}


def test_a_shorter_law_leaves_cases_without_a_process_and_the_manager_is_told_before(manager):
    draft, _process = shorter(manager)
    facts = queries_managing.read_version(draft).facts

    stranded = {c.case for c in queries_managing.left_without_process(NGHE_AN, PERMIT, facts)}
    assert "house" in stranded


def test_a_version_must_begin_after_the_one_before_it(manager):
    draft = version_draft(manager, valid_from="1/7/2026")

    with pytest.raises(RuleBroken, match="phải bắt đầu sau ngày đó"):
        services_drafts.publish_draft(manager, draft.id, draft.version)


def test_a_wholly_new_procedure_is_published_from_nothing(manager):
    draft = services_drafts.start_procedure(manager, "9.100009", "Bộ Thử")
    content = typed(draft, name="Thủ tục mới", short_name="Mới", field="Thử", source="bịa ra để thử")
    content["cases"][0] |= {"case": "ordinary", "name": "Thông thường", "amount": "3", "instrument": "1/2026/NĐ-CP"}
    content["components"][0] |= {"name": "Đơn", "originals": "1"}
    draft = services_drafts.save(manager, draft.id, draft.version, content)

    version = services_drafts.publish_draft(manager, draft.id, draft.version).version

    assert (version.procedure_id, version.number, version.procedure.ministry) == ("9.100009", 1, "Bộ Thử")


@pytest.mark.parametrize(("code", "said"), [(PERMIT, "đã có trong danh mục"), ("13225", "Mã quốc gia")])
def test_a_new_procedure_needs_a_free_national_code(manager, code, said):
    with pytest.raises(RuleBroken, match=said):
        services_drafts.start_procedure(manager, code, "Bộ Thử")


def test_an_abolished_procedure_leads_to_its_successor_and_is_abolished_once(manager):
    version = services_managing.abolish(manager, COPY, TODAY, "1/QĐ-BTP", "Cổng", successor=BIRTH)

    assert version.status == "abolished"
    with pytest.raises(queries.NotInForce, match=BIRTH):
        queries.in_force(COPY, TODAY, NGHE_AN)
    assert queries.in_force(COPY, date(2026, 11, 27), NGHE_AN)
    assert acts("procedure_version", version.id) == [("abolish", manager.position_id)]
    with pytest.raises(RuleBroken, match="đã được công bố bãi bỏ"):
        services_managing.abolish(manager, COPY, date(2026, 12, 1), "1/QĐ-BTP", "Cổng")


def test_an_abolition_with_a_successor_nobody_knows_changes_nothing(manager):
    with pytest.raises(RuleBroken, match=r"chưa có thủ tục 9\.999999"):
        services_managing.abolish(manager, COPY, TODAY, "1/QĐ-BTP", "Cổng", successor="9.999999")

    assert ProcedureVersion.objects.filter(procedure_id=COPY).count() == 1


@pytest.mark.parametrize(("old", "new"), [(COPY, COPY), (COPY, "9.999999"), (BIRTH, COPY)])
def test_a_succession_is_of_two_known_codes_in_one_direction_once(manager, old, new):
    services_managing.supersede(manager, COPY, BIRTH, TODAY, "1/QĐ-BTP")

    with pytest.raises(RuleBroken):
        services_managing.supersede(manager, old, new, TODAY, "1/QĐ-BTP")
    with pytest.raises(RuleBroken, match="đã được ghi"):
        services_managing.supersede(manager, COPY, BIRTH, TODAY, "1/QĐ-BTP")
    assert Supersession.objects.filter(old_id=COPY).count() == 1


# --- whose system holds the dossiers ---


def test_the_system_changes_on_its_day_while_the_version_stands(manager):
    row = services_managing.change_system(manager, PERMIT, "ministry:land", date(2026, 12, 1), "5/QĐ-BXD")

    assert queries.in_force(PERMIT, date(2026, 11, 30), NGHE_AN)[0].system_of_record == "province"
    facts, _ = queries.in_force(PERMIT, date(2026, 12, 1), NGHE_AN)
    assert (facts.number, facts.system_of_record) == (2, "ministry:land")
    assert queries.full_view(PERMIT, date(2026, 12, 1), NGHE_AN)["system_of_record"] == "ministry:land"
    assert acts("system_of_record", row.id) == [("publish", manager.position_id)]


def test_a_new_version_does_not_bring_the_old_system_back(manager):
    services_managing.change_system(manager, PERMIT, "ministry:land", date(2026, 11, 27), "5/QĐ-BXD")
    draft = version_draft(manager)
    services_drafts.publish_draft(manager, draft.id, draft.version)

    assert queries.in_force(PERMIT, TODAY, NGHE_AN)[0].system_of_record == "ministry:land"


@pytest.mark.parametrize(("system", "day"), [("mây", TODAY), ("province", date(2025, 7, 1))])
def test_an_unknown_system_and_a_day_before_the_last_are_refused(manager, system, day):
    with pytest.raises(RuleBroken):
        services_managing.change_system(manager, PERMIT, system, day, "5/QĐ-BXD")
    assert not SystemOfRecord.objects.exists()


# --- what the province decides ---


def test_a_fee_of_the_province_is_a_new_line_from_its_day(manager):
    (line,) = queries_managing.open_fees(queries_managing.standing(PERMIT, TODAY))
    services_managing.set_fee(manager, PERMIT, line, 50000, date(2026, 12, 1), "7/2026/NQ-HĐND")
    services_managing.set_fee(manager, PERMIT, line, 75000, date(2027, 1, 1), "9/2026/NQ-HĐND")

    facts, _ = queries.in_force(PERMIT, TODAY, NGHE_AN)
    amounts = [queries.fees(facts, day, NGHE_AN)[0].amount for day in (TODAY, date(2026, 12, 5), date(2027, 1, 1))]
    assert amounts == [None, 50000, 75000]
    with pytest.raises(RuleBroken, match="phải bắt đầu sau ngày đó"):
        services_managing.set_fee(manager, PERMIT, line, 1, date(2027, 1, 1), "x")


def test_a_fee_that_the_law_sets_is_not_the_province_s(manager):
    with pytest.raises(RuleBroken, match="để Hội đồng nhân dân tỉnh quy định"):
        services_managing.set_fee(manager, COPY, ("Phí chứng thực", "", 1), 1, TODAY, "x")
    assert not ProvincialFee.objects.filter(procedure_id=COPY).exists()


def test_how_the_province_carries_a_procedure_is_saved_once_for_what_was_seen(manager):
    given = {"local_code": f"{PERMIT}.H41", "published": True, "common": True, "synonyms": ["giấy phép xây nhà"]}
    before = ProvincialProcedure.objects.filter(procedure_id=PERMIT).first()
    seen = before.updated_at.isoformat() if before else ""
    row = services_managing.set_provincial(manager, PERMIT, seen, **given)

    assert (row.local_code, row.published, row.common) == (f"{PERMIT}.H41", True, True)
    assert acts("provincial_procedure", row.id) == [("change", manager.position_id)]
    with pytest.raises(Conflict):
        services_managing.set_provincial(manager, PERMIT, seen, **given)


@pytest.mark.parametrize("code", ["2.000815.H41", "1.013225", "H41", "1.013225.x"])
def test_a_local_code_is_of_the_procedure_itself(manager, code):
    with pytest.raises(RuleBroken, match="Mã địa phương"):
        services_managing.set_provincial(manager, PERMIT, "", local_code=code, published=True, common=True, synonyms=[])


# --- words ---


def test_a_synonym_is_added_once_switched_off_and_on_again(manager):
    row = services_managing.add_synonym(manager, "giấy hồng", "giấy chứng nhận quyền sử dụng đất")
    with pytest.raises(RuleBroken, match="đã có"):
        services_managing.add_synonym(manager, "giấy hồng", "giấy chứng nhận quyền sử dụng đất")
    services_managing.switch_synonym(manager, row.id, False)
    services_managing.switch_synonym(manager, row.id, False)
    again = services_managing.add_synonym(manager, "giấy hồng", "giấy chứng nhận quyền sử dụng đất")

    assert (again.id, Synonym.objects.get(id=row.id).active) == (row.id, True)
    assert [act for act, _ in acts("synonym", row.id)] == ["create", "end", "start"]


def test_a_question_dealt_with_is_off_the_list_until_it_is_asked_again(manager):
    for _ in range(3):
        services.log_question(NGHE_AN, "giấy hồng", 2)
    (found,) = queries_managing.unanswered(NGHE_AN, date(2026, 11, 1))

    assert (found.question, found.count, found.hits) == ("giay hong", 3, 2)
    assert services_managing.deal_with_question(manager, "giay hong") == 3
    assert queries_managing.unanswered(NGHE_AN, date(2026, 11, 1)) == []
    services.log_question(NGHE_AN, "giấy hồng", 2)
    assert queries_managing.unanswered(NGHE_AN, date(2026, 11, 1))[0].count == 1
    assert QuestionLog.objects.filter(dealt=True).count() == 3


# --- rights ---


@pytest.mark.parametrize("login", ["theodoi.nghean", "quantri.nghean", "chutich.quynhson", "tiepnhan.quynhson"])
def test_nobody_but_the_manager_publishes_anything(manager, login):
    draft = version_draft(manager)
    other = principal_of(login)
    line = ("x", "", 1)
    for act in (
        lambda: services_drafts.start_version(other, PERMIT),
        lambda: services_drafts.start_process(other, PERMIT, ""),
        lambda: services_drafts.start_procedure(other, "9.100009", "Bộ"),
        lambda: services_drafts.save(other, draft.id, draft.version, draft.content),
        lambda: services_drafts.discard(other, draft.id, draft.version),
        lambda: services_drafts.publish_draft(other, draft.id, draft.version),
        lambda: services_managing.abolish(other, COPY, TODAY, "1", "2"),
        lambda: services_managing.supersede(other, COPY, BIRTH, TODAY, "1"),
        lambda: services_managing.change_system(other, COPY, "province", TODAY, "1"),
        lambda: services_managing.set_fee(other, PERMIT, line, 1, TODAY, "1"),
        lambda: services_managing.set_provincial(
            other, PERMIT, "", local_code="", published=True, common=True, synonyms=[]
        ),
        lambda: services_managing.add_synonym(other, "a", "b"),
        lambda: services_managing.switch_synonym(other, Synonym.objects.first().id, False),
        lambda: services_managing.deal_with_question(other, "a"),
    ):
        with pytest.raises(Forbidden, match="Quản lý danh mục thủ tục"):
            act()


def test_a_synonym_of_nobody_is_not_found(manager):
    with pytest.raises(NotFound):
        services_managing.switch_synonym(manager, manager.officer_id, False)


# --- at once ---


def at_once(*acts):
    """Runs the acts in threads that begin together; their results or refusals."""
    found, gate = [], threading.Barrier(len(acts))

    def run(act):
        gate.wait()
        try:
            with scope.enter(scope.Scope("agencies", NGHE_AN)):
                found.append(act())
        except Exception as refusal:
            found.append(refusal)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def two_managers(fresh_demo: Api):
    found = principal_of("danhmuc.nghean")
    with scope.enter(found.scope):
        draft = version_draft(found, valid_from=f"{clock.today():%d/%m/%Y}")
    return found, draft


def test_of_two_who_publish_one_draft_at_once_one_does(two_managers):
    manager, draft = two_managers

    def publish():
        return services_drafts.publish_draft(manager, draft.id, draft.version)

    found = at_once(*[publish] * 4)

    assert [type(one).__name__ for one in found if isinstance(one, Exception)] == ["Conflict"] * 3
    assert ProcedureVersion.objects.filter(procedure_id=PERMIT, number=3).count() == 1


def test_of_a_page_and_a_file_that_publish_one_number_at_once_one_does(two_managers):
    manager, draft = two_managers
    with scope.enter(manager.scope):
        facts = queries_managing.read_version(draft).facts

    found = at_once(
        lambda: services_drafts.publish_draft(manager, draft.id, draft.version),
        lambda: services.publish_version(PERMIT, "Bộ", {**facts, "name": "Tên khác"}, using="owner"),
    )

    assert sum(isinstance(one, RuleBroken) for one in found) == 1
    assert ProcedureVersion.objects.filter(procedure_id=PERMIT, number=3).count() == 1


# --- gaps, lists, checks ---


def test_communes_without_anybody_for_a_step_are_named(manager):
    steps = drafting_process.usual_steps()
    assert queries_managing.vacancies(NGHE_AN, steps, TODAY) == []
    Position.objects.using("default").filter(
        agency__code="H41.170", division__kind="economy", title="Trưởng phòng"
    ).update(roles=["specialist"])

    found = queries_managing.vacancies(NGHE_AN, steps, TODAY)

    assert [(v.step.number, v.agencies) for v in found] == [
        (2, ["Ủy ban nhân dân xã Quỳnh Sơn"]),
        (4, ["Ủy ban nhân dân xã Quỳnh Sơn"]),
    ]


def test_the_list_counts_what_is_missing_and_filters_by_it(manager):
    everything = queries_managing.catalogue(NGHE_AN, TODAY)
    assert everything.total == len(everything.rows) >= 165
    for state in queries_managing.STATES:
        found = queries_managing.catalogue(NGHE_AN, TODAY, state=state)
        assert len(found.rows) == everything.counts.get(state, 0)
        assert all(state in row.states for row in found.rows)
    assert everything.counts["future"] == 4
    assert everything.counts["abolished"] == 2


@pytest.mark.parametrize(
    ("q", "code"), [("giay phep xay dung nha o", PERMIT), ("013225", PERMIT), ("Khai sinh", BIRTH)]
)
def test_the_list_is_searched_by_name_without_marks_and_by_code(manager, q, code):
    assert code in [row.code for row in queries_managing.catalogue(NGHE_AN, TODAY, q=q).rows]


def test_the_shipped_catalogue_has_doubts_and_no_fault(manager):
    findings = checking.check(NGHE_AN, TODAY)

    assert findings.faults == []
    assert findings.versions == ProcedureVersion.objects.count()
    assert findings.processes == Process.objects.count() > 100
    assert findings.doubts


def test_a_process_longer_than_a_law_that_came_after_it_is_a_fault(manager):
    draft, _process = shorter(manager)
    services_drafts.publish_draft(manager, draft.id, draft.version)

    assert [name for name, _ in checking.check(NGHE_AN, TODAY).faults if name.startswith(PERMIT)]


@pytest.mark.parametrize(("broken", "status"), [(False, 0), (True, 1)])
def test_the_command_says_by_its_status_whether_there_is_a_fault(demo, capsys, broken, status):
    if broken:
        with scope.enter(scope.worker()):
            ProvincialProcedure.objects.filter(procedure_id=PERMIT).update(local_code=f"{COPY}.H41")
    options = argparse.ArgumentParser()
    commands.register(options.add_subparsers())
    given = options.parse_args(["procedures", "check", "--province", "40", "--json"])

    assert given.run(given) == status
    findings = json.loads(capsys.readouterr().out)
    assert bool(findings["faults"]) == broken
    assert findings["doubts"]
