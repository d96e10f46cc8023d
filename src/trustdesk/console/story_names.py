"""What sorts of steps, makers and restrictions are called in an account's story."""

from django.utils.translation import gettext as _

from trustdesk.web.components import sign


def sorts() -> dict[str, str]:
    """The sorts of steps as the filter names them."""
    return {
        "items": _("Items"),
        "notices": _("Notices"),
        "decisions": _("Decisions"),
        "strikes": _("Strikes"),
        "restrictions": _("Restrictions"),
        "letters": _("Letters"),
        "appeals": _("Appeals"),
        "notes": _("Notes"),
        "account": _("Account"),
    }


def makers() -> dict[str, str]:
    return {
        "person": _("people at the desk"),
        "rule": _("rules"),
        "platform": _("the platform and its users"),
        "desk": _("the desk by itself"),
    }


def cut(kind: str) -> str:
    """A restriction as a stranger calls it."""
    return {
        "remove": _("taken down"),
        "disable": _("not to be seen for now"),
        "demote": _("shown to fewer people"),
        "age": _("for adults only"),
        "geo": _("not to be seen in some places"),
        "label": _("shown with a warning"),
        "interaction": _("nobody can answer it"),
        "suspend_account": _("account suspended"),
        "end_account": _("account ended"),
        "suspend_service": _("service suspended"),
        "end_service": _("service ended"),
        "ban_live": _("no livestreams"),
        "ban_comment": _("no comments"),
        "ban_sell": _("no selling"),
        "ban_message": _("no messages"),
        "limit_interaction": _("fewer can answer"),
        "demonetise": _("no earnings"),
    }.get(kind) or str(sign(kind).word)
