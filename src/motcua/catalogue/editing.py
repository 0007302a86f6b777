"""The form of a draft: which boxes stand in which section, with what was typed and what is wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from motcua.catalogue import drafting, drafting_process, result_templates, rules
from motcua.catalogue.comparing import CHANNELS
from motcua.catalogue.drafting import Content, Fault
from motcua.organisation.models import DIVISION_KINDS, ROLES

Choices = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Box:
    """One box. `kind`: text, area, select, check, hidden. `name` is its path in the content."""

    name: str
    label: str
    value: str
    kind: str = "text"
    choices: Choices = ()
    hint: str = ""
    width: str = ""
    affix: str = ""
    errors: Sequence[str] = ()
    optional: bool = False
    inputmode: str = ""

    @property
    def id(self) -> str:
        return anchor(self.name)

    @property
    def unlisted(self) -> bool:
        """Whether a select was given what it does not offer; it is shown all the same, and never silently replaced."""
        return self.kind == "select" and all(self.value != value for value, _label in self.choices)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of boxes that comes and goes as one."""

    index: int
    legend: str
    boxes: Sequence[Box]
    errors: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """`add`: the words of the button that adds a row, "" where rows are fixed."""

    key: str
    title: str
    boxes: Sequence[Box] = ()
    lines: Sequence[Line] = ()
    add: str = ""
    hint: str = ""
    errors: Sequence[str] = ()
    checks: Sequence[tuple[str, str, bool]] = field(default=())


def anchor(path: str) -> str:
    """The id of the box, row or section that a fault's path names."""
    return "o-" + (path or "ban-nhap").replace(".", "-")


def summary(faults: Iterable[Fault]) -> list[tuple[str, str]]:
    """(anchor, sentence) for an error summary."""
    return [(anchor(path), sentence) for path, sentence in faults]


class _Form:
    def __init__(self, content: Content, faults: Iterable[Fault]) -> None:
        self.content = content
        self.faults: dict[str, list[str]] = {}
        for path, sentence in faults:
            self.faults.setdefault(path, []).append(sentence)

    def head(self, key: str, label: str, kind: str = "text", **more: Any) -> Box:
        path = f"head.{key}"
        return Box(path, label, self.content["head"][key], kind, errors=self.faults.get(path, ()), **more)

    def lines(self, part: str, legend: str, specs: Sequence[tuple[str, str, Mapping[str, Any]]]) -> list[Line]:
        return [
            Line(
                i,
                legend.format(i + 1),
                [
                    Box(
                        f"{part}.{i}.{key}",
                        label,
                        row[key],
                        errors=self.faults.get(f"{part}.{i}.{key}", ()),
                        **more,
                    )
                    for key, label, more in specs
                ],
                self.faults.get(f"{part}.{i}", ()),
            )
            for i, row in enumerate(self.content[part])
        ]

    def errors(self, path: str) -> Sequence[str]:
        return self.faults.get(path, ())


LIMIT_UNITS: Choices = (
    ("working_days", gettext_noop("ngày làm việc")),
    ("days", gettext_noop("ngày")),
    ("working_hours", gettext_noop("giờ làm việc")),
    ("same_day", gettext_noop("trong ngày")),
    ("none", gettext_noop("không nêu đơn vị")),
)
FEE_UNITS: Choices = (
    ("case", gettext_noop("mỗi trường hợp")),
    ("page", gettext_noop("mỗi trang")),
    ("copy", gettext_noop("mỗi bản")),
)
OPT: Mapping[str, Any] = {"optional": True}
SHORT: Mapping[str, Any] = {"width": "w-5"}
NUMBER: Mapping[str, Any] = {"width": "w-2", "inputmode": "numeric", "optional": True}


