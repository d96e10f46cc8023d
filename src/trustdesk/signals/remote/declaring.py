"""The signals a remote model answers, declared only when one is configured: `remote_score`, `remote_judgement`.

They are of the dearest cost class: asked last, only where a verdict is still open, through the breaker like all others.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from trustdesk.engine import UNKNOWN, Argument, Signal
from trustdesk.kernel.base.timesource import now as present
from trustdesk.signals import registry
from trustdesk.signals.calling import Arguments
from trustdesk.signals.remote import protocol
from trustdesk.signals.remote.asking import Question, ask_all
from trustdesk.signals.remote.budget import BudgetSpent
from trustdesk.signals.remote.configured import Remote, configured
from trustdesk.signals.remote.models import RemoteAnswer
from trustdesk.signals.remote.protocol import Said

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Instructions:
    """A policy as a model is told it: its words in force and their version."""

    version: int
    text: str


# How the words of a policy in force are found, by code; the policies' own slice stands above and is registered here.
policy_texts: list[Callable[[str], Instructions | None]] = []


def declare_configured() -> None:
    """Declare what is configured; nothing without an endpoint. Raises ImproperlyConfigured."""
    remote = configured()
    if remote is None:
        return
    for signal, compute, edition in signals_of(remote):
        registry.declare(signal, compute, edition=edition)


def signals_of(
    remote: Remote,
) -> list[tuple[Signal, Callable[[Sequence[Arguments]], list[Any]], registry.Edition | None]]:
    """Each signal of an endpoint with the function that answers it."""
    found: list[tuple[Signal, Callable[[Sequence[Arguments]], list[Any]], registry.Edition | None]] = []
    text = Argument("text", "text")
    # The endpoint gives up first, so that what it cost is counted and its failure has a name.
    timeout = remote.timeout + 5
    if remote.moderation_model:
        version = remote.version(remote.moderation_model)
        score = Signal(
            "remote_score",
            (text, Argument("label", "name", choices=protocol.CATEGORIES)),
            cost="remote",
            version=version,
            timeout=timeout,
            doc="what a remote moderation model gives the text for a category, 0 to 1",
        )
        found.append((score, _Scores(remote, version), None))
    if remote.chat_model:
        version = remote.version(remote.chat_model)
        judgement = Signal(
            "remote_judgement",
            (text, Argument("policy", "name")),
            cost="remote",
            version=version,
            timeout=timeout,
            doc="how likely a remote model, told the words of a policy, finds that the text breaches it, 0 to 1",
        )
        judge = _Judgements(remote, version)
        found.append((judgement, judge, judge.edition))
    return found


class _Scores:
    """One request a text, for all its categories."""

    def __init__(self, remote: Remote, version: str) -> None:
        self.remote, self.version = remote, version

    def __call__(self, questions: Sequence[Arguments]) -> list[Any]:
        texts = list(dict.fromkeys(question["text"] for question in questions))
        model = self.remote.moderation_model
        asked = [
            Question("moderations", protocol.moderation(model, protocol.sendable(text)), protocol.read_moderation)
            for text in texts
        ]
        began = time.perf_counter()
        said = dict(zip(texts, ask_all(self.remote, asked), strict=True))
        took = (time.perf_counter() - began) * 1000 / len(texts)
        answers: list[Any] = []
        kept: list[RemoteAnswer] = []
        for question in questions:
            answer = said[question["text"]]
            value = answer.value.get(question["label"]) if isinstance(answer, Said) else UNKNOWN
            answers.append(value)
            if isinstance(answer, Said):
                kept.append(
                    _evidence(
                        question,
                        answer,
                        signal="remote_score",
                        version=self.version,
                        value=value,
                        model=model,
                        took=took,
                    )
                )
        return _told(answers, list(said.values()), kept)


class _Judgements:
    """One request a text and policy."""

    def __init__(self, remote: Remote, version: str) -> None:
        self.remote, self.version = remote, version

    def edition(self, arguments: Arguments) -> str:
        """A new version of the policy's words asks anew."""
        found = _instructions(arguments["policy"])
        return f"{self.version}-{found.version if found else 0}"

    def __call__(self, questions: Sequence[Arguments]) -> list[Any]:
        model = self.remote.chat_model
        told = [_instructions(question["policy"]) for question in questions]
        asked = [
            Question(
                "chat/completions",
                protocol.judgement(model, protocol.sendable(question["text"]), policy.text),
                protocol.read_judgement,
            )
            for question, policy in zip(questions, told, strict=True)
            if policy is not None
        ]
        began = time.perf_counter()
        given = ask_all(self.remote, asked) if asked else []
        took = (time.perf_counter() - began) * 1000 / max(1, len(asked))
        rest = iter(given)
        answers: list[Any] = []
        kept: list[RemoteAnswer] = []
        for question, policy in zip(questions, told, strict=True):
            if policy is None:  # no policy of this name is in force: nobody can say whether it is breached
                answers.append(None)
                continue
            answer = next(rest)
            answers.append(answer.value if isinstance(answer, Said) else UNKNOWN)
            if isinstance(answer, Said):
                kept.append(
                    _evidence(
                        question,
                        answer,
                        signal="remote_judgement",
                        version=self.edition(question),
                        value=answer.value,
                        model=model,
                        took=took,
                        policy=policy.version,
                    )
                )
        return _told(answers, given, kept)


def _instructions(code: str) -> Instructions | None:
    return next((found for each in policy_texts if (found := each(code)) is not None), None)


def _told(answers: list[Any], given: Sequence[Said | Exception], kept: list[RemoteAnswer]) -> list[Any]:
    """The answers, once it is written down who gave them. Raises what went wrong when nothing was answered at all."""
    RemoteAnswer.objects.bulk_create(kept, ignore_conflicts=True)
    errors = [each for each in given if isinstance(each, Exception)]
    for error in errors:
        log.warning("remote model: no answer", error=type(error).__name__, why=str(error)[:100])
    if errors and all(answer is UNKNOWN for answer in answers):
        raise next((each for each in errors if isinstance(each, BudgetSpent)), errors[0])
    return answers


def _evidence(
    question: Arguments,
    said: Said,
    *,
    signal: str,
    version: str,
    value: Any,
    model: str,
    took: float,
    policy: int = 0,
) -> RemoteAnswer:
    return RemoteAnswer(
        signal=signal,
        version=version,
        content_hash=registry.question_hash(question),
        model_asked=model[:120],
        model=said.model,
        request_id=said.request_id,
        policy=str(question.get("policy", ""))[:80],
        policy_version=policy,
        value=value,
        why=said.why,
        tokens=said.tokens,
        took_ms=took,
        at=present(),
    )
