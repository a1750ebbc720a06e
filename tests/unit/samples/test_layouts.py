"""Layouts and what people write on them: the truth is exactly what stands on the page."""

from datetime import date
from random import Random

import numpy as np
import pytest

from samples.degrade import CONDITIONS, degrade
from samples.form import Form, Paper
from samples.layouts import LAYOUTS
from samples.medicine import invent_case
from samples.people import invent_practice, invent_scene, lanr_of
from samples.places import PLACES, invent_phone
from samples.sheet import PX


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_a_layout_draws_its_kind_with_ink_inside_the_page(layout):
    rng = Random(f"ink/{layout.name}")
    drawing = layout.draw(rng, invent_scene(rng))
    assert {paper.kind for paper in drawing.papers} == {layout.kind}
    assert {paper.layout for paper in drawing.papers} == {layout.name}
    for sheet in drawing.sheets:
        dark = sheet.pixels < 128
        assert dark.mean() > 0.002
        margin = 5 * PX
        assert not dark[:, :margin].any()
        assert not dark[:, -margin:].any()


@pytest.mark.parametrize("name", [
    "ruled_boxes", "practice_printout", "tick_list", "two_columns", "comb_boxes", "hospital_table", "kis_ausdruck", "kurzmeldung", "demis_beleg",
])  # fmt: skip
def test_a_notification_carries_what_a_record_cannot_do_without(name):
    layout = next(layout for layout in LAYOUTS if layout.name == name)
    for turn in range(20):
        rng = Random(f"{name}/{turn}")
        paper = layout.draw(rng, invent_scene(rng)).papers[0]
        assert {"patient.family_name", "patient.given_name", "patient.birth_date", "disease.code", "notification_date"} <= set(paper.values)


def test_a_laboratory_report_gives_one_document_a_positive_finding():
    layout = next(layout for layout in LAYOUTS if layout.name == "lab_report")
    counts = set()
    for turn in range(60):
        rng = Random(turn)
        papers = layout.draw(rng, invent_scene(rng)).papers
        results = [paper.values["result"] for paper in papers]
        assert results in (["positive"], ["positive", "positive"], ["negative"])
        assert len({paper.values["pathogen.code"] for paper in papers}) == len(papers)
        counts.add(tuple(results))
    assert len(counts) == 3


@pytest.mark.parametrize("name", ["labor_paragraf7", "labor_tabelle", "labor_kurzbefund"])
def test_a_laboratory_notification_carries_what_a_record_cannot_do_without(name):
    layout = next(layout for layout in LAYOUTS if layout.name == name)
    needed = {"patient.family_name", "patient.given_name", "patient.birth_date", "pathogen.code", "pathogen.name", "result", "recipient"}
    for turn in range(20):
        rng = Random(f"{name}/{turn}")
        for paper in layout.draw(rng, invent_scene(rng)).papers:
            assert paper.needs_review or needed <= set(paper.values)


@pytest.mark.parametrize("name", ["ruled_list", "ausbruch_heim"])
def test_a_long_list_goes_on_overleaf_as_one_document(name):
    layout = next(layout for layout in LAYOUTS if layout.name == name)
    for turn in range(40):
        rng = Random(turn)
        drawing = layout.draw(rng, invent_scene(rng))
        rows = drawing.papers[0].values["rows"]
        assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
        assert drawing.papers[0].pages == list(range(1, len(drawing.sheets) + 1))


def test_cases_run_in_order_unless_mistyped():
    for turn in range(300):
        rng = Random(turn)
        case = invent_case(rng, invent_scene(rng))
        days = [day for day in (case.patient.birth, case.onset, case.diagnosis, case.notified) if day]
        assert (days == sorted(days)) or case.is_impossible
        assert case.death is None or case.death >= case.patient.birth


def test_a_mistyped_date_wants_a_person():
    layout = next(layout for layout in LAYOUTS if layout.name == "hospital_table")
    for turn in range(200):
        paper = layout.draw(Random(turn), invent_scene(Random(turn))).papers[0]
        if date.fromisoformat(paper.values.get("onset_date", "2000-01-01")) > date.fromisoformat(paper.values["notification_date"]):
            assert paper.needs_review


class TestFilling:
    def form(self, trouble="none"):
        form = Form(Random(1), Paper("disease_notification", "test"), face="sans", size=10)
        form.trouble, form.day_style = trouble, "dot"
        return form

    def test_a_struck_birth_date_counts_as_corrected_by_hand(self):
        form = self.form("struck_birth")
        form.put_day(20, 20, "patient.birth_date", date(1980, 5, 4))
        assert form.paper.values == {"patient.birth_date": "1980-05-04"}
        assert form.paper.handwritten == ["patient.birth_date"]
        assert form.paper.needs_review

    def test_two_ticks_where_one_is_allowed_are_no_value(self):
        form = self.form("two_sexes")
        form.choose(20, 20, "patient.sex", (("female", "w"), ("male", "m")), "male", 10.0)
        assert form.paper.values == {}
        assert form.paper.needs_review

    def test_an_answer_not_known_is_null(self):
        form = self.form()
        form.choose(20, 20, "hospital.admitted", (("yes", "ja"), ("not_known", "unbekannt")), "not_known", 10.0)
        assert form.paper.values == {"hospital.admitted": None}

    def test_an_answer_the_form_does_not_offer_stays_empty(self):
        form = self.form()
        form.choose(20, 20, "hospital.admitted", (("yes", "ja"), ("no", "nein")), "not_known", 10.0)
        assert form.paper.values == {}

    def test_the_same_field_cannot_say_two_things(self):
        form = self.form()
        form.put(20, 20, "patient.city", "Bonn")
        with pytest.raises(ValueError, match="printed twice"):
            form.put(20, 30, "patient.city", "Köln")


class TestNumbers:
    def test_a_lanr_has_its_check_digit(self):
        assert lanr_of("123456", "03") == "123456603"

    def test_practices_have_numbers_of_nine_digits(self):
        practice = invent_practice(Random(3), PLACES[0])
        assert len(practice.lanr) == len(practice.bsnr) == 9

    def test_a_phone_number_is_e164_unless_its_area_code_is_missing(self):
        for turn in range(50):
            phone = invent_phone(Random(turn), PLACES[0])
            assert phone.value.startswith("+49351")
        bare = invent_phone(Random(1), PLACES[0], is_bare=True)
        assert bare.value == bare.printed


@pytest.mark.parametrize("condition", CONDITIONS)
def test_a_condition_gives_its_raster(condition):
    sheet = np.full((297 * PX, 210 * PX), 255, np.uint8)
    sheet[1000:1040, 800:2400] = 0
    raster = degrade(sheet, condition, np.random.default_rng(1))
    assert raster.is_bilevel == (condition != "scan")
    assert (raster.pixels < 128).any()
    if raster.is_bilevel:
        assert set(np.unique(raster.pixels)) == {0, 255}
        assert raster.pixels.shape == (2292 if raster.y_dpi == 196 else 1146, 1728)


def test_a_sheet_upside_down_has_its_ink_at_the_other_end():
    sheet = np.full((297 * PX, 210 * PX), 255, np.uint8)
    sheet[400:900, 800:2400] = 0
    raster = degrade(sheet, "fine-clean", np.random.default_rng(1), rotation=180)
    rows = np.flatnonzero((raster.pixels < 128).mean(axis=1) > 0.2)
    assert rows.min() > raster.pixels.shape[0] / 2
