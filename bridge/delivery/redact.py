"""Keeping answers without what was sent: receivers like to quote the record, which must not lie about in logs and dead letters.

Whole values and their words are found as they were sent, and as machines commonly write them again (escaped, encoded, transcribed, dates
in German); what a receiver derived from them otherwise is not recognised.
"""

from __future__ import annotations

import codecs
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from email.message import Message as Header
from typing import Final
from urllib.parse import quote, quote_plus

from bridge.domain.model import JsonObject, JsonValue

MARK: Final = "[…]"
_SHORTEST: Final = 2
_SHORTEST_WORD: Final = 4  # shorter ones are "und" and "der", but of a name every word counts
_SHORTEST_PART: Final = 4  # a shorter value counts only where nothing is glued to it
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_=-]{200,}")  # a token, or a picture in base64
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_TORN: Final = re.compile(r"[^\s\"'<>,;:(){}\[\]]*$")
_CHARSETS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_TRANSCRIBED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_MARKUP: Final = re.compile(r"(?:text/html|text/xml|application/xml|.*\+xml)")


def sent_values(body: JsonObject) -> frozenset[str]:
    """Return what of a record or withdrawal must not be kept: its data, the words as printed, who sent it, what a person wrote."""
    evidence, fax, withdrawn = body.get("evidence"), body.get("fax"), body.get("withdrawn")
    printed: list[JsonValue] = [e.get("text") for e in evidence.values() if isinstance(e, dict)] if isinstance(evidence, dict) else []
    sender = fax.get("sender") if isinstance(fax, dict) else None
    text = withdrawn.get("text") if isinstance(withdrawn, dict) else None
    return frozenset(_leaves({"data": body.get("data"), "printed": printed, "sender": sender, "text": text}))


def redact(text: str, values: Iterable[str], secrets: Iterable[str] = ()) -> str:
    """Return `text` with every one of `values` and `secrets` replaced, whatever their case."""
    text = unicodedata.normalize("NFC", text)
    lowered = text.lower()
    found = {form for value in values for form in _forms(value) if form.lower() in lowered}
    patterns = [_pattern(form) for form in sorted(found, key=len, reverse=True)]
    patterns = [re.escape(secret) for secret in secrets if len(secret) >= _SHORTEST and secret in text] + patterns
    if patterns:
        text = re.sub("|".join(patterns), MARK, text, flags=re.IGNORECASE)
    return _ENCODED.sub(MARK, text)


def redacted_answer(body: bytes, content_type: str, is_whole: bool, values: Iterable[str], secrets: Iterable[str]) -> tuple[bytes, str]:
    """Return an answer's body as UTF-8 text without `values` and `secrets`, and its media type; nothing where it is not text."""
    header = Header()
    header["Content-Type"] = content_type or "text/plain"
    text = _decoded(body, header.get_content_charset("utf-8"), is_whole)
    if not text:
        return b"", ""
    media_type = header.get_content_type()
    return redact(_unescaped(text, media_type), values, secrets).encode(), media_type


def _decoded(body: bytes, charset: str, is_whole: bool) -> str | None:
    try:
        codec = codecs.lookup(charset).name
        text = codecs.getincrementaldecoder(codec if codec in _CHARSETS else "utf-8")().decode(body, final=is_whole)
    except (LookupError, UnicodeDecodeError):
        return None
    if _CONTROLS.search(text):
        return None
    return text if is_whole else _TORN.sub("", text)  # half a value would not be recognised


def _unescaped(text: str, media_type: str) -> str:
    """Return JSON and markup without escapes, which would hide a value."""
    if _MARKUP.fullmatch(media_type):
        return html.unescape(text)
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except (ValueError, RecursionError):
        return text


def _leaves(value: JsonValue, key: str = "") -> Iterator[str]:
    """Yield every string and number, and the words of strings."""
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _leaves(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, key)
    elif isinstance(value, str):
        least = _SHORTEST if key.endswith(("name", "person")) else _SHORTEST_WORD
        yield from (text for text in (value, *re.findall(r"\w+", value)) if len(text) >= (_SHORTEST if text is value else least))
    elif value is not None and not isinstance(value, bool) and len(str(value)) >= _SHORTEST:
        yield str(value)


def _forms(value: str) -> set[str]:
    """Return the ways in which `value` may stand in an answer."""
    value = unicodedata.normalize("NFC", value)
    ways = {value, value.translate(_TRANSCRIBED), *_german_dates(value)}
    ways |= {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], html.escape(value), quote(value), quote_plus(value)}
    ways.add(value.encode().decode("cp1252", "replace"))  # UTF-8 taken for something older
    return ways


def _german_dates(value: str) -> Iterator[str]:
    try:
        day = date.fromisoformat(value)
    except ValueError:
        if re.fullmatch(r"\d{4}-\d{2}", value):
            yield f"{value[5:]}.{value[:4]}"
        return
    yield from (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%y}", f"{day:%Y%m%d}")


def _pattern(form: str) -> str:
    escaped = re.escape(form)
    return escaped if len(form) >= _SHORTEST_PART else rf"(?<![^\W_]){escaped}(?![^\W_])"
