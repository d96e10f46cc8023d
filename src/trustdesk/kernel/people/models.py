"""Staff, teams, roles, skills, sources, markets and API keys."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.db.models.functions import Lower

from trustdesk.kernel.base.ids import uuid7
from trustdesk.kernel.base.models import Row


class StaffManager(BaseUserManager["Staff"]):
    """What Django's sign-in machinery asks for; staff are made by `people.actions.add_staff` only."""

    def get_by_natural_key(self, username: str | None) -> "Staff":
        return self.get(email__iexact=username)


class Staff(AbstractBaseUser):
    """A person who works here and signs in with an e-mail address."""

    PERSONAL: ClassVar[tuple[str, ...]] = ("email", "name")
    PLAIN: ClassVar[tuple[str, ...]] = ("handle", "password", "language", "time_zone")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    handle = models.CharField(max_length=40, unique=True)  # all that platform users ever see
    language = models.CharField(max_length=12, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = StaffManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            UniqueConstraint(Lower("email"), name="staff_email_once"),
            CheckConstraint(condition=~Q(name=""), name="staff_has_name"),
        ]

    def get_full_name(self) -> str:
        return self.name

    @property
    def is_staff(self) -> bool:
        """No Django admin here."""
        return False

    @property
    def is_superuser(self) -> bool:
        return False

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002  Django's signature
        return False


class Team(Row):
    """People who share queues; a partner team sees only its own queues, exports nothing, sees no personal values."""

    PLAIN = ("code", "name")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    partner = models.BooleanField(default=False)
    members = models.ManyToManyField(Staff, through="Membership", related_name="teams")


class Membership(Row):
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="memberships")
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="memberships")

    class Meta:
        constraints = [UniqueConstraint(fields=["team", "staff"], name="membership_once")]


class Role(Row):
    """A named set of rights, as data. `shipped`: for a role that comes with the product, the rights it last came with; null
    for others, and for one that is older than this column."""

    PLAIN = ("code", "name", "rights", "shipped")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    rights = ArrayField(models.CharField(max_length=60))
    shipped = ArrayField(models.CharField(max_length=60), null=True)


class Grant(Row):
    """A role given to a person, somewhere: empty markets or queues mean all."""

    PLAIN = ("markets", "queues")

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="grants")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="grants")
    markets = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    queues = ArrayField(models.SlugField(), default=list, blank=True)

    class Meta:
        constraints = [UniqueConstraint(fields=["staff", "role"], name="grant_once")]


class Skill(Row):
    """What a person can do: read a language, know a market, hold a certificate."""

    class Kind(models.TextChoices):
        LANGUAGE = "language"
        MARKET = "market"
        CERTIFICATE = "certificate"

    PLAIN = ("value",)

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="skills")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["staff", "kind", "value"], name="skill_once"),
            CheckConstraint(condition=Q(kind__in=["language", "market", "certificate"]), name="skill_kind"),
        ]


class Market(Row):
    """A place with its own time, money, languages (in order) and law."""

    PLAIN = ("code", "name", "time_zone", "currency", "languages", "legal_regime")

    code = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    languages = ArrayField(models.CharField(max_length=12))
    legal_regime = models.CharField(max_length=40, blank=True)


class Source(Row):
    """An app or site whose content the desk keeps safe."""

    PLAIN = ("code", "name", "kinds", "public_url", "letter_sender")

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    kinds = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    public_url = models.URLField(blank=True)
    letter_sender = models.CharField(max_length=200, blank=True)


class ApiKey(Row):
    """A key another system calls with: shown once, stored hashed (SHA-256 of 256 random bits needs no slow hash)."""

    PLAIN = ("name", "prefix", "hash", "scopes", "made_by")

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=16)
    hash = models.CharField(max_length=64, unique=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="keys", null=True)
    scopes = ArrayField(models.CharField(max_length=40))
    per_minute = models.PositiveIntegerField(default=6000)  # requests a minute
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)
    expires_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["name"], condition=Q(revoked_at=None), name="api_key_name_once"),
            CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("made_at")), name="api_key_expires_later"
            ),
        ]
        indexes = [Index(fields=["prefix"], name="api_key_by_prefix")]
