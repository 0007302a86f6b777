"""Whether a certificate fits the position, may sign now, and when it must be renewed. Pure: facts and a day in, sentences out.

Decree 68/2024/NĐ-CP (official-use signatures): the signer uses their own certificate, the records clerk keeps the agency's; who moves has
the change of information filed. Law on E-Transactions 20/2023/QH15, art. 22-23: signed while the certificate was in force.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.documents.signing.certificates import CertificateFacts
from motcua.places.text import fold

WARN_DAYS = (60, 30, 7)
"""Days before expiry at which the holder is reminded; the first one also opens "expiring" in the lists."""

SIGNING_ROLES = {"officer": "signatory", "seal": "records_clerk"}
"""Who signs with which kind of certificate (Decree 30/2020/NĐ-CP, art. 13 and Annex I)."""

Kind = Literal["officer", "seal"]
State = Literal["none", "expired", "mismatch", "not_yet", "unusable", "expiring", "fine"]
STATES: dict[State, str] = {
    "none": gettext_noop("Chưa có chứng thư"),
    "expired": gettext_noop("Đã hết hạn"),
    "mismatch": gettext_noop("Lệch chức danh hoặc cơ quan"),
    "not_yet": gettext_noop("Chưa đến ngày có hiệu lực"),
    "unusable": gettext_noop("Không dùng để ký được"),
    "expiring": gettext_noop("Sắp hết hạn"),
    "fine": gettext_noop("Dùng được"),
}

# Written out, so that "UBND" and "Ủy ban nhân dân" are one body, "CT" and "Chủ tịch" one title. Keys and values are folded.
SHORT = {
    "ubnd": "uy ban nhan dan",
    "hdnd": "hoi dong nhan dan",
    "ttpvhcc": "trung tam phuc vu hanh chinh cong",
    "ct": "chu tich",
    "pct": "pho chu tich",
    "cvp": "chanh van phong",
    "pcvp": "pho chanh van phong",
    "tp": "truong phong",
    "ptp": "pho truong phong",
}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Seat:
    """What a certificate is held against: a person in a position, or an agency for its seal (`officer`, `title` empty)."""

    agency: str
    officer: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to know about a certificate. `blocks`: nothing is signed with it while this stands."""

    code: Literal["name", "title", "agency", "expired", "not_yet", "expiring", "usage", "no_title"]
    sentence: str
    blocks: bool = False


def normal(text: str) -> str:
    """Folded, with the usual abbreviations written out: "CT. UBND xã Quỳnh Sơn" -> "chu tich uy ban nhan dan xa quynh son"."""
    return " ".join(SHORT.get(word, word) for word in _WORD.findall(fold(text)))


def names_agency(certificate: CertificateFacts, agency: str) -> bool:
    """Whether one of the bodies in the certificate is the agency. "UBND xã Quỳnh Sơn, tỉnh Nghệ An" is; "Ủy ban nhân dân" alone is not."""
    wanted = normal(agency)
    bodies = [normal(body) for body in (*certificate.bodies, certificate.name)]
    return any(body == wanted or body.startswith(wanted + " ") for body in bodies)


def same_title(left: str, right: str) -> bool:
    """Whether two titles mean one post: equal, or one the beginning of the other in whole words ("Chủ tịch", "Chủ tịch UBND")."""
    short, long = sorted((normal(left), normal(right)), key=len)
    return bool(short) and (long == short or long.startswith(short + " "))


