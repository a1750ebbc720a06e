"""read_values: every value of one page is read again, as a crop, by every reader."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from bridge.domain.errors import ReaderError
from bridge.domain.image import Pixels
from bridge.domain.lifecycle import PageState
from bridge.domain.model import Claim, Work
from bridge.services.reading import LocatedFax, boxes_on
from bridge.services.steps.layout import after_page, page_of
from bridge.services.steps.locate import LOCATED
from bridge.services.steps.tools import Tools
from bridge.stages import read_values as stage

READINGS = "readings"  # the kind under which the result is kept, by page


def read_values(tools: Tools, claim: Claim) -> list[Work]:
    """Read the values of the claimed page."""
    page = page_of(tools, claim)
    located = tools.store.result(page.fax_id, 0, LOCATED, LocatedFax)
    if located is None or page.upright is None:
        raise LookupError(f"page {page.number} of fax {page.fax_id} has nothing located")
    boxes = boxes_on(located.documents, page.number)
    crops = stage.read_values(load_upright(tools.blobs.path(page.upright.sha256)), boxes, tools.value_readers)
    with tools.store.begin() as tx:
        tx.save_result(page.fax_id, page.number, READINGS, crops)
        tx.save_page(replace(page, state=PageState.READ), PageState.LAID_OUT)
        upcoming = after_page(tools, tx, claim)
        tx.finish_work(claim)
    return upcoming


def load_upright(path: Path) -> Pixels:
    """Load an upright page that the layout step has kept."""
    pixels = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
    if pixels is None:
        raise ReaderError("upright page cannot be decoded")
    return np.asarray(pixels, np.uint8)
