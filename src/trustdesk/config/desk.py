"""Reaching the desk's database from a command: the one that is named, or the one a running desk of this folder has."""

import os

from trustdesk.config import options
from trustdesk.config.supervisor import database, postgres
from trustdesk.config.supervisor.refusals import CannotStart


def connect(*, migrated: bool = True) -> None:
    """Find the database and set Django up; every command but `up` begins with this. Raises CannotStart.

    With `migrated`, a database of another version is refused too.
    """
    given = options.get("TRUSTDESK_DATABASE_URL")
    if given:
        database.refuse_unfit(given)
    else:
        running = postgres.running_dsn(options.home())
        if running is None:
            raise CannotStart(
                f"No desk is running on {options.home()}. Start it with `trustdesk up`, "
                "or name a database in TRUSTDESK_DATABASE_URL."
            )
        os.environ["TRUSTDESK_DATABASE_URL"] = running
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
    import django

    django.setup()
    if not migrated:
        return
    if newer := database.unknown_migrations():
        raise CannotStart(f"The database is newer than this TrustDesk (it has {newer[-1]}).")
    if missing := database.missing_migrations():
        raise CannotStart(
            f"The database is older than this TrustDesk ({missing[0]} is missing): run `trustdesk migrate`."
        )
