import time
from datetime import date
from pathlib import Path

import pypdfium2

from motcua.board import queries, rules
from motcua.documents.typesetting import render
from motcua.organisation import scope


def test_try(demo, settings):
    on = date(2026, 11, 28)
    with scope.enter(scope.directory()):
        t=time.perf_counter()
        office = queries.office(40, "H41.170", on)
        b = queries.board(40, office, on)
        print(len(b.lines), time.perf_counter()-t)
    import dataclasses
    b = dataclasses.replace(b, office=dataclasses.replace(office, address="Xóm 7, xã Quỳnh Sơn, tỉnh Nghệ An", phone="0238 000 0170"))
    for name, field in (("a3", ""), ("a4", "Hộ tịch")):
        data = rules.printed(b, "http://localhost:8000/", field=field, demo=True)
        for _ in range(2):
            t=time.perf_counter()
            pdf = render("board", data)
            print(name, time.perf_counter()-t, len(pdf))
        Path(f"/tmp/board/{name}.pdf").write_bytes(pdf)
        doc = pypdfium2.PdfDocument(pdf)
        print(len(doc))
        for i in (0, 1, len(doc)-1):
            doc[i].render(scale=1.3 if name=="a3" else 1.5).to_pil().save(f"/tmp/board/{name}-{i}.png")
