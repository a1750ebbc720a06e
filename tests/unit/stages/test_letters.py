"""What letters, stamps and invoices say without a label: letterhead, address window, date, subject, sums."""

from __future__ import annotations

import pytest

from bridge.stages.paragraphs import names_office
from tests.unit.stages.printed import Page, judge, values

LAB, LETTER, INVOICE = "laboratory_notification", "letter", "invoice"


class TestLetterheads:
    def test_a_letterhead_at_the_left_is_read_beside_a_question_at_the_right(self) -> None:
        page = Page()
        page.write(135, 14, "Meldung an", 2.0)
        page.write(135, 20, "Gesundheitsamt Stadt Dresden")
        page.write(20, 16, "Medizinisches Labor Dresden", 3.5)
        page.write(20, 23, "Ringweg 5 · 01067 Dresden")
        page.write(20, 28, "Telefon: 0351 8563790")
        page.write(20, 50, "Meldung nach § 7 IfSG")
        page.write(20, 60, "Patient: Böhm, Anna")
        found = values(page, LAB)
        assert found["laboratory.organization"] == "Medizinisches Labor Dresden"
        assert (found["laboratory.street"], found["laboratory.postal_code"]) == ("Ringweg 5", "01067")
        assert found["laboratory.phone"] == "+493518563790"

    def test_a_street_with_its_town_beside_it_is_no_label(self) -> None:
        page = Page()
        page.write(20, 15, "Laborzentrum Heide GbR", 4.0)
        page.write(20, 21, "Hölderlinweg 56")
        page.write(53, 21, "25746 Heide Tel. 0481 65738")
        page.write(20, 50, "Meldung nach § 7 IfSG")
        page.write(20, 60, "Patient: Böhm, Anna")
        found = values(page, LAB)
        assert (found["laboratory.street"], found["laboratory.city"]) == ("Hölderlinweg 56", "Heide")

    def test_all_in_one_line(self) -> None:
        page = Page()
        page.write(20, 15, "Praxis Dr. Weiß, Ringweg 5, 01067 Dresden, T 0351 8563790, Fax 0351 8563799", 2.2)
        page.write(20, 60, "Patient")
        page.write(20, 70, "Name: Böhm")
        found = values(page, "disease_notification")
        assert (found["notifier.organization"], found["notifier.street"]) == ("Praxis Dr. Weiß", "Ringweg 5")
        assert (found["notifier.city"], found["notifier.phone"]) == ("Dresden", "+493518563790")

    def test_what_stands_under_a_label_is_no_letterhead(self) -> None:
        page = Page()
        page.write(20, 15, "Patient: Böhm, Anna")
        page.write(20, 22, "Anschrift")
        page.write(20, 27, "Praxisweg 5, 01067 Dresden")
        assert "laboratory.street" not in values(page, LAB)

    def letter(self, *head: tuple[float, float, str, float]) -> Page:
        page = Page()
        for x, y, text, size in head:
            page.write(x, y, text, size)
        page.write(20, 52, "Gesundheitsamt Dresden")
        page.write(20, 57, "Hauptstr. 1")
        page.write(20, 62, "01099 Dresden")
        page.write(20, 100, "Akteneinsicht in Sachen Brunnen")
        page.write(20, 112, "Sehr geehrte Damen und Herren,")
        return page

    def test_a_name_alone_takes_its_address_from_the_small_line_over_the_window(self) -> None:
        page = self.letter((110, 15, "Hausverwaltung Immenhof", 4.0), (20, 44, "Hausverwaltung Immenhof, Ringweg 5, 01067 Dresden", 1.8))
        found = values(page, LETTER)
        assert found["sender.organization"] == "Hausverwaltung Immenhof"
        assert (found["sender.street"], found["sender.postal_code"], found["sender.city"]) == ("Ringweg 5", "01067", "Dresden")
        assert found["recipient"] == "Gesundheitsamt Dresden"

    def test_a_small_line_close_over_the_window_is_no_part_of_it(self) -> None:
        page = self.letter((110, 15, "Hausverwaltung Immenhof", 4.0), (20, 49, "Hausverwaltung Immenhof · Ringweg 5 · 01067 Dresden", 1.8))
        found = values(page, LETTER)
        assert (found["sender.street"], found["recipient"]) == ("Ringweg 5", "Gesundheitsamt Dresden")

    def test_an_address_in_a_column_of_its_own_belongs_to_the_name_beside_it(self) -> None:
        page = self.letter((20, 15, "Caritas-Pflegedienst", 4.0), (150, 15, "Ringweg 5", 2.4), (150, 19, "01067 Dresden", 2.4))
        found = values(page, LETTER)
        assert (found["sender.organization"], found["sender.street"]) == ("Caritas-Pflegedienst", "Ringweg 5")

    def test_parts_of_a_line_whose_separator_was_lost_stand_side_by_side(self) -> None:
        page = self.letter((70, 15, "Caritas-Pflegedienst", 4.0), (70, 21, "Ringweg 5", 2.4), (94, 21, "01067 Dresden", 2.4))
        assert values(page, LETTER)["sender.city"] == "Dresden"

    def test_between_two_offices_the_one_in_the_window_is_written_to(self) -> None:
        page = self.letter((20, 12, "Gesundheitsamt Stadt Chemnitz", 4.0), (20, 18, "Am Rathaus 8, 09111 Chemnitz", 2.4))
        found = values(page, LETTER)
        assert (found["recipient"], found["sender.organization"]) == ("Gesundheitsamt Dresden", "Gesundheitsamt Stadt Chemnitz")

    def test_how_a_letter_was_sent_is_no_part_of_the_office_s_name(self) -> None:
        page = self.letter((20, 15, "Caritas-Pflegedienst", 4.0), (20, 47, "Vorab per Fax 0351 4881234", 2.7))
        assert values(page, LETTER)["recipient"] == "Gesundheitsamt Dresden"

    def dated(self, *lines: tuple[float, float, str]) -> Page:
        page = self.letter((20, 15, "Caritas-Pflegedienst", 4.0), (20, 21, "Ringweg 5, 01067 Dresden", 2.4))
        for x, y, text in lines:
            page.write(x, y, text)
        return page

    @pytest.mark.parametrize("printed", ["Dresden, den 12.11.2026", "Dresden, 12.11.26", "12. November 2026", "den 12. Nov. 2026"])
    def test_a_date_line_in_many_forms(self, printed: str) -> None:
        assert values(self.dated((140, 85, printed)), LETTER)["date"] == "2026-11-12"

    def test_the_day_of_arrival_is_not_the_letters(self) -> None:
        page = self.dated((140, 75, "Eingegangen 14.11.2026"), (140, 85, "Dresden, den 12.11.2026"))
        assert values(page, LETTER)["date"] == "2026-11-12"

    def test_a_subject_goes_on_under_its_label(self) -> None:
        page = Page()
        page.write(20, 100, "Betr.: Ihre Anfrage zu Masern")
        page.write(20, 104.5, "vom 3. November 2026")
        page.write(20, 116, "Sehr geehrte Damen und Herren,")
        assert values(page, LETTER)["subject"] == "Ihre Anfrage zu Masern vom 3. November 2026"

    def test_an_organisation_under_the_closing_is_no_person(self) -> None:
        page = self.dated((20, 150, "Herzliche Grüße"), (20, 165, "Caritas Dresden Pflegedienst"), (20, 171, "Anna Kühn"))
        assert values(page, LETTER)["sender.name"] == "Anna Kühn"

    @pytest.mark.parametrize(
        "closing",
        [
            "Mit freundlichen kollegialen Grüßen",
            "Mit freundlichen, kollegialen Grüßen",
            "Mit besten und herzlichen Grüßen",
            "Mit kollegialem Gruß",
        ],
    )
    def test_who_signs_stands_under_a_closing_of_one_or_two_kinds_of_greetings(self, closing: str) -> None:
        assert values(self.dated((20, 150, closing), (20, 165, "Anna Kühn")), LETTER)["sender.name"] == "Anna Kühn"

    @pytest.mark.parametrize("line", ["Mit freundlichen kollegialen Hinweisen", "Mit freundlichen", "Mit vielen kollegialen Grüßen"])
    def test_other_lines_close_nothing(self, line: str) -> None:
        assert "sender.name" not in values(self.dated((20, 150, line), (20, 165, "Anna Kühn")), LETTER)

    def test_a_head_without_a_place_takes_its_address_from_the_foot(self) -> None:
        page = self.letter((110, 15, "Hausverwaltung Immenhof", 4.0), (20, 270, "Ringweg 5", 2.7), (20, 274.5, "30159 Hannover", 2.7))
        found = values(page, LETTER)
        assert found["sender.organization"] == "Hausverwaltung Immenhof"
        assert (found["sender.street"], found["sender.postal_code"], found["sender.city"]) == ("Ringweg 5", "30159", "Hannover")

    def test_one_with_a_place_does_not(self) -> None:
        head = ((110, 15, "Hausverwaltung Immenhof", 4.0), (110, 20.5, "04109 Leipzig", 2.7))
        page = self.letter(*head, (20, 270, "Ringweg 5", 2.7), (20, 274.5, "30159 Hannover", 2.7))
        found = values(page, LETTER)
        assert "sender.street" not in found
        assert (found["sender.postal_code"], found["sender.city"]) == ("04109", "Leipzig")

    def test_a_foot_without_a_head_is_nobody_s(self) -> None:
        page = self.letter((20, 270, "Ringweg 5", 2.7), (20, 274.5, "30159 Hannover", 2.7))
        assert not any(path.startswith("sender.") for path in values(page, LETTER))

    def test_a_mail_address_names_nobody(self) -> None:
        page = self.letter(
            (20, 15, "Rechtsanwälte Kühn & Partner", 4.0),
            (150, 15, "Ringweg 5", 2.4),
            (150, 19, "01067 Dresden", 2.4),
            (150, 23, "kanzlei@kuehn.de", 2.4),
        )
        assert values(page, LETTER)["sender.organization"] == "Rechtsanwälte Kühn & Partner"


