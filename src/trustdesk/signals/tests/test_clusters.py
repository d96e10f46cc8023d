"""Clusters grow whole, however contents come in; links of accounts; forgetting."""

import random
import uuid
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from trustdesk.bench.campaigns import campaign, foreign, words
from trustdesk.signals import actions, queries
from trustdesk.signals.actions import Marked, Sketched
from trustdesk.signals.models import AccountMark, Band, Cluster, ClusterMember, KeptSketch, SeenText
from trustdesk.signals.queries import LinkedQuestion, Mark, SizeQuestion, image_sketch, text_sketch
from trustdesk.signals.rules import KEPT
from trustdesk.signals.tests.test_velocity import together

AT = datetime(2026, 3, 10, 9, tzinfo=UTC)


def prefix():
    return uuid.uuid4().hex[:10]


def keep(texts, *, at=AT, name=None, accounts=None):
    """Each text of a thing of its own; returns the owners."""
    name = name or prefix()
    owners = [f"{name}/ad/{n}" for n in range(len(texts))]
    actions.sketch(
        contents=[
            Sketched(owner, (accounts or owners)[n], text_sketch(text), at)
            for n, (owner, text) in enumerate(zip(owners, texts, strict=True))
        ]
    )
    return owners


def grow():
    while actions.grow_clusters(now=AT):
        pass


def together_with(owner):
    """The owners in a thing's clusters."""
    return [{member.owner for member in queries.members(cluster.id)} for cluster in queries.clusters_of([owner])[owner]]


def size(text, owner, **more):
    return queries.sizes([SizeQuestion((text_sketch(text),), owner, **more)])[0]


