"""Mail is fetched: a thread for each mailbox that is read by IMAP, with IDLE where its server can, else by polling.

A mail is acknowledged only after what was kept of it is committed, with its number in the folder (`Fetched`): a crash before
loses nothing, since the server still has it as unread; a crash after doubles nothing, since the number is known.
"""

import re
import threading
import time
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.db import close_old_connections, connection
from django.db.models import Q
from imapclient import IMAPClient

from trustdesk.kernel.base import timesource
from trustdesk.kernel.base.action import action
from trustdesk.kernel.ledger.actions import record
from trustdesk.kernel.people.actor import SYSTEM, Actor
from trustdesk.post import receiving
from trustdesk.post.facts import MailboxFailing, MailboxWorks
from trustdesk.post.mail.reading import understand
from trustdesk.post.mailboxes import imap, viewing
from trustdesk.post.mailboxes.settings import Settings, read
from trustdesk.post.mailboxes.troubles import Trouble, told, trouble_of
from trustdesk.post.models import Fetched, Mailbox

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=90)
LOOK = 10.0  # seconds after which one that waits looks whether it is still wanted
LONGEST_IDLE = 25 * 60.0  # servers hang up after thirty minutes (RFC 2177)
WAITS = (5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)  # seconds after failed tries
MOST_AT_ONCE = 50  # mails of a round, then its state is written
_RETURN_PATH = re.compile(rb"(?im)^return-path:[ \t]*<?([^<>\r\n]{0,320})>?[ \t]*\r?$")


def visit(mailbox_id: UUID, *, now: datetime) -> None:
    """Connect once and take all that waits. Raises Trouble."""
    row = Mailbox.objects.get(id=mailbox_id)
    settings = read(row.told)
    with imap.connected(settings.imap, viewing.password(settings.imap, row.in_secret)) as client:
        while read_through(client, row=row, now=now):
            pass


def read_through(client: IMAPClient, *, row: Mailbox, now: datetime) -> bool:
    """Take what waits in the folder, at most MOST_AT_ONCE; True when there may be more."""
    settings = read(row.told)
    folder = imap.opened(client, settings.folder)
    if row.validity != folder.validity:
        # The first time, or the folder was made anew: what people have read already is not the desk's.
        row.validity, row.since = folder.validity, folder.next_uid - 1
        Mailbox.objects.filter(id=row.id).update(validity=row.validity, since=row.since)
    uids = imap.waiting(client, since=row.since)
    batch = uids[:MOST_AT_ONCE]
    known = set(Fetched.objects.filter(mailbox=row, validity=row.validity, uid__in=batch).values_list("uid", flat=True))
    held = False
    for uid in batch:
        if uid not in known and not _take(client, row=row, uid=uid, now=now):
            held = True
            continue
        imap.acknowledge(client, uid, settings)
        if not held and uid > row.since:
            row.since = uid
            Mailbox.objects.filter(id=row.id).update(since=uid)
    return len(uids) > len(batch) and not held


def _take(client: IMAPClient, *, row: Mailbox, uid: int, now: datetime) -> bool:
    """Fetch one mail and keep it; False when its sender sent too many: it stays where it is and is asked for again."""
    raw = imap.taken_out(client, uid)
    if raw is None:
        return True
    try:
        receiving.take_fetched(raw=raw, sender=sender_of(raw), mailbox=row, uid=uid, now=now)
    except receiving.TooMuchMail:
        return False
    return True


def sender_of(raw: bytes) -> str:
    """Of the envelope, as the last server wrote it down; else who the mail says wrote it."""
    head = re.split(rb"\r?\n\r?\n", raw[: imap.MOST_HEAD], maxsplit=1)[0]
    found = _RETURN_PATH.search(head)
    if found:
        return found.group(1).decode("utf-8", "replace").strip() or "<>"
    return understand(raw).author.address or "<>"


