"""The crawl of the portal comes in as it is: what can be read is read, the rest is kept and named, what is ours stays."""

import gzip
import json
import os
from datetime import date
from pathlib import Path

import pytest
from django.db import connections

from motcua import cli
from motcua.catalogue import importing, rules, services
from motcua.catalogue.importing import reading
from motcua.catalogue.importing.crawl import Refused, parse
from motcua.catalogue.models import Component, Fee, Procedure, ProcedureVersion
from motcua.catalogue.tests import samples

REAL = Path("/work/shared/data")
DAY = date(2026, 11, 22)


def method(time_text="3 Ngày làm việc", channel="counter", fees=(), note=None, **more):
    return {"channel": channel, "time_text": time_text, "fees": list(fees), "note": note, **more}


def fee(text, note=None):
    return {"text": text, "note": note, "amount": None, "currency": None}


def paper(name="Tờ khai", case=None, originals=1, copies=0, template=None):
    return {"name": name, "case": case, "originals": originals, "copies": copies, "template": template}


def record(code="9.200001", **changes):
    """An invented record without dirt."""
    return {
        "code": code,
        "name": "Xác nhận việc thử",
        "publisher": "Bộ Thử",
        "field": "Thử nghiệm",
        "levels": ["Cấp xã"],
        "decision": "12/QĐ-BT",
        "subjects": ["Công dân Việt Nam"],
        "methods": [method()],
        "components": [paper()],
        "results": [{"name": "Giấy xác nhận", "code": "KQ.G01.000001"}],
        "legal": ["1/2025/NĐ-CP"],
        "url": "https://portal.example/9.200001",
        "source": "bịa ra để thử",
        **changes,
    }


def facts(**changes):
    return parse(record(**changes)).facts


def reasons(**changes):
    return {remark.reason for remark in parse(record(**changes)).remarks}


def write(folder, *records, name="crawl.json"):
    path = folder / name
    path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    return path


def bring(path, **options):
    return importing.run(path, **{"valid_from": DAY, **options})


# --- one record -----------------------------------------------------------------------------------


def test_a_clean_record_becomes_sound_facts_without_remarks():
    parsed = parse(record())

    assert parsed.remarks == []
    assert rules.version_faults(parsed.facts) == []
    assert (parsed.code, parsed.ministry, parsed.facts["verified"]) == ("9.200001", "Bộ Thử", False)
    assert parsed.facts["cases"] == [
        {
            "case": "ordinary",
            "name": "Thông thường",
            "limit": "3 working days",
            "default": True,
            "instrument": "Công bố tại 12/QĐ-BT",
        }
    ]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"code": None}, "Không có mã"),
        ({"code": "  "}, "Không có mã"),
        ({"code": "1.23"}, "không đúng khuôn"),
        ({"code": "9.200001.H36"}, "mã địa phương của 9.200001"),
        ({"name": " "}, "Không có tên"),
    ],
)
def test_a_record_without_code_or_name_is_refused(changes, reason):
    with pytest.raises(Refused, match=reason):
        parse(record(**changes))


@pytest.mark.parametrize("value", [None, 7, "9.200001", ["9.200001"]])
def test_what_is_no_record_is_refused(value):
    with pytest.raises(Refused, match="không phải là một đối tượng"):
        parse(value)


@pytest.mark.parametrize("changes", [{"publisher": "BQP", "field": "Biên phòng"}, {"field": "Cảng biển"}])
def test_procedures_of_soldiers_borders_and_ports_come_in_too(changes):
    assert parse(record(**changes)).code == "9.200001"


@pytest.mark.parametrize(
    ("said", "limit"),
    [
        ("1 Ngày làm việc", "1 working day"),
        ("0.5 Ngày làm việc", "0.5 working days"),
        ("1,5 ngày làm việc", "1.5 working days"),
        ("21 Ngày", "21 days"),
        ("16 Giờ làm việc", "16 working hours"),
    ],
)
def test_a_limit_with_its_unit_is_read(said, limit):
    assert facts(methods=[method(said)])["cases"][0]["limit"] == limit


