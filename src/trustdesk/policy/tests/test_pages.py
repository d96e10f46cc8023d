"""The pages, as Dewi, Jonas and Sari meet them."""

import pytest
from django.test import Client

from trustdesk.kernel.people.models import Staff
from trustdesk.policy import actions, queries
from trustdesk.policy.models import PolicyVersion
from trustdesk.policy.tests.makers import CONTACT, CONTACT_ID, LISTS

CALMER = CONTACT.replace("days(30)", "days(7)")


@pytest.fixture
def as_(desk):
    def sign_in(actor):
        client = Client()
        client.force_login(Staff.objects.get(id=actor.id))
        return client

    return sign_in


def _text(response):
    return response.content.decode()


class TestReading:
    def test_the_list_names_what_waits(self, as_, dewi, jonas, now):
        actions.draft(actor=dewi, text=CALMER, now=now)
        page = _text(as_(dewi).get("/policies/"))
        assert "Contact details in listings 2" in page
        assert "Draft" in page
        assert "Contact details in listings 2</a>" not in _text(as_(jonas).get("/policies/")), (
            "drafts are their author's"
        )

    def test_a_policy_shows_words_rules_and_passing_examples(self, as_, sari):
        page = _text(as_(sari).get("/policies/contact/"))
        for words in ("1.1 Phone numbers, however written", 'id="c1.1"', "phones(item.text)", "passes", "Reject"):
            assert words in page
        assert "Edit" not in page, "Sari may not"
        assert "Kontak pribadi di iklan" in _text(as_(sari).get("/policies/contact/?language=id"))

    def test_what_is_not_there(self, as_, sari):
        client = as_(sari)
        for address in ("/policies/nothing/", "/policies/contact/99/", "/word-lists/nothing/"):
            assert client.get(address).status_code == 404
        assert Client().get("/policies/").status_code == 302

    def test_two_policies_cost_the_queries_of_many(self, as_, dewi, jonas, now, django_assert_max_num_queries):
        client = as_(dewi)
        client.get("/policies/")
        with django_assert_max_num_queries(10):
            client.get("/policies/")
        for code in ("a-one", "b-two", "c-three"):
            text = CALMER.replace("code: contact", f"code: {code}")
            actions.draft(actor=dewi, text=text, now=now)
        with django_assert_max_num_queries(10):
            assert "a-one" in _text(client.get("/policies/"))


class TestLife:
    def test_from_the_editor_to_live_by_two_people(self, as_, dewi, jonas):
        hers, his = as_(dewi), as_(jonas)
        assert "phones(item.text)" in _text(hers.get("/policies/contact/1/edit/"))
        sent = {"code": "contact", "number": "1", "text": CALMER.replace("\n", "\r\n"), "text.id": CONTACT_ID}
        kept = hers.post("/policies/contact/1/edit/", sent | {"then": "keep"})
        assert kept.headers["Location"] == "/policies/contact/2/edit/"
        assert PolicyVersion.objects.get(number=2).text == CALMER, "no carriage returns"
        assert hers.post("/policies/contact/2/check/").headers["Location"] == "/policies/contact/2/"
        assert "A second person approves it" in _text(hers.get("/policies/contact/2/"))
        assert hers.post("/policies/contact/2/approve/").status_code == 403
        page = _text(his.get("/policies/contact/2/"))
        assert "rule phone-number: condition changed" in page
        assert "Approve" in page
        his.post("/policies/contact/2/approve/")
        assert his.post("/policies/contact/2/publish/").headers["Location"] == "/policies/contact/"
        assert queries.live_plan().policies["contact"].version == 2
        refused = his.post("/policies/contact/roll-back/", {"reason": ""})
        assert refused.status_code == 422
        his.post("/policies/contact/roll-back/", {"reason": "Too calm"})
        assert queries.live_plan().policies["contact"].version == 1

    def test_a_reviewer_may_only_read(self, as_, sari, dewi, now):
        made = actions.draft(actor=dewi, text=CALMER, now=now)
        client = as_(sari)
        for verb in ("check", "approve", "publish", "discard"):
            assert client.post(f"/policies/contact/{made.number}/{verb}/").status_code == 403
        assert client.get("/new-policy/").status_code == 403
        assert client.post("/new-policy/try/", {"text": CALMER}).status_code == 403
        assert client.get("/word-lists/weapons/edit/").status_code == 403

    def test_a_draft_with_errors_shows_them_and_cannot_be_sent(self, as_, dewi, now):
        actions.draft(actor=dewi, text=CALMER.replace("account.age", "acount.age"), now=now)
        client = as_(dewi)
        page = _text(client.get("/policies/contact/2/"))
        assert "did you mean account.age?" in page
        assert 'primary" data-key="a" disabled' in page
        refused = client.post("/policies/contact/2/check/")
        assert refused.status_code == 422
        assert "The check found 1 error." in _text(refused)
        client.post("/policies/contact/2/discard/")
        assert not PolicyVersion.objects.filter(number=2).exists()


