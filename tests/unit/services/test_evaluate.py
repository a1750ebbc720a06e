"""The scores of an evaluation, as the record contract defines them."""

import pytest

from bridge.services.evaluate import align_rows, evaluate, is_equal, match_documents
from bridge.services.evaluation import Cell, upper_bound


def truth(*documents, condition="fine-clean"):
    return {"documents": list(documents), "condition": condition}


def document(kind="disease_notification", pages=(1,), data=None, **more):
    return {"type": kind, "pages": list(pages), "data": data if data is not None else {}, **more}


def read(*documents, state="decided"):
    return {"file": "x.tif", "state": state, "reason": None, "documents": list(documents)}


def output(kind="disease_notification", pages=(1,), data=None, released=True, completeness="whole", issues=()):
    return {
        "type": kind, "pages": list(pages), "data": data if data is not None else {}, "evidence": {},
        "issues": [{"field": f, "code": "withheld", "message": ""} for f in issues], "completeness": completeness, "released": released,
    }  # fmt: skip


def cells(truth_data, output_data, **more):
    report = evaluate([(truth(document(data=truth_data)), read(output(data=output_data, **more)))])
    return {leaf.path: leaf.cell for leaf in report.scores[0].leaves}


class TestCells:
    def test_a_released_value_is_right_or_a_silent_error(self):
        found = cells({"a": "x", "b": "y"}, {"a": "x", "b": "z"})
        assert found == {"a": Cell.AUTO_RIGHT, "b": Cell.SILENT_ERROR}

    def test_an_invented_value_in_a_released_record_is_a_silent_error(self):
        assert cells({}, {"patient": {"sex": "male"}}) == {"patient.sex": Cell.SILENT_ERROR}

    def test_a_missing_value_is_withheld_only_where_an_issue_names_it(self):
        found = cells({"patient": {"phone": "1", "city": "B"}}, {}, issues=["patient.phone"])
        assert found == {"patient.phone": Cell.AUTO_WITHHELD, "patient.city": Cell.SILENT_OMISSION}

    def test_an_issue_without_a_field_names_nothing(self):
        assert cells({"a": "x"}, {}, issues=[None]) == {"a": Cell.SILENT_OMISSION}

    def test_what_waits_for_a_person_is_flagged(self):
        found = cells({"a": "x", "b": "y", "c": "z"}, {"a": "x", "b": "?", "d": "new"}, released=False)
        assert found == {"a": Cell.FLAGGED_RIGHT, "b": Cell.FLAGGED_WRONG, "c": Cell.FLAGGED_MISSING, "d": Cell.FLAGGED_WRONG}

    def test_null_is_a_value_and_absence_is_not(self):
        assert cells({"hospital": {"admitted": None}}, {"hospital": {"admitted": None}}) == {"hospital.admitted": Cell.AUTO_RIGHT}
        assert cells({"hospital": {"admitted": None}}, {}) == {"hospital.admitted": Cell.SILENT_OMISSION}
        assert cells({}, {"hospital": {"admitted": None}}) == {"hospital.admitted": Cell.SILENT_ERROR}

    def test_generic_pairs_of_unknown_papers_are_no_fields(self):
        assert cells({}, {"pairs": {"Suppe": "4,50"}}) == {}


class TestEquality:
    @pytest.mark.parametrize(
        ("path", "one", "other"),
        [
            ("patient.city", "Halle (Saale)", "Halle  (Saale)"),
            ("patient.street", "Hauptstraße 5", "Hauptstr. 5"),
            ("rows.0.street", "Straße des Friedens 1", "Str. des Friedens 1"),
            ("finding", "SARS-CoV-2-RNA nachgewiesen", "SARS-CoV-2-RNA nachgewiesen."),
            ("symptoms", ["Fieber", "Husten"], ["Fieber", "Husten"]),
            ("vaccination.doses", 2, 2),
        ],
    )
    def test_right(self, path, one, other):
        assert is_equal(path, one, other)

    @pytest.mark.parametrize(
        ("path", "one", "other"),
        [
            ("patient.family_name", "Böhm", "Bohm"),
            ("patient.family_name", "Böhm", "böhm"),
            ("patient.street", "Hauptstraße 5", "Hauptstraße 6"),
            ("patient.city", "Straßberg", "Str.berg"),
            ("vaccination.doses", 2, "2"),
            ("vaccination.doses", 1, True),
            ("hospital.admitted", None, False),
            ("method", "PCR", "ELISA"),
        ],
    )
    def test_wrong(self, path, one, other):
        assert not is_equal(path, one, other)


