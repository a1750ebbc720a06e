"""What lists look like that nobody has drawn for us: every rule lost, every shape of header, pages that go on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bridge.domain.layout import Word
from bridge.stages.locate import locate
from tests.unit.stages.printed import MM, Page, catalog, find, judge, values

LIST = "case_list"
TITLES = ("Nr.", "Nachname", "Vorname", "Geburtsdatum", "PLZ", "Ort", "Telefon")
LEFTS = (12.0, 22.0, 52.0, 80.0, 110.0, 125.0, 155.0)
PEOPLE = (
    ("1", "Böhm", "Anna", "15.03.2010", "01067", "Dresden", "0351 2856379"),
    ("2", "Weiß", "Ole", "01.02.1981", "04109", "Leipzig", "0341 7856379"),
    ("3", "Kurz", "Ida", "24.12.1999", "01067", "Dresden", "0351 8563790"),
    ("4", "Groß", "Zoe", "07.07.1950", "01855", "Sebnitz", "0351 4856370"),
    ("5", "Vogt", "Emil", "11.10.2003", "01067", "Dresden", "0351 3856379"),
)


def titled() -> Page:
    page = Page()
    page.write(12, 15, "Liste der erkrankten Personen")
    page.write(12, 22, "Krankheit: Masern")
    return page


def write_row(page: Page, y: float, row: tuple[str, ...], lefts: tuple[float, ...] = LEFTS) -> None:
    for left, text in zip(lefts, row, strict=True):
        page.write(left, y, text, 2.4)


def plain(titles: tuple[str, ...] = TITLES, rows: tuple[tuple[str, ...], ...] = PEOPLE, pitch: float = 7.0) -> Page:
    page = titled()
    write_row(page, 32, titles)
    for index, row in enumerate(rows, start=1):
        write_row(page, 34 + index * pitch, row)
    return page


def rows_in(found: dict[str, object], column: str = "family_name") -> list[object]:
    return [found.get(f"rows.{row}.{column}") for row in range(sum(path.endswith("family_name") for path in found))]


def test_an_illness_may_be_named_by_its_pathogen_where_only_its_name_is_asked_for():
    page = plain()
    page.write(12, 26, "Erreger: Norovirus")
    page.words = [word for word in page.words if word.text not in {"Krankheit:", "Masern"}]
    judged = judge(page, LIST)
    assert {field.path: field.value for field in judged.fields}["disease.name"] == "Norovirus"
    assert not any(issue.field == "disease.name" for issue in judged.issues)


class TestHeaders:
    def test_titles_wrapped_over_two_lines_in_any_order(self):
        page = titled()
        for left, (upper, lower) in zip(
            (12, 42, 82, 112, 142),
            (("Geburts-", "datum"), ("Familien-", "name"), ("Vorname", ""), ("Wohnort", ""), ("lfd.", "Nr.")),
            strict=True,
        ):
            page.write(left, 30, upper, 2.4)
            page.write(left, 33.5, lower, 2.4)
        for index, (number, family, given, birth, _, city, _) in enumerate(PEOPLE):
            write_row(page, 40 + 7 * index, (birth, family, given, city, number), (12.0, 42.0, 82.0, 112.0, 142.0))
        found = values(page, LIST)
        assert rows_in(found) == [row[1] for row in PEOPLE]
        assert found["rows.4.number"] == 5
        assert found["rows.3.birth_date"] == "1950-07-07"

    def test_a_heading_over_several_columns_is_no_title(self):
        page = plain()
        page.write(60, 27, "Angaben zur Person", 2.4)
        assert rows_in(values(page, LIST)) == [row[1] for row in PEOPLE]

    @pytest.mark.parametrize("lost", [0, 2, 3, 4, 5])
    def test_a_title_that_was_not_read_is_told_by_the_entries_and_doubtful(self, lost):
        titles = tuple("" if index == lost else title for index, title in enumerate(TITLES))
        judged = judge(plain(titles), LIST)
        path = ("number", "family_name", "given_name", "birth_date", "postal_code", "city", "phone")[lost]
        found = {field.path: field.value for field in judged.fields}
        assert f"rows.0.{path}" in found
        assert any(issue.field == f"rows.0.{path}" for issue in judged.issues)

    def test_a_blurred_title_counts_where_the_entries_are_of_its_kind(self):
        titles = (*TITLES[:3], "Geb urtsdaium", *TITLES[4:])
        assert values(plain(titles), LIST)["rows.1.birth_date"] == "1981-02-01"

    def test_two_columns_of_days_without_titles_are_not_guessed(self):
        titles = ("Nr.", "Nachname", "Vorname", "Geburtsdatum", "Ort", "Quatsch", "Unfug")
        rows = tuple((*row[:4], row[5], "12.11.2026", "13.11.2026") for row in PEOPLE)
        judged = judge(plain(titles, rows), LIST)
        assert not any("onset" in field.path or "test_date" in field.path for field in judged.fields)
        assert sum(issue.field.startswith("unassigned") for issue in judged.issues) == 2

    def test_two_titles_read_as_one_run_are_two(self):
        page, lefts = titled(), (12.0, 25.6, *LEFTS[2:])
        page.write(12, 32, "lfd. Nr. Nachname", 2.4)
        write_row(page, 32, TITLES[2:], lefts[2:])
        for index, row in enumerate(PEOPLE, start=1):
            write_row(page, 34 + 7 * index, row, lefts)
        found = values(page, LIST)
        assert (found["rows.2.number"], found["rows.2.family_name"]) == (3, "Kurz")

    def test_half_of_a_title_that_is_another_nobody_asks_for_counts_for_nothing(self):
        page = titled()
        edges = (*(left - 1.5 for left in LEFTS), 190.0)
        for edge in edges:
            page.box(edge, 30, 0.01, 8 * (len(PEOPLE) + 1))
        write_row(page, 32, ("d. Nr.", *TITLES[1:]), (11.0, *LEFTS[1:]))
        for index, row in enumerate(PEOPLE, start=1):
            write_row(page, 32 + 8 * index, row)
        assert values(page, LIST)["rows.3.number"] == 4

    def test_name_alone_over_whole_names_means_both(self):
        rows = tuple((row[0], f"{row[1]}, {row[2]}", row[3], row[5]) for row in PEOPLE)
        page = titled()
        lefts = (12.0, 22.0, 80.0, 125.0)
        write_row(page, 32, ("Nr.", "Name", "geb. am", "Wohnort"), lefts)
        for index, row in enumerate(rows):
            write_row(page, 40 + 7 * index, row, lefts)
        assert values(page, LIST)["rows.2.given_name"] == "Ida"

    @pytest.mark.parametrize(("titles", "path"), [(("Person", "Vorname"), "family_name"), (("Nachname", "Name, Vorname"), "given_name")])
    def test_whole_names_beside_half_of_them_mean_the_other_half_and_are_doubtful(self, titles, path):
        judged = judge(plain((TITLES[0], *titles, *TITLES[3:])), LIST)
        found = {field.path: field.value for field in judged.fields}
        assert (found["rows.2.family_name"], found["rows.2.given_name"]) == ("Kurz", "Ida")
        assert any(issue.field == f"rows.2.{path}" for issue in judged.issues)


class TestRows:
    def test_an_address_wrapped_in_its_cell_stays_in_its_row(self):
        page = titled()
        lefts = (12.0, 22.0, 52.0, 80.0, 110.0)
        write_row(page, 32, ("Nr.", "Nachname", "Vorname", "Geb.-Datum", "Anschrift"), lefts)
        for index, row in enumerate(PEOPLE):
            y = 40 + 10 * index
            write_row(page, y, (*row[:4], f"Ringweg {index + 3},"), lefts)
            page.write(110, y + 3.6, f"{row[4]} {row[5]}", 2.4)
        found = values(page, LIST)
        assert rows_in(found) == [row[1] for row in PEOPLE]
        assert (found["rows.1.street"], found["rows.1.postal_code"], found["rows.1.city"]) == ("Ringweg 4", "04109", "Leipzig")

    def with_heading(self, heading: str) -> Page:
        page = titled()
        write_row(page, 32, TITLES)
        for index, row in enumerate(PEOPLE):
            write_row(page, 40 + 7 * index + (7 if index >= 2 else 0), row)
        page.write(12, 54, heading, 2.4)
        return page

    def test_a_heading_between_rows_that_names_no_group_is_no_row_and_is_told(self):
        judged = judge(self.with_heading("Weitere Fälle"), LIST)
        assert rows_in({field.path: field.value for field in judged.fields}) == [row[1] for row in PEOPLE]
        assert any("Überschrift" in issue.message for issue in judged.issues)

    @pytest.mark.parametrize(
        ("heading", "group"), [("Gruppe Bären", "Bären"), ("Klasse: 2 b", "2 b"), ("2. Klasse", "2. Klasse"), ("Igelgruppe", "Igelgruppe")]
    )
    def test_a_heading_that_names_a_group_is_the_group_of_the_rows_below_it(self, heading, group):
        found = values(self.with_heading(heading), LIST)
        assert rows_in(found) == [row[1] for row in PEOPLE]
        assert [found.get(f"rows.{row}.group") for row in range(5)] == [None, None, group, group, group]

    def test_a_group_may_be_named_above_the_first_row(self):
        page = titled()
        write_row(page, 32, TITLES)
        page.write(12, 40, "Klasse 1a", 2.4)
        for index, row in enumerate(PEOPLE):
            write_row(page, 47 + 7 * index, row)
        found = values(page, LIST)
        assert [found.get(f"rows.{row}.group") for row in range(5)] == ["1a"] * 5
        assert found["rows.0.number"] == 1

    def test_a_row_that_was_not_read_leaves_a_gap_that_is_told(self):
        page = titled()
        write_row(page, 32, TITLES)
        for index in (0, 1, 2, 4, 5, 6):
            write_row(page, 40 + 7 * index, ("", *PEOPLE[index % 5][1:]))
        assert any("nicht gelesen" in issue.message for issue in judge(page, LIST).issues)

    def test_words_read_into_one_cell_of_two_rows_do_not_tie_rows_together(self):
        page = plain()
        tall = Word("56", 0.4, page.words[0].box.__class__(12 * MM, 48 * MM, 15 * MM, 58 * MM), 0, 50)
        page.words.append(tall)
        assert rows_in(values(page, LIST)) == [row[1] for row in PEOPLE]

    def test_a_number_read_together_with_the_name_beside_it_is_told_from_it(self):
        page = plain()
        number, name = (word for word in page.words if word.text in {"3", "Kurz"})
        page.words = [word for word in page.words if word not in (number, name)]
        page.words.append(replace(name, text="3Kurz", box=number.box.union(name.box)))
        found = values(page, LIST)
        assert (found["rows.2.number"], found["rows.2.family_name"]) == (3, "Kurz")

    @pytest.mark.parametrize(
        ("said", "is_doubtful"),
        [("Anzahl Personen: 5", False), ("Anzahl erkrankter Personen: 6", True), ("insgesamt 6 Personen", True), ("Gesamtzahl: 7", True)],
    )
    def test_a_printed_count_is_held_against_the_rows(self, said, is_doubtful):
        page = plain()
        page.write(12, 110, said)
        assert any(issue.field == "rows" for issue in judge(page, LIST).issues) is is_doubtful


class TestRules:
    def ruled(self, lost: tuple[int, ...] = (), pieces: int = 1) -> Page:
        page = titled()
        edges = (*(left - 1.5 for left in LEFTS), 190.0)
        for level in range(len(PEOPLE) + 2):
            if level not in lost:
                width = (190 - edges[0]) / pieces
                for piece in range(pieces):
                    page.line(edges[0] + piece * width, 30 + 8 * level, 0.6 * width if pieces > 1 else width)
        for edge in edges:
            page.box(edge, 30, 0.01, 8 * (len(PEOPLE) + 1))
        write_row(page, 33, TITLES)
        for index, row in enumerate(PEOPLE, start=1):
            write_row(page, 33 + 8 * index, row)
        return page

    @pytest.mark.parametrize("lost", [(), (1,), (3,), (6,), (5, 6), (2, 3)])
    def test_rows_are_found_though_the_fax_lost_rules(self, lost):
        found = values(self.ruled(lost), LIST)
        assert rows_in(found) == [row[1] for row in PEOPLE]
        assert found["rows.4.phone"] == "+493513856379"

    def test_a_group_named_above_a_row_without_a_rule_between_is_no_part_of_the_row(self):
        page = titled()
        for level in (0, 1, 3, 4, 6, 7, 8):
            page.line(10.5, 30 + 7 * level, 180)
        write_row(page, 32, TITLES)
        for level, index in ((2, 0), (3, 1), (5, 2), (6, 3), (7, 4)):
            write_row(page, 32 + 7 * level, PEOPLE[index])
        page.write(12, 39, "Klasse 1a", 2.4)
        page.write(12, 60, "Klasse 6.2", 2.4)
        found = values(page, LIST)
        assert rows_in(found) == [row[1] for row in PEOPLE]
        assert [found.get(f"rows.{row}.group") for row in range(5)] == ["1a", "1a", "6.2", "6.2", "6.2"]
        assert found["rows.2.number"] == 3

    def test_a_rule_broken_into_pieces_is_one_rule(self):
        assert rows_in(values(self.ruled(pieces=4), LIST)) == [row[1] for row in PEOPLE]

    def test_a_streak_down_the_page_is_no_column(self):
        page = self.ruled()
        page.box(96, 2, 0.01, 280)
        found = values(page, LIST)
        assert found["rows.0.birth_date"] == "2010-03-15"
        assert found["rows.4.birth_date"] == "2003-10-11"

    def test_every_cell_is_read_as_wide_as_its_column(self):
        place = find(self.ruled(), LIST)["rows.0.given_name"]
        (box,) = place.boxes
        assert box.left < 52 * MM
        assert box.right > 70 * MM


class TestPages:
    def pages(self, second: Page) -> dict[str, str]:
        layouts = {1: plain().layout(), 2: second.layout()}
        return {place.path: place.text for place in locate(layouts, catalog().types[LIST], catalog().codes)}

    def test_a_list_goes_on_overleaf_without_its_header_from_the_first_row_on(self):
        second = Page()
        second.write(150, 8, "Seite 2")
        for index, row in enumerate(PEOPLE):
            write_row(second, 15 + 7 * index, (str(index + 6), *row[1:]), tuple(left + 2 for left in LEFTS))
        found = self.pages(second)
        assert [found.get(f"rows.{row}.number") for row in range(10)] == [str(number) for number in range(1, 11)]
        assert found["rows.9.family_name"] == "Vogt"

    def test_a_heading_without_group_ends_the_group_before(self):
        page = titled()
        write_row(page, 32, TITLES)
        page.write(12, 40, "Klasse 1a", 2.4)
        for index, row in enumerate(PEOPLE):
            write_row(page, 47 + 7 * index + (7 if index >= 2 else 0), row)
        page.write(12, 61, "Weitere Fälle", 2.4)
        judged = judge(page, LIST)
        found = {field.path: field.value for field in judged.fields}
        assert [found.get(f"rows.{row}.group") for row in range(5)] == ["1a", "1a", None, None, None]
        assert any("Überschrift" in issue.message for issue in judged.issues)

    def test_the_group_of_the_last_heading_holds_overleaf(self):
        first, second = titled(), Page()
        write_row(first, 32, TITLES)
        first.write(12, 40, "Klasse 1a", 2.4)
        for index, row in enumerate(PEOPLE):
            write_row(first, 47 + 7 * index, row)
            write_row(second, 15 + 7 * index, row)
        layouts = {1: first.layout(), 2: second.layout()}
        found = {place.path: place for place in locate(layouts, catalog().types[LIST], catalog().codes)}
        assert (found["rows.7.group"].text, found["rows.7.group"].page) == ("1a", 1)

    def test_a_group_named_above_the_first_row_overleaf_is_that_rows(self):
        first, second = titled(), Page()
        write_row(first, 32, TITLES)
        first.write(12, 40, "Klasse 1a", 2.4)
        second.write(12, 15, "Klasse 6.2", 2.4)
        for index, row in enumerate(PEOPLE):
            write_row(first, 47 + 7 * index, row)
            write_row(second, 22 + 7 * index, row)
        layouts = {1: first.layout(), 2: second.layout()}
        found = {place.path: place for place in locate(layouts, catalog().types[LIST], catalog().codes)}
        assert [found[f"rows.{row}.group"].text for row in (4, 5)] == ["1a", "6.2"]

    def test_a_repeated_header_with_unread_titles_takes_them_from_the_page_before(self):
        second = Page()
        write_row(second, 12, ("", "", "Vorname", "Geburtsdatum", "PLZ", "", ""))
        for index, row in enumerate(PEOPLE):
            write_row(second, 20 + 7 * index, row)
        found = self.pages(second)
        assert found["rows.5.family_name"] == "Böhm"
        assert found["rows.9.phone"] == "0351 3856379"


class TestFindings:
    """A laboratory's results: a frame around all rows, prose and a signature's line below."""

    LEFTS = (22.0, 79.0, 111.0, 133.0)
    RESULTS = (
        ("Hepatitis-B-Virus", "IgM (ELISA)", "positiv", "HBs-Antigen positiv"),
        ("Hepatitis-E-Virus", "PCR", "negativ", "kein Nachweis"),
    )

    def framed(self, results: tuple[tuple[str, ...], ...]) -> Page:
        page = Page()
        page.write(22, 35, "Meldung gemäß § 7 IfSG Nachweis eines Krankheitserregers")
        write_row(page, 101, ("Erreger", "Methode", "Ergebnis", "Befund"), self.LEFTS)
        for y in (99, 106, 106 + 8 * len(results)):
            page.line(22, y, 175)
        for index, result in enumerate(results):
            write_row(page, 108 + 8 * index, result, self.LEFTS)
        page.write(22, 200, "Die Meldung erfolgt unabhängig von der Meldung durch den behandelnden Arzt nach § 8 IfSG.", 2.2)
        page.line(112, 230, 80)
        page.write(112, 233, "Facharzt für Laboratoriumsmedizin", 2.2)
        return page

    @pytest.mark.parametrize("count", [1, 2])
    def test_each_line_in_a_frame_is_a_row_and_nothing_below_it_is(self, count):
        found = find(self.framed(self.RESULTS[:count]), "laboratory_notification")
        rows = sorted({path.split(".")[1] for path in found if path.startswith("rows.")})
        assert rows == [str(number) for number in range(count)]
        assert [found[f"rows.{row}.pathogen"].text for row in rows] == [result[0] for result in self.RESULTS[:count]]
        assert found["rows.0.method"].text == "IgM (ELISA)"

    def test_a_line_below_a_row_that_names_its_own_entry_is_the_rows_and_prose_is_no_row(self):
        page = Page()
        page.write(22, 35, "Meldung gemäß § 7 IfSG Nachweis eines Krankheitserregers")
        lefts = (22.0, 84.0, 110.0, 150.0, 178.0)
        write_row(page, 101, ("Untersuchung", "Methode", "Ergebnis", "Referenz", "Einheit"), lefts)
        for index, name in enumerate(("Bordetella pertussis", "SARS-CoV-2")):
            write_row(page, 109 + 12 * index, (name, "PCR", "nachgewiesen", "nicht nachw.", ""), lefts)
            page.write(27, 114 + 12 * index, f"Befund: {name}-Nukleinsäure eindeutig nachgewiesen", 2.2)
        page.write(22, 138, "Die Untersuchungen erfolgten im Akkreditierungsumfang unseres Labors seit 2019.", 2.2)
        page.write(22, 150, "Meldedatum: 04.11.2026", 2.4)
        found = find(page, "laboratory_notification")
        assert {path.split(".")[1] for path in found if path.startswith("rows.")} == {"0", "1"}
        assert [found[f"rows.{row}.method"].text for row in (0, 1)] == ["PCR", "PCR"]
        assert found["rows.1.finding"].text == "SARS-CoV-2-Nukleinsäure eindeutig nachgewiesen"
        assert found["rows.0.pathogen"].text == "Bordetella pertussis"
        assert found["notification_date"].text == "04.11.2026"

    @pytest.mark.parametrize(("line", "is_finding"), [("Befund: Norovirus GG II", True), ("Hinweis: Bitte beachten", False)])
    def test_a_line_below_a_row_is_only_taken_where_its_answer_is_asked_for(self, line, is_finding):
        page = self.framed((("Norovirus", "PCR", "positiv", ""), ("Rotavirus", "PCR", "negativ", "")))
        page.words = [word for word in page.words if word.text != "Befund"]
        page.rules = []
        page.write(24, 112, line, 2.1)
        found = find(page, "laboratory_notification")
        assert ("rows.0.finding" in found) is is_finding
        assert any(place.doubt for place in found.values()) is not is_finding


def test_questions_of_a_form_with_their_answers_behind_a_colon_are_no_titles():
    page = Page()
    page.write(12, 40, "Name, Vorname: Franke, Johanna")
    page.write(110, 40, "Geb.-Datum: 11.04.1941")
    page.write(12, 44, "Anschrift: Ringweg 3, 01067 Dresden")
    page.write(110, 44, "Geschlecht: weiblich")
    for y in (60, 67, 74):
        page.write(12, y, "Rotavirus Antigen-EIA negativ")
    assert not any(path.startswith("rows.") for path in find(page, LIST))


class TestNames:
    """What a column of whole names says, by its title and by what stands between the names."""

    LEFTS = (12.0, 22.0, 90.0, 140.0)

    def listed(self, title: str, *names: str) -> dict[str, object]:
        page = titled()
        write_row(page, 32, ("Nr.", title, "geb. am", "Wohnort"), self.LEFTS)
        for index, (name, row) in enumerate(zip(names, PEOPLE, strict=False)):
            write_row(page, 40 + 7 * index, (row[0], name, row[3], row[5]), self.LEFTS)
        return values(page, LIST)

    def test_a_point_between_names_is_a_comma(self):
        found = self.listed("Name, Vorname", "Winkler. Ole", "Böhm, Anna", "de Gunther. Felix")
        assert (found["rows.0.family_name"], found["rows.0.given_name"]) == ("Winkler", "Ole")
        assert (found["rows.2.family_name"], found["rows.2.given_name"]) == ("de Gunther", "Felix")

    @pytest.mark.parametrize("title", ["Vorname, Name", "Vor- und Nachname", "Vorname Name"])
    def test_the_title_tells_which_name_is_first(self, title):
        found = self.listed(title, "Anna, Böhm", "Ole, Weiß", "Ida, Kurz")
        assert (found["rows.1.family_name"], found["rows.1.given_name"]) == ("Weiß", "Ole")

    def test_without_a_comma_the_order_of_the_title_is_taken_and_doubted(self):
        found = self.listed("Name, Vorname", "Böhm Anna", "Weiß Ole", "Kurz Ida")
        assert (found["rows.1.family_name"], found["rows.1.given_name"]) == ("Weiß", "Ole")


def test_a_cell_of_two_lines_is_read_in_order_though_their_boxes_overlap():
    page = titled()
    lefts = (12.0, 22.0, 52.0, 80.0, 110.0)
    write_row(page, 32, ("Nr.", "Nachname", "Vorname", "Geb.-Datum", "Anschrift"), lefts)
    for index, row in enumerate(PEOPLE):
        y = 40 + 10 * index
        write_row(page, y, (*row[:4], f"Rosa-Luxemburg-Platz {index + 3}, {row[4]}"), lefts)
        page.write(110, y + 3.4, row[5], 2.4)
        lower = page.words[-1]
        page.words[-1] = replace(lower, box=replace(lower.box, top=lower.box.top - 2.2 * MM))
    found = values(page, LIST)
    assert (found["rows.1.street"], found["rows.1.postal_code"], found["rows.1.city"]) == ("Rosa-Luxemburg-Platz 4", "04109", "Leipzig")


EDGES = (*(left - 1.5 for left in LEFTS), 190.0)
TALL = 8 * (len(PEOPLE) + 1)


def ruled(*lost: int, titles: tuple[str, ...] = TITLES, rows: tuple[tuple[str, ...], ...] = PEOPLE) -> Page:
    """Return a list whose columns have rules between them, without those that the fax lost."""
    page = titled()
    for index, edge in enumerate(EDGES):
        if index not in lost:
            page.box(edge, 30, 0.01, TALL)
    write_row(page, 32, titles)
    for index, row in enumerate(rows, start=1):
        write_row(page, 32 + 8 * index, row)
    return page


class TestLostRules:
    @pytest.mark.parametrize("lost", [(0,), (3,), (7,), (1, 2, 3), (2, 4, 6), tuple(range(1, 7))])
    def test_columns_whose_rule_was_lost_are_parted_by_their_gutter(self, lost):
        assert values(ruled(*lost), LIST) == values(ruled(), LIST)

    def test_a_box_of_the_form_above_a_rule_does_not_make_a_streak_of_it(self):
        page = ruled()
        page.box(EDGES[2], 8, 28, 12)
        assert values(page, LIST) == values(ruled(), LIST)

    def test_a_heading_over_two_columns_counts_for_neither(self):
        page = ruled(2)
        page.write(22, 28.5, "Name", 2.4)
        found = values(page, LIST)
        assert (found["rows.0.family_name"], found["rows.0.given_name"]) == ("Böhm", "Anna")

    def test_rules_that_frame_the_header_alone_part_no_rows(self):
        page = ruled()
        for y in (30, 36):
            page.box(EDGES[0], y, EDGES[-1] - EDGES[0], 0.01)
        assert rows_in(values(page, LIST)) == [row[1] for row in PEOPLE]


class TestGluedEntries:
    """Two entries of one row read as one word."""

    def glued(self, text: str, first: int, y: float = 40.0) -> Page:
        page = ruled(first + 1)
        row = [word for word in page.words if abs(word.box.top - y * MM) < 1]
        left, right = row[first], row[first + 1]
        page.words = [word for word in page.words if word not in (left, right)]
        page.words.append(replace(left, text=text, box=left.box.union(right.box)))
        return page

    def test_a_rule_read_as_a_bar_parts_them(self):
        assert values(self.glued("Anna|15.03.2010", 2), LIST) == values(ruled(), LIST)

    def test_figures_beside_letters_part_them_at_the_border(self):
        assert values(self.glued("Anna15.03.2010", 2), LIST) == values(ruled(), LIST)
        assert values(self.glued("01067Dresden", 4), LIST) == values(ruled(), LIST)


def test_an_entry_of_two_lines_around_the_middle_of_its_row_is_of_that_row():
    titles = (*TITLES[:6], "Bemerkung")
    rows = tuple((*row[:6], "") for row in PEOPLE)
    page = plain(titles, rows, pitch=10.0)
    for row in (0, 2):
        y = 34 + 10 * (row + 1)
        page.write(LEFTS[6], y - 1.8, "zu Hause", 2.4)
        page.write(LEFTS[6], y + 1.8, "seit Montag", 2.4)
    found = values(page, LIST)
    assert rows_in(found) == [row[1] for row in PEOPLE]
    assert (found["rows.0.note"], found["rows.2.note"]) == ("zu Hause seit Montag",) * 2
