"""The catalog: every type, code list, target and route read from `config/`. A mistake is named with file, key and what is allowed."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from bridge.config_files import files_in, read_file
from bridge.domain.calibration import Calibration
from bridge.domain.errors import ConfigurationError
from bridge.domain.forms import Catalog, CodeEntry, DocumentType, FieldKind, FieldSpec
from bridge.domain.routing import Condition, Fact, Office, PostalCodes, Routes, Rule, Urgency, unreachable
from bridge.domain.type_model import TypeModel
from bridge.setting_kinds import Text
from bridge.settings import Strict
from bridge.target_files import load_target

_NEAR: Final = 12  # names that a message shows
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Listed = Annotated[tuple[Text, ...], Field(min_length=1)]


class _FieldFile(Strict):
    path: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)*$")]
    kind: FieldKind
    labels: tuple[Text, ...] = ()
    sections: tuple[Text, ...] = ()
    choices: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    codes: str | None = None
    is_ticked_text: bool = False
    is_in_title: bool = False

    def spec(self) -> FieldSpec:
        return FieldSpec(self.path, self.kind, self.labels, self.sections, self.choices, self.codes, self.is_ticked_text, self.is_in_title)


class _TypeFile(Strict):
    title: Text
    schema_version: Annotated[int, Field(ge=1)]
    disposition: Literal["deliver", "file", "review"]
    type_threshold: Share
    field_threshold: Share = 0.0
    required: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    openers: tuple[Text, ...] = ()
    ignored: tuple[Text, ...] = ()
    letterhead: str | None = None
    recipient: str | None = None
    is_form: bool = False
    expected: tuple[str, ...] = ()
    anchors: dict[Text, float] = Field(default_factory=dict)
    counter_anchors: dict[Text, float] = Field(default_factory=dict)
    sections: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    owners: dict[str, tuple[Text, ...]] = Field(default_factory=dict)
    fields: tuple[_FieldFile, ...] = ()
    columns: tuple[_FieldFile, ...] = ()


class _CodeFile(Strict):
    code: Text
    name: Text
    synonyms: tuple[Text, ...] = ()


class _CodesFile(Strict):
    entries: tuple[_CodeFile, ...]


class _OfficeFile(Strict):
    code: Text
    name: Text
    postal_codes: Listed


class _OfficesFile(Strict):
    office: tuple[_OfficeFile, ...] = ()


class _RouteFile(Strict):
    name: Text
    targets: Listed
    also: bool = False
    type: Listed | None = None
    mailbox: Listed | None = None
    postal_code: Listed | None = None
    office: Listed | None = None
    disease: Listed | None = None
    urgency: Annotated[tuple[Urgency, ...], Field(min_length=1)] | None = None

    def allowed(self) -> dict[Fact, tuple[str, ...]]:
        """Return what each condition that is given allows."""
        given = {fact: getattr(self, fact.value) for fact in Fact}
        return {fact: tuple(values) for fact, values in given.items() if values is not None}


class _UrgencyFile(Strict):
    immediate: tuple[Text, ...] = ()


class _RoutesFile(Strict):
    default: tuple[Text, ...] = ()
    urgency: _UrgencyFile = _UrgencyFile()
    route: tuple[_RouteFile, ...] = ()


class _TypeModelFile(Strict):
    version: Text
    types: Annotated[tuple[Text, ...], Field(min_length=2)]
    intercepts: tuple[float, ...]
    grams: dict[Text, tuple[float, ...]]


class _CalibrationFile(Strict):
    curve: Annotated[tuple[tuple[float, Share], ...], Field(min_length=1)]
    weights: dict[Text, float]
    thresholds: dict[Text, Share] = Field(default_factory=dict)


_TABLES: Final[Mapping[str, type[Strict]]] = {
    "fields": _FieldFile,
    "columns": _FieldFile,
    "entries": _CodeFile,
    "office": _OfficeFile,
    "route": _RouteFile,
    "urgency": _UrgencyFile,
}


class _Known(NamedTuple):
    """What rules may name, beside offices and mailboxes."""

    types: frozenset[str]
    codes: frozenset[str]
    targets: frozenset[str]


def load_catalog(config_dir: Path, environ: Mapping[str, str], silent_rate: float) -> Catalog:
    """Read `types/`, `codes/`, `targets/` and `calibration.toml` below `config_dir`; `${BRIDGE_…}` in targets comes from `environ`.

    `silent_rate` is the share of wrong values among those that leave by themselves to aim for: thresholds follow from it.
    Raises ConfigurationError naming the file, the key and what is allowed; nothing is loaded by halves.
    """
    codes = {file.stem: _codes(file) for file in files_in(config_dir / "codes")}
    targets = {file.stem: load_target(file, environ) for file in files_in(config_dir / "targets")}
    calibration = _calibration(config_dir / "calibration.toml")
    threshold = calibration.threshold(silent_rate)
    types = {file.stem: _type(file, codes, threshold) for file in files_in(config_dir / "types")}
    if "unknown" not in types:
        raise ConfigurationError(str(config_dir / "types"), "unknown.toml", "is missing; what fits no other type needs it")
    offices = _offices(config_dir / "offices.toml")
    routes = _routes(config_dir / "routes.toml", offices, _Known(frozenset(types), _all_codes(codes), frozenset(targets)))
    return Catalog(types, codes, targets, routes, calibration, _type_model(config_dir / "type_model.json"))


def _codes(file: Path) -> tuple[CodeEntry, ...]:
    entries = read_file(file, _CodesFile, _TABLES).entries
    _expect_unique(file, "entries", "code", [entry.code for entry in entries])
    return tuple(CodeEntry(entry.code, entry.name, entry.synonyms) for entry in entries)


def _calibration(file: Path) -> Calibration:
    read = read_file(file, _CalibrationFile, _TABLES)
    if list(read.curve) != sorted(read.curve):
        raise ConfigurationError(str(file), "curve", "must ascend; write it anew with `bridge calibrate`")
    try:
        thresholds = {float(rate): threshold for rate, threshold in read.thresholds.items()}
    except ValueError:
        raise ConfigurationError(str(file), "thresholds", "every key must be a rate such as 0.001") from None
    return Calibration(read.weights, read.curve, thresholds)


def _type_model(file: Path) -> TypeModel | None:
    """Return the model of document types; None where there is none, for the types' anchors do without."""
    if not file.is_file():
        return None
    try:
        tree = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        raise ConfigurationError(str(file), "-", "is no JSON; write it anew with `bridge train`") from None
    read = read_file(file, _TypeModelFile, _TABLES, tree)
    count = len(read.types)
    if len(read.intercepts) != count or any(len(weights) != count + 1 for weights in read.grams.values()):
        raise ConfigurationError(str(file), "grams", "has not one weight a type; write it anew with `bridge train`")
    return TypeModel(read.version, read.types, read.intercepts, read.grams)


