"""A dossier as its page tells it: rows, timelines and days, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from motcua.casework.queries import Line
from motcua.catalogue.rules import StepFacts
from motcua.dossiers import attachments, rules
from motcua.dossiers.fees import assess
from motcua.dossiers.forms import ActForm, act_form
from motcua.dossiers.models import CHANNELS, RETURN_METHODS
from motcua.dossiers.queries import PUBLIC_ACTS, DossierView
from motcua.dossiers.queries_reappointing import payload_days
from motcua.dossiers.rules_certification import book_named
from motcua.organisation.models import ROLES
from motcua.organisation.principal import Principal
from motcua.payments import queries as money
from motcua.places.placing import written
from motcua.worktime import clock

# Acts by which the process goes on: the page offers them first and whole.
STEP_ACTS = (
    "accept",
    "hand_over",
    "assign",
    "advance",
    "approve",
    "sign_off",
    "supplement",
    "confirm_payment",
    "return_result",
)
ENDING_ACTS = ("refuse", "withdraw", "stop", "cancel_entry")
# What was entered within this time of happening was entered at once.
AT_ONCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Offer:
    """An act open to the reader now."""

    act: str
    label: str
    form: ActForm


@dataclass(frozen=True, slots=True)
class Offers:
    """`first`: the act that takes the dossier on; `endings`: those after which it is closed without a result."""

    first: Offer | None
    others: list[Offer]
    endings: list[Offer]


def offers(view: DossierView, principal: Principal) -> Offers:
    """What the reader may do now. Acts without anybody to choose are left out; giving a specialist's work to a colleague is offered once,
    as an assignment, where both acts would do the same."""
    found = [Offer(t.act, act_name(t.act), act_form(t.act, view, principal)) for t in view.acts]
    possible = [o for o in found if o.form.offered]
    acts = {o.act for o in possible}
    waited = view.process.steps[view.case.step - 1].act
    if "assign" in acts:
        possible = [o for o in possible if o.act != "reassign"]
    first = next((o for o in possible if o.act in STEP_ACTS and (o.act != "assign" or waited == "assign")), None)
    # Scanning is offered beside the papers.
    rest = [o for o in possible if o is not first and o.act != "digitise"]
    endings = [o for o in rest if o.act in ENDING_ACTS]
    return Offers(first, [o for o in rest if o not in endings], endings)


def act_name(act: str) -> str:
    """The act in words, as buttons and the journal say it."""
    if act in rules.TRANSITIONS:
        return _(rules.TRANSITIONS[act].label)
    return _(PUBLIC_ACTS.get(act, act))


def state_name(state: str | None) -> str:
    return _(rules.STATES[state]) if state in rules.STATES else ""


# --- who, what ---------------------------------------------------------------------------------------------------------


def about(view: DossierView) -> list[tuple[str, Any]]:
    row = view.row
    channel = _(CHANNELS[row.channel])
    return [
        (_("Thủ tục"), f"{view.procedure.name} ({view.procedure.procedure_code})"),
        (_("Nội dung yêu cầu"), row.content),
        (_("Cơ quan giải quyết"), view.lead.name),
        (_("Nơi tiếp nhận"), view.origin.name),
        (_("Hình thức nộp"), _("%(channel)s, có hỗ trợ") % {"channel": channel} if row.assisted else channel),
        (_("Nơi nhận kết quả"), _(RETURN_METHODS[row.return_method])),
        *([(_("Kết quả"), _(rules.OUTCOMES[row.outcome]))] if row.outcome else []),
    ]


def fees(view: DossierView, reader: Principal) -> dict[str, Any]:
    """What the dossier costs: what was charged and what became of it, or why nothing is due, or what nobody has set yet."""
    bill = money.bill(view.id)
    day = rules.local_day(view.case.received_at)
    assessed = assess(view.procedure, day, view.row.province_id, view.row.data)
    collects = reader.has("receiver") and reader.agency_id == view.origin.id
    return {
        "bill": bill,
        "free": [due for due in assessed.dues if not due.amount and not due.paper],
        "unset": assessed.open,
        "may_collect": bool(collects and bill.due),
        "sees_receipts": reader.has("receiver", "centre_director", "overseer"),
    }


PARTY = (
    ("full_name", gettext_lazy("Họ và tên")),
    ("citizen_number", gettext_lazy("Số định danh cá nhân")),
    ("passport", gettext_lazy("Số hộ chiếu")),
    ("no_document_reason", gettext_lazy("Lý do không có giấy tờ")),
    ("tax_code", gettext_lazy("Mã số thuế")),
    ("representative", gettext_lazy("Người đại diện")),
    ("birth_date", gettext_lazy("Ngày sinh")),
    ("phone", gettext_lazy("Số điện thoại")),
    ("email", gettext_lazy("Thư điện tử")),
    ("address", gettext_lazy("Địa chỉ")),
    ("paper", gettext_lazy("Giấy tờ ủy quyền")),
)
SECRET = ("citizen_number", "passport")


def party(known: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """Rows of a person or organisation: `secret` marks what the page masks."""
    rows = []
    for name, label in PARTY:
        value = addressed(known or {}) if name == "address" else (known or {}).get(name)
        if value:
            named = _("Tên tổ chức") if name == "full_name" and (known or {}).get("kind") == "organisation" else label
            rows.append({"label": named, "value": _readable(name, value), "secret": name in SECRET})
    return rows


def addressed(known: Mapping[str, Any]) -> str:
    """The address of a person or organisation, with where it lies today."""
    return written(known.get("address", ""), known.get("address_commune"))


def _readable(name: str, value: str) -> str:
    if name == "birth_date":
        year, month, day = value.split("-")
        return f"{day}/{month}/{year}"
    return value


# --- papers and their files ---------------------------------------------------------------------------------------------

DIGITISATION = (
    gettext_lazy("Chưa số hóa"),
    gettext_lazy("Đã số hóa"),
    gettext_lazy("Tái sử dụng"),
    gettext_lazy("Tái sử dụng từ kết quả hồ sơ khác"),
)


def files(view: DossierView) -> dict[str, Any]:
    """The dossier's papers with their files, its rounds with what answered them, the result, what was taken away, what is malicious."""
    by_part = view.files.by_part
    return {
        "components": [
            {
                "facts": c.facts,
                "provided": c.provided,
                "originals": c.originals,
                "copies": c.copies,
                "files": by_part.get(attachments.part_of_component(c.facts.code), []),
                "digitisation_name": DIGITISATION[view.files.digitisation(c.facts.code, c.digitised)],
            }
            for c in view.components
        ],
        "supplements": [
            {
                "row": row,
                "asked": [
                    {"name": name, "files": by_part.get(attachments.part_of_item(row.round, index), [])}
                    for index, name in enumerate(row.items)
                ],
                "files": by_part.get(attachments.part_of_item(row.round), []),
            }
            for row in view.supplements
        ],
        "result_files": by_part.get(attachments.RESULT, []),
        "taken_away": [row for rows in view.files.taken_away.values() for row in rows],
        "rejected_files": view.files.rejected,
        "may_scan": any(t.act == "digitise" for t in view.acts),
    }


