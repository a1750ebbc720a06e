from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bridge.domain.findings import Disposition
from bridge.domain.model import Completeness, Field, Issue, IssueCode, Origin
from bridge.stages.dates import date_value
from bridge.stages.labels import find_labels
from bridge.stages.lines import open_sheet
from tests.unit.stages.printed import Page, catalog, find, judge, values
from tests.unit.stages.test_decide import KIND, REQUIRED, outcome

DISEASE = "disease_notification"


def printed(*lines: str, top: float = 20, leading: float = 7) -> Page:
    page = Page()
    for i, line in enumerate(lines):
        page.write(20, top + leading * i, line)
    return page


class TestWhoIsAskedAbout:
    def test_under_a_stamps_heading_a_label_asks_about_the_stamps_owner(self):
        found = values(printed("Stempel der Praxis", "Straße: Ringweg 5"), DISEASE)
        assert found == {"notifier.street": "Ringweg 5"}

    def test_after_a_birth_date_it_asks_about_the_patient(self):
        found = values(printed("Stempel der Praxis", "Geburtsdatum: 15.03.2020", "Straße: Ringweg 5"), DISEASE)
        assert found == {"patient.birth_date": "2020-03-15", "patient.street": "Ringweg 5"}

    def test_before_it_the_heading_still_holds(self):
        found = values(printed("Stempel der Praxis", "Straße: Ringweg 5", "Geburtsdatum: 15.03.2020"), DISEASE)
        assert found == {"notifier.street": "Ringweg 5", "patient.birth_date": "2020-03-15"}

    def test_a_heading_of_its_own_settles_it(self):
        found = values(printed("Patient", "Geburtsdatum: 15.03.2020", "Meldende Person", "Straße: Ringweg 5"), DISEASE)
        assert found["notifier.street"] == "Ringweg 5"

    def test_what_a_label_told_is_less_sure_than_what_a_heading_says(self):
        told = find(printed("Stempel der Praxis", "Geburtsdatum: 15.03.2020", "Straße: Ringweg 5"), DISEASE)
        headed = find(printed("Patient", "Geburtsdatum: 15.03.2020", "Straße: Ringweg 5"), DISEASE)
        assert told["patient.street"].label_score < headed["patient.street"].label_score

    @pytest.mark.parametrize("lines", [("geb. am 15.03.2020", "Straße: Ringweg 5"), ("Straße: Ringweg 5", "geb. am 15.03.2020")])
    def test_without_any_heading_a_birth_date_near_it_tells(self, lines):
        assert values(printed(*lines), DISEASE) == {"patient.birth_date": "2020-03-15", "patient.street": "Ringweg 5"}

    def test_without_heading_or_birth_date_nobody_knows(self):
        assert values(printed("Straße: Ringweg 5"), DISEASE) == {}

    def test_a_birth_date_far_away_tells_nothing(self):
        page = printed("geb. am 15.03.2020")
        page.write(20, 120, "Straße: Ringweg 5")
        assert "patient.street" not in values(page, DISEASE)


class TestStackedLabels:
    def labels(self, page: Page) -> list[tuple[str, bool]]:
        """Return each label's text and whether it goes on in the line below."""
        found = find_labels(open_sheet(1, page.layout()), catalog().types[DISEASE])
        return [(label.segment.text, label.wrapped is not None) for label in found]

    def test_two_known_by_themselves_are_not_one_wrapped_label(self):
        page = printed("PLZ", "Ort", leading=4)
        assert self.labels(page) == [("PLZ", False), ("Ort", False)]

    def test_each_has_its_own_answer(self):
        page = printed("Patient")
        for y, label, value in ((30, "PLZ", "01067"), (34, "Ort", "Dresden")):
            page.write(20, y, label)
            page.write(60, y, value)
        found = values(page, DISEASE)
        assert (found["patient.postal_code"], found["patient.city"]) == ("01067", "Dresden")

    def test_a_label_whose_lines_mean_nothing_by_themselves_is_one(self):
        assert self.labels(printed("Datum der letzten", "Impfung", leading=4)) == [("Datum der letzten", True)]


