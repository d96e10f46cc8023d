"""What a reader of the repository may rely on: short modules, clean templates, nothing of the machine it was built on."""

import re
import subprocess
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models
from django.template import TemplateSyntaxError
from django.template.loader import get_template

TOP = Path(__file__).resolve().parents[2]
SOURCE = TOP / "src/trustdesk"
MOST_LINES = 400

# From below to above; a template extends and includes its own storey's folder, or one below.
TEMPLATE_STOREYS = (
    ("web", "account", "mfa", "allauth"),
    ("privacy", "post", "files"),
    ("content", "signals", "knowledge", "workforce", "wellbeing", "escalations", "webhooks"),
    ("policy",),
    ("decisions", "academy"),
    ("review", "screening", "support", "notices"),
    ("appeals", "disputes", "legal"),
    ("quality", "rehearsal", "search", "transparency"),
    ("console", "portal", "insights"),
)
_CALLS = re.compile(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""")


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--", *patterns], cwd=TOP, capture_output=True, text=True, check=True
    ).stdout
    return [TOP / name for name in listed.splitlines() if (TOP / name).is_file()]


def templates() -> list[tuple[str, Path]]:
    """Every template of ours: its name as loaders know it, and its file."""
    return [
        (str(path.relative_to(folder)), path)
        for folder in sorted(SOURCE.rglob("templates"))
        if folder.is_dir()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def test_modules_stay_short():
    long = {
        str(path.relative_to(TOP)): count
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts and (count := path.read_text("utf-8").count("\n")) >= MOST_LINES
    }
    assert not long


def test_no_module_is_named_for_nothing():
    vague = {"utils", "util", "common", "helpers", "misc"}
    assert not [path for path in SOURCE.rglob("*") if path.stem in vague]


def storey(name: str) -> int | None:
    folder = name.partition("/")[0]
    return next((rank for rank, line in enumerate(TEMPLATE_STOREYS) if folder in line), None)


def upward(name: str, text: str) -> list[str]:
    """Templates that this one may not know: of a higher storey, or of a neighbour's folder."""
    own = storey(name)
    return [
        other
        for other in _CALLS.findall(text)
        if own is not None
        and (rank := storey(other)) is not None
        and (rank > own or (rank == own and rank > 0 and other.partition("/")[0] != name.partition("/")[0]))
    ]


def test_templates_obey_the_storeys():
    assert {name: found for name, path in templates() if (found := upward(name, path.read_text("utf-8")))} == {}


def test_an_upward_template_path_is_caught():
    assert upward("policy/page.html", '{% include "review/card.html" %}') == ["review/card.html"]
    assert upward("review/page.html", "{% extends 'screening/base.html' %}") == ["screening/base.html"]
    assert upward("review/page.html", '{% extends "web/shell.html" %}{% include "policy/rule.html" %}') == []


# Mail clients read no style sheets, so letters may carry styles of their own.
_INLINE = {
    "style=": re.compile(r"<[^>]+\sstyle\s*=", re.IGNORECASE),
    "a handler (on…=)": re.compile(r"<[^>]+\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)(?![^>]*type=[\"']application/json)[^>]*>", re.IGNORECASE),
    "an inline style sheet": re.compile(r"<style\b", re.IGNORECASE),
    "javascript:": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}


def inline(text: str) -> list[str]:
    html = re.sub(r"{%.*?%}|{{.*?}}", "", text)  # `{% if one == two %}` inside a tag is no handler
    return [what for what, pattern in _INLINE.items() if pattern.search(html)]


def test_pages_carry_no_inline_style_or_script():
    found = {
        name: what
        for name, path in templates()
        if path.suffix == ".html" and storey(name) is not None and not name.startswith("post/")
        if (what := inline(path.read_text("utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color:red">',
        "<button onclick='go()'>",
        '<div hx-on:click="x">',
        "<script>go()</script>",
        "<style>p{}</style>",
        "<a href='javascript:go()'>",
    ],
)
def test_inline_style_and_script_are_caught(text):
    assert inline(text)


def test_links_to_scripts_and_json_are_not():
    assert inline("<option{% if one == two %} selected{% endif %}>") == []
    assert (
        inline('<script type="module" src="/static/web/desk.js"></script><script type="application/json">{}</script>')
        == []
    )


@pytest.mark.parametrize("name", [name for name, _ in templates()])
def test_every_template_compiles(name):
    try:
        get_template(name)
    except TemplateSyntaxError as error:
        pytest.fail(f"{name}: {error}")


# Written in pieces, so that this file does not find itself. Other packages' addresses in the locks are names, not hosts.
_FOREIGN = re.compile(
    "|".join(
        [
            "/wor" + r"k/(?:main|wt|shared|brief|\.library)",
            "pythonhosted" + r"\.org",
            "pypi" + r"\.org/simple",
            "registry" + r"\.npmjs",
        ]
    )
)


def test_nothing_of_the_building_machine_is_in_the_repository():
    found = []
    for path in tracked():
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(TOP)}: {hit.group()}" for hit in _FOREIGN.finditer(text)]
    assert found == []


_TEXT = (models.CharField, models.TextField, models.JSONField, models.GenericIPAddressField)


def undeclared(model: type[models.Model]) -> list[str]:
    """Text columns that say neither PERSONAL nor PLAIN; fixed choices and references need not."""
    named = {*getattr(model, "PERSONAL", ()), *getattr(model, "PLAIN", ())}
    return [
        field.name
        for field in model._meta.local_fields
        if isinstance(getattr(field, "base_field", field), _TEXT)  # of an array, what it holds
        and not field.choices
        and field.name not in named
    ]


OURS = [model for model in apps.get_models() if model.__module__.startswith("trustdesk.")]


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_text_column_says_whether_it_is_personal(model):
    assert undeclared(model) == []


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_what_is_declared_is_there(model):
    fields = {field.name for field in model._meta.get_fields()}
    assert {*getattr(model, "PERSONAL", ()), *getattr(model, "PLAIN", ())} <= fields
