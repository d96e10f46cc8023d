"""Who hears whom: reactors, guards, navigation, palette actions and page panels are registered here and nowhere else."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _

from trustdesk.web import components, navigation
from trustdesk.web.navigation import Entry

# Slices whose `reactors` module listens to facts.
REACTORS: tuple[str, ...] = ("decisions", "policy", "review", "rehearsal", "screening", "webhooks")

# Periodic work of the worker: name, seconds between two rounds, function under `trustdesk.` called with `now=`. One that
# returns a truthy value (there was much to do) is called again at once.
LOOPS: tuple[tuple[str, float, str], ...] = (
    ("answers of old calls", 600.0, "web.idempotency.forget_old"),
    ("claims that lapsed", 5.0, "kernel.work.actions.lapse_claims"),
    ("work put aside", 15.0, "kernel.work.actions.wake_held"),
    ("clock warnings", 15.0, "kernel.work.actions.warn_due"),
    ("clock breaches", 15.0, "kernel.work.actions.breach_due"),
    ("restrictions that end", 5.0, "decisions.actions.end_restrictions"),
    ("the record of rules", 2.0, "policy.actions.fold_tallies"),
    ("versions in shadow", 2.0, "rehearsal.shadowing.follow"),
    ("models in shadow", 2.0, "learning.shadowing.follow"),
    ("verdicts forgotten", 60.0, "screening.actions.wake_pending"),
    ("streams forgotten", 15.0, "signals.actions.watching.wake_forgotten"),
    ("signals that return", 60.0, "screening.actions.retry_unscreened"),
    ("what came, for likeness", 1.0, "screening.likening.follow"),
    ("clusters", 1.0, "signals.actions.grow_clusters"),
    ("counts grown old", 300.0, "signals.actions.sweep"),
    ("webhooks", 0.5, "webhooks.dispatching.dispatch"),
    ("letters", 1.0, "post.sending.send_due"),
    ("working files", 3600.0, "files.storing.sweep_old"),
)

# Where one can go, in the order of the rail; only what one may see is shown.
NAVIGATION: tuple[Entry, ...] = (
    Entry("console:work", _("My work"), "work", "work.read", key="g w", under=("/reviews/",)),
    Entry("console:items", _("Items"), "items", "items.read", key="g i"),
    Entry("clusters:list", _("Clusters"), "cases", "items.read", key="g c", under=("/joint-decisions/", "/rings/")),
    Entry(
        "policy:list",
        _("Policies"),
        "policy",
        "policy.read",
        key="g p",
        under=("/word-lists/", "/new-policy/", "/rules/", "/rehearsals/"),
    ),
    Entry("rehearsal:list", _("Rehearsals"), "policy", "policy.read", key="g r", rail=False),
    Entry("signals:list", _("Signals"), "insights", "signals.read", key="g s"),
    Entry("signals:banks", _("Banks"), "tagged", "signals.read", key="g b", under=("/banks/", "/new-bank/")),
    Entry("learning:list", _("Models"), "settings", "models.read", key="g o"),
    Entry("console:people", _("People"), "people", "people.read", key="g e"),
    Entry("webhooks:list", _("Webhooks"), "hook", "webhooks.manage", key="g h"),
    Entry("console:keys", _("API keys"), "key", "keys.manage", key="g a"),
    Entry("console:ledger", _("Ledger"), "ledger", "ledger.read", key="g l"),
    Entry("console:stuck", _("Stuck"), "stuck", "stuck.manage", key="g x"),
    Entry("console:me", _("You"), "person", "-", key="g m", rail=False),
    Entry("mfa_index", _("Sign-in and security"), "shield", "-", rail=False),
)

# What the kernel's lane numbers mean here.
LANES = {
    0: _("Danger to life or a child"),
    1: _("Legal deadline"),
    2: _("Trusted flagger"),
    3: _("Severe"),
    4: _("Appeals"),
    5: _("Ordinary"),
}


def called(path: str) -> Callable[..., Any]:
    """The function a dotted path below `trustdesk.` names."""
    module, _, name = path.rpartition(".")
    found: Callable[..., Any] = getattr(import_module(f"trustdesk.{module}"), name)
    return found


def connect() -> None:
    """Import every reactor and register every place, once, when Django is ready."""
    navigation.register(NAVIGATION)
    navigation.register_ask(_("Search items for"), "console:items", "q", "items.read")
    components.LANES.update(LANES)
    # What an item's verdict read stands above the policies that ask for it.
    import_module("trustdesk.policy.queries").stored_inputs[:] = [called("screening.queries.inputs_of")]
    # So do the words that a remote model is told.
    import_module("trustdesk.signals.queries").policy_texts[:] = [called("policy.queries.instructions")]
    for name in REACTORS:
        import_module(f"trustdesk.{name}.reactors")
