"""From places and readings to fields with an honest probability, and every doubt about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from bridge.domain.calibration import Calibration
from bridge.domain.evidence import Agreement, Evidence
from bridge.domain.findings import MIXED, Located, Validated
from bridge.domain.forms import PARTS, CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Layout, Reading
from bridge.domain.model import Field, Issue, IssueCode, JsonValue, Origin
from bridge.stages.agreement import PAGE, Verdict, Version, agree
from bridge.stages.confidence import DERIVED, probability
from bridge.stages.consensus import settled_by_column, settled_numbers
from bridge.stages.grammars import city
from bridge.stages.parsing import parse
from bridge.stages.places import is_place_of, place_meant
from bridge.stages.plausibility import objections
from bridge.stages.spelling import likely_spelling
from bridge.stages.typed import parse_value

__all__ = ["parse_value", "validate"]

UNREADABLE: Final = "Der Eintrag konnte nicht gelesen werden; bitte im Bild nachsehen."
NO_STREET: Final = "In der Anschrift war keine Straße zu lesen; bitte im Bild nachsehen."
SPELLED: Final = "Gelesen wurde „{read}“; gemeint ist vermutlich „{spelled}“."
SEVERAL_FACTS: Final = "In dieser Angabe steht mehreres; bitte prüfen, ob es den richtigen Feldern zugeordnet ist."
TWICE: Final = "Die Angabe steht zweimal und verschieden auf dem Fax."
_BY_RULE: Final = 0.6  # most confidence of a reading that only a rule speaks for
_WORDED: Final = frozenset(
    {FieldKind.NAME, FieldKind.STREET, FieldKind.TEXT, FieldKind.OFFICE}
)  # towns are held against their postal codes
_IN_ADDRESS: Final = frozenset({FieldKind.STREET, FieldKind.CITY, FieldKind.POSTAL_CODE})
_HEARSAY: Final = 0.6  # confidence below which a reading of a place the page reader saw empty counts as noise


@dataclass(frozen=True, slots=True)
class _Leaf:
    field: Field
    issue: Issue | None
    is_party: bool


def validate(
    kind: DocumentType,
    located: Sequence[Located],
    readings: Sequence[Sequence[tuple[Reading, ...]]],
    layouts: Mapping[int, Layout],
    codes: Mapping[str, tuple[CodeEntry, ...]],
    received_on: date,
    calibration: Calibration,
    *,
    is_understood: bool = True,
) -> Validated:
    """Normalise what was read, compare page and crops, apply every rule.

    `readings[i][j]` are the readings of `located[i].boxes[j]`; `layouts` gives the size of each page; `received_on` is the fax's day;
    `calibration` tells from the evidence how probably a value is right; `is_understood` as in `Evidence`.
    Returns a field for every value, doubtful ones too, and an issue for every doubt.
    """
    leaves: list[_Leaf] = []
    issues: list[Issue] = []
    for place, crops in zip(located, readings, strict=True):
        found, doubts = _Reader(kind, codes, layouts[place.page], received_on, calibration, is_understood=is_understood).read(place, crops)
        leaves += found
        issues += doubts
    fields, conflicts = _merge(leaves)
    fields = settled_numbers(settled_by_column(_settled_by_place(fields, kind.field_threshold)))
    issues += [leaf.issue for leaf in leaves if leaf.issue is not None and not _is_superseded(leaf, leaves)]
    issues += conflicts
    return _apply_rules(kind, fields, issues, received_on)


class _Reader:
    """Reads one place; holds what all its steps need."""

    def __init__(
        self,
        kind: DocumentType,
        codes: Mapping[str, tuple[CodeEntry, ...]],
        layout: Layout,
        received_on: date,
        calibration: Calibration,
        *,
        is_understood: bool,
    ) -> None:
        self._kind, self._codes, self._layout, self._received_on = kind, codes, layout, received_on
        self._calibration, self._is_understood = calibration, is_understood

    def read(self, place: Located, crops: Sequence[tuple[Reading, ...]]) -> tuple[list[_Leaf], list[Issue]]:
        spec = _spec_of(place, self._kind)
        if spec is None:
            return [], [self._issue(place.path, IssueCode.UNREADABLE, place.doubt or UNREADABLE, place)]
        if place.is_ticked:
            return self._ticked(place, spec)
        texts = _texts(place, crops)
        told = [parse(place, spec, text, self._kind, self._codes, self._received_on) for _, text, _ in texts]
        parsed = [(reader, text, sure, said.values) for (reader, text, sure), said in zip(texts, told, strict=True)]
        paths = list(dict.fromkeys(path for said in told for path in said.values))
        is_divided = any(said.is_divided for said in told)
        if is_divided:
            place = replace(place, doubt=place.doubt or SEVERAL_FACTS)
        leaves = []
        for path in paths:
            versions = [Version(reader, text, sure, values.get(path)) for reader, text, sure, values in parsed]
            if place.kind in PARTS and len(versions) > 1:
                versions = [v for v in versions if v.parsed is not None] if place.kind is FieldKind.PARTY else versions
            verdict = agree(versions, self._leaf_kind(place, path))
            if verdict is not None:
                leaves.append(self._leaf(path, place, verdict, crops))
        if is_divided:
            lost = dict.fromkeys(path for said in told for path in said.lost)
            return leaves, [self._issue(path, IssueCode.UNREADABLE, UNREADABLE, place) for path in lost]
        return leaves, self._unread(place, spec, texts, paths)

    def _ticked(self, place: Located, spec: FieldSpec) -> tuple[list[_Leaf], list[Issue]]:
        if place.value is None and spec.kind is not FieldKind.YES_NO:
            return [], [self._issue(path, IssueCode.UNREADABLE, place.doubt or UNREADABLE, place) for path in spec.filled_paths()]
        basis = self._evidence(place, Agreement.SINGLE, 1, place.confidence, is_plausible=True, kind=place.kind)
        sure = probability(basis, self._calibration)
        if place.confidence < 0.3:
            sure = min(sure, 0.92)
        issue_code = IssueCode.CONFLICT
        if place.kind is FieldKind.CODE and not place.path.endswith("name"):
            values: dict[str, tuple[JsonValue, Origin]] = {
                f"{place.path}.name": (place.text, Origin.READ),
                f"{place.path}.code": (place.value, Origin.DERIVED),
            }
        elif place.kind is FieldKind.CODE:
            values = {place.path: (place.text, Origin.READ)}
        else:
            values = {place.path: (place.value, Origin.READ)}
        leaves = []
        for path, (value, origin) in values.items():
            issue = self._issue(path, issue_code, place.doubt, place) if place.doubt else None
            field = Field(path, value, place.text, sure, origin, place.page, self._box(place), basis=basis)
            leaves.append(_Leaf(field, issue, is_party=False))
        return leaves, []

    def _leaf(self, path: str, place: Located, verdict: Verdict, crops: Sequence[tuple[Reading, ...]]) -> _Leaf:
        parsed = verdict.chosen.parsed
        assert parsed is not None  # noqa: S101 - agree() chooses among parsed versions only
        kind = self._leaf_kind(place, path)
        basis = self._evidence(
            place, verdict.agreement, verdict.readers, verdict.chosen.confidence, is_plausible=parsed.problem is None, kind=kind
        )
        written = str(parsed.value)
        basis = replace(basis, length=len(written), plain_vowels=sum(letter in "aouAOU" for letter in written))
        sure = probability(basis, self._calibration)
        is_code = place.kind is FieldKind.CODE and path.endswith(".code")
        field = Field(
            path=path,
            value=parsed.value,
            text=verdict.chosen.text,
            confidence=round(sure * DERIVED, 4) if is_code else sure,
            origin=Origin.DERIVED if is_code else Origin.READ,
            page=place.page,
            box=self._box(place),
            readings=tuple(reading for crop in crops for reading in crop),
            basis=basis,
        )
        is_weighed = not place.is_handwritten and field.confidence < self._kind.field_threshold  # what may leave stays as it was read
        spelled = _spelled(field, kind, verdict) if is_weighed else field
        doubt = self._doubt(path, place, verdict)
        if spelled.value != field.value:
            said = SPELLED.format(read=field.value, spelled=spelled.value)
            doubt = replace(doubt, message=f"{doubt.message} {said}") if doubt else self._issue(path, IssueCode.CONFLICT, said, place)
        return _Leaf(spelled, doubt, place.kind is FieldKind.PARTY)

    def _doubt(self, path: str, place: Located, verdict: Verdict) -> Issue | None:
        parsed = verdict.chosen.parsed
        if place.is_handwritten:
            return self._issue(path, IssueCode.UNREADABLE, place.doubt or UNREADABLE, place)
        if place.doubt:
            return self._issue(path, IssueCode.CONFLICT, place.doubt, place)
        if verdict.agreement is Agreement.CONFLICT and verdict.others:
            other = " ".join(verdict.others[0].text.split())
            message = f"Die Lesungen unterscheiden sich: {' '.join(verdict.chosen.text.split())} oder {other}."
            return self._issue(path, IssueCode.CONFLICT, message, place)
        if parsed is not None and parsed.problem is not None:
            message = _with_reading(
                parsed.problem, verdict.chosen.text, is_agreed=verdict.agreement is Agreement.FULL and verdict.readers > 1
            )
            return self._issue(path, IssueCode.IMPLAUSIBLE, message, place)
        return None

    def _unread(self, place: Located, spec: FieldSpec, texts: Sequence[tuple[str, str, float]], paths: Sequence[str]) -> list[Issue]:
        """Return an issue for what should have come of a place and did not; none for a place that is empty after all."""
        if place.kind is FieldKind.PARTY:
            return self._without_street(place, spec, paths)
        wanted = _targets(place, spec)
        if place.kind in {FieldKind.ADDRESS, FieldKind.FULL_NAME} or (place.kind is FieldKind.CODE and paths):
            wanted = wanted if not paths else tuple(p for p in wanted if p.endswith(".code") and p not in paths)
        if not texts and place.doubt is None and not place.text:
            return []
        return [
            self._issue(path, IssueCode.UNREADABLE, place.doubt or UNREADABLE, place) for path in wanted if not paths or path not in paths
        ]

    def _without_street(self, place: Located, spec: FieldSpec, paths: Sequence[str]) -> list[Issue]:
        """Return an issue where an address block has a town and no street: it hardly ever has none, and would leave without."""
        wanted = {path.rsplit(".", 1)[-1]: path for path in spec.filled_paths()}
        if wanted["postal_code"] not in paths or wanted["street"] in paths:
            return []
        return [self._issue(wanted["street"], IssueCode.UNREADABLE, NO_STREET, place)]

    def _evidence(
        self, place: Located, agreement: Agreement, readers: int, crop: float, *, is_plausible: bool, kind: FieldKind
    ) -> Evidence:
        return Evidence(
            kind=kind,
            agreement=agreement,
            word_confidence=place.confidence,
            crop_confidence=crop,
            label_score=place.label_score,
            readers=readers,
            is_ticked=place.is_ticked,
            is_handwritten=place.is_handwritten,
            is_doubtful=place.doubt is not None,
            is_plausible=is_plausible,
            page_quality=self._layout.quality,
            print_lines=min((box.height for box in place.boxes), default=place.box.height) * self._layout.fineness,
            is_understood=self._is_understood,
        )

    def _leaf_kind(self, place: Located, path: str) -> FieldKind:
        """Return the kind by which a leaf is judged; a fact told along has its own field's."""
        parts = PARTS.get(FieldKind.ADDRESS if place.kind in _IN_ADDRESS else place.kind)
        is_own = path.startswith(place.path) if parts is None else path.rpartition(".")[2] in parts
        told = next((spec.kind for spec in self._kind.fields if path in spec.filled_paths()), place.kind)
        return _leaf_kind(place.kind if is_own else told, path)

    def _box(self, place: Located) -> tuple[float, float, float, float]:
        return place.box.fractions_of(self._layout.width, self._layout.height)

    def _issue(self, path: str, code: IssueCode, message: str, place: Located) -> Issue:
        return Issue(path, code, message, place.page, self._box(place))


