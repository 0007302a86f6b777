"""Both communes of the demo in every table of letters: letters, denunciations, the book of reception, field feedback, exports."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time, timedelta
from typing import Any

from django.test import Client

from motcua.demo.fixtures import Api, principal_of
from motcua.letters import services_export, services_field, services_reception
from motcua.letters.models import Export, ReceptionDay
from motcua.letters.rules_reception import DayAsked
from motcua.letters.services_export import Asked
from motcua.letters.services_field import Opened, Sent
from motcua.letters.services_reception import Received
from motcua.letters.tests.hidden import pdf
from motcua.letters.tests.world import classified, done, paper, registered
from motcua.organisation import queries as organisation
from motcua.organisation import scope
from motcua.organisation.models import Account, Officer
from motcua.worktime import clock

OF = {"quynhson": "H41.170", "tanmai": "H41.128"}
DEPARTMENT = "H41.05"


def furnish(api: Api, communes: Sequence[str] = tuple(OF)) -> None:
    for commune in communes:
        lettered(api, commune)
        given_away(api, commune)
        inside(api, commune)
        received(commune)
        for conduct in (False, True):
            told(commune, conduct=conduct)
        for compartment in (False, True):
            exported(commune, compartment=compartment)


def day() -> str:
    return clock.now().astimezone(clock.TZ).date().isoformat()


def lettered(api: Api, commune: str, **changes: Any) -> dict[str, Any]:
    """Registered, classified, accepted with a paper."""
    clerk = f"tonghop.{commune}"
    case = registered(api, clerk, received_on=day(), **changes)
    classified(api, case, clerk)
    return done(api, clerk, case, "accept", **paper(day()))


def given_away(api: Api, commune: str) -> dict[str, Any]:
    """A letter that the commune forwarded to a department."""
    clerk = f"tonghop.{commune}"
    case = registered(api, clerk, received_on=day(), confirmed=True, type="petition")
    return done(api, clerk, case, "forward", "Thuộc sở", to=DEPARTMENT, **paper(day()))


def inside(api: Api, commune: str, **changes: str) -> dict[str, Any]:
    """A denunciation in the compartment, with a file, accepted with a paper."""
    clerk = f"tonghop.{commune}"
    client = Client()
    client.force_login(Account.objects.get(login=clerk))
    sent = client.post(
        "/to-cao/moi/",
        {
            "received_on": f"{clock.now().astimezone(clock.TZ):%d/%m/%Y}",
            "via": "post",
            "full_name": "Trần Thị Ổn",
            "address": "Xóm 9",
            "phone": "0912345002",
            "denounced_name": "Lê Văn Ếch",
            "denounced_position": "Cán bộ địa chính",
            "field": "staff",
            "summary": "Nhận tiền khi làm hồ sơ",
            "text": "Ông ấy nhận năm triệu đồng.",
            "places": "1",
            "confirmed": "on",
            "files": pdf(),
            **changes,
        },
    )
    assert sent.status_code == 302, sent.content.decode()[:3000]
    case = api.get(clerk, f"/cases/{sent['Location'].strip('/').split('/')[-1]}")[1]
    return done(api, clerk, case, "accept", "Đã gặp người gửi", identity=True, **paper(day()))


def received(commune: str, **changes: Any) -> Any:
    """A line of the book of reception that owes an answer."""
    principal = principal_of(f"tonghop.{commune}")
    usual = {"person": {"full_name": "Nguyễn Thị Ước", "address": "Xóm 3"}, "summary": "Hỏi đường nước."}
    with scope.enter(principal.scope):
        return services_reception.receive(principal, Received(**{**usual, "result": "to_answer", **changes}))


def announced(commune: str) -> ReceptionDay:
    """A day of reception by the head, a week from now or the next working day after it."""
    principal, day = principal_of(f"tonghop.{commune}"), clock.now().astimezone(clock.TZ).date() + timedelta(7)
    while day.isoweekday() > 5:
        day += timedelta(1)
    with scope.enter(principal.scope):
        head = Officer.objects.get(account__login=f"chutich.{commune}").id
        return services_reception.add_day(principal, DayAsked(day, time(7, 30), time(11), True, "Trụ sở"), head)


def told(commune: str, *, conduct: bool = False, **changes: Any) -> Opened:
    """Feedback by a citizen; `conduct`: about an officer, in the compartment of its commune."""
    usual = {"text": "Rác đổ đầy cổng chợ.", "place": "Cổng chợ", "full_name": "Nguyễn Thị Ước", "phone": "0912345678"}
    return services_field.send(Sent(OF[commune], conduct=conduct, **{**usual, **changes}))


def exported(commune: str, *, compartment: bool = False) -> Export:
    principal = principal_of(f"tonghop.{commune}")
    today = clock.now().astimezone(clock.TZ).date()
    with scope.enter(principal.scope):
        agency = organisation.agency(principal.province_id, id=principal.agency_id)
        assert agency is not None
        asked = Asked(today, today, compartment=compartment)
        return services_export.export(principal, agency, asked)[0]
