"""The API's manual in a browser, under the same content policy as everything."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.real]


def test_the_manual_is_readable_without_any_other_host(at_desk, screens):
    page = at_desk(signed_in=False).open("/api/v1/docs")
    expect(page.get_by_role("heading", name="The API")).to_be_visible()
    page.locator(".toc a").first.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    screens(page, "manual")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "the page scrolls sideways"
