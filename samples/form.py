"""A sheet being filled in: whatever is written on it as a value stands in the truth, and nothing else does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from samples import ink
from samples.people import Person
from samples.places import Address, Phone
from samples.sheet import Sheet, fitted, text_width

_MONTH_NAMES = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
MONTHS = tuple(_MONTH_NAMES.split())
_SMALLEST = 7.5  # points; what is smaller does not survive 98 lines an inch
TICKED = {"yes": True, "no": False, "not_known": None}


@dataclass
class Paper:
    """The truth of one document: what a careful clerk takes from its pages (contract.md, truth files)."""

    kind: str
    layout: str
    pages: list[int] = field(default_factory=lambda: [1])
    values: dict[str, Any] = field(default_factory=dict)
    handwritten: list[str] = field(default_factory=list)
    needs_review: bool = False
    spots: dict[str, float] = field(default_factory=dict)  # how far down its sheet a value was written, in mm, where known

    def take(self, path: str, value: Any, y: float | None = None) -> None:
        """Note one value under its dotted path, written at `y`; the same path twice must be the same value."""
        if path in self.values and self.values[path] != value:
            raise ValueError(f"{self.layout}: {path} would be printed twice with different values")
        self.values[path] = value
        if y is not None:
            self.spots[path] = max(y, self.spots.get(path, y))

    def truth(self, first_page: int = 1) -> dict[str, Any]:
        """Return the entry for the truth file; `first_page` is where the document begins in its fax."""
        entry: dict[str, Any] = {
            "type": self.kind,
            "pages": [first_page - 1 + page for page in self.pages],
            "data": nested(self.values),
            "layout": self.layout,
        }
        if self.handwritten:
            entry["handwritten"] = sorted(self.handwritten)
        if self.needs_review:
            entry["expect"] = "review"
        return entry


def nested(values: dict[str, Any]) -> dict[str, Any]:
    """Turn dotted paths into nested objects."""
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *parents, leaf = path.split(".")
        branch = tree
        for parent in parents:
            branch = branch.setdefault(parent, {})
        branch[leaf] = value
    return tree


def listed_person(person: Person) -> dict[str, Any]:
    """Return the cells of a row that shows a person with birth date, sex and address."""
    return {
        "family_name": person.family,
        "given_name": person.given,
        "birth_date": person.birth.isoformat(),
        "sex": person.sex,
        "street": person.address.street,
        "postal_code": person.address.place.postal_code,
        "city": person.address.place.city,
    }


@dataclass(frozen=True)
class Drawing:
    """Sheets that belong together and the documents on them (pages counted from 1 within `sheets`)."""

    sheets: tuple[Sheet, ...]
    papers: tuple[Paper, ...]


class Form:
    """One sheet, the typeface it was filled in with, the habits of who filled it, and the paper it tells about."""

    def __init__(self, rng: Random, paper: Paper, sheet: Sheet | None = None, face: str | None = None, size: float | None = None) -> None:
        self.rng, self.paper, self.sheet = rng, paper, sheet or Sheet()
        self.face = face or rng.choice(("mono", "sans", "sans", "dejavu", "dejavu-mono", "serif", "narrow"))
        self.size = size or rng.uniform(9.5, 11.5)
        self.mark = rng.choices(("x", "tick", "filled", "type"), weights=(5, 2, 1, 3))[0]
        self.day_style = rng.choices(("dot", "short", "bare", "long"), weights=(86, 5, 6, 3))[0]
        self.trouble = rng.choices(("none", "two_sexes", "struck_birth", "hand_birth", "hand_phone"), weights=(88, 2, 2, 2, 6))[0]

    def day(self, day: date) -> str:
        """Print a date as this writer does."""
        if self.day_style == "short":
            return f"{day:%d.%m.%y}"
        if self.day_style == "bare":
            return f"{day.day}.{day.month}.{day.year}"
        if self.day_style == "long":
            return f"{day.day}. {MONTHS[day.month - 1]} {day.year}"
        return f"{day:%d.%m.%Y}"

    def put(self, x: float, y: float, path: str, text: str | None, width: float = 80, value: Any = None) -> float:
        """Write `text` as the value of `path` (in the truth as `value` where that differs); nothing for None.

        What would have to shrink beyond reading stays out, as people leave out what finds no room.
        """
        if not text or not self.fits(text, width):
            return 0.0
        self.paper.take(path, text if value is None else value)
        return self.write(x, y, text, width)

    def fits(self, text: str, width: float) -> bool:
        """Tell whether `text` can be written legibly in `width` mm."""
        return text_width(text, _SMALLEST, "narrow") <= width

    def write(self, x: float, y: float, text: str, width: float = 80) -> float:
        """Write in the filler's typeface, shrunk to `width` mm; a narrow face where it would become too small to read."""
        size, face = fitted(text, self.size, self.face, width), self.face
        if size < _SMALLEST:
            face = "narrow"
            size = fitted(text, self.size, face, width)
        return self.sheet.text(x, y, text, size, face)

    def _by_hand(self, x: float, y: float, path: str, day: date, printed: str) -> float:
        """Let a pen have written the birth date, alone or beside a struck one: either way a person must look."""
        at = x
        if self.trouble == "struck_birth":
            wrong = f"{day.replace(day=day.day % 28 + 1):%d.%m.%Y}"
            at += self.write(x, y, wrong, 24) + 2
            ink.strike(self.sheet, x, y - self.size * 0.12, at - 2, self.rng)
        self.paper.needs_review = True
        self.hand(at, y, path, printed, day.isoformat(), 3.2)
        return at - x

    def put_day(self, x: float, y: float, path: str, day: date | None, width: float = 40, before: str = "") -> float:
        """Write a date; birth dates never lose their century, `before` is a word such as 'seit'."""
        if day is None:
            return 0.0
        if path == "patient.birth_date" and self.trouble in {"struck_birth", "hand_birth"}:
            return self._by_hand(x, y, path, day, f"{day:%d.%m.%Y}")
        text = f"{day:%d.%m.%Y}" if path.endswith("birth_date") and self.day_style == "short" else self.day(day)
        return self.put(x, y, path, f"{before} {text}".strip(), width, day.isoformat())

    def put_phone(self, x: float, y: float, path: str, phone: Phone | None, width: float = 45) -> float:
        """Write a telephone number."""
        if phone and self.trouble == "hand_phone" and path == "patient.phone":
            self.hand(x, y, path, phone.printed, phone.value, 3.2)
            return width
        return self.put(x, y, path, phone.printed, width, phone.value) if phone else 0.0

    def hand(self, x: float, y: float, path: str, text: str, value: Any, height: float = 4.0) -> None:
        """Write a value by hand."""
        self.paper.take(path, value)
        self.paper.handwritten.append(path)
        ink.handwrite(self.sheet, x, y, text, self.rng, height)

    def square(self, x: float, y: float, is_marked: bool, size: float = 3.2, *, is_round: bool = False) -> None:
        """Draw a place for a cross standing on the base line `y`, marked or not."""
        top = y - size + 0.3
        (self.sheet.ellipse if is_round else self.sheet.box)(x, top, size, size, 0.25)
        if is_marked and self.mark == "type":
            self.sheet.text(x + size / 2, y + 0.1, "X", size * 3.0, "sans-bold" if self.rng.random() < 0.5 else "sans", align="centre")
        elif is_marked:
            ink.cross(self.sheet, x, top, size, self.mark, self.rng)

    def choose(
        self,
        x: float,
        y: float,
        path: str,
        choices: Sequence[tuple[str, str]],
        chosen: str | None,
        step: float | Sequence[float],
        size: float = 9,
        face: str = "sans",
        square: float = 3.2,
        *,
        is_round: bool = False,
    ) -> None:
        """Draw squares with their labels side by side, `chosen` marked; `choices` are (key, label)."""
        marked = {chosen}
        if path == "patient.sex" and self.trouble == "two_sexes" and chosen:
            marked = {"female", "male"}
            self.paper.needs_review = True
        elif any(key == chosen for key, _ in choices):
            self.paper.take(path, TICKED.get(chosen or "", chosen))
        for index, (key, label) in enumerate(choices):
            self.square(x, y, key in marked, square, is_round=is_round)
            self.sheet.text(x + square + 1.4, y, label, size, face)
            x += step if isinstance(step, float | int) else step[index]

    def put_name(self, x: float, y: float, person: Person, width: float = 80) -> float:
        """Write family and given name in one place, separated by a comma."""
        self.paper.take("patient.family_name", person.family)
        self.paper.take("patient.given_name", person.given)
        return self.write(x, y, f"{person.family}, {person.given}", width)

    def take_address(self, prefix: str, address: Address) -> None:
        """Note street, postal code and city under `prefix`."""
        self.paper.take(f"{prefix}.street", address.street)
        self.paper.take(f"{prefix}.postal_code", address.place.postal_code)
        self.paper.take(f"{prefix}.city", address.place.city)

    def put_address(self, x: float, y: float, prefix: str, address: Address, width: float = 90) -> float:
        """Write a whole address in one line."""
        self.take_address(prefix, address)
        return self.write(x, y, f"{address.street}, {address.town}", width)
