"""Ticked answers: which words belong to a check box, which field they answer, and whether it is really ticked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from rapidfuzz import fuzz

from bridge.domain.forms import CodeEntry, FieldKind, FieldSpec
from bridge.domain.layout import Box, Mark, MarkState
from bridge.stages.answers import YES_NO
from bridge.stages.folding import needed_similarity, squeeze
from bridge.stages.lines import Segment, Sheet, same_row, union
from bridge.stages.matrices import rows_of_marks, titles_of
from bridge.stages.roles import is_lonely
from bridge.stages.sections import Question
from bridge.stages.vocabulary import LabelKind

_OPTION_NUMBER: Final = re.compile(r"^(?:[xX×*☒☑□]\s+)?(?:[\dılI»)(.|]{1,3}[.)]?\s+)?(?=\S{2})")
_BY_TITLE: Final = 0.9  # most score of an answer told by a column's title


@dataclass(frozen=True)
class Option:
    """A check box with the words beside it; `label_words` are left when a label inside them ("ja, seit:") is cut off."""

    mark: Mark
    segment: Segment | None
    spec: FieldSpec | None = None
    question: Question | None = None
    value: str = ""
    score: float = 0.0


@dataclass
class Group:
    """All check boxes that answer one field."""

    spec: FieldSpec
    options: list[Option] = field(default_factory=list)


def variants(spec: FieldSpec, codes: Mapping[str, tuple[CodeEntry, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Return the printed variants of each canonical value a field can take."""
    if spec.choices:
        return spec.choices
    if spec.kind is FieldKind.YES_NO:
        return YES_NO
    if spec.codes:
        return {entry.code: (entry.name, *entry.synonyms) for entry in codes.get(spec.codes, ())}
    return {}


def find_options(
    sheet: Sheet, questions: Sequence[Question], specs: Sequence[FieldSpec], codes: Mapping[str, tuple[CodeEntry, ...]]
) -> tuple[Option, ...]:
    """Return every check box of a page with its words and, where they are understood, the field and value it stands for."""
    if not sheet.marks:
        return ()
    vocabulary = [(spec, value, squeeze(text)) for spec in specs for value, texts in variants(spec, codes).items() for text in texts]
    rights = [_beside(mark, sheet, questions, is_right=True) for mark in sheet.marks]
    lefts = [_beside(mark, sheet, questions, is_right=False) for mark in sheet.marks]
    fits_right = sum(_best_fit(s, vocabulary) >= 0.82 for s in rights)
    fits_left = sum(_best_fit(s, vocabulary) >= 0.82 for s in lefts)
    texts = lefts if fits_left > fits_right else rights
    rows = rows_of_marks(sheet)
    answers = dict(zip(map(id, sheet.marks), texts, strict=True))
    shared = {id(mark): answers[id(row[-1])] for row in rows for mark in row if fits_left <= fits_right}
    found = [_option(mark, shared.get(id(mark)) or answers[id(mark)], questions, vocabulary, sheet) for mark in sheet.marks]
    found = [_by_elimination(option, found, vocabulary) for option in found]
    return (*found, *_by_title(rows, vocabulary, sheet))


def _by_title(rows: Sequence[Sequence[Mark]], vocabulary: Sequence[tuple[FieldSpec, str, str]], sheet: Sheet) -> list[Option]:
    """Return what the boxes of a matrix answer by the titles of their columns, besides what their rows say."""
    titles = titles_of(rows, sheet)
    found = []
    for mark in (mark for row in rows for mark in row if id(mark) in titles):
        segment, meaning = titles[id(mark)]
        fits = [(spec, value, score) for spec, value, score in _fits_of(meaning, vocabulary) if spec.kind is FieldKind.CHOICE]
        if len({spec.path for spec, _, _ in fits}) == 1:
            spec, value, score = max(fits, key=lambda fit: fit[2])
            found.append(Option(mark, segment, spec, None, value, min(score, _BY_TITLE)))
    return found


