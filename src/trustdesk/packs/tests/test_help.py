"""The help pages of the pack: readable, found in readers' own words."""

import pytest
from django.conf import settings

from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.knowledge import actions, queries
from trustdesk.knowledge.folders import read_help
from trustdesk.packs.tests.questions import ENGLISH, INDONESIAN

# docs/support.md tells the figure of the day it was written; less than this would be felt.
LEAST = 0.9


def rank(asked, slug, language):
    hits = queries.search(asked, language=language, audiences=queries.PUBLIC).hits
    return next((at for at, hit in enumerate(hits, 1) if hit.slug == slug), None)


@pytest.mark.django_db
def test_a_hundred_questions_find_their_page(now):
    """Mean reciprocal rank over the questions (Voorhees, TREC-8, 1999): 1 when every expected page comes first."""
    assert len(ENGLISH) + len(INDONESIAN) == 100
    assert actions.load_help(actor=SYSTEM, path=settings.PACK, now=now) == 30
    assert actions.load_help(actor=SYSTEM, path=settings.PACK, now=now) == 0, "once"
    ranks = [(asked, slug, rank(asked, slug, "en")) for asked, slug in ENGLISH]
    ranks += [(asked, slug, rank(asked, slug, "id")) for asked, slug in INDONESIAN]
    figure = sum(1 / at for _, _, at in ranks if at) / len(ranks)
    missed = [(asked, slug, at) for asked, slug, at in ranks if at != 1]
    print(f"MRR {figure:.3f}, first {len(ranks) - len(missed)} of {len(ranks)}", *missed, sep="\n")
    assert figure >= LEAST, missed


def test_every_page_of_the_pack_can_be_read():
    found = read_help(settings.PACK)
    assert {one.setting.topic for one in found.articles} <= {topic.code for topic in found.topics}
    assert set(found.synonyms) == {"en", "id"}
    assert all(one.words[one.setting.language].summary for one in found.articles)
