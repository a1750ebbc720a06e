"""The `sormas` protocol: notifications and lists of persons as cases and contacts of SORMAS, through its REST interface (1.98)."""

from bridge.delivery.sormas.exchange import Look, Sormas
from bridge.delivery.sormas.sender import SormasSender, parts_of

__all__ = ["Look", "Sormas", "SormasSender", "parts_of"]
