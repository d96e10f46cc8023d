"""Using a macro on a case: all of it or nothing, words filled with what is known."""

from datetime import timedelta

import pytest
from django.test import Client

from trustdesk.kernel.base.refusal import Invalid, NotFound, Stale
from trustdesk.kernel.people.models import Staff
from trustdesk.kernel.people.queries import actor_for
from trustdesk.macros import queries as macros
from trustdesk.macros.actions import Macro, begin
from trustdesk.macros.tests.makers import kept
from trustdesk.support import actions, queries
from trustdesk.support.models import Message
from trustdesk.support.tests.makers import asked, case, seen, wrote
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db


def agent(name="Sari", role="reviewer"):
    return actor_for(makers.staff(role, name=name))


def use(actor, case_id, macro, now, **given):
    told = {"seen": seen(case_id)} | given
    return actions.use_macro(actor=actor, case_id=case_id, macro_id=macro, now=now, **told)


def test_its_words_become_the_draft_and_its_steps_are_done(now):
    sari = agent()
    opened = asked(now, name="Budi Santoso", tags=["shop"])
    steps = [("set_status", "pending"), ("add_tag", "late"), ("remove_tag", "shop"), ("set_priority", "high")]
    steps += [("set_category", "delivery"), ("note", "Told them about {{case.number}}.")]
    one = kept(sari, now, "Late", "Hello {{requester.first_name}}, case {{case.number}}: {{item.title}}", *steps)
    used = use(sari, opened.id, one, now)
    assert (used.message, used.then_status, used.missing) == (None, "pending", ("item.title",))
    draft = queries.drafts_of(opened.id, actor=sari)["reply"]
    assert draft == f"Hello Budi, case {opened.number}: {{{{item.title}}}}"
    told = case(opened.id)
    assert (told.status, told.priority, told.category, told.tags) == ("new", "high", "delivery", ("late",))
    assert Message.objects.get(direction="note").text == f"Told them about {opened.number}."
    assert macros.one(sari, one).uses == 1
    use(sari, opened.id, one, now)  # again: what is so already is no mistake, and no draft is lost
    assert queries.drafts_of(opened.id, actor=sari)["reply"] == f"{draft}\n\n{draft}"


def test_sent_at_once_or_not_at_all(now):
    sari = agent()
    opened = asked(now, name="{{agent.name}}\r\nBcc: all@example.com")
    one = kept(
        sari, now, "Sorry", "Sorry {{requester.name}}.", ("set_status", "pending"), ("add_tag", "sorry"), sends=True
    )
    wrote(opened.id, now, "Hello?")
    with pytest.raises(Stale):
        use(sari, opened.id, one, now, seen=1)
    assert case(opened.id).tags == (), "nothing is half done"
    used = use(sari, opened.id, one, now)
    message = queries.message(used.message)
    assert message.text == "Sorry {{agent.name}} Bcc: all@example.com."
    actions.send_due(now=now + timedelta(seconds=15))
    assert (case(opened.id).status, case(opened.id).tags) == ("pending", ("sorry",))
    gap = kept(sari, now, "Gap", "About {{item.title}}.", ("add_tag", "gap"), sends=True)
    with pytest.raises(Invalid) as refused:
        use(sari, opened.id, gap, now)
    assert "item.title" in refused.value.fields["text"]
    assert "gap" not in case(opened.id).tags
    assert macros.one(sari, gap).uses == 0


def test_without_words_the_status_is_set_at_once(now):
    sari = agent()
    opened = asked(now)
    use(sari, opened.id, kept(sari, now, "Done", "", ("set_status", "resolved")), now)
    assert case(opened.id).status == "resolved"


def test_the_language_of_who_asked(now):
    sari = agent()
    texts = {"en": "It is late, {{today}}.", "id": "Terlambat, {{today}}."}
    one = begin(actor=sari, macro=Macro(name="Late", texts=texts), shared=False, now=now)
    for language, said in (("id", "Terlambat, 10 Maret 2026."), ("de", "It is late, 10 March 2026.")):
        opened = asked(now, language=language)
        use(sari, opened.id, one, now)
        assert queries.drafts_of(opened.id, actor=sari)["reply"] == said


def test_by_the_page(now):
    staff = makers.staff("reviewer", name="Sari")
    sari, client = actor_for(staff), Client()
    client.force_login(Staff.objects.get(id=staff.id))
    opened = asked(now)
    one = kept(sari, now, "Late <b>", "Hello {{item.title}}", ("set_status", "pending"))
    others = kept(agent("Rina"), now, "Of Rina")
    found = client.get(f"/cases/{opened.id}/saved?saved=late").content.decode()
    assert "Late &lt;b&gt;" in found
    assert "Of Rina" not in found
    assert "Nothing has these words" in client.get(f"/cases/{opened.id}/saved?saved=zebra").content.decode()
    answer = client.post(f"/cases/{opened.id}/use", {"macro": one, "seen": "1"})
    assert answer["Location"] == f"/cases/{opened.id}?then=pending"
    page = client.get(answer["Location"]).content.decode()
    assert '<option value="pending" selected>' in page
    assert "Fill in before you send: {{item.title}}" in page
    assert client.post(f"/cases/{opened.id}/use", {"macro": others, "seen": "1"}).status_code == 404
    assert client.post(f"/cases/{opened.id}/use", {"macro": "x", "seen": "1"}).status_code == 422
    with pytest.raises(NotFound):
        use(sari, opened.id, others, now)