@pytest.mark.parametrize(
    ("said", "reason", "note"),
    [
        ("5", "limit_without_unit", "5 (nguồn không nêu đơn vị)"),
        ("24 Giờ", "limit_unit_unclear", "24 Giờ"),
        ("2 Tháng", "limit_unit_unclear", "2 Tháng"),
        ("10-25", "limit_unreadable", "10-25"),
        ("0 Ngày", "limit_unreadable", "0 Ngày"),
        ("1.5 Ngày", "limit_unreadable", "1.5 Ngày"),
        ("9999 Ngày", "limit_unreadable", "9999 Ngày"),
        ("Không quy định", "limit_not_set", "Không quy định"),
        ("Ngay khi tàu rời bến", "limit_in_words", "Ngay khi tàu rời bến"),
        ("Không có thông tin", "limit_missing", "Nguồn không nêu thời hạn"),
        ("", "limit_missing", "Nguồn không nêu thời hạn"),
        (None, "limit_missing", "Nguồn không nêu thời hạn"),
    ],
)
def test_a_limit_that_cannot_be_read_is_kept_as_text_and_named(said, reason, note):
    (case,) = facts(methods=[method(said)])["cases"]

    assert (case["limit"], case["limit_note"]) == (None, note)
    assert reason in reasons(methods=[method(said)])


@pytest.mark.parametrize("more", [{"time_qty": 7.0}, {"time_unit": "Ngày"}, {"time_qty": 3, "time_unit": "Giờ"}])
def test_a_limit_whose_text_and_number_differ_is_not_believed(tmp_path, more):
    (read,) = reading.records(write(tmp_path, record(methods=[method("3 Ngày làm việc", **more)])))

    assert parse(read).facts["cases"][0]["limit"] is None
    assert [remark.reason for remark in parse(read).remarks] == ["limit_contradiction"]


def test_limits_that_differ_by_channel_are_cases_named_by_channel():
    cases = facts(methods=[method("7 Ngày", "online"), method("3 Ngày"), method("3 Ngày", "post")])["cases"]

    assert [(c["name"], c["limit"], c["default"]) for c in cases] == [
        ("Nộp trực tiếp, qua bưu chính: 3 ngày", "3 days", True),
        ("Nộp trực tuyến: 7 ngày", "7 days", False),
    ]


def test_several_limits_of_one_channel_are_cases_named_by_limit_and_listed():
    methods = [method("5 Ngày", note="hồ sơ mới"), method("30 Ngày", note="chưa có dữ liệu")]

    assert [c["name"] for c in facts(methods=methods)["cases"]] == ["30 ngày: chưa có dữ liệu", "5 ngày: hồ sơ mới"]
    assert "limit_by_case" in reasons(methods=methods)


def test_a_channel_that_says_nothing_makes_no_case_of_its_own():
    methods = [method("Không có thông tin", "online"), method("3 Ngày")]

    assert [c["case"] for c in facts(methods=methods)["cases"]] == ["ordinary"]
    assert reasons(methods=methods) == {"limit_missing"}


def test_the_case_that_can_be_read_is_the_default():
    cases = facts(methods=[method("5"), method("3 Ngày", "online")])["cases"]

    assert [c["limit"] for c in cases if c["default"]] == ["3 days"]


@pytest.mark.parametrize(
    ("entry", "amount", "unit"),
    [
        (fee("75,000 Việt Nam Đồng"), 75000, "case"),
        (fee("Lệ phí : 8.000 Đồng (8.000 đồng/bản)"), 8000, "copy"),
        (fee("2,000 VNĐ", "2.000 đồng/trang"), 2000, "page"),
        (fee("1,200,000 VNĐ", "/hồ sơ"), 1200000, "case"),
        (fee("10,000,000 VNĐ", "10 triệu đồng/Giấy chứng nhận"), 10000000, "case"),
        (fee("Miễn phí"), 0, "case"),
        (fee("Miễn phí", "Không thu đối với tổ hợp tác theo quy định"), 0, "case"),
        (fee("Phí : không Đồng"), 0, "case"),
        (fee("Miễn phí", "Do Hội đồng nhân dân cấp tỉnh quyết định"), None, "case"),
    ],
)
def test_a_fee_is_read_with_its_unit(entry, amount, unit):
    (row,) = facts(methods=[method(fees=[entry])])["fees"]

    assert (row["amount"], row["unit"]) == (amount, unit)
    assert row["instrument"]