# --- where it stands, and what was done ----------------------------------------------------------------------------------


def steps(view: DossierView) -> list[dict[str, Any]]:
    """The process as a timeline; the current step names who holds the dossier."""
    listed = []
    for step in view.steps:
        current = step.state == "current"
        holder = ", ".join(filter(None, (view.holder_officer, view.holder_division))) if current else ""
        listed.append(
            {
                "title": step.name,
                "actor": holder or _(ROLES.get(step.role, step.role)),
                "tone": "done" if step.state == "done" else "",
                "current": current,
            }
        )
    return listed


def journal(view: DossierView, names: Mapping[str, str]) -> list[dict[str, Any]]:
    """What was done, newest first; when it was written down is told where that was later. `names`: of officers by id."""
    entries = [
        {
            "title": act_name(line.act),
            "at": line.happened_at,
            "actor": f"{line.actor}, {line.position}" if line.position else _(line.actor),
            "text": line.note,
            "facts": facts(line, view.process.steps, names),
            "recorded_at": line.recorded_at if line.recorded_at - line.happened_at > AT_ONCE else None,
        }
        for line in view.journal
    ]
    return entries[::-1]


def facts(line: Line, steps: Sequence[StepFacts], names: Mapping[str, str]) -> list[str]:
    """What an act changed that its name does not say."""
    payload, after = line.payload, line.payload.get("after", {})
    found = []
    if line.act == "advance" and payload.get("from_step"):
        found.append(steps[payload["from_step"] - 1].name)
    if line.act == "send_back" and payload.get("to_step"):
        found.append(_("Về bước: %(step)s") % {"step": steps[payload["to_step"] - 1].name})
    if line.act in ("assign", "reassign") and (name := names.get(after.get("officer") or "")):
        found.append(_("Giao cho %(name)s") % {"name": name})
    if payload.get("outcome"):
        found.append(_(rules.OUTCOMES[payload["outcome"]]))
    if payload.get("number"):
        found.append(_("Ký số, số văn bản: %(number)s") % {"number": payload["number"]})
    if payload.get("amount"):
        found.append(_("Số tiền: %(amount)s đ") % {"amount": f"{payload['amount']:,}".replace(",", ".")})
    old, new = payload.get("old_promised_at"), after.get("promised_at")
    if old and _moment(old) != _moment(new):
        found.append(_("Hẹn trả chuyển từ %(old)s sang %(new)s") % {"old": _moment(old), "new": _moment(new)})
    if (complete := payload.get("complete_at")) and datetime.fromisoformat(complete) != line.happened_at:
        found.append(_("Giấy tờ đủ từ lúc người nộp báo: %(moment)s") % {"moment": _moment(complete)})
    if line.act == "reappoint":
        found.append(_("Theo %(document)s") % {"document": payload["document"]})
        if days := payload_days(payload):
            found.append(_("Ngày nghỉ: %(days)s") % {"days": days})
    if hashes := payload.get("files"):
        count = sum(map(len, hashes.values())) if isinstance(hashes, dict) else len(hashes)
        found.append(ngettext("Kèm %(count)s tệp", "Kèm %(count)s tệp", count) % {"count": count})
    if payload.get("replaces"):
        found.append(_("Thay một tệp trước đó"))
    if payload.get("numbers"):
        book = book_named(payload["book"])
        numbers = ", ".join(map(str, payload["numbers"]))
        found.append(
            _("%(book)s %(year)s, số %(numbers)s")
            % {"book": book.name if book else payload["book"], "year": payload["year"], "numbers": numbers}
        )
    if payload.get("late"):
        found.append(_("Chuyển sau hạn bàn giao"))
    return found


def _moment(iso: str | None) -> str:
    return f"{datetime.fromisoformat(iso).astimezone(clock.TZ):%H:%M %d/%m/%Y}" if iso else ""


# --- when somebody else was quicker --------------------------------------------------------------------------------------


def changes(current: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What was done since the officer opened the page, as Conflict.current tells it."""
    return [
        {"title": act_name(c["act"]), "at": datetime.fromisoformat(c["at"]), "actor": c["by"]}
        for c in current.get("changes", ())
    ]
