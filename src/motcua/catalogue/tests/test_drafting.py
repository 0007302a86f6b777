"""A draft keeps what was typed, and reads back what it was written from."""

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import drafting, drafting_process, rules
from motcua.catalogue.services import FACTS

VERSIONS = [
    (document["code"], document["ministry"], version)
    for path in sorted((FACTS / "procedures").glob("*.json"))
    for document in [json.loads(path.read_text(encoding="utf-8"))]
    for version in document["versions"]
    if version["status"] == "published"
]
PROCESSES = json.loads((FACTS / "provinces" / "40.json").read_text(encoding="utf-8"))["processes"]


def plain(facts):
    """Without what is said by leaving it out."""
    rows = {
        part: [{k: v for k, v in row.items() if v not in (None, "", False)} for row in facts.get(part, [])]
        for part in drafting.LISTS
    }
    for fee in rows["fees"]:
        if fee.get("from_page") == 1:
            del fee["from_page"]
    for paper in rows["components"]:
        paper.setdefault("originals", 0)
        paper.setdefault("copies", 0)
    return {**facts, **rows, "cut_off": (facts.get("cut_off") or "")[:5] or None}


def draft(**head):
    content = drafting.empty_version("Bộ Thử")
    content["head"] |= {
        "name": "Thủ tục thử",
        "short_name": "Thử",
        "field": "Thử",
        "valid_from": "1/12/2026",
        "source": "bịa ra để thử",
        "checked_on": "28/11/2026",
        **head,
    }
    content["cases"][0] |= {"case": "ordinary", "name": "Thông thường", "amount": "7", "instrument": "1/2026/NĐ-CP"}
    content["components"][0] |= {"name": "Đơn", "originals": "1"}
    return content


def faults(content):
    return dict(drafting.read_version(content, 2).faults)


@pytest.mark.parametrize(("code", "ministry", "facts"), VERSIONS, ids=[f"{v[0]}-{v[2]['number']}" for v in VERSIONS])
def test_every_shipped_version_typed_and_read_again_says_the_same(code, ministry, facts):
    read = drafting.read_version(drafting.version_content(facts, ministry), facts["number"])

    assert read.faults == []
    assert plain(read.facts) == plain(facts)


@pytest.mark.parametrize("facts", PROCESSES, ids=lambda f: f"{f['procedure_code']}-{f.get('case', '')}-{f['number']}")
def test_every_shipped_process_typed_and_read_again_says_the_same(facts):
    steps = [
        rules.StepFacts(
            s["number"], s["name"], s["role"], s["division_kind"], s["act"], Decimal(s["allowance"]), s["counted"]
        )
        for s in facts["steps"]
    ]
    read = drafting_process.read_process(
        drafting_process.process_content(steps, facts["limit"], None, facts["instrument"])
    )

    assert [path for path, _ in read.faults] == ["head.valid_from"]
    assert read.steps == tuple(steps)
    assert read.facts["limit"] == facts["limit"]


def test_a_sound_draft_has_no_fault():
    assert faults(draft()) == {}


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("head.valid_from", "31/02/2026"),
        ("head.valid_from", ""),
        ("head.checked_on", "hôm qua"),
        ("head.cut_off", "25:00"),
        ("head.name", ""),
        ("head.short_name", "x" * 121),
        ("cases.0.amount", "bảy"),
        ("cases.0.amount", ""),
        ("cases.0.unit", "months"),
        ("cases.0.instrument", ""),
        ("components.0.originals", "một"),
        ("components.0.case", "không có"),
    ],
)
def test_what_cannot_be_read_is_named_at_its_box_and_stays_as_typed(path, typed):
    content = draft()
    part, *index, key = path.split(".")
    box = content["head"] if part == "head" else content[part][int(index[0])]
    box[key] = typed

    at = "cases.0.amount" if path == "cases.0.unit" else path
    assert at in faults(content)
    assert box[key] == typed