class TestDocuments:
    def test_are_matched_by_the_largest_overlap_of_pages(self):
        assert match_documents([document(pages=[1, 2]), document(pages=[3])], [output(pages=[3]), output(pages=[1, 2])]) == {0: 1, 1: 0}

    def test_findings_on_the_same_page_are_told_apart_by_their_leaves(self):
        wanted = [document(data={"pathogen": {"code": "novp"}}), document(data={"pathogen": {"code": "camp"}})]
        found = [output(data={"pathogen": {"code": "camp"}}), output(data={"pathogen": {"code": "novp"}})]
        assert match_documents(wanted, found) == {0: 1, 1: 0}

    def test_a_wrong_type_released_makes_every_leaf_a_silent_error(self):
        report = evaluate([(truth(document(data={"a": "x"})), read(output(kind="letter", data={"a": "x"})))])
        assert report.total.silent == 1
        assert report.total.released == 0

    def test_a_notification_filed_as_advertisement_is_silent_and_counted(self):
        report = evaluate([(truth(document(data={"a": "x", "b": "y"})), read(output(kind="advertisement", completeness=None)))])
        assert report.total.silent == 2
        assert report.total.misfiled == 1

    def test_an_unknown_paper_filed_as_advertisement_is_counted_though_it_has_no_leaves(self):
        report = evaluate([(truth(document(kind="unknown", expect="review")), read(output(kind="advertisement")))])
        assert report.total.misfiled == 1
        assert report.total.reviews_missed == 1

    def test_a_second_finding_nobody_read_is_a_silent_omission_once_the_first_is_out(self):
        wanted = truth(document(data={"a": "x"}), document(data={"b": "y"}))
        assert evaluate([(wanted, read(output(data={"a": "x"})))]).total.count(Cell.SILENT_OMISSION) == 1
        assert evaluate([(wanted, read(output(data={"a": "x"}, released=False)))]).total.count(Cell.FLAGGED_MISSING) == 1

    def test_a_page_that_belongs_to_no_document_is_lost_silently(self):
        report = evaluate([(truth(document(data={"a": "x"}, expect="review")), read())])
        assert report.total.count(Cell.SILENT_OMISSION) == 1
        assert report.total.reviews_missed == 1

    def test_a_failed_fax_waits_for_a_person(self):
        report = evaluate([(truth(document(data={"a": "x"})), read(state="unreadable"))])
        assert report.total.count(Cell.FLAGGED_MISSING) == 1
        assert report.total.reviews_missed == 0

    def test_a_released_document_that_is_none_is_invented(self):
        report = evaluate([(truth(), read(output(data={"a": "x"})))])
        assert report.total.silent == 1
        assert report.total.surplus == 1
        assert report.total.documents == 0


class TestRates:
    def test_field_accuracy_counts_released_and_waiting_alike(self):
        pairs = [
            (truth(document(data={"a": "x", "b": "y"})), read(output(data={"a": "x", "b": "?"}))),
            (truth(document(data={"a": "x", "b": "y"})), read(output(data={"a": "x"}, released=False))),
        ]
        assert evaluate(pairs).total.rates()["field_accuracy"] == 0.5

    def test_straight_through_wants_whole_records_and_leaves_advertisements_out(self):
        pairs = [
            (truth(document(data={"a": "x"})), read(output(data={"a": "x"}))),
            (truth(document(data={"a": "x"})), read(output(data={"a": "x"}, completeness="partial"))),
            (truth(document(kind="advertisement")), read(output(kind="advertisement"))),
        ]
        rates = evaluate(pairs).total.rates()
        assert rates["straight_through"] == 0.5
        assert rates["released"] == 1.0
        assert rates["type_accuracy"] == 1.0

    def test_split_is_right_only_when_every_page_group_is(self):
        good = (truth(document(pages=[1, 2])), read(output(pages=[2, 1])))
        bad = (truth(document(pages=[1]), document(pages=[2])), read(output(pages=[1, 2])))
        assert evaluate([good, bad]).split_accuracy == 0.5

    @pytest.mark.parametrize(
        ("events", "trials", "bound"), [(0, 100, 0.02951), (0, 299, 0.00997), (3, 1000, 0.00774), (5, 10, 0.77756), (10, 10, 1.0)]
    )
    def test_the_upper_bound_is_clopper_pearsons(self, events, trials, bound):
        assert upper_bound(events, trials) == pytest.approx(bound, abs=2e-5)

    def test_nothing_tried_has_no_bound(self):
        assert upper_bound(0, 0) is None