class Watcher(threading.Thread):
    """Reads one mailbox until it is told to stop, its mailbox is put away, or another process has it."""

    def __init__(self, mailbox_id: UUID) -> None:
        super().__init__(name=f"mailbox {mailbox_id}", daemon=True)
        self.mailbox_id, self.mine = mailbox_id, uuid4()
        self.over = threading.Event()

    def stop(self) -> None:
        self.over.set()

    def run(self) -> None:
        failures = 0
        while not self.over.is_set():
            wait = LOOK
            try:
                close_old_connections()
                row = self._held()
                if row is not None:
                    self._serve(row)
                    failures, wait = 0, 0.0
                    self._give_back()
            except Trouble as trouble:
                wait = WAITS[min(failures, len(WAITS) - 1)]
                failures += 1
                self._tell(trouble)
            except Exception as error:  # a thread outlives a lost database and whatever a library raises
                wait = WAITS[min(failures, len(WAITS) - 1)]
                failures += 1
                log.exception("a mailbox could not be read", mailbox=str(self.mailbox_id), error=type(error).__name__)
            finally:
                connection.close()
            self.over.wait(wait)
        self._give_back()

    def _held(self) -> Mailbox | None:
        """The mailbox, held by this thread for a while; None where another has it."""
        now = timesource.now()
        free = Q(leased_until=None) | Q(leased_until__lt=now) | Q(leased_by=self.mine)
        if not Mailbox.objects.filter(free, id=self.mailbox_id, archived_at=None).update(
            leased_by=self.mine, leased_until=now + LEASE
        ):
            return None
        return Mailbox.objects.get(id=self.mailbox_id)

    def _serve(self, row: Mailbox) -> None:
        """Until the mailbox changes or the server hangs up. Raises Trouble."""
        settings = read(row.told)
        with imap.connected(settings.imap, viewing.password(settings.imap, row.in_secret)) as client:
            number: int | None = row.number
            while number == row.number and not self.over.is_set():
                more = True
                while more and not self.over.is_set():
                    more = read_through(client, row=row, now=timesource.now())
                    note_works(row.id, now=timesource.now())
                    if more:
                        self._still()
                number = self._wait(client, settings, row.number)

    def _wait(self, client: IMAPClient, settings: Settings, number: int) -> int | None:
        """Until there may be something new; the number of the settings in force then, None when it is not held any more."""
        idles = settings.idle and client.has_capability("IDLE")
        until = time.monotonic() + (min(settings.poll_seconds, LONGEST_IDLE) if not idles else _idle_for(settings))
        if idles:
            client.idle()
        current: int | None = number
        new = False
        while current == number and not new and not self.over.is_set() and (left := until - time.monotonic()) > 0:
            if idles:
                said = client.idle_check(timeout=min(LOOK, left))
                new = any(b"EXISTS" in one or b"RECENT" in one for one in said)
                if any(one[:1] == (b"BYE",) or b"BYE" in one for one in said):
                    raise trouble_of(ConnectionResetError(), host=settings.imap.host, port=settings.imap.port)
            else:
                self.over.wait(min(LOOK, left))
            current = self._still()
        if idles:
            client.idle_done()
        return self._still() if current == number else current

    def _still(self) -> int | None:
        """Hold the mailbox on; the number of its settings, None when it is not to be read any more."""
        now = timesource.now()
        mine = Mailbox.objects.filter(id=self.mailbox_id, leased_by=self.mine, archived_at=None)
        held = mine.update(leased_until=now + LEASE)
        number = mine.values_list("number", flat=True).first() if held else None
        connection.close()
        return number

    def _tell(self, trouble: Trouble) -> None:
        try:
            note_trouble(self.mailbox_id, trouble, now=timesource.now())
        except Exception as error:
            log.warning("the state of a mailbox could not be written", error=type(error).__name__)

    def _give_back(self) -> None:
        try:
            Mailbox.objects.filter(id=self.mailbox_id, leased_by=self.mine).update(leased_by=None, leased_until=None)
        except Exception as error:
            log.warning("a mailbox could not be given back", error=type(error).__name__)
        finally:
            connection.close()


def note_works(mailbox_id: UUID, *, now: datetime) -> None:
    """Its folder was read through. That it works again is told."""
    if not Mailbox.objects.filter(id=mailbox_id, trouble_at=None).update(checked_at=now):
        _works(actor=SYSTEM, mailbox_id=mailbox_id, now=now)


def note_trouble(mailbox_id: UUID, trouble: Trouble, *, now: datetime) -> None:
    """It could not be read; told once, until it works again."""
    log.warning("a mailbox cannot be read", mailbox=str(mailbox_id), why=str(trouble))
    known = Mailbox.objects.filter(id=mailbox_id, trouble_at__isnull=False)
    if not known.update(trouble=told(trouble)):
        _fails(actor=SYSTEM, mailbox_id=mailbox_id, trouble=trouble, now=now)


@action(right="-")
def _works(*, actor: Actor, mailbox_id: UUID, now: datetime) -> None:
    row = Mailbox.objects.select_for_update().get(id=mailbox_id)
    Mailbox.objects.filter(id=mailbox_id).update(checked_at=now, trouble={}, trouble_at=None)
    record(MailboxWorks(mailbox=row.id, name=row.told["name"]), actor=actor, at=now)


@action(right="-")
def _fails(*, actor: Actor, mailbox_id: UUID, trouble: Trouble, now: datetime) -> None:
    row = Mailbox.objects.select_for_update().get(id=mailbox_id)
    Mailbox.objects.filter(id=mailbox_id).update(trouble=told(trouble), trouble_at=now)
    record(MailboxFailing(mailbox=row.id, name=row.told["name"], why=str(trouble)), actor=actor, at=now)


def _idle_for(settings: Settings) -> float:
    """A folder that tells of new mail is still read through now and then: a server may forget to."""
    return min(max(settings.poll_seconds, 5 * 60.0), LONGEST_IDLE)


_watchers: dict[UUID, Watcher] = {}


def watch(*, now: datetime) -> None:  # noqa: ARG001  loops are called alike
    """See that each mailbox that is read by IMAP has its thread. Hung in `wiring.LOOPS`."""
    wanted = set(Mailbox.objects.filter(archived_at=None, told__way_in="imap").values_list("id", flat=True))
    for mailbox_id in [one for one, thread in _watchers.items() if one not in wanted or not thread.is_alive()]:
        _watchers.pop(mailbox_id).stop()
    for mailbox_id in wanted - set(_watchers):
        _watchers[mailbox_id] = Watcher(mailbox_id)
        _watchers[mailbox_id].start()
