"""What blurred print most likely spells: a proposal for a person, chosen by what readers confuse and by how common words are.

Readers lose the dots of umlauts, join "rn" to "m", take "ri" for "n". Where they differ or the print is poor, the spelling that German
knows is more often right than the one that was read. It stays a proposal: what was altered here never leaves unseen.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import Final

from rapidfuzz.distance import Levenshtein

from bridge.stages.word_list import commonness

_WORD: Final = re.compile(r"(?<![\w/])[^\W\d_]{3,}(?![-/]?\d)")
_READ_BY_ANOTHER: Final = 0.5  # decades of commonness that a reading needs more when only another reader has it
_AGREED: Final = 0.7  # and against each other reader that reads just so
_CLEARLY: Final = 0.6  # decades by which another spelling must win
_RARE: Final = 1.0  # Zipf given to what the list does not know: names are often unknown
_COMMON: Final = 4.2  # and at most to one with a capital: "Dort" is no likelier a name than "Dörte"
_ALIKE: Final = 0.6  # similarity from which words of two readings are the same print
_DOTS: Final = 0.8  # in decades: how rarely a reader errs so
_DOTS_MADE_UP: Final = 1.6
_SHAPE: Final = 1.0
_STROKE: Final = 1.3
_ACCENT: Final = 0.4
_WEIGHT: Final = 1.2
_SHAPES: Final[tuple[tuple[str, str, float], ...]] = (
    *((plain, dotted, _DOTS) for plain, dotted in zip("aouAOU", "äöüÄÖÜ", strict=True)),
    *((dotted, plain, _DOTS_MADE_UP) for plain, dotted in zip("aouAOU", "äöüÄÖÜ", strict=True)),
    *((wrong, right, _ACCENT) for letters, right in (("àáâãåā", "ä"), ("òóôõō", "ö"), ("ùúûū", "ü")) for wrong in letters),
    ("ı", "i", 0.2), ("B", "ß", _SHAPE), ("ii", "ü", _SHAPE),
    ("m", "rn", _SHAPE), ("rn", "m", _SHAPE), ("n", "ri", _SHAPE), ("ri", "n", _SHAPE), ("m", "in", _SHAPE), ("m", "ri", _SHAPE),
    ("h", "li", _SHAPE), ("li", "h", _SHAPE), ("h", "b", _SHAPE), ("b", "h", _SHAPE), ("c", "e", _SHAPE), ("e", "c", _SHAPE),
    ("l", "I", _SHAPE), ("i", "I", _SHAPE), ("l", "i", _SHAPE), ("i", "l", _SHAPE),
    ("l", "t", _SHAPE), ("t", "l", _SHAPE), ("f", "t", _SHAPE), ("t", "f", _SHAPE),
    ("n", "u", _SHAPE), ("u", "n", _SHAPE), ("q", "g", _DOTS), ("j", "i", _SHAPE), ("l", "J", _SHAPE),
    ("vv", "w", _SHAPE), ("o", "e", _STROKE), ("e", "o", _STROKE), ("a", "e", _STROKE), ("m", "mm", _STROKE), ("n", "nn", _STROKE),
    ("F", "E", _SHAPE), ("d", "ll", _STROKE), ("H", "ll", _STROKE), ("", "i", _STROKE), ("", "l", _STROKE), ("", "r", _STROKE),
)  # fmt: skip
_UMLAUTS: Final = frozenset("äöüÄÖÜß")
_STREET_ENDS: Final = ("straße", "strasse", "str", "weg", "platz", "allee", "ring", "gasse", "ufer", "damm", "hof", "berg", "garten")
_LEAST_PART: Final = 4
_ABBREVIATION: Final = 4  # letters of the longest that is left alone


def likely_spelling(read: str, others: Sequence[str]) -> str:
    """Return `read` with every word spelled as it most likely was printed; `others` are what the other readers made of it."""
    elsewhere = [_WORD.findall(other) for other in others]
    return _WORD.sub(lambda match: _likely_word(match.group(), elsewhere), read)


def _likely_word(word: str, elsewhere: Sequence[Sequence[str]]) -> str:
    if word.isupper() and len(word) <= _ABBREVIATION:
        return word
    costs = _costs(word, elsewhere)
    spellings = list(costs)
    worth = [common - _WEIGHT * costs[spelled] for spelled, common in zip(spellings, _commonness(spellings), strict=True)]
    best = max(range(len(spellings)), key=worth.__getitem__)
    return _cased(spellings[best], word) if worth[best] >= worth[0] + _CLEARLY else word


def _costs(word: str, elsewhere: Sequence[Sequence[str]]) -> dict[str, float]:
    """Return every spelling that may have been printed, and how rare it is, in decades, that it was then read so."""
    costs = {word: -_AGREED * sum(word in words for words in elsewhere)}
    read = [word, *dict.fromkeys(other for words in elsewhere if (other := _same_print(word, words)) is not None)]
    for other in read:
        if other != _without_accents(word):  # an accent that another lacks is as often lost as made up
            costs[other] = min(costs.get(other, _READ_BY_ANOTHER), _READ_BY_ANOTHER)
        start = costs.setdefault(other, _READ_BY_ANOTHER)
        for spelled, cost in _misread_from(other):
            total = max(start, 0.0) + cost
            costs[spelled] = min(costs.get(spelled, total), total)
    if len({other for other in read if _plain(other) == _plain(word)} - {_plain(word)}) > 1:
        costs.pop(_plain(word), None)  # readers that differ in an accent have seen one
    return costs


def _cased(spelled: str, word: str) -> str:
    if word.isupper():
        return spelled.upper()
    return spelled[:1].upper() + spelled[1:] if word[:1].isupper() else spelled


def _plain(word: str) -> str:
    """Return the word without any accent or dots."""
    return "".join(c for c in unicodedata.normalize("NFKD", word.replace("ı", "i")) if not unicodedata.combining(c))


def _without_accents(word: str) -> str:
    """Return the word without the accents that German lacks: readers make them of dust, as they hardly make an umlaut's dots."""
    return "".join(c if c in _UMLAUTS else _plain(c) for c in word)


