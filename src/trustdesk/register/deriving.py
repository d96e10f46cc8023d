"""A decision's payload for the register, derived from how it was made. Pure: nothing is typed, nothing is guessed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from trustdesk.content.queries import AccountView, ItemView
from trustdesk.decisions.queries import DecisionView, RestrictionView
from trustdesk.policy.queries import LabelText
from trustdesk.register import schema
from trustdesk.register.scan import scanned

# What a restriction is called there: (part of the decision, word with an end, word without).
_CALLED: Mapping[str, tuple[str, str, str]] = {
    "remove": ("decision_visibility", "CONTENT_REMOVED", "CONTENT_REMOVED"),
    "disable": ("decision_visibility", "CONTENT_DISABLED", "CONTENT_DISABLED"),
    "geo": ("decision_visibility", "CONTENT_DISABLED", "CONTENT_DISABLED"),
    "demote": ("decision_visibility", "CONTENT_DEMOTED", "CONTENT_DEMOTED"),
    "age": ("decision_visibility", "CONTENT_AGE_RESTRICTED", "CONTENT_AGE_RESTRICTED"),
    "label": ("decision_visibility", "CONTENT_LABELLED", "CONTENT_LABELLED"),
    "interaction": ("decision_visibility", "CONTENT_INTERACTION_RESTRICTED", "CONTENT_INTERACTION_RESTRICTED"),
    "limit_interaction": ("decision_visibility", "CONTENT_INTERACTION_RESTRICTED", "CONTENT_INTERACTION_RESTRICTED"),
    "demonetise": ("decision_monetary", "SUSPENSION", "TERMINATION"),
    "ban_live": ("decision_provision", "PARTIAL_SUSPENSION", "PARTIAL_TERMINATION"),
    "ban_comment": ("decision_provision", "PARTIAL_SUSPENSION", "PARTIAL_TERMINATION"),
    "ban_sell": ("decision_provision", "PARTIAL_SUSPENSION", "PARTIAL_TERMINATION"),
    "ban_message": ("decision_provision", "PARTIAL_SUSPENSION", "PARTIAL_TERMINATION"),
    "suspend_service": ("decision_provision", "PARTIAL_SUSPENSION", "PARTIAL_SUSPENSION"),
    "end_service": ("decision_provision", "PARTIAL_TERMINATION", "PARTIAL_TERMINATION"),
    "suspend_account": ("decision_account", "SUSPENDED", "SUSPENDED"),
    "end_account": ("decision_account", "TERMINATED", "TERMINATED"),
}
KINDS = frozenset(_CALLED)
# Of several where the register takes one, the gravest stands.
_GRAVITY = [
    "SUSPENSION",
    "TERMINATION",
    "PARTIAL_SUSPENSION",
    "PARTIAL_TERMINATION",
    "TOTAL_SUSPENSION",
    "TOTAL_TERMINATION",
    "SUSPENDED",
    "TERMINATED",
]
_ENDS = {
    "decision_visibility": "end_date_visibility_restriction",
    "decision_monetary": "end_date_monetary_restriction",
    "decision_provision": "end_date_service_restriction",
    "decision_account": "end_date_account_restriction",
}
_CONTENT: Mapping[str, tuple[str, str]] = {
    "ad": ("OTHER", "Classified advertisement"),
    "listing": ("PRODUCT", ""),
    "product": ("PRODUCT", ""),
    "shop": ("OTHER", "Shop page"),
    "profile": ("OTHER", "User profile"),
    "review": ("TEXT", ""),
    "comment": ("TEXT", ""),
    "message": ("TEXT", ""),
    "image": ("IMAGE", ""),
    "short_video": ("VIDEO", ""),
    "livestream": ("VIDEO", ""),
    "account": ("OTHER", "User account"),
}
_ACCOUNTS = {
    **dict.fromkeys(("business", "company", "trader", "seller", "shop", "organisation", "organization"), "BUSINESS"),
    **dict.fromkeys(("private", "person", "personal", "individual", "consumer"), "PRIVATE"),
}
_WORDS: Mapping[str, str] = {
    "remove": "removed",
    "disable": "hidden from others",
    "geo": "hidden in the countries named",
    "demote": "shown further down",
    "age": "shown to adults only",
    "label": "shown with a label",
    "interaction": "closed to answers and sharing",
    "limit_interaction": "limited in how it can interact with others",
    "demonetise": "excluded from payments",
    "ban_live": "kept from livestreaming",
    "ban_comment": "kept from commenting",
    "ban_sell": "kept from selling",
    "ban_message": "kept from messaging",
    "suspend_service": "suspended from parts of the service",
    "end_service": "excluded from parts of the service for good",
    "suspend_account": "suspended",
    "end_account": "terminated",
}


@dataclass(frozen=True)
class Notified:
    """How it came to light. `kind`: own | notice | trusted | other; `entity`: the trusted flagger's name."""

    kind: str = "own"
    entity: str = ""


