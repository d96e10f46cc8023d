"""Who hears whom: reactors, guards, navigation, palette actions and page panels are registered here and nowhere else."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from django.utils.translation import gettext_lazy as _

from trustdesk.kernel.work import guards
from trustdesk.web import attention, components, live, navigation
from trustdesk.web.navigation import Entry, Group, Top

# Slices whose `reactors` module listens to facts.
REACTORS: tuple[str, ...] = (
    "appeals",
    "calls",
    "chat",
    "clocks",
    "customers",
    "decisions",
    "escalations",
    "insights",
    "knowledge",
    "notices",
    "policy",
    "problems",
    "review",
    "rehearsal",
    "screening",
    "support",
    "sides",
    "surveys",
    "triage",
    "triggers",
    "webhooks",
    "wellbeing",
    "workforce",
)

# Periodic work of the worker: name, seconds between two rounds, function under `trustdesk.` called with `now=`. One that
# returns a truthy value (there was much to do) is called again at once.
LOOPS: tuple[tuple[str, float, str], ...] = (
    ("answers of old calls", 600.0, "web.idempotency.forget_old"),
    ("claims that lapsed", 5.0, "kernel.work.actions.lapse_claims"),
    ("work put aside", 15.0, "kernel.work.actions.wake_held"),
    ("clock warnings", 15.0, "kernel.work.actions.warn_due"),
    ("clock breaches", 15.0, "kernel.work.actions.breach_due"),
    ("clocks of a changed calendar", 5.0, "kernel.work.actions.replan_due"),
    ("clocks of a changed policy", 5.0, "clocks.actions.aim_due"),
    ("steps after a breach", 15.0, "clocks.actions.step_due"),
    ("holidays that come back", 3600.0, "clocks.actions.extend_due"),
    ("restrictions that begin", 5.0, "decisions.actions.apply_restrictions"),
    ("restrictions that end", 5.0, "decisions.actions.end_restrictions"),
    ("proposals nobody confirmed", 30.0, "decisions.actions.lapse_due"),
    ("strikes that expire", 15.0, "decisions.actions.expire_strikes"),
    ("what lessons did", 3600.0, "decisions.actions.measure_lessons"),
    ("the record of rules", 2.0, "policy.actions.fold_tallies"),
    ("versions in shadow", 2.0, "rehearsal.shadowing.follow"),
    ("models in shadow", 2.0, "learning.shadowing.follow"),
    ("verdicts forgotten", 60.0, "screening.actions.wake_pending"),
    ("streams forgotten", 15.0, "signals.actions.watching.wake_forgotten"),
    ("streams long over", 3600.0, "screening.actions.media.tidy_streams"),
    ("signals that return", 60.0, "screening.actions.retry_unscreened"),
    ("golden items nobody took", 600.0, "review.golden.clear"),
    ("what came, for likeness", 1.0, "screening.likening.follow"),
    ("what is searched", 1.0, "search.indexing.follow"),
    ("lists taken out long ago", 600.0, "search.actions.expire_exports"),
    ("stories of accounts", 1.0, "search.timelines.follow"),
    ("clusters", 1.0, "signals.actions.grow_clusters"),
    ("counts grown old", 300.0, "signals.actions.sweep"),
    ("work by the hour", 2.0, "insights.tallying.follow"),
    ("articles to look at again", 600.0, "knowledge.actions.doubt_due"),
    ("what readers asked long ago", 86400.0, "knowledge.counting.forget_old"),
    ("webhooks", 0.5, "webhooks.dispatching.dispatch"),
    ("uses of macros long ago", 86400.0, "macros.actions.forget_old"),
    ("calls without an end", 30.0, "calls.actions.give_up_lost"),
    ("what exchanges told long ago", 86400.0, "calls.actions.forget_heard"),
    ("chats nobody is at", 30.0, "chat.actions.end_idle"),
    ("chats that wait", 1.0, "chat.telling.tell_waiting"),
    ("hand-overs nobody takes", 15.0, "escalations.actions.climb_due"),
    ("what teams promised", 30.0, "escalations.actions.remind_due"),
    ("replies that leave", 1.0, "support.actions.send_due"),
    ("cases to read", 1.0, "triage.actions.read_due"),
    ("how people were helped", 60.0, "surveys.actions.ask_due"),
    ("procedures that come with TrustDesk", 3600.0, "procedures.actions.load_shipped"),
    ("documents whose day has come", 60.0, "procedures.actions.forget_due"),
    ("what is told to all", 1.0, "problems.actions.tell_due"),
    ("problems that are watched", 600.0, "problems.actions.watch"),
    ("customers of older cases", 5.0, "customers.actions.gather_older"),
    ("triggers that wait", 20.0, "triggers.actions.wait_due"),
    ("words of older cases", 5.0, "support.wording.read_older"),
    ("letters", 1.0, "post.sending.send_due"),
    ("mail server", 5.0, "post.listening.listen"),
    ("mailboxes", 5.0, "post.mailboxes.fetching.watch"),
    ("mail that came in", 1.0, "post.receiving.handle_due"),
    ("live counts", 1.0, "workforce.telling.tell_counts"),
    ("wrap-ups that are over", 2.0, "workforce.actions.end_wrap_ups"),
    ("people who left", 30.0, "workforce.actions.go_offline_lost"),
    ("working files", 3600.0, "files.storing.sweep_old"),
    ("alerts of danger", 2.0, "notices.showing.tell_alerts"),
    ("urgent work nobody may be dealt", 30.0, "wellbeing.actions.watch_urgent"),
    ("usual minutes", 3600.0, "wellbeing.actions.measure_usual"),
    ("weeks of groups", 3600.0, "wellbeing.actions.tell_weeks"),
    ("exposure grown old", 86400.0, "wellbeing.actions.forget_old"),
)

# Guards that keep work from people it is not for (kernel.work.guards), asked in this order: objects under `trustdesk.`.
GUARDS: tuple[str, ...] = ("workforce.guards.availability", "workforce.guards.room", "wellbeing.guard.CARE")

# What may be told to open pages (trustdesk.web.live): objects under `trustdesk.`.
TOPICS: tuple[str, ...] = (
    "calls.telling.POP",
    "chat.telling.VISITOR",
    "chat.telling.STATE",
    "chat.telling.WAITING",
    "notices.showing.ALERTS",
    "experts.telling.CAME",
    "support.telling.CASE",
    "support.telling.HANDS",
    "support.telling.SAID",
    "workforce.telling.COUNTS",
    "workforce.telling.STATE",
    "insights.tallying.BOARD",
    "wellbeing.actions.offers.URGENT",
)

# Whose matter a mail is: local part of the desk's address, the function that takes it in (post.boxes.Receive), whether
# only addresses lead there that the desk signed itself (box+token@…).
MAILBOXES: tuple[tuple[str, str, bool], ...] = (
    ("appeal", "appeals.mail.receive_mail", True),
    ("notices", "notices.mail.receive_mail", False),
    ("notice", "notices.mail.receive_answer", True),
    ("aside", "sides.mail.receive_mail", True),
    ("team", "escalations.mail.receive_mail", True),
    ("returned", "post.receiving.refuse_words", True),
    ("help", "support.mail.receive_mail", False),
)
# Which case `[#number]` in a subject names, by box: function called with (number, sender).
TAKES_PART: dict[str, str] = {"help": "support.mail.takes_part"}
# What becomes of a mail nothing could be made of, by box: post.boxes.Rescue. Of other boxes it is stuck.
RESCUES: dict[str, str] = {"help": "support.mail.rescue"}

# What needs a lead now, in the order of the board: function under `trustdesk.` called with (actor, now).
NEEDS: tuple[str, ...] = (
    "wellbeing.needs.unmet",
    "decisions.needs.proposals",
    "insights.needs.late",
    "escalations.needs.late",
    "customers.needs.promises",
    "escalations.needs.overdue",
    "problems.needs.quiet",
    "notices.needs.danger",
    "insights.needs.braked",
    "knowledge.needs.waiting",
    "insights.needs.versions",
)

# The rail, from the top; a group is shown to those who may see one of its places.
GROUPS: tuple[Group, ...] = (
    Group("work", _("My work"), "work"),
    Group("cases", _("Cases"), "cases"),
    Group("search", _("Search"), "search"),
    Group("policies", _("Policies"), "policy"),
    Group("people", _("People"), "people"),
    Group("insights", _("Insights"), "insights"),
    Group("settings", _("Settings"), "settings"),
)

# Where one can go, in the order of the group it belongs to; only what one may see is shown.
NAVIGATION: tuple[Entry, ...] = (
    Entry("console:work", _("My work"), "work", "work.read", key="g w", group="work", under=("/reviews/",)),
    Entry("console:queues", _("Queues"), "items", "work.read", key="g q", group="work"),
    Entry("batches:list", _("Batches"), "items", "review.decide", key="g k", group="work"),
    Entry(
        "clusters:list",
        _("Clusters"),
        "cases",
        "items.read",
        key="g c",
        group="work",
        under=("/joint-decisions/", "/rings/"),
    ),
    Entry("wellbeing:mine", _("Care"), "rest", "-", key="g .", group="work", face=True),
    Entry("market_notes:list", _("Market notes"), "globe", "review.read", key="g n", group="work"),
    Entry("support:list", _("Cases"), "cases", "support.read", key="g g", group="cases"),
    Entry("calls:list", _("Calls"), "cases", "support.read", group="cases"),
    Entry("calls:backs", _("Call-backs"), "undo", "support.answer", group="cases"),
    Entry("customers:list", _("Customers"), "person", "customers.read", group="cases"),
    Entry("problems:list", _("Problems"), "warn", "problems.read", group="cases"),
    Entry("procedures:list", _("Procedures"), "shield", "procedures.read", group="cases"),
    Entry("appeals:list", _("Appeals"), "undo", "appeals.read", key="g v", group="work"),
    Entry("notices:list", _("Reports"), "flag", "notices.read", key="g j", group="work"),
    Entry("escalations:inbox", _("Escalations"), "out", "escalations.send", key="g z", group="work"),
    Entry("experts:list", _("Experts"), "book", "experts.ask", group="cases"),
    Entry("macros:list", _("Saved replies"), "mail", "macros.use", group="cases"),
    Entry("proposals:list", _("Proposals"), "people", "decisions.read", key="g f", group="work"),
    Entry("golden:list", _("Golden items"), "check", "golden.manage", key="g y", group="people"),
    Entry(
        "search:items",
        _("Search"),
        "search",
        "items.read",
        key="g i",
        group="search",
        under=("/items/", "/accounts/"),
    ),
    Entry(
        "policy:list",
        _("Policies"),
        "policy",
        "policy.read",
        key="g p",
        group="policies",
        under=("/new-policy/",),
    ),
    Entry("policy:rules", _("Rules"), "check", "policy.read", key="g u", group="policies"),
    Entry("knowledge:list", _("Help pages"), "book", "knowledge.read", group="policies"),
    Entry("decisions:ladders", _("Strike ladders"), "flag", "policy.read", group="policies", under=("/ladders/",)),
    Entry("policy:lists", _("Word lists"), "book", "policy.read", group="policies", under=("/new-word-list/",)),
    Entry("insights:overturned", _("Overturned"), "undo", "policy.edit", group="policies"),
    Entry("rehearsal:list", _("Rehearsals"), "eye", "policy.read", key="g r", group="policies"),
    Entry("console:people", _("People"), "people", "people.read", key="g e", group="people"),
    Entry("insights:board", _("Queue health"), "insights", "work.manage", key="g d", group="insights"),
    Entry("support:levels", _("Service levels"), "clock", "support.report", group="insights"),
    Entry("support:time_spent", _("Time spent"), "clock", "support.report", group="insights"),
    Entry("escalations:figures", _("Figures of escalations"), "out", "work.manage", group="insights"),
    Entry("surveys:results", _("How people were helped"), "check", "surveys.read", group="insights"),
    Entry("triage:figures", _("Suggestions for cases"), "eye", "support.report", group="insights"),
    Entry("transparency:reports", _("Transparency reports"), "globe", "transparency.publish", group="insights"),
    Entry("wellbeing:team", _("What the desk has seen"), "rest", "wellbeing.manage", group="people"),
    Entry("signals:list", _("Signals"), "insights", "signals.read", key="g s", group="insights"),
    Entry(
        "signals:banks",
        _("Banks"),
        "tagged",
        "signals.read",
        key="g b",
        group="insights",
        under=("/banks/", "/new-bank/"),
    ),
    Entry("learning:list", _("Models"), "settings", "models.read", key="g o", group="insights"),
    Entry("console:me", _("You"), "person", "-", key="g m", group="settings", face=True),
    Entry("golden:mine", _("My golden items"), "check", "review.decide", group="settings", face=True),
    Entry("insights:overturned_mine", _("Looked at again"), "undo", "review.decide", group="settings", face=True),
    Entry("surveys:mine", _("How people judged my answers"), "check", "support.answer", group="settings", face=True),
    Entry("mfa_index", _("Sign-in and security"), "shield", "-", group="settings", face=True, under=("/account/",)),
    Entry("workforce:my_time", _("My time"), "clock", "state.set", key="g t", group="settings"),
    Entry("workforce:reasons", _("Reasons for being away"), "rest", "workforce.manage", group="settings"),
    Entry("workforce:capacity", _("How much at once"), "people", "workforce.manage", group="settings"),
    Entry("clocks:list", _("Clocks"), "clock", "clocks.read", group="settings"),
    Entry("mailboxes:list", _("Mailboxes"), "mail", "mailboxes.read", group="settings"),
    Entry("triggers:list", _("Triggers"), "hook", "triggers.read", group="settings"),
    Entry("calls:lines", _("Telephone lines"), "hook", "lines.manage", group="settings"),
    Entry("sides:departments", _("Departments"), "mail", "support.manage", group="settings"),
    Entry("support:fields", _("Fields of cases"), "edit", "support.manage", group="settings"),
    Entry("notices:flaggers", _("Trusted flaggers"), "shield", "notices.manage", group="settings"),
    Entry("webhooks:list", _("Webhooks"), "hook", "webhooks.manage", key="g h", group="settings"),
    Entry("console:keys", _("API keys"), "key", "keys.manage", key="g a", group="settings"),
    Entry("wellbeing:desk", _("Care of the desk"), "rest", "wellbeing.manage", group="settings"),
    Entry("console:ledger", _("Ledger"), "ledger", "ledger.read", key="g l", group="settings"),
    Entry("console:stuck", _("Stuck"), "stuck", "stuck.manage", key="g x", group="settings"),
)

# What stands beside a case, of slices above it: the page that answers with a fragment, and who may see it.
CASE_PANELS: tuple[tuple[str, str], ...] = (
    ("triage:of_case", "support.read"),
    ("procedures:of_case", "procedures.read"),
    ("customers:of_case", "customers.read"),
    ("problems:of_case", "problems.read"),
    ("triggers:of_case", "support.read"),
    ("calls:of_case", "support.read"),
    ("sides:of_case", "support.read"),
    ("surveys:of_case", "support.read"),
)
# What stands on the page of a customer, of each of their platform accounts.
CUSTOMER_PANELS: tuple[tuple[str, str], ...] = (("appeals:of_account", "appeals.read"),)

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
    navigation.register(GROUPS, NAVIGATION)
    navigation.register_ask(_("Search items for"), "search:items", "q", "items.read")
    navigation.register_ask(_("Search accounts for"), "search:accounts", "q", "items.read")
    navigation.register_ask(_("Search decisions for"), "search:decisions", "q", "decisions.read")
    navigation.register_top(
        Top("workforce/_switch.html", called("workforce.pages.top"), "workforce/_counts.html", "workforce/state.js")
    )
    live.register(called(path) for path in TOPICS)  # type: ignore[misc]
    components.LANES.update(LANES)
    attention.register(called(path) for path in NEEDS)
    navigation.register_top(Top("chat/_top.html", called("chat.pages.top"), script="chat/desk.js"))
    navigation.register_top(Top("calls/_top.html", called("calls.pages.top"), script="calls/pop.js"))
    navigation.register_top(Top("support/_top.html", called("support.assign_pages.top"), script="support/hands.js"))
    navigation.register_top(Top("notices/_top.html", called("notices.pages.top"), script="notices/alert.js"))
    navigation.register_top(Top("escalations/_top.html", called("escalations.pages.top")))
    navigation.register_top(Top("experts/_top.html", called("experts.pages.top")))
    navigation.register_top(Top("wellbeing/_top.html", called("wellbeing.pages.top"), script="wellbeing/care.js"))
    # What an item's verdict read stands above the policies that ask for it.
    import_module("trustdesk.policy.queries").stored_inputs[:] = [called("screening.queries.inputs_of")]
    # What machines said stands on a review that people outside asked for.
    import_module("trustdesk.review.noticing").newest_verdict[:] = [called("screening.queries.newest_told")]
    # Whether reports of an account wait, for the statement of what is decided about it.
    import_module("trustdesk.decisions.sources").waiting[:] = [called("notices.queries.account_waits")]
    # Which items wait in a queue: who opens work knows, and stands beside the list of items.
    import_module("trustdesk.screening.listing").waiting[:] = [called("review.queries.items_waiting")]
    # So do the words that a remote model is told.
    import_module("trustdesk.signals.queries").policy_texts[:] = [called("policy.queries.instructions")]
    # Who is there to be dealt work, for who looks after urgent work.
    import_module("trustdesk.wellbeing.queries").present[:] = [called("workforce.queries.states_of")]
    # Of which channel what waits in a queue is: how much of it one has in hand at once.
    import_module("trustdesk.workforce.loads").CHANNELS.update({"chats": "chat", "cases": "mail", "callbacks": "phone"})
    # Who talks on the phone has that in hand, though it is no work of a queue.
    import_module("trustdesk.workforce.loads").BESIDE[:] = [called("calls.queries.on_phone")]
    import_module("trustdesk.support.showing").PANELS[:] = CASE_PANELS
    import_module("trustdesk.customers.showing").PANELS[:] = CUSTOMER_PANELS
    # Bytes lie beside the post, which knows no slice.
    boxes = import_module("trustdesk.post.boxes")
    boxes.keeper[:] = [
        boxes.Keeper(
            keep_raw=called("files.actions.keep_made"),
            keep_attachment=called("files.actions.store_file"),
            read=called("files.queries.open_original"),
        )
    ]
    boxes.tongue[:] = [called("signals.tongues.spoken")]
    boxes.heard_first[:] = [called("notices.queries.is_flagger")]
    for name, path, signed in MAILBOXES:
        asked = called(TAKES_PART[name]) if name in TAKES_PART else None
        rescue = called(RESCUES[name]) if name in RESCUES else None
        boxes.BOXES[name] = boxes.Box(receive=called(path), signed=signed, takes_part=asked, rescue=rescue)
    for path in GUARDS:
        guards.register(called(path))  # type: ignore[arg-type]
    for name in REACTORS:
        import_module(f"trustdesk.{name}.reactors")
