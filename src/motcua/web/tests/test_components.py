"""The components: what is tied to what, so that a reader who cannot see the page still knows."""

import datetime as dt
import re

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template, TemplateSyntaxError

from motcua.web.forms import Renderer
from motcua.web.templatetags.motcua import STATUS_TONES, TONES
from motcua.worktime import clock

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=clock.TZ)


class Intake(forms.Form):
    default_renderer = Renderer

    name = forms.CharField(
        label="Họ và tên", help_text="Như trên căn cước", error_messages={"required": "Nhập họ và tên"}
    )
    born = forms.DateField(label="Ngày sinh")
    way = forms.ChoiceField(
        label="Cách nhận", choices=[("a", "Tại quầy"), ("b", "Bưu chính")], widget=forms.RadioSelect,
        error_messages={"required": "Chọn cách nhận"},
    )  # fmt: skip
    note = forms.CharField(label="Ghi chú", required=False, widget=forms.Textarea)
    fee = forms.IntegerField(label="Lệ phí", required=False, widget=forms.TextInput(attrs={"data-affix": "đ"}))
    agreed = forms.BooleanField(label="Đã đối chiếu", help_text="Bản chính trả lại ngay")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def draw(source: str, **context) -> str:
    return Template("{% load motcua %}" + source).render(Context(context))


def ids(html: str) -> list[str]:
    return re.findall(r'\bid="([^"]+)"', html)


def test_a_field_is_drawn_whole_with_its_label_hint_and_error():
    html = draw("{{ form.name }}", form=Intake({}))
    assert '<label class="field__label" for="id_name">Họ và tên</label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert {"id_name", "id_name_helptext", "id_name_error"} <= set(ids(html))
    assert "Nhập họ và tên" in html


def test_a_field_that_may_be_empty_says_so_unless_the_whole_form_may():
    form = Intake()
    assert "(không bắt buộc)" in draw("{{ form.note }}", form=form)
    assert "(không bắt buộc)" not in draw("{{ form.name }}", form=form)
    form.mark_optional = False
    assert "(không bắt buộc)" not in draw("{{ form.note }}", form=form)


def test_radios_stand_in_a_fieldset_with_a_legend():
    html = draw("{{ form.way }}", form=Intake())
    assert "<fieldset" in html
    assert "<legend>Cách nhận</legend>" in html
    assert 'for="id_way_0">Tại quầy</label>' in html


def test_a_checkbox_has_its_label_after_it():
    html = draw("{{ form.agreed }}", form=Intake())
    assert html.index('type="checkbox"') < html.index("Đã đối chiếu")
    assert 'id="id_agreed_helptext"' in html


def test_a_date_is_typed_with_the_numeric_keyboard_and_shown_as_day_month_year():
    html = draw("{{ form.born }}", form=Intake(initial={"born": dt.date(2026, 4, 3)}))
    assert 'inputmode="numeric"' in html
    assert 'value="03/04/2026"' in html
    assert 'id="id_born_helptext"' in html


def test_a_hidden_field_is_only_its_input():
    assert draw("{{ form.token }}", form=Intake()) == '<input type="hidden" name="token" id="id_token">'


def test_a_unit_stands_beside_the_box():
    assert '<span aria-hidden="true">đ</span>' in draw("{{ form.fee }}", form=Intake())


def test_a_form_is_drawn_with_all_its_fields_and_no_id_twice():
    html = draw("{% error_summary form %}{{ form }}", form=Intake({}))
    assert html.count('class="field') >= 6
    assert len(ids(html)) == len(set(ids(html)))


def test_every_link_of_the_error_summary_leads_to_a_field():
    html = draw("{% error_summary form %}{{ form }}", form=Intake({}))
    anchors = re.findall(r'<a href="#([^"]+)"', html)
    assert anchors == ["id_name", "id_born", "id_way_0", "id_agreed"]
    assert set(anchors) <= set(ids(html))
    assert "Có 4 chỗ cần sửa" in html


def test_the_error_summary_takes_refusals_of_a_service_too():
    html = draw("{% error_summary pairs %}", pairs=[("id_code", "Mã không có"), ("", "Hồ sơ đã đóng")])
    assert '<a href="#id_code">Mã không có</a>' in html
    assert "<li>Hồ sơ đã đóng</li>" in html


def test_without_errors_there_is_no_summary():
    assert draw("{% error_summary form %}", form=Intake()).strip() == ""


def test_a_button_says_its_key_and_takes_other_attributes():
    html = draw('{% button "Tiếp nhận" key="n" name="act" value="receive" aria_describedby="x" %}')
    assert 'data-key="n"' in html
    assert 'aria-keyshortcuts="Alt+N"' in html
    assert 'name="act" value="receive" aria-describedby="x"' in html
    assert 'type="submit"' in html


