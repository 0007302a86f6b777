"""Import-linter sees neither templates nor string foreign keys; the floors hold for both (design.md section 2)."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import get_resolver

import motcua

ROOT = Path(motcua.__file__).parent
FLOORS = [
    {"places", "worktime"},
    {"organisation"},
    {"catalogue", "casework", "documents", "payments", "identity"},
    {"casepages"},
    {"dossiers", "oversight", "letters"},
    {"board", "indicators", "steering"},
    {"web", "config", "demo", "bench"},
]
LEVEL = {app: number for number, floor in enumerate(FLOORS) for app in floor}
SHARED = re.compile(r"^(base\.html|components/.+)$")
EXTENDS = re.compile(r"""{%-?\s*(?:extends|include)\s+["']([^"']+)["']""")
URL = re.compile(r"""{%-?\s*url\s+["']([^"']+)["']""")
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))


def app_of(path: Path) -> str:
    return path.relative_to(ROOT).parts[0]


def may_use(app: str, other: str) -> bool:
    """Downward, or within itself; the top floor's apps may use one another."""
    return app == other or LEVEL[other] < LEVEL[app] or LEVEL[app] == LEVEL[other] == len(FLOORS) - 1


def app_that_owns(view: object) -> str:
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    parts = module.split(".")
    return parts[1] if parts[0] == "motcua" else ""


def addresses() -> dict[str, str]:
    """Name of an address, with its namespace -> the app whose view answers."""
    found: dict[str, str] = {}

    def walk(resolver, prefix: str) -> None:
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)
            elif pattern.name:
                found[prefix + pattern.name] = app_that_owns(pattern.callback)

    walk(get_resolver(), "")
    return found


def test_every_app_has_a_floor():
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert folders == set(LEVEL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_template_stands_on_its_own_app_or_a_lower_floor(path):
    app, text, faults = app_of(path), path.read_text(encoding="utf-8"), []
    for name in EXTENDS.findall(text):
        if not SHARED.match(name):
            other = name.split("/")[0]
            if other not in LEVEL or not may_use(app, other):
                faults.append(f"extends or includes {name}")
    if not SHARED.match(str(path.relative_to(ROOT / app / "templates"))):
        known = addresses()
        for name in URL.findall(text):
            if name not in known:
                faults.append(f"unknown address {name}")
            elif known[name] and not may_use(app, known[name]) and known[name] != "config":
                faults.append(f"address {name} of {known[name]}")
    assert not faults


@pytest.mark.parametrize(
    "model", [m for m in apps.get_models() if m.__module__.startswith("motcua.")], ids=lambda m: m._meta.label
)
def test_a_foreign_key_points_to_its_own_app_or_a_lower_floor(model):
    for field in model._meta.get_fields():
        other = getattr(field, "related_model", None)
        if other and not field.auto_created and other.__module__.startswith("motcua."):
            assert may_use(model._meta.app_label, other._meta.app_label), field
