"""Letters of fictitious citizens, what became of them, and what people saw in the street."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from motcua.demo.simulation import people
from motcua.demo.simulation.year import Story, Vacant, Year, facts
from motcua.letters import services_denunciations, services_field, services_letters
from motcua.letters.services_denunciations import NewDenunciation
from motcua.letters.services_field import Sent
from motcua.letters.services_letters import NewLetter
from motcua.organisation import scope
from motcua.organisation.principal import Principal

KIND = "letter"


def letters(year: Year) -> None:
    """Letters through the year, more of them where logins are to look at them."""
    counts = facts()["counts"]
    communes = year.people.staffed("people_committee_commune", "letters", "signatory")
    shown = [year.people.communes[c] for c in ("17170", "17128") if c in year.people.communes]
    for number in range(counts["letters"]):
        commune = year.one(shown) if number % 15 == 0 and shown else year.one(communes)
        year.begin(letter(year, commune), year.moment(year.some_day(1.2)))
    inside = year.people.staffed("people_committee_commune", "denunciation")
    for number in range(counts["denunciations"]):
        commune = year.one(shown) if number % 3 == 0 and shown else year.one(inside)
        year.begin(denunciation(year, commune), year.moment(year.some_day()))
    for number in range(counts["field_reports"]):
        commune = year.one(shown) if number % 4 == 0 and shown else year.one(communes)
        year.begin(field_report(year, commune), year.moment(year.some_day(1.6)))


def sender(year: Year, commune: str) -> dict[str, Any]:
    who = people.person(year.chance, year.people.names[commune].removeprefix("Ủy ban nhân dân "), year.today())
    found: dict[str, Any] = {"kind": "person", **{name: who[name] for name in ("full_name", "address", "phone")}}
    if year.maybe(0.08):
        found |= {"kind": "group", "count": 3 + int(year.chance.random() * 12)}
    return found


def paper(year: Year, who: Principal, symbol: str) -> dict[str, str]:
    return {"number": year.paper(symbol), "dated_on": year.today().isoformat(), "signer": who.officer_name}


def letter(year: Year, commune: str) -> Story:
    """Registered, classified, and by its kind settled, answered, passed on or kept; some of it late."""
    told, shares = year.one(facts()["letters"]), facts()["shares"]
    clerk, chair = year.people.who(commune, "letters"), year.people.who(commune, "signatory")
    if clerk is None or chair is None:
        raise Vacant
    asked = NewLetter(
        told["type"],
        year.one(("counter", "counter", "post", "reception", "online", "forwarded")),
        year.today() - timedelta(days=int(year.chance.random() * 2)),
        sender(year, commune),
        told["field"],
        year.filled(told["summary"]),
        year.filled(told["text"]),
        confirmed=True,
    )
    with scope.enter(clerk.scope):
        code = year.opened(services_letters.register_letter(clerk, asked))
    yield year.after(year.chance.random() * 2)
    if year.maybe(0.05):
        year.act(clerk, KIND, code, "keep", why=year.one(("copy", "settled")), note="Đã có đơn trước cùng nội dung.")
        return
    year.act(clerk, KIND, code, "classify", type=told["type"], field=told["field"])
    if told["type"] == "complaint":
        yield from complaint(year, code, clerk, chair)
        return
    late = year.maybe(shares["letter_late"])
    yield year.after(18 + 30 * year.chance.random() if late else 3 + 10 * year.chance.random())
    text = year.one(facts()["letter_answers"])
    year.act(clerk, KIND, code, "answer", text=text, **paper(year, chair, "UBND-TD"))
    if year.maybe(0.6):
        yield year.after(10)
        if told["field"] == "regulation":
            year.act(clerk, KIND, code, "publish", where="Trang thông tin điện tử của xã")
        year.act(clerk, KIND, code, "close")


def complaint(year: Year, code: str, clerk: Principal, chair: Principal) -> Story:
    """By the law's terms: accepted within seven working days, settled within thirty days; a few too late, a few withdrawn."""
    yield year.after(2 + 4 * year.chance.random())
    if year.maybe(0.12):
        year.act(
            clerk,
            KIND,
            code,
            "not_accept",
            "Không thuộc thẩm quyền giải quyết của xã.",
            guidance="Hướng dẫn gửi đến cơ quan có thẩm quyền.",
            **paper(year, chair, "TB-UBND"),
        )
        return
    year.act(clerk, KIND, code, "accept", **paper(year, chair, "TB-UBND"))
    yield year.after(2)
    year.act(clerk, KIND, code, "verify")
    late = year.maybe(facts()["shares"]["letter_late"])
    if year.maybe(0.07):
        yield year.after(8)
        year.act(clerk, KIND, code, "withdraw", "Người khiếu nại rút đơn.", **paper(year, chair, "QĐ-UBND"))
        return
    if late and year.maybe(0.4):
        return
    yield year.after(33 + 10 * year.chance.random() if late else 10 + 15 * year.chance.random())
    text = year.one(facts()["letter_answers"])
    outcome = year.one(("right", "partly", "wrong", "wrong"))
    year.act(clerk, KIND, code, "decide", outcome=outcome, text=text, **paper(year, chair, "QĐ-UBND"))
    yield year.after(2)
    year.act(clerk, KIND, code, "send")
    if year.maybe(0.7):
        yield year.after(35)
        year.act(clerk, KIND, code, "close")


def denunciation(year: Year, commune: str) -> Story:
    """Into its compartment, accepted, concluded: plainly fictitious, so that the compartment is seen to hold something."""
    told, officer = year.one(facts()["denunciations"]), year.people.who(commune, "denunciation")
    if officer is None:
        raise Vacant
    asked = NewDenunciation(
        "counter",
        year.today(),
        sender(year, commune) | {"kind": "person"},
        {"full_name": "Người hư cấu", "position": "Chức vụ hư cấu"},
        told["field"],
        told["summary"],
        told["text"],
        confirmed=True,
    )
    with scope.enter(officer.scope):
        code = year.opened(services_denunciations.register_denunciation(officer, asked))
    yield year.after(3)
    if year.maybe(0.2):
        return
    year.act(officer, "denunciation", code, "accept", identity="on", **paper(year, officer, "QĐ-UBND"))
    yield year.after(20)


def field_report(year: Year, commune: str) -> Story:
    """What a passer-by saw: classified within a day, mended, confirmed; some lie longer."""
    told = year.one(facts()["field_reports"])
    with scope.enter(scope.worker()):
        opened = services_field.send(Sent(commune, year.filled(told["text"]), year.one(facts()["hamlets"])))
    year.told.cases["field_report"] = year.told.cases.get("field_report", 0) + 1
    yield year.after(0 if year.maybe(0.8) else 2)
    clerk = year.people.who(commune, "letters")
    year.act(clerk, "field_report", opened.code, "classify", field=told["field"])