def _spelled(field: Field, kind: FieldKind, verdict: Verdict) -> Field:
    """Return a doubtful field with its words as they most likely were printed; what is altered never leaves unseen."""
    if kind not in _WORDED or not isinstance(field.value, str):
        return field
    others = [str(other.parsed.value) if other.parsed is not None else other.text for other in verdict.others]
    spelled = likely_spelling(field.value, others)
    return field if spelled == field.value else replace(field, value=spelled, confidence=min(field.confidence, _BY_RULE))


def _spec_of(place: Located, kind: DocumentType) -> FieldSpec | None:
    """Return the field a place belongs to; None for what is assigned to none. Blocks without a label have a spec of their own."""
    if place.path.startswith("rows."):
        column = place.path.split(".", 2)[2]
        return next((spec for spec in kind.columns if spec.path == column), None)
    found = next((spec for spec in kind.fields if spec.path == place.path and spec.kind is place.kind), None)
    if found is None and place.kind is FieldKind.PARTY:
        return FieldSpec(place.path, place.kind, ())
    return found or next((spec for spec in kind.fields if spec.path == place.path), None)


def _targets(place: Located, spec: FieldSpec) -> tuple[str, ...]:
    """Return the full paths that a place fills, its row's number included."""
    if not place.path.startswith("rows."):
        return spec.filled_paths()
    row = ".".join(place.path.split(".")[:2])
    return tuple(f"{row}.{path}" for path in spec.filled_paths())


