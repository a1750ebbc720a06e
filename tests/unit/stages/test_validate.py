from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bridge.domain.findings import Located
from bridge.domain.forms import FieldKind
from bridge.domain.layout import Box, Layout, Reading
from bridge.domain.model import IssueCode
from bridge.stages.validate import validate
from tests.unit.stages.printed import RECEIVED, catalog

KIND = catalog().types["disease_notification"]
LAYOUTS = {1: Layout(1000, 1400, quality=0.95)}
BOX = Box(100, 100, 300, 130)


def place(path: str, kind: FieldKind, text: str, **more) -> Located:
    return Located(path, kind, 1, BOX, text, 0.95, (BOX,), **more)


def onset(text: str) -> Located:
    return place("onset_date", FieldKind.DATE, text)


def judge(*read: tuple[Located, tuple[str, ...]], received: date = RECEIVED, kind=KIND):
    """`read`: each place with what tesseract and ppocr made of its crop."""
    places = [located for located, _ in read]
    crops = [(tuple(Reading(name, text, 0.9) for name, text in zip(("tesseract", "ppocr"), texts, strict=False)),) for _, texts in read]
    return validate(kind, places, crops, LAYOUTS, catalog().codes, received, catalog().calibration)


def only(judged):
    (field,) = judged.fields
    return field


def test_agreement_of_page_and_crops_is_high_confidence_without_an_issue():
    judged = judge((onset("06.04.2026"), ("06.04.2026", "06.04.2026")))
    assert only(judged).value == "2026-04-06"
    assert only(judged).confidence > 0.97
    assert judged.issues == ()
    assert only(judged).box == (0.1, 0.0714, 0.3, 0.0929)


def test_two_engines_that_differ_are_a_conflict_named_in_the_issue():
    judged = judge((onset("06.04.2026"), ("06.04.2026", "06.08.2026")))
    assert only(judged).confidence <= 0.9 < KIND.field_threshold
    (issue,) = judged.issues
    assert issue.code is IssueCode.CONFLICT
    assert "06.04.2026" in issue.message
    assert "06.08.2026" in issue.message


def test_two_engines_against_the_page_reading_are_a_majority():
    judged = judge((onset("06.04.2028"), ("06.04.2026", "06.04.2026")))
    assert only(judged).value == "2026-04-06"
    alike = judge((onset("06.04.2026"), ("06.04.2026", "06.04.2026")))
    assert 0.9 < only(judged).confidence < only(alike).confidence
    assert judged.issues == ()


def test_one_engine_twice_is_no_majority_over_the_other():
    judged = judge((onset("06.04.2026"), ("06.04.2026", "06.04.2020")))
    assert judged.issues[0].code is IssueCode.CONFLICT


def test_a_single_reading_alone_is_not_sure():
    assert only(judge((onset("06.04.2026"), ()))).confidence <= 0.9 < KIND.field_threshold


def test_what_no_reader_could_read_as_its_kind_is_unreadable():
    judged = judge((onset("O6.Oa.Z0"), ("0b.Oa", "xx")))
    assert judged.fields == ()
    assert judged.issues[0].code is IssueCode.UNREADABLE


def test_a_place_that_turns_out_empty_is_absent():
    judged = judge((replace(onset(""), confidence=0.0), ()))
    assert (judged.fields, judged.issues) == ((), ())


def test_ink_in_a_place_that_the_page_reader_saw_empty_is_read():
    judged = judge((replace(onset(""), confidence=0.0), ("06.04.2026", "06.04.2026")))
    assert only(judged).value == "2026-04-06"


def test_noise_in_an_empty_place_is_not_a_value():
    empty = replace(onset(""), confidence=0.0)
    judged = validate(KIND, [empty], [((Reading("ppocr", "nn", 0.3),),)], LAYOUTS, catalog().codes, RECEIVED, catalog().calibration)
    assert (judged.fields, judged.issues) == ((), ())


def test_blanks_that_readers_lose_do_not_matter():
    judged = judge((place("facility.name", FieldKind.TEXT, "Kita Spatzennest"), ("Kita Spatzennest", "KitaSpatzennest")))
    assert only(judged).value == "Kita Spatzennest"
    assert judged.issues == ()


def test_umlauts_matter():
    judged = judge((place("patient.family_name", FieldKind.NAME, "Bohm"), ("Bohm", "Böhm")))
    assert judged.issues[0].field == "patient.family_name"


def test_a_code_needs_an_entry_and_is_derived():
    judged = judge((place("disease", FieldKind.CODE, "Masem"), ("Masern", "Masern")))
    fields = {field.path: field for field in judged.fields}
    assert fields["disease.code"].value == "msvd"
    assert fields["disease.code"].origin.value == "derived"
    assert fields["disease.name"].value == "Masern"


def test_a_disease_that_is_in_no_list_is_flagged_and_never_forced():
    judged = judge((place("disease", FieldKind.CODE, "Hepatitis X"), ("Hepatitis X", "Hepatitis X")))
    assert [field.path for field in judged.fields] == ["disease.name"]
    assert {issue.field for issue in judged.issues} == {"disease.name", "disease.code"}


