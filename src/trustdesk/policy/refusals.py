"""Why a verb of this slice says no."""

from collections.abc import Sequence
from typing import Any

from trustdesk.engine import Problem
from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal
from trustdesk.policy.examples import Result


class NoPolicy(Refusal):
    """This desk has no policies yet: publish a pack first."""

    code, status = "no_policy", 409


class UnknownPolicy(Invalid):
    """There is no such version of a policy."""

    code, status = "unknown_policy", 422


class NoSuchVersion(NotFound):
    """There is no such version that you may see."""

    code, status = "not_found", 404


class DoesNotPass(Invalid):
    """The check found something that must be mended first."""

    code, status = "does_not_pass", 422

    def __init__(self, problems: Sequence[Problem] = (), failed: Sequence[Result] = ()) -> None:
        self.problems, self.failed = tuple(problems), tuple(failed)
        told = [str(problem) for problem in problems]
        told += [f"{each.policy}: example {each.position}: {each.why}" for each in failed]
        parts: list[str] = []
        if problems:
            parts.append(f"{len(problems)} {'error' if len(problems) == 1 else 'errors'}")
        if failed:
            parts.append(f"{len(failed)} {'example' if len(failed) == 1 else 'examples'} that fail")
        super().__init__(f"The check found {' and '.join(parts) or 'nothing to publish'}.", problems=told)

    def to_json(self) -> dict[str, Any]:
        return {
            "problems": [problem.to_json() for problem in self.problems],
            "failed": [
                {"policy": each.policy, "example": each.position, "why": each.why, "hits": list(each.hits)}
                for each in self.failed
            ],
        }


class NotADraft(Refusal):
    """This version is past its draft and cannot be changed; write a new one."""

    code, status = "not_a_draft", 409


class DraftMoved(Refusal):
    """This draft was kept from another window since you opened it."""

    code, status = "draft_moved", 409


class NotYourDraft(Forbidden):
    """Someone else is writing this draft; start your own from it."""

    code, status = "not_your_draft", 403


class WrongState(Refusal):
    """This version has moved on meanwhile."""

    code, status = "wrong_state", 409


class SamePerson(Forbidden):
    """A second person must approve what you wrote."""

    code, status = "same_person", 403


class OutdatedBase(Refusal):
    """Another version went live since this one was begun; take its changes over first."""

    code, status = "outdated_base", 409


class PublishedMeanwhile(Refusal):
    """Someone else published while this was being checked; try again."""

    code, status = "published_meanwhile", 409


class NothingBefore(Refusal):
    """There is no earlier version to go back to."""

    code, status = "nothing_before", 409


class NothingChanged(Refusal):
    """This is word for word what is live."""

    code, status = "nothing_changed", 409


class NotBraked(Refusal):
    """This rule has its power to act; there is nothing to release."""

    code, status = "not_braked", 409


class AnsweredFor(Forbidden):
    """Another person must release a rule that you wrote."""

    code, status = "answered_for", 403
