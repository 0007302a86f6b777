"""What `tools/walk_pages.py` visits: the routes of the URL configuration, and for each the objects of the demo that stand in its address.

A new route needs nothing here when it takes no parameter, or only those of PARAMETERS. Any other one fails `tests/test_walk_pages.py` until it has
its samples in SAMPLES, or its reason in UNWALKED.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from furnishing import delegate_and_absence

OUTSIDE = ("api/", "i18n/", "xem-du-lieu/")
"""Whole branches that are no pages of ours: the API (tests/api), Django's language switch, Django's admin."""
DOWNLOAD, FRAGMENT = "a file, not a page", "a part that a page fetches"
UNWALKED = {
    "health-live": "for machines",
    "health-ready": "for machines",
    "metrics": "for machines",
    "identity:go": "leads to the identity provider, which a demo has not",
    "identity:back": "comes from the identity provider, which a demo has not",
    "dossiers:receive_find": FRAGMENT,
    "dossiers:receive_version": FRAGMENT,
    "dossiers:receive_promise": FRAGMENT,
    "dossiers:receive_earlier": FRAGMENT,
    "catalogue:live": FRAGMENT,
    **dict.fromkeys(
        (
            *("board:sheets", "board:board_qr", "board:procedure_qr"),
            *("documents:signed_sample", "dossiers:label", "dossiers:receipt", "dossiers:form", "dossiers:book_pdf"),
            *("dossiers:result_draft_pdf", "dossiers:result_pdf", "dossiers:hand_over_pdf", "dossiers:filing_file"),
            *("dossiers:file", "dossiers:file_preview", "dossiers:track_form", "dossiers:track_file"),
            *("dossiers:track_result", "dossiers:mine_result", "indicators:coverage_csv", "indicators:office_csv"),
            "demo:sample",
            *("organisation:import_template", "payments:receipt_pdf", "payments:closing_pdf", "payments:ledger_csv"),
        ),
        DOWNLOAD,
    ),
}


# --- routes ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Route:
    """`name` with its namespace; `parameters` of its address; `methods` that its view takes, empty for all."""

    name: str
    parameters: frozenset[str]
    methods: frozenset[str]

    @property
    def page(self) -> bool:
        return not self.methods or "GET" in self.methods


def routes() -> list[Route]:
    """Every route of the URL configuration that may be a page, in its order."""
    return list(_routes(get_resolver(), "", frozenset()))


def _routes(resolver: URLResolver, space: str, above: frozenset[str]) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        given = above | frozenset(entry.pattern.regex.groupindex)
        if isinstance(entry, URLResolver):
            if not str(entry.pattern).startswith(OUTSIDE):
                inner = f"{space}{entry.namespace}:" if entry.namespace else space
                yield from _routes(entry, inner, given)
        elif isinstance(entry, URLPattern):
            yield Route(f"{space}{entry.name}", given, methods(entry.callback))


def methods(view: Any) -> frozenset[str]:
    """What `require_http_methods` and its kin let through, wherever in the chain of decorators it stands."""
    while view is not None:
        names = getattr(getattr(view, "__code__", None), "co_freevars", ())
        if "request_method_list" in names:
            return frozenset(view.__closure__[names.index("request_method_list")].cell_contents)
        view = getattr(view, "__wrapped__", None)
    return frozenset()


def unknown(route: Route) -> bool:
    """A page for which nobody has said with what to visit it, nor why not."""
    known = route.name in UNWALKED or route.name in SAMPLES or route.parameters <= set(PARAMETERS)
    return route.page and not known


# --- who visits --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Visitor:
    """`roles` of an officer with `login`; `identity`: the number of the demo's citizen; neither: a stranger."""

    name: str
    roles: tuple[str, ...] = ()
    login: str = ""
    identity: str = ""

    def called(self, wanted: list[str]) -> bool:
        return not wanted or bool({self.name, self.login, *self.roles} & set(wanted))


def visitors() -> list[Visitor]:
    """A stranger, a citizen and an organisation of the demo, and one officer for each combination of roles: of several, who holds most dossiers."""
    from django.db.models import Count

    from motcua.casework.models import Case
    from motcua.demo import services as demo
    from motcua.identity import demo as identities
    from motcua.organisation import scope

    suffix = next(iter(demo.SUFFIX.values()))
    officers = [(f"{post.login}.{suffix}", post.roles) for post in demo.POSTS]
    officers += [(login, roles) for login, _title, roles, _name in demo.PROVINCIAL]
    with scope.enter(scope.worker()):
        busy = Case.objects.filter(closed_at=None, officer__account__login__in=[login for login, _ in officers])
        held = dict(busy.values_list("officer__account__login").annotate(Count("id")))
    best: dict[tuple[str, ...], str] = {}
    for login, roles in sorted(officers, key=lambda one: -held.get(one[0], 0)):
        best.setdefault(roles, login)
    people = identities.people()
    citizens = [Visitor("stranger"), Visitor("citizen", identity=people[0].number)]
    citizens += [Visitor("organisation", identity=p.number) for p in people if p.kind == "organisation"][:1]
    ordered = [login for login, _roles in officers if login in best.values()]
    named = {login: roles for roles, login in best.items()}
    return citizens + [Visitor(named[login][0], named[login], login) for login in ordered]