@pytest.mark.parametrize(
    ("entry", "reason", "text"),
    [
        (fee("Phí : Mức thu bằng 50% mức của biểu Đồng"), "fee_in_words", "Mức thu bằng 50%"),
        (fee("Phí : o Đồng"), "fee_in_words", "Phí : o Đồng"),
        (fee("Không có thông tin", "10 triệu mỗi giấy"), "fee_in_words", "10 triệu mỗi giấy"),
        (fee("9" * 5000 + " VNĐ"), "fee_not_credible", "999"),
        (fee("10 USD", "/bản"), "fee_foreign", "10 USD (/bản)"),
        (fee("Lệ phí : 1.5 USD"), "fee_foreign", "1.5 USD"),
        (fee("20 VNĐ", "20.000 vnđ /tờ khai"), "fee_not_credible", "20 VNĐ (20.000 vnđ /tờ khai)"),
        (fee("600,000 VNĐ", "nay thu 300.000 đồng/hồ sơ"), "fee_contradiction", "nay thu 300.000"),
        (fee("Miễn phí", "150.000 đồng/1 giấy."), "fee_free_or_not", "Miễn phí (150.000 đồng/1 giấy.)"),
    ],
)
def test_a_fee_that_cannot_be_believed_is_no_row_but_kept_as_text(entry, reason, text):
    changes = {"methods": [method(fees=[entry])]}

    assert facts(**changes)["fees"] == []
    assert reasons(**changes) == {reason}
    assert any(text in doubt for doubt in facts(**changes)["doubts"])


@pytest.mark.parametrize(
    "entry", [fee("Không có thông tin"), fee(""), fee("Không có thông tin", "Không"), fee("", "a")]
)
def test_no_word_on_fees_is_no_fee_and_no_remark(entry):
    assert facts(methods=[method(fees=[entry])])["fees"] == []
    assert reasons(methods=[method(fees=[entry])]) == set()


def test_a_fee_that_depends_on_the_channel_says_so():
    methods = [method(fees=[fee("20,000 VNĐ", "/hồ sơ")]), method(channel="online", fees=[fee("10,000 VNĐ", "/hồ sơ")])]

    assert [(f["amount"], f["condition"]) for f in facts(methods=methods)["fees"]] == [
        (20000, "Nộp trực tiếp"),
        (10000, "Nộp trực tuyến"),
    ]


def test_free_online_does_not_make_the_unreadable_fee_at_the_counter_free():
    methods = [method(fees=[fee("20 VNĐ"), fee("Miễn phí")]), method(channel="online", fees=[fee("Miễn phí")])]

    assert [(f["amount"], f["condition"]) for f in facts(methods=methods)["fees"]] == [(0, "Nộp trực tuyến")]


def test_the_same_fee_in_every_channel_is_one_row():
    methods = [method(channel=c, fees=[fee("20,000 VNĐ", "/hồ sơ")]) for c in rules.CHANNELS]

    assert [(f["amount"], f["condition"]) for f in facts(methods=methods)["fees"]] == [(20000, "")]


def test_tiers_of_a_fee_keep_the_text_that_tells_them_apart():
    tiers = fee("Phí : 3.500.000 Đồng (trên đất liền)\nPhí : 5.000.000 Đồng (trên biển)\nLệ phí : 50.000 Đồng")
    rows = facts(methods=[method(fees=[tiers])])["fees"]

    assert [(f["name"], f["amount"], f["condition"]) for f in rows] == [
        ("Lệ phí", 50000, ""),
        ("Phí", 3500000, "trên đất liền"),
        ("Phí", 5000000, "trên biển"),
    ]


def test_the_instrument_of_a_fee_is_read_from_its_note():
    (row,) = facts(methods=[method(fees=[fee("50,000 VNĐ", "Thông tư số 25/2021/TT-BTC ngày 07/4/2021")])])["fees"]

    assert row["instrument"] == "25/2021/TT-BTC"


