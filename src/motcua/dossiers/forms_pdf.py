"""The statutory forms of a dossier (Circular 03/2025/TT-VPCP, Annex I): what they say, handed to `documents` to be set and kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.casework.queries import Line
from motcua.casework.rules import Applicant
from motcua.casework.secrets import secret_of
from motcua.documents import queries as stored
from motcua.documents import rules as documents
from motcua.documents import services as issuing
from motcua.documents import slips
from motcua.dossiers import results, rules
from motcua.dossiers.models import RETURN_METHODS
from motcua.dossiers.queries import DossierView
from motcua.organisation import queries as organisation
from motcua.organisation.errors import Conflict, Forbidden, NotFound
from motcua.organisation.models import Division
from motcua.organisation.principal import Principal
from motcua.places import queries as places
from motcua.places.placing import written
from motcua.worktime import Limit, clock, due


def content(view: DossierView, form: str, base_url: str, reader: Principal | Applicant) -> bytes:
    """The form as stored bytes; rendered on first demand, so that a reprint is identical. Each belongs to the act that gave rise to it: form 01
    to that which last fixed the dates or corrected what it says, 02 to the last request, 03 and 05 to the end, 04 to the last new appointment,
    06 and 07 to the last entry.

    The receipt carries the applicant's secret, with which one acts in the applicant's name: only who hands it out may read it, and the
    applicant, who has shown that secret (who filed online gets it nowhere else). The control slip and the register's line are the office's own.

    Raises NotFound for a form the dossier has not been given, Forbidden for whoever it is not for, Conflict for a receipt before acceptance.
    """
    if refused := denied(view, form, reader):
        raise refused
    line = given_by(view, form)
    if line is None:
        raise NotFound(_("Hồ sơ này chưa có biểu mẫu được yêu cầu."))
    made: Callable[[], dict[str, Any]] = {
        "01": lambda: receipt(view, base_url).data(),
        "02": lambda: supplement_request(view, line, base_url).data(),
        "03": lambda: refusal(view, line).data(),
        "04": lambda: apology(view, line).data(),
        "05": lambda: stop_notice(view, line).data(),
        "06": lambda: control_slip(view, line).data(),
        "07": lambda: register_line(view, line).data(),
    }[form]
    issued = issuing.issue("dossier", view.id, form, line.seq, view.row.province_id, made)
    return stored.content(issued.file)


def issued_pdf(
    kind: str, subject_id: UUID, paper: str, version: int, province_id: int, make: Callable[[], dict[str, Any]]
) -> bytes:
    """A paper that is no form of a dossier (a receipt for fees), set and kept as the forms are; see `payments.papers`."""
    return stored.content(issuing.issue(kind, subject_id, paper, version, province_id, make).file)


def given_by(view: DossierView, form: str) -> Line | None:
    """The journal entry that gave rise to the form as it reads now, or None when the dossier has no such form."""
    wanted: Callable[[Line], bool] = {
        "01": lambda line: "promised_at" in line.payload.get("after", {}) or line.act == "correct",
        "02": lambda line: line.act == "request_supplement",
        "03": lambda line: line.act == "refuse",
        "04": lambda line: line.act == "extend",
        "05": lambda line: line.act == "stop",
        "06": lambda line: True,
        "07": lambda line: True,
    }.get(form, lambda line: False)
    return next((line for line in reversed(view.journal) if wanted(line)), None)


def denied(view: DossierView, form: str, reader: Principal | Applicant) -> Forbidden | Conflict | None:
    """Why this reader may not have the form, or None."""
    hands_out = isinstance(reader, Applicant) or (reader.has("receiver") and reader.agency_id == view.origin.id)
    if form == "01" and not hands_out:
        return Forbidden(_("Giấy tiếp nhận có mã bí mật của người nộp, chỉ nơi tiếp nhận hồ sơ được in."))
    if form == "01" and view.case.promised_at is None:
        return Conflict(_("Hồ sơ trực tuyến chưa được tiếp nhận nên chưa có giấy tiếp nhận và hẹn trả."))
    if form in ("06", "07") and not isinstance(reader, Principal):
        return Forbidden(_("%(what)s là giấy tờ nội bộ của cơ quan giải quyết.") % {"what": _(NAMES[form])})
    return None


def available(view: DossierView, reader: Principal | Applicant) -> list[tuple[str, str]]:
    """(form, its name) of the forms this reader may open now, in the circular's order."""
    return [
        (form, _(name)) for form, name in NAMES.items() if denied(view, form, reader) is None and given_by(view, form)
    ]