@dataclass(frozen=True)
class Clause:
    """A clause it rests on in English: where it stands, and why, with no words of the author in it."""

    ground: str
    reason: str
    url: str


@dataclass(frozen=True)
class Case:
    """All a payload needs. `item` None: about the account. `posted_at`: of the content judged, or when the account came.
    `time_zone`: of the market, in which days are counted."""

    decision: DecisionView
    account: AccountView
    item: ItemView | None
    posted_at: datetime
    clauses: Sequence[Clause]
    labels: Sequence[LabelText]
    notified: Notified
    time_zone: str


def eea(market: str) -> tuple[str, ...]:
    """The EEA countries a market or country code stands for; none outside. Greece may be called EL; the register says GR."""
    code = {"EL": "GR"}.get(market.upper(), market.upper())
    if code in schema.EEA30:
        return (code,)
    return {"EU": schema.EU27, "EEA": schema.EEA30}.get(code, ())


def scope(restrictions: Iterable[RestrictionView]) -> tuple[str, ...]:
    """Where in the EEA these restrictions hold, in the register's order."""
    found: set[str] = set()
    for one in restrictions:
        found.update(code for market in one.markets for code in eea(market)) if one.markets else found.update(
            schema.EEA30
        )
    return tuple(code for code in schema.EEA30 if code in found)