def test_channels_carry_their_notes_and_unknown_ones_are_kept_as_text():
    changes = {"methods": [method(note="tại xã"), method(note="cuối tuần"), method("2 Ngày", "fax", note="gọi trước")]}

    assert facts(**changes)["channels"] == [{"channel": "counter", "note": "cuối tuần\ntại xã"}]
    assert reasons(**changes) == {"channel_unknown"}
    assert any("fax · 2 Ngày · gọi trước" in doubt for doubt in facts(**changes)["doubts"])


def test_the_order_of_methods_in_the_file_does_not_matter():
    methods = [method("3 Ngày", c, [fee("20,000 VNĐ")], c) for c in rules.CHANNELS]

    assert facts(methods=methods) == facts(methods=methods[::-1])


@pytest.mark.parametrize(
    ("heading", "name", "required"),
    [
        (None, "Tờ khai", True),
        ("Giấy tờ phải nộp", "Tờ khai", True),
        ("a) Thành phần hồ sơ", "Tờ khai", True),
        ("Lưu ý", "Nộp một bộ", False),
        ("Trường hợp ủy quyền", "Văn bản ủy quyền", False),
        (None, "Văn bản ủy quyền (nếu có)", False),
        (None, "Trường hợp kết hôn có yếu tố nước ngoài: giấy xác nhận", False),
    ],
)
def test_headings_are_groups_and_only_papers_asked_of_everybody_are_required(heading, name, required):
    (row,) = facts(components=[paper(name, heading)])["components"]

    assert (row["group"], row["required"]) == (heading or "", required)


def test_a_count_of_copies_that_swallowed_a_year_is_not_believed():
    changes = {"components": [paper("Biên bản theo Thông tư số 2/2026", originals=20261, copies=1)]}
    (row,) = facts(**changes)["components"]

    assert (row["originals"], row["copies"]) == (0, 1)
    assert any("20261 bản chính" in doubt for doubt in facts(**changes)["doubts"])


def test_dirt_in_papers_is_kept_and_named():
    long = "Trường hợp " + "rất dài " * 40
    changes = {"components": [paper(""), paper("Đơn theo mẫuMẫu 1.docx", template="1.docx"), paper("Đơn", long)]}
    rows = facts(**changes)["components"]

    assert (rows[0]["code"], rows[0]["name"], rows[0]["form"]) == ("01", "Đơn theo mẫuMẫu 1.docx", "1.docx")
    assert len(rows[1]["group"]) <= 120
    assert any(long.strip() in doubt for doubt in facts(**changes)["doubts"])
    assert reasons(**changes) == {"component_without_name", "component_template", "component_group"}


def test_subjects_cut_at_their_commas_are_whole_again():
    pieces = ["Tổ chức (không bao gồm doanh nghiệp", "HTX)", "Cán bộ", "công chức", "viên chức", "Doanh nghiệp"]

    assert facts(subjects=pieces)["subjects"] == [
        "Tổ chức (không bao gồm doanh nghiệp, HTX)",
        "Cán bộ, công chức, viên chức",
        "Doanh nghiệp",
    ]


@pytest.mark.parametrize(
    ("stated", "kept", "fine"),
    [
        ("SỐ 64/QĐ-BT", "64/QĐ-BT", True),
        ("3980 /QĐ-BT", "3980/QĐ-BT", True),
        ("2267./QĐ-BT", "2267/QĐ-BT", True),
        ("37/QD-BT", "37/QĐ-BT", True),
        ("105a/QĐ-BT", "105a/QĐ-BT", True),
        ("885/QĐ-BT-C06", "885/QĐ-BT-C06", True),
        ("4777", "4777", False),
        ("QĐ/0001-BT", "QĐ/0001-BT", False),
    ],
)
def test_the_publication_decision_is_tidied_or_kept_and_named(stated, kept, fine):
    assert facts(decision=stated)["publication_decision"] == kept
    assert reasons(decision=stated) == (set() if fine else {"decision"})


