"""Types that know the labels which people have taught them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from bridge.domain.desk import LabelProposal, ProposalState
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec


def learned(types: Mapping[str, DocumentType], proposals: Iterable[LabelProposal]) -> Mapping[str, DocumentType]:
    """Return the types by name, with every approved label among those of its field.

    What no type or field asks for any more is passed over; a type that has learnt nothing stays the same object.
    """
    taught = dict(types)
    for proposal in proposals:
        kind = taught.get(proposal.type)
        spec = asked_by(kind, proposal.path) if kind is not None else None
        if kind is None or spec is None or proposal.state is not ProposalState.APPROVED or proposal.label in spec.labels:
            continue
        knowing = replace(spec, labels=(*spec.labels, proposal.label))
        taught[kind.name] = replace(kind, fields=tuple(knowing if each is spec else each for each in kind.fields))
    return taught


def asked_by(kind: DocumentType, path: str) -> FieldSpec | None:
    """Return the field that a label for `path` would be one of; None for rows, and for parts of what stands in one place.

    Where there are several, it is the one that counts in its own part of the form only: nobody has said that the label names its
    owner too. Code and name of a disease are asked for by one label, but family and given name by two.
    """
    own = [spec for spec in kind.fields if spec.path == path]
    coded = [spec for spec in kind.fields if spec.kind is FieldKind.CODE and path in spec.filled_paths()]
    return min(own or coded, key=lambda spec: not spec.sections, default=None)
