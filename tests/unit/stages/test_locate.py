from __future__ import annotations

import pytest

from bridge.domain.layout import Box
from tests.unit.stages.printed import MM, Page, find, judge, values

DISEASE, LAB, LIST, LETTER = "disease_notification", "laboratory_notification", "case_list", "letter"


def test_value_behind_a_colon():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Name: Böhm")
    page.write(20, 36, "Vorname: Anna")
    page.write(20, 42, "Geburtsdatum: 15.03.2020")
    assert values(page, DISEASE) == {"patient.family_name": "Böhm", "patient.given_name": "Anna", "patient.birth_date": "2020-03-15"}


def test_value_at_a_tab_stop_right_of_its_label():
    page = Page()
    page.write(20, 20, "Betroffene Person")
    for y, label, value in ((30, "Familienname", "Böhm"), (37, "Vorname", "Anna"), (44, "Wohnort", "Bad Homburg")):
        page.write(20, y, label)
        page.write(80, y, value)
    found = values(page, DISEASE)
    assert found["patient.family_name"] == "Böhm"
    assert found["patient.city"] == "Bad Homburg"


def test_value_below_its_small_label_in_a_ruled_box():
    page = Page()
    page.write(20, 20, "Patient/in")
    page.cell(20, 30, 60, "Familienname", "Böhm")
    page.cell(80, 30, 50, "Vorname", "Anna")
    page.cell(130, 30, 40, "geb. am", "15.03.2020")
    found = values(page, DISEASE)
    assert found == {"patient.family_name": "Böhm", "patient.given_name": "Anna", "patient.birth_date": "2020-03-15"}


def test_value_over_the_line_whose_caption_is_the_label():
    page = Page()
    page.write(20, 20, "Meldende Person")
    page.write(22, 40, "Dresden, den 12.11.2026")
    page.line(20, 44, 60)
    page.write(20, 45, "Ort, Datum", 2)
    assert values(page, DISEASE)["notification_date"] == "2026-11-12"


def test_an_empty_field_is_absent_and_never_takes_its_neighbours_label_or_value():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Name: Böhm")
    page.write(80, 30, "Vorname:")
    page.write(140, 30, "Geburtsdatum: 15.03.2020")
    found = values(page, DISEASE)
    assert "patient.given_name" not in found
    assert found["patient.birth_date"] == "2020-03-15"


def test_the_same_label_asks_for_different_people_under_different_headings():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 28, "Name: Böhm")
    page.write(20, 34, "Telefon: 0351 4563790")
    page.write(20, 60, "Meldende Person")
    page.write(20, 68, "Name: Dr. Weiß")
    page.write(20, 74, "Telefon: 0351 8563790")
    found = values(page, DISEASE)
    assert (found["patient.family_name"], found["notifier.name"]) == ("Böhm", "Dr. Weiß")
    assert (found["patient.phone"], found["notifier.phone"]) == ("+493514563790", "+493518563790")


def test_two_columns_side_by_side_keep_their_own_headings():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(115, 20, "Einsender")
    page.write(20, 30, "Name, Vorname:")
    page.write(55, 30, "Böhm, Anna")
    page.write(115, 30, "Name:")
    page.write(135, 30, "Dr. Weiß")
    page.write(20, 40, "Telefon:")
    page.write(55, 40, "0351 4563790")
    page.write(115, 40, "Telefon:")
    page.write(135, 40, "0351 8563790")
    found = values(page, LAB)
    assert found["patient.family_name"] == "Böhm"
    assert found["submitter.name"] == "Dr. Weiß"
    assert found["patient.phone"] == "+493514563790"
    assert found["submitter.phone"] == "+493518563790"


def test_labels_forgive_misread_letters_and_lost_umlauts():
    page = Page()
    page.write(20, 20, "Betroffene Persun")
    page.write(20, 30, "Farnilienname: Böhm")
    page.write(20, 36, "Strasse und Hausnumrner: Ringweg 5")
    page.write(20, 42, "Gebunsdatum: 15.03.2020")
    found = values(page, DISEASE)
    assert found["patient.family_name"] == "Böhm"
    assert found["patient.street"] == "Ringweg 5"
    assert found["patient.birth_date"] == "2020-03-15"


def test_a_longer_unknown_label_is_not_taken_for_the_short_one_it_begins_with():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Name des Ehegatten: Karl")
    assert "patient.family_name" not in values(page, DISEASE)


