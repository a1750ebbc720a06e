"""How a request carries its token."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

_BEARER: Final = HTTPBearer(auto_error=False, scheme_name="bearer", description="a token from the operator, good for some mailboxes")

Credentials = Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)]


def presented_token(credentials: HTTPAuthorizationCredentials | None) -> str | None:
    """Return the bearer token of a request, None where there is none."""
    return credentials.credentials if credentials is not None else None
