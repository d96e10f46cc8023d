"""Chats: who talks, in which case, when they were there last."""

from typing import ClassVar

from django.db import models
from django.db.models import CheckConstraint, Index, Q

from trustdesk.chat.rules import ENDS
from trustdesk.kernel.base.models import Row


class Chat(Row):
    """One visit of one person. It has a case from its first message on; what is said is in the case's messages."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("name", "address", "network")
    PLAIN: ClassVar[tuple[str, ...]] = ("language", "origin")

    case = models.ForeignKey("support.Case", on_delete=models.PROTECT, related_name="+", null=True, db_index=False)
    account = models.ForeignKey(
        "content.Account", on_delete=models.PROTECT, related_name="+", null=True, db_index=False
    )
    name = models.CharField(max_length=80, blank=True)
    address = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=12, blank=True)
    origin = models.CharField(max_length=200, blank=True)  # the site it was begun on, as that site's page says
    network = models.CharField(max_length=64, blank=True)  # keyed hash of where it came from, for limits
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()  # when its page was last open
    said_at = models.DateTimeField(null=True)  # when the visitor last said something
    said = models.PositiveIntegerField(default=0)
    burst_at = models.DateTimeField(null=True)
    burst = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    ended_how = models.CharField(max_length=8, blank=True, choices=[(one, one) for one in ENDS])

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(ended_at=None, ended_how="") | Q(ended_at__isnull=False, ended_how__in=ENDS),
                name="chat_ends_somehow",
            ),
            CheckConstraint(condition=Q(case=None, said=0) | Q(case__isnull=False, said__gt=0), name="chat_has_case"),
        ]
        indexes = [
            Index(fields=["case"], condition=Q(case__isnull=False), name="chat_of_case"),  # queries.of_case
            Index(fields=["seen_at"], condition=Q(ended_at=None), name="chat_going_on"),  # end_idle
            # limits: what was begun lately from one network
            Index(fields=["network", "opened_at"], condition=~Q(network=""), name="chat_from_network"),
        ]
