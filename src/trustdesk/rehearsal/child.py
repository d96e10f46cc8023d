"""The first lines of a process that takes part in a backtest: nothing of ours is imported before Django is set up."""

import os
import sys
from typing import Any
from uuid import UUID


def main(settings_module: str, database: dict[str, Any], rehearsal_id: str, name: str, parent: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = settings_module
    from django.conf import settings

    settings.DATABASES["default"].update(database)
    import django

    django.setup()
    from trustdesk.rehearsal.running import in_child

    sys.exit(in_child(UUID(rehearsal_id), name, parent))
