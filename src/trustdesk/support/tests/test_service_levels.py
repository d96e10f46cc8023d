"""Service levels: what was kept and what was broken, told apart, with the cases behind each number."""

import csv
import html
import io
import re
from datetime import UTC, date, datetime, timedelta
from statistics import median
from zoneinfo import ZoneInfo

import pytest

from trustdesk.clocks import actions as clocks
from trustdesk.clocks.rules.policies import read
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.kernel.work import actions as work
from trustdesk.kernel.work.models import Clock
from trustdesk.support import actions, reporting
from trustdesk.support.models import Case
from trustdesk.support.reporting import Narrowed, Period
from trustdesk.support.tests.makers import asked, sent, staff, wrote
from trustdesk.web.tests import makers

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 10, 9, tzinfo=UTC)
WEEK = Period(date(2026, 3, 9), date(2026, 3, 15), ZoneInfo("UTC"))
EVERY = Narrowed()


@pytest.fixture
def lead():
    """Sari, with promises to keep: an hour to the first reply, half of one to the next, a day to the resolution."""
    targets = {"first_reply": 60, "next_reply": 30, "resolution": 1440}
    clocks.set_policy(actor=SYSTEM, policy=read({"name": "P", "targets": targets}), calendar=None, now=START)
    return staff("Sari", START, role="lead")


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def some(lead) -> None:
    """Replies after 10, 20 and 90 minutes, one that waits, one that was never promised anything any more."""
    ids = [asked(minutes(n), channel="chat" if n == 1 else "mail", market="" if n else "ID").id for n in range(5)]
    for n, after in enumerate((10, 20)):
        work.breach_due(now=minutes(n + after))
        sent(ids[n], lead, minutes(n + after))
    actions.set_status(actor=lead, case_id=ids[4], status="resolved", now=minutes(30))
    sent(ids[2], lead, minutes(92))
    wrote(ids[0], minutes(100))
    sent(ids[0], lead, minutes(115))
    work.breach_due(now=minutes(200))


def test_what_was_kept_and_broken_is_counted_with_its_times(lead):
    some(lead)
    found = {one.key: one for one in reporting.overview(actor=lead, period=WEEK, narrowed=EVERY)}
    assert list(found) == ["first_reply", "next_reply", "resolution"]
    first = found["first_reply"].score
    assert (first.kept, first.broken, first.waiting) == (2, 2, 1)
    assert first.share == 50
    assert first.median == median([10, 20, 90])
    assert first.ninth == pytest.approx(20 + 0.8 * 70)
    assert (found["next_reply"].score.kept, found["next_reply"].score.median) == (1, 15)
    assert (found["resolution"].score.kept, found["resolution"].score.broken) == (1, 0)


@pytest.mark.parametrize("by", reporting.BY)
def test_each_way_to_tell_apart_adds_up_to_the_same(lead, by):
    some(lead)
    lines, more = reporting.lines(actor=lead, period=WEEK, narrowed=EVERY, metric="first_reply", business=False, by=by)
    assert not more
    assert (sum(one.score.kept for one in lines), sum(one.score.broken for one in lines)) == (2, 2)
    if by == "channel":
        assert [(one.key, one.score.all) for one in lines] == [("mail", 3), ("chat", 1)]
    if by == "day":
        assert [one.key for one in lines] == ["2026-03-10"]


def test_days_are_those_of_who_asks(lead):
    some(lead)
    tokyo = Period(date(2026, 3, 10), date(2026, 3, 10), ZoneInfo("Asia/Tokyo"))  # ends at 15:00 UTC
    late = Period(date(2026, 3, 10), date(2026, 3, 10), ZoneInfo("Pacific/Auckland"))  # ends at 11:00 UTC
    count = lambda period: [  # noqa: E731
        (one.score.kept, one.score.broken)
        for one in reporting.overview(actor=lead, period=period, narrowed=EVERY)
        if one.key == "first_reply"
    ]
    assert count(tokyo) == [(2, 2)]
    assert count(late) == [(2, 1)]  # the one that still waits was noted later


