"""Form 01 per second against bare typst with the same template and data: what checking and spelling out the data cost."""

from __future__ import annotations

import json
from datetime import timedelta

from motcua.bench.due import rate
from motcua.bench.result import Result, own_peak_mb
from motcua.bench.signatures import once
from motcua.documents import typesetting
from motcua.documents.rules import Component, Person, Receipt, number
from motcua.worktime import clock


def run(seconds: float = 4) -> Result:
    """One process; each form bears another number, so that nothing set before is of use."""
    serial = [0]

    def receipt() -> Receipt:
        serial[0] += 1
        now = clock.now()
        return Receipt(
            governing_body="Ủy ban nhân dân xã Quỳnh Sơn",
            centre_heading="Trung tâm Phục vụ hành chính công",
            centre="Trung tâm Phục vụ hành chính công xã Quỳnh Sơn, tỉnh Nghệ An",
            place="Quỳnh Sơn",
            number=number("01", serial[0]),
            code=f"H41.170-261128-{serial[0]:04d}",
            applicant=Person("Nguyễn Văn Ước", "040090001234", address="Xóm 3, xã Quỳnh Sơn, tỉnh Nghệ An"),
            subject="Đăng ký khai sinh",
            components=[Component("Tờ khai đăng ký khai sinh", originals=1), Component("Giấy chứng sinh", originals=1)],
            limit="1 ngày làm việc",
            received_at=now,
            promised_at=now + timedelta(days=1),
            return_place="Trung tâm Phục vụ hành chính công xã Quỳnh Sơn",
            receiver="Hồ Thị Mai",
            secret="K7PQX-3MVDA-9T2",  # noqa: S106
            lookup_address="https://motcua.example/tra-cuu",
            qr_address=f"https://motcua.example/t/{serial[0]}",
        )

    def bare() -> None:
        serial[0] += 1
        compiler.compile(
            input=template,
            format="pdf",
            sys_inputs={"data": text.replace('"number": "01/', f'"number": "{serial[0]}/')},
            pdf_standards=typesetting.STANDARDS,
        )

    own = rate(once(lambda: typesetting.render("form01", receipt().data())), seconds / 2)
    compiler, template = typesetting.compiler(), typesetting.TEMPLATES / "form01.typ"
    serial[0] = 0
    text = json.dumps(receipt().data(), ensure_ascii=False)
    ceiling = rate(once(bare), seconds / 2)
    return Result(
        "forms",
        own,
        "forms/s",
        ceiling,
        "typst's own compiler, same template, data as ready JSON, in the same process",
        own_peak_mb(),
        "this process, peak resident size",
        details={"form": "01"},
    )
