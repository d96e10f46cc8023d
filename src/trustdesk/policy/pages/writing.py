"""Writing policies: an editor that checks and completes while one types, a draft that is kept, a new policy."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid, Refusal
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import actions, queries
from trustdesk.policy.diffs import Difference, Line, lines_between
from trustdesk.policy.documents import LANGUAGE
from trustdesk.policy.formatting import formatted
from trustdesk.policy.refusals import DoesNotPass, DraftMoved
from trustdesk.web.page import PageRequest, go, page, swap

# What a new policy starts from: every key once, so that nobody has to look them up.
FIRST_PAGE = """\
---
code: my-new-policy
title: What this policy is about
labels: [{label}]
applies_to: [{kind}]
markets: [all]
strikes: 0
ground: terms
reason:
  en: Your {{kind}} shows {{matched}}. Please take it out and post again.
rules:
  - name: first-rule
    clause: "1.1"
    when: has(item.text, "words to look for")
    then: review()
examples:
  - text: "A text with the words to look for"
    expect: review
  - text: "A text like it that is allowed"
    expect: approve
---
## 1 What is not allowed

### 1.1 A heading that can be cited

Say in plain words what does not belong here.

## 2 What is fine

- Say what people may do instead.

## 3 Hard cases

- *A case people argue about.* And how it is decided.
"""


@dataclass(frozen=True)
class Sheet:
    """What lies in the editor: the document, its translations, and the version it was begun from."""

    code: str
    text: str
    translations: Mapping[str, str]
    version: Any = None
    own: bool = True

    @property
    def number(self) -> int:
        return self.version.number if self.version else 1


@dataclass(frozen=True)
class Said:
    """Why a sheet was not taken, in words, and what was kept meanwhile, line by line."""

    message: str = ""
    status: int = 200
    meanwhile: Difference | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@page(right="policy.edit")
def edit(request: PageRequest, code: str, number: int) -> HttpResponseBase:
    """Edit a version: one's own draft stays that draft, anything else begins a new one."""
    version, text, translations = queries.source_of(code, number)
    own = version.state == "draft" and version.author == request.actor.label
    if request.method == "POST":
        typed, others = texts(request)
        return _keep(request, Sheet(code, typed, others, version, own))
    return editor(request, Sheet(code, text, translations, version, own))


@page(right="policy.edit")
def new(request: PageRequest) -> HttpResponseBase:
    """A new policy, from a first page."""
    if request.method == "POST":
        typed, others = texts(request)
        return _keep(request, Sheet("", typed, others))
    content = queries.live_content()
    kind = "listing" if "listing" in content.pack.kinds else next(iter(content.pack.kinds))
    mildest = min(content.taxonomy.labels.values(), key=lambda label: label.severity).code
    return editor(request, Sheet("", FIRST_PAGE.format(label=mildest, kind=kind), {}))


@page(right="policy.edit", methods=("POST",))
def try_it(request: PageRequest) -> HttpResponse:
    """What the check finds in the text as it stands: asked while one types, nothing is kept."""
    text, translations = texts(request)
    code = request.POST.get("code", "")
    tried = queries.try_document(code, text, translations, number_of(request), thorough=False)
    return swap(request, "policy/_findings.html", tried=tried, own_file=f"{code}.md")


@page(right="policy.edit", methods=("POST",))
def lay_out(request: PageRequest) -> HttpResponse:
    """The text with its conditions laid out: as JSON for the page's script, as the whole editor without."""
    text, translations = texts(request)
    made = formatted(text)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"text": made.text, "changed": made.changed, "left": list(made.left)})
    code, number = request.POST.get("code", ""), number_of(request)
    version = queries.source_of(code, number)[0] if code else None
    own = version is None or (version.state == "draft" and version.author == request.actor.label)
    return editor(request, Sheet(code, made.text, translations, version, own))


@page(right="policy.read", methods=("GET", "HEAD"))
def vocabulary(request: PageRequest) -> HttpResponse:
    """Every word a policy may use, for the editor's suggestions; asked once a page, and only sent when it changed."""
    told = queries.vocabulary()
    mark = f'W/"{told["ruleset"]}-{request.LANGUAGE_CODE}"'
    if request.headers.get("If-None-Match") == mark:
        answer = HttpResponse(status=304)
    else:
        answer = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
    answer["ETag"] = mark
    patch_cache_control(answer, private=True, no_cache=True)
    return answer


