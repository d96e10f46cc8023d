"""What a new desk is given: the ground and the policies of its pack, and, on one's own machine, a sample desk.

Each step is one transaction with its mark, done once a database: an interrupted first start goes on where it stopped, a
new version's new step reaches old desks too. A step with transactions of its own is marked after, and may be repeated.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
import yaml
from django.conf import settings
from django.db import transaction

from trustdesk.config.models import FirstStep
from trustdesk.content import actions as content_actions
from trustdesk.content import queries as content
from trustdesk.kernel.people import actions as people
from trustdesk.kernel.people import queries as people_queries
from trustdesk.kernel.people.actor import SYSTEM
from trustdesk.knowledge import actions as knowledge
from trustdesk.policy import actions as policies
from trustdesk.sample import catalog, help_desk, jobs, loader

log = structlog.get_logger(__name__)

# Items posted before `up` says its address: enough to begin with, few enough not to be waited for.
FIRST_ITEMS = 16

# The sample desk's people all sign in with this; production desks have none of them.
SAMPLE_PASSWORD = "trustdesk-sample"  # noqa: S105  printed at every start on purpose


@dataclass(frozen=True)
class SamplePerson:
    name: str
    email: str
    role: str
    does: str
    languages: tuple[str, ...]
    markets: tuple[str, ...]
    time_zone: str
    team: str = ""  # a code of SAMPLE_TEAMS


SAMPLE_STAFF = (
    SamplePerson("Sari", "sari@desk.example", "reviewer", "reviews", ("id", "en"), ("ID", "SG"), "Asia/Jakarta"),
    SamplePerson(
        "Jonas", "jonas@desk.example", "lead", "supervises", ("en", "de"), ("DE", "SG", "ID"), "Europe/Berlin"
    ),
    SamplePerson("Dewi", "dewi@desk.example", "policy_owner", "owns policies", ("id", "en"), ("ID",), "Asia/Jakarta"),
    SamplePerson("Ada", "ada@desk.example", "admin", "administers", ("en",), ("ID", "SG", "DE"), "Europe/Berlin"),
)

# Whom the others can ask. Dewi, who owns the policies, answers for the Policy team.
SAMPLE_TEAMS = {
    "legal": "Legal",
    "fraud": "Fraud",
    "policy": "Policy",
    "it": "IT",
    "global": "Global",
    "authorities": "Liaison with authorities",
}
SAMPLE_SPECIALISTS = (
    SamplePerson(
        "Rina", "rina@desk.example", "specialist", "answers for Legal", ("id", "en"), (), "Asia/Jakarta", "legal"
    ),
    SamplePerson("Wei", "wei@desk.example", "specialist", "answers for Fraud", ("en",), (), "Asia/Singapore", "fraud"),
    SamplePerson("Mert", "mert@desk.example", "specialist", "answers for IT", ("en", "de"), (), "Europe/Berlin", "it"),
)


@dataclass(frozen=True)
class Step:
    """`name` is kept in the database: never rename one. `sample` (people | items) is for desks on one's own machine.

    A step `apart` is called outside any transaction and must do no harm when it is called again.
    """

    name: str
    told: str
    call: Callable[[datetime], None]
    sample: str = ""
    apart: bool = False

    @property
    def wanted(self) -> bool:
        if not self.sample:
            return True
        return settings.SAMPLE == "all" or (settings.SAMPLE == "people" and self.sample == "people")


def _ground(now: datetime) -> None:
    pack = yaml.safe_load((settings.PACK / "pack.yaml").read_text(encoding="utf-8"))
    people.load_ground(actor=SYSTEM, pack=pack["code"], markets=pack["markets"], sources=pack["sources"], now=now)


def _staff(now: datetime) -> None:
    for person in SAMPLE_STAFF:
        _add(person, now=now)


def _teams(now: datetime) -> None:
    here = {person.email: person.id for person in people_queries.staff_list() if person.active}
    if not any(person.email in here for person in SAMPLE_STAFF):
        return  # an older desk that has sent the sample people away
    known = {person.email for person in people_queries.staff_list()}
    for person in SAMPLE_SPECIALISTS:
        if person.email not in known:
            here[person.email] = _add(person, now=now)
    in_teams = [(person.email, person.team) for person in SAMPLE_SPECIALISTS] + [("dewi@desk.example", "policy")]
    for email, team in in_teams:
        if email in here:
            people.set_team(actor=SYSTEM, staff_id=here[email], team=team, name=SAMPLE_TEAMS[team], now=now)


def _wider_teams(now: datetime) -> None:
    """Jonas answers for Global, Ada speaks with authorities."""
    here = {person.email: person.id for person in people_queries.staff_list() if person.active}
    for email, team in (("jonas@desk.example", "global"), ("ada@desk.example", "authorities")):
        if email in here:
            people.set_team(actor=SYSTEM, staff_id=here[email], team=team, name=SAMPLE_TEAMS[team], now=now)


def _add(person: SamplePerson, *, now: datetime) -> UUID:
    return people.add_staff(
        actor=SYSTEM,
        email=person.email,
        name=person.name,
        password=SAMPLE_PASSWORD,
        now=now,
        roles=[person.role],
        languages=person.languages,
        markets=person.markets,
        time_zone=person.time_zone,
    )


def _policies(now: datetime) -> None:
    policies.import_pack(actor=SYSTEM, path=settings.PACK, now=now)


def _market_notes(now: datetime) -> None:
    content_actions.load_market_notes(actor=SYSTEM, path=settings.PACK, now=now)


def _help_pages(now: datetime) -> None:
    knowledge.load_help(actor=SYSTEM, path=settings.PACK, now=now)
    policies.shelve_guidelines(actor=SYSTEM, now=now)


def _help_desk(now: datetime) -> None:
    help_desk.set_up(now=now)


def _items(now: datetime) -> None:
    if content.has_items() and len(loader.missing()) == len(catalog.collection()):
        return  # an older desk with content of its own
    try:
        loader.load(actor=SYSTEM, now=now, most=FIRST_ITEMS)
    except loader.SampleRefused as refused:
        log.warning("the sample items do not fit this pack", refused=str(refused))
        return
    jobs.fill.defer()


# In this order. Slices add theirs here as they come: policies of the pack, queues, sample items, a sample webhook.
STEPS: tuple[Step, ...] = (
    Step("ground", "markets, sources and roles of the pack", _ground),
    Step("policies", "policies, word lists, labels and queues of the pack", _policies),
    Step("market notes", "notes on markets of the pack", _market_notes),
    Step("help pages", "help pages of the pack, and its rules among them", _help_pages),
    Step("sample staff", "four people to sign in as", _staff, sample="people"),
    Step("sample teams", "Legal, Fraud, Policy and IT, with someone to answer in each", _teams, sample="people"),
    Step("wider sample teams", "Global and Liaison with authorities", _wider_teams, sample="people"),
    Step("sample help desk", "promises, saved replies and departments of a help desk", _help_desk, sample="items"),
    Step("sample items", "the newest sample items; the worker brings the rest", _items, sample="items", apart=True),
)


def load(*, now: datetime) -> Iterator[str]:
    """Do what has not been done yet, yielding in words what was done."""
    done = set(FirstStep.objects.values_list("name", flat=True))
    for step in STEPS:
        if step.name in done or not step.wanted:
            continue
        if step.apart:
            step.call(now)
            _, new = FirstStep.objects.get_or_create(name=step.name, defaults={"done_at": now})
        else:
            with transaction.atomic():
                # Two starts at once on one database: the second waits here for the first, then finds it done.
                _, new = FirstStep.objects.get_or_create(name=step.name, defaults={"done_at": now})
                if new:
                    step.call(now)
        if new:
            yield step.told


def sign_ins() -> list[str]:
    """The lines `up` prints about the sample people who can still sign in; none in production."""
    if settings.PRODUCTION:
        return []
    here = {person.email for person in people_queries.staff_list() if person.active}
    known = [person for person in (*SAMPLE_STAFF, *SAMPLE_SPECIALISTS) if person.email in here]
    if not known:
        return []
    return [f"Sample sign-ins, all with the password {SAMPLE_PASSWORD}:"] + [
        f"  {person.email:<20} {person.name} {person.does}" for person in known
    ]
