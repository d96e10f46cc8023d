"""Webhooks as Jonas sees them."""

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now as present
from trustdesk.webhooks import dispatching
from trustdesk.webhooks.models import Endpoint, EventDelivery
from trustdesk.webhooks.tests.makers import receiver, tell

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_jonas_adds_a_webhook_sees_what_failed_and_has_it_sent_again(at_desk, screens, settings):
    settings.PRIVATE_TARGETS = True
    Endpoint.objects.filter(active=True).update(active=False, switched_off_at=present())
    with receiver(status=500, body=b"the queue is full") as platform:
        page = at_desk("lead", name="Jonas").open("/webhooks/")
        page.keyboard.press("n")
        page.wait_for_url("**/webhooks/add")
        page.get_by_label("Address").fill(platform.url)
        page.get_by_label("What it is for").fill("Pasar, production")
        screens(page, "webhook-add")
        page.get_by_role("button", name="Add").click()
        platform.secret = page.locator("#secret").inner_text()
        screens(page, "webhook-secret")
        page.get_by_role("link", name="Done").click()
        expect(page.get_by_text("Nothing was sent yet")).to_be_visible()

        tell(outcome="reject", item="ad-17")
        dispatcher = dispatching.Dispatcher()
        dispatcher.settle()
        made = Endpoint.objects.get(url=platform.url)
        EventDelivery.objects.filter(endpoint=made).update(dead_at=present(), tries=11)
        tell(outcome="approve", item="ad-18")
        page.reload()
        screens(page, "webhook")
        page.goto(page.url.split("/webhooks/")[0] + "/webhooks/")
        screens(page, "webhooks")
        page.get_by_role("link", name="given up").click()
        screens(page, "webhooks-dead")
        platform.status = 204
        page.get_by_role("button", name="Send again").click()
        expect(page.get_by_text("It is being sent again.")).to_be_visible()
        dispatcher.settle()
        dispatcher.close()
        page.reload()
        expect(page.locator("td .word", has_text="Delivered")).to_have_count(2)
        assert [message["data"]["item"] for message in platform.verified()].count("ad-17") == 2
