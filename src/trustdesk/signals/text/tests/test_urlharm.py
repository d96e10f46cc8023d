"""Addresses are weighed by their letters; none here is ever asked for."""

import socket

import numpy as np
import pytest

from trustdesk.signals.text import heads, urlharm
from trustdesk.signals.text.urlharm_reading import FEATURES, apart, is_free, traits

LURES = (
    "http://paypal-secure-login.top/verify",
    "https://www.tokopedia.com.login-akun.xyz/masuk",
    "http://203.0.113.7/login.php",
    "metamask-wallet-sync.pages.dev",
    "claim-airdrop-token.vip",
)
ORDINARY = (
    "https://www.google.com/search?q=rice+cooker",
    "tokopedia.com/toko/panci-123",
    "https://en.wikipedia.org/wiki/Reef",
    "https://www.bbc.co.uk/news/uk-123",
    "https://secure.bankofamerica.com/login",
    "https://uni-heidelberg.de/studium",
)


def test_lures_are_told_from_ordinary_addresses(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError("an address was asked for")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    assert (urlharm.url_scores(LURES) > 0.8).all()
    assert (urlharm.url_scores(ORDINARY) < 0.2).all()


def test_a_text_is_as_bad_as_its_worst_address():
    both = f"compare {ORDINARY[0]} with {LURES[0]} please"
    told = urlharm.scores([both, "no address here", ORDINARY[0]])
    assert told.shape == (3, 1)
    assert told[0, 0] == pytest.approx(urlharm.url_scores([LURES[0]])[0])
    assert told[1, 0] == 0
    assert told[2, 0] < 0.1


def test_what_is_seen_of_an_address():
    def seen(url):
        return dict(zip(FEATURES, traits(apart(url)), strict=True))

    assert apart("https://WWW.Shop.example.co.id:8443/a").registered == "example.co.id"
    assert seen("paypa1.com")["brand in name"] == 1
    assert seen("payypal.com")["brand resembled"] == 1
    assert seen("paypal.com")["brand in name"] == seen("paypal.com")["brand resembled"] == 0
    assert seen("https://paypal.com.check.ru")["brand in subdomain"] == 1
    assert seen("https://shop@evil.example:8080/x")["user part"] == seen("https://a.example:8080/x")["port"] == 1
    assert seen("http://xn--pple-43d.com")["punycode"] == 1
    assert is_free(apart("https://someone.github.io"))
    assert not is_free(apart("https://github.com/someone"))


@pytest.mark.parametrize(
    "url",
    ["", "http://", "\ud800.com", "http://[::1]/", "a." * 300_000, "http://" + "a" * 500_000, "%" * 9_000, "://@:"],
)
def test_any_text_has_a_score(url):
    told = urlharm.url_scores([url])
    assert told.shape == (1,)
    assert 0 <= told[0] <= 1


def test_only_open_rows_trained_it():
    manifest = heads.read_manifest("urlharm")
    assert all(row["licence"].startswith("open:") for row in manifest.data)
    assert not {row["source"] for row in manifest.data} & {
        "phishtank_2020",
        "openphish_2026",
        "unb_benign_2016",
        "scamsniffer",
    }
    known = heads.load("urlharm").arrays["known"]
    assert len(known) > 3_000
    assert np.all(np.diff(known.astype(object)) > 0)