def test_print_at_an_unknown_label_is_reported_and_not_dropped():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Name: Böhm")
    page.write(20, 36, "Quarkfaktor: 17")
    unassigned = [place for path, place in find(page, DISEASE).items() if path.startswith("unassigned")]
    assert [place.text for place in unassigned] == ["17"]


def test_values_of_other_parts_of_the_form_belong_to_nobody():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Name: Böhm")
    page.write(20, 50, "Gesetzlicher Vertreter")
    page.write(20, 60, "Name: Meier")
    page.write(20, 66, "Telefon: 0351 111222")
    found = values(page, DISEASE)
    assert found == {"patient.family_name": "Böhm"}


def test_name_and_address_in_one_place_fill_their_parts():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Name, Vorname: Böhm, Anna")
    page.write(20, 36, "Anschrift: Ringweg 5, 01067 Dresden")
    found = values(page, DISEASE)
    assert found == {
        "patient.family_name": "Böhm",
        "patient.given_name": "Anna",
        "patient.street": "Ringweg 5",
        "patient.postal_code": "01067",
        "patient.city": "Dresden",
    }


def test_an_address_over_two_lines():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Anschrift:")
    page.write(60, 30, "Ringweg 5")
    page.write(60, 35, "01067 Dresden")
    found = values(page, DISEASE)
    assert (found["patient.street"], found["patient.city"]) == ("Ringweg 5", "Dresden")


