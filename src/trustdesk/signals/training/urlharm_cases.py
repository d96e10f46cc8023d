"""Addresses made up for training: the open data know hosts, hardly any of them with a path. Ordinary paths are put behind
honest hosts, the paths of phishing kits behind dishonest ones and behind honest ones that were broken into, and the shapes
that pretend to be somebody are spelled out."""

import random
import string
from collections.abc import Sequence

from trustdesk.signals.text.urlharm_words import BRANDS

_NOUNS = [
    "garden",
    "winter",
    "recipe",
    "travel",
    "guide",
    "review",
    "football",
    "music",
    "market",
    "report",
    "health",
    "school",
    "energy",
    "history",
    "festival",
    "camera",
    "kitchen",
    "science",
    "climate",
    "budget",
    "council",
    "player",
    "season",
    "album",
    "episode",
    "interview",
    "coffee",
    "weather",
    "museum",
    "holiday",
    "wedding",
    "bicycle",
    "forest",
    "island",
]
_VERBS = [
    "best",
    "how",
    "why",
    "new",
    "what",
    "top",
    "making",
    "finding",
    "after",
    "before",
    "inside",
    "first",
    "last",
    "free",
    "update",
    "about",
    "under",
]
_SECTIONS = [
    "news",
    "blog",
    "article",
    "articles",
    "post",
    "posts",
    "sport",
    "world",
    "business",
    "culture",
    "video",
    "videos",
    "tag",
    "category",
    "topics",
    "opinion",
    "story",
    "wiki",
]
_KIT_FOLDERS = [
    "wp-content",
    "wp-includes",
    "wp-admin",
    "images",
    "css",
    "js",
    ".well-known",
    "tmp",
    "old",
    "new",
    "admin",
    "modules",
    "components",
    "plugins",
    "themes",
    "uploads",
    "includes",
    "cgi-bin",
    "secure",
    "update",
    "docs",
    "file",
    "files",
    "view",
    "share",
    "app",
    "web",
    "mail",
    "data",
    "bin",
    "cache",
    "media",
    "en",
    "us",
    "de",
]
_KIT_PAGES = [
    "login",
    "signin",
    "verify",
    "verification",
    "account",
    "update",
    "confirm",
    "secure",
    "index",
    "validate",
    "webscr",
    "session",
    "billing",
    "auth",
    "password",
    "recovery",
    "unlock",
    "customer",
    "invoice",
    "document",
    "onedrive",
    "office365",
    "sharepoint",
    "home",
    "main",
]
_RISKY = [
    "xyz",
    "top",
    "online",
    "site",
    "live",
    "club",
    "vip",
    "icu",
    "buzz",
    "click",
    "link",
    "shop",
    "store",
    "cc",
    "tk",
    "ml",
    "ga",
    "cf",
    "gq",
    "app",
    "dev",
    "info",
    "biz",
]
_WORDS = [
    "secure",
    "account",
    "login",
    "verify",
    "support",
    "update",
    "service",
    "online",
    "help",
    "center",
    "portal",
    "auth",
    "id",
    "web",
    "my",
    "official",
    "alert",
]
_CHAIN = [
    "wallet",
    "token",
    "swap",
    "airdrop",
    "claim",
    "mint",
    "stake",
    "defi",
    "bridge",
    "nft",
    "dapp",
    "node",
    "sync",
    "connect",
    "dao",
    "chain",
    "yield",
    "rewards",
    "presale",
]
_FREE = [
    "netlify.app",
    "vercel.app",
    "pages.dev",
    "web.app",
    "firebaseapp.com",
    "weebly.com",
    "wixsite.com",
    "blogspot.com",
    "github.io",
    "herokuapp.com",
    "glitch.me",
    "000webhostapp.com",
    "workers.dev",
    "webflow.io",
    "surge.sh",
    "onrender.com",
    "duckdns.org",
    "square.site",
    "godaddysites.com",
]
_MOODS = [
    "quiet",
    "bright",
    "little",
    "green",
    "happy",
    "silver",
    "gentle",
    "sunny",
    "clever",
    "brave",
    "simple",
    "cosy",
    "urban",
    "northern",
    "blue",
]


def _token(rng: random.Random, low: int, high: int, letters: str = string.ascii_lowercase + string.digits) -> str:
    return "".join(rng.choice(letters) for _ in range(rng.randint(low, high)))


def slug(rng: random.Random) -> str:
    """Words of a headline, joined."""
    said = [
        rng.choice(_VERBS),
        *rng.sample(_NOUNS, rng.randint(1, 4)),
        rng.choice(("in", "of", "for", "and")),
        rng.choice(_NOUNS),
    ]
    return rng.choice("--_+").join(said) if rng.random() < 0.9 else "".join(word.title() for word in said)