def test_a_reply_that_was_taken_back_and_a_case_opened_again_count_once(lead):
    one = asked(START).id
    message = actions.reply(actor=lead, case_id=one, text="Yes.", seen=1, now=minutes(5))
    actions.undo_send(actor=lead, message_id=message, now=minutes(5) + timedelta(seconds=5))
    sent(one, lead, minutes(50), then_status="resolved")
    wrote(one, minutes(70))  # opens it again: its resolution is open, too
    found = {one.key: one.score for one in reporting.overview(actor=lead, period=WEEK, narrowed=EVERY)}
    assert (found["first_reply"].kept, found["first_reply"].median) == (1, 50)
    assert "resolution" not in found
    assert Clock.objects.filter(name="resolution", minutes=None).count() == 1


def test_open_hours_are_told_apart_from_the_clock_on_the_wall(lead):
    clocks.set_calendar(
        actor=SYSTEM, code="h", name="H", zone="UTC", slots={"tue": [["09:30", "12:00"]]}, version=0, now=START
    )
    told = {"name": "Q", "targets": {"first_reply": 60}, "business": ["normal"], "when": {"channel": ["chat"]}}
    made = clocks.set_policy(actor=SYSTEM, policy=read(told), calendar="h", now=START)
    clocks.move_policy(actor=SYSTEM, policy_id=made, up=True, now=START)
    sent(asked(START, channel="chat").id, lead, minutes(60))
    sent(asked(START).id, lead, minutes(60))
    found = reporting.overview(actor=lead, period=WEEK, narrowed=EVERY)
    firsts = [(one.business, one.score.median) for one in found if one.key == "first_reply"]
    assert firsts == [(False, 60), (True, 30)]


def test_who_has_the_right_in_one_market_counts_that_market(lead):
    some(lead)
    elsewhere = staff("Made", START, role="lead", in_markets=("MY",))
    Case.objects.filter(channel="chat").update(market="TH")
    (first, *_) = reporting.overview(actor=elsewhere, period=WEEK, narrowed=EVERY)
    assert first.score.all == 2  # those of no market; one is of Indonesia, one of Thailand
    assert reporting.overview(actor=staff("Tia", START), period=WEEK, narrowed=EVERY) == []


def test_every_number_of_the_page_leads_to_as_many_cases(lead, client, monkeypatch):
    some(lead)
    client.force_login(makers.staff("lead", name="Made"))
    page = client.get("/cases/service-levels?from=2026-03-09&to=2026-03-15&by=channel").content.decode()
    links = re.findall(r'href="(/cases/service-levels/cases\?[^"]+)">(\d+)( still wait)?', page)
    assert len(links) >= 7
    for address, number, _ in links:
        shown = client.get(html.unescape(address)).content.decode()
        assert shown.count("promised within") == int(number), address
    monkeypatch.setattr(
        "trustdesk.support.reporting.promises.__kwdefaults__", {"outcome": "", "after": None, "limit": 3}
    )
    address = "/cases/service-levels/cases?from=2026-03-09&to=2026-03-15&metric=first_reply"
    first = client.get(address).content.decode()
    older = html.unescape(re.search(r'href="(\?[^"]*after=[^"]+)"', first)[1])
    second = client.get("/cases/service-levels/cases" + older).content.decode()
    numbers = re.findall(r'dir="auto">(\d+) A parcel', first + second)
    assert len(numbers) == len(set(numbers)) == 4


def test_the_numbers_go_out_as_a_file_a_spreadsheet_reads(lead, client):
    some(lead)
    Case.objects.update(category="=1+1")
    client.force_login(makers.staff("lead", name="Made"))
    answer = client.get("/cases/service-levels?from=2026-03-09&to=2026-03-15&by=category&as=csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[2][:6] == ["First reply", "2", "2", "1", "50.0", "20.0"]
    assert [row for row in rows if row and row[0] == "'=1+1"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("from=yesterday", "no day"),
        ("from=0001-01-01", "no day"),
        ("from=2026-03-12&to=2026-03-11", "after the last"),
        ("from=2020-01-01&to=2026-01-01", "366 days"),
        ("metric=%00&by=nothing&unit=x&outcome=%27&queue=%00", ""),
    ],
)
def test_what_cannot_be_read_is_said_by_name(lead, client, query, says):
    client.force_login(makers.staff("lead", name="Made"))
    answer = client.get(f"/cases/service-levels?{query}")
    assert answer.status_code == (422 if says else 200)
    assert says in answer.content.decode()
    assert client.get(f"/cases/service-levels/cases?{query}").status_code == (422 if says else 200)
