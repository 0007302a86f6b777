"""What the content security policy forbids stands in no template of any app."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

MOTCUA = Path(__file__).resolve().parents[2]
TEMPLATES = sorted(path for path in MOTCUA.glob("*/templates/**/*.html"))
FORBIDDEN = {
    "inline style": r"\sstyle\s*=",
    "style element": r"<style\b",
    "inline script": r"<script\b(?![^>]*\bsrc=)",
    "event attribute": r"\son[a-z]+\s*=\s*[\"']",
    "script address": r"javascript:",
    "outside host": r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//(?!\{)",
}


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(MOTCUA)))
def test_a_template_keeps_to_the_content_security_policy(path):
    text = re.sub(r"{#.*?#}|{% comment %}.*?{% endcomment %}", "", path.read_text(), flags=re.DOTALL)
    assert [name for name, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(MOTCUA)))
def test_a_template_compiles(path):
    get_template(str(path).split("/templates/", 1)[1])
