"""Lines between the rows of a list that name what they say.

A heading names the group of the rows below it ("Klasse 1a", "Igelgruppe"), a line below a row an entry of a column that the list has
not ("Befund: Norovirus-RNA nachgewiesen").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

from bridge.domain.forms import FieldSpec
from bridge.domain.layout import Word
from bridge.stages.folding import fold, needed_similarity
from bridge.stages.headers import title_key

_MOST_WORDS: Final = 6  # more are prose
_LONGEST_TITLE: Final = 4
_LEAST_SUFFIX: Final = 5  # letters of a title that a name may end with: "Igelgruppe", but not what happens to end in "kl"


def group_spec(specs: Sequence[FieldSpec]) -> FieldSpec | None:
    """Return the column that says which group a row belongs to, None where the list's kind has none."""
    return next((spec for spec in specs if spec.path == "group"), None)


def group_words(words: Sequence[Word], group: FieldSpec | None) -> tuple[Word, ...]:
    """Return the words of a heading that name a group, as an entry of its column would; empty where it names none.

    A title before the name is no part of it ("Klasse 1a" is group "1a"), one within it is ("2. Klasse", "Igelgruppe").
    """
    if group is None or not 1 <= len(words) <= _MOST_WORDS:
        return ()
    titled = [(_likeness(words[:stop], group), stop) for stop in range(1, min(4, len(words)))]
    best, stop = max(titled, default=(0.0, 0))
    if best and any(c.isalnum() for word in words[stop:] for c in word.text):
        return tuple(words[stop:])
    last = fold(words[-1].text)
    endings = [key for key in map(fold, group.labels) if len(key) >= _LEAST_SUFFIX]
    is_within = any(last.endswith(key) and (len(words) > 1 or last != key) for key in endings)
    return tuple(words) if is_within and len(words) <= 3 else ()


def entry_words(words: Sequence[Word], specs: Sequence[FieldSpec]) -> tuple[FieldSpec | None, tuple[Word, ...]]:
    """Return the field that a line names before a colon, and the words behind it; None and no words where it names none."""
    stop = next((i for i, word in enumerate(words[:_LONGEST_TITLE], start=1) if word.text.endswith(":")), len(words))
    fitting = [(_likeness(words[:stop], spec), spec.path, spec) for spec in specs if stop < len(words)]
    score, _, spec = max(fitting, default=(0.0, "", None))
    return (spec, tuple(words[stop:])) if score else (None, ())


def names_something(words: Sequence[Word], specs: Sequence[FieldSpec]) -> bool:
    """Tell whether a line names the group of the rows below it, or an entry of the row above it, among fields without a column."""
    return bool(group_words(words, group_spec(specs)) or entry_words(words, specs)[1])


def _likeness(words: Sequence[Word], spec: FieldSpec) -> float:
    """Return how well words fit a title of a column, 0 where not well enough."""
    key = title_key(" ".join(word.text for word in words).rstrip(":"))
    scores = [(fuzz.ratio(key, title) / 100, title) for title in map(title_key, spec.labels)]
    return max((score for score, title in scores if score >= needed_similarity(title)), default=0.0)
