"""Writing policies: an editor that checks while one types, a draft that is kept, a new policy from a first page."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.base.timesource import now
from trustdesk.policy import actions, queries
from trustdesk.policy.documents import LANGUAGE
from trustdesk.policy.refusals import DoesNotPass
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


@page(right="policy.edit")
def edit(request: PageRequest, code: str, number: int) -> HttpResponseBase:
    """Edit a version: one's own draft stays that draft, anything else begins a new one."""
    version, text, translations = queries.source_of(code, number)
    own = version.state == "draft" and version.author == request.actor.label
    if request.method == "POST":
        return _keep(request, code, version if own else None)
    return _editor(request, code=code, version=version, text=text, translations=translations, own=own)


@page(right="policy.edit")
def new(request: PageRequest) -> HttpResponseBase:
    """A new policy, from a first page."""
    if request.method == "POST":
        return _keep(request, "", None)
    content = queries.live_content()
    kind = "listing" if "listing" in content.pack.kinds else next(iter(content.pack.kinds))
    mildest = min(content.taxonomy.labels.values(), key=lambda label: label.severity).code
    text = FIRST_PAGE.format(label=mildest, kind=kind)
    return _editor(request, code="", version=None, text=text, translations={}, own=True)


@page(right="policy.edit", methods=("POST",))
def try_it(request: PageRequest) -> HttpResponse:
    """What the check finds in the text as it stands: asked while one types, nothing is kept."""
    code = request.POST.get("code", "")
    number = int(found) if (found := request.POST.get("number", "")).isdecimal() and len(found) < 7 else 1
    text, translations = _texts(request)
    tried = queries.try_document(code, text, translations, number, thorough=False)
    return swap(request, "policy/_findings.html", tried=tried)


def _keep(request: PageRequest, code: str, version: Any) -> HttpResponseBase:
    text, translations = _texts(request)
    try:
        kept = actions.draft(
            actor=request.actor,
            text=text,
            code=code,
            translations=translations,
            version_id=version.id if version else None,
            now=now(),
        )
    except Invalid as refusal:
        said = " ".join([refusal.message, *refusal.fields.values()])
        return _editor(
            request, code=code, version=version, text=text, translations=translations, own=bool(version), said=said
        )
    if request.POST.get("then") == "check":
        try:
            actions.check(actor=request.actor, version_id=kept.id, now=now())
        except DoesNotPass:
            messages.warning(request, _("Kept, but it does not pass the check yet."))
        else:
            messages.success(request, _("Checked. A second person can approve it now."))
            return go(request, reverse("policy:version", args=[kept.code, kept.number]))
    else:
        messages.success(request, _("The draft is kept."))
    return go(request, reverse("policy:edit", args=[kept.code, kept.number]))


def _texts(request: PageRequest) -> tuple[str, dict[str, str]]:
    """The document and its translations, as forms send them (CRLF) and as files hold them (LF)."""
    texts = {
        name.removeprefix("text."): str(value).replace("\r\n", "\n")
        for name, value in request.POST.items()
        if name.startswith("text.") and str(value).strip()
    }
    language = request.POST.get("add_language", "").strip()
    if re.fullmatch(LANGUAGE, language) and language not in texts and language != "en":
        code = request.POST.get("code", "")
        texts[language] = f"---\ntranslation_of: {code}\nlanguage: {language}\ntitle: \n---\n"
    return request.POST.get("text", "").replace("\r\n", "\n"), texts


def _editor(
    request: PageRequest,
    *,
    code: str,
    version: Any,
    text: str,
    translations: dict[str, str],
    own: bool,
    said: str = "",
) -> HttpResponse:
    content = queries.live_content()
    known = {language for market in content.pack.markets.values() for language in market.languages}
    context = {
        "code": code,
        "version": version,
        "text": text,
        "translations": sorted(translations.items()),
        "own": own,
        "said": said,
        "addable": sorted(known - {"en"} - translations.keys()),
        "lists": sorted(content.lists),
        "tried": queries.try_document(code, text, translations, version.number if version else 1, thorough=False),
    }
    return render(request, "policy/edit.html", context, status=422 if said else 200)
