"""What disguise costs, on our own English cases."""

import pytest

from trustdesk.signals.text import toxicity
from trustdesk.signals.text.normal import plain
from trustdesk.signals.training.contrast_cases import cases
from trustdesk.signals.training.toxicity_disguise import FIRST, SECOND, disguised

ENGLISH = [
    case for case in cases(each=1, only=frozenset({"en"})) if case.section.startswith(("derogation", "identity"))
]
HATE = toxicity.CLASSES.index("hate")


@pytest.mark.parametrize("way", FIRST)
def test_what_only_machines_notice_changes_nothing(way: str) -> None:
    assert [plain(disguised(case.text, way)) for case in ENGLISH] == [case.text for case in ENGLISH]


@pytest.mark.parametrize("way", SECOND)
def test_what_people_still_read_costs_little(way: str) -> None:
    hateful = [case.text for case in ENGLISH if case.classes["hate"]]
    found = (toxicity.scores(hateful)[:, HATE] > 0.5).mean()
    still = (toxicity.scores([disguised(text, way) for text in hateful])[:, HATE] > 0.5).mean()
    assert found > 0.8
    assert found - still < 0.15
