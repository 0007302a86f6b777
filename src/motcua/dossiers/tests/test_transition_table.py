"""Who may do what with a dossier at which moment, written down from the law and compared with the transition table.

Sources: Decree 118/2025/NĐ-CP (one-stop: only the centre receives, refuses, returns; one request for papers; who filed may end it
while no result is signed), Circular 03/2025/TT-VPCP (forms 01-05), Circular 04/2025/TT-VPCP (status codes), and the internal process
of Nghệ An's Decision 3857/QĐ-UBND (receive, assign, appraise, review, sign, record, return). A building permit stands for all.
"""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from motcua.casework.rules import Actor, Applicant, CaseState, refuse
from motcua.catalogue.rules import ProcessFacts, StepFacts, VersionFacts
from motcua.dossiers import rules
from motcua.dossiers.rules import DossierFacts
from motcua.organisation.errors import Conflict, Forbidden
from motcua.organisation.principal import Principal
from motcua.organisation.queries import AgencyFacts
from motcua.worktime import shipped

# Where a dossier may stand: (state, step). The seven steps are those of the process below.
MOMENTS = {
    "filed": ("filed", 1),
    "received": ("received", 1),
    "assigning": ("in_progress", 2),
    "appraising": ("in_progress", 3),
    "reviewing": ("in_progress", 4),
    "signing": ("in_progress", 5),
    "recording": ("in_progress", 6),
    "papers asked": ("awaiting_supplement", 3),
    "papers declared": ("awaiting_supplement", 3),
    "money asked": ("awaiting_payment", 3),
    "finished": ("finished", 7),
    "returned": ("returned", 7),
    "refused": ("refused", 1),
    "withdrawn": ("withdrawn", 3),
    "stopped": ("stopped", 3),
    "cancelled": ("cancelled", 1),
}
ROLES = ("receiver", "centre_director", "specialist", "division_head", "signatory", "records_clerk", "overseer")

# act: whose work it is at all; at which moments it can be done, and by whom then ("" = by nobody of those whose turn it may be).
TABLE: dict[str, tuple[str, dict[str, str]]] = {
    "accept": ("receiver", {"filed": "receiver"}),
    "refuse": ("receiver", {"filed": "receiver", "received": "receiver"}),
    "cancel_entry": ("receiver", {"filed": "receiver", "received": "receiver"}),
    "hand_over": ("receiver", {"received": "receiver"}),
    # Only where the province's process lets the counter do it whole: see the test below.
    "complete_now": ("receiver", {}),
    "assign": ("division_head", {"assigning": "division_head", "appraising": "division_head"}),
    "advance": (
        "receiver specialist records_clerk",
        {"appraising": "specialist", "recording": "records_clerk"},
    ),
    "approve": ("division_head", {"reviewing": "division_head"}),
    "sign_off": ("signatory", {"signing": "signatory"}),
    "return_result": ("receiver", {"finished": "receiver"}),
    "send_back": (
        "specialist division_head signatory records_clerk",
        {
            "appraising": "specialist",
            "reviewing": "division_head",
            "signing": "signatory",
            "recording": "records_clerk",
        },
    ),
    "transfer": (
        "division_head specialist",
        # A records clerk's step is an "advance" too, but is neither a head's nor a specialist's turn.
        {"assigning": "division_head", "appraising": "specialist", "recording": ""},
    ),
    "reassign": (
        "division_head",
        {
            "assigning": "division_head",
            "appraising": "division_head",
            "reviewing": "division_head",
            "signing": "",
            "recording": "",
            "papers asked": "division_head",
            "papers declared": "",
            "money asked": "division_head",
        },
    ),
    "request_supplement": (
        "receiver specialist",
        {"filed": "receiver", "received": "receiver", "appraising": "specialist", "recording": ""},
    ),
    "answer_supplement": ("applicant", {"papers asked": "applicant"}),
    "supplement": ("receiver", {"papers asked": "receiver", "papers declared": "receiver"}),
    "reopen_supplement": ("receiver", {"papers declared": "receiver"}),
    "request_payment": ("receiver specialist", {"received": "receiver", "appraising": "specialist", "recording": ""}),
    "confirm_payment": ("receiver", {"money asked": "receiver"}),
    "correct": (
        "receiver",
        dict.fromkeys(
            (
                *("filed", "received", "assigning", "appraising", "reviewing", "signing", "recording"),
                *("papers asked", "papers declared", "money asked", "finished"),
            ),
            "receiver",
        ),
    ),
    # Scanning stays open as long as mistakes may be mended: until the result is handed over.
    "digitise": (
        "receiver",
        dict.fromkeys(
            (
                *("filed", "received", "assigning", "appraising", "reviewing", "signing", "recording"),
                *("papers asked", "papers declared", "money asked", "finished"),
            ),
            "receiver",
        ),
    ),
    "withdraw": (
        "receiver applicant",
        dict.fromkeys(
            (
                *("filed", "received", "assigning", "appraising", "reviewing", "signing"),
                *("papers asked", "papers declared", "money asked"),
            ),
            "receiver applicant",
        ),
    ),
    # Once the result is in the applicant's hands.
    "rate": ("applicant", {"returned": "applicant"}),
    # Whoever signs for the resolving agency, wherever the dossier is on its way; not while it waits for the applicant.
    "extend": (
        "signatory",
        dict.fromkeys(("received", "assigning", "appraising", "reviewing", "signing", "recording"), "signatory"),
    ),
    # Nobody's by hand: a worker performs it for every dossier of an ordered run.
    "reappoint": (
        "",
        dict.fromkeys(
            (
                *("received", "assigning", "appraising", "reviewing", "signing", "recording"),
                *("papers asked", "papers declared", "money asked"),
            ),
            "",
        ),
    ),
    "stop": (
        "receiver",
        dict.fromkeys(
            ("assigning", "appraising", "reviewing", "signing", "papers asked", "papers declared"),
            "receiver",
        ),
    ),
}
STATUS = {1: "filed", 2: "received", 3: "refused", 4: "in_progress", 5: "awaiting_supplement"} | {
    6: "awaiting_payment",
    7: "withdrawn",
    8: "stopped",
    9: "finished",
    10: "returned",
}

