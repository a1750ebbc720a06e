"""What two parties sign with: secrets as Standard Webhooks has them."""

from __future__ import annotations

from base64 import b64decode
from typing import Final

SIGNED_WITH: Final = "whsec_ and 24 to 64 random bytes in base64 (Standard Webhooks)"
_PREFIX: Final = "whsec_"
_BYTES: Final = range(24, 65)


def is_signing_secret(text: str) -> bool:
    """Tell whether `text` is one."""
    try:
        length = len(b64decode(text.removeprefix(_PREFIX), validate=True))
    except ValueError:
        return False
    return text.startswith(_PREFIX) and length in _BYTES
