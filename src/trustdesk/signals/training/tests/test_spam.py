"""The written cases are whole, and the shipped heads reach on unseen collections what their cards say."""

import random

import pytest

from trustdesk.signals.text import spam, urlharm
from trustdesk.signals.training import spam_cases, urlharm_cases
from trustdesk.signals.training.corpus import Corpus, CorpusMissing
from trustdesk.signals.training.measures import pr_auc, roc_auc
from trustdesk.signals.training.spam import harm_of


@pytest.fixture(scope="module")
def corpus():
    try:
        return Corpus.named()
    except CorpusMissing as error:
        pytest.skip(str(error))


def test_the_written_cases_are_whole():
    cases = spam_cases.cases()
    assert {case.kind for case in cases} == {*spam.KINDS, "spam", "scam", "fine"}
    assert {case.near for case in cases} - {""} <= set(spam.KINDS)
    assert not [case.text for case in cases if "{" in case.text or not case.text.strip()]
    assert cases == spam_cases.cases()
    for kind in spam.KINDS:
        bad = {case.lang for case in cases if case.kind == kind}
        honest = {case.lang for case in cases if case.near == kind}
        assert {"en", "id"} <= bad & honest
        assert len(bad) >= 10


def test_made_up_addresses_come_in_both_sorts():
    told = urlharm_cases.made_up(["plain.example"], ["big.example"], ["bad.example"], n=400, seed=3)
    assert told == urlharm_cases.made_up(["plain.example"], ["big.example"], ["bad.example"], n=400, seed=3)
    assert 120 < sum(harm for _, harm in told) < 280


@pytest.mark.corpus
def test_spam_is_found_in_mail_it_never_saw(corpus):
    rows = random.Random(4).sample([row for row in corpus.rows("spam") if row.source == "enron_spam"], 240)
    scores = 1 - spam.scores([row.text for row in rows])[:, 2]
    assert pr_auc([int(harm_of(row) != "fine") for row in rows], scores) > 0.8


@pytest.mark.corpus
def test_harm_is_found_in_addresses_it_never_saw(corpus):
    kept = {"phishtank_2020", "openphish_2026", "scamsniffer", "unb_benign_2016"}
    rows = random.Random(4).sample([row for row in corpus.rows("urls") if row.source in kept], 1_500)
    assert roc_auc([int(row.label != "benign") for row in rows], urlharm.url_scores([row.text for row in rows])) > 0.85
