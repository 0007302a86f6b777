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
VIETNAMESE = re.compile("[ăâđêôơưĂÂĐÊÔƠƯạảãáàậẩẫấầặẳẵắằẹẻẽéèệểễếềịỉĩíìọỏõóòộổỗốồợởỡớờụủũúùựửữứừỵỷỹýỳ]")
TELLERS = {
    "FieldError",
    "ValidationError",
    "add_error",
    "messages",
    "need_note",
    "fault",
    "doubt",
    "Finding",
    "KeyRefused",
    "NotSigned",
}
"""Besides the refusals of organisation.errors: what is given to these is shown to a person as well."""
VIETNAMESE_ALWAYS = re.compile(r"(api|api_\w+|commands|problems)\.py")
"""Modules whose refusals no page shows: the API and the command line speak Vietnamese."""


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
def modules() -> dict[str, ast.Module]:
    paths = (path for path in sorted(PACKAGE.rglob("*.py")) if not {"tests", "migrations"} & set(path.parts))
    return {str(path.relative_to(PACKAGE)): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def called(node: ast.expr) -> set[str]:
    """The names in `RuleBroken.of`, `form.add_error`, `messages.error`."""
    return {
        part.id if isinstance(part, ast.Name) else part.attr
        for part in ast.walk(node)
        if isinstance(part, ast.Name | ast.Attribute)
    }


@functools.cache
def refusals() -> frozenset[str]:
    """DomainError and whatever descends from it, by name."""
    bases = {
        node.name: set().union(*(called(base) for base in node.bases))
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = {"DomainError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


def bare(node: ast.AST) -> list[str]:
    """Vietnamese literals and f-strings inside `node` that no function of translation wraps."""
    if isinstance(node, ast.Call) and called(node.func) & {*FUNCTIONS, "_"}:
        return []
    if isinstance(node, ast.JoinedStr):
        text = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        return [text] if VIETNAMESE.search(text) else []
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and VIETNAMESE.search(node.value) else []
    return [text for child in ast.iter_child_nodes(node) for text in bare(child)]


def constants(tree: ast.Module) -> dict[str, list[str]]:
    """The module's constants that hold bare Vietnamese, its own and those it imports: name -> texts."""
    found: dict[str, list[str]] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("motcua."):
            source = modules().get(node.module.removeprefix("motcua.").replace(".", "/") + ".py")
            named = {alias.name: alias.asname or alias.name for alias in node.names if alias.name.isupper()}
            theirs = constants(source) if source and named else {}
            found.update({named[name]: texts for name, texts in theirs.items() if name in named})
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None and (texts := bare(node.value)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update({target.id: texts for target in targets if isinstance(target, ast.Name)})
    return found


def untranslated(tree: ast.Module) -> list[str]:
    """What a module tells a person without marking it: in the call itself, by a constant, or by a variable of the function."""
    found = []
    for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.Module)):
        said = constants(tree)
        for node in ast.walk(scope) if isinstance(scope, ast.FunctionDef) else ():
            if isinstance(node, ast.Assign) and (texts := bare(node.value)):
                said.update({target.id: texts for target in node.targets if isinstance(target, ast.Name)})
        for call in (
            node
            for node in ast.walk(scope)
            if isinstance(node, ast.Call) and called(node.func) & (refusals() | TELLERS)
        ):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            found += [text for argument in given for text in bare(argument)]
            names = {part.id for argument in given for part in ast.walk(argument) if isinstance(part, ast.Name)}
            found += [text for name in names & set(said) for text in said[name]]
    return sorted(set(found))


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
    allowed = re.compile(r"“[^”]*”|(?:[Ff]or example|like)[^.]*[:,].*|đồng|\bđ\b|\d+/\d{4}/[A-ZĐ-]+|Decree \S+")
    left = [one for texts in english.values() for one in texts if VIETNAMESE.search(allowed.sub("", one))]
    assert left == []


def test_whatever_refuses_is_marked_for_translation() -> None:
    told = {
        name: texts
        for name, tree in modules().items()
        if not VIETNAMESE_ALWAYS.fullmatch(name.rpartition("/")[2]) and (texts := untranslated(tree))
    }
    assert told == {}, "wrap it in gettext where it stands, and " + ADVICE


@pytest.mark.parametrize(
    "code",
    [
        'raise Forbidden("Không thuộc quyền của bạn.")',
        'raise RuleBroken.of("note", f"Dài quá {most} ký tự.")',
        'raise RuleBroken.of("note", "Dài quá %(most)s ký tự." % {"most": most})',
        'raise errors.NotFound(detail="Không thấy.")',
        'faults.append(FieldError("note", "Ghi lý do." if must else _("Được để trống.")))',
        'form.add_error(None, "Chưa gửi được.")',
        'messages.success(request, f"Đã lưu {name}.")',
        "raise Conflict(KEPT)",
        'sentence = f"“{name}” quá lớn."\n    raise WrongType.of("file", sentence)',
    ],
)
def test_a_refusal_without_a_mark_is_found(code: str) -> None:
    tree = ast.parse(f'KEPT = "Đã giữ."\n\ndef act():\n    {code}\n')
    assert untranslated(tree) != []


@pytest.mark.parametrize(
    "code",
    [
        'raise Forbidden(_("Không thuộc quyền của bạn."))',
        'raise RuleBroken.of("note", _("Dài quá %(most)s ký tự.") % {"most": most})',
        "raise Conflict(_(KEPT))",
        'form.add_error("note", refused.detail)',
        'run.said = "Đã đánh dấu."',
    ],
)
def test_a_marked_refusal_passes(code: str) -> None:
    tree = ast.parse(f'KEPT = gettext_noop("Đã giữ.")\n\ndef act():\n    {code}\n')
    assert untranslated(tree) == []
