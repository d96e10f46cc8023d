"""How people are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trustdesk.customers import rules


def test_addresses_are_compared_as_mail_services_do():
    one = rules.address(" A.Mara+shop@GoogleMail.com ")
    assert (one.value, one.norm) == ("a.mara+shop@googlemail.com", "amara@gmail.com")
    assert rules.address("a.mara+x@example.com").norm == "a.mara@example.com"
    assert rules.address("+only@example.com").norm == "+only@example.com"


@pytest.mark.parametrize(
    "text", ["", "amara", "a@b", "a b@example.com", "<a@example.com>", "a@@example.com", "x" * 400 + "@e.com"]
)
def test_what_is_no_address(text):
    assert rules.address(text) is None


def test_numbers_are_international():
    assert rules.phone("0812-3456-7890", ("ID",)).value == "+6281234567890"
    assert rules.phone("+62 812 3456 7890").value == "+6281234567890"
    assert rules.phone("12") is None
    assert rules.phone("call me") is None
    assert rules.phone("+62 812 3456 7890 or +62 812 3456 7891") is None
    assert rules.phone("9" * 500) is None


def test_reasons_come_strongest_first_and_a_name_needs_its_market():
    ours = {("address", "a@e.com"), ("name", "budi"), ("phone", "+1")}
    assert rules.why_same(ours, {("phone", "+1"), ("address", "a@e.com")}, same_market=False) == ["address", "phone"]
    assert rules.why_same(ours, {("name", "budi")}, same_market=False) == []
    assert rules.why_same(ours, {("name", "budi")}, same_market=True) == ["name"]
    assert (
        rules.why_same({("account", "b@e.com"), ("address", "b@e.com")}, {("address", "x@e.com")}, same_market=True)
        == []
    )
    assert rules.why_same({("account", "b@e.com")}, {("address", "b@e.com")}, same_market=False) == ["account"]


@given(st.text(max_size=300))
def test_whatever_is_looked_for_is_bounded(text):
    words = rules.asked(text)
    assert len(words) <= 8
    assert all(word and len(word) <= 320 for word in words)


@given(st.text(max_size=800))
def test_a_line_is_one_line(text):
    kept = rules.line(text, 100)
    assert len(kept) <= 100
    assert kept.isprintable()