class TestSignatories:
    def report(self, caption: str, y: float = 219.0) -> Page:
        page = Page()
        page.write(20, 15, "Labor am Ring")
        page.write(20, 19.5, "Ringweg 5")
        page.write(20, 24, "01067 Dresden")
        page.write(20, 50, "Meldung nach § 7 IfSG")
        page.write(20, 60, "Patient: Böhm, Anna")
        page.write(20, 200, "Mit freundlichen Grüßen")
        page.write(20, 215, "Dr. med. Ute Weiß")
        page.write(20, y, caption)
        return page

    @pytest.mark.parametrize("caption", ["Ärztliche Leitung", "Laborarzt", "Laborleitung"])
    def test_a_caption_under_a_signatory_s_name_only_says_what_that_person_is(self, caption: str) -> None:
        assert values(self.report(caption), LAB)["laboratory.name"] == "Dr. med. Ute Weiß"

    def test_one_farther_below_is_a_question(self) -> None:
        assert "laboratory.name" not in values(self.report("Ärztliche Leitung", y=235), LAB)

    def test_one_with_its_answer_behind_it_is_a_question(self) -> None:
        assert values(self.report("Ärztliche Leitung: Dr. Max Vogt", y=235), LAB)["laboratory.name"] == "Dr. Max Vogt"


