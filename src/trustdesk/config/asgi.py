"""The ASGI application: `trustdesk web` serves it."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustdesk.config.settings")
application = get_asgi_application()
