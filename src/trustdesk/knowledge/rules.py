"""What an article may be, and when it should be looked at again. Pure."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

KINDS = ("article", "tutorial", "faq", "guideline")
# Who may read: everybody, or staff alone.
AUDIENCES = ("public", "staff")
# Addresses beside the articles on the help pages.
RESERVED = {"ask", "search", "suggest", "topics", "sitemap"}
MOST_BODY = 60_000
MOST_TITLE = 120
MOST_SUMMARY = 240
MOST_KEYWORDS = 400
MOST_REVIEW_DAYS = 1_095
# An article is looked at again when so few of so many readers said that it helped.
FEWEST_VOTES = 10
HELPFUL_SHARE = 0.5
VOTES_OF = timedelta(days=30)
_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?")


@dataclass(frozen=True, kw_only=True)
class Draft:
    """The words of one version in one language, as somebody wrote them. `body` is Markdown."""

    title: str
    body: str
    summary: str = ""
    keywords: str = ""  # words readers use that the text does not

    @property
    def wrong(self) -> dict[str, str]:
        """What is wrong, by field."""
        found: dict[str, str] = {}
        if not 1 <= len(self.title.strip()) <= MOST_TITLE:
            found["title"] = f"Write between 1 and {MOST_TITLE} characters."
        if not 1 <= len(self.body.strip()) <= MOST_BODY:
            found["body"] = f"Write between 1 and {MOST_BODY:,} characters."
        if len(self.summary) > MOST_SUMMARY:
            found["summary"] = f"At most {MOST_SUMMARY} characters."
        if len(self.keywords) > MOST_KEYWORDS:
            found["keywords"] = f"At most {MOST_KEYWORDS} characters."
        if not found and "\0" in f"{self.title}{self.body}{self.summary}{self.keywords}":
            found["body"] = "Holds a character that no text may hold."
        return found


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What holds for all languages of an article."""

    slug: str
    language: str  # the language it is written in first; others are translations
    kind: str = "article"
    audience: str = "public"
    topic: str = ""
    review_days: int = 0  # 0: only when something else asks for it
    policies: tuple[str, ...] = field(default=())  # policies it explains: looked at again when one of them changes

    @property
    def wrong(self) -> dict[str, str]:
        found: dict[str, str] = {}
        if not _SLUG.fullmatch(self.slug) or len(self.slug) > 80:
            found["slug"] = "Small letters, digits and single hyphens, at most 80."
        elif self.slug in RESERVED:
            found["slug"] = "This address is taken by the help pages themselves."
        if not _LANGUAGE.fullmatch(self.language):
            found["language"] = "A language code such as en or id."
        if self.kind not in KINDS or self.kind == "guideline":
            found["kind"] = "Choose one of the kinds."
        if self.audience not in AUDIENCES:
            found["audience"] = "Choose who may read it."
        if not 0 <= self.review_days <= MOST_REVIEW_DAYS:
            found["review_days"] = f"Between 0 and {MOST_REVIEW_DAYS:,} days."
        return found


def slug_of(title: str) -> str:
    """An address made of a title; "" when nothing of it can stand in one."""
    from unicodedata import normalize

    plain = normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")


def review_due(published_at: datetime, days: int) -> date | None:
    """The day on which a published article should be looked at again, None for never."""
    return (published_at + timedelta(days=days)).date() if days else None


def poorly(helped: int, votes: int) -> bool:
    """Did too few of its readers find help? Judged once enough have said."""
    return votes >= FEWEST_VOTES and helped < HELPFUL_SHARE * votes
