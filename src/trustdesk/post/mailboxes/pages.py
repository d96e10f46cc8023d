"""The pages of mailboxes: which there are and whether they work, one with its versions, its form, trying it."""

from dataclasses import asdict
from itertools import zip_longest
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.refusal import Invalid, Stale
from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.queries import names_of
from trustdesk.post.mailboxes import keeping, trying, viewing
from trustdesk.post.mailboxes.forms import AFTER_WORDS, IN_WORDS, OUT_WORDS, TLS_WORDS, MailboxForm
from trustdesk.post.mailboxes.settings import Settings
from trustdesk.post.mailboxes.troubles import Trouble
from trustdesk.post.mailboxes.viewing import MailboxView, VersionView
from trustdesk.post.models import Mailbox
from trustdesk.web.page import PageRequest, go, page, refuse, swap


@page(right="mailboxes.read", methods=("GET", "HEAD"))
def listed(request: PageRequest) -> HttpResponse:
    """The mailboxes, each with how it goes; those put away."""
    context = {
        "rows": viewing.listed(),
        "archived": viewing.listed(archived=True),
        "in_words": IN_WORDS,
        "may_manage": request.actor.may("mailboxes.manage"),
    }
    return render(request, "post/mailboxes/list.html", context)


@page(right="mailboxes.read", methods=("GET", "HEAD"))
def show(request: PageRequest, mailbox_id: UUID) -> HttpResponse:
    """One mailbox: how it goes, its settings, its versions with what each changed."""
    found = viewing.one(mailbox_id)
    versions = viewing.versions(mailbox_id)
    context = {
        "box": found,
        "lines": _lines(found.settings),
        "told": _told(versions),
        "names": names_of({one.author for one in versions}),
        "may_manage": request.actor.may("mailboxes.manage"),
    }
    return render(request, "post/mailboxes/mailbox.html", context)


@page(right="mailboxes.manage")
def begin(request: PageRequest) -> HttpResponseBase:
    """Set a mailbox up."""
    form = MailboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = keeping.begin(
                actor=request.actor,
                settings=form.settings(),
                in_password=form.cleaned_data["in_password"],
                out_password=form.cleaned_data["out_password"],
                now=now(),
            )
        except Invalid as refusal:
            form.blame(refusal.fields)
        else:
            messages.success(request, _("Kept. Mail is taken in within seconds."))
            return go(request, reverse("mailboxes:show", args=[made]))
    return _write(request, form, None)


@page(right="mailboxes.manage")
def edit(request: PageRequest, mailbox_id: UUID) -> HttpResponseBase:
    """Write a new version of a mailbox."""
    found = viewing.one(mailbox_id)
    form = MailboxForm(request.POST or None, known=found)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.change(
                actor=request.actor,
                mailbox_id=mailbox_id,
                settings=form.settings(),
                number=form.cleaned_data["number"],
                in_password=form.cleaned_data["in_password"],
                out_password=form.cleaned_data["out_password"],
                now=now(),
            )
        except Invalid as refusal:
            form.blame(refusal.fields or {"": refusal.message})
        except Stale as refusal:
            form.add_error(None, _(refusal.message))
        else:
            messages.success(request, _("Kept. Mail is taken in within seconds."))
            return go(request, reverse("mailboxes:show", args=[mailbox_id]))
    return _write(request, form, found)


@page(right="mailboxes.manage", methods=("POST",))
def try_new(request: PageRequest) -> HttpResponse:
    """Try what is typed; nothing is kept."""
    return _try_form(request, None)


@page(right="mailboxes.manage", methods=("POST",))
def try_changed(request: PageRequest, mailbox_id: UUID) -> HttpResponse:
    """Try what is typed of a mailbox there is; nothing is kept."""
    return _try_form(request, viewing.one(mailbox_id))


@page(right="mailboxes.manage", methods=("POST",))
def try_kept(request: PageRequest, mailbox_id: UUID) -> HttpResponse:
    """Try a mailbox as it is."""
    found = viewing.one(mailbox_id)
    return _tried(request, found.settings, found.id or uuid7(), in_password="", out_password="")


@page(right="mailboxes.manage", methods=("POST",))
def archive(request: PageRequest, mailbox_id: UUID) -> HttpResponseBase:
    keeping.archive(actor=request.actor, mailbox_id=mailbox_id, now=now())
    messages.success(request, _("Put away. No mail is taken in by it; its cases are answered by the first mailbox."))
    return go(request, reverse("mailboxes:show", args=[mailbox_id]))


@page(right="mailboxes.manage", methods=("POST",))
def put_back(request: PageRequest, mailbox_id: UUID) -> HttpResponseBase:
    keeping.put_back(actor=request.actor, mailbox_id=mailbox_id, now=now())
    messages.success(request, _("In use again."))
    return go(request, reverse("mailboxes:show", args=[mailbox_id]))


