"""Models as Dewi sees them: labels brought, the curve, a choice of error, thresholds in force."""

import random
import uuid
from dataclasses import replace

import pytest
from playwright.sync_api import expect
from procrastinate.contrib.django.models import ProcrastinateJob

from trustdesk.engine import SCORE
from trustdesk.learning import jobs
from trustdesk.signals import owned, registry

pytestmark = [pytest.mark.browser, pytest.mark.real]


def score(text):
    noise = random.Random(text).random()
    return 0.55 + 0.45 * noise**0.6 if "agent" in text else 0.75 * noise**1.6


@pytest.fixture
def planted(monkeypatch):
    shipped = owned.before(lambda asked: [score(question["text"]) for question in asked])
    declared = registry.Declared(replace(SCORE, version="shipped-1"), shipped, owned.edition)
    monkeypatch.setitem(registry._declared, "score", declared)
    owned.own_heads.stale()


def labels(path, rows=1600):
    lines = ["text,label,language,market"]
    for place in range(rows):
        bad = place % 4 == 0
        word = "Pay my agent first" if bad else "Come and see it"
        lines.append(f'"{word}, lot {place}",{int(bad)},{("id", "en")[place % 2]},{("ID", "SG")[place % 3 == 0]}')
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_dewi_brings_labels_chooses_an_error_and_puts_thresholds_in_force(at_desk, screens, planted, tmp_path):
    label = f"fraud.t{uuid.uuid4().hex[:6]}"
    page = at_desk("policy_owner", name="Dewi").open("/models/")
    screens(page, "models-empty")
    page.keyboard.press("n")
    page.wait_for_url("**/models/bring")
    page.get_by_label("Label").fill(label)
    page.get_by_label("CSV file").set_input_files(labels(tmp_path / "labels.csv"))
    screens(page, "models-bring")
    page.get_by_role("button", name="Bring and measure").click()
    expect(page.get_by_text("Waits for the worker")).to_be_visible()
    screens(page, "models-waits")
    for job in ProcrastinateJob.objects.filter(task_name="learning.run", status="todo"):
        jobs.run_study(**job.args)
        ProcrastinateJob.objects.filter(id=job.id).delete()
    expect(page.get_by_text("What can be promised").first).to_be_visible()
    screens(page, "models-study")
    slider = page.get_by_label("Of what a rule does by itself")
    slider.fill("10")
    expect(page.get_by_text("by itself, at most 10 % may be wrong")).to_be_visible()
    page.get_by_role("link", name="SG · en").click()
    page.get_by_text("All places").click()
    screens(page, "models-study-place")
    page.get_by_role("button", name="Put these thresholds in force").click()
    expect(page.get_by_text("in force.").first).to_be_visible()
    screens(page, "models-label")
    page.goto(page.url.split("/models/")[0] + "/models/")
    expect(page.get_by_role("link", name=label)).to_be_visible()
    screens(page, "models")