def _leaf_kind(kind: FieldKind, path: str) -> FieldKind:
    """Return the kind by which a leaf of a compound value is judged."""
    last = path.rsplit(".", 1)[-1]
    if kind not in PARTS and kind not in {FieldKind.STREET, FieldKind.CITY, FieldKind.POSTAL_CODE}:
        return kind
    return {
        "postal_code": FieldKind.POSTAL_CODE,
        "phone": FieldKind.PHONE,
        "street": FieldKind.STREET,
        "city": FieldKind.CITY,
        "organization": FieldKind.TEXT,
    }.get(last, FieldKind.NAME)


def _texts(place: Located, crops: Sequence[tuple[Reading, ...]]) -> list[tuple[str, str, float]]:
    """Return (reader, text, confidence) of the page reading and of every crop reader, its lines put together."""
    texts = [(place.reader or PAGE, place.text, place.confidence)] if place.text and place.reader != MIXED else []
    readers = list(dict.fromkeys(reading.reader for crop in crops for reading in crop))
    for reader in readers:
        lines = [next((r for r in crop if r.reader == reader), None) for crop in crops]
        read = [line for line in lines if line is not None and line.text]
        if not any(c.isalnum() for line in read for c in line.text):
            continue
        sure = min(line.confidence for line in read)
        if place.text or sure >= _HEARSAY:
            texts.append((reader, "\n".join(line.text for line in read), sure))
    return texts


