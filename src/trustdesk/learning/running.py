"""Running a study: texts are scored, and where it learns a model is trained and compared, all outside any transaction."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import structlog
from django.db import DatabaseError
from django.utils.translation import gettext

from trustdesk.kernel.base.refusal import Refusal
from trustdesk.kernel.base.timesource import now as now_is
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.kernel.people.queries import actor_by_id
from trustdesk.learning import actions
from trustdesk.learning.comparing import compare, split
from trustdesk.learning.gathering import Gathered, Row, decided_rows, of_desk, of_file
from trustdesk.learning.models import ModelVersion, Study
from trustdesk.learning.packing import Scored
from trustdesk.learning.promising import promises
from trustdesk.learning.refusals import ChangedMeanwhile, NothingToMeasure, TooFewDecisions, Worse
from trustdesk.learning.rules import LEAST_HELD, LEAST_TRAINED, MAX_FPR, MOST_DRAWN
from trustdesk.screening import queries as screening
from trustdesk.signals import queries as signals

log = structlog.get_logger(__name__)

AT_ONCE = 128
SEED = 1
Tell = Callable[[int, int], None]
Scorer = Callable[[Sequence[str]], Sequence[float | None]]


def run(study_id: UUID, *, tell: Tell | None = None) -> str:
    """Run a study to its end and return its state; one whose runner was lost begins again."""
    if not actions.begin_study(study_id=study_id):
        return Study.objects.values_list("state", flat=True).get(id=study_id)
    study = Study.objects.select_related("file").get(id=study_id)
    progress = _Progress(study_id, tell)
    try:
        if study.kind == Study.Kind.MEASURE:
            _measure(study, progress)
        else:
            _learn(study, progress)
    except (Refusal, signals.ArtefactRefused) as refusal:
        told = refusal.message if isinstance(refusal, Refusal) else str(refusal)
        report = refusal.details.get("report") if isinstance(refusal, Refusal) else None
        actions.give_up_study(
            actor=SYSTEM, study_id=study_id, why=told, report=report, refused=isinstance(refusal, Refusal), now=now_is()
        )
    except DatabaseError:
        raise  # the database is gone: nothing can be written, and the job comes back
    except Exception as error:
        log.exception("study failed", study=str(study_id))
        # Its kind only: an error's words may quote a text.
        actions.give_up_study(actor=SYSTEM, study_id=study_id, why=type(error).__name__, now=now_is())
    return Study.objects.values_list("state", flat=True).get(id=study_id)


class _Progress:
    """Tells how far a study is, a hundred times at most."""

    def __init__(self, study_id: UUID, tell: Tell | None) -> None:
        self._study, self._tell = study_id, tell
        self.done = self.total = self._told = 0

    def add(self, count: int) -> None:
        self.done += count
        if self.done - self._told >= max(1, self.total // 100) or self.done >= self.total:
            self._told = self.done
            actions.note_progress(study_id=self._study, done=self.done, total=self.total)
            if self._tell is not None:
                self._tell(self.done, self.total)


def _measure(study: Study, progress: _Progress) -> None:
    at = now_is()
    if study.file is not None:
        gathered = of_file(study.file.id)
    else:
        gathered = of_desk(counts=study.counts, since=study.since or at, now=at)
    if not gathered.rows:
        raise NothingToMeasure
    scorer = _scorer(study)
    progress.total = len(gathered.rows) + len(gathered.drawn or ())
    scored = _scored(gathered, scorer, progress)
    if not len(scored.scores):
        raise NothingToMeasure("The model says nothing of any of these texts.")
    if not _stands(study):
        raise ChangedMeanwhile
    promised = promises(scored, _targets(study), confidence=float(study.targets["confidence"]))
    actions.finish_measurement(
        actor=SYSTEM, study_id=study.id, scored=scored, promised=promised, more=_told_of(gathered, scored), now=now_is()
    )


def _scorer(study: Study) -> Scorer:
    """Of the version that was asked to be measured, live or not."""
    model = ModelVersion.objects.filter(label=study.label, head__version=study.version).first()
    if model is not None:
        return signals.open_head(model.head_id).scores
    if signals.score_version(study.label) != study.version:
        raise ChangedMeanwhile
    return lambda texts: signals.live_scores(study.label, texts)


def _stands(study: Study) -> bool:
    """Is the version that was measured still the one that was asked for?"""
    own = ModelVersion.objects.filter(label=study.label, head__version=study.version).exists()
    return own or signals.score_version(study.label) == study.version


def _targets(study: Study) -> list[tuple[str, float]]:
    return [(target, float(share)) for target in ("precision", "recall") for share in study.targets[target]]


def _scored(gathered: Gathered, scorer: Scorer, progress: _Progress) -> Scored:
    """Texts of which the model says nothing are left out."""
    told = _scores([row.text for row in gathered.rows], scorer, progress)
    drawn = gathered.drawn or []
    others = _scores([word.text for word in drawn], scorer, progress)
    kept = [(row, score) for row, score in zip(gathered.rows, told, strict=True) if score is not None]
    near = [(word, score) for word, score in zip(drawn, others, strict=True) if score is not None]
    return Scored.of(
        scores=[score for _, score in kept],
        truth=[row.truth for row, _ in kept],
        weights=[row.weight for row, _ in kept],
        groups=[row.group for row, _ in kept],
        where=[row.place for row, _ in kept],
        drawn=[score for _, score in near],
        drawn_where=[(word.market, word.language) for word, _ in near],
    )


def _scores(texts: Sequence[str], scorer: Scorer, progress: _Progress) -> list[float | None]:
    found: list[float | None] = []
    for start in range(0, len(texts), AT_ONCE):
        found += [None if score is None else float(score) for score in scorer(texts[start : start + AT_ONCE])]
        progress.add(len(texts[start : start + AT_ONCE]))
    return found


def _told_of(gathered: Gathered, scored: Scored) -> dict[str, Any]:
    return {
        "silent": len(gathered.rows) - len(scored.scores),
        "groups": len(set(scored.groups.tolist())),
        "drawn": len(scored.drawn),
    }


def _learn(study: Study, progress: _Progress) -> None:
    at = now_is()
    since = study.since or at
    rows = decided_rows(counts=study.counts, since=since, now=at)
    train, held = split([row.at or at for row in rows], [row.group for row in rows])
    sizes = _enough(rows, train, held)
    learnt = _trained([rows[place] for place in train])
    against = signals.score_version(study.label)
    tested = [rows[place] for place in held]
    texts = [row.text for row in tested]
    drawn_ids = screening.drawn(since=since, until=at, limit=MOST_DRAWN, seed=f"{since:%Y-%m-%d}")
    drawn = screening.words_of(drawn_ids)
    progress.total = 2 * len(texts) + len(drawn)
    gathered = Gathered(tested, [drawn[each] for each in drawn_ids if each in drawn])
    scored = _scored(gathered, learnt.head.scores, progress)
    live: list[float] | None = None
    if against:
        told = _scores(texts, lambda asked: signals.live_scores(study.label, asked), progress)
        live = [0.0 if score is None else score for score in told]
    comparison = compare(
        scored.scores.tolist(), live, [row.truth for row in tested], [row.group for row in tested], seed=SEED
    )
    more = {**_told_of(gathered, scored), **sizes, "figures": learnt.figures, "manifest": learnt.manifest}
    if not comparison.proposable:
        raise _worse(comparison.verdict, {**more, "comparison": comparison.to_json()})
    actions.propose(
        actor=_asker(study),
        study_id=study.id,
        data=learnt.data,
        manifest={**learnt.manifest, "figures": learnt.figures},
        against=against,
        comparison=comparison,
        scored=scored,
        promised=promises(scored, _targets(study), confidence=float(study.targets["confidence"])),
        more=more,
        now=now_is(),
    )


def _worse(verdict: str, report: dict[str, Any]) -> Worse:
    if verdict == "unclear":
        return Worse("The held-out decisions are too few to tell that the new model is not worse.", report=report)
    return Worse(report=report)


def _enough(rows: Sequence[Row], train: Sequence[int], held: Sequence[int]) -> dict[str, int]:
    """Counts of both parts. Raises TooFewDecisions, saying what is missing."""
    yes, held_yes = (sum(rows[place].truth for place in part) for part in (train, held))
    sizes = {
        "decisions": len(rows),
        "trained": len(train),
        "trained_positives": yes,
        "held_out": len(held),
        "held_out_positives": held_yes,
        "left_out": len(rows) - len(train) - len(held),
    }
    if min(yes, len(train) - yes) < LEAST_TRAINED or min(held_yes, len(held) - held_yes) < LEAST_HELD:
        raise TooFewDecisions(
            gettext(
                "To learn from: %(yes)s decisions that it fits and %(train)s that it does not; at least "
                "%(least_trained)s of each are needed. To test on: %(held_yes)s and %(held)s; at least %(least_held)s "
                "of each."
            )
            % {
                "yes": yes,
                "train": len(train) - yes,
                "least_trained": LEAST_TRAINED,
                "held_yes": held_yes,
                "held": len(held) - held_yes,
                "least_held": LEAST_HELD,
            },
            report=sizes,
        )
    return sizes


def _trained(rows: Sequence[Row]) -> signals.Learnt:
    try:
        return signals.learn_head(
            [row.text for row in rows],
            [row.truth for row in rows],
            groups=[row.group for row in rows],
            seed=SEED,
            max_fpr=MAX_FPR,
        )
    except signals.TooFewLabels as error:
        raise TooFewDecisions(gettext("The decisions cannot carry a model: %(error)s.") % {"error": error}) from error


def _asker(study: Study) -> Actor:
    """Who asked for it proposes it, also when the worker ran it; a person who has left is the desk."""
    kind, _, ident = study.asked_by.partition(":")
    found = actor_by_id(UUID(ident)) if kind == "staff" else None
    return found or SYSTEM
