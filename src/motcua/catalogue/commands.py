"""`motcua procedures find`, `recall`, `import`, `start` and `check`."""

from __future__ import annotations

import argparse
import json
from datetime import date
from pathlib import Path


def register(subparsers: argparse._SubParsersAction) -> None:
    procedures = subparsers.add_parser("procedures", help="thủ tục hành chính").add_subparsers(required=True)
    find = procedures.add_parser("find", help="tìm thủ tục bằng lời thường ngày, có dấu hoặc không")
    find.add_argument("text", metavar="TEXT")
    find.add_argument("--limit", type=int, default=5)
    find.add_argument("--json", action="store_true")
    find.set_defaults(run=_find, needs="database")
    recall = procedures.add_parser("recall", help="đo ô tìm thủ tục bằng 100 câu hỏi thường ngày đã biết câu trả lời")
    recall.add_argument("--json", action="store_true")
    recall.set_defaults(run=_recall, needs="database")
    bring = procedures.add_parser("import", help="nhập tệp thu thập từ Cổng Dịch vụ công quốc gia (JSON hoặc JSON.gz)")
    bring.add_argument("file", type=Path, metavar="FILE")
    bring.add_argument("--dry-run", action="store_true", help="chỉ báo cáo, không ghi gì")
    bring.add_argument("--valid-from", type=_day, metavar="NĂM-THÁNG-NGÀY", help="ngày hiệu lực (mặc định: hôm nay)")
    bring.add_argument("--json", action="store_true")
    bring.set_defaults(run=_import, needs="database")
    start = procedures.add_parser(
        "start", help="đưa vào tỉnh bộ khởi đầu: quy trình nội bộ và từ đồng nghĩa soạn sẵn; lặp lại không sao"
    )
    start.add_argument("--province", type=int, metavar="MÃ", help="mã tỉnh (mặc định: tỉnh của bản cài đặt)")
    start.set_defaults(run=_start, needs="database")
    check = procedures.add_parser("check", help="soát lỗi và điểm còn ngờ của cả danh mục; trạng thái 1 khi có lỗi")
    check.add_argument("--province", type=int, metavar="MÃ", help="mã tỉnh (mặc định: tỉnh của bản cài đặt)")
    check.add_argument("--json", action="store_true")
    check.set_defaults(run=_check, needs="database")


def _find(options: argparse.Namespace) -> int:
    from django.conf import settings

    from motcua.catalogue import queries
    from motcua.organisation import scope
    from motcua.worktime import clock

    with scope.enter(scope.directory()):
        hits = queries.find(
            options.text[:200],
            max(0, options.limit),
            on=clock.now().date(),
            province_id=settings.MOTCUA_PROVINCE,
        )
    if options.json:
        rows = [{"code": h.code, "name": h.name, "score": h.score, "why": list(h.why)} for h in hits]
        print(json.dumps(rows, ensure_ascii=False))
    else:
        for h in hits:
            print(f"{h.code}  {h.name}  ({', '.join(h.why)})")
    return 0


def _recall(options: argparse.Namespace) -> int:
    """Per half of the questions: recall at 1, 3 and 5, milliseconds per question, and what was found instead where nothing right was."""
    from django.conf import settings

    from motcua.catalogue import queries, recall
    from motcua.organisation import scope
    from motcua.worktime import clock

    today, province = clock.now().date(), settings.MOTCUA_PROVINCE
    with scope.enter(scope.directory()):
        names = {p.code: p.short_name for p in queries.procedures(today, province)}
        queries.find(
            "khai sinh", 1, on=today, province_id=province
        )  # the index is built once for everybody, not per question
        measured = [
            recall.measure(
                half,
                asked,
                lambda question: [
                    h.code for h in queries.find(question, recall.AT[-1], on=today, province_id=province)
                ],
            )
            for half, asked in recall.questions().items()
        ]
    if options.json:
        print(json.dumps([half.to_json() for half in measured], ensure_ascii=False))
        return 0
    halves = {"tuned": "Nửa dùng để chỉnh", "held_out": "Nửa giữ riêng"}
    for half in measured:
        shares = ", ".join(f"{first} đầu {half.at(first):.0%}" for first in recall.AT)
        print(f"{halves[half.half]}: {half.questions} câu; đúng trong {shares}; {half.milliseconds:.1f} ms mỗi câu")
        for miss in half.misses:
            wanted = "; ".join(f"{code} {names.get(code, '')}".strip() for code in miss.wanted)
            found = "; ".join(f"{code} {names.get(code, '')}".strip() for code in miss.found) or "không có gì"
            print(f"  trượt: “{miss.question}”: cần {wanted}; thấy {found}")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} không phải ngày dạng 2026-11-22") from error


def _import(options: argparse.Namespace) -> int:
    from motcua.catalogue import importing

    report = importing.run(options.file, valid_from=options.valid_from, dry_run=options.dry_run)
    if options.json:
        print(json.dumps(report.to_json(), ensure_ascii=False))
    else:
        print("\n".join(report.lines()))
    return 0


def _start(options: argparse.Namespace) -> int:
    """What is shipped for a province and its staff then own: processes where a fact file has them, synonyms of the finder everywhere."""
    from django.conf import settings

    from motcua.catalogue import services

    province = options.province or settings.MOTCUA_PROVINCE
    for what, report in (
        ("quy trình, thủ tục của tỉnh", services.load_processes(province)),
        ("từ đồng nghĩa", services.load_synonyms(province)),
    ):
        print(f"{what}: thêm {len(report.added)}, đã có {len(report.unchanged)}, từ chối {len(report.refused)}")
        for name, reason in report.refused:
            print(f"  {name}: {reason}")
    return 0


def _check(options: argparse.Namespace) -> int:
    from django.conf import settings

    from motcua.catalogue import checking
    from motcua.organisation import scope
    from motcua.worktime import clock

    province = settings.MOTCUA_PROVINCE if options.province is None else options.province
    with scope.enter(scope.Scope("worker", province)):
        findings = checking.check(province, clock.today())
    if options.json:
        print(json.dumps(findings.to_json(), ensure_ascii=False))
    else:
        for title, found in (("Lỗi", findings.faults), ("Điểm còn ngờ", findings.doubts)):
            print(f"{title}: {len(found)}")
            for name, sentence in found:
                print(f"  {name}: {sentence}")
        print(f"Đã soát {findings.versions} phiên bản, {findings.processes} quy trình.")
    return 1 if findings.faults else 0