@pytest.mark.django_db
class TestClusters:
    def test_a_campaign_is_one_cluster_and_the_rest_is_not_in_it(self):
        drawn = random.Random(1)
        texts = campaign(drawn, 30)
        other = [" ".join(words(drawn, 40)) for _ in range(20)]
        owners = keep([*texts, *other, " ".join(foreign(texts[0].split()))])
        grow()
        assert together_with(owners[0]) == [set(owners[:30])]
        assert not queries.clusters_of(owners[30:]), "unrelated texts and a translation stay by themselves"
        (cluster,) = queries.clusters_of([owners[3]])[owners[3]]
        assert (cluster.members, cluster.accounts, cluster.centre) == (30, 30, owners[0])
        similarities = {member.owner: member.similarity for member in queries.members(cluster.id)}
        assert similarities[owners[0]] == 1.0
        assert all(0.5 <= how <= 1 for how in similarities.values())

    def test_what_came_later_and_what_changed_little_by_little_joins(self):
        drawn = random.Random(2)
        first = words(drawn, 60)
        chain = [first]
        for _ in range(6):
            chain.append([word if drawn.random() > 0.06 else drawn.choice(first) + "x" for word in chain[-1]])
        name = prefix()
        for n, text in enumerate(chain):
            keep([" ".join(text)], name=f"{name}-{n}", at=AT + timedelta(hours=n))
            grow()
        (cluster,) = queries.clusters_of([f"{name}-6/ad/0"])[f"{name}-6/ad/0"]
        assert cluster.members == 7
        assert (cluster.first_at, cluster.last_at) == (AT, AT + timedelta(hours=6))

    def test_two_clusters_whose_centres_are_alike_become_one(self):
        drawn = random.Random(3)
        texts = campaign(drawn, 8, share=0.05)
        left, right = prefix(), prefix()
        # As if two workers had made them: the members of one were not there for the other.
        mine = keep(texts[:4], name=left, accounts=["a", "b", "c", "d"])
        grow()
        KeptSketch.objects.filter(owner__startswith=left).update(kind="image")
        theirs = keep(texts[4:7], name=right, accounts=["d", "e", "f"])
        grow()
        KeptSketch.objects.filter(owner__startswith=left).update(kind="text")
        assert len({one.id for each in queries.clusters_of([*mine, *theirs]).values() for one in each}) == 2
        last = keep(texts[7:], accounts=["g"])
        grow()
        assert together_with(last[0]) == [{*mine, *theirs, *last}]
        (cluster,) = queries.clusters_of(last)[last[0]]
        assert (cluster.members, cluster.accounts) == (8, 7)
        gone = Cluster.objects.get(joined__isnull=False)
        assert queries.cluster(gone.id).joined == cluster.id, "its address still leads somewhere"
        marks = AccountMark.objects.filter(kind="text")
        assert len({bytes(one.digest) for one in marks}) == 1
        assert marks.count() == 7

    def test_an_edit_and_the_same_text_again_are_one_thing(self):
        text = " ".join(words(random.Random(4), 30))
        owners = keep([text, text])
        keep([f"{text} edited"], name=owners[0].split("/", maxsplit=1)[0])
        keep([text, text], name=owners[0].split("/", maxsplit=1)[0])
        grow()
        assert together_with(owners[0]) == [set(owners)]
        assert size(text, owners[0]) == 2
        alone = prefix()
        keep(["one two three four five six seven", "nothing like that at all, my friend, not one bit"], name=alone)
        keep(["one two three four five six seven eight"], name=alone)
        grow()
        assert not queries.clusters_of([f"{alone}/ad/0"]), "one's own edits make no cluster"

    def test_pictures_are_alike_to_31_bits(self):
        drawn = np.random.default_rng(5)
        pdq = drawn.integers(0, 2, 256, dtype=np.uint8)

        def flipped(n):
            bits = pdq.copy()
            bits[drawn.choice(256, n, replace=False)] ^= 1
            return np.packbits(bits).tobytes()

        name = prefix()
        hashes = [flipped(0), flipped(12), flipped(31), flipped(32), drawn.bytes(32)]
        actions.sketch(
            contents=[Sketched(f"{name}/ad/{n}", f"a{n}", image_sketch(each), AT) for n, each in enumerate(hashes)]
        )
        question = SizeQuestion((image_sketch(hashes[4]), image_sketch(hashes[0])), f"{name}/ad/0")
        assert queries.sizes([question]) == [3]
        grow()
        assert together_with(f"{name}/ad/2") == [{f"{name}/ad/{n}" for n in range(3)}]

    def test_sizes_count_things_in_a_window(self):
        drawn = random.Random(6)
        texts = campaign(drawn, 6)
        owners = [owner for n, text in enumerate(texts) for owner in keep([text], at=AT + timedelta(days=n))]
        asker = f"{prefix()}/ad/0"
        at = AT + timedelta(days=5)
        assert size(texts[0], owners[5], at=at) == 6
        assert size(texts[0], asker, at=at) == 7, "who asks is counted, kept or not"
        assert size(texts[0], owners[5], window=2.5 * 86400, at=at) == 3
        assert size(texts[0], asker, at=AT + timedelta(days=1), before=True) == 3
        assert size("somewhere else entirely, nobody has written this before", asker, at=at) == 1

    def test_links_their_weights_and_what_is_common(self):
        name = prefix()
        phone, hotline = Mark("phone", f"+62{name}"), Mark("phone", f"+49{name}")

        def use(account, *marks, at=AT, thing=""):
            actions.mark(marked=[Marked(f"{name}/{account}{thing}", f"{name}-{account}", marks, at)])

        use("budi", phone, Mark("email", f"{name}@x.example"), hotline)
        use("amara", phone, hotline, at=AT + timedelta(days=1))
        use("amara", phone, thing="again")
        use("joko", Mark("email", f"{name}@x.example"))
        for n in range(50):
            use(f"buyer{n}", hotline)
        budi, amara, joko = (f"{name}-{each}" for each in ("budi", "amara", "joko"))
        assert queries.linked([LinkedQuestion(budi), LinkedQuestion(budi, ("phone",)), LinkedQuestion("nobody")]) == [
            2,
            1,
            0,
        ]
        ring = queries.ring_of([amara])
        assert ring.accounts == (amara, budi, joko)
        assert ring.whole
        assert [(link.left, link.right, link.weight) for link in ring.links] == [(amara, budi, 1.0), (budi, joko, 1.0)]
        (common,) = ring.common
        assert (common.kind, common.common, common.weight) == ("phone", True, 0.0)
        (by,) = ring.links[0].by
        assert (by.kind, by.first_at, by.uses[0].account) == ("phone", AT, budi)
        assert [use.times for use in by.uses] == [1, 2], "Amara's two things"
        assert by.digest == queries.mark_digest(phone)
        assert not AccountMark.objects.filter(owner__contains="+62").exists()

    def test_a_ring_is_followed_so_far_and_says_that_there_is_more(self):
        name = prefix()
        for n in range(40):
            marks = (Mark("phone", f"{name}{n}"), Mark("phone", f"{name}{n + 1}"))
            actions.mark(marked=[Marked(f"{name}/{n}", f"{name}-{n}", marks, AT)])
        ring = queries.ring_of([f"{name}-20"], most=11)
        assert ring.accounts[:3] == (f"{name}-20", f"{name}-19", f"{name}-21")
        assert (len(ring.accounts), ring.whole) == (11, False)
        assert queries.ring_of([f"{name}-20"]).whole

    def test_what_is_old_or_erased_is_gone(self):
        drawn = random.Random(8)
        texts = campaign(drawn, 3, share=0.05)
        old = AT - KEPT - timedelta(hours=1)
        name = prefix()
        owners = [*keep(texts[:2], at=old), *keep(texts[2:], name=name)]
        grow()
        actions.remember(texts=[(b"x" * 16, owners[2])], now=AT)
        marked = [
            Marked(owners[0], "a", (Mark("phone", name),), old),
            Marked(owners[2], "b", (Mark("phone", name),), AT),
        ]
        actions.mark(marked=marked)
        while actions.sweep(now=AT):
            pass
        assert list(KeptSketch.objects.filter(owner__in=owners).values_list("owner", flat=True)) == [owners[2]]
        assert Band.objects.count() == len(KeptSketch.objects.get(owner=owners[2]).bands)
        assert ClusterMember.objects.get(owner__in=owners).owner == owners[2]
        assert Cluster.objects.get().members == 1
        assert set(AccountMark.objects.values_list("owner", flat=True)) == {owners[2]}
        assert actions.forget_owners(owners=[owners[2]]) > 0
        for model in (KeptSketch, Band, ClusterMember, AccountMark, SeenText):
            assert not model.objects.exists(), model
        actions.mark(marked=marked)
        actions.forget_accounts(accounts=["b"])
        assert set(AccountMark.objects.values_list("account", flat=True)) == {"a"}
        while actions.sweep(now=AT + KEPT + timedelta(days=1)):
            pass
        assert not Cluster.objects.exists()


