"""The database the desk stands on: reachable, new enough, not newer than the code, migrated."""

from contextlib import suppress

import psycopg

from trustdesk.config.supervisor.refusals import CannotStart

OLDEST = 15
# Any number, the same in every process of a desk: two starts at once migrate one after the other.
_LOCK = 7_316_010


def refuse_unfit(dsn: str) -> None:
    """Raises CannotStart when the server cannot be reached or is older than PostgreSQL 15. Never shows the password."""
    try:
        with psycopg.connect(dsn, connect_timeout=5, autocommit=True) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        reason = " ".join(str(error).split())
        raise CannotStart(f"The database named by TRUSTDESK_DATABASE_URL cannot be used: {reason}") from error
    if version < OLDEST * 10_000:
        raise CannotStart(
            f"The database named by TRUSTDESK_DATABASE_URL is PostgreSQL {version // 10_000}; "
            f"TrustDesk needs {OLDEST} or newer."
        )


def unknown_migrations() -> list[str]:
    """Migrations the database has and this code has not: a newer TrustDesk was here."""
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    return sorted(
        f"{app}.{name}" for app, name in loader.applied_migrations if (app, name) not in loader.disk_migrations
    )


def missing_migrations() -> list[str]:
    """Migrations this code has and the database has not."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def migrate(*, verbosity: int = 0) -> int:
    """Bring the database to this version's shape; returns how many migrations ran. Raises CannotStart."""
    from django.core.management import call_command
    from django.db import DatabaseError, connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        try:
            if newer := unknown_migrations():
                raise CannotStart(
                    f"The database is newer than this TrustDesk (it has {newer[-1]}). Install the version that made it."
                )
            missing = missing_migrations()
            if missing:
                # A migration that would have to wait for others' work gives up instead of holding up the desk.
                cursor.execute("SET lock_timeout = '4s'")
                call_command("migrate", interactive=False, verbosity=verbosity)
                cursor.execute("RESET lock_timeout")
        except DatabaseError as error:
            raise CannotStart(f"The database could not be brought up to date: {str(error).splitlines()[0]}") from error
        finally:
            with suppress(DatabaseError):  # a lost connection has given the lock back already
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return len(missing)
