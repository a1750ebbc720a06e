"""What a label asks that nobody has listed: abbreviated, put together from several, with its owner named, or with fillers before it.

"Postleitz." is "Postleitzahl", "Str./PLZ/Ort" an address, "Tel. der meldenden Person" the notifier's telephone. What is told
this way is a guess by rules, so it scores less than a label that is known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from rapidfuzz import fuzz, process

from bridge.domain.forms import PARTS, DocumentType, FieldKind, FieldSpec
from bridge.stages.folding import differ_by_misreading, fold, needed_similarity, squeeze
from bridge.stages.vocabulary import Phrase, known_phrases

UNDERSTOOD: Final = 0.92  # score of a label that is told by its wording, not by the list
_PARTING: Final = re.compile(r"\s*(?:[/,;&+]|\bund\b|\bu\.|\boder\b|\bbzw\.?)\s*")
_FILLER: Final = re.compile(
    r"^(?:(?:ggf|evtl|gegebenenfalls|falls (?:ja|zutreffend|bekannt|vorhanden)"
    r"|wenn ja|bei ja|bitte|welches|welche[rs]?|genaue[rs]?)\b[.,: ]*)+",
    re.IGNORECASE,
)
_LINK: Final = r"[\s(/,:-]*(?:(?:des|der|d|vom|von|zum|zur|beim|fur)(?: der| des| den| die)?)?\s*"
# what short words stand for, as patterns of squeezed text
_ABBREVIATED: Final = {
    "nr": "(?:nr|nummer)",
    "str": "(?:str|strasse)",
    "tel": "tel[a-z]*",
    "kh": "krankenhaus",
    "d": "(?:d|der|des)",
    "od": "(?:od|oder)",
}
_LEAST_STEM: Final = 3  # letters before the point of an abbreviation
_LEAST_CUT: Final = 6  # letters of a label from which its end may be missing without a point
_MOST_MISSING: Final = 6
_COMPOUND: Final = (FieldKind.FULL_NAME, FieldKind.ADDRESS)


def understand(text: str, kind: DocumentType, *, is_evident: bool) -> Phrase | None:
    """Return what a label asks, None where its wording does not tell.

    `is_evident` where its place shows that it is a label: then its end may be missing without a point.
    """
    texts, phrases = known_phrases(kind)

    def known(part: str) -> Phrase | None:
        return _listed(part, texts, phrases) or _abbreviated(part, texts, phrases, is_evident=is_evident)

    plain = _FILLER.sub("", text).strip(" :")
    if not any(c.isalpha() for c in plain):
        return None
    return known(plain) or _owned(plain, kind, known) or _composed(plain, kind, known)


def _listed(text: str, texts: Sequence[str], phrases: Sequence[Phrase]) -> Phrase | None:
    query = squeeze(text)
    if not query:
        return None
    best = process.extractOne(query, texts, scorer=fuzz.ratio, processor=None)
    if best is None or best[1] / 100 < needed_similarity(best[0]) or not differ_by_misreading(query, best[0]):
        return None
    return phrases[best[2]]


def _abbreviated(text: str, texts: Sequence[str], phrases: Sequence[Phrase], *, is_evident: bool) -> Phrase | None:
    """Return the phrase of which `text` is short for, if all that it could be short for ask the same."""
    pattern = _pattern_of(text, is_evident=is_evident)
    if pattern is None:
        return None
    found = [(known, phrase) for known, phrase in zip(texts, phrases, strict=True) if phrase.specs and pattern.fullmatch(known)]
    if not found:
        return None
    short, best = min(found, key=lambda item: len(item[0]))
    paths = {spec.path for spec in best.specs}
    # "Postleitzahl, Ort" only adds to what "Postleitz." is short for
    others = [phrase for known, phrase in found if not known.startswith(short)]
    return best if all(paths & {spec.path for spec in other.specs} for other in others) else None


def _pattern_of(text: str, *, is_evident: bool) -> re.Pattern[str] | None:
    """Return what a phrase must look like for `text` to be short for it; None where nothing in it is short."""
    pieces, is_short = [], False
    for token in re.findall(r"[^\s./,()-]+\.?", text):
        stem = squeeze(token)
        if not stem:
            continue
        plain = fold(token)
        if plain in _ABBREVIATED:
            pieces.append(_ABBREVIATED[plain])
            is_short = True
        elif token.endswith(".") and len(stem) >= _LEAST_STEM:
            pieces.append(re.escape(stem) + "[a-z]*")
            is_short = True
        else:
            pieces.append(re.escape(stem))
    whole = "".join(pieces)
    if is_evident and len(squeeze(text)) >= _LEAST_CUT and not whole.endswith("*"):
        whole += f"[a-z]{{0,{_MOST_MISSING}}}"
        is_short = True
    return re.compile(whole) if is_short and pieces else None


def _owned(text: str, kind: DocumentType, known: Callable[[str], Phrase | None]) -> Phrase | None:
    """Return the question about an owner that the label names behind it, whatever heading it stands under."""
    plain = fold(text)
    for section, owners in kind.owners.items():
        for owner in sorted(map(fold, owners), key=len, reverse=True):
            match = re.fullmatch(rf"(.*?){_LINK}{re.escape(owner)}", plain)
            head = match.group(1).strip() if match else ""
            if not head or match is None:
                continue
            phrase = known(head)
            own = tuple(spec for spec in phrase.specs if section in spec.sections) if phrase else ()
            if own:
                return Phrase(text, tuple(replace(spec, sections=()) for spec in own))
    return None


def _composed(text: str, kind: DocumentType, known: Callable[[str], Phrase | None]) -> Phrase | None:
    """Return what the parts of a label ask together: the same, or the parts of one name or address."""
    parts = [part for part in _PARTING.split(re.sub(r"[()]", " / ", text)) if any(c.isalpha() for c in part)]
    if len(parts) < 2 or len(parts) > 5:
        return None
    found = [known(part) for part in parts]
    asked = [phrase.specs for phrase in found if phrase is not None and phrase.specs]
    if not asked or any(phrase is None for phrase in found):
        return None
    shared = [spec for spec in asked[0] if all(any(spec.path == other.path for other in specs) for specs in asked[1:])]
    specs = tuple(shared) or _wholes(asked, kind.fields)
    return Phrase(text, specs) if specs else None


def _wholes(asked: Iterable[Sequence[FieldSpec]], specs: Sequence[FieldSpec]) -> tuple[FieldSpec, ...]:
    """Return the compound fields (full name, address) that all the parts asked for belong to, one for each owner."""
    wholes = []
    for whole in specs:
        if whole.kind not in _COMPOUND or not whole.sections:
            continue
        prefix = whole.path.rpartition(".")[0]
        inside = {f"{prefix}.{part}" for part in PARTS[whole.kind]} | {whole.path}
        if all(any(spec.path in inside for spec in part) for part in asked):
            wholes.append(whole)
    return tuple(wholes)
