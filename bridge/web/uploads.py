"""POST /api/v1/faxes: a fax as a request's body, written to disk as it comes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import Header, Query, Request, Response

from bridge.domain.media_types import MAIL
from bridge.domain.model import Sender
from bridge.ports import Blobs
from bridge.services.accept import Accept, Transmission, upload_key
from bridge.services.spool import Spool
from bridge.settings import HttpSettings
from bridge.web.access import Access, Tokens
from bridge.web.bodies import chunks, too_large
from bridge.web.form_upload import BrokenFormError, FormUpload
from bridge.web.problems import Problem
from bridge.web.threads import Threads
from bridge.web.token import Credentials, presented_token
from bridge.web.views import AcceptedFax, fax_href

_FORM: Final = "multipart/form-data"
_FORM_SLACK_BYTES: Final = 65536  # boundaries, part headers and fields, beside the file itself
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ()/.\-]{1,38}")
_UNKNOWN_TYPE: Final = "application/octet-stream"
_MEDIA_TYPES: Final = frozenset({"image/tiff", "image/png", "image/jpeg", "application/pdf", MAIL})

REQUEST_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "description": "The fax itself (TIFF, PDF, PNG, JPEG, or a mail with such), or a form with it as `file`.",
        "content": {
            "*/*": {"schema": {"type": "string", "format": "binary"}},
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {
                        "file": {"type": "string", "format": "binary"},
                        "mailbox": {"type": "string"},
                        "sender_number": {"type": "string", "pattern": f"^{_NUMBER.pattern}$"},
                    },
                }
            },
        },
    }
}
ANSWER_HEADERS: Final[dict[str, Any]] = {
    "Location": {"description": "path of the fax", "required": True, "schema": {"type": "string"}},
    "Idempotency-Replayed": {"description": "`true` where the key was known and nothing was added", "schema": {"type": "string"}},
}


@dataclass(frozen=True, slots=True)
class _Wishes:
    """What came beside the file."""

    media_type: str
    mailbox: str | None
    sender_number: str | None


class _Intake:
    """Counts and writes the file of one request."""

    def __init__(self, spool: Spool, max_bytes: int) -> None:
        self._spool, self._max_bytes = spool, max_bytes

    def write(self, content: bytes) -> None:
        """Append to the file. Raises Problem 413 and StorageError."""
        if self._spool.size + len(content) > self._max_bytes:
            raise too_large(self._max_bytes)
        self._spool.write(content)


class Uploads:
    """Takes faxes in by HTTP."""

    def __init__(
        self, accept: Accept, blobs: Blobs, tokens: Tokens, threads: Threads, mailboxes: frozenset[str], settings: HttpSettings
    ) -> None:
        """Take the use case, where bytes arrive, who may send, the threads, the mailboxes there are, and the limits of a body."""
        self._accept, self._blobs, self._tokens, self._threads = accept, blobs, tokens, threads
        self._mailboxes, self._max_bytes, self._total_seconds = mailboxes, settings.max_upload_bytes, settings.total_timeout_seconds

    async def post_fax(
        self,
        request: Request,
        response: Response,
        credentials: Credentials,
        mailbox: Annotated[str | None, Query(description="may be left out by a token with a single mailbox")] = None,
        sender_number: Annotated[
            str | None, Query(description="the sender's fax number, where known", json_schema_extra={"pattern": f"^{_NUMBER.pattern}$"})
        ] = None,
        idempotency_key: Annotated[
            str | None,
            Header(min_length=1, max_length=255, description="sent again with the same key, a fax is taken in once"),
        ] = None,
    ) -> AcceptedFax:
        """Take a fax in. 201 tells that its bytes are durable; a repeated Idempotency-Key gets the same answer again."""
        access = self._tokens.access(presented_token(credentials))
        is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
        if not is_form:
            self._mailbox_for(access, mailbox)  # before a long body is read for nothing
        spool = Spool(await self._threads.run(self._blobs.incoming))
        try:
            wishes = await self._receive(request, spool, is_form)
            if not spool.size:
                raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "empty-upload", "There are no bytes in it; send the fax as the body.")
            chosen = self._mailbox_for(access, wishes.mailbox or mailbox)
            transmission = Transmission(
                channel="http",
                mailboxes=(chosen,),
                media_type=wishes.media_type,
                peer=request.client.host if request.client else "",
                dedup_key=upload_key(access.token, idempotency_key) if idempotency_key else None,
                sender=_sender(wishes.sender_number or sender_number),
            )
            accepted = await self._threads.run(self._accept.accept, spool, transmission)
        finally:
            self._threads.submit(spool.discard)
        href = fax_href(accepted.fax_ids[0])
        response.headers["Location"] = href
        if not accepted.is_new:
            response.headers["Idempotency-Replayed"] = "true"
        return AcceptedFax(id=accepted.fax_ids[0], href=href, envelope_id=accepted.envelope_id, is_new=accepted.is_new)

    async def _receive(self, request: Request, spool: Spool, is_form: bool) -> _Wishes:
        limit = self._max_bytes + (_FORM_SLACK_BYTES if is_form else 0)
        intake = _Intake(spool, self._max_bytes)
        content_type = request.headers.get("content-type", "")
        if not is_form:
            async for chunk in chunks(request, limit, self._total_seconds):
                await self._threads.run(intake.write, chunk)
            return _Wishes(_media_type(content_type), None, None)
        try:
            form = FormUpload(content_type, intake.write)
            async for chunk in chunks(request, limit, self._total_seconds):
                await self._threads.run(form.feed, chunk)
            form.finish()
        except BrokenFormError as error:
            raise Problem(HTTPStatus.BAD_REQUEST, "broken-form", f"The form cannot be read: {error}.") from None
        return _Wishes(_media_type(form.media_type), form.fields.get("mailbox"), form.fields.get("sender_number"))

    def _mailbox_for(self, access: Access, wanted: str | None) -> str:
        allowed = self._mailboxes if access.is_unlimited else self._mailboxes & access.mailboxes
        if wanted is None:
            if len(allowed) == 1:
                return next(iter(allowed))
            raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "mailbox-missing", "Say with `mailbox` which mailbox the fax is for.")
        if wanted not in allowed:
            raise Problem(HTTPStatus.FORBIDDEN, "mailbox-not-allowed", "This token cannot send to that mailbox; ask the operator.")
        return wanted


def _media_type(declared: str) -> str:
    """Keep what is declared where we know it; unpacking looks at the bytes."""
    base = declared.partition(";")[0].strip().lower()
    return base if base in _MEDIA_TYPES else _UNKNOWN_TYPE


def _sender(number: str | None) -> Sender:
    if not number:
        return Sender()
    if not _NUMBER.fullmatch(number.strip()):
        raise Problem(HTTPStatus.UNPROCESSABLE_ENTITY, "invalid-sender-number", "`sender_number` looks like +49 351 8563790.")
    return Sender(number=number.strip())