def honest_path(rng: random.Random) -> str:
    """A path as shops, papers, forums, file lists and encyclopaedias have it."""
    number, section, words = rng.randrange(100, 10**7), rng.choice(_SECTIONS), slug(rng)
    brand = rng.choice(list(BRANDS))
    year, month, day = rng.randrange(2005, 2027), rng.randrange(1, 13), rng.randrange(1, 29)
    return rng.choice(
        (
            "", "/", "/",
            f"/{section}/{words}", f"/{section}/{words}/", f"/{words}-{number}", f"/{section}/{number}", f"/{year}/{month:02d}/{day:02d}/{words}",
            f"/{year}/{month:02d}/{words}.html", f"/{section}/{number}/{words}", f"/wiki/{words.title()}", f"/p/{number}", f"/user/{rng.choice(_NOUNS)}{number % 100}",
            f"/watch?v={_token(rng, 11, 11, string.ascii_letters + string.digits)}", f"/search?q={words.replace('-', '+')}", f"/product/{words}?color=red&size=m",
            f"/index.php?topic={number}.0", f"/viewtopic.php?t={number}", f"/showthread.php?{number}-{words}", f"/questions/{number}/{words}",
            f"/torrent/{_token(rng, 40, 40, '0123456789ABCDEF')}/{words}.torrent", f"/download/{words}.zip", f"/{section}?page={number % 40}", "/about-us", "/contact",
            f"/{rng.choice(_NOUNS)}/{rng.choice(_NOUNS)}.aspx?id={number}", "/login", "/account/orders", f"/en/{section}/{words}", f"/item/{number}.html",
            f"/{section}/{words}?utm_source=newsletter&utm_medium=email", f"/%D8%A7%D9%84%D8%B9%D8%B1%D8%A8%D9%8A%D8%A9/{number}", f"/images/{words}.jpg", f"/s/{words}/{_token(rng, 6, 10)}",
            # Honest pages write about brands, share addresses and number things in hexadecimal.
            f"/{section}/{brand}-{words}", f"/{words}-{brand}-{number}", f"/{section}/{brand}/{words}.html", f"/{brand}",
            f"/share?url=https%3A%2F%2Fnews.example%2F{words}", f"/{section}/{_token(rng, 20, 36, '0123456789abcdef')}",
            f"/{_token(rng, 16, 40, '0123456789abcdef')}/{words}.jpg", f"/wp-content/uploads/{year}/{month:02d}/{words}.jpg",
            f"/{section}.php?id={number}", f"/{section}/{words}/amp/", f"/{words.title()}/{number}.html?ref={brand}",
        )
    )  # fmt: skip


def lure_path(rng: random.Random) -> str:
    """A path as kits for stealing accounts have it."""
    brand, page, other = rng.choice(list(BRANDS)), rng.choice(_KIT_PAGES), rng.choice(_KIT_PAGES)
    folder, second, key = rng.choice(_KIT_FOLDERS), rng.choice(_KIT_FOLDERS), _token(rng, 16, 40, "0123456789abcdef")
    suffix = rng.choice((".php", ".html", ".htm", "", "/", ".php?cmd=login_submit", f".php?id={key}", f"/?{key}"))
    return rng.choice(
        (
            f"/{folder}/{brand}/{page}{suffix}", f"/{brand}/{suffix.lstrip('/')}", f"/{folder}/{second}/{page}{suffix}", f"/{brand}-{page}/{other}{suffix}",
            f"/{page}{brand}/", f"/{folder}/{page}/{other}{suffix}", f"/~{_token(rng, 6, 9)}/{brand}/{page}{suffix}", f"/{page}.php?email=someone@example.org",
            f"/{brand}.com/{page}{suffix}", f"/{folder}/{key}/", f"/{page}/{key}/{other}.php", f"/{folder}/{_token(rng, 3, 8)}/{page}{suffix}", f"/.{_token(rng, 3, 6)}/{brand}/",
            f"/{brand}/{page}/{other}.php?{_token(rng, 2, 6)}={key}&session={key[::-1]}", f"/{page}/mpp/{other}?country.x=us", f"/{_token(rng, 4, 8)}.php?rand=13InboxLightaspxn.{key}",
            f"/{folder}/{brand}%20{page}/", f"/{brand}/{_token(rng, 5, 9)}/index.html", f"/{rng.choice(_NOUNS)}.apk", f"/{page}-{brand}.html", f"/secure/{brand}/en/{page}",
        )
    )  # fmt: skip