# --- with what ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sample:
    """One address of a route: `values` of its parameters, a `query`, and what must be opened `before` (a look-up by code and secret)."""

    values: dict[str, Any] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)
    before: str = ""
    label: str = ""

    def address(self, route: str) -> str:
        found = reverse(route, kwargs=self.values)
        return f"{found}?{urlencode(self.query)}" if self.query else found


class World:
    """The demo's objects, each list newest first. `mine(visitor)` is what an officer may see, as their own pages see it."""

    def __init__(self, commune: str) -> None:
        from motcua.organisation import scope

        self.commune = commune
        self._scope = scope

    def ids(self, model: str, most: int = 2, **where: Any) -> list[Any]:
        from django.apps import apps

        with self._scope.enter(self._scope.worker()):
            return list(
                apps.get_model(model).objects.filter(**where).order_by("-pk").values_list("pk", flat=True)[:most]
            )

    @cached_property
    def dossiers(self) -> list[dict[str, Any]]:
        """One dossier for each (state, whose turn, late or not, procedure) that the commune works or worked."""
        from django.db.models import Q

        from motcua.dossiers.models import Dossier
        from motcua.worktime import clock

        with self._scope.enter(self._scope.worker()):
            rows = Dossier.objects.select_related("case").filter(
                Q(case__agency__code=self.commune) | Q(case__lead_agency__code=self.commune)
            )
            found: dict[tuple[Any, ...], dict[str, Any]] = {}
            for row in rows.order_by("-case__code"):
                case = row.case
                late = case.closed_at is None and case.promised_at is not None and case.promised_at < clock.now()
                kind = (case.state, case.role, late, row.rounds)
                found.setdefault(
                    kind,
                    {
                        "code": case.code,
                        "state": case.state,
                        "role": case.role,
                        "late": late,
                        "id": case.pk,
                        "secret": row.secret_version,
                    },
                )
            return list(found.values())

    @cached_property
    def citizens(self) -> list[Sample]:
        """A look-up opened for one dossier of each state."""
        from motcua.casework.secrets import secret_of

        one_each = {one["state"]: one for one in self.dossiers}
        return [
            Sample(
                before=reverse("dossiers:track")
                + "?"
                + urlencode({"code": one["code"], "secret": secret_of("dossier", one["id"], one["secret"])}),
                label=state,
            )
            for state, one in one_each.items()
        ]

    def acts(self, visitor: Visitor) -> list[Sample]:
        """The acts open to the officer, each on the first dossier that has it; and one that is not theirs, and one that is too late."""
        from motcua.demo.fixtures import principal_of
        from motcua.dossiers import queries, rules
        from motcua.organisation.errors import DomainError

        if not visitor.login:
            return [Sample({"code": self.dossiers[0]["code"], "act": "correct"})] if self.dossiers else []
        principal = principal_of(visitor.login)
        found: dict[str, Sample] = {}
        for one in self.dossiers:
            try:
                with self._scope.enter(principal.scope):
                    view = queries.view(principal, one["code"])
            except DomainError:
                continue
            for transition in view.acts:
                found.setdefault(
                    transition.act, Sample({"code": one["code"], "act": transition.act}, label=transition.act)
                )
            for act in rules.TRANSITIONS:
                if act not in {t.act for t in view.acts} and principal.has(*rules.TRANSITIONS[act].roles):
                    found.setdefault("too late", Sample({"code": one["code"], "act": act}, label="too late"))
        mine = [s for label, s in found.items()]
        return [
            *mine,
            *(Sample({"code": one["code"], "act": "sign_off"}, label="not mine") for one in self.dossiers[:1]),
        ]


def each(model: str, parameter: str, most: int = 2, **where: Any) -> Callable[[World, Visitor], list[Sample]]:
    """Samples of a route whose one parameter is the key of a model."""
    return lambda world, visitor: [Sample({parameter: key}) for key in world.ids(model, most, **where)]


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


def searches(*queries: dict[str, str]) -> Callable[[World, Visitor], list[Sample]]:
    """A list as it opens, and with each query: what narrows it, what finds nothing, what is no answer."""
    return lambda world, visitor: [
        Sample(),
        *(Sample(query=query, label="-".join(query.values())) for query in queries),
    ]


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
NOWHERE = {"q": "khong-co-gi-o-day"}
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
}


def samples(world: World, visitor: Visitor, route: Route) -> list[Sample]:
    """The addresses of a route for a visitor; none when the demo has no object for it."""
    if route.name in SAMPLES:
        return SAMPLES[route.name](world, visitor)
    return [] if route.parameters else [Sample()]


