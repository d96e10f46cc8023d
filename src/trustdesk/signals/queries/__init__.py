"""Asking signals: counts, remembered texts, kept results, declared signals, how they fare."""

from trustdesk.engine import BAND, CLUSTER_SIZE, LINKED_ACCOUNTS, UNKNOWN, Signal
from trustdesk.signals import registry
from trustdesk.signals.looking import is_looked_into
from trustdesk.signals.marks import KINDS as MARK_KINDS
from trustdesk.signals.marks import Mark, marks_in
from trustdesk.signals.owned import Head, own_labels_known
from trustdesk.signals.queries.banks import (
    BandQuestion,
    BankView,
    EntryView,
    Likeness,
    MatchView,
    alike,
    alike_picture,
    bands,
    bank,
    bank_signal,
    banks,
    entries,
    entry,
    exported,
    matches,
)
from trustdesk.signals.queries.clusters import (
    ClusterView,
    MemberView,
    cluster,
    clusters,
    clusters_by_id,
    clusters_of,
    members,
    members_of,
)
from trustdesk.signals.queries.heads import (
    HeadView,
    Learnt,
    ThresholdView,
    TooFewLabels,
    head_view,
    head_views,
    learn_head,
    live_scores,
    open_head,
    score_labels,
    score_version,
    shipped_scores,
    shipped_version,
    threshold_counts,
    thresholds,
    versions_of,
)
from trustdesk.signals.queries.health import HealthView, broken, health, silent_until
from trustdesk.signals.queries.links import (
    Link,
    LinkedQuestion,
    Ring,
    Shared,
    Use,
    linked,
    mark_digest,
    ring_of,
    shared_by,
)
from trustdesk.signals.queries.looks import (
    LookView,
    film_scores,
    hash_of,
    hash_of_bytes,
    looks,
    looks_by_id,
    picture_hashes,
    pictures_like,
)
from trustdesk.signals.queries.near import SizeQuestion, sizes
from trustdesk.signals.queries.questions import QuestionView, questions
from trustdesk.signals.queries.remote import RemoteAnswerView, remote_spent, who_said
from trustdesk.signals.queries.streams import StreamFrame, StreamView, stream_frame, streams, streams_over, strip
from trustdesk.signals.queries.velocity import LONGEST, RateQuestion, SeenQuestion, cached, rates, seen
from trustdesk.signals.registry import declared, question_hash, result_key
from trustdesk.signals.remote.declaring import Instructions, policy_texts
from trustdesk.signals.rules import KEPT
from trustdesk.signals.sketches import Sketch, image_sketch, text_sketch
from trustdesk.signals.text.heads import ArtefactRefused

__all__ = [
    "KEPT",
    "LONGEST",
    "MARK_KINDS",
    "UNKNOWN",
    "ArtefactRefused",
    "BandQuestion",
    "BankView",
    "ClusterView",
    "EntryView",
    "Head",
    "HeadView",
    "HealthView",
    "Instructions",
    "Learnt",
    "Likeness",
    "Link",
    "LinkedQuestion",
    "LookView",
    "Mark",
    "MatchView",
    "MemberView",
    "QuestionView",
    "RateQuestion",
    "RemoteAnswerView",
    "Ring",
    "SeenQuestion",
    "Shared",
    "SizeQuestion",
    "Sketch",
    "StreamFrame",
    "StreamView",
    "ThresholdView",
    "TooFewLabels",
    "Use",
    "alike",
    "alike_picture",
    "bands",
    "bank",
    "banks",
    "broken",
    "cached",
    "cluster",
    "clusters",
    "clusters_by_id",
    "clusters_of",
    "declared",
    "engine_signals",
    "entries",
    "entry",
    "exported",
    "film_scores",
    "hash_of",
    "hash_of_bytes",
    "head_view",
    "head_views",
    "health",
    "image_sketch",
    "is_looked_into",
    "learn_head",
    "linked",
    "live_scores",
    "looks",
    "looks_by_id",
    "mark_digest",
    "marks_in",
    "matches",
    "members",
    "members_of",
    "newest_frames",
    "open_head",
    "picture_hashes",
    "pictures_like",
    "policy_texts",
    "question_hash",
    "questions",
    "rates",
    "remote_spent",
    "result_key",
    "ring_of",
    "score_labels",
    "score_version",
    "seen",
    "shared_by",
    "shipped_scores",
    "shipped_version",
    "silent_until",
    "sizes",
    "stream_frame",
    "streams",
    "streams_over",
    "strip",
    "text_sketch",
    "threshold_counts",
    "thresholds",
    "versions_of",
    "who_said",
]


def engine_signals() -> tuple[Signal, ...]:
    """What the policy slice hands to the engine's compile: banks and thresholds, and whatever is declared; `score` for
    the labels that a model of the desk's own answers, too."""
    own = own_labels_known()
    declared_ones = (
        signal.knowing(label=sorted({*_choices(signal, "label"), *own})) if signal.name == "score" and own else signal
        for signal in registry.engine_signals()
    )
    return (bank_signal(), BAND, CLUSTER_SIZE, LINKED_ACCOUNTS.knowing(by=MARK_KINDS), *declared_ones)


def _choices(signal: Signal, name: str) -> tuple[str, ...]:
    return next((each.choices for each in signal.arguments if each.name == name), ())
