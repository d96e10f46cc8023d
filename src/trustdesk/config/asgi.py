"""The ASGI application: `trustdesk web` serves it."""

import os

from django.core.asgi import get_asgi_application

from trustdesk.web.bodies import App, BodyLimit


def _application() -> App:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
    from django.conf import settings

    django = get_asgi_application()
    from trustdesk.web.live.serving import Live  # its page needs Django's models

    # A form around a file adds a little to it.
    larger = {"/api/v1/files": settings.UPLOAD_LIMIT + 2**20, "/cases/attach": settings.ATTACH_LIMIT + 2**20}
    return BodyLimit(Live(django), limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE, larger=larger)


application = _application()
