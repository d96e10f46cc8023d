"""Whether what somebody wrote can be done: the condition as the engine reads it, each step by who will do it."""

from collections.abc import Callable, Mapping

from django.utils.translation import gettext as _

from trustdesk.escalations import queries as escalations
from trustdesk.kernel.base.refusal import Invalid
from trustdesk.kernel.work.queries import queues
from trustdesk.macros import queries as macros
from trustdesk.support import queries as support
from trustdesk.triggers.rules import OWN_STEPS, Doing, Written, asked_of, field_of
from trustdesk.triggers.vocabulary import problems_of


def gettext_noop(said: str) -> str:
    """Marks words for translation; whoever shows them translates."""
    return said


def checked(written: Written) -> None:
    """Raises Invalid (name, event, status, hours, condition, steps, steps[0]); `details["problems"]` are the condition's."""
    wrong = dict(written.wrong)
    problems = [] if "condition" in wrong else problems_of(written.condition)
    if problems:
        first = problems[0]
        place = {"line": first.line, "column": first.column, "said": first.said}
        wrong["condition"] = _("Line %(line)s, column %(column)s: %(said)s") % place if first.line else first.said
    for n, step in enumerate(written.steps):
        if said := _wrong(step):
            wrong[f"steps[{n}]"] = said
    if wrong:
        raise Invalid("The trigger cannot be kept like this.", fields=wrong, problems=problems)


def _wrong(step: Doing) -> str:
    value = step.value.strip()
    if len(value) > 8_000 or "\0" in value:
        return gettext_noop("Holds too much, or a character that no text may hold.")
    if step.do not in OWN_STEPS:
        return macros.wrong_step(macros.Step(step.do, value))
    return _OWN[step.do](value)


def _field(value: str) -> str:
    found = field_of(value)
    if found is None:
        return gettext_noop("Write it as code = value.")
    rules = {rule.code: rule for rule in support.field_rules()}
    if found[0] not in rules:
        return gettext_noop("There is no such field.")
    return support.wrong_fields(rules.values(), {found[0]: found[1]}).get(found[0], "")


def _queue(value: str) -> str:
    return (
        ""
        if any(one.code == value and "case" in one.kinds for one in queues())
        else gettext_noop("Choose a queue for cases.")
    )


def _reply(value: str) -> str:
    found = shared_macros().get(value)
    if found is None:
        return gettext_noop("There is no saved reply of this name that everybody has.")
    return "" if any(text.strip() for text in found.texts.values()) else gettext_noop("This saved reply has no text.")


def _macro(value: str) -> str:
    return "" if value in shared_macros() else gettext_noop("There is no saved reply of this name that everybody has.")


def _team(value: str) -> str:
    found = asked_of(value)
    if found is None:
        return gettext_noop("Write the team, how urgent it is and the question: legal high May we say this?")
    if found[0] not in {one.code for one in escalations.teams()}:
        return gettext_noop("Choose a team from the list.")
    return (
        "" if found[1] in {one.code for one in escalations.severities()} else gettext_noop("Choose how urgent it is.")
    )


_OWN: Mapping[str, Callable[[str], str]] = {
    "set_field": _field,
    "queue": _queue,
    "reply": _reply,
    "macro": _macro,
    "ask_team": _team,
}


def shared_macros() -> dict[str, macros.MacroView]:
    """Saved replies that all have, by id."""
    return {str(one.id): one for one in macros.shared()}
