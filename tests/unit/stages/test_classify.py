from __future__ import annotations

import pytest

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
