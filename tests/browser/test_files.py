"""Files are chosen, dropped and pasted into a reply, survive a reload, and one too dangerous is refused in words."""

import base64

import pytest
from playwright.sync_api import expect

from trustdesk.kernel.base.timesource import now
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.support import actions, queries
from trustdesk.web.tests import makers

pytestmark = [pytest.mark.browser, pytest.mark.real, pytest.mark.slow]

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PUT = """([how, name, type, data]) => {
  const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const field = document.querySelector("#reply textarea");
  const told = { bubbles: true, cancelable: true };
  field.dispatchEvent(how === "drop" ? new DragEvent("drop", { ...told, dataTransfer: carried })
    : new ClipboardEvent("paste", { ...told, clipboardData: carried }));
}"""


def test_files_go_with_a_reply(at_desk, screens):
    one = actions.open_case(
        actor=SYSTEM, subject="The invoice", text="Send it again, please.", now=now(),
        name="Ratna", address="ratna@example.com", channel="mail",
    )  # fmt: skip
    sari = at_desk(staff=makers.staff("reviewer", name="Sari"))
    page = sari.open(f"/cases/{one.number}")
    page.wait_for_load_state()
    files = page.locator("#reply [data-attached] li")
    with page.expect_file_chooser() as choosing:
        page.locator("#main").press("p")
    choosing.value.set_files([{"name": "Faktur Maret.pdf", "mimeType": "application/pdf", "buffer": PDF}])
    expect(files).to_have_count(1)
    for how, name, content in (("drop", "Second.pdf", PDF + b"%"), ("paste", "Third.pdf", PDF + b"%%")):
        page.evaluate(PUT, [how, name, "application/pdf", base64.b64encode(content).decode()])
        expect(files.filter(has_text=name)).to_be_visible()
    page.evaluate(PUT, ["drop", "run.exe", "application/pdf", base64.b64encode(b"MZ\x90").decode()])
    expect(page.locator("#notices")).to_contain_text("“run.exe” is not attached")
    sari.expect_complaint("422")

    # They survive a reload beside the words; one is taken away by its button.
    page.reload()
    expect(files).to_have_count(3)
    page.get_by_role("button", name="Take “Second.pdf” away").click()
    expect(files).to_have_count(2)
    answer = page.get_by_role("textbox", name="Public reply")
    answer.fill("Here it is.")
    screens(page, "case-files")
    answer.press("Control+Enter")
    expect(page.locator(".msg.ours .file")).to_have_count(2)
    expect(page.locator(".msg.ours .file").first).to_contain_text("Faktur Maret.pdf")
    expect(files).to_have_count(0)
    screens(page, "case-files-sent")

    # Undone, they are the draft's again.
    page.locator("#main").press("u")
    expect(files).to_have_count(2)
    expect(answer).to_have_value("Here it is.")
    assert not [said for said in queries.conversation(one.id) if said.direction == "out"]