def mismatches(certificate: CertificateFacts, seat: Seat) -> list[Finding]:
    """Where the certificate and the position held today differ.

    Another person or another agency blocks. Another title is flagged and does not block: titles are spelled in many ways, and a
    ward must not stand still because its certificate says "Chủ tịch UBND phường" where the register says it otherwise.
    """
    found = []
    if seat.officer and normal(certificate.name) != normal(seat.officer):
        found.append(
            Finding(
                "name",
                _("Chứng thư cấp cho “%(name)s”, không phải “%(officer)s”. Mỗi người ký bằng chứng thư của chính mình.")
                % {"name": certificate.name, "officer": seat.officer},
                blocks=True,
            )
        )
    if not names_agency(certificate, seat.agency):
        said = "; ".join(certificate.bodies) or _("không cơ quan nào")
        found.append(
            Finding(
                "agency",
                _(
                    "Chứng thư ghi cơ quan “%(said)s”, còn vị trí hiện nay thuộc “%(agency)s”."
                    " Đề nghị thay đổi thông tin hoặc cấp mới chứng thư rồi gắn lại."
                )
                % {"said": said, "agency": seat.agency},
                blocks=True,
            )
        )
    if seat.title and not certificate.title:
        found.append(
            Finding("no_title", _("Chứng thư không ghi chức danh nên hệ thống không đối chiếu được chức danh."))
        )
    elif seat.title and not same_title(certificate.title, seat.title):
        found.append(
            Finding(
                "title",
                _(
                    "Chứng thư ghi chức danh “%(written)s”, còn vị trí hiện nay là “%(title)s”."
                    " Đề nghị thay đổi thông tin chứng thư; trong lúc chờ vẫn ký được nhưng người kiểm tra sẽ thấy khác biệt này."
                )
                % {"written": certificate.title, "title": seat.title},
            )
        )
    return found


def standing(certificate: CertificateFacts, at: datetime) -> list[Finding]:
    """What its own dates and key usage say at the moment `at` (aware)."""
    found = []
    if not certificate.usable_for_signing or certificate.authority:
        found.append(
            Finding("usage", _("Chứng thư này không được cấp để ký văn bản. Chọn chứng thư có mục đích ký số."), True)
        )
    if at > certificate.valid_to:
        found.append(
            Finding(
                "expired",
                _("Chứng thư đã hết hạn từ %(day)s. Gia hạn hoặc gắn chứng thư mới.")
                % {"day": f"{certificate.valid_to:%d/%m/%Y}"},
                True,
            )
        )
    elif at < certificate.valid_from:
        found.append(
            Finding(
                "not_yet", _("Chứng thư có hiệu lực từ %(day)s.") % {"day": f"{certificate.valid_from:%d/%m/%Y}"}, True
            )
        )
    elif (days := days_left(certificate.valid_to, at)) <= WARN_DAYS[0]:
        found.append(
            Finding(
                "expiring",
                _(
                    "Chứng thư còn hiệu lực %(days)s ngày, đến %(day)s. Làm thủ tục gia hạn ngay để việc ký không gián đoạn."
                )
                % {"days": days, "day": f"{certificate.valid_to:%d/%m/%Y}"},
            )
        )
    return found


def findings(certificate: CertificateFacts, seat: Seat | None, at: datetime) -> list[Finding]:
    """Everything to know about a certificate held in `seat` (None: the holder has no position now), what blocks first."""
    if seat is None:
        gone = Finding(
            "agency", _("Người giữ chứng thư không còn ở vị trí đã gắn. Kết thúc hoặc gắn lại chứng thư."), True
        )
        return [gone, *standing(certificate, at)]
    return sorted([*standing(certificate, at), *mismatches(certificate, seat)], key=lambda one: not one.blocks)


def state(found: list[Finding]) -> State:
    """The one word for a list, by what must be mended first."""
    codes = {one.code for one in found}
    order: tuple[tuple[set[str], State], ...] = (
        ({"expired"}, "expired"),
        ({"usage"}, "unusable"),
        ({"name", "title", "agency"}, "mismatch"),
        ({"not_yet"}, "not_yet"),
        ({"expiring"}, "expiring"),
    )
    return next((name for these, name in order if codes & these), "fine")


def days_left(valid_to: datetime, at: datetime) -> int:
    """Whole days until expiry, 0 on the last one; negative afterwards."""
    return (valid_to - at) // timedelta(days=1)


def reminder(valid_to: datetime, at: datetime) -> int | None:
    """Which of WARN_DAYS has been reached (the nearest), None while there is more time or when it is over."""
    left = days_left(valid_to, at)
    return min((days for days in WARN_DAYS if left <= days), default=None) if left >= 0 else None
