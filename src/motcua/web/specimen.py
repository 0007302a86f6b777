"""What the page of components (/ky-hieu/) shows: made-up values in every state, at a fixed hour."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.template import Context, Template

from motcua.worktime import clock

NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=clock.TZ)


class Specimen(forms.Form):
    full_name = forms.CharField(
        label="Họ và tên", max_length=100, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    citizen_number = forms.RegexField(
        r"^\d{12}$",
        label="Số định danh",
        help_text="12 chữ số trên căn cước",
        error_messages={"invalid": "Số định danh phải có đúng 12 chữ số"},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-20"}),
    )
    birth_date = forms.DateField(label="Ngày sinh", error_messages={"invalid": "Ngày sinh phải có dạng ngày/tháng/năm"})
    place = forms.ChoiceField(
        label="Nơi nhận hồ sơ", choices=[("17170", "Xã Quỳnh Sơn"), ("17179", "Phường Thành Vinh")]
    )
    kind = forms.ChoiceField(
        label="Cách nhận kết quả",
        choices=[("counter", "Tại quầy"), ("post", "Qua bưu chính"), ("online", "Trực tuyến")],
        widget=forms.RadioSelect,
        error_messages={"required": "Chọn cách nhận kết quả"},
    )
    papers = forms.MultipleChoiceField(
        label="Giấy tờ đã nộp",
        help_text="Chọn mọi giấy tờ có trong hồ sơ.",
        choices=[("1", "Tờ khai đăng ký lại khai sinh"), ("2", "Bản sao giấy khai sinh cũ"), ("3", "Văn bản cam đoan")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    fee = forms.IntegerField(
        label="Lệ phí đã thu",
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "w-10", "data-affix": "đ"}),
    )
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea(attrs={"rows": 3}))
    scan = forms.FileField(label="Bản quét", required=False, help_text="PDF hoặc ảnh, tối đa 10 MB")
    agreed = forms.BooleanField(
        label="Đã đối chiếu bản chính", error_messages={"required": "Xác nhận đã đối chiếu bản chính"}
    )


def context() -> dict[str, Any]:
    promised = NOW + dt.timedelta(days=7, hours=7, minutes=30)
    form = Specimen(
        {
            "full_name": "Nguyễn Thị Hường",
            "citizen_number": "04009300",
            "birth_date": "31/12/1993",
            "fee": "8000",
            "papers": ["1"],
        }
    )
    return {
        "form": form,
        "now": NOW,
        "promised_at": promised,
        "figures": [
            {"label": "Đang giải quyết", "value": 1284, "href": "/ky-hieu/"},
            {"label": "Đến hạn hôm nay", "value": 37, "tone": "soon"},
            {"label": "Quá hạn", "value": 4, "tone": "late"},
            {"label": "Xong trong tháng", "value": 2916, "tone": "done", "note": "kỳ trước 2.804"},
        ],
        "columns": [
            {"label": "Mã hồ sơ", "key": "code", "kind": "code", "href": "href"},
            {"label": "Thủ tục", "key": "procedure"},
            {"label": "Người nộp", "key": "applicant"},
            {"label": "Trạng thái", "key": "state", "kind": "tag", "tone": "state_tone"},
            {"label": "Lệ phí", "key": "fee", "kind": "money"},
            {"label": "Hạn", "key": "due", "kind": "deadline"},
        ],
        "rows": _rows(),
        "empty_rows": [],
        "tags": [
            ("Mới đăng ký", ""),
            ("Đang xử lý", ""),
            ("Yêu cầu bổ sung giấy tờ", "attention"),
            ("Đã trả kết quả", "done"),
            ("Quá hạn", "late"),
            ("Công dân rút hồ sơ", "quiet"),
        ],
        "deadlines": [
            ("Còn lâu", _deadline(NOW + dt.timedelta(days=6))),
            ("Sắp đến hạn", _deadline(NOW + dt.timedelta(hours=3))),
            ("Đã quá hạn", _deadline(NOW - dt.timedelta(days=2))),
            ("Xong đúng hạn", _deadline(NOW, NOW - dt.timedelta(hours=5))),
            ("Xong trễ hạn", _deadline(NOW - dt.timedelta(days=3), NOW - dt.timedelta(days=1))),
            ("Chưa có hạn", _deadline(None)),
        ],
        "summary": [
            {"label": "Người nộp", "value": "Nguyễn Thị Hường", "href": "/ky-hieu/"},
            ("Thủ tục", "1.004884 – Đăng ký lại khai sinh"),
            ("Nơi giải quyết", "Ủy ban nhân dân xã Quỳnh Sơn"),
            ("Điện thoại", ""),
        ],
        "entries": [
            {"title": "Tiếp nhận hồ sơ", "at": NOW - dt.timedelta(days=4), "actor": "Lê Văn Đức", "tone": "done"},
            {
                "title": "Yêu cầu bổ sung",
                "at": NOW - dt.timedelta(days=3),
                "actor": "Trần Thị Ánh",
                "text": "Thiếu bản sao giấy khai sinh cũ.",
                "tone": "attention",
            },
            {"title": "Đang thẩm định", "at": NOW - dt.timedelta(hours=2), "actor": "Trần Thị Ánh", "current": True},
            {"title": "Trả kết quả", "text": "Dự kiến ngày 01/12/2026."},
        ],
        "fees": [("Đăng ký lại khai sinh", 8000), ("Chứng thực bản sao", 2000), ("Cấp giấy phép xây dựng", 1150000)],
    }


def _rows() -> list[dict[str, Any]]:
    people = [
        ("0004", "Cấp giấy phép xây dựng nhà ở riêng lẻ", "Hoàng Đình Phúc", "Đang xử lý", "", 1150000, -26, "late"),
        ("0011", "Đăng ký lại khai sinh", "Nguyễn Thị Hường", "Yêu cầu bổ sung giấy tờ", "attention", 8000, 3, ""),
        ("0017", "Đăng ký biến động quyền sử dụng đất", "Vi Văn Khăm", "Đang xử lý", "", 650000, 74, ""),
        ("0019", "Xác nhận tình trạng hôn nhân", "Lô Thị Ước", "Đã xử lý xong", "done", 0, 200, ""),
    ]
    return [
        {
            "code": f"H41.40.12-261120-{number}",
            "href": "/ky-hieu/",
            "procedure": procedure,
            "applicant": applicant,
            "state": state,
            "state_tone": state_tone,
            "fee": fee,
            "due": NOW + dt.timedelta(hours=hours),
            "tone": tone,
        }
        for number, procedure, applicant, state, state_tone, fee, hours, tone in people
    ]


def _deadline(due: dt.datetime | None, closed_at: dt.datetime | None = None) -> str:
    template = Template("{% load motcua %}{% deadline due closed_at %}")
    return template.render(Context({"due": due, "closed_at": closed_at, "now": NOW}))
