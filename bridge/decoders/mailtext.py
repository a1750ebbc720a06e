"""Words of a mail: headers (RFC 2047), file names (RFC 2231) and bodies in the characters they were meant in."""

from __future__ import annotations

import codecs
import email.errors
import re
from email.header import decode_header
from email.message import Message
from html.parser import HTMLParser
from typing import Final

_FOLD: Final = re.compile(r"[\r\n]+[ \t]*")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_MAX_NAME: Final = 200
_MAX_HEADER: Final = 4000
_MALFORMED: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, email.errors.MessageError)


def header(raw: str) -> str:
    """Return a header's value: unfolded, encoded words decoded, stray 8-bit characters taken as UTF-8 or Windows-1252."""
    text = _FOLD.sub(" ", _repair(raw)).strip()
    if "=?" in text:
        try:
            words = decode_header(text)
        except _MALFORMED:
            words = [(text, None)]
        decoded = "".join(word if isinstance(word, str) else body(word, charset) for word, charset in words)
        text = decoded or text  # better the code than nothing
    return _CONTROL.sub("", text)[:_MAX_HEADER]


def file_name(message: Message) -> str | None:
    """Return the name a part gives itself, without folders and control characters, None where it gives none."""
    try:
        given = message.get_filename()
    except _MALFORMED:
        given = None
    if given is None:
        return None
    name = re.split(r"[/\\]", header(str(given)))[-1].strip()
    return name[-_MAX_NAME:] or None


def body(content: bytes, charset: str | None) -> str:
    """Return text in the charset declared, unless the bytes are plainly in another one."""
    declared = (charset or "us-ascii").strip("\"' ")
    if content[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        declared = "utf-16"
    is_wide = declared.lower().replace("-", "").startswith(("utf16", "utf32", "ucs"))
    for candidate in (declared,) if is_wide else ("utf-8", declared):  # anything beyond ASCII is hardly UTF-8 by chance
        try:
            return content.decode(candidate).removeprefix("\ufeff")
        except (UnicodeError, LookupError, ValueError):
            continue
    lenient = content.decode("utf-8", "replace")
    is_damaged_utf8 = lenient.count("\ufffd") * 5 < sum(byte > 127 for byte in content)
    return lenient if is_damaged_utf8 else content.decode("cp1252", "replace")


def clean(text: str) -> str:
    """Return text with single line ends and without control characters."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def strip_html(markup: str) -> str:
    """Return the visible text of HTML, blocks on lines of their own."""
    stripper = _Stripper()
    try:
        stripper.feed(markup)
        stripper.close()
    except AssertionError:  # html.parser's answer to some broken declarations
        pass
    lines = (" ".join(line.split()) for line in "".join(stripper.pieces).split("\n"))
    return "\n".join(line for line in lines if line)


class _Stripper(HTMLParser):
    """Collects text; ignores scripts, styles and the head's title."""

    _BLOCKS: Final = frozenset({"p", "br", "div", "tr", "li", "table", "h1", "h2", "h3", "h4", "hr", "pre"})
    _HIDDEN: Final = frozenset({"script", "style", "title"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's name
        """Begin a new line at blocks, a blank at cells."""
        self._hidden += tag in self._HIDDEN
        self.pieces.append("\n" if tag in self._BLOCKS else " " if tag in {"td", "th"} else "")

    def handle_endtag(self, tag: str) -> None:
        """End a line at blocks."""
        if tag in self._HIDDEN and self._hidden:
            self._hidden -= 1
        if tag in self._BLOCKS:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep visible text."""
        if not self._hidden:
            self.pieces.append(data)


def _repair(raw: str) -> str:
    """Return a raw header with the bytes that Python keeps as lone surrogates turned into characters."""
    if raw.isascii():
        return raw
    return body(raw.encode("utf-8", "surrogateescape"), "utf-8")
