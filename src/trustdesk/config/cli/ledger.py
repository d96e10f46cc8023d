"""`trustdesk ledger verify`: was history changed?"""

import argparse
from typing import Any

from trustdesk.config.supervisor.refusals import CannotStart


def add(commands: Any) -> None:
    parser = commands.add_parser("ledger", help="the ledger: verify", description="Look after the ledger.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    verify = verbs.add_parser(
        "verify",
        help="read the whole ledger against its seals",
        description="Read every fact against its seal and every personal value against its fact. "
        "Exit code 1, with each finding in words, when anything was changed, inserted or removed.",
    )
    verify.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:  # noqa: ARG001  every command is called alike
    from trustdesk.config import desk

    desk.connect()
    from django.conf import settings

    from trustdesk.kernel.ledger import seals

    try:
        key = seals.load_key(settings.SEAL_KEY, make=not settings.PRODUCTION).public_key()
    except (OSError, ValueError) as error:
        raise CannotStart(f"The seal key cannot be read: {error}. Name it in TRUSTDESK_SEAL_KEY.") from error
    found = seals.verify(key=key)
    print(
        f"{found.facts} facts read, {found.seals} seals, {found.unsealed} facts not sealed yet, "
        f"{found.erased} personal values erased as they should be."
    )
    for finding in found.findings:
        print(f"FOUND: {finding.what}.")
    print("The ledger is as it was written." if found.sound else "The ledger is not as it was written.")
    return 0 if found.sound else 1
