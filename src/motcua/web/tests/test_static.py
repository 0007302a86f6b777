"""The files that pages load: all there, all ours, and light."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage

from motcua.web import specimen, views

MOTCUA = Path(__file__).resolve().parents[2]
STATIC = MOTCUA / "web" / "static"
TEMPLATES = sorted(MOTCUA.glob("*/templates/**/*.html"))
VIETNAMESE = "ăâđêôơưĂÂĐÊÔƠƯ" + "".join(
    base for vowel in ("àảãáạ", "ằẳẵắặ", "ầẩẫấậ", "èẻẽéẹ", "ềểễếệ", "ìỉĩíị", "òỏõóọ", "ồổỗốộ", "ờởỡớợ", "ùủũúụ", "ừửữứự", "ỳỷỹýỵ")
    for base in vowel + vowel.upper()
) + "₫“”–…•"  # fmt: skip
LIMIT = 100_000  # bytes of the first load (design.md §8)


def weight(name: str) -> int:
    """Bytes on the wire: fonts are compressed already, the rest travels as gzip."""
    content = (STATIC / name).read_bytes()
    return len(content) if name.endswith(".woff2") else len(gzip.compress(content, 9))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(MOTCUA)))
def test_every_static_file_named_in_a_template_exists(template):
    for name in re.findall(r"{%\s*static\s+[\"']([^\"']+)[\"']", template.read_text()):
        assert finders.find(name), name


def test_every_file_gets_its_hashed_name_and_every_address_in_the_styles_is_found(tmp_path):
    storage = ManifestStaticFilesStorage(location=tmp_path, base_url="/static/")
    source = FileSystemStorage(location=STATIC)
    files = {
        str(path.relative_to(STATIC)): (source, str(path.relative_to(STATIC)))
        for path in STATIC.rglob("*")
        if path.is_file()
    }
    for name in files:
        with source.open(name) as content:
            storage.save(name, content)
    outcome = list(storage.post_process(files))
    assert [processed for _name, _hashed, processed in outcome if isinstance(processed, Exception)] == []
    assert set(storage.hashed_files) == set(files)


def test_styles_and_scripts_call_no_outside_host():
    for path in (STATIC / "motcua").glob("*.css"):
        assert re.findall(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)]*", path.read_text()) == []


def test_the_font_ranges_hold_every_vietnamese_letter_in_one_file():
    styles = (STATIC / "motcua" / "motcua.css").read_text()
    faces = re.findall(r"@font-face\s*{[^}]*vi-(\d+)\.woff2[^}]*unicode-range:([^;}]+)", styles)
    assert [face[0] for face in faces] == ["400", "600", "700"]
    for _weight, ranges in faces:
        held = set()
        for part in ranges.replace(" ", "").split(","):
            low, _dash, high = part.removeprefix("U+").removeprefix("u+").partition("-")
            held.update(range(int(low, 16), int(high or low, 16) + 1))
        assert {letter for letter in VIETNAMESE if ord(letter) not in held} == set()


PARTS = [
    "motcua.css",
    "motcua.js",
    "favicon.svg",
    "fonts/be-vietnam-pro-vi-400.woff2",
    "fonts/be-vietnam-pro-vi-600.woff2",
]


@pytest.mark.django_db
@pytest.mark.parametrize("view", [views.front, views.style], ids=["front", "style"])
def test_the_first_load_of_a_page_stays_below_100_kb(rf, view):
    page = len(gzip.compress(view(rf.get("/")).content, 6))
    assert page + sum(weight(f"motcua/{part}") for part in PARTS) < LIMIT


def test_the_specimen_page_has_no_value_that_changes_with_the_day():
    assert specimen.context()["now"] == specimen.NOW