def _write(request: PageRequest, form: MailboxForm, found: MailboxView | None) -> HttpResponse:
    context = {"form": form, "box": found}
    return render(request, "post/mailboxes/write.html", context, status=422 if form.is_bound else 200)


def _try_form(request: PageRequest, found: MailboxView | None) -> HttpResponse:
    form = MailboxForm(request.POST, known=found)
    if not form.is_valid():
        return refuse(request, form)
    told = form.cleaned_data
    settings = form.settings()
    row = Mailbox.objects.filter(id=found.id).first() if found and found.id else None
    given = {"in_password": told["in_password"], "out_password": told["out_password"]}
    form.blame(keeping.check(settings, default=bool(found and found.default)))
    form.blame(keeping.lacking(row, settings, **given))
    if form.errors:
        return refuse(request, form)
    mailbox_id = found.id if found and found.id else uuid7()
    return _tried(request, settings, mailbox_id, **given)


def _tried(
    request: PageRequest, settings: Settings, mailbox_id: UUID, *, in_password: str, out_password: str
) -> HttpResponse:
    """Connect, outside any transaction, and say what came of it; that somebody did is recorded."""
    row = Mailbox.objects.filter(id=mailbox_id).first()
    passwords, steps = [], []
    ways = (
        (settings.way_in == "imap", settings.imap, in_password, row.in_secret if row else ""),
        (settings.way_out == "smtp", settings.smtp, out_password, row.out_secret if row else ""),
    )
    for used, server, given, kept in ways:
        try:
            needs = used and (server.secret_from or not given)
            passwords.append(viewing.password(server, kept) if needs else given)
        except Trouble as trouble:
            steps.append(trying.failed(trouble))
    if not steps:
        steps = trying.tried(settings, in_password=passwords[0], out_password=passwords[1])
    works = trying.works(steps)
    keeping.tell_tried(actor=request.actor, mailbox_id=mailbox_id, name=settings.name, works=works, now=now())
    context: dict[str, Any] = {"steps": steps, "works": works}
    if request.htmx:
        return swap(request, "post/mailboxes/_tried.html", **context)
    return render(request, "post/mailboxes/tried.html", {**context, "name": settings.name})


def _lines(settings: Settings) -> list[tuple[str, str]]:
    """The settings in words, without what is not used."""
    told: list[tuple[str, Any]] = [
        (_("Name"), settings.name),
        (_("Address"), settings.address),
        (_("Sender"), settings.sender_name),
        (_("Language"), settings.language),
        (_("Market"), settings.market),
        *((_("Signature (%(language)s)") % {"language": code}, text) for code, text in settings.signatures.items()),
        (_("How mail comes in"), IN_WORDS[settings.way_in]),
    ]
    if settings.way_in == "imap":
        told += [
            *_server_lines(settings, "imap"),
            (_("Folder"), settings.folder),
            (_("What was taken in is"), f"{AFTER_WORDS[settings.after]} {settings.move_to}".strip()),
            (_("Let the server tell of new mail (IDLE)"), _("Yes") if settings.idle else _("No")),
            (_("Else ask every so many seconds"), settings.poll_seconds),
        ]
    told.append((_("How letters go out"), OUT_WORDS[settings.way_out]))
    if settings.way_out == "smtp":
        told += _server_lines(settings, "smtp")
    return [(name, str(value)) for name, value in told if value not in {"", None}]


def _server_lines(settings: Settings, kind: str) -> list[tuple[str, Any]]:
    server = asdict(settings)[kind]
    return [
        (_("Server"), f"{server['host']}:{server['port']}"),
        (_("Encryption"), TLS_WORDS[server["tls"]]),
        (_("User"), server["user"]),
        (_("Password from"), server["secret_from"]),
    ]


def _told(found: list[VersionView]) -> list[tuple[VersionView, list[tuple[str, str, str]]]]:
    """Each version with what it changed of the one before it: the line's name, before, after."""
    return [(one, _between(older, one) if older else []) for one, older in zip_longest(found, found[1:])]


def _between(older: VersionView, newer: VersionView) -> list[tuple[str, str, str]]:
    was, is_now = _lines(older.settings), _lines(newer.settings)
    names = dict.fromkeys([*(name for name, _value in was), *(name for name, _value in is_now)])
    found = []
    for name in names:
        old = " · ".join(value for one, value in was if one == name)
        new = " · ".join(value for one, value in is_now if one == name)
        if old != new:
            found.append((name, old, new))
    if newer.passwords:
        found.append((_("Password"), "", _("a new one")))
    return found