class TestRows:
    def test_are_aligned_in_order_around_gaps(self):
        wanted = [{"name": n, "city": "B"} for n in "ABCD"]
        found = [{"name": "B", "city": "B"}, {"name": "D", "city": "B"}]
        assert align_rows(wanted, found) == [(1, 0), (3, 1)]

    def test_recall_and_precision_count_rows_that_are_wholly_right(self):
        wanted = {"rows": [{"name": "A", "city": "B"}, {"name": "C", "city": "D"}, {"name": "E"}]}
        found = {"rows": [{"name": "A", "city": "B"}, {"name": "C", "city": "X"}]}
        rates = evaluate([(truth(document(kind="case_list", data=wanted)), read(output(kind="case_list", data=found)))]).total.rates()
        assert rates["row_recall"] == pytest.approx(1 / 3)
        assert rates["row_precision"] == 0.5

    def test_a_row_left_out_of_a_released_list_is_a_silent_omission_unless_an_issue_names_the_rows(self):
        wanted = document(kind="case_list", data={"rows": [{"name": "A"}]})
        assert evaluate([(truth(wanted), read(output(kind="case_list")))]).total.count(Cell.SILENT_OMISSION) == 1
        assert evaluate([(truth(wanted), read(output(kind="case_list", issues=["rows"])))]).total.count(Cell.AUTO_WITHHELD) == 1

    def test_an_invented_row_is_wrong_cell_by_cell(self):
        found = output(kind="case_list", data={"rows": [{"name": "A", "city": "B"}]})
        assert evaluate([(truth(document(kind="case_list")), read(found))]).total.silent == 2

    def test_a_lost_list_loses_its_rows(self):
        report = evaluate([(truth(document(kind="case_list", data={"rows": [{"name": "A"}]})), read())])
        assert report.total.rows.truth == 1
        assert report.silent_leaves() == (("x.tif", "rows.0.name", Cell.SILENT_OMISSION),)


class TestReport:
    def pairs(self):
        return [
            (truth(document(data={"a": "x"}, layout="boxes")), read(output(data={"a": "?"}))),
            (
                truth(document(kind="case_list", data={"rows": [{"n": 1}]}), condition="scan"),
                read(output(kind="case_list", data={"rows": [{"n": 1}]}, released=False)),
            ),
        ]

    def test_json_has_every_group_and_names_silent_leaves_without_values(self):
        found = evaluate(self.pairs()).to_json()
        assert set(found["condition"]) == {"fine-clean", "scan"}
        assert set(found["all"]) == {"all", "lists", "without lists"}
        assert found["silent"] == [{"file": "x.tif", "path": "a", "cell": "silent_error"}]
        assert found["type"]["case_list"]["row_recall"] == 1.0
        assert found["layout"]["boxes"]["silent_rate"] == 1.0

    def test_the_table_shows_silent_errors_with_bound_and_number_of_leaves(self):
        table = evaluate(self.pairs()).to_markdown()
        assert "| scan | 1 | 1 | 100.0 %" in table
        assert "1 / 1 | 100.00 % (≤ 100.00 %)" in table
        assert "silent_error 1" in table

    def test_an_empty_folder_has_no_rates(self):
        report = evaluate([])
        assert report.split_accuracy is None
        assert "–" in report.to_markdown()