def _merge(leaves: Sequence[_Leaf]) -> tuple[list[Field], list[Issue]]:
    """Return one field a path. A labelled value goes before a letterhead's; two labelled ones that differ are in conflict."""
    by_path: dict[str, list[_Leaf]] = {}
    for leaf in leaves:
        by_path.setdefault(leaf.field.path, []).append(leaf)
    fields, issues = [], []
    for path, group in by_path.items():
        labelled = [leaf for leaf in group if not leaf.is_party] or group
        best = max(labelled, key=lambda leaf: leaf.field.confidence)
        if any(_folded(leaf.field.value) != _folded(best.field.value) for leaf in labelled):
            best = replace(best, field=replace(best.field, confidence=min(best.field.confidence, 0.4)))
            issues.append(Issue(path, IssueCode.CONFLICT, TWICE, best.field.page, best.field.box))
        fields.append(best.field)
    return fields, issues


def _with_reading(message: str, text: str, *, is_agreed: bool) -> str:
    """Return `message` with what was read: what every reading says alike was hardly misread by chance, and a clerk should know."""
    printed = " ".join(text.split())
    if not printed or printed in message:
        return message
    return f"{message} {'Beide Lesungen' if is_agreed else 'Gelesen'}: {printed}."


def _is_agreed(field: Field) -> bool:
    """Tell whether the crop readings of a value are all alike."""
    texts = {reading.text for reading in field.readings}
    return len(texts) == 1 and len({reading.reader for reading in field.readings}) > 1


def _is_superseded(leaf: _Leaf, leaves: Sequence[_Leaf]) -> bool:
    """Tell whether a letterhead's doubt does not matter, because the value stands at a label too."""
    return leaf.is_party and any(other.field.path == leaf.field.path and not other.is_party for other in leaves)


def _folded(value: JsonValue) -> JsonValue:
    return value.replace(" ", "") if isinstance(value, str) else value


def _settled_by_place(fields: Sequence[Field], surely: float) -> list[Field]:
    """Return the fields, a place that does not belong to the postal code beside it read as the one reading of it that does.

    Where none does, the one place that the print can mean is proposed; neither leaves unseen. What has the confidence `surely` may leave.
    """
    codes = {field.path: str(field.value) for field in fields if field.path.endswith("postal_code")}

    def settled(field: Field) -> Field:
        stem, _, last = field.path.rpartition(".")
        code = codes.get(f"{stem}.postal_code" if stem else "postal_code")
        if last != "city" or code is None or is_place_of(code, str(field.value)):
            return field
        readings = () if "\n" in field.text else field.readings  # of several lines they are of others too
        read = {parsed.value for reading in readings if (parsed := city(reading.text)) and is_place_of(code, str(parsed.value))}
        is_doubtful = field.confidence < surely
        proposed = None if read else place_meant(code, str(field.value), is_doubtful=is_doubtful)
        meant = read.pop() if len(read) == 1 else proposed
        return replace(field, value=meant, confidence=min(field.confidence, _BY_RULE)) if meant is not None else field

    return [settled(field) for field in fields]


def _apply_rules(kind: DocumentType, fields: Sequence[Field], issues: Sequence[Issue], received_on: date) -> Validated:
    found = objections(kind, {field.path: field.value for field in fields}, received_on)
    places = {field.path: field for field in fields}
    refused = {objection.path for objection in found}
    judged = [replace(f, confidence=min(f.confidence, 0.35)) if f.path in refused else f for f in fields]
    for objection in found:
        field = places.get(objection.path)
        code = IssueCode.MISSING if objection.is_missing else IssueCode.IMPLAUSIBLE
        place = (field.page, field.box) if field else (None, None)
        message = objection.message
        if field is not None and not objection.is_missing:
            message = _with_reading(message, field.text, is_agreed=_is_agreed(field))
        issue = Issue(objection.path, code, message, *place)
        if not any(known.field == issue.field and known.message.startswith(objection.message) for known in issues):
            issues = [*issues, issue]
    return Validated(tuple(judged), tuple(issues))
