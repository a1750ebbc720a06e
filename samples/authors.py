"""What single authors do in their own way: their words for questions and answers, and values that go over several lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from random import Random
from typing import Any

from samples.entries import Entries, Entry
from samples.filling import Filling
from samples.sheet import wrapped

Choices = tuple[tuple[str, str], ...]


def reworded(rng: Random, ask: Entries, labels: str, choices: Mapping[str, Choices] | None = None) -> Entries:
    """Return `ask` with this author's `labels` (lines of 'key: one|other') and answers in place of the usual ones."""
    own = dict(ask)
    for line in labels.strip().splitlines():
        key, _, words = line.partition(": ")
        own[key] = replace(own[key], label=rng.choice(words.split("|")))
    for key, offered in (choices or {}).items():
        own[key] = replace(own[key], choices=offered)
    return own


def note(form: Filling, entry: Entry, y: float) -> None:
    """Put an entry that was printed down to `y` into the truth."""
    for path, value in entry.values.items():
        form.paper.take(path, value, y)
    if entry.is_doubtful:
        form.paper.needs_review = True


def spoken(path: str, text: str | None, value: Any = None) -> Entry:
    """Return an entry without a label of its own, for values that stand within other text."""
    return Entry(path, "", text, {} if text is None else {path: text if value is None else value})


def print_wrapped(form: Filling, entry: Entry, x: float, y: float, width: float, leading: float) -> float:
    """Print an entry's text on as many lines as it needs; return the base line of the last."""
    for number, line in enumerate(wrapped(entry.text or "", form.size, form.face, width)):
        y += leading if number else 0.0
        form.sheet.text(x, y, line, form.size, form.face)
    note(form, entry, y)
    return y
