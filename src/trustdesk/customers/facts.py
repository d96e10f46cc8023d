"""What can have happened to customers. What is said of them is personal."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class CustomerMade(
    Fact, kind="customer.made", subject="customer", says="{actor} began a customer’s record", personal=()
):
    customer: UUID
    case: UUID | None


@dataclass(frozen=True, kw_only=True)
class CustomerAsked(
    Fact, kind="customer.asked", subject="customer", says="Case {number} is this customer’s", personal=()
):
    customer: UUID
    case: UUID
    number: int


@dataclass(frozen=True, kw_only=True)
class CustomerChanged(
    Fact,
    kind="customer.changed",
    subject="customer",
    says="{actor} changed {changed} of the customer",
    personal=("values",),
):
    """`values`: JSON, what they are now."""

    customer: UUID
    changed: list[str]
    values: str


@dataclass(frozen=True, kw_only=True)
class ContactAdded(
    Fact,
    kind="customer.contact_added",
    subject="customer",
    says="{actor} added the {what} {value}",
    personal=("value",),
):
    customer: UUID
    what: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ContactRemoved(
    Fact,
    kind="customer.contact_removed",
    subject="customer",
    says="{actor} took the {what} {value} away",
    personal=("value",),
):
    customer: UUID
    what: str
    value: str


@dataclass(frozen=True, kw_only=True)
class ConsentSet(
    Fact,
    kind="customer.consent_set",
    subject="customer",
    says="{actor} noted the consent to {what}: {given}, by {how}",
    personal=("addresses", "said"),
):
    """`given`: allowed or withdrawn. `addresses`: of the customer, one a line."""

    customer: UUID
    what: str
    given: bool
    how: str
    said: str
    addresses: str


@dataclass(frozen=True, kw_only=True)
class PromiseMade(
    Fact,
    kind="customer.promise_made",
    subject="customer",
    says="{actor} promised until {due_at}: {text}",
    personal=("text",),
):
    customer: UUID
    promise: UUID
    case: UUID | None
    text: str
    due_at: datetime
    staff: UUID | None


@dataclass(frozen=True, kw_only=True)
class PromiseEnded(
    Fact, kind="customer.promise_ended", subject="customer", says="{actor} ended a promise: {how}", personal=()
):
    """`how`: kept, broken or void."""

    customer: UUID
    promise: UUID
    how: str


@dataclass(frozen=True, kw_only=True)
class CustomersMerged(
    Fact,
    kind="customer.merged",
    subject="customer",
    says="{actor} made two customers one: {cases} cases and {contacts} contacts went over",
    personal=(),
):
    """`absorbed` goes on as `customer`. `confirmed`: they have different platform accounts, and it was said that this is right."""

    customer: UUID
    absorbed: UUID
    merge: UUID
    cases: int
    contacts: int
    confirmed: bool


@dataclass(frozen=True, kw_only=True)
class MergeUndone(
    Fact,
    kind="customer.merge_undone",
    subject="customer",
    says="{actor} made one customer two again; {stayed} later things stay with the first",
    personal=(),
):
    customer: UUID
    absorbed: UUID
    merge: UUID
    stayed: int


@dataclass(frozen=True, kw_only=True)
class KeptApart(
    Fact,
    kind="customer.kept_apart",
    subject="customer",
    says="{actor} said that two customers are not the same",
    personal=(),
):
    customer: UUID
    other: UUID


@dataclass(frozen=True, kw_only=True)
class CustomerSeen(
    Fact, kind="customer.seen", subject="customer", says="{actor} looked at the customer’s record", personal=()
):
    customer: UUID


@dataclass(frozen=True, kw_only=True)
class CustomerLookedFor(
    Fact, kind="customer.looked_for", subject="by", says="{actor} looked for a customer: {value}", personal=("value",)
):
    by: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CustomerErased(
    Fact, kind="customer.erased", subject="customer", says="{actor} erased the customer’s record", personal=()
):
    customer: UUID