def _said(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Choices in the reader's language."""
    return [(value, _(label)) for value, label in choices]


def version_sections(content: Content, faults: Iterable[Fault], first: bool) -> list[Section]:
    """The sections of a version's form. `first`: no version is published yet, so the system of record is asked for."""
    form = _Form(content, faults)
    cases = [(row["case"], row["name"] or row["case"]) for row in content["cases"] if row["case"]]
    return [
        _names(form, first),
        Section(
            "channels",
            _("Cách thức nộp"),
            lines=form.lines(
                "channels",
                _("Cách thức {}"),
                (
                    (
                        "channel",
                        _("Nộp"),
                        {"kind": "select", "choices": [("", "—"), *_said(CHANNELS.items())], "width": "w-20"},
                    ),
                    (
                        "condition",
                        _("Chỉ được khi"),
                        {**OPT, "kind": "area", "hint": _("Kèm căn cứ. Bỏ trống: luôn được.")},
                    ),
                    ("note", _("Ghi chú"), {**OPT, "kind": "area"}),
                ),
            ),
            add=_("Thêm cách thức"),
            errors=form.errors("channels"),
        ),
        _cases(form),
        _papers(form, cases),
        _fees(form),
        _policies(form),
        Section(
            "results",
            _("Kết quả"),
            lines=form.lines(
                "results",
                _("Kết quả {}"),
                (
                    ("name", _("Tên kết quả"), {"width": "w-full"}),
                    ("code", _("Mã kết quả"), {**OPT, "width": "w-20"}),
                    ("template", _("Mẫu in trong hệ thống"), _templates()),
                ),
            ),
            add=_("Thêm kết quả"),
        ),
        _publication(form),
    ]


def _templates() -> dict[str, Any]:
    known = result_templates.known()
    if known:
        return {**OPT, "kind": "select", "choices": [("", _("không có")), *known.items()], "width": "w-20"}
    return {**OPT, "width": "w-20", "hint": _("Bản cài đặt này chưa có mẫu nào.")}


def _names(form: _Form, first: bool) -> Section:
    chosen = form.content["levels"]
    system = form.head(
        "system_of_record",
        _("Hồ sơ nằm ở"),
        "select" if first else "hidden",
        choices=_said(rules.SYSTEMS.items()),
        width="w-20",
    )
    return Section(
        "head",
        _("Tên và lĩnh vực"),
        boxes=[
            form.head("name", _("Tên thủ tục"), "area", width="w-full"),
            form.head("short_name", _("Tên thường gọi"), hint=_("Tên mà người dân hiểu ngay."), width="w-full"),
            form.head("field", _("Lĩnh vực"), width="w-20"),
            form.head("ministry", _("Bộ, ngành công bố"), width="w-20"),
            form.head("subjects", _("Đối tượng thực hiện"), "area", hint=_("Mỗi dòng một đối tượng."), optional=True),
            system,
        ],
        checks=[(key, _(label), key in chosen) for key, label in drafting.LEVELS.items()],
        errors=form.errors("levels"),
    )


def _cases(form: _Form) -> Section:
    return Section(
        "cases",
        _("Thời hạn theo trường hợp"),
        boxes=[
            form.head(
                "mode",
                _("Cách tính"),
                "select",
                choices=[("", _("không nêu")), ("whole", _("trọn ngày")), ("running", _("theo giờ chạy"))],
                width="w-20",
                optional=True,
            ),
            form.head(
                "cut_off",
                _("Giờ chốt trong ngày"),
                hint=_("Chỉ khi giải quyết trong ngày."),
                width="w-5",
                optional=True,
            ),
        ],
        lines=form.lines(
            "cases",
            _("Trường hợp {}"),
            (
                ("name", _("Tên trường hợp"), {"width": "w-full"}),
                ("case", _("Mã"), {"width": "w-10", "hint": _("Chữ thường không dấu, như “house”.")}),
                ("amount", _("Thời hạn"), {"width": "w-5", "inputmode": "decimal"}),
                ("unit", _("Đơn vị"), {"kind": "select", "choices": _said(LIMIT_UNITS), "width": "w-20"}),
                ("instrument", _("Căn cứ của thời hạn"), {"width": "w-full"}),
                ("default", _("Trường hợp mặc định"), {"kind": "check"}),
            ),
        ),
        add=_("Thêm trường hợp"),
        errors=form.errors("cases"),
    )


def _papers(form: _Form, cases: Choices) -> Section:
    return Section(
        "components",
        _("Giấy tờ phải nộp"),
        hint=_("Giấy tờ mà cơ sở dữ liệu cung cấp được thì nêu tên cơ sở dữ liệu: người dân không phải nộp."),
        lines=form.lines(
            "components",
            _("Giấy tờ {}"),
            (
                ("name", _("Tên giấy tờ"), {"kind": "area"}),
                ("code", _("Mã"), {"width": "w-2"}),
                ("originals", _("Bản chính"), NUMBER),
                ("copies", _("Bản sao"), NUMBER),
                ("required", _("Bắt buộc"), {"kind": "check"}),
                ("form", _("Mẫu đơn, tờ khai"), {**OPT, "width": "w-full"}),
                ("database", _("Cơ sở dữ liệu cung cấp"), {**OPT, "width": "w-full"}),
                (
                    "case",
                    _("Chỉ trường hợp"),
                    {**OPT, "kind": "select", "choices": [("", _("mọi trường hợp")), *cases]},
                ),
                ("group", _("Nhóm"), {**OPT, "width": "w-full"}),
            ),
        ),
        add=_("Thêm giấy tờ"),
    )


def _fees(form: _Form) -> Section:
    return Section(
        "fees",
        _("Phí, lệ phí"),
        hint=_("Bỏ trống mức thu khi Hội đồng nhân dân tỉnh quy định. Bậc theo trang: nhiều dòng cùng tên."),
        lines=form.lines(
            "fees",
            _("Khoản thu {}"),
            (
                ("name", _("Tên khoản thu"), {"width": "w-full"}),
                ("amount", _("Mức thu"), {**OPT, "width": "w-10", "inputmode": "numeric", "affix": "đ"}),
                ("unit", _("Tính"), {"kind": "select", "choices": _said(FEE_UNITS), "width": "w-20"}),
                ("from_page", _("Từ trang thứ"), NUMBER),
                ("maximum", _("Tối đa mỗi bản"), {**OPT, "width": "w-10", "inputmode": "numeric", "affix": "đ"}),
                ("condition", _("Áp dụng khi"), {**OPT, "width": "w-full"}),
                ("exemption", _("Miễn, giảm"), {**OPT, "kind": "area"}),
                ("instrument", _("Căn cứ"), {"width": "w-full"}),
            ),
        ),
        add=_("Thêm khoản thu"),
    )


def _policies(form: _Form) -> Section:
    lines = []
    for i, row in enumerate(form.content["policies"]):
        key = row["key"]
        if key not in rules.POLICIES:
            continue
        choices = drafting.POLICY_CHOICES.get(key)
        value: dict[str, Any] = {"kind": "area", "optional": True}
        if choices:
            value = {
                "kind": "select",
                "choices": [("", _("không nêu")), *_said(choices.items())],
                "width": "w-20",
                **OPT,
            }
        elif rules.POLICIES[key] is int:
            value = dict(NUMBER)
        boxes = [
            Box(f"policies.{i}.key", "", key, "hidden"),
            Box(f"policies.{i}.value", _("Giá trị"), row["value"], errors=form.errors(f"policies.{i}.value"), **value),
            Box(f"policies.{i}.instrument", _("Căn cứ"), row["instrument"], width="w-full", optional=True),
        ]
        if key == "silence_is_consent":
            hint = _("Như “2 working days”.")
            boxes.insert(2, Box(f"policies.{i}.term", _("Sau"), row["term"], width="w-10", optional=True, hint=hint))
        else:
            boxes.insert(2, Box(f"policies.{i}.term", "", row["term"], "hidden"))
        lines.append(Line(i, _(drafting.POLICY_NAMES[key]), boxes))
    return Section(
        "policies",
        _("Quy tắc thời hạn và chuyển tiếp"),
        lines=lines,
        hint=_("Mỗi quy tắc nêu căn cứ của nó. Bỏ trống cả dòng khi văn bản không nói."),
        errors=form.errors("policies"),
    )


def _publication(form: _Form) -> Section:
    return Section(
        "publication",
        _("Căn cứ và công bố"),
        boxes=[
            form.head("legal_basis", _("Căn cứ pháp lý"), "area", hint=_("Mỗi dòng một văn bản."), optional=True),
            form.head("publication_decision", _("Quyết định công bố"), width="w-20", optional=True),
            form.head("published_on", _("Ngày công bố"), width="w-10", optional=True, inputmode="numeric"),
            form.head(
                "valid_from", _("Có hiệu lực từ"), width="w-10", hint=_("Ví dụ: 25/12/2026"), inputmode="numeric"
            ),
            form.head("source", _("Nguồn đã đọc"), "area"),
            form.head("checked_on", _("Ngày kiểm tra nguồn"), width="w-10", inputmode="numeric"),
            form.head("verified", _("Đã đối chiếu với toàn văn văn bản"), "check"),
            form.head("doubts", _("Điểm còn ngờ"), "area", hint=_("Mỗi dòng một điểm."), optional=True),
        ],
    )


# --- processes ------------------------------------------------------------------------------------

ACTS = {
    "hand_over": gettext_noop("Chuyển xử lý"),
    "assign": gettext_noop("Giao việc"),
    "advance": gettext_noop("Hoàn thành bước"),
    "approve": gettext_noop("Duyệt"),
    "sign_off": gettext_noop("Ký duyệt kết quả"),
    "return_result": gettext_noop("Trả kết quả"),
}


@dataclass(frozen=True, slots=True)
class StepLine:
    """A row of the table of steps: its boxes by key, hours as days, and what is wrong."""

    index: int
    name: Box
    role: Box
    division_kind: Box
    act: Box
    hours: Box
    counted: Box
    days: str
    errors: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProcessForm:
    """`total` and `allowed` in hours as people write them, `left` what may still be given out (negative: too much)."""

    head: Sequence[Box]
    steps: Sequence[StepLine]
    total: str
    total_days: str
    allowed: str
    left: str
    over: bool
    full: bool
    errors: Sequence[str]


def process_form(content: Content, read: drafting_process.ReadProcess) -> ProcessForm:
    form = _Form(content, read.faults)
    roles = _said((key, ROLES[key]) for key in rules.ROLES)
    divisions = [(key, DIVISION_KINDS[key]) for key in rules.DIVISION_KINDS]
    steps = []
    for i, row in enumerate(content["steps"]):
        number = i + 1

        def box(
            key: str, label: str, i: int = i, row: Mapping[str, str] = row, number: int = number, **more: Any
        ) -> Box:
            name = f"steps.{i}.{key}"
            return Box(
                name,
                _("%(label)s, bước %(number)s") % {"label": label, "number": number},
                row[key],
                errors=form.errors(name),
                **more,
            )

        boxes = (
            box("name", _("Việc"), kind="area"),
            box("role", _("Vai trò"), kind="select", choices=roles),
            box("division_kind", _("Phòng"), kind="select", choices=divisions),
            box("act", _("Việc kết thúc bước"), kind="select", choices=_said(ACTS.items())),
            box("hours", _("Số giờ"), inputmode="decimal"),
            box("counted", _("Tính thời gian"), kind="check"),
        )
        said = [*(error for one in boxes for error in one.errors), *form.errors(f"steps.{i}")]
        hours = read.steps[i].hours
        days = rules.number(hours / rules.NOMINAL_HOURS) if hours else ""
        steps.append(StepLine(i, *boxes, days, said))
    total = rules.counted_hours(read.steps)
    allowed = rules.allowance_of(read.limit) if read.limit else None
    left = None if allowed is None else allowed - total
    return ProcessForm(
        head=[
            form.head("amount", _("Thời hạn tỉnh tự đặt"), width="w-5", inputmode="decimal"),
            form.head("unit", _("Đơn vị"), "select", choices=_said(LIMIT_UNITS[:-1]), width="w-20"),
            form.head("valid_from", _("Áp dụng từ"), width="w-10", hint=_("Ví dụ: 25/12/2026"), inputmode="numeric"),
            form.head("instrument", _("Quyết định ban hành"), width="w-full"),
        ],
        steps=steps,
        total=rules.number(total) if total else "0",
        total_days=rules.number(total / rules.NOMINAL_HOURS) if total else "0",
        allowed="" if allowed is None else rules.number(allowed),
        left="" if left is None else rules.number(abs(left)) if left else "0",
        over=left is not None and left < 0,
        full=left == 0,
        errors=form.errors("steps"),
    )
