"""The guard by which nobody who is away is dealt work."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from trustdesk.kernel.work.guards import DealtWork, Narrowed
from trustdesk.kernel.work.rules.pools import PoolView
from trustdesk.workforce.loads import CHANNELS, loads_of
from trustdesk.workforce.models import Presence, lock_first_word, lock_room
from trustdesk.workforce.queries import StateView, view
from trustdesk.workforce.rules import OFFLINE, PHONE, WRAP_UP


class Availability:
    """Work for those who are available and have asked for nothing else. Who never said counts as available."""

    def narrow(self, *, staff: UUID, pools: Sequence[PoolView], now: datetime) -> Narrowed:  # noqa: ARG002  the guards' signature
        # Locked until the claim commits: a change of state waits for it and then finds something in hand, or it came
        # first, and this claim waits and finds its person away.
        row = _row(staff)
        if row is None:
            lock_first_word(staff, shared=True)
            row = _row(staff)
        if row is None or (state := view(row)).dealt_to:
            return Narrowed(allowed=pools)
        return Narrowed(allowed=(), why=why_not(state))

    def dealt(self, *, staff: UUID, dealt: DealtWork, now: datetime) -> None:
        """Nothing to reserve."""


class Room:
    """Nobody is dealt more of a channel than they may have in hand at once."""

    def narrow(self, *, staff: UUID, pools: Sequence[PoolView], now: datetime) -> Narrowed:  # noqa: ARG002  the guards' signature
        bounded = {CHANNELS[pool.queue] for pool in pools if pool.queue in CHANNELS}
        if not bounded:
            return Narrowed(allowed=pools)
        lock_room(staff)
        loads = {load.channel: load for load in loads_of([staff])[staff] if load.full}
        if (phone := loads.get(PHONE)) is not None and phone.used:
            left = [pool for pool in pools if pool.queue not in CHANNELS]
            return Narrowed(
                allowed=left, why=_("You are on the phone: nothing else is dealt to you until the call ends.")
            )
        full = {channel: load for channel, load in loads.items() if channel in bounded}
        if not full:
            return Narrowed(allowed=pools)
        allowed = [pool for pool in pools if CHANNELS.get(pool.queue, "") not in full]
        load = next(iter(full.values()))
        why = _("You have %(used)s of %(most)s in hand (%(channel)s): finish or give one back first.") % {
            "used": load.used,
            "most": load.at_once,
            "channel": load.word,
        }
        return Narrowed(allowed=allowed, why=why)

    def dealt(self, *, staff: UUID, dealt: DealtWork, now: datetime) -> None:
        """Nothing to reserve: the claim is what is counted."""


def _row(staff: UUID) -> Presence | None:
    rows = Presence.objects.select_related("aux", "asked_aux")
    return rows.filter(staff_id=staff).select_for_update(of=("self",), no_key=True).first()


def why_not(state: StateView) -> str:
    """Why nothing is dealt to this person, and the way back; in the language of who asks."""
    language = get_language() or "en"
    if state.asked:
        reason = state.asked_label(language) or (_("offline") if state.asked == OFFLINE else _("wrap-up"))
        return _(
            "You asked for “%(reason)s” after this item, so nothing more is dealt to you. G then 0 takes it back."
        ) % {"reason": reason}
    if state.state == OFFLINE:
        return _("You are offline, so nothing is dealt to you. G then 0 makes you available.")
    if state.state == WRAP_UP:
        return _("You are in wrap-up, so nothing is dealt to you. G then 0 makes you available.")
    return _("You are away (%(reason)s), so nothing is dealt to you. G then 0 makes you available.") % {
        "reason": state.label(language)
    }


availability = Availability()
room = Room()