def test_a_year_stuck_to_a_legal_number_is_taken_off():
    numbers = ["2026.55/2026/TT-BT", "66.7/2025/NQ-CP", "10/2025/QĐ-TTg", "60/2014/QH13"]

    assert facts(legal=numbers)["legal_basis"] == ["55/2026/TT-BT", *numbers[1:]]
    assert reasons(legal=numbers) == set()
    assert reasons(legal=["Luật Thử"]) == {"legal_number"}


def test_levels_are_those_of_the_catalogue():
    stated = ["Cấp xã", "Cấp bộ", "Cơ quan khác", "Cấp tỉnh"]

    assert facts(levels=stated)["levels"] == ["ministry", "province", "commune", "other"]
    assert reasons(levels=["Cấp huyện"]) == {"level"}


def test_a_record_with_nothing_but_code_and_name_still_becomes_a_version():
    parsed = parse({"code": "9.200001", "name": "Trơ trụi"})

    assert rules.version_faults(parsed.facts) == []
    assert {"no_method", "no_component", "no_result", "no_legal", "no_decision", "ministry", "level", "field"} == {
        remark.reason for remark in parsed.remarks
    }


@pytest.mark.parametrize("key", ["methods", "components", "results"])
@pytest.mark.parametrize("value", ["một câu", {"a": 1}, [None, "chữ", 3]])
def test_a_list_of_the_wrong_shape_is_named(key, value):
    assert "shape" in reasons(**{key: value})


def test_text_that_the_database_cannot_hold_is_cleaned():
    parsed = parse(record(name="Cấp\u0000  gia\u0302y\t phép \ud800", field="x " * 90))

    assert parsed.facts["name"] == "Cấp giây phép ?"
    assert len(parsed.facts["field"]) <= 100


# --- the file -------------------------------------------------------------------------------------


def test_a_file_is_read_record_by_record_whatever_the_size_of_the_pieces(tmp_path, monkeypatch):
    path = write(tmp_path, record(), 12, "chữ", None, record("9.200002"), -3.5)
    monkeypatch.setattr(reading, "CHUNK", 3)

    assert [r if not isinstance(r, dict) else r["code"] for r in reading.records(path)] == [
        *("9.200001", 12, "chữ", None, "9.200002"),
        pytest.approx(-3.5),
    ]


def test_a_gzipped_file_and_a_byte_order_mark_are_understood(tmp_path):
    packed = tmp_path / "crawl.bin"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + json.dumps([record()]).encode()))

    assert [r["code"] for r in reading.records(packed)] == ["9.200001"]


@pytest.mark.parametrize(
    "content",
    [
        *(
            b"",
            b"{}",
            b"[",
            b"[{}",
            b"[{},",
            b"[{} {}]",
            b"[,]",
            b"[{}]x",
            b"[{]",
            b"[NaN]",
            b"[" * 99_999,
            b"[" + b"1" * 9_999 + b"]",
            b'["\xff"]',
            b"xin chao",
        ),
        gzip.compress(json.dumps([record()]).encode(), mtime=0)[:-12],
        gzip.compress(b"[]", mtime=0)[:10] + b"xxxx",
    ],
)
def test_a_file_that_is_broken_anywhere_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "crawl.json"
    path.write_bytes(content)

    with pytest.raises(importing.NotReadable, match=r"^crawl\.json: .+\.$"):
        list(reading.records(path))


def test_a_record_without_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    path = tmp_path / "crawl.json"
    path.write_text('[{"name": "' + "a" * 5000 + '"}]')
    monkeypatch.setattr(reading, "CHUNK", 100)
    monkeypatch.setattr(reading, "LONGEST_RECORD", 1000)

    with pytest.raises(importing.NotReadable, match="bản ghi thứ 1"):
        list(reading.records(path))


# --- into the catalogue ---------------------------------------------------------------------------


