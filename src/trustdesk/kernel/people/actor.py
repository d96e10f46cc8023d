"""Actor: who does something. Every verb is given one."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext

from trustdesk.kernel.base.refusal import Forbidden
from trustdesk.kernel.people.rules import RIGHTS, Allowance, allows

Kind = Literal["staff", "rule", "key", "user", "system"]


@dataclass(frozen=True)
class Actor:
    """A staff member, rule, API key, platform user or the system itself.

    `handle` is the pseudonym that platform users see; `name` is for the desk. `source` bounds an API key to one app
    or site. The system holds every right, a rule and a user hold none beyond what the verb that makes them grants.
    """

    kind: Kind
    id: str
    name: str = ""
    handle: str = ""
    allowances: frozenset[Allowance] = field(default=frozenset(), repr=False)
    source: UUID | None = None
    language: str = "en"

    def may(self, right: str, *, market: str | None = None, queue: str | None = None) -> bool:
        if self.kind == "system":
            return True
        return allows(self.allowances, right, market=market, queue=queue)

    def require(self, right: str, *, market: str | None = None, queue: str | None = None) -> None:
        """Raise Forbidden unless the actor may."""
        if not self.may(right, market=market, queue=queue):
            words = RIGHTS.get(right, right)
            raise Forbidden(gettext("This needs the right “%(words)s”.") % {"words": gettext(words)}, right=right)

    @property
    def label(self) -> str:
        """As the ledger writes it: staff:0190…, rule:policy/name, system:desk."""
        return f"{self.kind}:{self.id}"


SYSTEM = Actor(kind="system", id="desk", name="TrustDesk", handle="TrustDesk")
