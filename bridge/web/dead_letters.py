"""/api/v1/dead-letters: what targets would not take, for operations: look, try again, correct and send, give up."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel, Field

from bridge.domain.lifecycle import DeliveryState
from bridge.domain.model import Delivery
from bridge.ports import Store
from bridge.services.dead_letters import DeadLetter, dead_letter, redeliver_all
from bridge.services.review import Review
from bridge.web.access import Tokens
from bridge.web.problems import Problem
from bridge.web.threads import Threads
from bridge.web.token import Credentials, presented_token

DEAD_LETTERS: Final = "/api/v1/dead-letters"


class DeadLetterView(BaseModel):
    """A delivery that was given up."""

    id: str
    document_id: str
    version: int
    target: str
    attempts: int
    created_at: datetime
    is_withdrawal: bool
    reason: str | None = Field(description="German sentence: why it was given up and what to do")


class AttemptView(BaseModel):
    """One try."""

    number: int
    at: datetime
    seconds: float
    status: int | None = Field(description="null where no answer came")
    error: str | None
    answer: str | None = Field(description="what the target said, shortened, without what was sent")


class DeadLetterDetail(DeadLetterView):
    """A delivery that was given up, with every try."""

    fax_id: str
    type: str
    tries: list[AttemptView]


class DeadLetterList(BaseModel):
    """Dead letters, the oldest first."""

    items: list[DeadLetterView]


class Discarding(BaseModel):
    """Why a dead letter is given up."""

    reason: str = Field(min_length=1, max_length=1000)


class Correction(BaseModel):
    """What a person found on the page."""

    values: dict[str, str | None] = Field(description="values by dotted path as they stand on the page; null where nothing stands there")
    may_lack_required: bool = Field(default=False, description="send it as partial where something required is not on the page")


class Redelivered(BaseModel):
    """How many deliveries are tried again."""

    begun: int
    refused: int = Field(description="not tried, since a newer version goes instead")


class Corrected(BaseModel):
    """The version that replaces what was not taken."""

    version: int


class Discarded(BaseModel):
    """The delivery that was given up."""

    id: str


class DeadLetters:
    """Serves the bearers of tokens that may use every mailbox: what is done here concerns targets, not one mailbox."""

    def __init__(self, store: Store, review: Review, tokens: Tokens, threads: Threads) -> None:
        """Take where they are kept, what a person may decide, who may, and the threads."""
        self._store, self._review, self._tokens, self._threads = store, review, tokens, threads

    async def list_dead_letters(
        self,
        credentials: Credentials,
        target: Annotated[str | None, Query()] = None,
        limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    ) -> DeadLetterList:
        """List what was given up, the oldest first."""
        self._admit(credentials)
        letters = await self._threads.run(self._store.deliveries_in, DeliveryState.DEAD, limit, target)
        return DeadLetterList(items=[DeadLetterView(**_facts(letter)) for letter in letters])

    async def get_dead_letter(self, credentials: Credentials, delivery_id: UUID) -> DeadLetterDetail:
        """Show one with every try and what the target said."""
        self._admit(credentials)
        return _detail(await self._threads.run(dead_letter, self._store, str(delivery_id)))

    async def redeliver_dead_letters(self, credentials: Credentials, target: Annotated[str, Query()]) -> Redelivered:
        """Try all that one target would not take again, each under its own key."""
        self._admit(credentials)
        done = await self._threads.run(redeliver_all, self._store, target, self._review.redeliver)
        return Redelivered(begun=done.begun, refused=done.refused)

    async def redeliver_dead_letter(self, credentials: Credentials, delivery_id: UUID) -> Redelivered:
        """Try one again, under the same key."""
        self._admit(credentials)
        await self._threads.run(self._review.redeliver, str(delivery_id))
        return Redelivered(begun=1, refused=0)

    async def correct_dead_letter(self, credentials: Credentials, delivery_id: UUID, body: Correction) -> Corrected:
        """Correct its document and send it as the next version, to wherever that belongs."""
        self._admit(credentials)
        letter = await self._threads.run(dead_letter, self._store, str(delivery_id))
        return Corrected(version=await self._threads.run(self._correct, letter.document.id, body))

    async def discard_dead_letter(self, credentials: Credentials, delivery_id: UUID, body: Discarding) -> Discarded:
        """Give it up, with a reason for the fax's story."""
        self._admit(credentials)
        await self._threads.run(self._review.discard, str(delivery_id), body.reason)
        return Discarded(id=str(delivery_id))

    def _correct(self, document_id: str, body: Correction) -> int:
        return self._review.correct(document_id, body.values, may_lack_required=body.may_lack_required)

    def _admit(self, credentials: Credentials) -> None:
        """Raise Problem 401 for an unknown token, 403 for one that is good for some mailboxes only."""
        if not self._tokens.access(presented_token(credentials)).is_unlimited:
            raise Problem(HTTPStatus.FORBIDDEN, "operators-only", "This needs a token for all mailboxes; ask the operator.")


def _facts(delivery: Delivery) -> dict[str, Any]:
    return {name: getattr(delivery, name) for name in DeadLetterView.model_fields}


def _detail(letter: DeadLetter) -> DeadLetterDetail:
    tries = [AttemptView(**{name: getattr(attempt, name) for name in AttemptView.model_fields}) for attempt in letter.attempts]
    return DeadLetterDetail(**_facts(letter.delivery), fax_id=letter.document.fax_id, type=letter.document.type, tries=tries)