def test_what_is_new_is_published_with_its_papers_and_fees(fresh_database, tmp_path):
    path = write(tmp_path, record(methods=[method(fees=[fee("8,000 VNĐ", "/hồ sơ")])]))

    report = bring(path)

    version = ProcedureVersion.objects.get(procedure_id="9.200001")
    assert report.added == ["9.200001"]
    assert (version.number, version.valid_from, version.verified) == (1, DAY, False)
    assert version.source.endswith("https://portal.example/9.200001; bịa ra để thử")
    assert Component.objects.get(version=version).name == "Tờ khai"
    assert Fee.objects.get(version=version).amount == 8000


def test_the_day_of_the_file_is_the_day_the_source_was_checked(fresh_database, tmp_path):
    path = write(tmp_path, record())
    os.utime(path, (1_780_000_000, 1_780_000_000))

    bring(path)

    assert ProcedureVersion.objects.get(procedure_id="9.200001").checked_on == date(2026, 5, 29)


def test_the_same_file_again_changes_nothing_whatever_its_date(fresh_database, tmp_path):
    path = write(tmp_path, record(), record("9.200002"))
    bring(path)
    os.utime(path, (1_780_000_000, 1_780_000_000))

    report = bring(path, valid_from=date(2026, 12, 1))

    assert report.counts == {"added": 0, "changed": 0, "unchanged": 2, "kept": 0, "refused": 0}


def test_a_change_is_a_new_version_and_the_old_one_stays_as_it_was(fresh_database, tmp_path):
    bring(write(tmp_path, record(), record("9.200002")))
    path = write(tmp_path, record(methods=[method("2 Ngày làm việc")]), record("9.200002"))

    report = bring(path, valid_from=date(2026, 12, 1))

    assert (report.changed, report.unchanged) == ([("9.200001", 2)], ["9.200002"])
    versions = ProcedureVersion.objects.filter(procedure_id="9.200001").order_by("number")
    assert [(v.number, v.valid_from, v.cases[0]["limit"]) for v in versions] == [
        (1, DAY, "3 working days"),
        (2, date(2026, 12, 1), "2 working days"),
    ]
    assert bring(path, valid_from=date(2026, 12, 1)).counts["unchanged"] == 2


def test_a_change_that_would_begin_with_the_version_it_follows_is_refused(fresh_database, tmp_path):
    bring(write(tmp_path, record()))

    report = bring(write(tmp_path, record(name="Tên khác")))

    assert [(code, reason) for code, _name, reason in report.refused] == [
        ("9.200001", "Ngày hiệu lực phải theo thứ tự của số phiên bản.")
    ]
    assert ProcedureVersion.objects.filter(procedure_id="9.200001").count() == 1


def test_a_procedure_of_ours_is_kept(fresh_database, tmp_path):
    services.publish_version("9.200001", "Bộ Thử", samples.version())

    report = bring(write(tmp_path, record()))

    assert report.kept == [("9.200001", "Xác nhận việc thử", 1, "bịa ra để thử")]
    assert ProcedureVersion.objects.filter(procedure_id="9.200001").count() == 1


def test_a_version_of_ours_after_an_imported_one_is_kept_too(fresh_database, tmp_path):
    path = write(tmp_path, record())
    bring(path)
    services.publish_version("9.200001", "Bộ Thử", samples.version(number=2, valid_from="2026-12-01"))

    assert bring(path, valid_from=date(2027, 1, 1)).counts["kept"] == 1


def test_one_bad_record_does_not_hold_up_the_others(fresh_database, tmp_path):
    path = write(tmp_path, record("x"), None, record(), record(name="Lần nữa"), record("9.200002"))

    report = bring(path)

    assert report.added == ["9.200001", "9.200002"]
    assert [code for code, _name, _reason in report.refused] == ["x", "", "9.200001"]
    assert "bản ghi trước" in report.refused[2][2]
    assert sum(report.counts.values()) == report.records == 5


def test_what_the_database_refuses_is_refused_alone(fresh_database, tmp_path):
    with connections["owner"].cursor() as cursor:
        cursor.execute("ALTER TABLE catalogue_component ADD CHECK (name <> 'Giấy cấm')")

    report = bring(write(tmp_path, record(components=[paper("Giấy cấm")]), record("9.200002")))

    assert report.added == ["9.200002"]
    assert "Cơ sở dữ liệu từ chối" in report.refused[0][2]
    assert not Procedure.objects.filter(code="9.200001").exists()