def test_a_button_with_an_address_is_a_link():
    html = draw('{% button "Mở" href="/ho-so/1/" kind="secondary" %}')
    assert html.startswith('<a class="button button--secondary" href="/ho-so/1/"')
    assert "type=" not in html


def test_what_a_person_typed_is_never_markup():
    evil = "<script>alert(1)</script>"
    html = draw(
        "{% tag evil evil %}{% button evil %}{% timeline entries %}{% summary_list rows %}{% table evil columns rows2 %}"
        "{% notification title=evil tone=evil %}{{ evil }}{% endnotification %}{{ evil|mask:30 }}{{ evil|money }}",
        evil=evil,
        entries=[{"title": evil, "text": evil, "tone": evil, "actor": evil}],
        rows=[(evil, evil)],
        columns=[{"label": evil, "key": "a"}],
        rows2=[{"a": evil, "tone": evil}],
    )
    assert "<script" not in html


def test_every_national_status_has_a_known_tone():
    assert set(STATUS_TONES) == set(range(1, 11))
    assert set(STATUS_TONES.values()) <= TONES


def test_a_late_deadline_says_so_in_words_not_in_colour_alone():
    html = draw("{% deadline due %}", due=NOON - dt.timedelta(days=2), now=NOON)
    assert "deadline--late" in html
    assert "Quá hạn 2 ngày" in html
    assert '<time datetime="2026-11-22T12:00+07:00">' in html


def test_a_page_that_counts_working_time_passes_its_own_words():
    html = draw('{% deadline due soon=True text="Còn 1 ngày làm việc" %}', due=NOON + dt.timedelta(days=3), now=NOON)
    assert "deadline--soon" in html
    assert "Còn 1 ngày làm việc" in html


def test_a_case_without_a_deadline_says_so():
    assert "Chưa có hạn" in draw("{% deadline due %}", due=None)


def test_a_deadline_reads_the_one_clock():
    with clock.freeze(NOON):
        assert "Hôm nay, còn 5 giờ" in draw("{% deadline due %}", due=NOON + dt.timedelta(hours=5))


def test_a_table_names_its_columns_again_in_each_cell_for_a_phone():
    html = draw(
        "{% table caption columns rows %}",
        caption="Hồ sơ",
        columns=[
            {"label": "Mã", "key": "case.code", "href": "url"},
            {"label": "Lệ phí", "key": "fee", "kind": "money"},
        ],
        rows=[{"case": {"code": "H41-1"}, "url": "/h/1/", "fee": 8000, "tone": "late"}],
    )
    assert "<caption>Hồ sơ</caption>" in html
    assert 'scope="row"><a href="/h/1/">H41-1</a></th>' in html
    assert 'data-label="Lệ phí" class="is-number">8.000\u00a0đ</td>' in html
    assert 'class="is-late"' in html


def test_a_table_takes_objects_as_rows():
    class Row:
        code = "H41-2"

    assert "H41-2" in draw("{% table 'Hồ sơ' columns rows %}", columns=[{"label": "Mã", "key": "code"}], rows=[Row()])


def test_an_empty_table_says_that_nothing_is_there():
    html = draw(
        '{% table "Hồ sơ" columns rows empty="Không có hồ sơ nào." %}',
        columns=[{"label": "Mã", "key": "code"}],
        rows=[],
    )
    assert "Không có hồ sơ nào." in html
    assert "<table" not in html


def test_the_pages_of_a_list_keep_its_filters(rf):
    html = draw('{% pagination next="abc" %}', request=rf.get("/ho-so/", {"state": "open", "cursor": "old"}))
    assert QueryDict(re.search(r'href="\?([^"]+)"', html)[1].replace("&amp;", "&")) == QueryDict(
        "state=open&cursor=abc"
    )
    assert "Trang trước" not in html


def test_a_list_of_one_page_has_no_pagination():
    assert draw("{% pagination %}").strip() == ""


def test_a_form_that_comes_back_keeps_its_key_and_a_forged_one_is_replaced(rf):
    key = "0191f2a4-7d3e-7c4b-9a51-2f6f6c1d2e3f"
    assert key in draw("{% idempotency_key %}", request=rf.post("/", {"idempotency_key": key}))
    assert "<b>" not in draw("{% idempotency_key %}", request=rf.post("/", {"idempotency_key": "<b>"}))
    assert draw("{% idempotency_key %}") != draw("{% idempotency_key %}")


def test_a_masked_number_is_read_aloud_as_its_end():
    html = draw("{{ number|mask }}", number="040093000123")
    assert '<span aria-hidden="true">•••••••••123</span>' in html
    assert "kết thúc bằng 123" in html


def test_options_of_a_block_component_are_named():
    with pytest.raises(TemplateSyntaxError):
        draw('{% notification "Đã lưu" %}x{% endnotification %}')