# --- work for the officers ------------------------------------------------------------------------------------------------


def furnish() -> None:
    """Dossiers in every state, late ones, payments, drafts and delegations for a demo that has none yet; fiction, by the services alone."""
    from motcua.casework.models import Case
    from motcua.catalogue.models import Draft
    from motcua.demo.fixtures import Api
    from motcua.organisation import scope
    from motcua.payments.models import Payment

    api = Api()
    with scope.enter(scope.worker()):
        dossiers, payments, drafts = (model.objects.exists() for model in (Case, Payment, Draft))
    if not dossiers:
        _dossiers(api)
    if not payments:
        _at_the_counter(api)
    if not drafts:
        _about_people()


LONG = {
    "full_name": "Công Tằng Tôn Nữ Nguyễn Thị Phương Thảo Quỳnh Anh",
    "address": "Số nhà 128, ngõ 45, đường Nguyễn Thị Minh Khai, khối Quang Trung 12, xã Quỳnh Sơn, tỉnh Nghệ An",
}
SHORT = {"full_name": "Lô Y", "address": "Bản Xiềng, xã Quỳnh Sơn, tỉnh Nghệ An"}
COUNTER = "tiepnhan.quynhson"


def _person(words: dict[str, str], number: str) -> dict[str, Any]:
    return {"kind": "person", "citizen_number": number, "birth_date": "1984-02-09", "phone": "0987654321", **words}


def _dossiers(api: Any) -> None:
    from motcua.casework.tests.world import town
    from motcua.dossiers.tests.results_world import drafted
    from motcua.dossiers.tests.walking import at, permit
    from motcua.worktime import clock

    with at(api, f"{clock.now() - timedelta(days=40):%Y-%m-%d}T08:10"):
        for n in range(3):
            api.receive(applicant=_person(LONG, f"04008400{n:04d}"))
        for until in ("hand_over", "assign", "advance", "approve", "sign_off"):
            permit(api, until=until)
    with at(api, f"{clock.now() - timedelta(days=15):%Y-%m-%d}T09:20"):
        for until in ("assign", "advance", "sign_off"):
            permit(api, until=until, applicant=_person(SHORT, "040184000321"))
    town(api)
    for _ in range(3):
        drafted(api)


def _at_the_counter(api: Any) -> None:
    """Certified copies done at once, one of them paid, a refund asked for, a till closed, papers handed over."""
    from uuid import uuid4

    from motcua.demo.fixtures import COPY, PERMIT, principal_of
    from motcua.dossiers import handing_over
    from motcua.organisation import scope
    from motcua.payments import closings, refunds
    from motcua.payments.models import Payment

    counter, director, chair = (principal_of(login) for login in (COUNTER, "giamdoc.quynhson", "chutich.quynhson"))
    for n in range(3):
        dossier = api.receive(procedure=COPY, applicant=_person(LONG if n else SHORT, f"04008400{n + 4:04d}"))
        paper = {"name": "Giấy chứng nhận quyền sử dụng đất", "pages": 7, "copies": 3}
        status, answer = api.act(COUNTER, dossier, "complete_now", papers=[paper], signer=str(chair.officer_id))
        assert status == 200, answer  # noqa: S101
        if n < 2:
            api.pay(COUNTER, dossier)
    handed = [api.receive(procedure=PERMIT) for _ in range(3)]
    handing_over.hand_over(counter, [(one["code"], None) for one in handed[:2]], {handed[0]["code"]: 5}, uuid4())
    for _ in range(3):
        api.receive(procedure=COPY, applicant=_person(SHORT, "040184000321"))
    with scope.enter(counter.scope):
        payment = Payment.objects.order_by("-pk")[0]
        refunds.request(
            counter, payment.pk, amount=2_000, reason="Thu thừa một bản sao", document="Đơn ngày 27/11/2026"
        )
    with scope.enter(director.scope):
        if payment.cashier_id:
            closings.close(director, payment.cashier_id, notes={50_000: 1}, reason="Còn tiền lẻ chưa nộp")


def _about_people() -> None:
    """A leader's delegate, an absence, drafts of the catalogue and of a citizen."""
    from motcua.catalogue import services_drafts
    from motcua.demo.fixtures import BIRTH, PERMIT, principal_of
    from motcua.dossiers import services_filing
    from motcua.identity import demo as identities
    from motcua.identity.authentication import scope_of
    from motcua.organisation import scope

    delegate_and_absence("quynhson")
    manager = principal_of("danhmuc.nghean")
    citizen = identities.people()[0]
    with scope.enter(scope_of(citizen)):
        services_filing.begin(citizen, BIRTH)
    with scope.enter(manager.scope):
        services_drafts.start_version(manager, PERMIT)
        services_drafts.start_process(manager, PERMIT, "")
