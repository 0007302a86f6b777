"""Statutory notices of letters and denunciations: what stands in them is filled in from the case, and typst makes the page (documents.typesetting).

Every form is data (facts/forms.json) with its number where it is known. A draft is made before the act; what was signed lies with the act."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from motcua.casepages.queries import CaseView
from motcua.casework import queries as casework
from motcua.documents.rules import spelled_date
from motcua.documents.typesetting import render
from motcua.letters import clocks, dictionary, rules_denunciations, rules_letters
from motcua.letters.models import Denunciation, Letter, Paper, Reception
from motcua.letters.rules_clocks import Running
from motcua.organisation.errors import NotFound
from motcua.organisation.principal import Principal
from motcua.places import queries as places
from motcua.worktime import Inputs, clock

TEMPLATE = "result"
BLANK = "……"
OWN_WORDS = ("explanation_request", "clarification")
"""Papers whose text is what was asked in them, not the answer to the letter."""


@dataclass(frozen=True, slots=True)
class PaperLine:
    """A paper that was issued, or (without number) a form that can be drafted."""

    title: str
    number: str
    dated_on: date | None
    signer: str
    addressee: str
    href: str


def address_of(kind: str, code: str, form: str) -> str:
    name = "letters:denunciation_paper" if kind == rules_denunciations.KIND else "letters:paper"
    return reverse(name, args=[code, form])


def title_of(form: str) -> str:
    found = dictionary.forms().get(form)
    states: Mapping[str, str] = {**rules_letters.STATES, **rules_denunciations.STATES}
    if found:
        return _(found["title"])
    return _("Văn bản: %s") % _(states[form]).lower() if form in states else form


def lines(code: str, kind: str, papers: Iterable[Paper]) -> list[PaperLine]:
    known = dictionary.forms()
    return [
        PaperLine(
            title_of(paper.form),
            paper.number,
            paper.dated_on,
            paper.signer,
            paper.addressee,
            address_of(kind, code, paper.form) if paper.form in known else "",
        )
        for paper in papers
    ]


def drafts(code: str, kind: str, act: str = "") -> list[tuple[str, str]]:
    """(title, address) of every form of the kind, or of those that go with an act."""
    return [
        (_(form["title"]), address_of(kind, code, name))
        for name, form in dictionary.forms().items()
        if form["kind"] == kind and act in ("", form["act"])
    ]


def papers_json(papers: Sequence[Paper]) -> list[dict[str, Any]]:
    return [
        {
            "seq": p.seq,
            "form": p.form,
            "number": p.number,
            "dated_on": p.dated_on.isoformat(),
            "signer": p.signer,
            "addressee": p.addressee,
        }
        for p in papers
    ]


def clocks_json(running: Sequence[Running]) -> list[dict[str, Any]]:
    def local(at: Any) -> str | None:
        return at.astimezone(clock.TZ).isoformat() if at else None

    return [
        {
            "term": c.term,
            "round": c.round,
            "length": c.length,
            "instrument": c.instrument,
            "started_at": local(c.started_at),
            "due_at": local(c.due_at),
            "met_at": local(c.met_at),
            "stopped_at": local(c.stopped_at),
            "void": c.void,
        }
        for c in running
    ]


# --- the page ----------------------------------------------------------------------------------------------------------


def pdf(view: CaseView, principal: Principal, form: str) -> bytes:
    """The form filled in from the case: with number, day and signer where it was issued, as a draft before. Raises NotFound for a form that
    this kind of case has not. An official paper is Vietnamese, whatever language its reader chose for the pages."""
    found = dictionary.forms().get(form)
    if found is None or found["kind"] != view.case.kind:
        raise NotFound(_("Không có mẫu này."))
    with override(settings.LANGUAGE_CODE):
        issued = next((p for p in reversed(clocks.papers(view.id)) if p.form == form), None)
        return page(found, Filled(_values(view, issued)), view.lead.name, view.code, issued)


def refusal(row: Reception) -> bytes:
    """Form 01/TCD, the notice that somebody is not received, as a draft or with the number under which it was told."""
    with override(settings.LANGUAGE_CODE):
        at = row.received_at.astimezone(clock.TZ)
        known = {
            "agency": row.agency.name,
            "sender": row.citizen.get("full_name", ""),
            "address": row.citizen.get("address", ""),
            "received": f"{at:%d/%m/%Y}",
            "summary": row.summary.rstrip("."),
            "reason": row.answer.rstrip("."),
        }
        values = Filled({name: value for name, value in known.items() if value})
        code = f"{row.number}/{row.year}"
        issued = None
        if row.notified_at:
            dated = row.notified_at.astimezone(clock.TZ).date()
            issued = Paper(form="refusal_notice", number=row.notice_number, dated_on=dated, signer="")
        return page(dictionary.forms()["refusal_notice"], values, row.agency.name, code, issued)


def page(form: Mapping[str, Any], values: Filled, agency: str, code: str, issued: Paper | None) -> bytes:
    now = clock.now()
    province = places.province(f"{settings.MOTCUA_PROVINCE:02d}")
    note = form["form_number"]
    return render(
        TEMPLATE,
        {
            "issued_at": now.astimezone(clock.TZ).isoformat(timespec="seconds"),
            "title": form["title"],
            "number": issued.number if issued else BLANK,
            "about": f"(Mẫu số {note})" if note else "",
            "governing_body": province.full_name if province else "",
            "centre_heading": agency,
            "centre": agency,
            "code": code,
            "place": place_of(agency),
            "issued_on": spelled_date(issued.dated_on if issued else now.date()),
            "paragraphs": [text.format_map(values) for text in form["paragraphs"]],
            "recipients": [text.format_map(values) for text in form["recipients"]],
            "authority": ["Thủ trưởng cơ quan"],
            "signer": issued.signer if issued else "(Dự thảo, chưa ký)",
            "qr": "",
            "check_address": "",
            "secret": "",
            "demo": settings.MOTCUA_DEMO,
        },
    )


def place_of(agency: str) -> str:
    """Where it is dated: the commune's own name, the province's where it is no commune's."""
    for word in (" xã ", " phường ", " đặc khu "):
        if word in agency:
            return agency.split(word, 1)[1]
    found = places.province(f"{settings.MOTCUA_PROVINCE:02d}")
    return found.full_name.removeprefix("Tỉnh ").removeprefix("tỉnh ") if found else ""