def _same_print(word: str, others: Sequence[str]) -> str | None:
    """Return the word of another reading that is the same print."""
    similar = [(Levenshtein.normalized_similarity(word.lower(), other.lower()), other) for other in others]
    best, found = max(similar, default=(0.0, None))
    return found if best >= _ALIKE else None


def _misread_from(word: str) -> Iterator[tuple[str, float]]:
    """Yield every spelling that a reader may have taken for `word`, and how rare such an error is, in decades."""
    for wrong, right, cost in _SHAPES:
        places = range(1, len(word) + 1) if wrong == "" else [match.start() for match in re.finditer(wrong, word)]
        for at in places:
            if at == 0 or not right.isupper():  # a capital is taken for a stroke only where one may stand
                yield word[:at] + right + word[at + len(wrong) :], cost
    if (plain := _without_accents(word)) != word:
        yield plain, _DOTS


def _commonness(words: Sequence[str]) -> list[float]:
    """Return how common words are, within bounds; a compound as common as its rarer part."""
    found = [min(common, _COMMON) if word[:1].isupper() else common for common, word in zip(commonness(words), words, strict=True)]
    return [max(common, _of_compound(word.casefold(), is_known=common > _RARE), _RARE) for common, word in zip(found, words, strict=True)]


def _of_compound(word: str, *, is_known: bool) -> float:
    """Return how common a compound is by its parts: of a street even where the list knows the word, for it knows few streets."""
    parts = [
        (word[:at], word[at:])
        for at in range(_LEAST_PART, len(word) - 2)
        if word[at:] in _STREET_ENDS or (not is_known and len(word) - at >= _LEAST_PART)
    ]
    if not parts:
        return 0.0
    found = commonness([part for pair in parts for part in pair])
    return max(min(one, other, _COMMON) for one, other in zip(found[::2], found[1::2], strict=True)) - 1.0