@pytest.mark.parametrize(
    ("path", "text"),
    [("notifier.lanr", "123456701"), ("notifier.bsnr", "12345678")],
)
def test_failed_check_digits_are_implausible(path, text):
    kind = FieldKind.LANR if path.endswith("lanr") else FieldKind.BSNR
    judged = judge((place(path, kind, text), (text, text)))
    assert judged.issues[0].code is IssueCode.IMPLAUSIBLE
    assert only(judged).value == text
    assert only(judged).confidence < 0.5


class TestRules:
    def dates(self, **texts: str):
        paths = {"birth": "patient.birth_date"}
        return judge(*((place(paths.get(key, key), FieldKind.DATE, text), (text, text)) for key, text in texts.items()))

    def test_dates_in_order_are_fine(self):
        judged = self.dates(birth="15.03.2020", onset_date="06.11.2026", diagnosis_date="08.11.2026", notification_date="10.11.2026")
        assert judged.issues == ()

    def test_an_onset_after_the_diagnosis_flags_both(self):
        judged = self.dates(onset_date="09.11.2026", diagnosis_date="08.11.2026")
        assert {issue.field for issue in judged.issues} == {"onset_date", "diagnosis_date"}
        assert all(field.confidence < 0.5 for field in judged.fields)

    def test_nothing_happens_before_birth(self):
        judged = self.dates(birth="15.11.2026", **{"vaccination.last_date": "01.11.2026"})
        assert "vaccination.last_date" in {issue.field for issue in judged.issues}

    def test_nothing_happens_after_the_fax_came(self):
        assert self.dates(onset_date="24.11.2026").issues[0].code is IssueCode.IMPLAUSIBLE

    def test_a_year_too_old_is_a_misread_one(self):
        assert self.dates(onset_date="06.11.1994").issues
        assert self.dates(birth="06.11.1894").issues

    def test_death_is_not_before_the_illness(self):
        assert self.dates(onset_date="06.11.2026", death_date="05.11.2026").issues

    def test_partial_dates_are_compared_as_far_as_they_go(self):
        assert self.dates(onset_date="11/2026", diagnosis_date="08.11.2026").issues == ()

    def test_a_day_that_is_not_is_named_with_what_both_readings_say(self):
        judged = self.dates(onset_date="06.94.2026")
        assert "Beide Lesungen: 06.94.2026" in judged.issues[0].message

    def test_a_postal_code_and_a_place_that_do_not_belong_together_are_both_doubtful(self):
        code, city = place("patient.postal_code", FieldKind.POSTAL_CODE, "01067"), place("patient.city", FieldKind.CITY, "Leipzig")
        judged = judge((code, ("01067", "01067")), (city, ("Leipzig", "Leipzig")))
        assert {issue.field for issue in judged.issues} == {"patient.postal_code", "patient.city"}
        assert "gehört Dresden, gelesen wurde Leipzig" in judged.issues[0].message
        assert {field.value for field in judged.fields} == {"01067", "Leipzig"}

    def test_of_two_readings_of_a_place_that_of_the_postal_code_wins_and_stays_doubtful(self):
        code, city = place("patient.postal_code", FieldKind.POSTAL_CODE, "19053"), place("patient.city", FieldKind.CITY, "Schwerm")
        judged = judge((code, ("19053", "19053")), (city, ("Schwerm", "Schwerin")))
        assert {field.path: field.value for field in judged.fields}["patient.city"] == "Schwerin"
        assert [issue.field for issue in judged.issues] == ["patient.city"]
        assert "Schwerm oder Schwerin" in judged.issues[0].message

    def test_the_one_place_that_a_misread_print_can_mean_is_proposed_and_stays_doubtful(self):
        address = place("patient.address", FieldKind.ADDRESS, "Ringweg 5, 72070 Tubingen")
        judged = judge((address, ("Ringweg 5, 72070 Tubingen", "Ringweg 5, 72070 Tubingen")))
        found = {field.path: field for field in judged.fields}
        assert found["patient.city"].value == "Tübingen"
        assert found["patient.city"].confidence <= 0.6
        assert "gehört Tübingen, gelesen wurde Tubingen" in next(i.message for i in judged.issues if i.field == "patient.city")

    def test_the_place_meant_in_an_address_of_several_lines_is_proposed_too(self):
        text = "Ringweg 5\n72070 Tubingen"
        judged = judge((place("patient.address", FieldKind.ADDRESS, text), (text, text)))
        assert {field.path: field.value for field in judged.fields}["patient.city"] == "Tübingen"

    def test_a_reading_whose_place_fits_its_code_goes_before_one_whose_place_does_not(self):
        address = place("patient.address", FieldKind.ADDRESS, "Ringweg 5, 19053 Schwerm")
        judged = judge((address, ("Ringweg 5, 19053 Schwerm", "Ringweg 5, 19053 Schwerin")))
        found = {field.path: field for field in judged.fields}
        assert found["patient.city"].value == "Schwerin"
        assert found["patient.city"].confidence < 0.95
        assert [issue.field for issue in judged.issues] == ["patient.city"]


