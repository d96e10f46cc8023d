"""Templates: they compile, say nothing that cannot be translated, carry no inline code, and know only what lies below."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import get_template

import trustdesk

PACKAGE = Path(trustdesk.__file__).parent
TEMPLATES = sorted(path for path in PACKAGE.glob("*/templates/**/*") if path.is_file())
# Letters are written once in each language, for mail programs that know no style sheets: not pages.
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and "letters" not in path.parts]
# Words that are the same in every language.
NAMES = {"TrustDesk", "English", "Bahasa", "Indonesia", "Ctrl", "Esc", "API", "JSON", "HTML", "UTC", "URL", "CSV"}
TOLD = ("aria-label", "title", "placeholder", "alt", "data-done", "data-offline")


def name_of(path: Path) -> str:
    return path.relative_to(next(parent for parent in path.parents if parent.name == "templates")).as_posix()


class Visible(HTMLParser):
    """Collects what a reader would see or hear."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.quiet: list[str] = []

    def handle_starttag(self, tag, attrs):
        if tag in {"script", "style", "kbd", "code"}:
            self.quiet.append(tag)
        self.found += [value for name, value in attrs if name in TOLD and value]

    def handle_endtag(self, tag):
        if self.quiet and self.quiet[-1] == tag:
            self.quiet.pop()

    def handle_data(self, data):
        if not self.quiet:
            self.found.append(data)


def untranslated(source: str) -> list[str]:
    source = re.sub(r"{#.*?#}|{% comment.*?endcomment %}", "", source, flags=re.DOTALL)
    source = re.sub(r"{% blocktranslate.*?endblocktranslate %}", "", source, flags=re.DOTALL)
    # These blocks hold class names and attributes.
    source = re.sub(r"{% block (work|shape|main_attributes) %}.*?{% endblock %}", "", source, flags=re.DOTALL)
    source = re.sub(r"{%.*?%}|{{.*?}}", "", source, flags=re.DOTALL)
    reader = Visible()
    reader.feed(source)
    words = [word for text in reader.found for word in re.findall(r"[^\W\d_]{2,}", re.sub(r"&\w+;", " ", text))]
    return [word for word in words if word not in NAMES]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_it_compiles(path):
    get_template(name_of(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_visible_word_can_be_translated(path):
    assert untranslated(path.read_text()) == []


def test_the_check_sees_words_and_spoken_attributes():
    assert untranslated('<p>{% translate "Fine" %} <b>Left</b> {{ x }}</p><kbd>Esc</kbd>') == ["Left"]
    assert untranslated('<a aria-label="Close it" title="{{ x }}">×</a>') == ["Close", "it"]
    assert untranslated("{% blocktranslate %}Fine{% endblocktranslate %}<style>a{}</style>") == []


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_inline_code_or_style(path):
    source = re.sub(r"{%.*?%}|{{.*?}}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"""\s(style|on\w+|hx-on[\w:-]*)\s*=""", source)
    assert not re.search(r"<style|<script(?![^>]*\ssrc=)|javascript:", source)
    assert not re.search(r"""(src|href)=["'](https?:)?//""", source)


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_template_knows_its_own_slice_and_the_shell_only(path):
    own = path.relative_to(PACKAGE).parts[0]
    # Where an account stands on the ladder: of a lower storey, made to be shown beside other things.
    shared = {"decisions/_ladder.html"}
    found = re.findall(r"""{%\s*(?:extends|include)\s+["']([^"']+)["']""", path.read_text())
    for used in (name for name in found if name not in shared):
        owner = "web" if used.split("/")[0] in {"account", "mfa"} else used.split("/")[0]
        assert owner in {own, "web"}, f"{name_of(path)} reaches for {used}"
