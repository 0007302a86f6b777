"""Work for the officers of a demo that has none yet, in every state; fiction, by the services alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from furnishing import delegate_and_absence


def furnish() -> None:
    """Dossiers in every state, late ones, payments, drafts, delegations, and what is asked of communes and written to them."""
    from motcua.casework.models import Case
    from motcua.catalogue.models import Draft
    from motcua.demo.fixtures import Api
    from motcua.organisation import scope
    from motcua.oversight.models import Recommendation
    from motcua.payments.models import Payment

    api = Api()
    with scope.enter(scope.worker()):
        dossiers, payments, drafts = (model.objects.exists() for model in (Case, Payment, Draft))
        overseen = Recommendation.objects.exists()
    if not dossiers:
        _dossiers(api)
    if not payments:
        _at_the_counter(api)
    if not drafts:
        _about_people()
    if not overseen:
        _overseen(api)


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


def _overseen(api: Any) -> None:
    """Cases of every kind of both communes, a programme with a target, a group, a day of reception, the digest of last week."""
    from motcua.demo.fixtures import principal_of
    from motcua.letters.tests import communes as letters
    from motcua.organisation import scope
    from motcua.oversight import services_groups, services_recommendations
    from motcua.oversight.services_recommendations import Raised
    from motcua.oversight.tests import communes as oversight
    from motcua.steering import digests
    from motcua.worktime import clock

    oversight.furnish()
    letters.furnish(api)
    oversight.programme("quynhson")
    letters.announced("quynhson")
    clerk, coordinator = principal_of("tonghop.quynhson"), principal_of("dieuphoi.nghean")
    codes = []
    for text in ("Thiếu cán bộ hộ tịch, hồ sơ ùn từ tháng Chín.", LONG["address"]):
        with scope.enter(clerk.scope):
            asked = Raised("H41.170", "land", "land", text, source="voters")
            codes.append(services_recommendations.raise_recommendation(clerk, asked).state.code)
    with scope.enter(coordinator.scope):
        services_groups.make_group(coordinator, "Bản đồ địa chính chưa cập nhật", codes)
    with scope.enter(scope.worker()):
        digests.make(digests.monday_of(clock.now().astimezone(clock.TZ).date() - timedelta(days=7)))
