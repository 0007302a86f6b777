"""With what `tools/walk_pages.py` visits a route: for each, the objects of the demo that stand in its address.

A new route needs nothing here when it takes no parameter, or only those of PARAMETERS. Any other one fails `tests/test_walk_pages.py` until it has
its samples in SAMPLES (of cases of the kinds of oversight and letters: `walk_samples_cases.py`), or its reason in `walk_routes.UNWALKED`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import walk_samples_cases
from walk_routes import UNWALKED, Route
from walk_visitors import Visitor
from walk_world import NOWHERE, Sample, World, each, searches


def dossier_codes(world: World, visitor: Visitor) -> list[Sample]:
    """Those first that wait for the visitor's own role."""
    ordered = sorted(world.dossiers, key=lambda one: one["role"] not in visitor.roles)
    return [
        Sample({"code": one["code"]}, label="-".join(filter(None, (one["state"], one["role"], "late" * one["late"]))))
        for one in ordered[:DOSSIERS_EACH]
    ]


def tracked(*states: str) -> Callable[[World, Visitor], list[Sample]]:
    """For who has the slip. An officer with a slip in hand sees the same."""
    return lambda world, visitor: [s for s in world.citizens if not visitor.login and s.label in (states or (s.label,))]


def procedure_codes(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.demo.fixtures import BIRTH, COPY, PERMIT

    return [Sample({"code": code}) for code in (PERMIT, BIRTH, COPY)][: 1 if visitor.login else None]


def managed(world: World, visitor: Visitor) -> list[Sample]:
    return procedure_codes(world, visitor)[:1]


def agency_codes(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.demo.services import PROVINCE_CODE

    return [Sample({"code": world.commune}), Sample({"code": PROVINCE_CODE})]


def things(world: World, visitor: Visitor) -> list[Sample]:
    """A division, a position and a reception point of the commune."""
    from motcua.organisation.views_structure import THINGS

    models = {
        "phong": "organisation.Division",
        "vi-tri": "organisation.Position",
        "diem-tiep-nhan": "organisation.ReceptionPoint",
    }
    return [
        Sample({"code": world.commune, "word": word, "id": key})
        for word in THINGS
        for key in world.ids(models[word], 1, agency__code=world.commune)
    ]


def divisions(world: World, visitor: Visitor) -> list[Sample]:
    """A division of the commune, and of no other agency."""
    return [
        Sample({"code": code, "division": key})
        for code in (world.commune, "H41")
        for key in world.ids("organisation.Division", 1, agency__code=world.commune)
    ]


def posts(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.demo.services import SUFFIX
    from motcua.organisation import scope
    from motcua.organisation.models import Posting

    login = f"xaydung.{next(iter(SUFFIX.values()))}"
    with scope.enter(scope.worker()):
        rows = Posting.objects.filter(officer__account__login=login).values_list("officer_id", "pk")
        return [Sample({"id": officer, "posting": posting}) for officer, posting in rows[:1]]


def officers(world: World, visitor: Visitor) -> list[Sample]:
    return [Sample({"id": one.values["id"]}) for one in posts(world, visitor)]


def drafts_of(world: World, visitor: Visitor) -> list[Sample]:
    """The citizen's own drafts; to others, the first one, which is not theirs."""
    from motcua.dossiers.models import FilingDraft
    from motcua.identity import demo as identities
    from motcua.identity.authentication import key_of, scope_of
    from motcua.organisation import scope

    own = next((p for p in identities.people() if p.number == visitor.identity), identities.people()[0])
    with scope.enter(scope_of(own)):
        keys = (
            FilingDraft.objects.filter(identity=key_of(own), case_id=None).order_by("-pk").values_list("pk", flat=True)
        )
        return [Sample({"draft_id": key}) for key in keys[:2]]


def filed_of(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.dossiers.models import FilingDraft
    from motcua.identity import demo as identities
    from motcua.identity.authentication import key_of, scope_of
    from motcua.organisation import scope

    own = next((p for p in identities.people() if p.number == visitor.identity), identities.people()[0])
    with scope.enter(scope_of(own)):
        keys = FilingDraft.objects.filter(identity=key_of(own)).exclude(case_id=None).values_list("pk", flat=True)
        return [Sample({"draft_id": key}) for key in keys[:1]]


def books(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.dossiers.models_counter import Book
    from motcua.organisation import scope

    with scope.enter(scope.worker()):
        rows = Book.objects.exclude(kind="hand_over").filter(agency__code=world.commune)
        return [Sample({"kind": row.kind, "year": row.year}) for row in rows]


def cashiers(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.organisation import scope
    from motcua.payments.models import Till

    with scope.enter(scope.worker()):
        return [Sample({"cashier": key}) for key in Till.objects.values_list("cashier_id", flat=True)[:1]]


def unpaid(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.organisation import scope
    from motcua.payments.models import Charge

    with scope.enter(scope.worker()):
        codes = Charge.objects.filter(agency__code=world.commune).order_by("-pk").values_list("subject_code", flat=True)
        return [Sample({"code": code}) for code in list(dict.fromkeys(codes))[:2]]


def calendars(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.organisation.models import Calendar

    return [Sample({"code": code}) for code in sorted(set(Calendar.objects.values_list("code", flat=True)))[:2]]


def calendar_changes(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.organisation.forms_calendars import FORMS

    return [Sample({**one.values, "what": what}) for one in calendars(world, visitor)[-1:] for what in FORMS]


def reappointments(world: World, visitor: Visitor) -> list[Sample]:
    from motcua.dossiers.models import Reappointment
    from motcua.organisation import scope

    with scope.enter(scope.worker()):
        rows = Reappointment.objects.values_list("calendar_code", "pk")
        return [Sample({"code": code, "run": str(key)}) for code, key in rows[:1]]


def codes_at(*roles: str) -> Callable[[World, Visitor], list[Sample]]:
    """Dossiers whose turn is one of the roles; else the first of all, which must then be refused in words."""

    def found(world: World, visitor: Visitor) -> list[Sample]:
        fitting = [one for one in world.dossiers if one["role"] in roles and one["state"] == "in_progress"]
        return [Sample({"code": one["code"]}) for one in (fitting or world.dossiers)[:3]]

    return found


def one_of_state(*states: str) -> Callable[[World, Visitor], list[Sample]]:
    return lambda world, visitor: [
        Sample({"code": one["code"]}, label=one["state"]) for one in world.dossiers if one["state"] in states
    ][:3]


DOSSIERS_EACH = 9
"""How many dossiers one visitor opens: more look alike."""
PARAMETERS: dict[str, Any] = {}
"""Parameters whose samples are the same whatever the route (none today: a code means another thing in each app)."""
SAMPLES: dict[str, Callable[[World, Visitor], list[Sample]]] = {
    "board:board": agency_codes,
    "casework:worklist": searches(NOWHERE),
    "catalogue:procedures": searches({"q": "lam nha"}, NOWHERE),
    "catalogue:procedure": procedure_codes,
    "catalogue:managing": searches(NOWHERE),
    "catalogue:managed": managed,
    **dict.fromkeys(("catalogue:compare", "catalogue:start", "catalogue:abolish", "catalogue:supersede"), managed),
    **dict.fromkeys(("catalogue:system", "catalogue:provincial", "catalogue:fee"), managed),
    **dict.fromkeys(("catalogue:draft", "catalogue:preview", "catalogue:publish"), each("catalogue.Draft", "draft_id")),
    "documents:bind_certificate": lambda world, visitor: [Sample({"which": w}) for w in ("ca-nhan", "co-quan")],
    "documents:try_certificate": lambda world, visitor: [Sample({"which": w}) for w in ("ca-nhan", "co-quan")],
    "documents:end_certificate": lambda world, visitor: [Sample({"which": w}) for w in ("ca-nhan", "co-quan")],
    "documents:certificates": searches(NOWHERE),
    "dossiers:receive": lambda world, visitor: [
        Sample(),
        Sample(query={"procedure": "1.013225"}),
        Sample(query={"procedure": "2.000815"}),
    ],
    "dossiers:received": one_of_state("received", "filed"),
    "dossiers:complete_now": one_of_state("received"),
    "dossiers:completed": one_of_state("finished", "returned"),
    "dossiers:book": books,
    "dossiers:list": searches(NOWHERE, {"overdue": "on"}, {"state": "filed"}, {"received_from": "hôm kia"}),
    "dossiers:dossier": dossier_codes,
    "dossiers:digitise": one_of_state("received", "in_progress"),
    "dossiers:act": lambda world, visitor: world.acts(visitor),
    "dossiers:hand_over_sheet": each("dossiers.HandoverSheet", "id"),
    "dossiers:result_template": lambda world, visitor: [Sample({"key": "giay-phep-xay-dung"})],
    "dossiers:to_sign": searches({"chon": "tat-ca"}),
    "dossiers:to_seal": searches({"chon": "tat-ca"}),
    "dossiers:signing_run": each("dossiers.SigningRun", "run"),
    "dossiers:result_draft": codes_at("specialist"),
    "dossiers:sign_result": codes_at("signatory"),
    "dossiers:seal_result": codes_at("records_clerk"),
    "dossiers:reappoint_order": calendars,
    "dossiers:reappoint_run": reappointments,
    "dossiers:filing_begin": procedure_codes,
    **dict.fromkeys(("dossiers:filing", "dossiers:filing_review"), drafts_of),
    "dossiers:filing_done": filed_of,
    "dossiers:track": searches({"code": "H41.170-261128-9999", "secret": "AAAAA-BBBBB-CCC"}),
    "dossiers:tracked": tracked(),
    "dossiers:track_withdraw": tracked("received", "in_progress"),
    "dossiers:track_rate": tracked("returned"),
    "indicators:agency_figures": agency_codes,
    "indicators:division_figures": divisions,
    "indicators:coverage": searches(NOWHERE),
    "indicators:office": agency_codes,
    "indicators:satisfaction_of": agency_codes,
    "organisation:invitation": lambda world, visitor: [Sample({"secret": "khong-con-dung-duoc"})],
    "organisation:tree": searches({"q": "quynh son"}, NOWHERE),
    **dict.fromkeys(("organisation:agency", "organisation:edit_agency", "organisation:end_agency"), agency_codes),
    "organisation:add": lambda world, visitor: [
        Sample({"code": world.commune, "word": w}) for w in ("phong", "vi-tri", "diem-tiep-nhan")
    ],
    "organisation:edit": things,
    "organisation:end": things,
    "organisation:gaps_posts": searches({"n": "land"}, {"a": "H41.170"}),
    "organisation:officers": searches({"q": "nguyen"}, NOWHERE),
    **dict.fromkeys(("organisation:officer", "organisation:edit_officer", "organisation:post"), officers),
    **dict.fromkeys(("organisation:end_service", "organisation:invite", "organisation:reset_second_factor"), officers),
    "organisation:end_posting": posts,
    "organisation:end_delegation": each("organisation.Delegation", "id"),
    "organisation:calendar": calendars,
    "organisation:calendar_change": calendar_changes,
    "payments:counter": searches(NOWHERE),
    "payments:collect": unpaid,
    **dict.fromkeys(("payments:receipt", "payments:cancel", "payments:ask_refund"), each("payments.Receipt", "id", 1)),
    "payments:decide": each("payments.Refund", "id"),
    "payments:close": cashiers,
    "payments:closing": each("payments.Closing", "id"),
    **walk_samples_cases.SAMPLES,
}


def unknown(route: Route) -> bool:
    """A page for which nobody has said with what to visit it, nor why not."""
    known = route.name in UNWALKED or route.name in SAMPLES or route.parameters <= set(PARAMETERS)
    return route.page and not known


def samples(world: World, visitor: Visitor, route: Route) -> list[Sample]:
    """The addresses of a route for a visitor; none when the demo has no object for it."""
    if route.name in SAMPLES:
        return SAMPLES[route.name](world, visitor)
    return [] if route.parameters else [Sample()]
