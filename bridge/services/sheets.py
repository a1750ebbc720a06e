"""Shows a document with its draft as a person decides on it: what is asked and why, what has been said, what is sure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from bridge.domain.desk import Step, StepKind
from bridge.domain.errors import RefusedError
from bridge.domain.forms import PARTS, DocumentType, FieldKind
from bridge.domain.model import Document, Field, Issue, IssueCode, JsonValue
from bridge.domain.sheet import Answer, Cause, Choice, Group, Line, Place, Row, Sheet
from bridge.services.answers import STRUCTURE, answers_of, other_half
from bridge.services.drafting import COMPLETE, LIST, ParseValue, apply_steps, named_paths, row_of
from bridge.services.fields import has_path
from bridge.stages.answers import YES_NO
from bridge.stages.decide import WITHHELD
from bridge.stages.spoken import GROUPS, group_of, name_of, text_of
from bridge.stages.typed import spec_of

_CAUSES: Final[Mapping[IssueCode, Cause]] = {IssueCode.IMPLAUSIBLE: Cause.RULE, IssueCode.MISSING: Cause.MISSING}
_MISSING: Final = "Diese Pflichtangabe fehlt. Steht sie auf dem Fax?"
_BY_HAND: Final = "Von Hand geschrieben; bitte mit dem Bild vergleichen."
_UNSURE: Final = "Nicht sicher gelesen; bitte mit dem Bild vergleichen."
_DISAGREE: Final = "Die Leser sind sich nicht einig; bitte mit dem Bild vergleichen."
_DIFFERENT: Final = "Die Leser sind uneins: „{}“ oder „{}“."
_OTHER_HALF: Final = "Name und Code gehören zusammen, und das andere wurde geändert. Bitte beide prüfen."
_MOST_CHOICES: Final = 4
_SHORT: Final = 40  # characters of a reading that a sentence can quote
_ALIKE: Final = 70  # of 100, for a reading of several values together to be one of them


@dataclass(frozen=True, slots=True)
class SheetRules:
    """What a sheet is made by: the types, the grammars of typed values, and the paths that are entered twice."""

    types: Mapping[str, DocumentType]
    parse: ParseValue
    double: frozenset[str]


def sheet_of(stored: Document, steps: Sequence[Step], revision: int, rules: SheetRules) -> Sheet:
    """Return the document with all steps taken. Raises RefusedError where one does not fit it any more."""
    asked = apply_steps(stored, [step for step in steps if step.kind in STRUCTURE], rules.types, rules.parse)
    document = apply_steps(stored, steps, rules.types, rules.parse)
    kind = rules.types[document.type]
    view = _View(kind, rules, _by_path(asked.fields), _by_path(document.fields), _issues(asked), answers_of(steps))
    plain = [path for path in _paths(kind, view) if not path.startswith("rows.")]
    return Sheet(
        stored.id,
        stored.fax_id,
        document.type,
        kind.title,
        stored.pages,
        _groups(view, plain),
        _rows(view, _row_count(stored, steps, rules.types)),
        tuple((path, name_of(path, kind)) for path in _columns(kind)),
        _notes(stored, document, kind),
        revision,
        len(steps),
        stored.version,
    )


@dataclass(frozen=True, slots=True)
class _View:
    """What lines are made of: fields and doubts before anybody answered, fields as they are now, and the answers."""

    kind: DocumentType
    rules: SheetRules
    before: Mapping[str, Field]
    now: Mapping[str, Field]
    issues: Mapping[str, tuple[Issue, ...]]
    answers: Mapping[str, Answer]

    def line(self, path: str) -> Line:
        """Return the line of a path."""
        field, issues, spec = self.now.get(path), self.issues.get(path, ()), spec_of(self.kind, path)
        cause, issue = self._cause(path, issues)
        place = _place(field, self.before.get(path), issues)
        return Line(
            path,
            name_of(path.split(".", 2)[2] if path.startswith("rows.") else path, self.kind),
            spec.kind if spec is not None else FieldKind.TEXT,
            text_of(field.value, spec) if field is not None else "",
            field.value if field is not None else None,
            field.origin if field is not None else None,
            self.answers.get(path, Answer.OPEN),
            path in self.kind.required,
            is_double=path in self.rules.double,
            cause=cause,
            code=issue.code if issue is not None else None,
            reason=self._reason(path, issue) if cause is not None else None,
            choices=self._choices(path) if cause is not None else (),
            page=place[0],
            box=place[1],
            confidence=field.confidence if field is not None else None,
        )

    def _cause(self, path: str, issues: Sequence[Issue]) -> tuple[Cause | None, Issue | None]:
        """Return why a person is asked, and the doubt that says so, where one does."""
        field = self.before.get(path)
        if path == LIST and self._has_first_rows():
            return None, None
        for issue in sorted(issues, key=lambda each: each.code is IssueCode.WITHHELD):
            return _CAUSES.get(issue.code, Cause.MISREAD), issue
        if self._is_of_another_half(path):
            return Cause.RULE, None
        if field is None:
            return (Cause.MISSING if path in self.kind.required else None), None
        return (None if field.is_sure else Cause.MISREAD), None

    def _has_first_rows(self) -> bool:
        """Tell whether a person has filled a list in which none had been found."""
        return not _has_rows(self.before) and _has_rows(self.now)

    def _is_of_another_half(self, path: str) -> bool:
        """Tell whether it is a code or a name of which a person has changed the other half."""
        other = other_half(path)
        is_pair = spec_of(self.kind, path) is not None and spec_of(self.kind, other) is not None
        return is_pair and self.answers.get(other) in {Answer.TYPED, Answer.ABSENT, Answer.UNREADABLE}

    def _reason(self, path: str, issue: Issue | None) -> str:
        if issue is not None and issue.code is not IssueCode.WITHHELD:
            return issue.message
        field = self.before.get(path)
        if self._is_of_another_half(path):
            return _OTHER_HALF
        if field is None:
            return _MISSING
        if field.basis is not None and field.basis.is_handwritten:
            return _BY_HAND
        texts = list(self._read_as(path))[:2]
        if len(texts) < 2:
            return _UNSURE
        return _DIFFERENT.format(*texts) if max(map(len, texts)) <= _SHORT else _DISAGREE

    def _choices(self, path: str) -> tuple[Choice, ...]:
        """Return what may be meant: all words of a question with fixed answers, else what the readers made of it."""
        spec = spec_of(self.kind, path)
        if path == LIST:
            return (Choice(COMPLETE, COMPLETE),) if _has_rows(self.now) else ()
        if spec is not None and spec.kind in {FieldKind.CHOICE, FieldKind.YES_NO}:
            offered: Iterable[JsonValue] = spec.choices or [YES_NO_VALUES.get(word) for word in YES_NO]
            return tuple(Choice(text, text) for text in dict.fromkeys(text_of(value, spec) for value in offered))
        found = self._read_as(path)
        return tuple(Choice(text, text, tuple(readers)) for text, readers in list(found.items())[:_MOST_CHOICES]) if len(found) > 1 else ()

    def _read_as(self, path: str) -> Mapping[str, Sequence[str]]:
        """Return what the value was read as, the present one first, with the readers who read it so; what is no such value counts not."""
        spec, field = spec_of(self.kind, path), self.before.get(path)
        if field is None:
            return {}
        present = text_of(field.value, spec)
        found: dict[str, list[str]] = {present: []}
        for reading in field.readings:
            text = self._normal(path, reading.text)
            if text is not None and (not self._is_compound(path) or fuzz.ratio(text, present) >= _ALIKE):
                found.setdefault(text, []).append(reading.reader)
        return found

    def _is_compound(self, path: str) -> bool:
        """Tell whether the value was read together with others, so that what readers made of all of them may be no choice for one."""
        steps = path.split(".", 2)
        leaf, specs = (steps[2], self.kind.columns) if steps[0] == "rows" else (path, self.kind.fields)
        owners = [spec for spec in specs if leaf in spec.filled_paths()]
        return not any(spec.kind not in PARTS for spec in owners)

    def _normal(self, path: str, text: str) -> str | None:
        try:
            return text_of(self.rules.parse(self.kind, path, text), spec_of(self.kind, path))
        except RefusedError:
            return None


YES_NO_VALUES: Final[Mapping[str, JsonValue]] = {"true": True, "false": False, "null": None}


def _place(field: Field | None, before: Field | None, issues: Sequence[Issue]) -> tuple[int | None, Place | None]:
    for each in (field, before, *issues):
        if each is not None and each.box is not None:
            return each.page, each.box
    return None, None


def _by_path(fields: Iterable[Field]) -> dict[str, Field]:
    return {field.path: field for field in fields}


def _issues(document: Document) -> dict[str, tuple[Issue, ...]]:
    found: dict[str, tuple[Issue, ...]] = {}
    for issue in document.issues:
        found[issue.field] = (*found.get(issue.field, ()), issue)
    return found


def _paths(kind: DocumentType, view: _View) -> list[str]:
    """Return the paths to show, in the order of the type: all that has a value, a doubt or an answer, and what is required."""
    known = [path for spec in kind.fields for path in spec.filled_paths()]
    wanted = {*view.now, *view.before, *view.issues, *view.answers, *kind.required}
    is_list_doubted = bool(kind.columns) and (LIST in view.issues or (LIST in kind.required and not _has_rows(view.before)))
    return [*([LIST] if is_list_doubted else []), *(path for path in dict.fromkeys(known) if path in wanted)]


def _groups(view: _View, paths: Sequence[str]) -> tuple[Group, ...]:
    by_group: dict[str, list[Line]] = {}
    for path in paths:
        by_group.setdefault(group_of(path), []).append(view.line(path))
    return tuple(Group(name, GROUPS.get(name, name), tuple(lines)) for name, lines in by_group.items())


def _columns(kind: DocumentType) -> list[str]:
    return list(dict.fromkeys(path for spec in kind.columns for path in spec.filled_paths()))


def _has_rows(fields: Mapping[str, Field]) -> bool:
    return any(row_of(path) is not None for path in fields)


def _row_count(stored: Document, steps: Sequence[Step], types: Mapping[str, DocumentType]) -> int:
    """Return how many rows there are, with those that were added and are empty still."""
    count = max((row + 1 for path in named_paths(stored) if (row := row_of(path)) is not None), default=0)
    for step in steps:
        if step.kind is StepKind.TYPE and not types[step.text or ""].columns:
            count = 0
        elif step.kind is StepKind.ROW_INSERTED:
            count = max(count, step.row or 0) + 1
        elif step.kind is StepKind.ROW_DELETED:
            count -= int((step.row or 0) < count)
        elif step.path is not None and (row := row_of(step.path)) is not None:
            count = max(count, row + 1)
    return count


def _rows(view: _View, count: int) -> tuple[Row, ...]:
    columns = _columns(view.kind)
    return tuple(_row(view, number, columns) for number in range(count)) if columns else ()


def _row(view: _View, number: int, columns: Sequence[str]) -> Row:
    cells = tuple(view.line(f"rows.{number}.{column}") for column in columns)
    placed = [cell for cell in cells if cell.box is not None]
    pages = [cell.page for cell in placed]
    page = max(set(pages), key=pages.count) if pages else None
    boxes = [cell.box for cell in placed if cell.page == page and cell.box is not None]
    if not boxes:
        return Row(number, cells)
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return Row(number, cells, page, (min(lefts), min(tops), max(rights), max(bottoms)))


def _has_line(kind: DocumentType, path: str) -> bool:
    return has_path(kind, path) or (path == LIST and bool(kind.columns))


def _notes(stored: Document, document: Document, kind: DocumentType) -> tuple[str, ...]:
    """Return the doubts about no single field, and why the document waits where no field says so."""
    loose = [issue.message for issue in document.issues if not _has_line(kind, issue.field) and issue.code is not IssueCode.WITHHELD]
    whole = [stored.reason] if stored.reason and stored.type == document.type and not stored.reason.startswith("Bitte prüfen:") else []
    return tuple(dict.fromkeys([*whole, *(message for message in loose if message != WITHHELD)]))
