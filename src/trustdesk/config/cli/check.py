"""`trustdesk check`: are the settings sound?"""

import argparse
from typing import Any


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="check the settings",
        description="Check the settings and explain each that is missing or unsafe. Exit code 1 when one is.",
    )
    parser.add_argument("--deploy", action="store_true", help="check whether this desk is fit for production")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    from trustdesk.config import options, production

    failed = False
    if args.deploy:
        found = production.problems()
        for problem in found:
            print(f"{problem.setting} {problem.wrong}\n    {problem.remedy}")
        failed = bool(found)
    for name in options.strangers():
        print(f"{name} is no setting of TrustDesk; docs/operate.md lists them.")
        failed = True
    import django
    from django.core import checks

    django.setup()
    for message in checks.run_checks(include_deployment_checks=False):
        if message.is_serious():
            print(message)
            failed = True
    if not failed:
        print("Fit for production." if args.deploy else "The settings are sound.")
    return 1 if failed else 0
