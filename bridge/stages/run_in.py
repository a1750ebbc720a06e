"""Several facts in one answer: "Böhm, Anna, geb. am 08.03.1965, weiblich", "ja, Elblandklinikum seit 29.10.2026".

Notes, mails and laboratories' prints answer so. Each fact is told by what stands before it or by what it looks like; a person checks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.stages.answers import YES_NO, parse_choice
from bridge.stages.dates import DAY
from bridge.stages.folding import fold_blanks, squeeze
from bridge.stages.grammars import tidy
from bridge.stages.parties import has_title, is_road
from bridge.stages.vocabulary import known_phrases

_MARK: Final = re.compile(r"\s*[;=]\s*|\s*,\s+(?![^()]*\))|\s+(?:[-–]|->)\s+|(?<=[^\d\s])\s+/\s+|\s+/\s+(?=[^\d\s])|\s*\n\s*")
_DATED: Final = re.compile(rf"^(?P<head>.*?)\(?\b(?P<word>seit|ab|am|vom|zuletzt|letzte)\b(?: am)? (?P<date>{DAY})\)?$", re.IGNORECASE)
_BORN: Final = re.compile(
    rf"^(?P<head>.*?)\(?\s*(?:geb(?:oren)?\b\.?(?:-?Dat(?:um)?\b\.?)?(?: am)?|\*)\s*:?\s*(?P<date>{DAY})\)?$", re.IGNORECASE
)
_TOWN: Final = re.compile(r"^(?:D-)?\d{5} [^\W\d_]")
SEX: Final = re.compile(r"männlich|weiblich|divers|männl\.?|weibl\.?|[mwd]", re.IGNORECASE)
_SEX_IN_BRACKETS: Final = re.compile(rf"^(?P<head>.*\S) \((?P<sex>{SEX.pattern})\)$", re.IGNORECASE)
_COUNT: Final = re.compile(r"\d{1,2}(?: ?x| mal| Dosen| Dosis| Impfungen)", re.IGNORECASE)
_STATUS: Final[Mapping[str, re.Pattern[str]]] = {
    "suspected": re.compile(r"^(?:(?:dringender )?verdacht(?: auf| a\.)?:?|v\. ?a\.?:?) (?=\S)", re.IGNORECASE),
    "deceased": re.compile(r"^(?:(?:pat(?:ient(?:in)?)?\.? )?verstorben|todesfall|tod)$|^(?:tod|todesfall) an (?=\S)", re.IGNORECASE),
    "ill": re.compile(r"^erkrankung(?: an|:) (?=\S)", re.IGNORECASE),
}
_WHOLE_NAME: Final = 2  # words before a letter that tells the sex
_LONGEST_LABEL: Final = 3  # words of a label within an answer
_STRICT: Final = frozenset({FieldKind.DATE, FieldKind.PHONE, FieldKind.EMAIL, FieldKind.INTEGER, FieldKind.LANR, FieldKind.BSNR})
_HEADS: Final = frozenset(
    {
        FieldKind.FULL_NAME,
        FieldKind.ADDRESS,
        FieldKind.TEXT,
        FieldKind.CHOICE,
        FieldKind.YES_NO,
        FieldKind.CODE,
        FieldKind.DATE,
        FieldKind.PHONE,
    }
)

Fact = tuple[FieldSpec, str]


def facts_in(spec: FieldSpec, text: str, kind: DocumentType) -> tuple[Fact, ...]:
    """Return what an answer to `spec` says, each fact with its field and its words; one fact where it says only what was asked."""
    if spec.kind not in _HEADS:
        return ((spec, text),)
    said = _Said(spec, kind)
    folded = "\n".join(map(fold_blanks, text.split("\n")))
    pieces = [piece for part in _MARK.split(folded) if (piece := part.strip())]
    own = said.take_address([rest for place, piece in enumerate(pieces) if (rest := said.take(piece, pieces[:place]))])
    if not said.facts:
        return ((spec, text),)
    head = ", ".join(own)
    return ((spec, head), *said.facts) if head else tuple(said.facts)


class _Said:
    """The facts of one answer, found piece by piece."""

    def __init__(self, asked: FieldSpec, kind: DocumentType) -> None:
        self.facts: list[Fact] = []
        self._asked, self._kind = asked, kind
        top = asked.path.split(".")[0]
        self._siblings = [s for s in kind.fields if "." in s.path and s.path.split(".")[0] == top and s.path != asked.path]

    def take(self, piece: str, before: Sequence[str]) -> str:
        """Keep the fact that a piece of the answer tells; return what is left of it for the field that was asked for."""
        if not before and self._answers_yes_or_no(piece):
            return ""
        if self._asked.kind is FieldKind.CODE:
            piece = self._without_status(piece)
        if (born := _BORN.match(piece)) is not None and self._add(self._of("birth_date"), born["date"]):
            return tidy(born["head"])
        bracketed = _SEX_IN_BRACKETS.match(piece)
        if bracketed is not None and self._add(self._of("sex"), bracketed["sex"]):
            return tidy(bracketed["head"])
        is_letter = len(piece) == 1 and len(" ".join(before).split()) < _WHOLE_NAME  # "Böhm, M": an initial
        if before and SEX.fullmatch(piece) and not is_letter and self._add(self._of("sex"), piece):
            return ""
        if before and self._is_labelled(piece):
            return ""
        if self._asked.choices and not before:
            piece = self._without_name(piece)
        if _COUNT.fullmatch(piece) and self._add(self._first(FieldKind.INTEGER), piece):
            return ""
        dated = _DATED.match(piece) if self._asked.kind is not FieldKind.DATE else None
        if dated is not None and self._add(self._first(FieldKind.DATE), dated["date"]):
            return tidy(dated["head"])
        return piece

    def take_address(self, pieces: Sequence[str]) -> list[str]:
        """Keep an address, and a name with a title before it, among the pieces left; return the others."""
        left = list(pieces)
        town = next((place for place, piece in enumerate(left) if place and _TOWN.match(piece)), None)
        if town is None or self._asked.kind not in {FieldKind.FULL_NAME, FieldKind.TEXT}:
            return left
        start = town - 1 if town > 1 and is_road(left[town - 1]) else town
        if self._add(self._of("address"), ", ".join(left[start : town + 1])):
            del left[start : town + 1]
        titled = next((piece for piece in left[1:] if has_title(piece)), None)
        if titled is not None and self._add(self._of("name"), titled):
            left.remove(titled)
        return left

    def _without_status(self, piece: str) -> str:
        """Keep what a named disease says of the case ("Verdacht auf Masern", "Masern, verstorben"); return the disease."""
        status = next((spec for spec in self._kind.fields if spec.path == "case_status"), None)
        for value, pattern in _STATUS.items():
            said = pattern.search(piece)
            if status is not None and said is not None and self._add(status, status.choices[value][0]):
                return tidy(piece.replace(said.group(), ""))
        return piece

    def _without_name(self, piece: str) -> str:
        """Keep what an answer to choose names behind its colon ("wird dort betreut: Kita Sonnenschein"); return the answer chosen."""
        chosen, colon, named = piece.partition(":")
        name = self._of("name")
        is_name = name is not None and name.kind is FieldKind.TEXT and parse_choice(self._asked, chosen) is not None
        return tidy(chosen) if colon and is_name and self._add(name, tidy(named)) else piece

    def _answers_yes_or_no(self, piece: str) -> bool:
        """Keep "ja" or "nein" in front as the answer to the one question of that kind about the same thing."""
        is_answer = any(squeeze(piece) == squeeze(text) for texts in YES_NO.values() for text in texts)
        return is_answer and self._asked.kind is FieldKind.TEXT and self._add(self._first(FieldKind.YES_NO), piece)

    def _is_labelled(self, piece: str) -> bool:
        """Keep a piece that begins with another field's label, and goes on with such a value."""
        words = piece.split()
        for count in range(min(_LONGEST_LABEL, len(words) - 1), 0, -1):
            label, value = squeeze(" ".join(words[:count])), " ".join(words[count:])
            for spec in self._named(label):
                if spec.path != self._asked.path and (spec.kind not in _STRICT or any(c.isdigit() for c in value)):
                    return self._add(spec, value)
        return False

    def _named(self, label: str) -> Iterator[FieldSpec]:
        """Yield the fields that a label asks for, those about the same thing first."""
        keys, phrases = known_phrases(self._kind)
        specs = [spec for key, phrase in zip(keys, phrases, strict=True) if key == label for spec in phrase.specs]
        yield from (spec for spec in specs if spec in self._siblings)
        yield from (spec for spec in specs if "." not in spec.path or not spec.sections)

    def _of(self, part: str) -> FieldSpec | None:
        return next((spec for spec in self._siblings if spec.path.endswith(f".{part}")), None)

    def _first(self, kind: FieldKind) -> FieldSpec | None:
        paths = {spec.path: spec for spec in self._siblings if spec.kind is kind and not spec.path.endswith("birth_date")}
        return next(iter(paths.values()), None)

    def _add(self, spec: FieldSpec | None, text: str) -> bool:
        if (
            spec is None
            or any(spec.path == known.path for known, _ in self.facts)
            or {*spec.filled_paths()} & {*self._asked.filled_paths()}
        ):
            return False
        self.facts.append((spec, text))
        return True
