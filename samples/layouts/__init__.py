"""Every layout there is, each drawn by its own module, as different authors would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from samples.form import Drawing
from samples.layouts import (
    comb_boxes,
    contact_list,
    hospital_table,
    lab_form,
    lab_letter,
    lab_ranges,
    lab_report,
    landscape_grid,
    leaflets,
    letters,
    odd_papers,
    plain_list,
    practice_printout,
    ruled_boxes,
    ruled_list,
    stamp_first,
    state_form,
    tick_list,
    toner_offer,
    two_columns,
    underscores,
    ward_printout,
)
from samples.people import Scene


@dataclass(frozen=True, slots=True)
class Layout:
    """One way of drawing one kind of document.

    `group`: rules may be tuned and models trained on `train`; confidences are fitted on `calibration`; `test` stays unseen.
    """

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
    Layout("state_form", "disease_notification", "test", state_form.draw),
    Layout("stamp_first", "disease_notification", "test", stamp_first.draw),
    Layout("underscores", "disease_notification", "test", underscores.draw),
    Layout("ward_printout", "disease_notification", "test", ward_printout.draw),
    Layout("lab_report", "laboratory_notification", "train", lab_report.draw),
    Layout("lab_form", "laboratory_notification", "train", lab_form.draw),
    Layout("lab_letter", "laboratory_notification", "test", lab_letter.draw),
    Layout("lab_ranges", "laboratory_notification", "test", lab_ranges.draw),
    Layout("ruled_list", "case_list", "train", ruled_list.draw),
    Layout("contact_list", "case_list", "train", contact_list.draw),
    Layout("plain_list", "case_list", "test", plain_list.draw),
    Layout("landscape_grid", "case_list", "test", landscape_grid.draw),
    Layout("business_letter", "letter", "train", letters.draw_business),
    Layout("private_letter", "letter", "test", letters.draw_private),
    Layout("toner_offer", "advertisement", "train", toner_offer.draw),
    Layout("seminar_flyer", "advertisement", "train", leaflets.draw_seminar),
    Layout("circular", "advertisement", "test", leaflets.draw_circular),
    Layout("menu", "unknown", "train", odd_papers.draw_menu),
    Layout("sketch", "unknown", "train", odd_papers.draw_sketch),
    Layout("delivery_note", "unknown", "test", odd_papers.draw_delivery_note),
)
GROUPS = ("train", "calibration", "test")
KINDS = tuple(dict.fromkeys(layout.kind for layout in LAYOUTS))
