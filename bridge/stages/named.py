"""A disease or pathogen that a page names where no label asks for it: in a title, a sentence, or behind a label nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bridge.domain.findings import Located
from bridge.domain.forms import CodeEntry, DocumentType, FieldKind
from bridge.stages.codes import CodeMatch, match_code
from bridge.stages.folding import squeeze
from bridge.stages.lines import Segment, Sheet
from bridge.stages.roles import follows_mark
from bridge.stages.unlabelled import unlabelled

NAMED_ALONE: Final = "Die Angabe steht bei keiner Beschriftung, sondern nur im Text; bitte prüfen, ob sie gemeint ist."
_MOST_WORDS: Final = 4  # of a name
_LEAST_LETTERS: Final = 5
_SURELY: Final = 0.9
_LABEL_SCORE: Final = 0.7


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
