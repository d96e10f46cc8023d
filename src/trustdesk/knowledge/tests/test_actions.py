"""Dewi writes, Jonas looks and publishes, readers find it; time, votes and policies give reason to look again."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from trustdesk.kernel.base.refusal import Forbidden, Invalid, NotFound, Refusal, Stale
from trustdesk.kernel.ledger import queries as ledger
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.knowledge import actions, counting, queries
from trustdesk.knowledge.actions.doubting import NothingToConfirm
from trustdesk.knowledge.actions.writing import NotThatState
from trustdesk.knowledge.models import Article, ArticleVersion, Asked, Vote
from trustdesk.knowledge.tests.makers import DEWI, JONAS, SARI, begun, draft, published, released, rewritten

DAY = timedelta(days=1)


def titles(asked, language="en", audiences=queries.PUBLIC):
    return [hit.title for hit in queries.search(asked, language=language, audiences=audiences).hits]


@pytest.mark.django_db
def test_from_a_draft_to_a_page_that_is_found(now):
    article_id = begun(now)
    assert titles("lost parcels") == [], "nobody outside sees a draft"
    with pytest.raises(NotFound):
        queries.opened("lost-parcels", language="en", audiences=queries.PUBLIC)
    with pytest.raises(NotThatState):
        actions.publish(actor=JONAS, article_id=article_id, language="en", edition=1, now=now)
    actions.submit(actor=DEWI, article_id=article_id, language="en", now=now)
    with pytest.raises(Forbidden):
        actions.publish(actor=SARI, article_id=article_id, language="en", edition=1, now=now)
    actions.send_back(actor=JONAS, article_id=article_id, language="en", why="Say how long", now=now)
    assert queries.draft_of(queries.versions(article_id), "en").sent_back == "Say how long"
    with pytest.raises(Stale):
        actions.save(actor=DEWI, article_id=article_id, language="en", draft=draft(), edition=7, now=now)
    assert rewritten(article_id, draft(body="Wait three working days."), now) == 2
    actions.submit(actor=DEWI, article_id=article_id, language="en", now=now)
    with pytest.raises(Stale):  # what was looked at is what is published
        actions.publish(actor=JONAS, article_id=article_id, language="en", edition=1, now=now)
    actions.publish(actor=JONAS, article_id=article_id, language="en", edition=2, now=now)
    assert titles("parcel") == ["Lost parcels"], "by its stem"
    read = queries.opened("lost-parcels", language="id", audiences=queries.PUBLIC)
    assert (read.version.language, read.version.body) == ("en", "Wait three working days.\n")
    kinds = [fact.kind for fact in ledger.of_subject(str(article_id))]
    assert kinds == [
        *("article.begun", "article.drafted", "article.submitted", "article.sent_back"),
        *("article.drafted", "article.submitted", "article.published"),
    ]
    # A new version takes its place, the old one stays as it was and can be taken up again.
    rewritten(article_id, draft(title="Parcels that do not come", body="Other words."), now)
    assert titles("parcels") == ["Lost parcels"], "the public words stay until the new ones are published"
    released(article_id, now + DAY)
    assert titles("parcels") == ["Parcels that do not come"]
    with pytest.raises(NotFound):
        actions.restore(actor=DEWI, article_id=article_id, language="en", number=9, now=now)
    actions.restore(actor=DEWI, article_id=article_id, language="en", number=1, now=now)
    with pytest.raises(NotThatState):
        actions.restore(actor=DEWI, article_id=article_id, language="en", number=1, now=now)
    actions.discard(actor=DEWI, article_id=article_id, language="en", now=now)
    states = dict(ArticleVersion.objects.filter(article_id=article_id).values_list("number", "state"))
    assert states == {1: "replaced", 2: "published", 3: "discarded"}
    actions.archive(actor=JONAS, article_id=article_id, why="No parcels any more", now=now)
    assert titles("parcels") == []
    actions.put_back(actor=JONAS, article_id=article_id, now=now)
    assert titles("parcels") == ["Parcels that do not come"]


@pytest.mark.django_db
def test_a_translation_tells_when_it_is_behind(now):
    article_id = published(now)
    rewritten(article_id, draft(title="Paket hilang", body="Tunggu tiga hari."), now, language="id")
    released(article_id, now, language="id")
    read = queries.opened("lost-parcels", language="id", audiences=queries.PUBLIC)
    assert (read.version.title, read.behind, read.others) == ("Paket hilang", False, ("en", "id"))
    assert titles("paket", "id") == ["Paket hilang"]
    assert titles("parcel", "id") == [], "who reads Indonesian gets the Indonesian page"
    rewritten(article_id, draft(body="Wait four days."), now)
    released(article_id, now)
    assert queries.opened("lost-parcels", language="id", audiences=queries.PUBLIC).behind
    [row] = queries.listed(state="behind", now=now)[0]
    assert row.behind == ("id",)
    rewritten(article_id, draft(title="Paket hilang", body="Tunggu empat hari."), now, language="id")
    released(article_id, now, language="id")
    assert queries.listed(state="behind", now=now)[0] == []


@pytest.mark.django_db
def test_settings_are_checked_and_an_address_stays(now):
    with pytest.raises(Invalid) as refused:
        begun(now, slug="Search!", language="english", kind="guideline", audience="all", topic="none", review_days=-1)
    assert set(refused.value.fields) == {"slug", "language", "kind", "audience", "topic", "review_days"}
    with pytest.raises(Invalid) as refused:
        begun(now, slug="search")
    assert set(refused.value.fields) == {"slug"}
    article_id = published(now)
    with pytest.raises(Invalid):
        begun(now)  # taken
    made = queries.article(article_id)
    other = actions.Setting(slug="other", language="en")
    with pytest.raises(Invalid) as refused:
        actions.change_settings(
            actor=JONAS, article_id=article_id, setting=other, owner=None, version=made.version, now=now
        )
    assert set(refused.value.fields) == {"slug"}
    hidden = actions.Setting(slug="lost-parcels", language="en", audience="staff")
    with pytest.raises(Stale):
        actions.change_settings(actor=JONAS, article_id=article_id, setting=hidden, owner=None, version=0, now=now)
    actions.change_settings(
        actor=JONAS, article_id=article_id, setting=hidden, owner=None, version=made.version, now=now
    )
    assert titles("parcels") == []
    assert titles("parcels", audiences=queries.STAFF) == ["Lost parcels"]
    with pytest.raises(NotFound):
        queries.opened("lost-parcels", language="en", audiences=queries.PUBLIC)


@pytest.mark.django_db
def test_it_asks_to_be_looked_at_again_by_day_by_votes_and_by_policy(now):
    article_id = published(now, review_days=30, policies=("weapons",))
    assert actions.doubt_due(now=now + 29 * DAY) is False
    assert queries.article(article_id).doubt == ""
    actions.doubt_due(now=now + 30 * DAY)
    assert queries.article(article_id).doubt == "The day came to look at it again"
    actions.doubt_due(now=now + 31 * DAY)
    assert len([f for f in ledger.of_subject(str(article_id)) if f.kind == "article.doubted"]) == 1, "once"
    assert titles("parcels"), "readers keep it meanwhile"
    at = now + 31 * DAY
    actions.confirm(actor=JONAS, article_id=article_id, now=at)
    with pytest.raises(NothingToConfirm):
        actions.confirm(actor=JONAS, article_id=article_id, now=at)
    assert queries.article(article_id).review_due == (at + 30 * DAY).date()
    assert actions.doubt_by_policy(actor=SYSTEM, code="drugs", number=2, now=at) == 0
    assert actions.doubt_by_policy(actor=SYSTEM, code="weapons", number=2, now=at) == 1
    actions.confirm(actor=JONAS, article_id=article_id, now=at)
    for n in range(10):
        assert queries.article(article_id).doubt == ""
        counting.vote(
            article_id=article_id, language="en", number=1, reader=f"r{n}", helped=n < 4, now=at + timedelta(hours=1)
        )
        actions.doubt_due(now=at + timedelta(hours=2))
    assert queries.article(article_id).doubt == "It helped 4 of 10 readers who said so"
    assert queries.doubted() == 1
    # Votes from before are answered by the confirmation.
    actions.confirm(actor=JONAS, article_id=article_id, now=at + timedelta(hours=3))
    actions.doubt_due(now=at + timedelta(hours=4))
    assert queries.article(article_id).doubt == ""


@pytest.mark.django_db
def test_policies_publish_themselves_and_nobody_writes_over_them(now):
    words = {"en": draft(title="Weapons", body="No revolvers."), "id": draft(title="Senjata", body="Tanpa revolver.")}
    weapons = actions.Guideline(code="weapons", words=words)
    assert actions.keep_guidelines(actor=SYSTEM, ruleset="a", guidelines=[weapons], now=now) == 1
    assert actions.keep_guidelines(actor=SYSTEM, ruleset="a", guidelines=[weapons], now=now) == 0, "told again"
    assert titles("revolver") == ["Weapons"]
    assert titles("revolver", "id") == ["Senjata"]
    article_id = Article.objects.get(policy="weapons").id
    with pytest.raises(actions.OnlyRead):
        rewritten(article_id, draft(), now)
    changed = actions.Guideline(code="weapons", words=words | {"en": draft(title="Weapons", body="No shotguns.")})
    assert actions.keep_guidelines(actor=SYSTEM, ruleset="b", guidelines=[changed], now=now) == 1
    assert (titles("revolver"), titles("shotgun")) == ([], ["Weapons"])
    numbers = {(one.language, one.number) for one in queries.versions(article_id) if one.state == "published"}
    assert numbers == {("en", 2), ("id", 1)}, "what did not change stays the version it was"
    assert actions.keep_guidelines(actor=SYSTEM, ruleset="c", guidelines=[], now=now) == 1
    assert titles("shotgun") == []


@pytest.mark.django_db
def test_use_is_counted_without_who_and_bounded(now, monkeypatch):
    article_id = published(now)
    for _ in range(2):
        counting.note_read(article_id=article_id, language="en", now=now)
        counting.note_asked(text="Where is  parcel 081234567890 of budi@example.com?", language="en", found=0, now=now)
    [row] = Asked.objects.all()
    assert (row.words, row.times, row.found) == ("where is parcel of", 2, 0)
    counting.note_opened(text="where is parcel of", language="en", now=now)
    assert Asked.objects.get().opened == 1
    assert [one.words for one in queries.asked_in_vain(now=now)] == ["where is parcel of"]
    [link] = queries.read_most(language="en", audiences=queries.PUBLIC, now=now)
    assert link.title == "Lost parcels"
    monkeypatch.setattr(counting, "_MOST_NEW_A_DAY", 1)
    counting.note_asked(text="another question", language="en", found=0, now=now)
    counting.note_asked(text="where is parcel of", language="en", found=3, now=now)
    assert list(Asked.objects.values_list("words", "times", "found")) == [("where is parcel of", 3, 3)], "no flood"
    mark = counting.reader_mark("203.0.113.9", now=now)
    assert "203.0" not in mark
    assert mark != counting.reader_mark("203.0.113.9", now=now + DAY)
    for helped in (True, False):
        counting.vote(article_id=article_id, language="en", number=1, reader=mark, helped=helped, now=now)
    assert Vote.objects.get().helped is False, "one a reader, the newer counts"
    with pytest.raises(Invalid):
        counting.vote(article_id=article_id, language="en", number=1, reader="x", helped=True, said="x" * 1001, now=now)
    counting.forget_old(now=now + 100 * DAY)
    assert not Asked.objects.exists()


@pytest.mark.django_db
def test_words_that_mean_the_same_and_words_mistyped(now):
    published(now, words=draft(title="When does my refund come?", body="Cards take days."), slug="refunds")
    published(now, words=draft(title="Deposits", body="Never pay a deposit."), slug="deposits")
    published(now, words=draft(title="密码", body="忘记密码怎么办"), slug="sign-in")
    assert titles("money back") == []
    with pytest.raises(Invalid):
        actions.keep_synonyms(actor=JONAS, language="en", groups=[["alone"]], version=0, now=now)
    actions.keep_synonyms(actor=JONAS, language="en", groups=[["refund", "money back"]], version=0, now=now)
    with pytest.raises(Stale):
        actions.keep_synonyms(actor=JONAS, language="en", groups=[], version=0, now=now)
    assert titles("can I get my money back") == ["When does my refund come?"]
    found = queries.search("depsoit", language="en", audiences=queries.PUBLIC)
    assert [hit.title for hit in found.hits] == ["Deposits"]
    assert found.corrected == (("depsoit", ("deposit",)),), "said to the reader"
    assert queries.search("depsoit", language="en", audiences=queries.PUBLIC, exactly=True).hits == ()
    assert [hit.title for hit in queries.search("depo", language="en", audiences=queries.PUBLIC, typing=True).hits] == [
        "Deposits"
    ]
    assert titles("忘记密码") == ["密码"], "scripts without spaces in pairs"
    for hostile in ("'", "\\", "a & | ! ( ) <-> :*", "\0", "x" * 5_000, "%", "’" * 400, "the of and", " "):
        assert isinstance(titles(hostile), list)


@pytest.mark.real
def test_of_two_who_publish_at_once_one_is_told(real_db, now):
    article_id = begun(now)
    actions.submit(actor=DEWI, article_id=article_id, language="en", now=now)
    ready, told = threading.Barrier(2), []

    def press():
        ready.wait(30)
        try:
            actions.publish(actor=JONAS, article_id=article_id, language="en", edition=1, now=now)
            told.append("published")
        except Refusal as refusal:
            told.append(refusal.code)
        finally:
            connections.close_all()

    both = [threading.Thread(target=press) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
    assert sorted(told) == ["not_found", "published"]
    assert titles("parcels") == ["Lost parcels"]