class TestInvoices:
    def invoice(self) -> Page:
        page = Page()
        page.write(70, 15, "Kramer Gebäudereinigung GmbH & Co. KG", 4.0)
        page.write(80, 22, "Birkenweg 96b · 30159 Hannover")
        page.write(20, 42, "Kramer Gebäudereinigung GmbH & Co. KG · Birkenweg 96b · 30159 Hannover", 1.8)
        page.write(20, 50, "Stadt Kempten (Allgäu)")
        page.write(20, 55, "Jägerstr. 69 b")
        page.write(20, 60, "87435 Kempten (Allgäu)")
        page.write(20, 90, "Zahlungserinnerung", 4.0)
        for row, (label, value) in enumerate(
            (("Rechnung Nr.:", "RE001203"), ("vom:", "05.11.2026"), ("fällig am:", "05.12.2026"), ("Rechnungsbetrag:", "1.226,96 EUR"))
        ):
            page.write(30, 110 + 7 * row, label)
            page.write(85, 110 + 7 * row, value)
        return page

    def test_seller_buyer_and_currency_need_no_label(self) -> None:
        found = values(self.invoice(), INVOICE)
        assert found == {
            "seller.name": "Kramer Gebäudereinigung GmbH & Co. KG",
            "buyer.name": "Stadt Kempten (Allgäu)",
            "invoice_number": "RE001203",
            "invoice_date": "2026-11-05",
            "due_date": "2026-12-05",
            "total_gross": "1226.96",
            "currency": "EUR",
        }

    def test_an_account_is_known_by_its_check_digits(self) -> None:
        page = self.invoice()
        page.write(30, 220, "IBAN", 2.0)
        page.write(33, 226, "DE89 3704 0044 0532 0130 00")
        assert values(page, INVOICE)["iban"] == "DE89370400440532013000"

    def test_an_account_between_other_figures_of_the_foot_is_read_alone(self) -> None:
        page = self.invoice()
        page.write(20, 280, "Sparkasse Hannover · IBAN: DE89 3704 0044 0532 0130 00 · BIC COBADEFFXXX", 2.0)
        assert values(page, INVOICE)["iban"] == "DE89370400440532013000"

    def test_a_title_tells_number_and_date(self) -> None:
        page = Page()
        page.write(20, 90, "Rechnung Nr. 4711 vom 12.11.2026", 4.0)
        page.write(20, 110, "Gesamtbetrag: 119,00 EUR")
        page.write(20, 117, "zahlbar bis 12.12.2026 ohne Abzug")
        found = values(page, INVOICE)
        assert (found["invoice_number"], found["invoice_date"], found["due_date"]) == ("4711", "2026-11-12", "2026-12-12")

    def test_what_is_due_may_lie_ahead(self) -> None:
        assert not any(issue.field == "due_date" for issue in judge(self.invoice(), INVOICE).issues)

    def test_two_accounts_or_two_currencies_are_nobodys_choice(self) -> None:
        page = self.invoice()
        page.write(30, 150, "Gesamt 100,00 CHF")
        page.write(30, 220, "DE89 3704 0044 0532 0130 00")
        page.write(30, 226, "DE02 1203 0000 0000 2020 51")
        found = values(page, INVOICE)
        assert not {"iban", "currency"} & set(found)

    def test_sums_right_of_their_labels_are_theirs_under_a_list_of_items(self) -> None:
        page = self.invoice()
        for x, title, entry in ((20, "Pos.", "1"), (40, "Bezeichnung", "Ölfilter"), (110, "Menge", "19"), (170, "Betrag", "226,96")):
            page.write(x, 160, title)
            page.write(x, 167, entry)
        page.write(120, 180, "Summe netto")
        page.write(170, 180, "1.031,06 €")
        assert values(page, INVOICE)["total_net"] == "1031.06"


