"""A form filled in from entries: typed, by hand, ticked in many ways, and with the mishaps that want a person."""

from __future__ import annotations

from random import Random

from samples import ink
from samples.entries import Entry
from samples.form import TICKED, Form, Paper
from samples.sheet import HANDS, Sheet, fitted, text_width

_TROUBLES = {"none": 90.0, "faint_tick": 2.0, "double_tick": 2.0, "struck": 3.0, "blank": 1.5}
# what a record cannot go out without: where a pen wrote it, a person must read it
_DECISIVE = frozenset({"patient.family_name", "patient.given_name", "patient.birth_date", "disease.name", "pathogen.name"})
_TYPED = ("sans", "sans", "carlito", "caladea", "courier", "mono", "dejavu", "dejavu-mono", "serif", "narrow")
_MARKS = {"x": 5, "tick": 3, "filled": 1, "type": 3, "circle": 1, "stroke": 1, "dot": 1}


class Filling(Form):
    """A form whose questions are entries; `by_hand` is how likely a pen filled in all of it (a few fields: always a little)."""

    def __init__(
        self,
        rng: Random,
        paper: Paper,
        sheet: Sheet | None = None,
        face: str | None = None,
        size: float | None = None,
        *,
        by_hand: float = 0.06,
        marks: dict[str, int] | None = None,
        has_trouble: bool = True,
    ) -> None:
        super().__init__(rng, paper, sheet, face or rng.choice(_TYPED), size)
        marks = marks or _MARKS
        self.mark = rng.choices(tuple(marks), weights=tuple(marks.values()))[0]
        self.trouble = rng.choices(tuple(_TROUBLES), weights=tuple(_TROUBLES.values()))[0] if has_trouble else "none"
        self.hand_face, self.hand_height, self.hand_thick = rng.choice(HANDS), rng.uniform(2.9, 3.7), rng.choice((0, 1, 1))
        chance = rng.random()
        self.is_by_hand = chance < by_hand
        if self.is_by_hand and self.mark == "type":
            self.mark = "x"
        self.is_partly_by_hand = has_trouble and not self.is_by_hand and chance > 0.9
        self._has_erred = False
        if self.trouble == "blank":
            paper.needs_review = True

    def answer(self, entry: Entry, x: float, y: float, width: float) -> float:
        """Write an entry's text on the base line `y` and put its values into the truth; return the width in mm.

        What would become too small to read stays out, as people leave out what finds no room.
        """
        if entry.text is None or self.trouble == "blank":
            return 0.0
        if self._wants_pen(entry) and self._pen_fits(entry.text, width):
            return self._by_pen(entry, x, y)
        if not self.fits(entry.text, width):
            return 0.0
        if self.trouble == "struck" and not self._has_erred and entry.values and self._has_room_to_err(entry, width):
            return self._err(entry, x, y)
        self._note(entry, y)
        return self.write(x, y, entry.text, width)

    def answer_word(self, entry: Entry, x: float, y: float, width: float = 60) -> float:
        """Write the chosen answer as a word where others tick."""
        if entry.word is None or self.trouble == "blank":
            return 0.0
        self.paper.take(entry.key, TICKED.get(entry.chosen or "", entry.chosen), y)
        return self.write(x, y, entry.word, width)

    def tick(
        self,
        entry: Entry,
        x: float,
        y: float,
        gap: float = 5.0,
        size: float = 9.0,
        face: str = "sans",
        square: float = 3.2,
        *,
        leading: float | None = None,
        width: float = 200.0,
        is_round: bool = False,
        is_after: bool = False,
    ) -> float:
        """Draw an entry's boxes side by side (or `leading` mm below one another) and mark the chosen; return where they end.

        Labels shrink where all would be wider than `width`; with `is_after` the box follows its label.
        """
        marked = self._marked(entry, y)
        natural = sum(square + 1.5 + text_width(word, size, face) + gap for _, word in entry.choices) - gap
        if leading is None and natural > width:
            gap = max(2.0, gap - (natural - width) / max(1, len(entry.choices) - 1))
        for key, word in entry.choices:
            reach = text_width(word, size, face)
            box, text = (x + reach + 1.5, x) if is_after else (x, x + square + 1.5)
            self._draw_box(box, y, square, marked.get(key), is_round=is_round)
            self.sheet.text(text, y, word, size, face)
            if leading is None:
                x += square + 1.5 + reach + gap
            else:
                y += leading
        return x

    def brackets(self, entry: Entry, x: float, y: float, width: float) -> float:
        """Write an entry's choices as '[x] ja   [ ] nein', as programs print them, in at most `width` mm; return the width."""
        marked = self._marked(entry, y, can_fade=False)
        text = "   ".join(f"[{'x' if key in marked else ' '}] {word}" for key, word in entry.choices)
        return self.write(x, y, text, width)

    def _marked(self, entry: Entry, y: float, *, can_fade: bool = True) -> dict[str, str]:
        """Return by which style each choice is marked, and note the answer unless the marks contradict one another."""
        if entry.word is None or entry.chosen is None or self.trouble == "blank":
            return {}
        if self.trouble == "double_tick" and not self._has_erred and len(entry.choices) > 1:
            self._has_erred = self.paper.needs_review = True
            other = self.rng.choice([key for key, _ in entry.choices if key != entry.chosen])
            return {entry.chosen: self.mark, other: self.mark}
        style = self.mark
        if self.trouble == "faint_tick" and can_fade and not self._has_erred:
            self._has_erred = self.paper.needs_review = True
            style = "faint"
        self.paper.take(entry.key, TICKED.get(entry.chosen, entry.chosen), y)
        return {entry.chosen: style}

    def _draw_box(self, x: float, y: float, square: float, style: str | None, *, is_round: bool) -> None:
        usual, self.mark = self.mark, style or self.mark
        self.square(x, y, style is not None, square, is_round=is_round)
        self.mark = usual

    def _note(self, entry: Entry, y: float) -> None:
        for path, value in entry.values.items():
            self.paper.take(path, value, y)
        if entry.is_doubtful:
            self.paper.needs_review = True

    def _wants_pen(self, entry: Entry) -> bool:
        if not ink.can_pen(entry.text or "", self.hand_face):
            return False
        return self.is_by_hand or (self.is_partly_by_hand and entry.key in {"patient.phone", "onset_date", "notification_date"})

    def _pen_fits(self, text: str, width: float) -> bool:
        return ink.pen_width(text, self.hand_face, self.hand_height) <= width

    def _by_pen(self, entry: Entry, x: float, y: float) -> float:
        self._note(entry, y)
        self.paper.handwritten.extend(entry.values)
        if _DECISIVE & set(entry.values):
            self.paper.needs_review = True
        return ink.pen(self.sheet, x, y - 0.2, entry.text or "", self.hand_face, self.hand_height, self.rng, self.hand_thick)

    def _has_room_to_err(self, entry: Entry, width: float) -> bool:
        text = entry.text or ""
        needed = text_width(text, self.size, self.face) + ink.pen_width(text, self.hand_face, self.hand_height) + 5
        return needed <= width and any(letter.isdigit() for letter in text) and ink.can_pen(text, self.hand_face)

    def _err(self, entry: Entry, x: float, y: float) -> float:
        """Write something wrong, strike it out, and let a pen put the right thing behind it."""
        self._has_erred = self.paper.needs_review = True
        text = entry.text or ""
        place = self.rng.choice([index for index, letter in enumerate(text) if letter.isdigit()])
        wrong = f"{text[:place]}{(int(text[place]) + self.rng.randint(1, 8)) % 10}{text[place + 1 :]}"
        at = x + self.write(x, y, wrong, 200)
        ink.strike(self.sheet, x, y - self.size * 0.12, at, self.rng)
        return at + 3 - x + self._by_pen(entry, at + 3, y)


def label(sheet: Sheet, x: float, y: float, text: str, size: float, face: str, width: float) -> float:
    """Print a label, shrunk to `width` mm; return its width."""
    return sheet.text(x, y, text, fitted(text, size, face, width), face)
