"""Seals: a signed hash chain over positions, and the check that nothing was changed behind the triggers' back."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from django.db import connection, transaction

from trustdesk.kernel.ledger.actions import seal_value
from trustdesk.kernel.ledger.models import FactRow, PersonalValue, Position, Seal, Sequencer

log = structlog.get_logger(__name__)

GENESIS = "0" * 64
_LOCK = 7_316_002
PAGE = 2_000


@dataclass(frozen=True)
class Finding:
    """One thing that is not as it was written."""

    position: int | None
    what: str


@dataclass(frozen=True)
class Verification:
    """The outcome of `verify`: how much was read, how many values were erased rightly, what is wrong."""

    facts: int
    seals: int
    unsealed: int
    erased: int
    findings: tuple[Finding, ...]

    @property
    def sound(self) -> bool:
        return not self.findings


def load_key(path: Path, *, make: bool) -> Ed25519PrivateKey:
    """The signing key from a PEM file outside the database; made on first use when `make` is true.

    Raises FileNotFoundError, or ValueError when the file holds no Ed25519 key.
    """
    if make and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise ValueError(f"{path} holds no Ed25519 private key")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """Sixteen hex digits that name a public key."""
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


def fact_digest(row: FactRow, position: int) -> bytes:
    """SHA-256 over the fact's canonical JSON, with its position."""
    canonical = json.dumps(
        [
            position,
            str(row.id),
            row.kind,
            row.version,
            row.subject,
            row.actor,
            row.at.timestamp(),
            str(row.cause) if row.cause else None,
            row.payload,
        ],
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
    )
    return hashlib.sha256(canonical.encode()).digest()


def chain_hash(previous: str, digests: list[bytes]) -> str:
    link = hashlib.sha256(bytes.fromhex(previous))
    for digest in digests:
        link.update(digest)
    return link.hexdigest()


def seal(*, key: Ed25519PrivateKey, now: datetime, limit: int = PAGE) -> Seal | None:
    """Seal the positions since the last seal; None when there are none or another process is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return None
        before = Seal.objects.order_by("-last").first()
        first = before.last + 1 if before else 1
        places = list(Position.objects.filter(position__gte=first).order_by("position").select_related("fact")[:limit])
        if not places:
            return None
        previous = before.hash if before else GENESIS
        digest = chain_hash(previous, [fact_digest(place.fact, place.position) for place in places])
        made = Seal.objects.create(
            first=first,
            last=places[-1].position,
            hash=digest,
            previous=previous,
            signature=key.sign(bytes.fromhex(digest)).hex(),
            key_id=key_id(key.public_key()),
            at=now,
        )
    # Also outside the database: who holds the log can tell that a chain was rewritten whole.
    log.info("ledger sealed", first=made.first, last=made.last, hash=made.hash, signature=made.signature)
    return made


def verify(*, key: Ed25519PublicKey) -> Verification:
    """Read the whole ledger against its seals and personal values.

    Finds changed, missing and inserted facts, a broken chain, a foreign signature, a personal value that no longer
    fits its seal. An erased value is counted, not accused.
    """
    findings: list[Finding] = []
    facts, erased = 0, 0
    previous, next_position = GENESIS, 1
    seals = list(Seal.objects.order_by("last"))
    for link in seals:
        if link.first != next_position or link.previous != previous:
            findings.append(Finding(link.first, f"the chain of seals breaks before position {link.first}"))
        digests: list[bytes] = []
        expected = link.first
        for place in _places(link.first, link.last):
            if place.position != expected:
                findings.append(Finding(expected, f"position {expected} is missing"))
                expected = place.position
            digests.append(fact_digest(place.fact, place.position))
            erased += _check_personal(place, findings)
            expected += 1
            facts += 1
        if expected != link.last + 1:
            findings.append(Finding(expected, f"position {expected} is missing"))
        digest = chain_hash(link.previous, digests)
        if digest != link.hash:
            findings.append(
                Finding(link.first, f"a fact between positions {link.first} and {link.last} was changed after sealing")
            )
        if link.key_id == key_id(key):
            try:
                key.verify(bytes.fromhex(link.signature), bytes.fromhex(link.hash))
            except (InvalidSignature, ValueError):
                findings.append(
                    Finding(link.first, f"the seal at position {link.last} is not signed by this desk's key")
                )
        else:
            findings.append(Finding(link.first, f"the seal at position {link.last} names another key ({link.key_id})"))
        previous, next_position = link.hash, link.last + 1
    reached = Sequencer.objects.filter(id=1).values_list("position", flat=True).first() or 0
    unsealed = 0
    for place in _places(next_position, reached):
        erased += _check_personal(place, findings)
        unsealed += 1
    if unsealed != max(0, reached - next_position + 1):
        findings.append(Finding(next_position, "positions are missing after the last seal"))
    return Verification(
        facts=facts + unsealed, seals=len(seals), unsealed=unsealed, erased=erased, findings=tuple(findings)
    )


def _places(first: int, last: int) -> list[Position]:
    return list(
        Position.objects.filter(position__gte=first, position__lte=last).order_by("position").select_related("fact")
    )


def _check_personal(place: Position, findings: list[Finding]) -> int:
    erased = 0
    marks = [mark for mark in place.fact.payload.values() if isinstance(mark, dict) and "personal" in mark]
    kept = (
        {str(value.id): value for value in PersonalValue.objects.filter(id__in=[m["personal"] for m in marks])}
        if marks
        else {}
    )
    for mark in marks:
        value = kept.get(mark["personal"])
        if value is None:
            findings.append(
                Finding(place.position, f"a personal value of position {place.position} is gone without a trace")
            )
        elif value.erased_at:
            erased += 1
        elif seal_value(value.salt, value.value) != mark["seal"]:
            findings.append(Finding(place.position, f"a personal value of position {place.position} was changed"))
    return erased
