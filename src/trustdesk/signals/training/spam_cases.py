"""Cases written for TrustDesk (spam_cases.txt), with the words in braces drawn: most kinds of scam are missing from the
open data, and so are the honest texts that look like them."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CASES = Path(__file__).with_suffix(".txt")
# Each case is drawn this often with other names, sums and links.
DRAWS = 3

_SUMS = {
    "tiny": ("$1.99", "£2.45", "€1,50", "Rp 15.000", "1.85 USD", "2,99 €", "RM 4.90", "₹49", "35 THB", "¥300"),
    "small": ("$50", "£120", "€80", "Rp 250.000", "200 USD", "Rp500rb", "₦15,000", "₹2,500", "1.500.000đ", "฿900", "S$75", "¥8000"),
    "day": ("$200", "£150", "€120", "Rp 350.000", "500rb", "100-300 USD", "₹3000", "1500 THB", "800.000đ", "¥20000", "RM250"),
    "week": ("$1,500", "£900", "€1.200", "Rp 7.000.000", "8 juta", "2000 USD", "₹45,000", "20.000.000đ", "¥150000", "RM 3,800"),
    "rent": ("$650", "£780", "€450", "Rp 1.500.000", "2,5 juta", "S$900", "₹12,000", "6.000.000đ", "¥60000", "RM 1,100", "R$ 900"),
    "big": ("$4.5 million", "£850,000", "10,500,000 USD", "Rp 175.000.000", "€2.300.000", "25 juta rupiah", "₹25 lakh", "3 million dollars",
            "500.000.000đ", "฿1,000,000", "980,000 USD"),
}  # fmt: skip
_WORDS = {
    "name": ("Daniel", "Maria", "Mr. Tan", "Mrs. Olsen", "Agus", "Linda", "Dr. Musa", "Svetlana", "Kevin", "Ayu", "Carlos"),
    "surname": ("Adebayo", "Keller", "Wijaya", "Morgan", "Ivanov", "Santoso", "Duarte", "Nguyen"),
    "city": ("Jakarta", "London", "Surabaya", "Berlin", "Lagos", "Madrid", "Hanoi", "Toronto", "Bandung", "São Paulo", "Bangkok", "Lyon"),
    "bank": ("BCA", "Chase", "HSBC", "Bank Mandiri", "Santander", "Sparkasse", "BRI", "Your bank", "Barclays", "BNI"),
    "freemail": ("mr.office2291@gmail.com", "claims.desk77@outlook.com", "barrister_k@yahoo.com", "agent-lee@proton.me"),
    "phone": ("+1 (415) 555-0132", "+62 812-0000-4471", "+44 7700 900123", "0812 0000 9921", "+234 800 000 1199", "+84 90 000 1122"),
    "handle": ("@hr_manager_88", "@agent_anna", "@profit_daily", "lina2209", "@cs_official1", "t.me/taskdesk9"),
    "giftpay": ("Western Union", "gift card", "Steam card", "MoneyGram", "Bitcoin", "iTunes card", "bank transfer"),
    "coin": ("BTC", "ETH", "USDT", "Bitcoin"),
    "celebrity": ("A famous founder", "The richest man", "MrFamous", "Our president"),
    "badlink": ("http://bit.ly/3xk0a", "https://secure-verify.example-login.top/a", "www.post-redeliver.xyz", "https://cutt.ly/zz91", "claim-now.vip",
                "http://198.51.100.7/id", "https://tinyurl.com/zp0q", "https://s.id/1abC", "my-account.confirm-id.click/login", "https://t.me/+aQ1"),
    "goodlink": ("https://en.wikipedia.org/wiki/Reef", "https://docs.google.com/document/d/1aZ", "https://www.bbc.com/news/1234", "https://github.com/org/repo"),
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """`kind`: one of the fine kinds, scam, spam or fine; `near`: for a fine text, the kind it resembles; `template`: the line it was drawn
    from."""

    kind: str
    near: str
    lang: str
    text: str
    template: str

    @property
    def harm(self) -> str:
        """spam, scam or fine."""
        return self.kind if self.kind in {"spam", "fine"} else "scam"


def lines() -> Iterator[tuple[str, str, str]]:
    """(kind, language, text) as written."""
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            kind, lang, text = line.split("\t")
            yield kind, lang, text


def cases(seed: int = 1, *, draws: int = DRAWS) -> list[Case]:
    """The written cases, each `draws` times; a case without a word to draw once."""
    rng = random.Random(seed)
    told = []
    for kind, lang, text in lines():
        head, _, near = kind.partition("/")
        times = draws if "{" in text else 1
        told += [Case(head, near, lang, drawn(text, rng), text) for _ in range(times)]
    return told


def drawn(text: str, rng: random.Random) -> str:
    """The text with each word in braces drawn."""
    values = {name: rng.choice(choices) for name, choices in (_SUMS | _WORDS).items()}
    values["code"] = (
        f"{rng.choice('ABJKTX')}{rng.randrange(10**6, 10**8)}"
        if rng.random() < 0.5
        else str(rng.randrange(10**4, 10**7))
    )
    values["short"] = str(rng.randrange(10_000, 99_999))
    return text.format(**values)