def _offices(file: Path) -> tuple[Office, ...]:
    """Return the operator's list of offices; where there is none, no rule may ask for one."""
    entries = read_file(file, _OfficesFile, _TABLES).office if file.is_file() else ()
    for key in ("code", "name"):
        _expect_unique(file, "office", key, [getattr(entry, key) for entry in entries])
    return tuple(
        Office(entry.code, entry.name, tuple(_postal_codes(file, f"office.{place}.postal_codes", each) for each in entry.postal_codes))
        for place, entry in enumerate(entries)
    )


def _routes(file: Path, offices: Sequence[Office], known: _Known) -> Routes:
    """Return the rules, each of which names only what there is and can be reached."""
    read = read_file(file, _RoutesFile, _TABLES)
    _expect_known(file, "default", read.default, known.targets)
    _expect_known(file, "urgency.immediate", read.urgency.immediate, known.codes)
    _expect_unique(file, "route", "name", [entry.name for entry in read.route])
    rules = tuple(_rule(file, f"route.{place}", entry, offices, known) for place, entry in enumerate(read.route))
    lost = unreachable(rules)
    if lost is not None:
        rule, before = lost
        problem = f"can never be reached: '{before.name}' above holds whenever it would; put it above that one, or make one `also = true`"
        raise ConfigurationError(str(file), f"route.{rules.index(rule)}", problem)
    return Routes(rules, read.default, tuple(offices), frozenset(read.urgency.immediate), known.targets)


def _rule(file: Path, key: str, entry: _RouteFile, offices: Sequence[Office], known: _Known) -> Rule:
    allowed = entry.allowed()
    _expect_known(file, f"{key}.targets", entry.targets, known.targets)
    _expect_known(file, f"{key}.type", allowed.get(Fact.TYPE, ()), known.types)
    _expect_known(file, f"{key}.disease", allowed.get(Fact.DISEASE, ()), known.codes)
    for text in allowed.get(Fact.POSTAL_CODE, ()):
        _postal_codes(file, f"{key}.postal_code", text)
    if Fact.OFFICE in allowed:
        codes = {office.name: office.code for office in offices} | {office.code: office.code for office in offices}
        _expect_known(file, f"{key}.office", allowed[Fact.OFFICE], codes)
        allowed[Fact.OFFICE] = tuple(codes[name] for name in allowed[Fact.OFFICE])
    conditions = tuple(Condition(fact, values) for fact, values in allowed.items())
    return Rule(entry.name, entry.targets, conditions, entry.also)


