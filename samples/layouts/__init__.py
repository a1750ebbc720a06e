"""Every layout there is, each drawn by its own module, as different authors would."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from samples.form import Drawing
from samples.layouts import (
    animal_bite,
    authority_letter,
    bilingual,
    clinic_letter,
    comb_boxes,
    comb_card,
    contact_list,
    daycare_report,
    disease_columns,
    dotted_printout,
    facility_lists,
    facility_papers,
    hospital_table,
    insured_head,
    invoices,
    kis_printout,
    lab_brief,
    lab_findings,
    lab_form,
    lab_letter,
    lab_papers,
    lab_ranges,
    lab_report,
    lab_statutory,
    land_form,
    landscape_grid,
    leaflets,
    letters,
    odd_papers,
    office_letters,
    outbreak_list,
    plain_list,
    portal_receipt,
    practice_printout,
    question_list,
    rosters,
    ruled_boxes,
    ruled_list,
    school_contacts,
    short_note,
    stamp_first,
    state_form,
    status_matrix,
    strays,
    supplier_invoice,
    symptom_ticks,
    tick_list,
    toner_offer,
    tuberculosis_card,
    two_columns,
    underscores,
    ward_printout,
    zebra_export,
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
    Layout("question_list", "disease_notification", "train", question_list.draw),
    Layout("comb_card", "disease_notification", "train", comb_card.draw),
    Layout("dotted_printout", "disease_notification", "calibration", dotted_printout.draw),
    Layout("bilingual", "disease_notification", "calibration", bilingual.draw),
    Layout("comb_boxes", "disease_notification", "train", comb_boxes.draw),
    Layout("hospital_table", "disease_notification", "train", hospital_table.draw),
    Layout("state_form", "disease_notification", "train", state_form.draw),
    Layout("stamp_first", "disease_notification", "train", stamp_first.draw),
    Layout("underscores", "disease_notification", "test", underscores.draw),
    Layout("ward_printout", "disease_notification", "train", ward_printout.draw),
    Layout("status_matrix", "disease_notification", "train", status_matrix.draw),
    Layout("insured_head", "disease_notification", "train", insured_head.draw),
    Layout("symptom_ticks", "disease_notification", "train", symptom_ticks.draw),
    Layout("tuberculosis_card", "disease_notification", "train", tuberculosis_card.draw),
    Layout("animal_bite", "disease_notification", "train", animal_bite.draw),
    Layout("meldung_land", "disease_notification", "test", land_form.draw),
    Layout("krankheiten_spalten", "disease_notification", "test", disease_columns.draw),
    Layout("kis_ausdruck", "disease_notification", "test", kis_printout.draw),
    Layout("kurzmeldung", "disease_notification", "test", short_note.draw),
    Layout("demis_beleg", "disease_notification", "test", portal_receipt.draw),
    Layout("lab_report", "laboratory_notification", "train", lab_report.draw),
    Layout("lab_form", "laboratory_notification", "train", lab_form.draw),
    Layout("lab_boxes", "laboratory_notification", "calibration", lab_papers.draw_boxes),
    Layout("lab_mono", "laboratory_notification", "calibration", lab_papers.draw_mono),
    Layout("lab_letter", "laboratory_notification", "test", lab_letter.draw),
    Layout("lab_ranges", "laboratory_notification", "train", lab_ranges.draw),
    Layout("lab_ticks", "laboratory_notification", "test", lab_papers.draw_ticks),
    Layout("lab_negative", "laboratory_notification", "train", lab_papers.draw_negative),
    Layout("labor_paragraf7", "laboratory_notification", "test", lab_statutory.draw),
    Layout("labor_tabelle", "laboratory_notification", "test", lab_findings.draw),
    Layout("labor_kurzbefund", "laboratory_notification", "test", lab_brief.draw),
    Layout("ruled_list", "case_list", "train", ruled_list.draw),
    Layout("contact_list", "case_list", "train", contact_list.draw),
    Layout("residents", "case_list", "calibration", rosters.draw_residents),
    Layout("contact_grid", "case_list", "calibration", rosters.draw_contacts),
    Layout("plain_list", "case_list", "train", plain_list.draw),
    Layout("landscape_grid", "case_list", "test", landscape_grid.draw),
    Layout("class_roster", "case_list", "train", rosters.draw_classes),
    Layout("ausbruch_heim", "case_list", "test", outbreak_list.draw),
    Layout("kontakte_schule", "case_list", "test", school_contacts.draw),
    Layout("tabelle_zebra", "case_list", "test", zebra_export.draw),
    Layout("facility_note", "facility_notification", "train", facility_papers.draw_note),
    Layout("facility_county", "facility_notification", "train", facility_lists.draw_county),
    Layout("facility_captions", "facility_notification", "calibration", facility_papers.draw_captions),
    Layout("facility_boxes", "facility_notification", "train", facility_papers.draw_boxes),
    Layout("facility_school", "facility_notification", "train", facility_lists.draw_school),
    Layout("business_letter", "letter", "train", letters.draw_business),
    Layout("patient_letter", "letter", "calibration", office_letters.draw_about_patient),
    Layout("private_letter", "letter", "test", letters.draw_private),
    Layout("information_block", "letter", "train", office_letters.draw_information_block),
    Layout("kita_meldung", "facility_notification", "test", daycare_report.draw),
    Layout("brief_klinik", "letter", "test", clinic_letter.draw),
    Layout("invoice_classic", "invoice", "train", invoices.draw_classic),
    Layout("invoice_columns", "invoice", "calibration", invoices.draw_columns),
    Layout("invoice_prose", "invoice", "test", invoices.draw_prose),
    Layout("invoice_reminder", "invoice", "train", invoices.draw_reminder),
    Layout("brief_behoerde", "letter", "test", authority_letter.draw),
    Layout("rechnung_block", "invoice", "test", supplier_invoice.draw),
    Layout("toner_offer", "advertisement", "train", toner_offer.draw),
    Layout("seminar_flyer", "advertisement", "train", leaflets.draw_seminar),
    Layout("energy_offer", "advertisement", "calibration", strays.draw_energy),
    Layout("circular", "advertisement", "test", leaflets.draw_circular),
    Layout("insurance_flyer", "advertisement", "test", strays.draw_insurance),
    Layout("menu", "unknown", "train", odd_papers.draw_menu),
    Layout("sketch", "unknown", "train", odd_papers.draw_sketch),
    Layout("duty_roster", "unknown", "calibration", strays.draw_timetable),
    Layout("delivery_note", "unknown", "test", odd_papers.draw_delivery_note),
    Layout("foreign_form", "unknown", "test", strays.draw_foreign_form),
)
GROUPS = ("train", "calibration", "test")
KINDS = tuple(dict.fromkeys(layout.kind for layout in LAYOUTS))
