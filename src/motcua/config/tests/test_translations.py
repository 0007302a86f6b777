"""English is complete: whatever a page or a module marks for translation has its English, in the catalogue that is shipped.

The msgids are found here without gettext's tools, so that a string added without its English fails wherever the tests run.
"""

import ast
import functools
import gettext
import re
from pathlib import Path

import pytest
from django.utils.translation.template import templatize

import motcua

PACKAGE = Path(motcua.__file__).parent
CATALOGUE = PACKAGE / "config" / "locale" / "en" / "LC_MESSAGES"
FUNCTIONS = {"gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\}|</?\w+")
ADVICE = "translate it in config/locale/en (docs: CONTRIBUTING.md, English)"


def of_module(source: str) -> set[str]:
    """First arguments of the functions of django.utils.translation, under whatever name the module imports them."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in FUNCTIONS
    }
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name))
    return {
        call.args[0].value
        for call in calls
        if call.func.id in names
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
    }


def of_template(source: str) -> set[str]:
    """What `templatize` hands to xgettext: the tags' strings as calls among X."""
    calls = re.findall(r"\b(?:gettext|ngettext|_)\(u?('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")", templatize(source))
    return {ast.literal_eval(call) for call in calls}


@functools.cache
def msgids() -> dict[str, str]:
    """Every marked string, with the file that has it."""
    found = {}
    for path in sorted(PACKAGE.rglob("*")):
        if path.suffix in (".py", ".html") and "tests" not in path.parts and "static" not in path.parts:
            read = of_module if path.suffix == ".py" else of_template
            for text in read(path.read_text(encoding="utf-8")):
                found.setdefault(text, str(path.relative_to(PACKAGE)))
    return found


def shipped() -> dict[str, list[str]]:
    """The compiled catalogue: msgid -> its English, one text or one for each number."""
    with (CATALOGUE / "django.mo").open("rb") as file:
        entries = gettext.GNUTranslations(file)._catalog
    found: dict[str, list[str]] = {}
    for key, text in entries.items():
        found.setdefault(key[0] if isinstance(key, tuple) else key, []).append(text)
    found.pop("", None)
    return found


def written() -> dict[str, list[str]]:
    """The same from the source of the catalogue."""
    found: dict[str, list[str]] = {}
    fields: dict[str, str] = {}
    field = ""
    for line in [*(CATALOGUE / "django.po").read_text(encoding="utf-8").splitlines(), ""]:
        if named := re.match(r"(msg\w+(?:\[\d\])?) (\".*\")$", line):
            field, text = named[1], named[2]
        elif line.startswith('"'):
            text = line
        else:
            if not line and fields.get("msgid"):
                found[fields["msgid"]] = [text for name, text in fields.items() if name.startswith("msgstr")]
            if not line:
                fields = {}
            continue
        fields[field] = fields.get(field, "") + ast.literal_eval(text)
    return found


@pytest.fixture(scope="module")
def english() -> dict[str, list[str]]:
    return shipped()


def test_every_string_of_modules_and_templates_has_its_english(english) -> None:
    wanted = msgids()
    assert len(wanted) > 2000, "the search for strings finds them"
    assert {text: place for text, place in wanted.items() if not all(english.get(text, [""]))} == {}, ADVICE


def test_the_compiled_catalogue_is_the_one_that_was_written(english) -> None:
    assert english == written(), "run `motcua`'s compilemessages (CONTRIBUTING.md, English)"


def test_a_translation_keeps_the_places_that_are_filled_in(english) -> None:
    for text, translated in english.items():
        singular = sorted(PLACEHOLDER.findall(text))
        for one in translated if len(translated) == 1 else ():
            assert sorted(PLACEHOLDER.findall(one)) == singular, text


def test_no_vietnamese_is_left_in_the_english(english) -> None:
    """Marks of Vietnamese stand only in names, examples and the words of a sheet, between quotation marks or after "for example"."""
    marked = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảãáàậẩẫấầặẳẵắằẹẻẽéèệểễếềịỉĩíìọỏõóòộổỗốồợởỡớờụủũúùựửữứừỵỷỹýỳ]")
    allowed = re.compile(r"“[^”]*”|(?:[Ff]or example|like)[^.]*[:,].*|đồng|\bđ\b|\d+/\d{4}/[A-ZĐ-]+|Decree \S+")
    left = [one for texts in english.values() for one in texts if marked.search(allowed.sub("", one))]
    assert left == []
