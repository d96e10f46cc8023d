"""The dealer's guard: what the day has been decides what may still come. Registered by config.wiring."""

from collections.abc import Sequence
from contextvars import ContextVar
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from trustdesk.kernel.work.guards import DealtWork, Narrowed
from trustdesk.kernel.work.rules.pools import PoolView
from trustdesk.wellbeing.actions.exposure import reserve
from trustdesk.wellbeing.actions.offers import accepting
from trustdesk.wellbeing.queries.offers import urgent_waits
from trustdesk.wellbeing.queries.standing import Reckoning, Standing, enough, reckon, rest_of, standing
from trustdesk.wellbeing.rules import HEAVY

# What was reckoned when the pools were narrowed: what is dealt is reserved by the same figures, so it fits as they did.
_reckoned: ContextVar[tuple[Standing, Reckoning] | None] = ContextVar("reckoned", default=None)


class Care:
    """Nobody is dealt what they opted out of, what their budget has no room for, or anything in a break."""

    def narrow(self, *, staff: UUID, pools: Sequence[PoolView], now: datetime) -> Narrowed:
        # The lock: two tabs of one person are reckoned one after the other, each seeing what the other was dealt.
        person = standing(staff, lock=True)
        if resting := rest_of(person):
            return Narrowed(allowed=(), why=resting)
        reckoned = reckon(person, now=now)
        _reckoned.set((person, reckoned))
        wanted = [pool for pool in pools if pool.harm not in person.opted_out]
        agreed = accepting.get() == staff
        allowed = [pool for pool in wanted if agreed or reckoned.fits(pool.harm, pool.weight)]
        why = ""
        if len(allowed) < len(wanted):
            why = enough()
        elif not allowed and pools:
            why = _("You chose not to be given work of this kind.")
        return Narrowed(allowed=allowed, first=self._lighter(allowed, person, reckoned), why=why)

    def dealt(self, *, staff: UUID, dealt: DealtWork, now: datetime) -> None:
        kept = _reckoned.get()
        _reckoned.set(None)
        if kept is None or kept[0].staff != staff:
            # Taken back rather than dealt (an undo): it is theirs already, and is counted all the same.
            person = standing(staff, lock=True)
            kept = (person, reckon(person, now=now))
        reserve(person=kept[0], reckoned=kept[1], dealt=dealt, now=now)

    @staticmethod
    def _lighter(allowed: Sequence[PoolView], person: Standing, reckoned: Reckoning) -> Sequence[PoolView]:
        """After so many heavy ones in a row, lighter ones first; but danger to life waits for nobody's mixture."""
        if not reckoned.desk.heavy_run or person.heavy_run < reckoned.desk.heavy_run:
            return ()
        light = [pool for pool in allowed if pool.weight < HEAVY]
        if not light or urgent_waits([pool.id for pool in allowed if pool.weight >= HEAVY]):
            return ()
        return light


CARE = Care()
