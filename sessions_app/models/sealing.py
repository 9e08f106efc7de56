"""What is kept sealed: keys of model servers and secrets of people. The database alone tells none of them.

Sealed with a key derived from SECRET_KEY. One that was replaced still opens what it sealed, for as long as
it stands in SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"lightcone-dispatch sealing"


class SealBroken(Exception):
    """It was sealed with a key that is not known any more, or it was tampered with."""

    def __init__(self) -> None:
        super().__init__("This was sealed with another key. Enter it again, or bring the old key back.")


def seal(text: str) -> str:
    """The text as only this installation can read it, in ASCII, about 4/3 as long plus 100 characters."""
    return _fernet().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed. Raises SealBroken."""
    try:
        return _fernet().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise SealBroken from None


def _fernet() -> MultiFernet:
    # Derived at each use: settings may change under it, and a derivation takes some 20 microseconds.
    return MultiFernet(
        [Fernet(_derived(key)) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    )


def _derived(key: str) -> bytes:
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE)
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))
