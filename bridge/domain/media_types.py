"""Media types that more than one room must call by the same name."""

from __future__ import annotations

from typing import Final

MAIL: Final = "message/rfc822"
PDF: Final = "application/pdf"
