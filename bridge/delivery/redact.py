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
from datetime import UTC, date, datetime
from email.message import Message as Header
from typing import Final
from urllib.parse import quote, quote_plus
from zoneinfo import ZoneInfo

from bridge.domain.model import JsonObject, JsonValue

MARK: Final = "[…]"
_SHORTEST: Final = 2
_SHORTEST_WORD: Final = 4  # shorter ones are "und" and "der", but of a name every word counts
_SHORTEST_PART: Final = 4  # a shorter value counts only where nothing is glued to it
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_=-]{200,}")  # a token, or a picture in base64
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ENDS: Final = frozenset(" \t\n\r\"'<>,;:(){}[]")
_CHARSETS: Final = frozenset({"utf-8", "ascii", "iso8859-1", "iso8859-15", "cp1252"})
_TRANSCRIBED: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_ROUNDS: Final = 3
_JSON_ESCAPE: Final = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\[\\\"/]")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONATE: Final = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_BERLIN: Final = ZoneInfo("Europe/Berlin")


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
    return redact(_unescaped(text), values, secrets).encode(errors="replace"), media_type


def _decoded(body: bytes, charset: str, is_whole: bool) -> str | None:
    try:
        codec = codecs.lookup(charset).name
        text = codecs.getincrementaldecoder(codec if codec in _CHARSETS else "utf-8")().decode(body, final=is_whole)
    except (LookupError, ValueError):
        return None
    if _CONTROLS.search(text):
        return None
    return text if is_whole else text[: _end_of_whole(text)]


def _end_of_whole(text: str) -> int:
    """Return where the last whole word ends: half a value would not be recognised. By hand, for a pattern would try every beginning."""
    end = len(text)
    while end and text[end - 1] not in _ENDS:
        end -= 1
    return end


def _unescaped(text: str) -> str:
    """Return text without the escapes of JSON and markup, which would hide a value; some receivers escape what is escaped already."""
    for _ in range(_ROUNDS):
        plain = html.unescape(_JSON_ESCAPE.sub(_signs, text))
        if plain == text:
            break
        text = plain
    return text


def _signs(escape: re.Match[str]) -> str:
    """Return what an escape of JSON stands for (RFC 8259 section 7), lone halves of surrogate pairs too."""
    try:
        return str(json.loads(f'"{escape[0]}"'))
    except ValueError:
        return escape[0]


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
    """Return the ways in which `value` may stand in an answer: encoded, transcribed, in the wrong alphabet, as dates are written."""
    value = unicodedata.normalize("NFC", value)
    bare = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode()
    ways = {value, value.translate(_TRANSCRIBED), *_dates(value)} | ({bare} if len(bare) >= _SHORTEST_PART else set())
    ways |= {re.sub(r"[^\x00-\x7f]", sign, value) for sign in ("?", "\ufffd")}
    ways |= {quote(value), quote_plus(value), quote(value, encoding="latin-1", errors="replace")}
    ways.add(value.encode().decode("cp1252", "replace"))  # UTF-8 taken for something older
    return ways


def _dates(value: str) -> Iterator[str]:
    """Yield how an ISO date is written elsewhere: in German, in English, by Java, as numbers."""
    try:
        day = date.fromisoformat(value)
    except ValueError:
        if re.fullmatch(r"\d{4}-\d{2}", value):
            yield f"{value[5:]}.{value[:4]}"
        return
    english, german = _MONTHS[day.month - 1], _MONATE[day.month - 1]
    yield from (f"{day:%d.%m.%Y}", f"{day.day}.{day.month}.{day.year}", f"{day:%d.%m.%y}", f"{day:%Y%m%d}", f"{day:%Y/%m/%d}")
    yield from (f"{day:%m/%d/%Y}", f"{day:%d/%m/%Y}", f"{day.day}. {german} {day.year}", f"{day.day}. {german}")
    yield from (f"{english} {day:%d}", f"{day:%d} {english} {day.year}", f"{day:%d}-{english}-{day.year}")
    yield from (f"{day.year},{day.month},{day.day}", f"{day.year}, {day.month}, {day.day}")
    for zone in (UTC, _BERLIN):
        yield str(int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1000)


def _pattern(form: str) -> str:
    escaped = re.escape(form)
    return escaped if len(form) >= _SHORTEST_PART else rf"(?<![^\W_]){escaped}(?![^\W_])"
