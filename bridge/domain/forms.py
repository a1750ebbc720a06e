"""What a kind of document looks like: the in-memory form of `config/types/*.toml` and `config/codes/*.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from bridge.domain.calibration import Calibration
from bridge.domain.routing import Routes
from bridge.domain.targets import Target
from bridge.domain.type_model import TypeModel


class FieldKind(StrEnum):
    """The grammar a value obeys; each has its normalisation and check in `stages.validate`."""

    NAME = "name"  # person's name with titles
    TEXT = "text"
    DATE = "date"
    POSTAL_CODE = "postal_code"
    CITY = "city"
    STREET = "street"
    PHONE = "phone"
    EMAIL = "email"
    LANR = "lanr"
    BSNR = "bsnr"
    IBAN = "iban"
    MONEY = "money"
    INTEGER = "integer"
    CHOICE = "choice"  # one of the values, printed or ticked
    YES_NO = "yes_no"
    CODE = "code"  # an entry of a code list, printed or ticked
    LIST = "list"  # several strings, printed or ticked
    ADDRESS = "address"  # street, postal code and city in one place: filled into its siblings
    FULL_NAME = "full_name"  # "Name, Vorname" in one place: filled into family_name and given_name
    OFFICE = "office"  # an office's name, without the address that may stand below it
    PARTY = "party"  # a stamp, letterhead or address block: filled into name, organization, street, postal_code, city, phone


# What a compound kind fills in: siblings of its own path.
PARTS: Final[Mapping[FieldKind, tuple[str, ...]]] = {
    FieldKind.FULL_NAME: ("family_name", "given_name"),
    FieldKind.ADDRESS: ("street", "postal_code", "city"),
    FieldKind.PARTY: ("name", "organization", "street", "postal_code", "city", "phone"),
}


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """One field of a type: where its label may stand and what its value must look like.

    `labels` are printed variants; `sections` name the parts of the form in which they count (empty: anywhere);
    `choices` maps a canonical value to its printed variants; `codes` names a code list; `is_ticked_text`: its answer may be
    ticked, and then the words at the box are the value as printed; `is_in_title`: its value is named by the document's title.
    """

    path: str
    kind: FieldKind
    labels: tuple[str, ...]
    sections: tuple[str, ...] = ()
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    codes: str | None = None
    is_ticked_text: bool = False
    is_in_title: bool = False

    def filled_paths(self) -> tuple[str, ...]:
        """Return the paths of data it fills: its own, or those of its kind's `PARTS`; a code fills `.code` and `.name`."""
        prefix = self.path.rpartition(".")[0]
        if self.kind in PARTS:
            return tuple(f"{prefix}.{part}" if prefix else part for part in PARTS[self.kind])
        if self.kind is FieldKind.CODE and not self.path.endswith("name"):
            return f"{self.path}.code", f"{self.path}.name"
        return (self.path,)


@dataclass(frozen=True, slots=True)
class DocumentType:
    """One file of `config/types/`.

    `anchors` are phrases that speak for the type, with weights; `sections` maps a part of the form to its printed
    headings; `order` lists paths of dates that must not descend; `required` must be sure before anything leaves;
    `columns` are the fields of `rows` for lists (paths relative to the row). `disposition`: what a sure document of
    this type leads to: `deliver` as the routes say, `file`, or `review` by a person always. `openers` are titles that only a
    first page carries. `ignored` are printed labels whose values nobody asks for: they end other values, no more.
    The section `other` holds headings of parts whose values belong to no field. `letterhead` and `recipient` name the
    path prefixes that a letterhead and an address window fill. `expected` lists paths that nearly every such document has: one that
    was not found is asked for, since no confidence guards against what nobody saw.
    `owners` maps a section to the words by which labels name whom they ask about ("Telefon der meldenden Person").
    `is_form`: every date, number or name on its pages should
    belong to a field; one that belongs to none is a reason to look.
    """

    name: str
    title: str
    schema_version: int
    disposition: str
    anchors: Mapping[str, float]
    counter_anchors: Mapping[str, float]
    sections: Mapping[str, tuple[str, ...]]
    fields: tuple[FieldSpec, ...]
    columns: tuple[FieldSpec, ...]
    required: tuple[str, ...]
    order: tuple[str, ...]
    type_threshold: float
    field_threshold: float
    openers: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    letterhead: str | None = None
    recipient: str | None = None
    is_form: bool = False
    expected: tuple[str, ...] = ()
    owners: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def has_record(self) -> bool:
        """Whether its documents say anything that a record could carry: what has no fields never leaves."""
        return bool(self.fields or self.columns)

    @property
    def schema(self) -> str:
        """The contract's `schema`, such as `disease_notification/1`."""
        return f"{self.name}/{self.schema_version}"


@dataclass(frozen=True, slots=True)
class CodeEntry:
    """One disease or pathogen: DEMIS `code`, official `name`, printed `synonyms`."""

    code: str
    name: str
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything read from `config/` but settings.

    Types, code lists and targets by name, the rules by which records go to targets, how evidence becomes probability, and the
    model of types, where one was trained.
    """

    types: Mapping[str, DocumentType]
    codes: Mapping[str, tuple[CodeEntry, ...]]
    targets: Mapping[str, Target]
    routes: Routes
    calibration: Calibration
    type_model: TypeModel | None = None