def test_a_row_nobody_filled_in_is_no_row_and_faults_stay_with_theirs():
    content = drafting.edited(drafting.edited(draft(), "add:fees"), "add:fees")
    content["fees"][1] |= {"name": "Lệ phí", "amount": "75.000"}

    read = drafting.read_version(content, 2)

    assert [f["amount"] for f in read.facts["fees"]] == [75000]
    assert [path for path, _ in read.faults] == ["fees.1.instrument"]


def test_a_limit_whose_unit_the_source_does_not_state_is_kept_as_a_note():
    content = draft()
    content["cases"][0] |= {"amount": "5", "unit": "none"}

    (case,) = drafting.read_version(content, 2).facts["cases"]

    assert (case["limit"], case["limit_note"]) == (None, "5")


def test_a_template_nobody_draws_is_refused():
    content = drafting.edited(draft(), "add:results")
    content["results"][0] |= {"name": "Giấy phép", "template": "khong-co"}

    assert "khong-co" in faults(content)["results.0.template"]


def test_rows_move_and_go():
    content = drafting_process.process_content(drafting_process.usual_steps(), "7 working days")
    names = [row["name"] for row in content["steps"]]

    moved = drafting.edited(content, "up:steps:2")
    gone = drafting.edited(moved, "remove:steps:0")

    assert [row["name"] for row in moved["steps"]] == [names[0], names[2], names[1], *names[3:]]
    assert len(gone["steps"]) == 6
    assert drafting.edited(content, "up:steps:0") == drafting.edited(content, "down:steps:6") == content


@given(st.text(max_size=40))
def test_no_deed_breaks_a_draft(deed):
    content = draft()
    for said in (deed, f"add:{deed}", f"remove:fees:{deed}"):
        edited = drafting.edited(content, said)
        assert set(edited) == set(content)


@given(st.dictionaries(st.text(max_size=30), st.text(max_size=30), max_size=8), st.text(max_size=20))
def test_whatever_is_sent_can_be_read_and_comes_back_as_typed(sent, value):
    sent |= {"head.name": value, "cases.3.amount": value, "components.0.originals": value, "fees.0.amount": value}
    content = drafting.posted(sent, ["commune", value], "version")

    drafting.read_version(content, 1)

    kept = value.replace("\0", "").replace("\r\n", "\n").strip()
    assert content["head"]["name"] == content["cases"][0]["amount"] == content["fees"][0]["amount"] == kept
    assert (
        drafting.posted({f"head.{k}": v for k, v in content["head"].items()}, [], "version")["head"] == content["head"]
    )


def hours(limit, *given, counted=True):
    steps = drafting_process.usual_steps()
    return [
        rules.StepFacts(s.number, s.name, s.role, s.division_kind, s.act, Decimal(h), s.counted)
        for s, h in zip(steps, given, strict=True)
    ], limit


@pytest.mark.parametrize(
    ("limit", "given", "after"),
    [
        ("7 working days", (4, 4, 0, 8, 8, 4, 0), ["4", "4", "28", "8", "8", "4", "0"]),
        ("1 working days", (0, 0, 0, 0, 0, 0, 0), ["1.25", "1.25", "1.25", "1.25", "1.25", "1.75", "0"]),
        ("7 working days", (4, 4, 20, 8, 8, 4, 0), ["4", "4", "28", "8", "8", "4", "0"]),
        ("1 working days", (4, 4, 20, 8, 8, 4, 0), ["4", "4", "20", "8", "8", "4", "0"]),
    ],
)
def test_what_is_left_goes_to_the_steps_without_hours_else_to_the_specialist(limit, given, after):
    steps, limit = hours(limit, *given)

    assert [format(s.hours.normalize(), "f") for s in rules.distributed(steps, limit)] == after


@given(st.lists(st.integers(0, 40).map(lambda q: Decimal(q) / 4), min_size=6, max_size=6), st.integers(1, 30))
def test_after_distributing_the_steps_fill_the_limit_or_were_too_long_before(given, days):
    steps, limit = hours(f"{days} working days", *given, 0)
    after = rules.distributed(steps, limit)

    assert rules.counted_hours(after) == max(rules.counted_hours(steps), Decimal(days * 8))
    assert all(b.hours >= a.hours for a, b in zip(steps, after, strict=True))