class TestTicks:
    def sex(self, *states: str) -> Page:
        page = Page()
        page.write(20, 20, "Patient")
        x = page.write(20, 30, "Geschlecht:") + 3
        for text, state in zip(("weiblich", "männlich", "divers"), states, strict=True):
            x = page.tick(x, 30, text, state) + 4
        return page

    def test_the_marked_one_is_the_value(self):
        assert values(self.sex("marked", "empty", "empty"), DISEASE) == {"patient.sex": "female"}

    def test_none_marked_is_no_value_and_no_doubt(self):
        judged = judge(self.sex("empty", "empty", "empty"), DISEASE)
        assert judged.fields == ()
        assert judged.issues == ()

    def test_two_marked_are_a_doubt(self):
        judged = judge(self.sex("marked", "marked", "empty"), DISEASE)
        assert [issue.field for issue in judged.issues] == ["patient.sex"]
        assert judged.fields[0].confidence < 0.9

    def test_a_faint_mark_is_a_doubt(self):
        assert judge(self.sex("faint", "empty", "empty"), DISEASE).issues

    def test_yes_no_and_unknown(self):
        for which, expected in (("ja", True), ("nein", False), ("unbekannt", None)):
            page = Page()
            x = page.write(20, 30, "Im Krankenhaus behandelt:") + 3
            for text in ("ja", "nein", "unbekannt"):
                x = page.tick(x, 30, text, "marked" if text == which else "empty") + 4
            assert values(page, DISEASE) == {"hospital.admitted": expected}

    def test_a_disease_out_of_a_long_list_in_columns(self):
        page = Page()
        page.write(20, 20, "Meldepflichtige Krankheit")
        names = ("Botulismus", "Cholera", "Diphtherie", "Hepatitis A", "Hepatitis B", "Keuchhusten", "Masern", "Mumps", "Tollwut")
        for i, name in enumerate(names):
            page.tick(20 + 60 * (i % 3), 30 + 6 * (i // 3), name, "marked" if name == "Masern" else "empty")
        assert values(page, DISEASE) == {"disease.name": "Masern", "disease.code": "msvd"}

    def test_a_marked_box_with_unreadable_words_among_diseases_is_a_doubt(self):
        page = Page()
        page.write(20, 20, "Meldepflichtige Krankheit")
        for i, name in enumerate(("Botulismus", "Xq7rr", "Diphtherie", "Masern")):
            page.tick(20, 30 + 6 * i, name, "marked" if i == 1 else "empty")
        judged = judge(page, DISEASE)
        assert not any(field.path == "disease.code" for field in judged.fields)
        assert "disease.code" in {issue.field for issue in judged.issues}

    def test_words_of_an_answer_whose_box_was_not_seen_are_a_doubt(self):
        page = self.sex("empty", "empty", "empty")
        page.marks.pop()
        judged = judge(page, DISEASE)
        assert "patient.sex" in {issue.field for issue in judged.issues}
        assert not any(field.path == "patient.sex" and field.confidence >= 0.9 for field in judged.fields)

    def test_ticked_symptoms_are_their_words(self):
        page = Page()
        page.write(20, 20, "Symptome:")
        x = 50.0
        for text, state in (("Fieber", "marked"), ("Husten", "empty"), ("Exanthem", "marked")):
            x = page.tick(x, 20, text, state) + 4
        assert values(page, DISEASE) == {"symptoms": ["Fieber", "Exanthem"]}

    def test_an_answer_that_reads_like_a_label_stays_an_answer(self):
        page = Page()
        page.box(20, 30, 60, 8)
        page.box(80, 30, 80, 8)
        page.write(22, 32, "Art der Meldung")
        page.write(82, 32, "Krankheitsverdacht")
        assert values(page, DISEASE)["case_status"] == "suspected"


class TestHandwriting:
    def test_a_value_written_by_hand_is_never_sure(self):
        page = Page()
        page.write(20, 20, "Patient")
        page.write(20, 30, "Name:")
        page.write(40, 30, "Böhm")
        page.handwriting.append(Box(39 * MM, 29 * MM, 60 * MM, 34 * MM))
        judged = judge(page, DISEASE)
        assert judged.fields[0].confidence < 0.5
        assert judged.issues

    def test_writing_where_nothing_was_read_is_reported(self):
        page = Page()
        page.write(20, 20, "Patient")
        page.cell(20, 30, 80, "Vorname")
        page.handwriting.append(Box(25 * MM, 34 * MM, 50 * MM, 39 * MM))
        assert [issue.field for issue in judge(page, DISEASE).issues] == ["patient.given_name"]

    def test_a_signature_asks_for_nobody(self):
        page = Page()
        page.write(20, 250, "Unterschrift", 2)
        page.write(30, 240, "vnmz", confidence=0.2)
        page.handwriting.append(Box(25 * MM, 236 * MM, 70 * MM, 248 * MM))
        assert judge(page, DISEASE).issues == ()


class TestLists:
    def table(
        self, *rows: tuple[str, ...], ruled: bool = True, titles: tuple[str, ...] = ("Nr.", "Name, Vorname", "Geb.-Datum", "Gruppe")
    ) -> Page:
        page = Page()
        page.write(20, 20, "Liste der erkrankten Personen")
        page.write(20, 28, "Krankheit: Masern")
        lefts = (20.0, 35.0, 100.0, 140.0)
        for r, row in enumerate((titles, *rows)):
            y = 50 + 8 * r
            for left, text in zip(lefts, row, strict=True):
                page.write(left + 1.5, y + 2.5, text)
            if ruled:
                page.line(20, y, 160)
        if ruled:
            page.line(20, 50 + 8 * (len(rows) + 1), 160)
            for left in (*lefts, 180.0):
                page.box(left, 50, 0.01, 8 * (len(rows) + 1))
        return page

    ROWS = (("1", "Böhm, Anna", "15.03.2020", "Igel"), ("2", "Weiß, Ole", "01.02.2021", "Bären"), ("3", "Kurz, Ida", "24.12.2019", "Igel"))

    def test_ruled(self):
        found = values(self.table(*self.ROWS), LIST)
        assert found["kind"] == "cases"
        assert found["disease.name"] == "Masern"
        assert [found[f"rows.{i}.family_name"] for i in range(3)] == ["Böhm", "Weiß", "Kurz"]
        assert found["rows.2.birth_date"] == "2019-12-24"
        assert found["rows.1.group"] == "Bären"

    def test_without_rules(self):
        found = values(self.table(*self.ROWS, ruled=False), LIST)
        assert [found[f"rows.{i}.given_name"] for i in range(3)] == ["Anna", "Ole", "Ida"]
        assert found["rows.0.number"] == 1

    def test_columns_in_any_order_and_other_words(self):
        rows = [(n, d, g, name) for n, name, d, g in self.ROWS]
        found = values(self.table(*rows, titles=("lfd. Nr.", "geb. am", "Klasse", "Name / Vorname")), LIST)
        assert found["rows.0.family_name"] == "Böhm"
        assert found["rows.0.birth_date"] == "2020-03-15"
        assert found["rows.0.group"] == "Igel"

    def test_a_missing_running_number_shows(self):
        rows = (self.ROWS[0], *((str(i + 3), *row[1:]) for i, row in enumerate(self.ROWS)))
        judged = judge(self.table(*rows), LIST)
        assert any(issue.field == "rows" for issue in judged.issues)

    def test_a_single_misread_number_is_told_by_its_neighbours_and_doubtful(self):
        rows = tuple((str(i + 1), "Böhm, Anna", "15.03.2020", "Igel") for i in range(9))
        rows = (*rows[:4], ("50", *rows[4][1:]), *rows[5:])
        judged = judge(self.table(*rows), LIST)
        number = next(field for field in judged.fields if field.path == "rows.4.number")
        assert (number.value, number.confidence <= 0.6) == (5, True)

    def test_pre_numbered_empty_rows_are_no_rows(self):
        found = values(self.table(*self.ROWS, ("4", "", "", ""), ("5", "", "", "")), LIST)
        assert not any(path.startswith("rows.3") for path in found)

    def test_an_unknown_column_with_entries_is_reported(self):
        page = self.table(*self.ROWS, titles=("Nr.", "Name, Vorname", "Geb.-Datum", "Schnabel"))
        assert any(issue.field.startswith("unassigned") for issue in judge(page, LIST).issues)

    def test_an_empty_cell_of_a_filled_column_is_looked_into(self):
        rows = (*self.ROWS[:2], ("3", "Kurz, Ida", "", "Igel"))
        place = find(self.table(*rows), LIST)["rows.2.birth_date"]
        assert place.text == ""
        assert len(place.boxes) == 1


class TestLetters:
    def letter(self) -> Page:
        page = Page()
        page.write(20, 15, "Rechtsanwälte Kühn & Partner")
        page.write(20, 20, "Ringweg 5")
        page.write(20, 25, "01067 Dresden")
        page.write(20, 50, "Gesundheitsamt Dresden")
        page.write(20, 55, "Hauptstr. 1")
        page.write(20, 60, "01099 Dresden")
        page.write(140, 80, "Dresden, den 12.11.2026")
        page.write(20, 80, "Unser Zeichen: K-17/26")
        page.write(20, 100, "Akteneinsicht in Sachen Brunnen")
        page.write(20, 112, "Sehr geehrte Damen und Herren,")
        page.write(20, 120, "wir bitten um Akteneinsicht und danken für eine Antwort bis zum Ende des Monats.")
        page.write(20, 150, "Mit freundlichen Grüßen")
        page.write(20, 170, "Anna Kühn")
        return page

    def test_letterhead_window_date_reference_subject_and_signature(self):
        found = values(self.letter(), LETTER)
        assert found["sender.organization"] == "Rechtsanwälte Kühn & Partner"
        assert found["sender.postal_code"] == "01067"
        assert found["recipient"] == "Gesundheitsamt Dresden"
        assert found["date"] == "2026-11-12"
        assert found["reference"] == "K-17/26"
        assert found["subject"] == "Akteneinsicht in Sachen Brunnen"
        assert found["sender.name"] == "Anna Kühn"


def test_a_laboratorys_letterhead_is_the_laboratory_and_not_the_patient():
    page = Page()
    page.write(20, 15, "Labor Dr. Fuchs GmbH")
    page.write(20, 20, "Ringweg 5 · 01067 Dresden · Tel. 0351 8563790")
    page.write(20, 40, "Meldung nach § 7 IfSG")
    page.write(20, 60, "Patient: Böhm, Anna")
    found = values(page, LAB)
    assert found["laboratory.organization"] == "Labor Dr. Fuchs GmbH"
    assert found["laboratory.phone"] == "+493518563790"
    assert found["patient.family_name"] == "Böhm"


def test_labels_inside_a_letterhead_ask_for_its_owner():
    page = Page()
    page.write(20, 15, "Praxis am Markt")
    page.write(20, 20, "Ringweg 5, 01067 Dresden")
    page.write(20, 25, "Tel.: 0351 8563790   Fax: 0351 8563799")
    page.write(20, 30, "LANR: 123456601   BSNR: 931234500")
    page.write(20, 60, "Patient")
    page.write(20, 70, "Name: Böhm")
    found = values(page, DISEASE)
    assert found["notifier.organization"] == "Praxis am Markt"
    assert (found["notifier.phone"], found["notifier.fax"]) == ("+493518563790", "+493518563799")
    assert (found["notifier.lanr"], found["notifier.bsnr"]) == ("123456601", "931234500")
    assert found["patient.family_name"] == "Böhm"


def test_figures_before_a_label_are_no_part_of_it():
    page = Page()
    page.write(20, 20, "Meldende Person")
    page.write(20, 30, "Telefon: 0371 443 95 Fax: 0371 80280")
    found = values(page, DISEASE)
    assert (found["notifier.phone"], found["notifier.fax"]) == ("+4937144395", "+4937180280")


def test_check_boxes_set_in_type():
    page = Page()
    page.write(20, 30, "Meldung wegen: [ ] Verdacht [x] Erkrankung [ ] Tod".replace("[ ]", "[]"))
    assert values(page, DISEASE) == {"case_status": "ill"}


def test_what_reads_like_another_field_s_label_is_part_of_the_answer() -> None:
    page = Page()
    page.write(20, 20, "Krankheit")
    page.cell(20, 30, 60, "Beginn der Symptome", "seit 31.08.2026")
    assert find(page, "disease_notification")["onset_date"].text == "seit 31.08.2026"


def test_the_office_s_own_number_in_its_cell_is_nobody_s() -> None:
    page = Page()
    page.box(110, 15, 80, 30)
    page.write(112, 17, "Zuständiges Gesundheitsamt", 1.8)
    page.write(112, 21, "Stadt Chemnitz, Gesundheitsamt")
    page.write(112, 26, "09111 Chemnitz")
    page.write(112, 32, "Fax: 0371 2936668")
    assert not [path for path in find(page, "disease_notification") if path.startswith("unassigned")]


def test_a_label_too_blurred_to_be_sure_of_is_guessed_and_its_value_doubted() -> None:
    page = Page()
    page.write(20, 20, "Patient")
    page.cell(20, 30, 60, "Geburtschelum", "15.03.2020")
    place = find(page, "disease_notification")["patient.birth_date"]
    assert place.label_score < 0.82


def test_what_asks_beside_a_postal_code_is_the_place() -> None:
    page = Page()
    page.write(20, 20, "Patient")
    page.cell(20, 30, 30, "PLZ", "02943")
    page.cell(50, 30, 60, "On", "Weißwasser")
    assert find(page, "disease_notification")["patient.city"].text == "Weißwasser"


def test_an_answer_under_its_label_is_no_label_though_others_stand_in_that_column() -> None:
    page = Page()
    page.write(20, 20, "Patient")
    for row, (label, value) in enumerate(
        (("Nachname", "Zöllner"), ("Vorname", "Theresa"), ("Geburtsdatum", "29.05.2002"), ("Straße", "Ring 3"))
    ):
        page.write(20, 30 + 10 * row, label, 2)
        page.write(20.5, 34 + 10 * row, value)
        page.write(110, 34 + 10 * row, "Angabe")
        page.line(20, 38 + 10 * row, 80)
    assert find(page, "disease_notification")["patient.family_name"].text == "Zöllner"


def test_a_struck_out_value_is_doubted_and_one_on_a_line_is_not() -> None:
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Nachname:")
    end = page.write(60, 30, "Lehmann")
    page.line(58, 31.2, end - 58)
    page.write(20, 40, "Vorname:")
    page.write(60, 40, "Lukas")
    page.line(58, 43, 60)
    found = find(page, "disease_notification")
    assert found["patient.family_name"].doubt == "Der Eintrag ist durchgestrichen."
    assert found["patient.given_name"].doubt is None


@pytest.mark.parametrize("label", ["Straße / Street", "Straße (Hauptwohnung) / Street and number", "Straße / Street:"])
def test_a_label_said_again_in_another_language_is_one_label(label):
    page = Page()
    page.write(20, 30, "Patient")
    page.write(20, 40, label)
    page.write(100, 40, "Ringweg 5")
    assert find(page, "disease_notification")["patient.street"].text == "Ringweg 5"


def test_the_same_question_asked_again_of_one_owner_is_doubted():
    page = Page()
    for y, text in (
        (20, "Einsender"),
        (30, "Praxis: Praxis am Ring"),
        (40, "Telefon:"),
        (60, "Untersuchendes Haus"),
        (70, "Telefon: 0351 2856379"),
    ):
        page.write(20, y, text)
    assert find(page, "laboratory_notification")["submitter.phone"].doubt
