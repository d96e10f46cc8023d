"""`trustdesk` and `python -m trustdesk`: hands over to the command line of `config`."""

import sys


def main() -> None:
    from trustdesk.config.cli import main as cli_main

    sys.exit(cli_main())


if __name__ == "__main__":
    main()