DIVISIONS = {kind: uuid4() for kind in ("service_centre", "economy", "office", "leadership")}
HOME = {
    "receiver": "service_centre",
    "centre_director": "service_centre",
    "specialist": "economy",
    "division_head": "economy",
    "signatory": "leadership",
    "records_clerk": "office",
    "overseer": "office",
}
COMMUNE = AgencyFacts(
    uuid4(), "H41.170", "UBND xã Quỳnh Sơn", "people_committee_commune", "17170", "vn", "", "", DIVISIONS
)
STEPS = tuple(
    StepFacts(n, act, role, division, act, Decimal(hours), hours > 0)
    for n, (act, role, division, hours) in enumerate(
        (
            ("hand_over", "receiver", "service_centre", 4),
            ("assign", "division_head", "economy", 4),
            ("advance", "specialist", "economy", 28),
            ("approve", "division_head", "economy", 8),
            ("sign_off", "signatory", "leadership", 8),
            ("advance", "records_clerk", "office", 4),
            ("return_result", "receiver", "service_centre", 0),
        ),
        start=1,
    )
)
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def case(moment: str) -> CaseState:
    state, step = MOMENTS[moment]
    # What the applicant declares complete lies at the counter, whatever its step, until it is checked there.
    turn = STEPS[0] if moment == "papers declared" else STEPS[step - 1]
    return CaseState(
        kind="dossier",
        code="H41.170-261120-0001",
        subject="1.013225",
        state=state,
        step=step,
        agency=COMMUNE.id,
        division=DIVISIONS[turn.division_kind],
        officer=None,
        role=turn.role,
        lead_agency=COMMUNE.id,
        origin_agency=COMMUNE.id,
        received_at=NOON,
        day=date(2026, 11, 20),
        must_start_by=NOON,
    )


FACTS = DossierFacts(
    version=VersionFacts(
        uuid4(), "1.013225", 2, "", "", "", "7 working days", "whole", {}, {}, (), ("counter",), date(2026, 7, 1)
    ),
    process=ProcessFacts(uuid4(), STEPS),
    calendar=shipped("vn"),
    lead=COMMUNE,
    origin=COMMUNE,
    channel="counter",
    assisted=False,
    rounds=0,
    supplement_due_at=None,
    paused_at=None,
    paused_state="",
    hand_over_due_at=None,
    entered_at=NOON,
)


DECLARED = replace(FACTS, declared_at=NOON)