def number_of(request: PageRequest) -> int:
    found = request.POST.get("number", "")
    return int(found) if found.isdecimal() and len(found) < 7 else 1


def texts(request: PageRequest) -> tuple[str, dict[str, str]]:
    """The document and its translations, as forms send them (CRLF) and as files hold them (LF)."""
    found = {
        name.removeprefix("text."): str(value).replace("\r\n", "\n")
        for name, value in request.POST.items()
        if name.startswith("text.") and str(value).strip()
    }
    language = request.POST.get("add_language", "").strip()
    if re.fullmatch(LANGUAGE, language) and language not in found and language != "en":
        code = request.POST.get("code", "")
        found[language] = f"---\ntranslation_of: {code}\nlanguage: {language}\ntitle: \n---\n"
    return request.POST.get("text", "").replace("\r\n", "\n"), found


def editor(request: PageRequest, sheet: Sheet, said: Said | None = None) -> HttpResponse:
    """The page; `said.extra` is what else it shows, such as a trial."""
    said = said or Said()
    content = queries.live_content()
    known = {language for market in content.pack.markets.values() for language in market.languages}
    live = next((entry.version for entry in content.policies if entry.code == sheet.code), 0)
    base = sheet.version.base if sheet.version and sheet.own else live
    context = {
        "code": sheet.code,
        "own_file": f"{sheet.code}.md",
        "version": sheet.version,
        "text": sheet.text,
        "translations": sorted(sheet.translations.items()),
        "own": sheet.own,
        "said": said.message,
        "meanwhile": said.meanwhile,
        "overtaken": live if base != live else 0,
        "overtaken_by": queries.between_versions(sheet.code, base, live) if base != live else None,
        "addable": sorted(known - {"en"} - sheet.translations.keys()),
        "kinds": [kind.code for kind in content.pack.kinds.values()],
        "markets": [(market.code, market.name) for market in content.pack.markets.values()],
        "languages": sorted(known),
        "sample": request.POST,
        "may_items": request.actor.may("items.read"),
        "tried": queries.try_document(sheet.code, sheet.text, sheet.translations, sheet.number, thorough=False),
        **said.extra,
    }
    return render(request, "policy/edit.html", context, status=said.status)


def _keep(request: PageRequest, sheet: Sheet) -> HttpResponseBase:
    renew = request.POST.get("then") == "renew" and sheet.version
    try:
        kept = actions.draft(
            actor=request.actor,
            text=sheet.text,
            code=sheet.code,
            translations=sheet.translations,
            version_id=sheet.version.id if sheet.version and sheet.own and not renew else None,
            begun_from=request.POST.get("begun", ""),
            now=now(),
        )
    except DraftMoved as refusal:
        return _moved(request, sheet, refusal)
    except Invalid as refusal:
        message = " ".join([refusal.spoken, *refusal.spoken_fields.values()])
        return editor(request, sheet, Said(message, 422))
    if renew and sheet.own:
        actions.discard(actor=request.actor, version_id=sheet.version.id, now=now())
    if request.POST.get("then") == "check":
        try:
            actions.check(actor=request.actor, version_id=kept.id, now=now())
        except DoesNotPass:
            messages.warning(request, _("Kept, but it does not pass the check yet."))
        except Refusal as refusal:
            messages.warning(request, _("Kept.") + " " + refusal.spoken)
        else:
            messages.success(request, _("Checked. A second person can approve it now."))
            return go(request, reverse("policy:version", args=[kept.code, kept.number]))
    else:
        messages.success(request, _("The draft is kept."))
    return go(request, reverse("policy:edit", args=[kept.code, kept.number]))


def _moved(request: PageRequest, sheet: Sheet, refusal: DraftMoved) -> HttpResponse:
    """Another window kept this draft: what was typed here stays, and what was kept there is shown beside it."""
    version, stored, _translations = queries.source_of(sheet.code, sheet.number)
    lines: tuple[Line, ...] = tuple(lines_between(stored, sheet.text))
    words = (_("Marked with a minus: kept there and not here. With a plus: typed here."),)
    meanwhile = Difference("policy", sheet.code, "changed", words, lines)
    sheet = Sheet(sheet.code, sheet.text, sheet.translations, version, sheet.own)
    return editor(request, sheet, Said(refusal.spoken, refusal.status, meanwhile))
