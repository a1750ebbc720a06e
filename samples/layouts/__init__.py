"""Every layout there is, each drawn by its own module, as different authors would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from samples.form import Drawing
from samples.layouts import (
    comb_boxes,
    hospital_table,
    lab_report,
    practice_printout,
    ruled_boxes,
    ruled_list,
    tick_list,
    toner_offer,
    two_columns,
)
from samples.people import Scene


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of drawing one kind of document. `group`: rules may be tuned on `train`; `test` stays unseen."""

    name: str
    kind: str
    group: str
    draw: Callable[[Random, Scene], Drawing]


LAYOUTS = (
    Layout("ruled_boxes", "disease_notification", "train", ruled_boxes.draw),
    Layout("practice_printout", "disease_notification", "train", practice_printout.draw),
    Layout("tick_list", "disease_notification", "train", tick_list.draw),
    Layout("two_columns", "disease_notification", "train", two_columns.draw),
    Layout("comb_boxes", "disease_notification", "test", comb_boxes.draw),
    Layout("hospital_table", "disease_notification", "test", hospital_table.draw),
    Layout("lab_report", "laboratory_notification", "train", lab_report.draw),
    Layout("ruled_list", "case_list", "train", ruled_list.draw),
    Layout("toner_offer", "advertisement", "train", toner_offer.draw),
)
KINDS = tuple(dict.fromkeys(layout.kind for layout in LAYOUTS))
