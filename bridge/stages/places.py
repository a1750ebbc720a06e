"""Postal codes and their places, from the list of countrystatecity-postal-codes (ODbL): only Germany's part is read, once.

A place that the list does not know may be a district: it is let pass. One that it knows elsewhere, or knows by another
spelling, is not.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rapidfuzz import fuzz

from bridge.stages.folding import fold

UNKNOWN_CODE: Final = (
    "Die Postleitzahl {code} steht nicht im Verzeichnis der Orte; sie ist falsch gelesen oder gehört zu einem Postfach. Bitte prüfen."
)
OTHER_PLACE: Final = "Postleitzahl und Ort passen nicht zusammen: Zu {code} gehört {places}, gelesen wurde {city}."

_PACKAGE: Final = "countrystatecity_postal_codes"
_LIST: Final = "data/by-country/DE/postcodes.json"
_ALMOST: Final = 0.75  # similarity from which another spelling is a misreading rather than a district
_REMOTELY: Final = 0.6  # of two places anywhere one in a hundred pairs is so similar
_FILLERS: Final = frozenset(
    ("am", "an", "der", "die", "dem", "den", "a", "d", "i", "im", "in", "bei", "b", "ob", "o", "ot", "auf", "vor", "von", "und")
)
_DIGRAPHS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class _Directory:
    """Places by postal code, several parted by "|", and the keys of all of them."""

    by_code: dict[str, str]
    keys: frozenset[str]


@cache
def _directory() -> _Directory:
    """Read the list without importing its package, which loads more than a list needs."""
    found = find_spec(_PACKAGE)
    if found is None or found.origin is None:
        raise FileNotFoundError(f"the package {_PACKAGE} is not installed; run ./run setup")
    by_code: dict[str, str] = {}
    for entry in json.loads((Path(found.origin).parent / _LIST).read_text(encoding="utf-8")):
        code, place = entry["code"], entry["localityName"]
        by_code[code] = f"{by_code[code]}|{place}" if code in by_code else place
    return _Directory(by_code, frozenset(_key(place) for places in by_code.values() for place in places.split("|")))


def objection_to(code: str, city: str | None) -> str | None:
    """Return the German sentence saying why a postal code cannot be, or not with this place; None where both can be."""
    directory = _directory()
    places = directory.by_code.get(code, "")
    if not places:
        return UNKNOWN_CODE.format(code=code)
    if city is None:
        return None
    official = places.split("|")
    if any(_is_same(city, place) for place in official):
        return None
    almost = max(fuzz.ratio(_key(city), _key(place)) / 100 for place in official) >= _ALMOST
    if almost or _key(city) in directory.keys:
        return OTHER_PLACE.format(code=code, places=" oder ".join(official[:3]), city=city)
    return None


def is_place(city: str) -> bool:
    """Tell whether the list knows a place of this name anywhere; umlauts, which readers lose, do not count."""
    return _key(city) in _directory().keys


def is_place_of(code: str, city: str) -> bool:
    """Tell whether the list knows this very place under the postal code."""
    places = _directory().by_code.get(code, "")
    return any(_is_same(city, place) for place in places.split("|")) if places else False


def place_meant(code: str, city: str, *, is_doubtful: bool = False) -> str | None:
    """Return the one place under a postal code that a misread print can mean ("Tubingen"), as the list spells it.

    Of a doubtful print more letters may be wrong ("Dussekkort"): figures are read well where words are not.
    """
    official = [place for place in _directory().by_code.get(code, "").split("|") if place]
    scores = sorted(((fuzz.ratio(_key(city), _key(place)) / 100, place) for place in official), reverse=True)
    almost = _REMOTELY if is_doubtful else _ALMOST
    is_clear = bool(scores) and scores[0][0] >= almost and (len(scores) == 1 or scores[1][0] < almost)
    return scores[0][1] if is_clear and _key(city) not in _directory().keys - {_key(scores[0][1])} else None


def place_and_rest(code: str, printed: str) -> tuple[str, str] | None:
    """Return the place of a postal code with which a print begins, and what follows it on the line; None where it begins with none."""
    for place in _directory().by_code.get(code, "").split("|"):
        if place and printed.startswith(place) and not printed[len(place) :][:1].isalnum():
            return place, printed[len(place) :]
    return None


def _is_same(printed: str, official: str) -> bool:
    """Tell whether a place is printed as listed, shortened ("Frankfurt a. M."), or with a district ("Dresden-Neustadt")."""
    wanted, known = _words(printed), _words(official)
    if not wanted or not known:
        return False
    if all(word in wanted for word in known):
        return True
    is_district = known[0] in wanted and wanted[0] not in known
    shortened = wanted[0] == known[0] and all(any(other.startswith(word) for other in known) for word in wanted)
    return shortened or is_district or wanted[: len(known)] == known


def _words(place: str) -> list[str]:
    """Return the words that tell a place from others; umlauts count, spelled either way."""
    plain = re.sub(r"[^\w]+", " ", place.lower().translate(_DIGRAPHS)).split()
    return [word for word in plain if word not in _FILLERS]


def _key(place: str) -> str:
    return fold(re.split(r"[/(,]", place)[0])
