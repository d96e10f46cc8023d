"""Accounts elsewhere: @name, t.me/name, "telegram: name", "my IG is name". Spans in the original text.

Evidence is the name itself, or the link that leads to it. A telephone number behind "WhatsApp" is a telephone number.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from .addresses import mail_addresses, web_addresses
from .rewriting import Span, plain, widest
from .wording import words

MAX_FOUND = 50
# Hosts whose first step of the path (or the step behind it) names an account.
_SITES = {
    "t.me": "telegram", "telegram.me": "telegram", "telegram.dog": "telegram", "wa.me": "whatsapp",
    "chat.whatsapp.com": "whatsapp", "api.whatsapp.com": "whatsapp", "whatsapp.com": "whatsapp", "wa.link": "whatsapp",
    "instagram.com": "instagram", "instagr.am": "instagram", "ig.me": "instagram", "facebook.com": "facebook",
    "fb.com": "facebook", "fb.me": "facebook", "m.me": "facebook", "line.me": "line", "lin.ee": "line",
    "snapchat.com": "snapchat", "discord.gg": "discord", "discord.com": "discord", "signal.me": "signal",
    "signal.group": "signal", "tiktok.com": "tiktok", "twitter.com": "twitter", "x.com": "twitter", "vk.com": "vk",
    "vk.me": "vk", "onlyfans.com": "onlyfans", "kik.me": "kik", "linktr.ee": "linktree", "paypal.me": "paypal",
    "cash.app": "cashapp", "venmo.com": "venmo", "viber.me": "viber", "zalo.me": "zalo", "skype.com": "skype",
    "threads.net": "threads", "bsky.app": "bluesky", "ko-fi.com": "ko-fi", "wechat.com": "wechat",
    "weixin.qq.com": "wechat", "u.wechat.com": "wechat", "revolut.me": "revolut",
}  # fmt: skip
_NO_ACCOUNT = words(
    """
    p reel reels stories explore watch share sharer intent marketplace groups hashtag search login help about
    """
)
# How platforms are called. Those that are also words, or only two letters, need more to be believed.
_PLATFORMS = {
    "telegram": "telegram|telegr[a@4]m|t[e3]l[e3]gr[a@4]m|telgram|tlgrm|телеграмм?|телега",
    "telegram ": "tg|tele|тг",
    "instagram": r"instagram|[i1]nst[a@4]gr[a@4]m|insta|инстаграм|инста",
    "instagram ": "ig",
    "whatsapp": r"wh[a@4]ts\s?[a@4]pp?|watsapp|whatsap|wasap",
    "wechat": "we\\s?chat|weixin|微信|薇信|威信|v信",
    "wechat ": "vx|wx",
    "snapchat": "snap\\s?chat",
    "snapchat ": "snap|sc",
    "line": "line\\s?id|id\\s?line|line@",
    "line ": "line",
    "signal ": "signal",
    "kik": "kik",
    "viber": "viber",
    "discord": "discord",
    "skype": "skype",
    "facebook": "facebook|messenger",
    "facebook ": "fb",
    "twitter": "twitter",
    "tiktok": "tik\\s?tok",
    "kakaotalk": "kakao\\s?talk|kakao|카카오톡|카톡|카톡아이디",
    "zalo": "zalo",
    "qq": "qq",
    "threema": "threema",
    "wickr": "wickr",
    "session ": "session",
    "cashapp": "cash\\s?app",
    "venmo": "venmo",
    "paypal": "paypal",
    "onlyfans": "onlyfans",
    "bbm": "bbm|pin\\s?bb",
}
_NAMES = list(_PLATFORMS)
_ANY = "|".join(f"(?P<p{at}>{words})" for at, words in enumerate(_PLATFORMS.values()))
_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_.\-]{1,30}[A-Za-z0-9_])"
_CALLED = re.compile(
    rf"(?<![^\W_])(?:{_ANY})(?![^\W_])"
    r"(?P<word>\s{0,2}(?:id|user\s?name|user|handle|account|acct?|akun|nick(?:name)?|name|号|帳號|아이디|айди|contact)(?![^\W_]))?"
    r"(?:\s{1,2}me(?=\s?[:=]))?\s{0,2}(?P<sign>[:=：＝@>]|-{1,2}>?|(?:is|as|adalah|es|saya|(?:me\s)?(?:at|on)|me)(?=\s))?\s{0,2}[@$]?"
    rf"(?P<name>(?:live:)?{_NAME})",
    re.IGNORECASE,
)
_ON = re.compile(
    rf"(?<![\w.@/$])@?(?P<name>{_NAME})\s{{1,2}}(?:on|di|en|sur|auf|via|in)\s{{1,2}}(?:{_ANY})(?![^\W_])", re.IGNORECASE
)
_AT = re.compile(r"(?<![\w.@/+\-])@(?P<name>[A-Za-z_](?:[A-Za-z0-9_.]{1,29}[A-Za-z0-9_]))(?![\w@]|\.\w)")
_TAG = re.compile(r"(?<![\w$])\$(?P<name>[A-Za-z][A-Za-z0-9\-]{2,19})(?![\w$])")
# A cheap look before the patterns: words, and parts of words that stand among other marks.
_LETTERS = re.compile(r"[^\W_]+")
_HINTS = words(
    """
    telegram telgram tlgrm телеграм телеграмм телега tg tele тг instagram insta инстаграм инста ig whatsapp whats watsapp
    whatsap wasap wechat we weixin vx wx v信 snapchat snap sc line id signal kik viber discord skype facebook messenger fb
    twitter tiktok tik kakaotalk kakao zalo qq threema wickr session cashapp cash venmo paypal onlyfans bbm pin
    """
)
_PARTS = (
    "t3l",
    "tel3gr",
    "telegr4",
    "telegr@",
    "1nst",
    "inst@",
    "inst4",
    "wh@t",
    "wh4t",
    "whatsapp",
    "微信",
    "薇信",
    "威信",
    "카",
)
_NO_NAME = words(
    """
    me only or and chat chats message messages number numbers group groups channel channels yes no not available
    please for at on is the a an my you your via to add here now app apps web dm pm us id link below bio user
    username account contact call text sms first ok okay if can with from by of in out up saya kami kak ya yang ada
    atau dan saja aja juga langsung chatting admin seller available anytime media import param return override home
    work gmail yahoo hotmail outlook everyone all channel com price premium business scam scams scammers spam
    marketplace page pages story stories post posts live video videos filter filters users dance pay payment
    payments balance gift card cards http https www
    """
)
_HANDLED = re.compile(r"[0-9_:]|[a-z]\.[a-z]|[a-z][A-Z]")
_OWN = re.compile(r"\b(?:my|mine|our|mi|meu|mon|mein|il mio|add|nama)\s+\Z", re.IGNORECASE)
_NUMBERED = re.compile(r"#[0-9]{4}(?![0-9])")


def handles(text: str, regions: tuple[str, ...] = ()) -> list[Span]:
    """Spans of accounts on messengers and social networks: names and the links that lead to them."""
    del regions
    return [span for span, _ in accounts(text)]


@lru_cache(maxsize=4)
def accounts(text: str) -> tuple[tuple[Span, str], ...]:
    """Each account with `platform:name`, the name in small letters; the platform is empty where nobody says it."""
    read = plain(text)
    found: dict[Span, str] = {}
    for span, address in web_addresses(text) if "." in read.text or "dot" in read.text.lower() else ():
        account = _linked(address)
        if account:
            found[span] = account
    links = [*found]
    _mentioned(read.text, found, read.span)
    if "@" in read.text or found:
        mails, sites = ([span for span, _ in finder(text)] for finder in (mail_addresses, web_addresses))
        for span in [*found]:  # IG: sari.shop is a name, @sari.shop and fb: sari.shop/sale are addresses
            longer = [site for site in sites if site[1] - site[0] > span[1] - span[0] or found[span][0] == ":"]
            if span not in links and any(start < span[1] and span[0] < end for start, end in (*mails, *longer)):
                del found[span]
    return tuple((span, found[span]) for span in widest(found))[:MAX_FOUND]


def _mentioned(text: str, found: dict[Span, str], back: Callable[[int, int], Span]) -> None:
    quiet = _HINTS.isdisjoint(_LETTERS.findall(text.lower())) and not any(hint in text.lower() for hint in _PARTS)
    for match in _CALLED.finditer(text) if not quiet else ():
        platform = _platform(match)
        start = match.start("name")
        name = match["name"].rstrip(".-")
        marked = match["sign"] in {":", "=", "：", "＝", "@"} or text[start - 1] in "@$" or bool(match["word"])
        said = bool(match["sign"]) and (_OWN.search(text, max(0, match.start() - 12), match.start()) is not None)
        name_ = name + "#0" if _NUMBERED.match(text, start + len(name)) else name
        if _believed(name_, platform, marked=marked, said=said):
            start -= text[start - 1] in "@$"
            found[back(start, start + len(name) + (text[start] in "@$"))] = f"{platform.strip()}:{name.lower()}"
        if len(found) >= MAX_FOUND:
            return
    for match in _ON.finditer(text) if not quiet else ():
        if _HANDLED.search(match["name"]) and any(map(str.isalpha, match["name"])):
            found.setdefault(back(*match.span("name")), f"{_platform(match).strip()}:{match['name'].lower()}")
    if "@" in text:
        for match in _AT.finditer(text):
            if match["name"].lower() not in _NO_NAME:
                found.setdefault(back(*match.span()), f":{match['name'].lower()}")
            if len(found) >= MAX_FOUND:
                return


def _platform(match: re.Match[str]) -> str:
    return next(_NAMES[at] for at in range(len(_NAMES)) if match[f"p{at}"])


def _believed(name: str, platform: str, *, marked: bool, said: bool) -> bool:
    """Whether what stands behind a platform's name is a name: marked as one, or written like one."""
    if name.lower() in _NO_NAME or len(name) < 3:
        return False
    digits = sum(map(str.isdigit, name))
    if digits == len(name.replace("-", "").replace(".", "")):  # a telephone number, a price
        return platform == "qq" and 5 <= digits <= 11
    handled = _HANDLED.search(name) is not None
    if platform.endswith(" "):
        usual = platform in {"instagram ", "telegram ", "wechat ", "facebook "}
        return (marked and (handled or usual)) or (usual and handled and any(map(str.isalpha, name)))
    return marked or said or (handled and any(map(str.isalpha, name)))


def _linked(address: str) -> str:
    """`platform:name` of a link to an account."""
    rest = re.sub(r"^(?:[a-z]+://)?(?:www\.|m\.(?!me/))?", "", address.lower())
    host, _, path = rest.partition("/")
    platform = _SITES.get(host.partition(":")[0])
    if platform is None or not path.strip("/?#"):
        return ""
    if "phone=" in path:
        return f"{platform}:{re.sub(r'[^0-9]', '', path.partition('phone=')[2].partition('&')[0])}"
    steps = [step for step in re.split(r"[/?#]", path) if step]
    led = {"ti", "p"} if platform == "line" else {"u", "add", "invite", "joinchat", "users", "s", "paypalme"}
    while len(steps) > 1 and steps[0] in led:
        steps.pop(0)
    name = steps[0].lstrip("@~$+")
    return "" if name in _NO_ACCOUNT or not name else f"{platform}:{name}"
