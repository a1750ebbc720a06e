"""The words by which a fax is found again: of its sender, of the persons on it, their dates and diseases."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from bridge.domain.model import Document, Field, Sender

LONGEST: Final = 60  # characters of a term
_MOST: Final = 300  # terms of one document: a list of cases has many names
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_WORD: Final = re.compile(r"[a-z0-9]+(?:[.-][0-9]+)*")
_DATE: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NAMES: Final = frozenset({"family_name", "given_name", "name", "organization"})
_SOUGHT: Final = frozenset({*_NAMES, "birth_date", "order_number", "notification_date", "reference"})
_SHORTEST_NUMBER: Final = 3
# What is typed for a search: a day without its zeros, or a number in parts ("03581 / 85-6379"), neither of which is kept like that.
_TYPED_DAY: Final = re.compile(r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_TYPED_NUMBER: Final = re.compile(r"(?<![\w.-])(?:\+|0)\d(?:\d|[ /()-]+(?=\d)(?!\d{4}-\d\d-|\d{1,2}\.\d))*(?![\w.])")


def words(text: str) -> list[str]:
    """Return the words of a text as they are kept: small letters without umlauts and accents, numbers, dates."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text).lower().translate(_UMLAUTS))
    return [word[:LONGEST] for word in _WORD.findall("".join(letter for letter in plain if not unicodedata.combining(letter)))]


def sought(text: str) -> list[str]:
    """Return the words of a search, each of which must begin a term: days and numbers as they are kept, however they are typed."""
    dated = _TYPED_DAY.sub(lambda day: f"{int(day[1]):02}.{int(day[2]):02}.{day[3]}", text)
    return words(_TYPED_NUMBER.sub(lambda number: re.sub(r"\D", "", number[0]).removeprefix("00"), dated))


def terms_of_sender(sender: Sender) -> frozenset[str]:
    """Return what finds a fax by who sent it: words of name and TSID, and the number from each of its likely beginnings."""
    digits = re.sub(r"\D", "", sender.number or "")
    local = re.sub(r"^(49|0049|0)", "", digits)
    numbers = {number for number in (digits, local, f"0{local}" if local else "") if len(number) >= _SHORTEST_NUMBER}
    return frozenset({*words(sender.name or ""), *words(sender.tsid or ""), *numbers})


def terms_of_document(document: Document) -> frozenset[str]:
    """Return what finds a document: names, dates of birth and notification (both ways of writing), disease and pathogen."""
    return frozenset(list(dict.fromkeys(_terms(document.fields)))[:_MOST])


def _terms(fields: Iterable[Field]) -> Iterator[str]:
    for field in fields:
        if field.path.rpartition(".")[2] not in _SOUGHT or not isinstance(field.value, str):
            continue
        yield from words(field.value)
        if (date := _DATE.fullmatch(field.value)) is not None:
            year, month, day = date.groups()
            yield f"{day}.{month}.{year}"