class TestHeaderCells:
    def form(self, value_cell: float | None) -> Page:
        """A form answered right of its labels, but for one over its answer: in a cell 60 mm wide over one of `value_cell` mm, or in none."""
        page = printed("Patient")
        for i, (label, value) in enumerate((("Familienname", "Böhm"), ("Vorname", "Anna"), ("Straße", "Ringweg 5"), ("Wohnort", "Bonn"))):
            page.write(20, 30 + 10 * i, label)
            page.write(70, 30 + 10 * i, value)
        if value_cell is not None:
            page.box(20, 80, 60, 5)
            page.box(20, 85, value_cell, 8)
        page.write(22, 81, "Erkrankungsbeginn")
        page.write(22, 87, "12.11.2026")
        return page

    def test_a_value_cell_below_a_header_cell_answers_it(self):
        assert values(self.form(value_cell=60), DISEASE)["onset_date"] == "2026-11-12"

    def test_without_cells_what_stands_below_is_something_else_on_such_a_form(self):
        assert "onset_date" not in values(self.form(value_cell=None), DISEASE)

    def test_a_cell_of_another_width_is_not_headed_by_it(self):
        assert "onset_date" not in values(self.form(value_cell=120), DISEASE)


class TestContradictions:
    @pytest.mark.parametrize("path", [path for path in KIND.order if path not in KIND.required])
    def test_a_date_out_of_order_makes_the_document_wait(self, path):
        decision = outcome(issues=(Issue(path, IssueCode.IMPLAUSIBLE, "?"),))
        assert decision.disposition is Disposition.WAIT
        assert decision.completeness is None
        assert decision.reason.startswith("Die Daten passen nicht zusammen")

    def test_the_reason_names_the_dates(self):
        issues = tuple(Issue(path, IssueCode.IMPLAUSIBLE, "?") for path in ("onset_date", "diagnosis_date"))
        assert outcome(issues=issues).reason.endswith("Erkrankungsbeginn, Diagnosedatum.")

    def test_another_doubt_about_such_a_date_is_asked_for_later(self):
        decision = outcome(issues=(Issue("onset_date", IssueCode.CONFLICT, "?"),))
        assert (decision.disposition, decision.completeness) == (Disposition.RELEASE, Completeness.PARTIAL)

    def test_an_implausible_value_that_is_no_such_date_is_asked_for_later(self):
        fields = (*REQUIRED, Field("patient.city", "Bonn", "Bonn", 0.99, Origin.READ))
        decision = outcome(fields, (Issue("patient.city", IssueCode.IMPLAUSIBLE, "?"),))
        assert (decision.disposition, decision.completeness) == (Disposition.RELEASE, Completeness.PARTIAL)

    def test_a_type_without_an_order_of_dates_knows_no_contradiction(self):
        decision = outcome(issues=(Issue("onset_date", IssueCode.IMPLAUSIBLE, "?"),), kind=replace(KIND, order=()))
        assert decision.disposition is Disposition.RELEASE

    def test_dates_printed_in_the_wrong_order_are_such_a_contradiction(self):
        page = printed("Erkrankungsbeginn: 18.11.2026", "Diagnosedatum: 12.11.2026")
        contradicted = {issue.field for issue in judge(page, DISEASE).issues if issue.code is IssueCode.IMPLAUSIBLE}
        assert contradicted == {"onset_date", "diagnosis_date"}


class TestMonthsReadWithANought:
    LATEST = date(2026, 11, 22)

    @pytest.mark.parametrize("text", ["13. 0ktober 2026", "13. Oktober 2026", "13. 0kt. 2026", "13.0ktober 2026", "13. 0KTOBER 2026"])
    def test_an_o_read_as_nought_is_forgiven(self, text):
        parsed = date_value(text, self.LATEST)
        assert parsed is not None
        assert (parsed.value, parsed.problem) == ("2026-10-13", None)

    def test_so_it_is_in_a_month_without_a_day(self):
        parsed = date_value("0ktober 2026", self.LATEST)
        assert parsed is not None
        assert parsed.value == "2026-10"
