"""Templates and drafts of results as values: which fields a template may have, how they are filled, what the page and its number say. Pure.

The language of a template is text with fields in braces, `{applicant.full_name}`, and nothing else: no condition, no loop, no way to reach
anything that is not in the list (ADR 0030).
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.organisation.errors import FieldError
from motcua.places.text import fold

BLANK = "……"
"""What stands where the dossier has no answer; nothing is signed while it stands."""

FIELDS: dict[str, tuple[str, str]] = {
    "code": (gettext_noop("Mã hồ sơ"), "H41.170-261128-0001"),
    "procedure": (gettext_noop("Tên thủ tục"), "Cấp giấy phép xây dựng nhà ở riêng lẻ"),
    "subject": (gettext_noop("Nội dung yêu cầu giải quyết"), "Nhà ở riêng lẻ hai tầng trên thửa đất số 214"),
    "received_on": (gettext_noop("Ngày tiếp nhận"), "24/11/2026"),
    "today": (gettext_noop("Ngày lập dự thảo"), "28/11/2026"),
    "agency": (gettext_noop("Cơ quan giải quyết"), "Ủy ban nhân dân xã Quỳnh Sơn"),
    "place": (gettext_noop("Tên xã, phường"), "Quỳnh Sơn"),
    "components": (gettext_noop("Giấy tờ đã nộp"), "Đơn đề nghị; Bản vẽ thiết kế"),
    "applicant.full_name": (gettext_noop("Họ tên hoặc tên tổ chức nộp"), "Nguyễn Văn Ước"),
    "applicant.citizen_number": (gettext_noop("Số định danh của người nộp"), "040090001234"),
    "applicant.passport": (gettext_noop("Số hộ chiếu của người nộp"), "C1234567"),
    "applicant.tax_code": (gettext_noop("Mã số thuế của tổ chức"), "2900123456"),
    "applicant.representative": (gettext_noop("Người đại diện của tổ chức"), "Lê Thị Ái"),
    "applicant.birth_date": (gettext_noop("Ngày sinh của người nộp"), "24/11/1990"),
    "applicant.address": (gettext_noop("Địa chỉ của người nộp"), "Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An"),
    "applicant.phone": (gettext_noop("Điện thoại của người nộp"), "0912345678"),
    "authorised.full_name": (gettext_noop("Người được ủy quyền"), "Trần Thị Ổn"),
    "authorised.citizen_number": (gettext_noop("Số định danh người được ủy quyền"), "040190005678"),
    "authorised.paper": (gettext_noop("Giấy tờ ủy quyền"), "Văn bản ủy quyền số 05"),
}
"""Field: (what it is, an example). Besides these `{data.x}` takes the answer x of the electronic form."""

DATA = re.compile(r"data\.[a-z][a-z0-9_]{0,59}")
FIELD = re.compile(r"\{([^{}\n]*)\}")
SYMBOL = re.compile(r"[A-ZĐ][A-ZĐ0-9.]{0,11}")
LARGEST_PARAGRAPHS, LARGEST_RECIPIENTS = 60, 15


@dataclass(frozen=True, slots=True)
class TemplateFacts:
    """One edition of a template as it is chosen from. `agency` is its owner's code, empty for the province's; edition 0 is the shipped starter."""

    key: str
    edition: int
    procedure_code: str
    procedure_case: str
    outcome: str
    name: str
    symbol: str
    title: str
    about: str
    paragraphs: tuple[str, ...]
    recipients: tuple[str, ...]
    valid_from: date
    agency: str = ""
    in_use: bool = True
    verified: bool = False
    doubts: tuple[str, ...] = ()

    @property
    def name_of_edition(self) -> str:
        return f"{self.key}@{self.edition}" + (f"/{self.agency}" if self.agency else "")

    def fits(self, procedure_code: str, case: str) -> bool:
        """Whether it may be chosen for a dossier of that procedure and case: its own, or a general one."""
        return self.procedure_code in ("", procedure_code) and self.procedure_case in ("", case)


@dataclass(frozen=True, slots=True)
class Written:
    """What is printed of a draft; the hash is over exactly this."""

    outcome: str
    symbol: str
    title: str
    about: str
    paragraphs: tuple[str, ...]
    recipients: tuple[str, ...]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode()).hexdigest()

    @property
    def blanks(self) -> int:
        """How many gaps are left to be filled in."""
        return sum(text.count(BLANK) for text in (self.title, self.about, *self.paragraphs, *self.recipients))


def fields_in(text: str) -> list[str]:
    return [name.strip() for name in FIELD.findall(text)]


def faults_of(texts: Iterable[str]) -> Iterator[str]:
    """Sentences on what is wrong with the fields of these texts: an unknown one, or a brace that stands alone."""
    for text in texts:
        for name in fields_in(text):
            if name not in FIELDS and not DATA.fullmatch(name):
                near = difflib.get_close_matches(name, FIELDS, 1)
                if near:
                    yield _("Không có trường {%(name)s}. Có phải {%(near)s}?") % {"name": name, "near": near[0]}
                else:
                    yield _("Không có trường {%(name)s}. Chọn trong danh sách trường bên cạnh.") % {"name": name}
        if re.search(r"[{}]", FIELD.sub("", text)):
            yield _("Dấu ngoặc nhọn đứng lẻ trong “%(text)s”. Trường viết là {tên_trường}.") % {"text": text[:60]}


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its fields replaced, BLANK where there is no value. What a value holds is never looked at again."""
    return FIELD.sub(lambda found: values.get(found[1].strip(), "") or BLANK, text)


