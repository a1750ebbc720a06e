from __future__ import annotations

import pytest

from bridge.domain.type_model import TypeModel
from bridge.stages.classify import classify
from tests.unit.stages.printed import Page, catalog

TYPES = catalog().types


def kind_of(*lines: str):
    page = Page()
    for i, line in enumerate(lines):
        page.write(20, 20 + 8 * i, line)
    return classify((page.layout(),), TYPES)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("Meldung gemäß § 6 IfSG", "Patient", "Erkrankungsbeginn", "Diagnosedatum", "Meldende Person"), "disease_notification"),
        (
            ("Meldung 8 6 Abs. 1 Satz 1 Nr. 1 Infektionsschutzgesetz", "Diagnose", "Erkrankungsbeginn", "Verdacht", "Impfstatus"),
            "disease_notification",
        ),
        (
            ("Labormeldung nach § 7 IfSG", "Einsender", "Untersuchungsmaterial", "Nachweismethode", "Probeneingang"),
            "laboratory_notification",
        ),
        (("Liste der Kontaktpersonen", "lfd. Nr.", "Name, Vorname", "Geb.-Datum", "letzter Kontakt"), "case_list"),
        (("Unser Zeichen: 17", "Sehr geehrte Damen und Herren,", "wir bitten um Auskunft.", "Mit freundlichen Grüßen"), "letter"),
        (
            ("Sonderangebot Toner", "Jetzt bestellen und 20 % Rabatt sichern", "nur solange der Vorrat reicht", "zzgl. MwSt"),
            "advertisement",
        ),
    ],
)
def test_types_by_what_is_printed(lines, expected):
    found = kind_of(*lines)
    assert found.type == expected
    assert found.confidence >= TYPES[expected].type_threshold


@pytest.mark.parametrize("lines", [(), ("Lieferschein", "Menge"), ("Patient", "Name")])
def test_what_says_little_is_unknown(lines):
    assert kind_of(*lines).type == "unknown"


@pytest.mark.parametrize(
    "sign", ["Patient geb. am 15.03.2020, Verdacht auf Masern", "Meldung gemäß § 6 IfSG", "Erreger: Norovirus, Befund positiv"]
)
def test_an_advertisement_with_any_sign_of_a_notification_is_never_filed(sign):
    found = kind_of("Sonderangebot Toner", "Jetzt bestellen und 20 % Rabatt sichern", "nur solange der Vorrat reicht", "zzgl. MwSt", sign)
    assert found.type != "advertisement" or found.confidence < TYPES["advertisement"].type_threshold


def test_misread_letters_are_forgiven():
    assert (
        kind_of(
            "Meldepf1ichtige Krankheit",
            "Erkrankungsbegirn",
            "Diaqnosedatum",
            "Infektionsschutzgesetz IfSG",
            "Meldende Persen",
            "Impfstatus",
        ).type
        == "disease_notification"
    )


class SaysAlways(TypeModel):
    """Says what it is told to, whatever it reads."""

    def probabilities(self, text):
        return dict(self.grams)


def second_opinion(*lines: str, **told: float):
    page = Page()
    for i, line in enumerate(lines):
        page.write(20, 20 + 8 * i, line)
    return classify((page.layout(),), TYPES, SaysAlways("1", (), (), told))


NOTIFICATION = ("Meldung gemäß § 6 IfSG", "Patient", "Erkrankungsbeginn", "Diagnosedatum", "Meldende Person")


def test_a_model_that_agrees_makes_surer():
    alone = kind_of(*NOTIFICATION)
    agreed = second_opinion(*NOTIFICATION, disease_notification=0.99, letter=0.01)
    assert (agreed.type, agreed.confidence > alone.confidence) == (alone.type, True)


def test_a_model_that_contradicts_clearly_lets_a_person_settle_it():
    found = second_opinion(*NOTIFICATION, disease_notification=0.01, letter=0.99)
    assert found.type == "letter"
    assert found.confidence < TYPES["letter"].type_threshold


def test_a_model_that_wavers_changes_nothing():
    assert second_opinion(*NOTIFICATION, disease_notification=0.4, letter=0.6) == kind_of(*NOTIFICATION)


def test_what_no_phrase_tells_the_model_may_guess_for_a_person():
    found = second_opinion("Guten Tag", letter=0.97, invoice=0.03)
    assert found.type == "letter"
    assert found.confidence < TYPES["letter"].type_threshold


def test_nothing_is_filed_on_a_guess():
    found = second_opinion("Guten Tag", advertisement=0.99, letter=0.01)
    assert found.type == "advertisement"
    assert found.confidence < TYPES["advertisement"].type_threshold


def test_where_the_model_knows_no_better_than_the_phrases_nobody_guesses():
    assert second_opinion("Guten Tag", letter=0.3, invoice=0.3, unknown=0.4).type == "unknown"


def test_an_advertisement_is_filed_only_where_the_model_agrees():
    lines = ("Sonderangebot Toner", "Jetzt bestellen und 20 % Rabatt sichern", "nur solange der Vorrat reicht", "zzgl. MwSt")
    found = second_opinion(*lines, advertisement=0.3, letter=0.7)
    assert found.confidence < TYPES["advertisement"].type_threshold
    assert second_opinion(*lines, advertisement=0.9, letter=0.1).confidence >= TYPES["advertisement"].type_threshold


def test_an_advertisement_that_only_mentions_the_law_is_a_guess_for_a_person():
    found = kind_of("SEMINAREINLADUNG", "IfSG-Novelle: was sich ändert", "Frühbucherpreis 440 €", "Anmeldung per Fax", "Faxabmeldung")
    assert found.type == "advertisement"
    assert found.confidence < TYPES["advertisement"].type_threshold


def test_a_laboratory_s_report_is_known_without_the_law():
    found = kind_of("Befundbericht", "Einsender: Praxis Weiß", "Nachweis von", "Untersuchungsverfahren", "kein Nachweis")
    assert found.type == "laboratory_notification"


def test_a_table_of_persons_is_a_list_before_it_is_the_annex_of_a_notification():
    page = Page()
    page.write(20, 20, "Stand: 14.10.2026")
    for left, title in zip((20, 35, 70, 105, 140, 170), ("Nr.", "Familienname", "Vorname", "geb.", "Tel.-Nr.", "erkrankt am"), strict=True):
        page.write(left, 40, title)
    found = classify((page.layout(),), TYPES)
    assert found.type == "case_list"


@pytest.mark.parametrize(
    "title", ["Erkrankte Schülerinnen und Schüler", "Übersicht positiver und negativer Fälle", "Aufstellung der Kontaktpersonen"]
)
def test_a_list_is_known_by_what_it_is_called(title):
    assert kind_of(title, "Einrichtung: Haus am Park", "lfd. Nr.", "Name, Vorname", "Geb.-Datum").type == "case_list"


def test_what_the_model_takes_for_none_of_the_types_is_not_filed():
    lines = ("Sonderangebot Toner", "Jetzt bestellen und 20 % Rabatt sichern", "nur solange der Vorrat reicht", "zzgl. MwSt")
    assert second_opinion(*lines, unknown=0.6, advertisement=0.2).confidence < TYPES["advertisement"].type_threshold


def test_the_model_makes_no_advertisement_of_a_notification():
    found = second_opinion(*NOTIFICATION, advertisement=0.9, disease_notification=0.01)
    assert found.type == "disease_notification"
    assert found.confidence < TYPES["disease_notification"].type_threshold
