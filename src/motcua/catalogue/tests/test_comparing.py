"""Two versions side by side: what differs is found, what does not is not."""

from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import comparing
from motcua.catalogue.tests import samples

WORDS = st.lists(st.sampled_from(["giấy", "phép", "7", "ngày", "làm", "việc", "·"]), max_size=12).map(" ".join)


def changed(left, right):
    return {row.label: row for row in comparing.differences(left, right) if row.changed}


def test_a_version_does_not_differ_from_itself():
    assert changed(samples.version(), samples.version()) == {}


def test_a_changed_limit_marks_only_the_number():
    row = changed(samples.version("7 working days"), samples.version("5 working days"))["Thông thường"]

    assert [text for text, kind in row.left if kind] == ["7"]
    assert [text for text, kind in row.right if kind] == ["5"]


def test_a_paper_more_stands_on_one_side_only():
    more = samples.version(
        components=[
            {"code": "01", "name": "Đơn", "required": True, "originals": 1},
            {"code": "02", "name": "Ảnh", "required": True, "originals": 2},
        ]
    )

    assert changed(samples.version(), more)["Giấy tờ 02"].left == ()
    assert changed(more, samples.version())["Giấy tờ 02"].right == ()


def test_tiers_of_one_fee_are_compared_each_with_its_own():
    def tiers(second):
        line = {"name": "Phí", "unit": "page", "instrument": "1/TT"}
        return samples.version(fees=[{**line, "amount": 2000}, {**line, "amount": second, "from_page": 3}])

    (row,) = changed(tiers(1000), tiers(500)).values()
    assert "từ trang thứ 3" in " ".join(text for text, _ in row.left)


@given(WORDS, WORDS)
def test_the_pieces_of_a_side_are_its_words_in_order(left, right):
    before, after = comparing.words(left, right)

    assert " ".join(text for text, _ in before).split() == left.split()
    assert " ".join(text for text, _ in after).split() == right.split()
    assert {kind for _, kind in before} <= {"", "gone"}
    assert {kind for _, kind in after} <= {"", "new"}
    assert [t for t, k in before if not k] == [t for t, k in after if not k]


def test_terms_and_cases_are_said_in_words_and_not_in_codes() -> None:
    facts = {
        "cases": [{"case": "other", "name": "Công trình khác", "limit": "10 working days"}],
        "components": [{"code": "06", "name": "Quyết định phê duyệt dự án", "case": "other"}],
        "policies": {"silence_is_consent": {"value": True, "term": "2 working days", "instrument": "Điều 54"}},
    }
    said = [text for row in comparing.differences({}, facts) for text, _kind in row.right]
    assert any("chỉ trường hợp Công trình khác" in text for text in said)
    assert any("Có · 2 ngày làm việc · Điều 54" in text for text in said)
    facts["policies"]["silence_is_consent"]["term"] = "sớm nhất có thể"
    said = [text for row in comparing.differences({}, facts) for text, _kind in row.right]
    assert any("Có · sớm nhất có thể · Điều 54" in text for text in said)
