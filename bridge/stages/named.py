"""What a page names where no label asks for it: in its title, in a sentence, or behind a label nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import CodeEntry, DocumentType, FieldKind
from bridge.domain.layout import Layout
from bridge.stages.codes import CodeMatch, match_code
from bridge.stages.folding import fold, squeeze
from bridge.stages.lines import Segment, Sheet, open_sheet, union
from bridge.stages.phrases import strength_of
from bridge.stages.roles import follows_mark
from bridge.stages.unlabelled import unlabelled

NAMED_ALONE: Final = "Die Angabe steht bei keiner Beschriftung, sondern nur im Text; bitte prüfen, ob sie gemeint ist."
TWO_TITLES: Final = "Die Überschrift nennt mehrere Antworten, obwohl nur eine gelten kann."
_TITLE_ZONE: Final = 0.3  # of the page's height
_MOST_WORDS: Final = 4  # of a name
_LEAST_LETTERS: Final = 5
_SURELY: Final = 0.9
_LABEL_SCORE: Final = 0.7


def named_by_title(layout: Layout, number: int, kind: DocumentType, found: Sequence[Located]) -> list[Located]:
    """Return what the title says ("Liste der Kontaktpersonen") for fields that no label answers; two answers are a doubt."""
    sheet = open_sheet(number, layout)
    top = [s for s in sheet.segments if s.box.top <= _TITLE_ZONE * layout.height]
    text = f" {fold(' '.join(s.text for s in top))} "
    named = []
    for spec in kind.fields:
        if not spec.is_in_title or any(place.path == spec.path for place in found):
            continue
        values = [value for value, prints in spec.choices.items() if any(strength_of(p, text) for p in prints)]
        if values and top:
            box = union(segment.box for segment in top)
            doubt = TWO_TITLES if len(values) > 1 else None
            named.append(Located(spec.path, spec.kind, number, box, "", 0.9, value=values[0], is_ticked=True, doubt=doubt))
    return named


def named_alone(
    sheets: Sequence[Sheet], kind: DocumentType, codes: Mapping[str, tuple[CodeEntry, ...]], found: Sequence[Located]
) -> list[Located]:
    """Return the one entry of a code list that the pages name, for each coded field that nothing else answers; always doubtful."""
    answered = {place.path for place in found}
    asked = [spec for spec in kind.fields if spec.kind is FieldKind.CODE and spec.codes and not spec.path.endswith("name")]
    named: list[Located] = []
    for spec in {spec.path: spec for spec in asked if spec.path not in answered}.values():
        entries = codes[str(spec.codes)]
        hits = [(code, run, sheet) for sheet in sheets for code, run in _hits(sheet, entries)]
        if len({code for code, _, _ in hits}) == 1:
            _, run, sheet = hits[0]
            named.append(unlabelled(spec.path, spec.kind, [run], sheet, doubt=NAMED_ALONE, label_score=_LABEL_SCORE))
    return named


def _hits(sheet: Sheet, entries: Sequence[CodeEntry]) -> Iterator[tuple[str, Segment]]:
    """Yield code and words of every name on a page; what is printed beside a check box only offers it."""
    for segment in sheet.segments:
        if follows_mark(segment, sheet):
            continue
        for start in range(len(segment.words)):
            runs = [segment.cut(start, stop) for stop in range(start + 1, min(len(segment.words), start + _MOST_WORDS) + 1)]
            matches = [(match, run) for run in runs if (match := _match(run.text, entries)) is not None]
            if matches:
                match, run = max(matches, key=lambda found: (found[0].score, len(found[1].words)))
                yield match.code, run


def _match(text: str, entries: Sequence[CodeEntry]) -> CodeMatch | None:
    match = match_code(text.strip(" .,;:()"), entries) if len(squeeze(text)) >= _LEAST_LETTERS else None
    return match if match is not None and match.score >= _SURELY else None