def _by_elimination(option: Option, options: Sequence[Option], vocabulary: Sequence[tuple[FieldSpec, str, str]]) -> Option:
    """Return a badly printed option as the one answer its neighbours leave over, if its letters speak for that alone."""
    asked = option.question.spec if option.question else None
    if option.spec is not None or asked is None or option.segment is None:
        return option
    taken = {
        other.value for other in options if other.spec is not None and other.spec.path == asked.path and other.question is option.question
    }
    if not taken:
        return option
    text = squeeze(option.segment.text)
    scores: dict[str, float] = {}
    for spec, value, words in vocabulary:
        if spec.path == asked.path and value not in taken:
            scores[value] = max(scores.get(value, 0.0), fuzz.ratio(text, words) / 100)
    ranked = sorted(scores.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < 0.65 or (len(ranked) > 1 and ranked[1][1] > ranked[0][1] - 0.2):
        return option
    return replace(option, spec=asked, value=ranked[0][0], score=0.85)


def group(options: Sequence[Option]) -> tuple[Group, ...]:
    """Return the understood options gathered by the field they answer."""
    groups: dict[str, Group] = {}
    for option in options:
        if option.spec is not None:
            groups.setdefault(option.spec.path, Group(option.spec)).options.append(option)
    return tuple(groups.values())


def _beside(mark: Mark, sheet: Sheet, questions: Sequence[Question], *, is_right: bool) -> Segment | None:
    """Return the words next to a mark in its line, cut before any label among them."""
    best, best_gap = None, 3.0 * max(sheet.em, mark.box.width)
    for segment in sheet.segments:
        if segment.box.overlap_y(mark.box) < 0.4 * min(mark.box.height, segment.box.height):
            continue
        gap = segment.box.left - mark.box.right if is_right else mark.box.left - segment.box.right
        if (
            -1.5 * mark.box.width <= gap < best_gap
            and _reaches_out(segment.box, mark.box, is_right=is_right)
            and not _mark_between(mark.box, segment.box, sheet)
        ):
            best, best_gap = segment, gap
    if best is None:
        return None
    inner = [q.label.start for q in questions if q.label.segment is best and q.label.kind is not LabelKind.UNKNOWN]
    if is_right and inner and min(inner) > 0:
        return best.cut(0, min(inner))
    return best


def _reaches_out(segment: Box, mark: Box, *, is_right: bool) -> bool:
    """Tell whether most of a segment lies beside the mark; a cross may reach into the words."""
    return segment.right > mark.right + 0.5 * segment.width if is_right else segment.left < mark.left - 0.5 * segment.width


def _mark_between(mark: Box, segment: Box, sheet: Sheet) -> bool:
    span = (min(mark.centre[0], segment.centre[0]), max(mark.centre[0], segment.centre[0]))
    return any(m.box is not mark and span[0] < m.box.centre[0] < span[1] and same_row(m.box, mark) for m in sheet.marks)


def _best_fit(segment: Segment | None, vocabulary: Sequence[tuple[FieldSpec, str, str]]) -> float:
    return max((score for _, _, score in _fits(segment, vocabulary)), default=0.0)


def _fits(
    segment: Segment | None, vocabulary: Sequence[tuple[FieldSpec, str, str]], *, is_overlapped: bool = False
) -> list[tuple[FieldSpec, str, float]]:
    """Return the fields and values whose print the words, or their beginning, match well enough."""
    return _fits_of(segment.text, vocabulary, is_overlapped=is_overlapped) if segment is not None else []


def _fits_of(
    text: str, vocabulary: Sequence[tuple[FieldSpec, str, str]], *, is_overlapped: bool = False
) -> list[tuple[FieldSpec, str, float]]:
    heads = _heads(text)
    if is_overlapped:
        heads += [squeeze(text[cut:]) for cut in (1, 2, 3) if len(text) > cut + 1]
    found = []
    for spec, value, print_ in vocabulary:
        score = max((fuzz.ratio(head, print_) / 100 - 0.02 * place for place, head in enumerate(heads)), default=0.0)
        if score >= needed_similarity(print_) - (0.02 if len(print_) > 3 else 0.021 * (len(heads) - 1)):
            found.append((spec, value, score))
    return found


def printed(text: str) -> str:
    """Return an option's words without the number before them ("3 Antigennachweis")."""
    return _OPTION_NUMBER.sub("", text)


def _heads(text: str) -> list[str]:
    """Return the text as a whole, and its beginnings before a comma, bracket or colon ("ja, seit", "Tod (Datum)")."""
    cuts = [text]
    for sign in ("(", ",", ":", ";", " am ", " seit "):
        head = text.split(sign, maxsplit=1)[0].strip()
        if head and head not in cuts:
            cuts.append(head)
    return [squeeze(cut) for cut in cuts if squeeze(cut)][:4]


def _option(
    mark: Mark, segment: Segment | None, questions: Sequence[Question], vocabulary: Sequence[tuple[FieldSpec, str, str]], sheet: Sheet
) -> Option:
    is_overlapped = segment is not None and segment.box.overlap_x(mark.box) > 0  # the cross was read as letters
    fits = _fits(segment, vocabulary, is_overlapped=is_overlapped)
    governing = _governing(mark.box, questions, sheet)
    if is_lonely(mark, sheet) and any(q.label.segment is segment or (segment and q.label.box == segment.box) for q in questions):
        return Option(mark, None, None, governing)
    if governing is not None and governing.spec is not None:
        own = [fit for fit in fits if fit[0].path == governing.spec.path]
        if own:
            spec, value, score = max(own, key=lambda fit: fit[2])
            return Option(mark, segment, spec, governing, value, score * governing.score)
    if segment is not None and governing is not None and governing.spec is not None and governing.spec.is_ticked_text:
        return Option(mark, segment, governing.spec, governing, printed(segment.text), governing.score)
    telling = [fit for fit in fits if not _needs_label(fit[0])]
    paths = {fit[0].path for fit in telling}
    foreign = governing is not None and governing.spec is None and governing.label.kind is not LabelKind.HEADING
    if len(paths) == 1 and not foreign:
        spec, value, score = max(telling, key=lambda fit: fit[2])
        return Option(mark, segment, spec, governing, value, score)
    return Option(mark, segment, None, governing)


def _needs_label(spec: FieldSpec) -> bool:
    """Tell whether an answer says nothing without its question, as "ja" does."""
    return spec.kind is FieldKind.YES_NO or (spec.kind is FieldKind.CHOICE and "none" in spec.choices)


def _governing(mark: Box, questions: Sequence[Question], sheet: Sheet) -> Question | None:
    """Return the question a check box answers: left in its line, else the nearest above it in its cell or column."""
    cell = sheet.grid.cell_of(mark)
    row = [q for q in questions if same_row(q.label.box, mark) and q.label.box.right <= mark.left + 2]
    row = [q for q in row if sheet.grid.upright_between(q.label.box, mark) <= 1]
    if row:
        return max(row, key=lambda q: q.label.box.right)
    above = [q for q in questions if q.label.box.bottom <= mark.centre[1] and q.label.box.left <= mark.left + 2 * sheet.em]
    if cell.is_closed:
        inside = [q for q in above if cell.box.holds(q.label.box)]
        if inside:
            return max(inside, key=lambda q: q.label.box.bottom)
    choosing = [q for q in above if q.label.kind is LabelKind.HEADING or _may_be_ticked(q.spec)]
    return max(choosing, key=lambda q: q.label.box.bottom, default=None)


def _may_be_ticked(spec: FieldSpec | None) -> bool:
    return spec is not None and (spec.kind in _TICKED or spec.is_ticked_text)


_TICKED: Final = frozenset({FieldKind.CHOICE, FieldKind.YES_NO, FieldKind.CODE, FieldKind.LIST})


def spent_boxes(options: Sequence[Option]) -> tuple[Box, ...]:
    """Return the boxes of print that are options of check boxes, and so no values."""
    return tuple(union(word.box for word in option.segment.words) for option in options if option.segment is not None)


def ticked(options: Sequence[Option]) -> list[Option]:
    """Return the options that are marked for sure."""
    return [option for option in options if option.mark.state is MarkState.MARKED]


def faint(options: Sequence[Option]) -> list[Option]:
    """Return the options of which nobody can say whether they are marked."""
    return [option for option in options if option.mark.state is MarkState.FAINT]