def officer(role: str, *, agency: UUID = COMMUNE.id, division: UUID | None = None, id: UUID | None = None) -> Principal:
    return Principal(
        account_id=uuid4(),
        officer_id=id or uuid4(),
        officer_name="",
        position_id=uuid4(),
        position_title="",
        roles=frozenset({role}),
        agency_id=agency,
        agency_code="",
        agency_name="",
        calendar_code="vn",
        division_id=division or DIVISIONS[HOME[role]],
        division_kind=HOME[role],
        division_name="",
        province_id=40,
    )


def outcome(act: str, actor: Actor, found: CaseState, facts: DossierFacts = FACTS) -> str:
    match refuse(rules.TRANSITIONS[act], actor, found, facts):
        case None:
            return "ok"
        case Forbidden():
            return "403"
        case Conflict():
            return "409"


def expected(act: str, who: str, moment: str) -> str:
    """First the right of the role, then what the moment allows, then whose turn it is."""
    work_of, moments = TABLE[act]
    if who not in work_of.split():
        return "403"
    if moment not in moments:
        return "409"
    return "ok" if who in moments[moment].split() else "403"


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("act", TABLE)
def test_each_act_is_done_refused_or_too_late_as_the_law_says(act: str, moment: str) -> None:
    facts = DECLARED if moment == "papers declared" else FACTS
    found = {who: outcome(act, officer(who), case(moment), facts) for who in ROLES}
    found["applicant"] = outcome(act, Applicant(), case(moment), facts)
    assert found == {who: expected(act, who, moment) for who in (*ROLES, "applicant")}


def test_the_table_here_has_every_act_and_every_state_of_the_program() -> None:
    assert set(TABLE) == set(rules.TRANSITIONS)
    assert {state for state, _ in MOMENTS.values()} == set(rules.STATES) == set(rules.NATIONAL_STATUS)


def test_the_national_statuses_are_those_of_circular_04_2025() -> None:
    assert {number: state for state, number in rules.NATIONAL_STATUS.items() if number} == STATUS


def test_forms_are_issued_by_the_acts_that_circular_03_2025_names() -> None:
    issued = {t.form: act for act, t in rules.TRANSITIONS.items() if t.form}
    assert issued == {"01": "accept", "02": "request_supplement", "03": "refuse", "04": "extend", "05": "stop"}


@pytest.mark.parametrize("state", sorted(rules.CLOSED))
def test_nothing_leaves_a_closed_state(state: str) -> None:
    # A rating says how it was; the state stays.
    assert [act for act, t in rules.TRANSITIONS.items() if state in t.sources and act != "rate"] == []


def test_a_case_given_to_one_officer_is_not_another_ones() -> None:
    mine, held = uuid4(), case("appraising")
    held = replace(held, officer=mine)
    assert outcome("advance", officer("specialist", id=mine), held) == "ok"
    assert outcome("advance", officer("specialist"), held) == "403"
    assert outcome("reassign", officer("division_head"), held) == "ok"


def test_the_same_role_in_another_division_or_agency_has_no_turn() -> None:
    found = case("appraising")
    assert outcome("advance", officer("specialist", division=DIVISIONS["office"]), found) == "403"
    assert outcome("advance", officer("specialist", agency=uuid4()), found) == "403"
    assert outcome("correct", officer("receiver", agency=uuid4()), found) == "403"


def test_where_it_came_in_and_where_it_is_resolved_have_different_acts() -> None:
    elsewhere = uuid4()
    found = replace(case("papers asked"), origin_agency=elsewhere)
    for act in ("supplement", "withdraw", "correct", "digitise"):
        assert outcome(act, officer("receiver"), found) == "403"
        assert outcome(act, officer("receiver", agency=elsewhere), found) == "ok"


def test_the_counter_does_whole_only_what_is_due_the_same_day_and_what_the_process_allows() -> None:
    """Decree 23/2015/NĐ-CP (certification, the same day); the process is the province's to decide."""
    allowed = replace(FACTS, process=replace(FACTS.process, complete_now=True))
    same_day = replace(allowed, version=replace(FACTS.version, limit="same day"))
    counter, found = officer("receiver"), case("received")
    assert outcome("complete_now", counter, found, same_day) == "ok"
    assert outcome("complete_now", counter, found, allowed) == "409", "seven working days"
    assert outcome("complete_now", counter, found, replace(same_day, process=FACTS.process)) == "409"
    assert outcome("complete_now", counter, found, replace(same_day, lead=replace(COMMUNE, id=uuid4()))) == "409"
    assert outcome("complete_now", counter, case("assigning"), same_day) == "409"
    assert outcome("complete_now", officer("specialist"), found, same_day) == "403"