NAMES = {
    "01": gettext_noop("Giấy tiếp nhận hồ sơ và hẹn trả kết quả"),
    "02": gettext_noop("Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ"),
    "03": gettext_noop("Phiếu từ chối tiếp nhận giải quyết hồ sơ"),
    "04": gettext_noop("Phiếu xin lỗi và hẹn lại ngày trả kết quả"),
    "05": gettext_noop("Thông báo dừng giải quyết hồ sơ"),
    "06": gettext_noop("Phiếu kiểm soát quá trình giải quyết hồ sơ"),
    "07": gettext_noop("Sổ theo dõi hồ sơ"),
}


def supplement_request(view: DossierView, line: Line, base_url: str) -> slips.SupplementRequest:
    """Form 02 of the round that the journal entry opened."""
    round = int(line.payload["round"])
    asked = next(s for s in view.supplements if s.round == round)
    return slips.SupplementRequest(
        heading=_heading(view, "02", line, f"-{round}" if round > 1 else ""),
        applicant=_person(view.row.applicant),
        subject=view.row.content or view.procedure.name,
        items=asked.items,
        reason=line.note,
        due_at=asked.due_at,
        contact=view.origin.name,
        contact_phone=view.origin.phone,
        officer=line.actor,
        lookup_address=f"{base_url}tra-cuu/",
        round=round,
    )


def refusal(view: DossierView, line: Line) -> slips.Refusal:
    return slips.Refusal(
        heading=_heading(view, "03", line),
        applicant=_person(view.row.applicant),
        subject=view.row.content or view.procedure.name,
        reason=line.note,
        officer=line.actor,
    )


def apology(view: DossierView, line: Line) -> slips.Apology:
    """Form 04 of the new appointment that the journal entry made, in the name of the resolving agency."""
    nth = len(line.payload["after"]["clock"]["extensions"])
    heading = _heading(view, "04", line, f"-{nth}" if nth > 1 else "")
    lead = view.lead.name
    return slips.Apology(
        heading=replace(
            heading,
            governing_body=lead,
            centre_heading="",
            centre=lead,
            place=_place(view.lead.commune_code),
            number=f"{heading.number}-{results.short_agency(lead)}",
        ),
        applicant=_person(view.row.applicant),
        procedure=view.procedure.name,
        received_at=view.case.received_at,
        old_promise=datetime.fromisoformat(line.payload["old_promised_at"]),
        new_promise=datetime.fromisoformat(line.payload["after"]["promised_at"]),
        reason=line.note,
        authority=results.authority_lines(line.position.rpartition(", ")[0] or line.position, lead),
        officer=line.actor,
    )


def register_line(view: DossierView, last: Line) -> slips.Register:
    """Form 07 of one dossier: its line in the register, as it stands."""
    returned = view.row.returned_how
    line = slips.RegisterLine(
        code=view.code,
        procedure=view.procedure.name,
        applicant=view.row.applicant["full_name"],
        contact=", ".join(view.row.applicant[name] for name in ("address", "phone") if view.row.applicant.get(name)),
        lead=view.lead.name,
        received_at=view.case.received_at,
        promised_at=view.case.promised_at,
        returned_at=view.row.returned_at,
        returned_how=RETURNED[returned] if returned else "",
    )
    return slips.Register(
        heading=_heading(view, "07", last),
        field=view.procedure.field,
        about=f"Trích sổ theo dõi hồ sơ {view.code}",
        lines=[line],
    )


RETURNED = {"counter": "Tại Trung tâm", "online": "Trực tuyến", "post": "Qua bưu chính"}


def stop_notice(view: DossierView, line: Line) -> slips.StopNotice:
    return slips.StopNotice(
        heading=_heading(view, "05", line),
        applicant=_person(view.row.applicant),
        subject=view.row.content or view.procedure.name,
        received_at=view.case.received_at,
        reason=line.note,
        officer=line.actor,
    )


