"""The figure that personal data is found by, on templates nobody looked at."""

import pytest

from trustdesk.signals.training import pii
from trustdesk.signals.training.corpus import Corpus, CorpusMissing


@pytest.mark.corpus
def test_personal_data_is_found_in_templates_nobody_looked_at():
    try:
        corpus = Corpus.named()
    except CorpusMissing:
        pytest.skip("set TRUSTDESK_CORPUS")
    whole, *_ = pii.evaluate(corpus)
    assert whole.n > 200
    assert whole.value >= pii.AIM