def test_a_dry_run_writes_nothing_and_reports_the_same(fresh_database, tmp_path):
    services.publish_version("9.200003", "Bộ Thử", samples.version())
    path = write(tmp_path, record(), record("9.200002", methods=[method("5")]), record("9.200003"), record("y"))
    before = ProcedureVersion.objects.count(), Procedure.objects.count()

    tried, again = bring(path, dry_run=True), bring(path, dry_run=True)

    assert (ProcedureVersion.objects.count(), Procedure.objects.count()) == before
    assert tried == again
    assert bring(path).to_json() == {**tried.to_json(), "dry_run": False}


def test_a_file_broken_at_its_end_changes_nothing(fresh_database, tmp_path, monkeypatch):
    monkeypatch.setattr(importing.publishing, "BATCH", 1)
    path = write(tmp_path, record(), record("9.200002"))
    path.write_text(path.read_text(encoding="utf-8")[:-1], encoding="utf-8")

    with pytest.raises(importing.NotReadable):
        bring(path)

    assert not Procedure.objects.filter(code__startswith="9.2").exists()


def test_batches_of_any_size_bring_the_same(fresh_database, tmp_path, monkeypatch):
    monkeypatch.setattr(importing.publishing, "BATCH", 2)
    codes = [f"9.20000{n}" for n in range(5)]

    assert bring(write(tmp_path, *map(record, codes))).added == codes


def test_without_the_owner_nothing_is_imported(tmp_path):
    with pytest.raises(ValueError, match="MOTCUA_OWNER_URL"):
        importing.run(write(tmp_path, record()), using="nobody")


# --- the report and the command -------------------------------------------------------------------


def test_the_report_counts_by_reason(fresh_database, tmp_path):
    report = bring(write(tmp_path, record(methods=[method("5")]), record("9.200002", methods=[method("7")])))

    (remark,) = report.to_json()["remarks"]
    assert (remark["reason"], remark["procedures"], remark["count"]) == ("limit_without_unit", 2, 2)
    assert remark["items"][0] == {"code": "9.200001", "text": "5 (nguồn không nêu đơn vị)"}
    text = "\n".join(report.lines())
    assert "Thêm mới" in text
    assert "Thời hạn không nêu đơn vị" in text


def test_a_long_list_is_cut_on_the_screen_and_whole_in_json(fresh_database, tmp_path):
    report = bring(write(tmp_path, *[record("x") for _ in range(60)]), dry_run=True)

    assert any("… và 20 dòng nữa (xem --json)" in line for line in report.lines())
    assert len(report.to_json()["refused"]) == 60


def test_the_command_reports_and_says_in_one_line_what_it_cannot_read(fresh_database, tmp_path, capsys):
    path = write(tmp_path, record())

    assert cli.main(["procedures", "import", str(path), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["counts"]["added"] == 1
    assert cli.main(["procedures", "import", str(path), "--valid-from", "2026-07-01"]) == 0
    assert "có hiệu lực từ 01/07/2026" in capsys.readouterr().out

    path.write_text("[{]")
    for arguments in ([str(path)], [str(tmp_path / "none.json")], [str(path), "--valid-from", "mai"]):
        with pytest.raises(SystemExit) as status:
            cli.main(["procedures", "import", *arguments])
        assert status.value.code == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


# --- the real files -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "records"),
    [("procedures_commune.json", 429), pytest.param("procedures.json.gz", 2849, marks=pytest.mark.long)],
)
def test_the_real_crawl_comes_in_whole_and_only_once(fresh_database, name, records):
    path = REAL / name
    if not path.exists():
        pytest.skip(f"không có {path}")

    tried, done = bring(path, dry_run=True), bring(path)
    tried_again, again = bring(path, dry_run=True), bring(path)

    assert done.to_json() == {**tried.to_json(), "dry_run": False}
    assert done.records == records == sum(done.counts.values())
    assert done.refused == []
    assert again.to_json() == {**tried_again.to_json(), "dry_run": False}
    assert again.counts == {**done.counts, "added": 0, "unchanged": len(done.added)}