def test_a_word_is_spelled_as_it_most_likely_was_printed_where_the_value_cannot_leave_anyhow():
    judged = judge((place("facility.name", FieldKind.TEXT, "Frosche"), ("Frosche", "Frosche")), kind=replace(KIND, field_threshold=0.99))
    assert only(judged).value == "Frösche"
    assert only(judged).confidence <= 0.6
    assert "„Frosche“" in judged.issues[0].message


def test_a_word_that_is_read_surely_enough_stays_however_rare():
    judged = judge((place("facility.name", FieldKind.TEXT, "Frosche"), ("Frosche", "Frosche")), kind=replace(KIND, field_threshold=0.9))
    assert only(judged).value == "Frosche"


def test_the_same_field_twice_and_different_is_a_conflict():
    name = "patient.family_name"
    judged = judge((place(name, FieldKind.NAME, "Böhm"), ("Böhm", "Böhm")), (place(name, FieldKind.NAME, "Kurz"), ("Kurz", "Kurz")))
    assert judged.issues[0].code is IssueCode.CONFLICT
    assert only(judged).confidence < 0.5


def test_a_labelled_value_goes_before_the_letterheads():
    head = place("notifier.block", FieldKind.PARTY, "Praxis am Markt\n01067 Dresden", label_score=0.9)
    judged = judge((head, ("Praxis am Markt\n01067 Dresden",)), (place("notifier.city", FieldKind.CITY, "Bonn"), ("Bonn", "Bonn")))
    assert {f.path: f.value for f in judged.fields}["notifier.city"] == "Bonn"


def test_an_unassigned_place_is_an_issue_and_no_field():
    judged = judge((place("unassigned.0", FieldKind.TEXT, "17", doubt="Die Angabe steht bei keiner Beschriftung."), ()))
    assert judged.fields == ()
    assert judged.issues[0].field == "unassigned.0"


def test_names_on_a_badly_printed_page_are_less_sure_than_figures():
    layouts = {1: Layout(1000, 1400, quality=0.7)}
    readings = [
        ((Reading("tesseract", "Bohme", 0.9), Reading("ppocr", "Bohme", 0.9)),),
        ((Reading("tesseract", "01067", 0.9), Reading("ppocr", "01067", 0.9)),),
    ]
    places = [place("patient.family_name", FieldKind.NAME, "Bohme"), place("patient.postal_code", FieldKind.POSTAL_CODE, "01067")]
    name, code = validate(KIND, places, readings, layouts, catalog().codes, RECEIVED, catalog().calibration).fields
    assert name.confidence < code.confidence


@pytest.mark.parametrize(("street", "is_told"), [("Ringweg 5", False), ("R!n~w#g", True)])
def test_an_address_block_with_a_town_and_no_street_says_so(street, is_told):
    block = place("notifier.block", FieldKind.PARTY, f"Praxis am Ring\n{street}\n01067 Dresden")
    issues = judge((block, (block.text, block.text))).issues
    assert any(issue.field == "notifier.street" and issue.code is IssueCode.UNREADABLE for issue in issues) is is_told


class TestPrint:
    """How many scan lines of the fax a value's print has, and which of its letters may have lost their dots."""

    def basis(self, located: Located, *lines: str, fineness: float = 196 / 306):
        crops = [tuple(tuple(Reading(name, line, 0.9) for name in ("tesseract", "ppocr")) for line in lines)]
        layouts = {1: replace(LAYOUTS[1], fineness=fineness)}
        return only(validate(KIND, [located], crops, layouts, catalog().codes, RECEIVED, catalog().calibration)).basis

    def name(self, text: str) -> Located:
        return place("patient.family_name", FieldKind.NAME, text)

    @pytest.mark.parametrize(("lines_an_inch", "print_lines"), [(196, 19.2), (98, 9.6)])
    def test_its_height_is_told_in_scan_lines_of_the_fax(self, lines_an_inch, print_lines):
        assert self.basis(self.name("Böhm"), "Böhm", fineness=lines_an_inch / 306).print_lines == pytest.approx(print_lines, abs=0.05)

    def test_of_several_lines_the_lowest_counts(self):
        low = Box(100, 140, 300, 160)
        located = replace(place("facility.name", FieldKind.TEXT, "Kita\nSpatzennest"), boxes=(BOX, low))
        assert self.basis(located, "Kita", "Spatzennest", fineness=0.5).print_lines == 10

    @pytest.mark.parametrize(("text", "count"), [("Bauer", 2), ("Otto", 2), ("Ulla", 2), ("Böhm", 0), ("Krüger", 0), ("Weiß", 0)])
    def test_letters_that_are_others_with_dots_are_counted(self, text, count):
        assert self.basis(self.name(text), text).plain_vowels == count

    def test_a_date_has_none(self):
        assert self.basis(onset("06.04.2026"), "06.04.2026").plain_vowels == 0
