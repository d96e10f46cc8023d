"""Bytes at rest: encrypted with a key derived from the desk's secret key, so a copy of the database tells nothing."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Unreadable(Exception):
    """The desk's secret key changed since this was sealed."""


def seal(data: bytes, *, purpose: str) -> bytes:
    """Each purpose has a key of its own (HKDF-SHA-256, RFC 5869)."""
    return _box(purpose).encrypt(data)


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    """Raises Unreadable."""
    try:
        return _box(purpose).decrypt(sealed)
    except InvalidToken:
        raise Unreadable from None


def _box(purpose: str) -> MultiFernet:
    keys = [settings.SECRET_KEY, *getattr(settings, "SECRET_KEY_FALLBACKS", [])]
    return MultiFernet([Fernet(_derive(key, purpose)) for key in keys])


def _derive(key: str, purpose: str) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())
    return base64.urlsafe_b64encode(derived)