def sample_values() -> dict[str, str]:
    return {name: example for name, (_label, example) in FIELDS.items()}


def write(template: TemplateFacts, values: Mapping[str, str]) -> Written:
    """The template filled from a dossier."""
    return Written(
        template.outcome,
        template.symbol,
        fill(template.title, values),
        fill(template.about, values),
        tuple(fill(p, values) for p in template.paragraphs),
        tuple(fill(r, values) for r in template.recipients),
    )


def written_faults(written: Written) -> list[FieldError]:
    """What is wrong with a draft as typed. A gap is no fault: it may be filled in later, before it is signed."""
    faults = []
    if written.outcome not in ("granted", "rejected"):
        faults.append(FieldError("outcome", _("Chọn kết quả: đồng ý hay không đủ điều kiện.")))
    if not SYMBOL.fullmatch(written.symbol):
        faults.append(
            FieldError(
                "symbol", _("Ký hiệu loại văn bản là chữ in hoa không dấu, ví dụ QĐ, GPXD, TB. Sửa lại ký hiệu.")
            )
        )
    if not written.title:
        faults.append(FieldError("title", _("Nhập tiêu đề văn bản.")))
    if not written.paragraphs:
        faults.append(FieldError("paragraphs", _("Nhập nội dung văn bản, mỗi dòng một đoạn.")))
    if len(written.paragraphs) > LARGEST_PARAGRAPHS or len(written.recipients) > LARGEST_RECIPIENTS:
        faults.append(
            FieldError(
                "paragraphs",
                _("Văn bản có tối đa %(paragraphs)s đoạn và %(recipients)s nơi nhận. Rút gọn lại.")
                % {"paragraphs": LARGEST_PARAGRAPHS, "recipients": LARGEST_RECIPIENTS},
            )
        )
    return faults


def lines(text: str) -> tuple[str, ...]:
    """What was typed one per line, blank lines left out."""
    return tuple(line for raw in text.splitlines() if (line := " ".join(raw.split())[:2000]))


# --- the number and the authority ---------------------------------------------------------------------------------------


def number_text(serial: int, symbol: str, agency: str) -> str:
    """Number and symbol of a document, "07/GPXD-UBND" (Decree 30/2020/NĐ-CP, Annex I: under ten with a nought before it)."""
    return f"{serial:02d}/{symbol}-{short_agency(agency)}"


def short_agency(name: str) -> str:
    """The letters of an agency in a document's symbol: UBND, HĐND, or the first letters of its words."""
    folded = fold(name)
    if folded.startswith("uy ban nhan dan"):
        return "UBND"
    return "".join(word[0].upper() for word in name.split()[:6] if word[:1].isalpha()) or "CQ"


def authority_lines(title: str, agency: str, *, lent: bool = False, own_title: str = "") -> list[str]:
    """What stands above the signature (Decree 30/2020/NĐ-CP, Annex I): on behalf of the committee (TM.), for its chair (KT., by a deputy),
    or under the chair's delegation (TUQ., by a delegate with `own_title`).

    `title` is of the position acted in.
    """
    short = _without_body(title)
    committee = fold(agency).startswith("uy ban nhan dan")
    if lent:
        return [f"TUQ. {short}", _without_body(own_title) if own_title else "Người được ủy quyền"]
    behalf = ["TM. Ủy ban nhân dân"] if committee and "chu tich" in fold(short) else []
    if fold(short).startswith("pho "):
        chief = short.split(" ", 1)[1]
        return [*behalf, f"KT. {chief[:1].upper()}{chief[1:]}", short]
    return [*behalf, short]


def _without_body(title: str) -> str:
    """ "Chủ tịch Ủy ban nhân dân" -> "Chủ tịch": the body stands in the line above."""
    for end in ("uy ban nhan dan", "ubnd"):
        at = fold(title).find(f" {end}")
        if at > 0:
            return title[:at].strip()
    return title.replace(" (theo ủy quyền)", "").strip()


def document_code(dossier_code: str, nth: int) -> str:
    """The code of a dossier's result: "…-KQ", "…-KQ2" when it had to be signed again."""
    return f"{dossier_code}-KQ{nth if nth > 1 else ''}"


def shown_fields() -> Sequence[tuple[str, str, str]]:
    """(field, what it is, an example), for who edits a template."""
    return [(f"{{{name}}}", _(label), example) for name, (label, example) in FIELDS.items()]


def plain(written: Written) -> dict[str, Any]:
    return {**asdict(written), "paragraphs": list(written.paragraphs), "recipients": list(written.recipients)}