class Filled(dict[str, str]):
    """Values of a form; what is not known yet is left to be written by hand."""

    def __missing__(self, name: str) -> str:
        return BLANK


def _values(view: CaseView, issued: Paper | None) -> dict[str, str]:
    settle = next((c for c in reversed(view.facts.clocks) if c.term == "settle" and not c.void), None)
    explain = next((c for c in reversed(view.facts.clocks) if c.term == "explain" and not c.void), None)
    found = {
        "agency": view.lead.name,
        "code": view.code,
        "to": issued.addressee if issued else "",
        "reason": _note_of(view.id, issued.seq) if issued else "",
        "text": issued.text if issued else "",
        **(
            {
                "length": Inputs.from_dict(settle.inputs).limit.vi(),
                "due": f"{settle.due_at.astimezone(clock.TZ):%d/%m/%Y}",
                "instrument": settle.instrument,
            }
            if settle
            else {}
        ),
        **(
            {
                "term_length": Inputs.from_dict(explain.inputs).limit.vi(),
                "term_due": f"{explain.due_at.astimezone(clock.TZ):%d/%m/%Y}",
            }
            if explain
            else {}
        ),
    }
    own = _of_denunciation(view.id) if view.case.kind == rules_denunciations.KIND else _of_letter(view.id, issued)
    return {name: value for name, value in {**found, **own}.items() if value}


def _of_letter(case_id: UUID, issued: Paper | None) -> dict[str, str]:
    row = Letter.objects.get(case_id=case_id)
    told = {
        "received": f"{row.received_on:%d/%m/%Y}",
        "sender": row.sender.get("full_name", ""),
        "forwarded_by": row.forwarded_by,
        "address": row.sender.get("address", ""),
        "summary": row.summary.rstrip("."),
        "outcome": dictionary.names("outcomes").get(row.outcome, ""),
        "guidance": row.answer.rstrip("."),
    }
    if row.answer and not (issued and issued.form in OWN_WORDS):
        told["text"] = row.answer.rstrip(".")
    notice = next((p for p in reversed(clocks.papers(case_id)) if p.form == "dialogue"), None)
    if notice:
        day, _sep, place = notice.text.partition("\n")
        told |= {"dialogue": day, "place": place}
    return told


def _of_denunciation(case_id: UUID) -> dict[str, str]:
    row = Denunciation.objects.get(case_id=case_id)
    return {
        "received": f"{row.received_on:%d/%m/%Y}",
        "accepted": f"{row.accepted_on:%d/%m/%Y}" if row.accepted_on else "",
        "decided": f"{row.decided_on:%d/%m/%Y}" if row.decided_on else "",
        "pseudonym": row.pseudonym,
        "forwarded_by": row.forwarded_by,
        "summary": row.summary.rstrip("."),
        "outcome": dictionary.names("conclusions").get(row.outcome, ""),
        "conclusion_number": row.conclusion_number,
        "text": row.conclusion.rstrip("."),
    }


def _note_of(case_id: UUID, seq: int) -> str:
    return next((line.note.rstrip(".") for line in casework.journal_of(case_id, seq - 1) if line.seq == seq), "")
