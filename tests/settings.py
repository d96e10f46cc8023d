"""Settings of the test run: a data folder of its own, a cheap password hash, no waiting mail."""

import os
import tempfile

os.environ["TRUSTDESK_HOME"] = tempfile.mkdtemp(prefix="trustdesk-test-")
os.environ.pop("TRUSTDESK_DATABASE_URL", None)
os.environ["TRUSTDESK_MODE"] = "desk"

from trustdesk.config.settings import *  # noqa: F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {"default": {"BACKEND": "tests.cache.Lasting"}}