def _postal_codes(file: Path, key: str, text: str) -> PostalCodes:
    try:
        return PostalCodes.parse(text)
    except ValueError as error:
        raise ConfigurationError(str(file), key, f"{text}: {error}") from None


def _expect_known(file: Path, key: str, names: Iterable[str], known: Collection[str]) -> None:
    """Refuse a name that there is not, showing the most similar ones of those there are."""
    for name in names:
        if name not in known:
            near = get_close_matches(name, known, _NEAR, 0.0) or ["none"]
            allowed = [*sorted(near), "…"] if len(known) > _NEAR else sorted(near)
            raise ConfigurationError(str(file), key, f"there is no {name}; allowed: {', '.join(allowed)}")


def _expect_unique(file: Path, table: str, key: str, values: Sequence[str]) -> None:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise ConfigurationError(str(file), f"{table}.{place}.{key}", f"{value} stands there twice")


def _all_codes(codes: Mapping[str, Sequence[CodeEntry]]) -> frozenset[str]:
    return frozenset(entry.code for entries in codes.values() for entry in entries)


def _type(file: Path, codes: Mapping[str, object], threshold: float) -> DocumentType:
    read = read_file(file, _TypeFile, _TABLES)
    kind = DocumentType(
        name=file.stem,
        title=read.title,
        schema_version=read.schema_version,
        disposition=read.disposition,
        anchors=read.anchors,
        counter_anchors=read.counter_anchors,
        sections=read.sections,
        owners=read.owners,
        fields=tuple(field.spec() for field in read.fields),
        columns=tuple(field.spec() for field in read.columns),
        required=read.required,
        order=read.order,
        type_threshold=read.type_threshold,
        field_threshold=max(read.field_threshold, threshold),
        openers=read.openers,
        ignored=read.ignored,
        letterhead=read.letterhead,
        recipient=read.recipient,
        is_form=read.is_form,
        expected=read.expected,
    )
    _check_fields(file, kind)
    _check_references(file, kind, codes)
    return kind


def _check_references(file: Path, kind: DocumentType, codes: Mapping[str, object]) -> None:
    if kind.disposition == "deliver" and not kind.has_record:
        raise ConfigurationError(str(file), "disposition", "deliver needs fields; without any there is nothing to deliver")
    filled = {path for spec in kind.fields for path in spec.filled_paths()} | ({"rows"} if kind.columns else set())
    for key, paths in (("required", kind.required), ("order", kind.order), ("expected", kind.expected)):
        for path in paths:
            if path not in filled:
                raise ConfigurationError(str(file), key, f"{path} is filled by no field; allowed: {', '.join(sorted(filled))}")
    for group, specs in (("fields", kind.fields), ("columns", kind.columns)):
        for place, spec in enumerate(specs):
            if spec.codes is not None and spec.codes not in codes:
                problem = f"there is no codes/{spec.codes}.toml; allowed: {', '.join(sorted(codes))}"
                raise ConfigurationError(str(file), f"{group}.{place}.codes", problem)


def _check_fields(file: Path, kind: DocumentType) -> None:
    for group, specs in (("fields", kind.fields), ("columns", kind.columns)):
        seen: dict[tuple[str, str], str] = {}
        for place, spec in enumerate(specs):
            key = f"{group}.{place}"
            for section in spec.sections:
                if section not in kind.sections:
                    problem = f"{section} is no section; allowed: {', '.join(sorted(kind.sections))}"
                    raise ConfigurationError(str(file), f"{key}.sections", problem)
            if spec.kind is FieldKind.CHOICE and not spec.choices:
                raise ConfigurationError(str(file), f"{key}.choices", "is needed for the kind choice")
            if spec.kind is FieldKind.CODE and spec.codes is None:
                raise ConfigurationError(str(file), f"{key}.codes", "is needed for the kind code")
            for label in spec.labels:
                for section in spec.sections or ("",):
                    owner = seen.setdefault((label.casefold(), section), spec.path)
                    if owner != spec.path:
                        raise ConfigurationError(
                            str(file), f"{key}.labels", f"'{label}' stands for {owner} already; give one of them a section"
                        )