def payload(case: Case) -> dict[str, Any]:
    """The statement as the register takes it; fields without a value are left out. Raises KeyError for a restriction that
    has no name there."""
    zone = ZoneInfo(case.time_zone)
    decision = case.decision
    told: dict[str, Any] = {
        **_restricted(decision.restrictions, zone),
        **_ground(case),
        **_categories(case),
        **_content(case),
        "account_type": _named("ACCOUNT_TYPE_", _ACCOUNTS.get(case.account.kind.lower(), "")),
        "territorial_scope": list(scope(decision.restrictions)),
        "content_date": _day(case.posted_at, zone),
        "application_date": _day(min(one.starts_at for one in decision.restrictions), zone),
        "decision_facts": _facts(case, zone),
        **_source(case.notified),
        "automated_detection": "Yes" if decision.automated_detection else "No",
        "automated_decision": "AUTOMATED_DECISION_"
        + {"rule": "FULLY", "both": "PARTIALLY"}.get(decision.made_by, "NOT_AUTOMATED"),
        "puid": str(decision.id),
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _restricted(restrictions: Sequence[RestrictionView], zone: ZoneInfo) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for part, end in _ENDS.items():
        mine = [one for one in restrictions if _CALLED[one.kind][0] == part]
        if not mine:
            continue
        words = {_CALLED[one.kind][1 if one.ends_at else 2] for one in mine}
        if part == "decision_visibility":
            told[part] = sorted(f"DECISION_VISIBILITY_{word}" for word in words)
        else:
            told[part] = f"{part.upper()}_{max(words, key=_GRAVITY.index)}"
        ends = [one.ends_at for one in mine]
        if all(ends):  # one without an end holds for good
            told[end] = _day(max(at for at in ends if at), zone)
    return told


def _ground(case: Case) -> dict[str, Any]:
    explained = _clipped(" ".join(dict.fromkeys(clause.reason for clause in case.clauses)), "explanation")
    url = next((clause.url for clause in case.clauses if clause.url.startswith("https://")), "")
    if case.decision.ground == "law":
        return {
            "decision_ground": "DECISION_GROUND_ILLEGAL_CONTENT",
            "decision_ground_reference_url": url,
            "illegal_content_legal_ground": case.decision.legal_ground,
            "illegal_content_explanation": explained,
        }
    return {
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": url,
        "incompatible_content_ground": _clipped("; ".join(clause.ground for clause in case.clauses), "ground"),
        "incompatible_content_explanation": explained,
    }


def _categories(case: Case) -> dict[str, Any]:
    """The gravest label's category leads. Without labels, what breaks our terms alone is called just that."""
    graver = sorted(case.labels, key=lambda label: -label.severity)
    named = [schema.RENAMED.get(label.dsa_category, label.dsa_category) for label in graver if label.dsa_category]
    if not named and case.decision.ground != "law":
        named = ["STATEMENT_CATEGORY_OTHER_VIOLATION_TC"]
    fitting = {word for category in named for word in schema.KEYWORDS_OF.get(category, ())}
    keywords = {word for label in graver for word in label.dsa_keywords} & fitting
    return {
        "category": named[0] if named else "",
        "category_addition": [one for one in dict.fromkeys(named) if one != named[0]],
        "category_specification": sorted(keywords),
    }


def _content(case: Case) -> dict[str, Any]:
    kind = case.item.kind if case.item else "account"
    word, other = _CONTENT[kind]
    pictured = any(span.get("picture") for span in case.decision.evidence)
    language = (case.item.language if case.item else "").split("-")[0].upper()
    return {
        "content_type": sorted({f"CONTENT_TYPE_{word}", *(["CONTENT_TYPE_IMAGE"] if pictured else [])}),
        "content_type_other": other,
        "content_language": language if language in schema.LANGUAGES else "",
    }


def _source(notified: Notified) -> dict[str, Any]:
    word = {"notice": "ARTICLE_16", "trusted": "TRUSTED_FLAGGER", "other": "TYPE_OTHER_NOTIFICATION"}
    # Only an entity is ever named: a person who told of something stays unknown.
    entity = notified.entity if notified.kind == "trusted" else ""
    return {"source_type": f"SOURCE_{word.get(notified.kind, 'VOLUNTARY')}", "source_identity": entity}


def _facts(case: Case, zone: ZoneInfo) -> str:
    decision = case.decision
    kind = case.item.kind.replace("_", " ") if case.item else "account"
    found = {
        "notice": "It was reported by a notice.",
        "trusted": "It was reported by a trusted flagger.",
        "other": "It was reported to the provider.",
    }.get(case.notified.kind, "It was found on the provider's own initiative.")
    rules = sorted({str(clause["rule"]) for clause in decision.clauses if clause.get("rule")})
    by_software = (
        f"Software detected it{' by the rule ' + ', '.join(rules) if rules else ''}."
        if decision.automated_detection
        else ""
    )
    decided = {
        "rule": "Software decided, by a rule that people wrote and approved.",
        "both": "Software proposed it and a person decided.",
    }.get(decision.made_by, "A person decided.")
    cut = []
    for one in decision.restrictions:
        until = f" until {_day(one.ends_at, zone)}" if one.ends_at else ""
        cut.append(f"{_WORDS[one.kind]} from {_day(one.starts_at, zone)}{until}")
    parts = [f"The {kind} was {'; '.join(cut)}.", found, by_software, decided]
    if decision.author_note:
        names = (case.account.name, case.account.email, case.account.external_id)
        said = scanned(decision.author_note, names=names, regions=_regions(case))
        parts.append(f"The provider added: {said}")
    return _clipped(" ".join(part for part in parts if part), "decision_facts")


def _regions(case: Case) -> tuple[str, ...]:
    return tuple({code for code in (case.item.market if case.item else "", case.account.country) if code})


def _clipped(text: str, what: str) -> str:
    most = {"explanation": 2000, "ground": 500, "decision_facts": 5000}[what]
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _named(prefix: str, word: str) -> str:
    return prefix + word if word else ""


def _day(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).date().isoformat()
