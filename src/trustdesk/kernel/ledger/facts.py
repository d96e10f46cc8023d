"""What can have happened to the ledger itself."""

from dataclasses import dataclass

from trustdesk.kernel.base.fact import Fact


@dataclass(frozen=True, kw_only=True)
class DeliveryRevived(
    Fact,
    kind="ledger.delivery_revived",
    subject="delivery",
    says="{actor} sent the fact {kind_of_fact} to {reactor} again",
    personal=(),
):
    delivery: str
    reactor: str
    kind_of_fact: str


@dataclass(frozen=True, kw_only=True)
class PersonalValuesErased(
    Fact,
    kind="ledger.personal_values_erased",
    subject="owner",
    says="{actor} erased {count} personal values",
    personal=(),
):
    owner: str
    count: int
