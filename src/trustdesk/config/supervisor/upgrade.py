"""An older PostgreSQL's cluster brought to the version of this TrustDesk: only when asked, never without a copy.

The wheel's own upgrade works in a folder that its system user may not write to, so it fails under root; this one does not.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from trustdesk.config.supervisor.postgres import Embedded, run_program, why
from trustdesk.config.supervisor.refusals import CannotStart


def upgrade(cluster: Embedded, *, now: datetime, say: Callable[[str], None]) -> Path | None:
    """Copy the cluster, then pg_upgrade it; returns the copy, None when there was nothing to do. Raises CannotStart."""
    major = cluster.major
    if major is None or major >= cluster.target:
        return None
    home, old = cluster.data.parent, cluster.programs(major)
    copy = home / f"postgres-{major}-{now:%Y%m%dT%H%M%S}"
    fresh, work = home / "postgres.new", home / "postgres.upgrade"
    for left_over in (fresh, work):
        shutil.rmtree(left_over, ignore_errors=True)
    try:
        if (cluster.data / "postmaster.pid").exists():
            run_program(old, "pg_ctl", "-D", cluster.data, "-m", "fast", "-w", "stop", user=cluster.user)
        say(f"Copying the database to {copy}.")
        subprocess.run(["/bin/cp", "-a", str(cluster.data), str(copy)], check=True, capture_output=True, text=True)
        say(f"Upgrading the database from PostgreSQL {major} to {cluster.target}.")
        # A new cluster has page checksums; pg_upgrade wants the old one to have them too.
        control = run_program(old, "pg_controldata", "-D", cluster.data, user=cluster.user)
        if re.search(r"page checksum version:\s*0", control):
            run_program(old, "pg_checksums", "-D", cluster.data, "--enable", user=cluster.user)
        cluster.init(fresh)
        work.mkdir(mode=0o700)
        if cluster.user:
            shutil.chown(work, cluster.user)
        run_program(
            cluster.programs(cluster.target),
            "pg_upgrade",
            *("-b", old, "-d", cluster.data, "-D", fresh, "-U", "postgres"),
            user=cluster.user,
            cwd=work,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(f"The database could not be upgraded: {why(error)}. The copy {copy} is as it was.") from error
    cluster.data.rename(home / "postgres.old")
    fresh.rename(cluster.data)
    for done_with in (home / "postgres.old", work):
        shutil.rmtree(done_with, ignore_errors=True)
    return copy
