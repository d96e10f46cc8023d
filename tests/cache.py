"""The cache of the test run: what is kept stays kept.

The product keeps small tables for some seconds. In a slow run those seconds end between two lines of a test, and a page
that was asked twice then costs one query more.
"""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache


class Lasting(LocMemCache):
    """A process's cache in which nothing lapses; tests empty it with `cache.clear()`."""

    def get_backend_timeout(self, timeout: Any = DEFAULT_TIMEOUT) -> None:
        return None