def control_slip(view: DossierView, last: Line) -> slips.ControlSlip:
    """Form 06: every hand-over the journal tells of. Early, on time or late is each step's own, by the working hours the process gives it."""
    held = {room for line in view.journal if (room := line.payload.get("after", {}).get("division"))}
    rooms = {str(id): name for id, name in Division.objects.filter(id__in=held).values_list("id", "name")}
    calendar = organisation.newest_calendar(view.lead.calendar_code)
    lines, since = [], view.case.received_at
    for line in view.journal:
        step, room = line.payload.get("from_step"), line.payload.get("after", {}).get("division")
        if step is not None and (room or "to_step" in line.payload):
            spent = next((s for s in view.process.steps if s.number == step and s.counted), None)
            result: slips.Punctuality = ""
            if spent and line.act != "send_back":
                allowed_until = due(calendar, since, Limit("working_hours", spent.hours), "running").due
                result = PUNCTUALITY[rules.punctuality(line.happened_at, allowed_until)]
            lines.append(
                slips.HandOver(
                    giver=line.position.rpartition(", ")[2] or line.actor,
                    receiver=rooms.get(room, "") or view.lead.name,
                    at=line.happened_at,
                    result=result,
                    note=_label(line),
                )
            )
        if step is not None or line.act in ("supplement", "confirm_payment", "accept"):
            since = line.happened_at
    return slips.ControlSlip(
        heading=_heading(view, "06", last),
        subject=view.row.content or view.procedure.name,
        lead=view.lead.name,
        received_at=view.case.received_at,
        promised_at=view.case.promised_at,
        lines=lines,
    )


PUNCTUALITY: dict[str, slips.Punctuality] = {
    "finished_early": "early",
    "finished_on_time": "on_time",
    "finished_late": "late",
}


def _label(line: Line) -> str:
    found = rules.TRANSITIONS.get(line.act)
    return found.label if found else ""


def _heading(view: DossierView, form: str, line: Line, more: str = "") -> slips.Heading:
    """Numbered as the receipt is, by the dossier's own number of its day; `more` tells a later round from the first."""
    serial = int(view.code.rsplit("-", 1)[1])
    number = documents.number(form, serial) if form in documents.SYMBOLS else documents.two_digits(serial)
    first, slash, symbol = number.partition("/")
    return slips.Heading(
        governing_body=view.origin.name,
        centre_heading="Trung tâm Phục vụ hành chính công",
        centre=f"Trung tâm Phục vụ hành chính công – {view.origin.name}",
        place=_place(view.origin.commune_code),
        number=f"{first}{more}{slash}{symbol}",
        code=view.code,
        issued_at=line.happened_at.astimezone(clock.TZ),
        demo=settings.MOTCUA_DEMO,
    )


def receipt(view: DossierView, base_url: str) -> documents.Receipt:
    """Form 01 of the dossier. `base_url` is the public address of this installation, for the look-up and its QR code."""
    secret = secret_of("dossier", view.id, view.row.secret_version)
    applicant, authorised = view.row.applicant, view.row.authorised
    taken = next((line for line in view.journal if line.act in ("receive", "accept")), view.journal[0])
    case = view.case
    assert case.promised_at is not None  # noqa: S101 - content() refuses what has no dates
    return documents.Receipt(
        governing_body=view.origin.name,
        centre_heading="Trung tâm Phục vụ hành chính công",
        centre=f"Trung tâm Phục vụ hành chính công – {view.origin.name}",
        place=_place(view.origin.commune_code),
        number=documents.number("01", int(view.code.rsplit("-", 1)[1])),
        code=view.code,
        applicant=_person(applicant),
        authorised=_person(authorised) if authorised else None,
        authorisation_paper=(authorised or {}).get("paper", ""),
        subject=view.row.content or view.procedure.name,
        components=[
            documents.Component(c.facts.name, c.originals, c.copies, c.digitised) for c in view.components if c.provided
        ],
        limit=Limit.parse(view.procedure.limit).vi(),
        received_at=case.received_at.astimezone(clock.TZ),
        promised_at=case.promised_at.astimezone(clock.TZ),
        return_place=RETURN_METHODS[view.row.return_method],
        receiver=taken.actor,
        secret=secret,
        lookup_address=f"{base_url}tra-cuu/",
        qr_address=f"{base_url}tra-cuu/?code={quote(view.code)}&secret={secret}",
        demo=settings.MOTCUA_DEMO,
    )


def _place(commune_code: str | None) -> str:
    found = places.commune(commune_code) if commune_code else None
    return found.name if found else ""


def _person(party: dict[str, Any]) -> documents.Person:
    kinds = (("citizen_number", "citizen"), ("passport", "passport"), ("tax_code", "tax_code"))
    field, identifier_kind = next(((f, k) for f, k in kinds if party.get(f)), ("citizen_number", "citizen"))
    return documents.Person(
        name=party["full_name"],
        identifier=party.get(field, ""),
        identifier_kind=identifier_kind,  # type: ignore[arg-type]
        kind=party["kind"],
        address=written(party.get("address", ""), party.get("address_commune")),
        phone=party.get("phone", ""),
        email=party.get("email", ""),
    )