@pytest.mark.real
def test_of_a_campaign_that_comes_in_at_once_nobody_is_lost(real_db):
    """Four connections send a campaign, each item on its own, while two let clusters grow."""
    drawn = random.Random(9)
    texts = campaign(drawn, 60, length=60, share=0.04)
    name = prefix()

    def send(turn):
        for n in range(turn, 60, 4):
            owner = f"{name}/ad/{n}"
            actions.sketch(contents=[Sketched(owner, f"{name}-{n % 7}", text_sketch(texts[n]), AT)])

    def tend():
        for _ in range(40):
            actions.grow_clusters(now=AT, limit=5)

    together(*(lambda turn=turn: send(turn) for turn in range(4)), tend, tend)
    grow()
    clusters = queries.clusters_of([f"{name}/ad/{n}" for n in range(60)])
    assert len(clusters) == 60
    assert len({one.id for each in clusters.values() for one in each}) == 1
    (cluster,) = clusters[f"{name}/ad/0"]
    assert (cluster.members, cluster.accounts) == (60, 7)
    assert AccountMark.objects.filter(account__startswith=name, kind="text").count() == 7


@pytest.mark.real
def test_of_n_that_come_at_once_at_most_k_see_fewer_than_k_others(real_db):
    name, text = prefix(), words(random.Random(10), 50)
    links, sizes = [], []

    def come(turn):
        for n in range(6):
            account = f"{name}-{turn}-{n}"
            mine = " ".join([*text, f"{turn}x{n}"])
            actions.mark(marked=[Marked(f"{account}/1", account, (Mark("phone", name),), AT)])
            actions.sketch(contents=[Sketched(f"{account}/1", account, text_sketch(mine), AT)])
            links.append(queries.linked([LinkedQuestion(account)])[0])
            sizes.append(size(mine, f"{account}/1", at=AT))

    together(*(lambda turn=turn: come(turn) for turn in range(5)))
    assert all(seen >= place for place, seen in enumerate(sorted(links)))
    assert all(seen >= place + 1 for place, seen in enumerate(sorted(sizes)))
    assert queries.linked([LinkedQuestion(f"{name}-0-0")]) == [29]
    assert size(" ".join(text), f"{name}-0-0/1", at=AT) == 30
