"""A mail server for tests."""

from typing import ClassVar

from django.core.mail.backends.locmem import EmailBackend


class Refusing(EmailBackend):
    """Keeps letters in memory, and raises what it is told to, one for each letter."""

    raises: ClassVar[list] = []

    def send_messages(self, messages):
        if self.raises:
            error = self.raises.pop(0)
            if error is not None:
                raise error
        return super().send_messages(messages)
