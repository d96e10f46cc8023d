"""What somebody's question is about, in which language, how pressing, how hostile: the shipped heads, asked at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module

HEADS = ("language", "intent", "urgency", "toxicity")


@dataclass(frozen=True)
class QuestionView:
    """Codes ("" where nothing is known) with their calibrated probabilities; `versions` of the models that said so."""

    language: str
    language_share: float
    intent: str
    intent_share: float
    urgency: float
    hostile: float
    versions: dict[str, str]


def questions(texts: Sequence[str]) -> list[QuestionView]:
    """Outside of any transaction: models compute. Raises heads.ArtefactRefused."""
    if not texts:
        return []
    # Their libraries are loaded when first asked.
    heads, language, intent, urgency, toxicity = (
        import_module(f"trustdesk.signals.text.{name}")
        for name in ("heads", "language", "intent", "urgency", "toxicity")
    )
    versions = {name: str(heads.load(name).manifest.version) for name in HEADS}
    spoken, asked, pressing = language.detect(texts), intent.read(texts), urgency.scores(texts)
    hostile = toxicity.scores(texts)
    at = toxicity.CLASSES.index("any_harm")
    found = []
    for n, one in enumerate(spoken):
        known = one.code != language.UNSURE
        mine = asked[n].by_taxonomy["desk"]
        found.append(
            QuestionView(
                language=one.code if known else "",
                language_share=float(one.probability) if known else 0.0,
                intent="" if mine.label == intent.OUT_OF_SCOPE else mine.label,
                intent_share=float(mine.probability),
                urgency=float(pressing[n]),
                hostile=float(hostile[n][at]),
                versions=versions,
            )
        )
    return found
