"""GET /schemas…, and the `webhooks` of the OpenAPI description: what a receiving agency gets."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Path
from pydantic import BaseModel, Field
from starlette.responses import JSONResponse

from bridge.domain.errors import NotFoundError
from bridge.domain.model import WITHDRAWAL, JsonObject
from bridge.stages.schema import RecordSchemas

SCHEMAS: Final = "/schemas"
_COMPONENTS: Final = "#/components/schemas/"
_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    "2XX": {"description": "Taken. An `id` in the body, or `Location`, is kept with the receipt."},
    "4XX": {"description": "Refused: a person at the bridge looks. 408, 425 and 429 are tried again, as 5XX."},
    "5XX": {"description": "Tried again, later and later, with the same key; after `Retry-After` where it is given."},
}
_Key = Annotated[
    str, Header(alias="Idempotency-Key", description="id and version of the record: the same for every attempt; take each once, answer 2xx")
]
_Id = Annotated[str | None, Header(alias="webhook-id", description="as Standard Webhooks says, where the target signs: the message's id")]
_Time = Annotated[int | None, Header(alias="webhook-timestamp", description="seconds since 1970: when this attempt was signed")]
_Signature = Annotated[
    str | None,
    Header(alias="webhook-signature", description="`v1,` and HMAC-SHA256 in base64; several with blanks between while keys change"),
]


class SchemaResponse(JSONResponse):
    """A JSON Schema."""

    media_type = "application/schema+json"


class SchemaLink(BaseModel):
    """One schema: `name` is what stands in a message's `schema`."""

    name: str
    title: str
    href: str


class SchemaList(BaseModel):
    """All schemas, of records by type and of the withdrawal."""

    items: list[SchemaLink] = Field(description="each in its newest version")


class SchemaReading:
    """Shows the schemas to everybody: they hold nothing of any fax."""

    def __init__(self, schemas: RecordSchemas) -> None:
        """Take the schemas."""
        self._schemas = schemas

    async def list_schemas(self) -> SchemaList:
        """List the JSON Schemas of all messages that receiving agencies get."""
        return SchemaList(items=[self._link(name) for name in self._schemas.names])

    async def get_schema(
        self, name: Annotated[str, Path(alias="type", description="a document type, or `withdrawal`")], version: Annotated[int, Path(ge=1)]
    ) -> SchemaResponse:
        """Return a JSON Schema (2020-12), by the name that stands in a message's `schema`."""
        return SchemaResponse(self._schema(f"{name}/{version}"))

    def _link(self, name: str) -> SchemaLink:
        return SchemaLink(name=name, title=str(self._schema(name)["title"]), href=f"{SCHEMAS}/{name}")

    def _schema(self, name: str) -> JsonObject:
        schema = self._schemas.schema(name)
        if schema is None:
            raise NotFoundError("schema of that name")
        return schema


def add_webhooks(webhooks: APIRouter, schemas: RecordSchemas) -> None:
    """Describe what the bridge sends to the address of a target of kind rest."""
    records = [name for name in schemas.names if name != WITHDRAWAL]
    for endpoint, names in ((record, records), (withdrawal, [WITHDRAWAL])):
        body = _body(names)
        webhooks.add_api_route(
            endpoint.__name__,
            endpoint,
            methods=["POST"],
            status_code=HTTPStatus.NO_CONTENT,
            responses=_RESPONSES,
            openapi_extra=body,
        )


def message_components(schemas: RecordSchemas) -> dict[str, JsonObject]:
    """Return the schemas as components of an OpenAPI description, without what says where and in which dialect they stand alone."""
    whole = {_component(name): schemas.schema(name) or {} for name in schemas.names}
    return {name: {key: value for key, value in schema.items() if not key.startswith("$")} for name, schema in whole.items()}


async def record(key: _Key, message_id: _Id = None, sent_at: _Time = None, signature: _Signature = None) -> None:
    """Get a record, or its next version, which replaces the one before."""


async def withdrawal(key: _Key, message_id: _Id = None, sent_at: _Time = None, signature: _Signature = None) -> None:
    """Learn that a record must not be used any more: it reached the wrong agency, or was not confirmed."""


def _body(names: list[str]) -> dict[str, Any]:
    places = {name: _COMPONENTS + _component(name) for name in names}
    choice = {"oneOf": [{"$ref": place} for place in places.values()], "discriminator": {"propertyName": "schema", "mapping": places}}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": choice}}}}


def _component(name: str) -> str:
    """Return a schema's name as components may have it: `letter.1`."""
    return name.replace("/", ".")
