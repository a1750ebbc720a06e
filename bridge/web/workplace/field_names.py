"""What fields are called on pages that show more than one document's."""

from __future__ import annotations

from bridge.domain.forms import DocumentType
from bridge.stages.spoken import GROUPS, group_of, name_of


def field_name(path: str, kind: DocumentType) -> str:
    """Return the German name of a field with whose it is ("Betroffene Person: Vorname"), of a cell with its row's number."""
    parts = path.split(".", 2)
    if parts[0] == "rows" and len(parts) == 3 and parts[1].isdecimal():
        return f"{int(parts[1]) + 1}. {name_of(parts[2], kind)}"
    if parts[0] == "rows" and len(parts) > 1:  # a column, without a row
        return name_of(path.removeprefix("rows."), kind)
    group, name = group_of(path), name_of(path, kind)
    return f"{GROUPS[group]}: {name}" if group and GROUPS.get(group, name) != name else name