class TestLiveCheck:
    def _try(self, client, text, code="contact"):
        response = client.post(
            "/new-policy/try/", {"text": text, "code": code, "number": "2"}, headers={"HX-Request": "true"}
        )
        assert response.status_code == 200
        return _text(response)

    def test_a_finding_has_its_line_its_caret_and_the_nearest_name(self, as_, dewi):
        told = self._try(as_(dewi), CALMER.replace("account.age", "acount.age"))
        assert 'data-line="14" data-column="29"' in told
        assert "did you mean account.age?" in told
        line = "phones(item.text) and acount.age &lt; days(7)"
        assert f"{line}\n{' ' * 22}^" in told

    def test_examples_run_while_one_types(self, as_, dewi):
        assert "passes" in self._try(as_(dewi), CALMER)
        told = self._try(as_(dewi), CALMER.replace("expect: approve", "expect: hold"))
        assert "expected hold, got approve" in told
        assert "1 example fails" in told

    @pytest.mark.parametrize("text", ["", "\0", "---\na: *x\n---\n", "x" * 600_000, "---\n" + "[" * 200, "\ud800"])
    def test_whatever_is_typed_is_answered(self, as_, dewi, text):
        client = as_(dewi)
        if text == "\ud800":
            body = b"text=%ED%A0%80&code=contact"
            response = client.post("/new-policy/try/", body, content_type="application/x-www-form-urlencoded")
            assert response.status_code == 200
            return
        assert "error" in self._try(client, text)
        assert "error" in self._try(client, text, code="")

    def test_the_document_cannot_become_another_policy(self, as_, dewi):
        assert "code must stay contact" in self._try(as_(dewi), CALMER.replace("code: contact", "code: other"))

    def test_words_of_authors_are_escaped(self, as_, dewi):
        told = self._try(as_(dewi), CALMER.replace("Sofa, call", "<script>alert(1)</script> call"))
        assert "<script>alert" not in told
        assert "&lt;script&gt;" in told


class TestNewPolicy:
    def test_the_first_page_passes_once_it_has_a_name(self, as_, dewi):
        client = as_(dewi)
        page = client.get("/new-policy/")
        text = page.context["text"]
        assert page.context["tried"].passes, page.context["tried"].problems
        done = client.post("/new-policy/", {"code": "", "text": text, "then": "check"})
        assert done.headers["Location"] == "/policies/my-new-policy/1/"
        assert PolicyVersion.objects.get(policy__code="my-new-policy").state == "checked"
        assert "The first version" in _text(client.get("/policies/my-new-policy/1/"))

    def test_without_a_code_the_words_are_kept_on_the_page(self, as_, dewi):
        response = as_(dewi).post("/new-policy/", {"code": "", "text": "my precious words"})
        assert response.status_code == 422
        assert "my precious words" in _text(response)

    def test_a_translation_is_added(self, as_, dewi, now):
        actions.draft(actor=dewi, text=CALMER, now=now)
        sent = {"code": "contact", "number": "2", "text": CALMER, "add_language": "id"}
        as_(dewi).post("/policies/contact/2/edit/", sent)
        assert "translation_of: contact" in PolicyVersion.objects.get(number=2).translations["id"]


class TestWordLists:
    def test_view_edit_approve_publish_and_back(self, as_, dewi, jonas):
        hers, his = as_(dewi), as_(jonas)
        assert "weapons" in _text(hers.get("/word-lists/"))
        assert "senapan" in _text(hers.get("/word-lists/weapons/"))
        failing = hers.post("/word-lists/weapons/edit/", {"text": "shotgun\n"})
        assert failing.status_code == 422
        assert "expected review, got approve" in _text(failing)
        done = hers.post("/word-lists/weapons/edit/", {"text": LISTS["weapons"] + "golok\n"})
        assert done.headers["Location"] == "/word-lists/weapons/2/"
        assert "1 word added: golok" in _text(his.get("/word-lists/weapons/2/"))
        his.post("/word-lists/weapons/2/approve/")
        his.post("/word-lists/weapons/2/publish/")
        assert "golok" in queries.live_content().lists["weapons"].phrases
        his.post("/word-lists/weapons/roll-back/", {"reason": "A kitchen knife"})
        assert "golok" not in queries.live_content().lists["weapons"].phrases

    def test_a_new_list(self, as_, dewi):
        client = as_(dewi)
        assert client.get("/new-word-list/").status_code == 200
        assert client.post("/new-word-list/", {"name": "Bad Name", "text": "x"}).status_code == 422
        done = client.post("/new-word-list/", {"name": "toys", "text": "teddy\n"})
        assert done.headers["Location"] == "/word-lists/toys/1/"
        assert "teddy" in _text(client.get("/word-lists/toys/1/"))
        assert "toys" in _text(client.get("/word-lists/"))
