"""Notices and appeals in an account's story, in words. Who wrote a notice is never said."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.utils.dateformat import format as format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from trustdesk.console.story_said import Said, day
from trustdesk.notices import queries as notices


def _category(code: str) -> str:
    return str(notices.CATEGORY_WORDS.get(code, code.replace("_", " ")))


def _notice(told: Mapping[str, Any]) -> Said:
    detail = [_category(told["category"])]
    if told.get("trusted"):
        detail.append(_("from a trusted flagger"))
    if told.get("danger"):
        detail.append(_("says that somebody is in danger"))
    return Said(_("Reported by somebody"), tuple(detail), "reject" if told.get("danger") else "", "flag")


def _notice_answered(told: Mapping[str, Any]) -> Said:
    words = {
        "acted": _("Who reported it was told: something was done"),
        "no_action": _("Who reported it was told: nothing was done"),
        "judged_before": _("Who reported it was told: it was judged before"),
        "gone": _("Who reported it was told: it is gone"),
    }
    return Said(words[told["outcome"]], (_category(told["category"]),), "", "out")


def _appeal(told: Mapping[str, Any]) -> Said:
    by = _("by the author") if told["appellant"] == "author" else _("by who reported it")
    late = (_("after the last day"),) if told.get("late") else ()
    return Said(_("Appealed"), (by, *late), "lane-4", "out")


def _appeal_said(told: Mapping[str, Any]) -> Said:
    title = _("Wrote to the desk") if told["who"] == "appellant" else _("The desk wrote back")
    files = told.get("files") or 0
    more = (ngettext("%(n)s file", "%(n)s files", files) % {"n": files},) if files else ()
    return Said(title, (told["text"], *more), "", "edit")


def _appeal_decided(told: Mapping[str, Any]) -> Said:
    words = {
        "upheld": (_("Appeal decided: the decision stands"), ""),
        "overturned": (_("Appeal decided: overturned"), "approve"),
        "partly": (_("Appeal decided: partly overturned"), "approve"),
        "late": (_("Appeal decided: it came too late"), ""),
    }
    title, tone = words[told["outcome"]]
    return Said(title, tuple(filter(None, (told.get("reasons", ""),))), tone, "check")


def _first(told: Mapping[str, Any]) -> Said:
    words = {
        "uphold": _("Judged without knowing the outcome: would have decided the same"),
        "overturn": _("Judged without knowing the outcome: would have decided otherwise"),
        "unsure": _("Judged without knowing the outcome: unsure"),
    }
    return Said(words[told["outcome"]], (told["reason"],), "", "eye")


def _on(told: str) -> str:
    return format_date(date.fromisoformat(told), "j M Y")


def _referred(told: Mapping[str, Any]) -> Said:
    title = _("Taken to a body outside: %(body)s") % {"body": told["body"]}
    return Said(title, (told["case_ref"], _("due %(day)s") % {"day": _on(told["due_on"])}), "lane-4", "out")


def _concluded(told: Mapping[str, Any]) -> Said:
    words = {
        "for_appellant": _("The body outside found for who appealed"),
        "for_platform": _("The body outside found for us"),
        "settled": _("The case outside was settled"),
        "dropped": _("The case outside was dropped"),
    }
    return Said(words[told["result"]], (told["body"], told["words"]), "", "check")


def _followed(told: Mapping[str, Any]) -> Said:
    followed = told["followed"] == "yes"
    return Said(_("We did as the body said") if followed else _("We did not do as the body said"), icon="check")


def _misuse(told: Mapping[str, Any]) -> tuple[str, ...]:
    said = _("%(unfounded)s of %(decided)s appeals were without any ground")
    return (said % {"unfounded": told["unfounded"], "decided": told["decided"]},)


def _paused(told: Mapping[str, Any]) -> Said:
    until = _("until %(day)s") % {"day": day(told["until"])}
    return Said(_("Appeals of this account are paused"), (until, *_misuse(told), told["gravity"]), "reject", "clock")


REDRESS: dict[str, Callable[[Mapping[str, Any]], Said]] = {
    "notice.received": _notice,
    "notice.decided": _notice_answered,
    "notice.placed": lambda told: Said(
        _("Somebody found what a report is about"), (_category(told["category"]),), "", "flag"
    ),
    "appeal.opened": _appeal,
    "appeal.said": _appeal_said,
    "appeal.judged_first": _first,
    "appeal.decided": _appeal_decided,
    "appeal.withdrawn": lambda _told: Said(_("Appeal withdrawn"), icon="skip"),
    "appeal.referred": _referred,
    "appeal.referral_extended": lambda told: Said(
        _("The body outside takes more time"), (_("due %(day)s") % {"day": _on(told["due_on"])},), "", "clock"
    ),
    "appeal.referral_concluded": _concluded,
    "appeal.referral_implemented": _followed,
    "appeal.misuse_warned": lambda told: Said(_("Warned of unfounded appeals"), _misuse(told), "warning", "warn"),
    "appeal.misuse_paused": _paused,
}
