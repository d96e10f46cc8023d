"""What the pages of mailboxes send."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from django import forms
from django.conf import settings as desk
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.people.queries import markets
from trustdesk.post.mailboxes.settings import (
    AFTER,
    LONGEST_POLL,
    MOST_SIGNATURE,
    PORTS,
    SHORTEST_POLL,
    TLS,
    WAYS_IN,
    WAYS_OUT,
    Server,
    Settings,
)
from trustdesk.post.mailboxes.viewing import MailboxView

IN_WORDS = {
    "server": _("the desk’s own mail server takes it"),
    "imap": _("it is fetched from a mailbox elsewhere (IMAP)"),
    "none": _("none comes in: this address only sends"),
}
OUT_WORDS = {"desk": _("by the desk’s relay"), "smtp": _("by a server of its own (SMTP)")}
TLS_WORDS = {"tls": _("TLS from the start"), "starttls": _("STARTTLS"), "none": _("none")}
AFTER_WORDS = {"seen": _("marked as read"), "move": _("moved to another folder")}
_SECRET = _(
    "Instead of a password kept here: the name of a variable (or of one that ends in _FILE) of the desk’s machine."
)


def _host(example: str) -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=253,
        label=_("Server"),
        widget=forms.TextInput(attrs={"placeholder": example, "autocapitalize": "off", "spellcheck": "false"}),
    )


def _port() -> forms.IntegerField:
    return forms.IntegerField(
        required=False, min_value=1, max_value=65535, label=_("Port"), help_text=_("Left out: the usual one.")
    )


def _tls() -> forms.ChoiceField:
    return forms.ChoiceField(choices=[(one, TLS_WORDS[one]) for one in TLS], required=False, label=_("Encryption"))


def _user() -> forms.CharField:
    attrs = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
    return forms.CharField(required=False, max_length=200, label=_("User"), widget=forms.TextInput(attrs=attrs))


def _password() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=500,
        strip=False,
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def _variable() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=80,
        label=_("Password from"),
        help_text=_SECRET,
        widget=forms.TextInput(attrs={"placeholder": "TRUSTDESK_MAILBOX_SELLERS", "spellcheck": "false"}),
    )


class MailboxForm(forms.Form):
    """A mailbox. Passwords are never shown again: a blank one leaves what is kept."""

    number = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    name = forms.CharField(max_length=80, label=_("Name"), help_text=_("What colleagues call it: Sellers, Press."))
    address = forms.EmailField(required=False, max_length=254, label=_("Address"))
    sender_name = forms.CharField(
        required=False, max_length=80, label=_("Sender"), help_text=_("What readers see instead of the bare address.")
    )
    language = forms.ChoiceField(
        required=False, label=_("Language"), help_text=_("Of who writes, where their words do not tell.")
    )
    market = forms.ChoiceField(required=False, label=_("Market"), help_text=_("Cases that come by it belong there."))
    way_in = forms.ChoiceField(choices=[(one, IN_WORDS[one]) for one in WAYS_IN], label=_("How mail comes in"))
    imap_host = _host("imap.example.com")
    imap_tls = _tls()
    imap_port = _port()
    imap_user = _user()
    in_password = _password()
    imap_secret_from = _variable()
    folder = forms.CharField(required=False, max_length=200, label=_("Folder"))
    after = forms.ChoiceField(
        choices=[(one, AFTER_WORDS[one]) for one in AFTER], required=False, label=_("What was taken in is")
    )
    move_to = forms.CharField(required=False, max_length=200, label=_("Moved to"))
    idle = forms.BooleanField(
        required=False, label=_("Let the server tell of new mail (IDLE)"), help_text=_("Then it is here in a second.")
    )
    poll_seconds = forms.IntegerField(
        required=False,
        min_value=SHORTEST_POLL,
        max_value=LONGEST_POLL,
        label=_("Else ask every so many seconds"),
    )
    way_out = forms.ChoiceField(choices=[(one, OUT_WORDS[one]) for one in WAYS_OUT], label=_("How letters go out"))
    smtp_host = _host("smtp.example.com")
    smtp_tls = _tls()
    smtp_port = _port()
    smtp_user = _user()
    out_password = _password()
    smtp_secret_from = _variable()

    WRITER = ("name", "address", "sender_name", "language", "market")
    IMAP = (
        *("imap_host", "imap_tls", "imap_port", "imap_user", "in_password", "imap_secret_from"),
        *("folder", "after", "move_to", "idle", "poll_seconds"),
    )
    SMTP = ("smtp_host", "smtp_tls", "smtp_port", "smtp_user", "out_password", "smtp_secret_from")

    def __init__(self, *given: Any, known: MailboxView | None = None, **named: Any) -> None:
        named["initial"] = _initial(known.settings if known else Settings(name="", way_in="imap"), known)
        super().__init__(*given, **named)
        languages = dict(desk.LANGUAGES)
        self.fields["language"].choices = [("", "–"), *languages.items()]  # type: ignore[attr-defined]
        found = [("", "–"), *((one.code, one.name) for one in markets().values())]
        self.fields["market"].choices = found  # type: ignore[attr-defined]
        for code, name in languages.items():
            self.fields[f"signature_{code}"] = forms.CharField(
                required=False,
                max_length=MOST_SIGNATURE,
                label=_("Signature (%(language)s)") % {"language": name},
                widget=forms.Textarea(attrs={"rows": 3, "lang": code, "dir": "auto"}),
            )
        if known is not None:
            for field, kept in (("in_password", known.in_kept), ("out_password", known.out_kept)):
                if kept:
                    self.fields[field].help_text = _("One is kept. Leave it blank to keep it.")
            if known.default:
                said = _("Blank: %(address)s.") % {"address": known.address or "help@…"}
                self.fields["address"].help_text = said

    def writer(self) -> list[forms.BoundField]:
        return [self[name] for name in self.WRITER]

    def signatures(self) -> list[forms.BoundField]:
        return [self[f"signature_{code}"] for code, _name in desk.LANGUAGES]

    def imap(self) -> list[forms.BoundField]:
        return [self[name] for name in self.IMAP]

    def smtp(self) -> list[forms.BoundField]:
        return [self[name] for name in self.SMTP]

    def settings(self) -> Settings:
        told = self.cleaned_data
        by_imap, by_smtp = told["way_in"] == "imap", told["way_out"] == "smtp"
        return Settings(
            name=told["name"].strip(),
            address=told["address"],
            sender_name=" ".join(told["sender_name"].split()),
            signatures={
                code: text.replace("\r\n", "\n")
                for code, _name in desk.LANGUAGES
                if (text := told[f"signature_{code}"].strip())
            },
            language=told["language"],
            market=told["market"],
            way_in=told["way_in"],
            imap=_server(told, "imap") if by_imap else Server(),
            folder=told["folder"].strip() or "INBOX",
            after=told["after"] or "seen",
            move_to=told["move_to"].strip() if told["after"] == "move" else "",
            poll_seconds=told["poll_seconds"] or 60,
            idle=told["idle"],
            way_out=told["way_out"],
            smtp=_server(told, "smtp") if by_smtp else Server(),
        )

    def blame(self, fields: Mapping[str, str]) -> None:
        """Say what is wrong beside the field it is about."""
        for name, said in fields.items():
            self.add_error(name if name in self.fields else None, _now(said))


def _server(told: dict[str, Any], kind: str) -> Server:
    tls = told[f"{kind}_tls"] or "tls"
    return Server(
        host=told[f"{kind}_host"].strip(),
        port=told[f"{kind}_port"] or PORTS[kind][tls],
        tls=tls,
        user=told[f"{kind}_user"].strip(),
        secret_from=told[f"{kind}_secret_from"].strip(),
    )


def _initial(settings: Settings, known: MailboxView | None) -> dict[str, Any]:
    found: dict[str, Any] = {"number": known.number if known else 0}
    found |= {name: value for name, value in asdict(settings).items() if not isinstance(value, dict)}
    for kind, server in (("imap", settings.imap), ("smtp", settings.smtp)):
        found |= {f"{kind}_{name}": value or None for name, value in asdict(server).items()}
    return found | {f"signature_{code}": text for code, text in settings.signatures.items()}
