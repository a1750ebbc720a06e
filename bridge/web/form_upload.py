"""multipart/form-data (RFC 7578) as a stream: the part `file` is handed on as it comes, the other parts are short fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

MAX_FIELD_BYTES: Final = 1024
MAX_FIELDS: Final = 16


class BrokenFormError(Exception):
    """The body is not the form it says it is; `str()` says why, without a value from it."""


class FormUpload:
    """Feed it a request's body; `write` gets the bytes of the part named `file`."""

    def __init__(self, content_type: str, write: Callable[[bytes], None]) -> None:
        """Take the request's Content-Type and where the file goes. Raises BrokenFormError."""
        _, options = parse_options_header(content_type)
        boundary = options.get(b"boundary")
        if not boundary:
            raise BrokenFormError("the Content-Type has no boundary")
        self.fields: dict[str, str] = {}
        self.media_type = ""
        self.has_file = False
        self._write = write
        self._is_complete = False
        self._header, self._value = b"", b""
        self._headers: dict[bytes, bytes] = {}
        self._name, self._field = "", bytearray()
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_part_begin": self._begin_part,
                    "on_header_field": self._take_header_name,
                    "on_header_value": self._take_header_value,
                    "on_header_end": self._end_header,
                    "on_headers_finished": self._open_part,
                    "on_part_data": self._take_part,
                    "on_part_end": self._end_part,
                    "on_end": self._end,
                },
            )
        except FormParserError as error:
            raise BrokenFormError("the boundary is too long") from error

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the body. Raises BrokenFormError."""
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise BrokenFormError("the parts are not as RFC 7578 asks") from error

    def finish(self) -> None:
        """Tell that the body has ended. Raises BrokenFormError where the form has not, or has no file."""
        if not self._is_complete:
            raise BrokenFormError("the body ends before the form does")
        if not self.has_file:
            raise BrokenFormError("there is no part named file")

    def _begin_part(self) -> None:
        self._headers, self._name, self._field = {}, "", bytearray()

    def _take_header_name(self, buffer: bytes, start: int, end: int) -> None:
        self._header += buffer[start:end]

    def _take_header_value(self, buffer: bytes, start: int, end: int) -> None:
        self._value += buffer[start:end]

    def _end_header(self) -> None:
        self._headers[self._header.lower()] = self._value
        self._header, self._value = b"", b""

    def _open_part(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition"))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if self._name == "file":
            if self.has_file:
                raise BrokenFormError("there are two parts named file; send one request a fax")
            self.has_file = True
            self.media_type = self._headers.get(b"content-type", b"").decode("latin-1")
        elif len(self.fields) >= MAX_FIELDS:
            raise BrokenFormError("there are too many fields")

    def _take_part(self, buffer: bytes, start: int, end: int) -> None:
        if self._name == "file":
            self._write(buffer[start:end])
        elif len(self._field) + end - start > MAX_FIELD_BYTES:
            raise BrokenFormError("a field is too long")
        else:
            self._field += buffer[start:end]

    def _end_part(self) -> None:
        if self._name != "file":
            self.fields[self._name] = self._field.decode("utf-8", "replace")

    def _end(self) -> None:
        self._is_complete = True
