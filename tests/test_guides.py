"""The guides, and every document, say what is there: a button that was renamed, a page that moved, a picture nobody made again fails here.

In a guide, **[Tiếp nhận hồ sơ]** is what stands on a page, letter for letter; **[Tiếp nhận hồ sơ]** (Alt+G) is also its key; `/so-lieu/` is an address.
"""

from __future__ import annotations

import argparse
import functools
import re
from pathlib import Path
from urllib.parse import unquote

import picture_guides
import pytest
from django.urls import Resolver404, resolve
from PIL import Image

from motcua import cli
from motcua.bench import commands as benches
from motcua.config.tests.test_translations import msgids
from motcua.demo import services as demo
from motcua.demo import tour
from motcua.dossiers import rules
from motcua.organisation.models import ROLES
from motcua.web import navigation

PROJECT = Path(__file__).resolve().parent.parent
GUIDE = PROJECT / "docs" / "guide"
SHEETS = sorted(GUIDE.glob("*.md"))
GUIDES = [path for path in SHEETS if path.name != "README.md"]
PICTURES = sorted((GUIDE / "pictures").glob("*.png"))
DOCUMENTS = sorted(
    path
    for where in ("*.md", "docs/**/*.md", "src/motcua/*/*.md", "src/motcua/*/facts/*.md", "tests/**/*.md")
    for path in PROJECT.glob(where)
)
QUOTED = re.compile(r"\*\*\[(.+?)\]\*\*(?: \(Alt\+([A-Z])\))?")
SHOWN = re.compile(r"!\[([^\]]*)\]\(([^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
ADDRESS = re.compile(r"`(/(?:[a-z0-9][a-z0-9.-]*/)*)`")


def named(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@functools.cache
def keys() -> set[tuple[str, str]]:
    """Every (label, letter) that a page gives to Alt: buttons and boxes of the templates, entries of the menu, and the act a dossier waits for."""
    found = {(entry.label, entry.key.upper()) for entry in navigation.ENTRIES if entry.key}
    found |= {(str(row.label), "G") for row in rules.TRANSITIONS.values()}
    for path in (PROJECT / "src" / "motcua").glob("*/templates/**/*.html"):
        text = path.read_text(encoding="utf-8")
        for tag in re.findall(r"\{% (?:button|input) .+?%\}", text):
            label, key = re.search(r'_\("([^"]+)"\)', tag), re.search(r'\bkey="(\w)"', tag)
            if label and key:
                found.add((label[1], key[1].upper()))
        for letter, label in re.findall(r'data-key="(\w)" data-key-name="\{% translate "([^"]+)" %\}"', text):
            found.add((label, letter.upper()))
    return found


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_what_a_guide_quotes_stands_on_a_page(path: Path) -> None:
    quoted = [label for label, _key in QUOTED.findall(path.read_text(encoding="utf-8"))]
    assert len(quoted) > 5, "a guide names what its reader presses"
    known = msgids()
    assert [label for label in quoted if label not in known] == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_a_key_that_a_guide_names_presses_that_button(path: Path) -> None:
    known = keys()
    said = [(label, key) for label, key in QUOTED.findall(path.read_text(encoding="utf-8")) if key]
    assert [pair for pair in said if pair not in known] == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.stem)
def test_an_address_in_a_guide_opens_a_page(path: Path) -> None:
    for address in ADDRESS.findall(path.read_text(encoding="utf-8")):
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{named(path)}: no page at {address}")


def test_a_label_an_address_or_a_key_that_is_not_there_would_be_found() -> None:
    assert QUOTED.findall("bấm **[Nút không có]** (Alt+Z)") == [("Nút không có", "Z")]
    assert "Nút không có" not in msgids() and ("Chốt ca", "Z") not in keys() and ("Chốt ca", "G") in keys()
    assert ADDRESS.findall("mở `/khong-co-trang-nay/`, không phải `make run`") == ["/khong-co-trang-nay/"]
    with pytest.raises(Resolver404):
        resolve("/khong-co-trang-nay/")


def test_each_role_has_its_guide() -> None:
    """The index says which guide is whose; a new role of the organisation needs one."""
    index = (GUIDE / "README.md").read_text(encoding="utf-8")
    assert [label for label in ROLES.values() if f"**{label}**" not in index] == []
    assert {path.name for path in GUIDES} == {link for link in LINK.findall(index) if "/" not in link}


def logins() -> set[str]:
    """Of every officer of the demo."""
    return {
        *(login for login, _title, _roles, _name in (*demo.PROVINCIAL, *demo.LEADERS)),
        *(
            f"{post[0]}.{suffix}"
            for suffix, _name, _people in demo.DEPARTMENTS.values()
            for post in demo.DEPARTMENT_POSTS
        ),
        *(f"{post.login}.{suffix}" for suffix in demo.SUFFIX.values() for post in demo.POSTS),
    }


def test_a_login_that_a_document_names_is_one_of_the_demo() -> None:
    known = logins()
    login = re.compile(rf"`([a-z]+\.(?:{'|'.join({one.partition('.')[2] for one in known})}))`")
    said = {(named(path), one) for path in DOCUMENTS for one in login.findall(path.read_text(encoding="utf-8"))}
    assert len(said) > 30
    assert sorted(pair for pair in said if pair[1] not in known) == []


# --- what the demo prints and how long its tour is ----------------------------------------------------------------------

IN_WORDS = {2: ("hai", "two"), 5: ("năm", "five"), 7: ("bảy", "seven"), 10: ("mười", "ten"), 12: ("mười hai", "twelve")}


def test_the_terminal_names_the_principal_logins_a_line_each_and_all_others() -> None:
    everybody = [demo.Login(login, "motcua-0f1e2d", "Người hư cấu") for login in sorted(logins())]
    lines = demo.printed(everybody, "ky-so-0f1e2d")
    first = [line.split()[0] for line in lines if "motcua-0f1e2d" in line]
    rest = " ".join(lines).partition("cùng mật khẩu: ")[2].partition("  mật khẩu chứng thư")[0]
    assert first == list(demo.PRINCIPAL)
    assert set(re.split(r",\s+", rest.strip())) == logins() - set(demo.PRINCIPAL)
    assert max(map(len, lines)) <= 100


def test_the_documents_say_how_many_logins_are_printed() -> None:
    page = (PROJECT / "docs" / "demo.md").read_text(encoding="utf-8")
    assert f"{IN_WORDS[len(demo.PRINCIPAL)][1].capitalize()} logins are printed" in page
    for place, suffix in (("xã Quỳnh Sơn", "quynhson"), ("the province", "nghean")):
        number = sum(login.endswith(suffix) for login in demo.PRINCIPAL)
        assert f"{IN_WORDS[number][1]} of {place} (" in page


def test_readme_demo_and_sign_in_say_how_long_the_tour_is() -> None:
    vi, en = (IN_WORDS[tour.MINUTES][language] for language in (0, 1))
    more = [IN_WORDS[tour.EXTRA_MINUTES][language] for language in (0, 1)]
    readme, page = ((PROJECT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/demo.md"))
    for told in (f"trong {vi} phút, thêm {more[0]} phút", f"in {en} minutes, and in {more[1]} more"):
        assert told in readme
    assert f"`/tham-quan/` (the top line of every page leads there) takes {en} minutes" in page
    assert f"{more[1]} minutes more" in page
    assert any(text.startswith(f"{vi.capitalize()} phút đi theo một hồ sơ, thêm {more[0]} phút") for text in msgids())


# --- pictures ----------------------------------------------------------------------------------------------------------


def shown() -> dict[str, list[str]]:
    """Name of a picture -> the texts that stand for it."""
    found: dict[str, list[str]] = {}
    for path in GUIDES:
        for text, target in SHOWN.findall(path.read_text(encoding="utf-8")):
            found.setdefault(target, []).append(text)
    return found


def test_every_picture_is_made_by_the_tool_shown_once_and_said_in_words() -> None:
    made = {f"pictures/{picture.name}.png" for picture in picture_guides.PICTURES}
    assert made == {f"pictures/{path.name}" for path in PICTURES} == set(shown())
    assert [name for name, texts in shown().items() if len(texts) != 1 or len(texts[0]) < 20] == []


def test_the_home_of_every_role_is_pictured_at_a_desk_and_on_a_phone() -> None:
    roles = {f"{post.login}.{demo.SUFFIX['17170']}": post.roles for post in demo.POSTS}
    roles |= {login: given for login, _title, given, _name in (*demo.PROVINCIAL, *demo.LEADERS)}
    assert {role for login in picture_guides.HOMES.values() for role in roles[login]} == set(ROLES)
    homes = [picture for picture in picture_guides.PICTURES if picture.address == "/viec-can-lam/"]
    widths = {
        login: sorted(one.size[0] for one in homes if one.who == login) for login in picture_guides.HOMES.values()
    }
    assert set(map(tuple, widths.values())) == {(375, 1280)}


def test_every_guide_shows_its_page() -> None:
    assert [path.name for path in GUIDES if not SHOWN.search(path.read_text(encoding="utf-8"))] == []


def test_pictures_are_light_enough_for_a_slow_line() -> None:
    sizes = {path.name: path.stat().st_size for path in PICTURES}
    assert [name for name, size in sizes.items() if size > picture_guides.MOST_BYTES] == []
    assert sum(sizes.values()) < 1_800_000
    for path in PICTURES:
        with Image.open(path) as image:
            assert image.width <= picture_guides.WIDEST, path.name


# --- links of all documents --------------------------------------------------------------------------------------------


def prose(path: Path) -> str:
    """A document without its code, where brackets mean something else."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(path: Path) -> set[str]:
    """The names of headings as the hosts of repositories make them: lower case, no punctuation, hyphens for spaces."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("path", DOCUMENTS, ids=named)
def test_links_lead_somewhere(path: Path) -> None:
    for link in LINK.findall(prose(path)) + [target for _text, target in SHOWN.findall(prose(path))]:
        if re.match(r"[a-z]+:", link):
            continue
        target, _hash, anchor = unquote(link).partition("#")
        aim = (path.parent / target).resolve() if target else path
        assert aim.exists(), f"{named(path)}: {link}"
        assert not anchor or aim.suffix != ".md" or anchor in anchors(aim), f"{named(path)}: {link}"


# --- commands and settings ---------------------------------------------------------------------------------------------

COMMAND = re.compile(r"(?:^ {4}|`|&& )(?:\.venv/bin/)?motcua ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?", re.MULTILINE)
SETTING = re.compile(r"`(MOTCUA_[A-Z0-9_]+[A-Z0-9])`")


def commands() -> dict[str, set[str]]:
    """Each sub-command of `motcua` with its own sub-commands, empty where it takes arguments at once."""

    def below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
        found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
        return dict(found[0].choices) if found else {}

    return {name: set(below(parser)) for name, parser in below(cli.parser()).items()}


def test_every_command_in_the_documents_exists() -> None:
    known, wrong = commands(), []
    for path in DOCUMENTS:
        for first, second in COMMAND.findall(path.read_text(encoding="utf-8")):
            if first not in known or (known[first] and second and second not in known[first]):
                wrong.append(f"{named(path)}: motcua {first} {second}")
    assert wrong == []


def test_every_setting_in_the_documents_is_read_somewhere() -> None:
    code = [*(PROJECT / "src" / "motcua").rglob("*.py"), PROJECT / "conftest.py"]
    read = "\n".join(path.read_text(encoding="utf-8") for path in code)
    said = {name for path in DOCUMENTS for name in SETTING.findall(path.read_text(encoding="utf-8"))}
    assert len(said) > 25
    assert sorted(name for name in said if name not in read) == []


# --- what was proved ---------------------------------------------------------------------------------------------------

PROOF = (PROJECT / "docs" / "proof.md").read_text(encoding="utf-8")
MEASURED = (PROJECT / "docs" / "benchmarks.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PROOF.splitlines()
    if line.startswith("| ") and "| command |" not in line
]
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
ROUNDED = {"0.9"}
"""0.87 ms in the benchmarks."""
UNWRITTEN = ("make test", "pytest")
"""Of these the output is kept nowhere but on the page of proof."""


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1].strip("`"))
def test_what_proof_says_was_printed_stands_among_the_measurements(row: list[str]) -> None:
    _bar, command, printed = row
    if not any(one in command for one in UNWRITTEN):
        assert [number for number in NUMBER.findall(printed) if number not in NUMBER.findall(MEASURED)] == []


def test_proof_names_every_bench_and_every_tool_that_proves_something() -> None:
    commands = " ".join(row[1] for row in ROWS)
    assert set(re.findall(r"motcua bench (\w+)", commands)) == set(benches.NAMES)
    tools = re.findall(r"(?:tools|tests)/[\w/]+\.py", commands)
    assert len(tools) > 4 and all((PROJECT / tool).exists() for tool in tools)


def test_the_operators_sizes_are_those_that_were_measured() -> None:
    """What the sizing says was measured on 29 November 2026, the day of the benchmarks."""
    page = (PROJECT / "docs" / "operators.md").read_text(encoding="utf-8").partition("## Sizing")[2]
    table = page.partition("### Measured at one million dossiers")[2]
    rows = [line.split("|") for line in table.splitlines() if line.startswith("| ") and not line.startswith("| | ")]
    assert len(rows) > 5
    known = {number.replace(",", "") for number in NUMBER.findall(MEASURED)}
    said = [number for row in rows for number in NUMBER.findall(row[2])]
    assert [number for number in said if number.replace(",", "") not in known and number not in ROUNDED] == []