class TestFacilities:
    def test_a_letterhead_names_the_facility_and_where_it_is(self) -> None:
        page = Page()
        page.write(20, 15, "Kita Regenbogen", 4.0)
        page.write(20, 22, "Ringweg 5")
        page.write(20, 27, "01067 Dresden")
        page.write(20, 60, "Anzahl erkrankter Kinder: 7")
        found = values(page, "facility_notification")
        assert (found["facility.name"], found["facility.street"], found["facility.city"]) == ("Kita Regenbogen", "Ringweg 5", "Dresden")

    def test_a_place_alone_on_a_form_is_nobodys_letterhead(self) -> None:
        page = Page()
        page.write(20, 40, "01067 Dresden")
        page.write(20, 60, "Anzahl erkrankter Kinder: 7")
        assert "facility.city" not in values(page, "facility_notification")


@pytest.mark.parametrize("printed", ["Gesundhensamt Dresden", "Stadtgesundheitsamt Dresden", "Fachdienst Gesundheit"])
def test_an_office_is_known_by_its_word_however_it_was_read(printed: str) -> None:
    assert names_office(printed)


@pytest.mark.parametrize("printed", ["Krankheit", "Gesundheit", "Amt"])
def test_part_of_the_word_is_no_office(printed: str) -> None:
    assert not names_office(printed)


def mailed(*signature: str) -> Page:
    page = Page()
    page.write(20, 20, "Meldung gemäß § 7 IfSG")
    page.write(20, 60, "Material: Serum")
    page.write(20, 100, "Mit freundlichen Grüßen")
    for i, line in enumerate(signature):
        page.write(20, 115 + 5 * i, line)
    return page


def test_the_address_under_a_closing_is_the_sender_s_and_doubted():
    page = mailed("Medizinisches Labor Bonn", "Ringweg 5, 53111 Bonn", "Tel. 0228 4516268")
    found = values(page, "laboratory_notification")
    assert (found["laboratory.organization"], found["laboratory.street"]) == ("Medizinisches Labor Bonn", "Ringweg 5")
    judged = judge(page, "laboratory_notification")
    assert all(field.confidence < 0.5 for field in judged.fields if field.path.startswith("laboratory."))


def test_without_an_address_there_is_none():
    assert "laboratory.street" not in values(mailed("Medizinisches Labor Bonn"), "laboratory_notification")