def dishonest_host(rng: random.Random) -> str:
    """A host that pretends or was made in bulk."""
    brand, word, other = rng.choice(list(BRANDS)), rng.choice(_WORDS), rng.choice(_WORDS)
    ending, free = rng.choice((*_RISKY, "com", "com", "net", "org", "ru")), rng.choice(_FREE)
    chain = rng.choice(_CHAIN)
    return rng.choice(
        (
            f"{brand}-{word}.{ending}", f"{word}-{brand}.{ending}", f"{brand}{word}.{ending}", f"{brand}.com-{word}.{ending}", f"{word}.{brand}.com.{_token(rng, 5, 10)}.{ending}",
            f"{brand}.{word}-{other}.{ending}", f"{_misspelt(brand, rng)}.{ending}", f"{_misspelt(brand, rng)}-{word}.{ending}", f"{brand}-{word}-{_token(rng, 4, 8)}.{free}",
            f"{brand}{rng.randrange(1, 9999)}.{free}", f"{word}{brand}.{free}", f"{_token(rng, 14, 24)}.{free}", f"{rng.choice(_MOODS)}-{rng.choice(_NOUNS)}-{_token(rng, 6, 6, '0123456789abcdef')}.{free}",
            f"{chain}-{word}.{ending}", f"{brand}{chain}.{ending}", f"{chain}{rng.choice(_CHAIN)}.{ending}", f"{_token(rng, 7, 14)}.{rng.choice(_RISKY)}",
            f"{rng.randrange(11, 220)}.{rng.randrange(0, 255)}.{rng.randrange(0, 255)}.{rng.randrange(1, 254)}", f"{word}.{other}.{brand}.{_token(rng, 4, 9)}.{ending}",
        )
    )  # fmt: skip


def _misspelt(brand: str, rng: random.Random) -> str:
    at = rng.randrange(len(brand))
    kind = rng.randrange(4)
    if kind == 0:
        return brand[:at] + brand[at] + brand[at:]
    if kind == 1 and len(brand) > 4:
        return brand[:at] + brand[at + 1 :]
    swaps = {"o": "0", "l": "1", "i": "1", "e": "3", "a": "4", "s": "5"}
    if kind == 2 and any(mark in swaps for mark in brand):
        return "".join(swaps.get(mark, mark) for mark in brand)
    return brand[:at] + rng.choice(string.ascii_lowercase) + brand[at + 1 :]


def _drawn_alike(brand: str, rng: random.Random) -> str:
    """One or two letters as another script draws them."""
    alike = {"a": "а", "e": "е", "o": "о", "p": "р", "c": "с", "i": "і", "s": "ѕ", "x": "х", "y": "у"}
    places = [at for at, mark in enumerate(brand) if mark in alike]
    for at in rng.sample(places, min(len(places), rng.randint(1, 2))):
        brand = brand[:at] + alike[brand[at]] + brand[at + 1 :]
    return brand if places else f"xn--{brand}-{_token(rng, 3, 4)}"


def made_up(
    honest: Sequence[str], popular: Sequence[str], dishonest: Sequence[str], *, n: int, seed: int
) -> list[tuple[str, int]]:
    """`n` addresses with 1 for harm and 0 for none, on the hosts given and on hosts made up."""
    rng = random.Random(seed)
    told = []
    for _ in range(n):
        draw = rng.random()
        if draw < 0.5:
            host = rng.choice(popular if rng.random() < 0.6 else honest)
            if rng.random() < 0.25:
                host = f"{rng.choice(('m', 'blog', 'shop', 'en', 'forum', 'news', 'support', 'docs', 'mail', 'my', 'de', 'app'))}.{host}"
            told.append((_dressed(host, honest_path(rng), rng), 0))
        elif draw < 0.52:
            told.append((f"http://{rng.choice(list(BRANDS))}.com@{dishonest_host(rng)}{lure_path(rng)}", 1))
        elif draw < 0.54:
            told.append(
                (f"http://{_drawn_alike(rng.choice(list(BRANDS)), rng)}.{rng.choice(('com', 'net', 'io'))}/", 1)
            )
        elif draw < 0.56:
            told.append((f"http://{dishonest_host(rng)}:{rng.randrange(1025, 9999)}{lure_path(rng)}", 1))
        elif draw < 0.64:
            told.append((_dressed(rng.choice(honest), lure_path(rng), rng), 1))
        elif draw < 0.82:
            told.append(
                (
                    _dressed(
                        rng.choice(dishonest), lure_path(rng) if rng.random() < 0.6 else rng.choice(("", "/")), rng
                    ),
                    1,
                )
            )
        else:
            path = (
                lure_path(rng)
                if rng.random() < 0.4
                else rng.choice(("", "/", "/login", f"/{_token(rng, 3, 8)}", "/index.html"))
            )
            told.append((_dressed(dishonest_host(rng), path, rng), 1))
    return told


def _dressed(host: str, path: str, rng: random.Random) -> str:
    www = "www." if rng.random() < 0.3 and not host[0].isdigit() else ""
    return f"{rng.choice(('http://', 'https://', ''))}{www}{host}{path}"
