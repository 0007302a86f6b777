"""What the signing pages show of a certificate and of a signature, as rows of label and value."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from motcua.documents.models_signing import PROVIDERS
from motcua.documents.queries_certificates import Held
from motcua.documents.queries_signing import Judged, Verdict
from motcua.worktime.clock import TZ

Row = tuple[str, Any]


def of_certificate(held: Held) -> list[Row]:
    facts, row = held.facts, held.row
    title = [(_("Chức danh"), facts.title)] if row.kind == "officer" else []
    return [
        (_("Cấp cho"), facts.name),
        *title,
        (_("Cơ quan"), "; ".join(facts.bodies)),
        (_("Nơi cấp"), facts.issuer),
        (_("Hiệu lực"), f"{facts.valid_from:%d/%m/%Y} – {facts.valid_to:%d/%m/%Y}"),
        (_("Khóa bí mật"), _(PROVIDERS[row.provider]) + (f": {row.key_name}" if row.key_name else "")),
        (_("Hình trên văn bản"), _("Có") if row.image_id else _("Chưa có, ký bằng chữ")),
        (_("Gắn lúc"), f"{row.bound_at.astimezone(TZ):%H:%M %d/%m/%Y}"),
        (_("Số sê-ri"), facts.serial),
    ]


def of_signature(one: Judged) -> list[Row]:
    report = one.report
    rows = [
        (_("Cần lưu ý"), " ".join(one.doubts) if one.tone == "attention" else ""),
        (_("Ký với tư cách"), one.as_what),
        (_("Thẩm quyền nêu khi ký"), report.reason),
        (_("Thời điểm"), report.when),
        (_("Nội dung"), report.integrity),
        (_("Thẩm quyền ngày ấy"), one.authority_says),
        (_("Chứng thư"), report.trust),
        (_("Thu hồi"), report.revoked if report.chain == "trusted" else ""),
        (_("Nơi cấp chứng thư"), report.certificate.issuer if report.certificate else ""),
    ]
    return [row for row in rows if row[1]]


def of_document(verdict: Verdict) -> list[Row]:
    """The document of this province that the file is; nothing when it is not one we know."""
    ours = verdict.document
    if ours is None:
        return []
    newest = (
        _("Đây là bản mới nhất.") if ours.newest else _("Văn bản đã được ký thêm sau bản này; hãy lấy bản mới nhất.")
    )
    rows = [
        (_("Văn bản"), ours.title),
        (_("Số"), ours.number),
        (_("Cơ quan ban hành"), ours.agency),
        (_("Mã văn bản"), ours.code),
        (_("Bản"), newest),
    ]
    return [row for row in rows if row[1]]


def verdict(found: Verdict | None) -> dict[str, Any] | None:
    """Everything `_verdict.html` draws."""
    if found is None:
        return None
    return {
        "tone": found.tone,
        "headline": found.headline,
        "advice": found.advice,
        "document": of_document(found),
        "signatures": [
            {
                "who": one.who,
                "kind": _("Con dấu của cơ quan") if one.kind == "seal" else _("Chữ ký của người có thẩm quyền"),
                "tone": one.tone,
                "word": {"done": _("Hợp lệ"), "attention": _("Cần lưu ý"), "late": _("Không đáng tin")}[one.tone],
                "rows": of_signature(one),
            }
            for one in found.signatures
        ],
    }
