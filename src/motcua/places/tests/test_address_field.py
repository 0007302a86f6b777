"""The address of a person on a form."""

from html.parser import HTMLParser

import pytest
from django import forms
from django.core.exceptions import ValidationError

from motcua.places import queries
from motcua.places.forms import AddressField
from motcua.places.placing import Address, written


class Form(forms.Form):
    home = AddressField(label="Nơi cư trú", help_text="Địa chỉ cũ hoặc mới")


class Optional(forms.Form):
    home = AddressField(required=False)


class Inputs(HTMLParser):
    """The inputs of a page: (type, name, value, checked)."""

    def __init__(self, html):
        super().__init__()
        self.found, self.ids, self.labels = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "input":
            self.found.append((given["type"], given["name"], given.get("value"), "checked" in given))
            self.ids.append(given["id"])
        if tag == "label":
            self.labels.append(given.get("for"))


def sent(**data):
    return Form(data)


def test_an_old_address_becomes_the_commune_of_today(database):
    form = sent(home="Xóm 2,  xã Quỳnh Long, Quỳnh Lưu, Nghệ An ")
    assert form.is_valid()
    address = form.cleaned_data["home"]
    assert isinstance(address, Address)
    assert address.text == "Xóm 2, xã Quỳnh Long, Quỳnh Lưu, Nghệ An"
    assert address.commune.full_name == "Xã Quỳnh Phú"


def test_an_address_of_today_stays(database):
    form = sent(home="Xã Đông Thành, tỉnh Nghệ An")
    assert form.is_valid()
    assert form.cleaned_data["home"].commune.code == "17530"


def test_of_a_commune_that_was_divided_one_must_be_chosen(database):
    form = sent(home="Xã Liên Hà, huyện Đan Phượng, Hà Nội")
    assert form.errors["home"] == ["Chọn xã, phường hiện nay của địa chỉ này"]
    page = str(form["home"])
    assert Inputs(page).found == [
        ("text", "home", "Xã Liên Hà, huyện Đan Phượng, Hà Nội", False),
        ("radio", "home_commune", "09022", False),
        ("radio", "home_commune", "09817", False),
    ]
    assert "Xã, phường cũ này đã chia" in page
    assert "Xã Mê Linh, Thành phố Hà Nội" in page


def test_the_choice_is_kept(database):
    form = sent(home="Xã Liên Hà, huyện Đan Phượng, Hà Nội", home_commune="09817")
    assert form.is_valid()
    assert form.cleaned_data["home"].commune.name == "Ô Diên"
    assert ("radio", "home_commune", "09817", True) in Inputs(str(form["home"])).found


def test_a_choice_that_the_address_does_not_offer_is_none(database):
    assert not sent(home="Xã Liên Hà, huyện Đan Phượng, Hà Nội", home_commune="17170").is_valid()
    form = sent(home="Xã Quỳnh Sơn, Nghệ An", home_commune="09817")
    assert form.is_valid()
    assert form.cleaned_data["home"].commune.code == "17170"


def test_a_whole_address_of_today_that_may_be_an_old_one_offers_both(database):
    form = sent(home="Xã Đông Thành, tỉnh Nghệ An", home_commune="17506")
    assert form.is_valid()
    assert form.cleaned_data["home"].commune.name == "Yên Thành"
    inputs = Inputs(str(sent(home="Xã Đông Thành, tỉnh Nghệ An")["home"])).found
    assert inputs[1:] == [("radio", "home_commune", "17530", True), ("radio", "home_commune", "17506", False)]


@pytest.mark.parametrize(
    ("address", "code"), [("", "required"), ("  ", "required"), ("Hà Nội", "unknown"), ("Phường 1", "too_many")]
)
def test_what_cannot_be_understood_is_refused_with_the_reason(database, address, code):
    form = sent(home=address)
    assert [error.code for error in form.errors.as_data()["home"]] == [code]
    assert [kind for kind, *_ in Inputs(str(form["home"])).found] == ["text"]


def test_an_address_that_is_too_long_is_refused(database):
    assert [e.code for e in sent(home="a" * 501).errors.as_data()["home"]] == ["too_long"]


def test_an_optional_address_may_be_empty(database):
    form = Optional({"home": ""})
    assert form.is_valid()
    assert form.cleaned_data["home"] is None


def test_a_kept_address_is_shown_again_and_has_not_changed(database):
    kept = Address("Xã Liên Hà, huyện Đan Phượng, Hà Nội", queries.commune("09817"))
    form = Form(initial={"home": kept})
    assert ("radio", "home_commune", "09817", True) in Inputs(str(form["home"])).found
    assert not Form({"home": kept.text, "home_commune": "09817"}, initial={"home": kept}).has_changed()
    assert Form({"home": kept.text, "home_commune": "09022"}, initial={"home": kept}).has_changed()


def test_every_input_has_its_label_and_the_text_its_hint_and_error(database):
    page = str(sent(home="Xã Liên Hà, huyện Đan Phượng, Hà Nội")["home"])
    inputs = Inputs(page)
    assert set(inputs.ids) == set(inputs.labels)
    assert 'aria-describedby="id_home_helptext' in page
    assert 'aria-invalid="true"' in page
    assert "<legend>" in page


def test_a_new_page_shows_an_empty_line_only(database):
    assert Inputs(str(Form()["home"])).found == [("text", "home", None, False)]


def test_what_was_typed_is_escaped(database):
    assert "<script>" not in str(sent(home="<script>alert(1)</script>, Xã Quỳnh Sơn, Nghệ An")["home"])


def test_an_address_that_leaves_its_province_out_lies_in_the_province_of_the_installation(database, settings):
    settings.MOTCUA_PROVINCE = 40
    form = sent(home="Xóm 3, xã Quỳnh Sơn")
    assert form.is_valid() and form.cleaned_data["home"].commune_code == "17170"
    settings.MOTCUA_PROVINCE = 1
    assert not sent(home="Xóm 3, xã Quỳnh Sơn").is_valid()


def test_where_people_may_live_abroad_an_unknown_address_is_kept_and_a_divided_commune_still_asked_about(database):
    field = AddressField(anywhere=True)
    kept = field.clean("12 rue de Rivoli, Paris")
    assert (kept.text, kept.commune, kept.commune_code) == ("12 rue de Rivoli, Paris", None, "")
    with pytest.raises(ValidationError, match="Chọn xã, phường hiện nay"):
        field.clean("Xã Liên Hà, huyện Đan Phượng, Hà Nội")


def test_an_address_is_written_with_todays_commune_unless_it_names_it(database):
    old, new = "Xóm 2, xã Quỳnh Long, Quỳnh Lưu, Nghệ An", "Xóm 2, xã Quỳnh Phú, Nghệ An"
    assert written(old, "17212") == f"{old} (nay thuộc Xã Quỳnh Phú, Tỉnh Nghệ An)"
    assert (written(new, "17212"), written(old, None), written("", "17212")) == (new, old, "")
