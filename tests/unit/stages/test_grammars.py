from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.forms import FieldKind
from bridge.stages.dates import date_value
from bridge.stages.grammars import SIMPLE, STREET_PROBLEM, address, full_name, street, tidy
from bridge.stages.parties import party

LATEST = date(2026, 11, 22)
DAYS = st.dates(date(1900, 1, 1), LATEST)


def value(kind: FieldKind, text: str):
    parsed = SIMPLE[kind](text)
    return None if parsed is None else (parsed.value, parsed.problem is None)


class TestDates:
    @given(
        DAYS,
        st.sampled_from(
            [
                "{:%d.%m.%Y}",
                "{:%d. %m. %Y}",
                "{:%Y-%m-%d}",
                "{:%d/%m/%Y}",
                "{:%d %m %Y}",
                "{:%d%m%Y}",
                "am {:%d.%m.%Y}",
                "Dresden, den {:%d.%m.%Y}",
            ]
        ),
    )
    def test_every_printed_form_of_a_day_is_that_day(self, day: date, form: str):
        parsed = date_value(form.format(day), LATEST)
        assert parsed is not None
        assert (parsed.value, parsed.problem) == (day.isoformat(), None)

    @given(st.text(max_size=30))
    def test_any_text_gives_a_date_or_nothing(self, text: str):
        parsed = date_value(text, LATEST)
        assert parsed is None or isinstance(parsed.value, str)

    @given(DAYS)
    def test_a_two_digit_year_of_an_event_is_a_recent_one(self, day: date):
        recent = LATEST - timedelta(days=(LATEST - day).days % 365)
        parsed = date_value(f"{recent:%d.%m.%y}", LATEST)
        assert parsed is not None
        assert (parsed.value, parsed.problem) == (recent.isoformat(), None)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("15. März 2020", "2020-03-15"),
            ("1. Sept. 2026", "2026-09-01"),
            ("03/2020", "2020-03"),
            ("März 2020", "2020-03"),
            ("2020", "2020"),
            ("2020-03", "2020-03"),
            ("15. Febr. 2020", "2020-02-15"),
            ("15. Mär. 2020", "2020-03-15"),
            ("12.11.2026, 14:30 Uhr", "2026-11-12"),
            ("1|5|0|3|2|0|2|0", "2020-03-15"),
        ],
    )
    def test_month_names_partial_dates_times_and_combs(self, text, expected):
        parsed = date_value(text, LATEST)
        assert (parsed.value, parsed.problem) == (expected, None)

    @pytest.mark.parametrize("text", ["31.02.2020", "15.13.2020", "12.03.2026 und 14.03.2026", "ca. 12.03.2026"])
    def test_impossible_several_and_approximate_ones_are_doubtful(self, text):
        assert date_value(text, LATEST).problem is not None

    def test_a_birth_year_of_two_digits_that_fits_two_centuries_is_doubtful(self):
        assert date_value("15.03.20", LATEST, is_birth=True).problem is not None
        assert date_value("15.03.52", LATEST, is_birth=True).value == "1952-03-15"

    @pytest.mark.parametrize("text", ["", "unbekannt", "l5.O3.2020", "123", "15.03"])
    def test_what_is_no_date_is_none_and_never_repaired(self, text):
        assert date_value(text, LATEST) is None

    @pytest.mark.parametrize("text", ["09 09.26", "0909.26", "09 09 26", "090926", "0909 2026."])
    def test_a_day_whose_dots_are_lost_is_told_and_doubtful(self, text):
        parsed = date_value(text, LATEST)
        assert (parsed.value, parsed.problem is None) == ("2026-09-09", False)

    @pytest.mark.parametrize("text", ["991226", "4711 26", "012345678"])
    def test_figures_that_are_no_day_are_none(self, text):
        assert date_value(text, LATEST) is None


class TestPhones:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("0351 8563790", "+493518563790"),
            ("(0351) 8563790", "+493518563790"),
            ("0351/8563-790", "+493518563790"),
            ("+49 (0)351 8563790", "+493518563790"),
            ("Tel.: 0160/69220805", "+4916069220805"),
            ("Tel.-Nr.: 0351 8563790", "+493518563790"),
            ("Telefonnummer: 0351 8563790", "+493518563790"),
            ("0043 1 71100", "+43171100"),
        ],
    )
    def test_with_an_area_code_they_are_e164(self, text, expected):
        assert value(FieldKind.PHONE, text) == (expected, True)

    def test_without_one_they_stay_as_printed_and_are_doubtful(self):
        assert value(FieldKind.PHONE, "8563790") == ("8563790", False)

    def test_an_extension_is_never_glued_on(self):
        assert value(FieldKind.PHONE, "0351/8563-0 oder -12") == ("+4935185630", True)

    def test_an_area_code_that_does_not_exist_is_doubtful(self):
        assert value(FieldKind.PHONE, "01777 44550311") == ("+49177744550311", False)

    @pytest.mark.parametrize("text", ["0351 123456 / 0172 1234567", "60) 75848145", "0351 85G3790", "00 00"])
    def test_two_numbers_and_half_read_ones_are_doubtful(self, text):
        assert value(FieldKind.PHONE, text)[1] is False


class TestNumbers:
    @given(st.integers(0, 99999))
    def test_a_postal_code_is_five_digits_however_spaced(self, number: int):
        code = f"{number:05d}"
        for text in (code, f"D-{code}", " ".join(code), "|".join(code)):
            assert value(FieldKind.POSTAL_CODE, text) == (code, True)

    @pytest.mark.parametrize("text", ["0106", "010677", "O1067", "０１０６７", ""])
    def test_anything_else_is_none(self, text):
        assert value(FieldKind.POSTAL_CODE, text) is None

    @given(st.integers(0, 999999), st.integers(0, 99))
    def test_only_one_check_digit_fits_a_lanr(self, number: int, speciality: int):
        fitting = [d for d in range(10) if value(FieldKind.LANR, f"{number:06d}{d}{speciality:02d}")[1]]
        assert len(fitting) == 1

    def test_a_known_lanr(self):
        assert value(FieldKind.LANR, "123456601") == ("123456601", True)

    def test_bsnr_iban_money_and_integers(self):
        assert value(FieldKind.BSNR, "93 1234 500") == ("931234500", True)
        assert value(FieldKind.BSNR, "93123450")[1] is False
        assert value(FieldKind.IBAN, "DE89 3704 0044 0532 0130 00") == ("DE89370400440532013000", True)
        assert value(FieldKind.IBAN, "DE88 3704 0044 0532 0130 00")[1] is False
        assert value(FieldKind.MONEY, "1.234,56 €") == ("1234.56", True)
        assert value(FieldKind.MONEY, "1.200,- €") == ("1200.00", True)
        assert value(FieldKind.MONEY, "zwölf") is None
        assert value(FieldKind.INTEGER, "3 Dosen") == (3, True)
        assert value(FieldKind.INTEGER, "drei") is None


LETTERS = "abcdefghijklmnopqrstuvwxyzäöüßéèçşğ"
WORDS = st.text(LETTERS, min_size=2, max_size=10).filter(lambda word: word[0] != "ß").map(str.capitalize)
# titles and months have commas and points of their own
PLAIN_WORDS = WORDS.filter(lambda word: word.lower() not in {"dr", "prof", "st", "nr", "med", "str", "inh", "allg", "de", "ot"})
NUMBERS = st.integers(1, 399)


class TestEveryGrammar:
    """What a printer sets and a reader reads without a mistake comes back as the value it stands for."""

    @given(PLAIN_WORDS, PLAIN_WORDS, st.sampled_from(["{}, {}", "{} , {}", "{},{}", "| {}, {}"]))
    def test_a_full_name_is_its_two_halves(self, family: str, given_name: str, form: str):
        found = {key: (parsed.value, parsed.problem) for key, parsed in full_name(form.format(family, given_name)).items()}
        assert found == {"family_name": (family, None), "given_name": (given_name, None)}

    @given(PLAIN_WORDS, NUMBERS, st.sampled_from(["", "a", " b", "-12"]), st.sampled_from([", ", "\n", " · "]))
    def test_an_address_is_its_parts(self, word: str, number: int, letter: str, between: str):
        found = address(f"{word}weg {number}{letter}{between}01067 Dresden")
        assert {key: parsed.value for key, parsed in found.items()} == {
            "street": f"{word}weg {number}{letter}",
            "postal_code": "01067",
            "city": "Dresden",
        }

    @given(st.integers(0, 10**8), st.integers(0, 99), st.sampled_from(["{} €", "EUR {}", "{}", "{} Euro"]), st.booleans())
    def test_an_amount_is_its_euros_and_cents(self, euros: int, cents: int, form: str, is_grouped: bool):
        printed = f"{euros:,}".replace(",", ".") if is_grouped else str(euros)
        assert value(FieldKind.MONEY, form.format(f"{printed},{cents:02d}")) == (f"{euros}.{cents:02d}", True)

    @given(st.integers(0, 99999), st.sampled_from(["{}", "{}.", "{} Personen", " {} "]))
    def test_a_whole_number_is_itself(self, number: int, form: str):
        assert value(FieldKind.INTEGER, form.format(number)) == (number, True)

    @given(st.from_regex(r"[0-9]{9}", fullmatch=True), st.sampled_from(["", " ", "|"]))
    def test_a_bsnr_is_nine_digits_however_spaced(self, digits: str, between: str):
        assert value(FieldKind.BSNR, between.join(digits)) == (digits, True)

    @given(st.from_regex(r"[0-9]{18}", fullmatch=True), st.integers(0, 21), st.integers(1, 9))
    def test_an_iban_bears_no_changed_digit(self, account: str, at: int, change: int):
        check = 98 - int(account + "131400") % 97
        printed = f"DE{check:02d}{account}"
        assert value(FieldKind.IBAN, " ".join(printed[i : i + 4] for i in range(0, 22, 4))) == (printed, True)
        if at >= 2:
            wrong = printed[:at] + str((int(printed[at]) + change) % 10) + printed[at + 1 :]
            assert value(FieldKind.IBAN, wrong)[1] is False

    @given(st.integers(2_000_000, 8_999_999), st.sampled_from(["0351/{}", "(0351) {}", "+49 351 {}", "0049 351 {}", "0351 - {}"]))
    def test_a_number_with_its_area_code_is_e164(self, number: int, form: str):
        assert value(FieldKind.PHONE, form.format(number)) == (f"+49351{number}", True)

    @given(st.integers(2_000, 8_999_999))
    def test_a_number_without_area_code_gets_none(self, number: int):
        assert value(FieldKind.PHONE, str(number)) == (str(number), False)

    @given(st.from_regex(r"[a-z]{1,8}[.][a-z]{1,8}@[a-z]{2,8}[.]example", fullmatch=True), st.integers(0, 30))
    def test_an_email_is_itself_whatever_blank_a_reader_sees(self, mail: str, at: int):
        assert value(FieldKind.EMAIL, f"{mail[:at]} {mail[at:]}") == (mail, True)

    @given(st.lists(PLAIN_WORDS, min_size=1, max_size=5), st.sampled_from([", ", "; ", " | "]))
    def test_a_list_is_its_items(self, items: list[str], between: str):
        assert value(FieldKind.LIST, between.join(items)) == (items, True)

    @given(
        PLAIN_WORDS.filter(lambda word: len(word) > 2), st.sampled_from([FieldKind.NAME, FieldKind.CITY, FieldKind.STREET, FieldKind.TEXT])
    )
    def test_letters_of_another_script_are_doubtful_everywhere(self, word: str, kind: FieldKind):
        assert value(kind, word)[1] is True
        assert value(kind, f"{word}早点")[1] is False


class TestWords:
    @pytest.mark.parametrize("name", ["Böhm", "Müller-Lüdenscheid", "von der Heide", "Dr. med. Anna Weiß", "O'Neill", "McDonald", "Nguyễn"])
    def test_names(self, name):
        assert value(FieldKind.NAME, name) == (name, True)

    @pytest.mark.parametrize("name", ["8öhm", "MüIler", "Böhm@", "Dr. med, dent. Vogel"])
    def test_misread_names_are_doubtful(self, name):
        assert value(FieldKind.NAME, name)[1] is False

    def test_leaders_and_edges_are_no_part_of_a_value(self):
        assert value(FieldKind.CITY, "„ Kassel ........") == ("Kassel", True)
        assert tidy("| Böhm _") == "Böhm"

    def test_full_names_need_a_comma_to_be_sure(self):
        assert {k: (p.value, p.problem) for k, p in full_name("Böhm, Anna Maria").items()} == {
            "family_name": ("Böhm", None),
            "given_name": ("Anna Maria", None),
        }
        assert all(p.problem for p in full_name("Anna Böhm").values())
        assert full_name("Böhm") == {}

    @pytest.mark.parametrize(
        "text",
        [
            "(Ringweg 5, 01067 Dresden)",
            "Ringweg 5, 01067 Dresden",
            "Ringweg 5\n01067 Dresden",
            "Ringweg 5 · D-01067 Dresden",
            "Ringweg 5, D - 01067 Dresden",
        ],
    )
    def test_addresses(self, text):
        assert {k: p.value for k, p in address(text).items()} == {"street": "Ringweg 5", "postal_code": "01067", "city": "Dresden"}

    @pytest.mark.parametrize("text", ["01445 Radebeul, Ringweg 5", "01445 Radebeul · Ringweg 5"])
    def test_a_street_may_stand_behind_its_town(self, text):
        found = address(text)
        assert {k: p.value for k, p in found.items()} == {"street": "Ringweg 5", "postal_code": "01445", "city": "Radebeul"}
        assert not any(parsed.problem for parsed in found.values())

    def test_a_street_that_lost_the_sign_before_it_is_told_from_its_town_and_doubted(self):
        found = address("87435 Kempten (Allgäu) Ringweg 5")
        assert {k: p.value for k, p in found.items()} == {"street": "Ringweg 5", "postal_code": "87435", "city": "Kempten (Allgäu)"}
        assert {k for k, p in found.items() if p.problem} == {"street", "city"}

    @pytest.mark.parametrize("text", ["01445 Radebeul Tel. 0351 12345", "01445 Radebeul West", "12345 Ringweg 5"])
    def test_what_follows_a_town_is_a_street_only_with_a_house_number_and_behind_a_place_of_the_code(self, text):
        assert "street" not in address(text)

    def test_the_place_of_an_address_must_be_its_codes(self):
        assert address("Ringweg 5, 01067 Leipzig")["city"].problem is not None
        assert address("Ringweg 5, 01067 Leipzig")["postal_code"].problem is None  # readings of it must stay comparable

    def test_an_i_without_dot_is_a_misreading_but_in_names(self):
        assert value(FieldKind.CITY, "Schwerın")[1] is False
        assert value(FieldKind.NAME, "Yıldız")[1] is True

    def test_two_addresses_in_one_place_are_no_address(self):
        assert address("Ringweg 5, 01067 Dresden, Hauptstr. 1, 01099 Dresden") == {}

    def test_lists_and_emails_and_offices(self):
        assert value(FieldKind.LIST, "Fieber, Husten > 2 Wochen; Exanthem")[0] == ["Fieber", "Husten > 2 Wochen", "Exanthem"]
        assert value(FieldKind.EMAIL, "anna. boehm@example.de") == ("anna.boehm@example.de", True)
        assert value(FieldKind.EMAIL, "anna@")[1] is False
        assert value(FieldKind.OFFICE, "An das\nGesundheitsamt Dresden\nHauptstr. 1") == ("Gesundheitsamt Dresden", True)
        assert value(FieldKind.OFFICE, "Landkreis Bautzen\nGesundheitsamt")[1] is False

    @given(st.text(max_size=40), st.sampled_from(sorted(SIMPLE)))
    def test_any_text_gives_a_value_or_nothing_and_never_an_empty_one(self, text, kind):
        parsed = SIMPLE[kind](text)
        assert parsed is None or parsed.value not in ("", [])

    @given(st.text(max_size=80))
    def test_blocks_take_any_text(self, text):
        for parsed in (*party(text).values(), *address(text).values(), *full_name(text).values()):
            assert parsed.value


class TestParties:
    def test_a_stamp(self):
        found = party(
            "Klinikum am Südring\nProf. Dr. med. Köster\nOberarzt\nAn der Ziegelei 69\n39104 Magdeburg\nTel. 0391 334560\nFax 0391/896783"
        )
        assert {k: p.value for k, p in found.items()} == {
            "organization": "Klinikum am Südring",
            "name": "Prof. Dr. med. Köster",
            "street": "An der Ziegelei 69",
            "postal_code": "39104",
            "city": "Magdeburg",
            "phone": "+49391334560",
        }
        assert not any(p.problem for p in found.values())

    def test_a_street_called_after_a_doctor_is_a_street(self):
        found = party("Praxis am Ring\nDr. med. Anna Böhm\nDr.-Külz-Ring 65\n06844 Dessau-Roßlau")
        assert (found["street"].value, found["name"].value) == ("Dr.-Külz-Ring 65", "Dr. med. Anna Böhm")

    @pytest.mark.parametrize("road", ["Straße des 17. Juni 1-12", "Platz der Luftbrücke 4-6", "Str. der Einheit 3 - 5"])
    def test_a_street_may_open_with_its_kind_and_have_several_numbers(self, road):
        assert party(f"Praxis am Ring\n{road}\n01067 Dresden")["street"].value == road

    def test_what_may_be_name_or_organisation_is_doubtful(self):
        assert party("Haus Abendfrieden\nRingweg 5\n01067 Dresden")["name"].problem

    def test_name_and_address_in_one_line(self):
        found = party("Kanzlei Dr. Hoffstedt, Goethestraße 135a, 84028 Landshut")
        assert {k: p.value for k, p in found.items()} == {
            "organization": "Kanzlei Dr. Hoffstedt",
            "street": "Goethestraße 135a",
            "postal_code": "84028",
            "city": "Landshut",
        }

    def test_a_name_repeated_before_the_address_is_no_part_of_the_street(self):
        found = party("Hausverwaltung Immenhof\nHausverwaltung Imrnenhof Wiesengrund 6 44135 Dortmund")
        assert (found["organization"].value, found["street"].value) == ("Hausverwaltung Immenhof", "Wiesengrund 6")

    def test_a_street_with_a_name_before_it_that_nothing_keeps_apart_is_doubtful(self):
        assert party("Hausverwaltung Immenhof Wiesengrund 6 44135 Dortmund")["street"].problem


class TestWhatReadersTear:
    """What stands close together is read apart, and the other way round; none of it is anybody's spelling."""

    @pytest.mark.parametrize(
        ("read", "printed"),
        [
            ("Kirchplatz45", "Kirchplatz 45"),
            ("Hauptstr.127", "Hauptstr. 127"),
            ("Schäfergasse 70a.", "Schäfergasse 70a"),
            ("Schäfergasse 70 a.", "Schäfergasse 70 a"),
            ("Straße des 17. Juni 4", "Straße des 17. Juni 4"),
        ],
    )
    def test_streets(self, read, printed):
        assert value(FieldKind.STREET, read) == (printed, True)

    @pytest.mark.parametrize("read", ["Feldstr, 63", "Feldstr 63", "Feldstr63"])
    def test_a_street_that_lost_its_point_gets_it_back_doubted(self, read):
        parsed = street(read)
        assert (parsed.value, parsed.problem) == ("Feldstr. 63", STREET_PROBLEM)

    @pytest.mark.parametrize("read", ["Schmidt -Böhm", "Schmidt- Böhm", "Schmidt-Böhm"])
    def test_double_names(self, read):
        assert value(FieldKind.NAME, read) == ("Schmidt-Böhm", True)

    def test_a_dash_beside_a_place_is_no_part_of_it(self):
        assert value(FieldKind.CITY, "- Leipzig") == ("Leipzig", True)

    def test_a_postal_code_without_its_place_is_doubted(self):
        found = address("Hölderlinweg 122b, 03046")
        assert (found["street"].value, found["postal_code"].value) == ("Hölderlinweg 122b", "03046")
        assert found["postal_code"].problem is not None

    def test_a_point_behind_a_title_or_a_short_name_is_none_between_names(self):
        assert full_name("Prof. Anna Böhm")["family_name"].value == "Böhm"
        assert full_name("Dr. Anna Böhm")["family_name"].value == "Böhm"


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Gesundheitsamt Berlin <infektionsschutz@amt.example>", "Gesundheitsamt Berlin"),
        ("Gesundheitsamt der Stadt Rostock (per Fax, da Postfach voll)", "Gesundheitsamt der Stadt Rostock"),
        ("Gesundheitsamt Kempten (Allgäu)", "Gesundheitsamt Kempten (Allgäu)"),
        ("Gesundheitsamt Dresden < Abteilung Hygiene", "Gesundheitsamt Dresden < Abteilung Hygiene"),
    ],
)
def test_how_a_paper_was_sent_is_no_part_of_the_office_s_name(printed, name):
    assert SIMPLE[FieldKind.OFFICE](printed).value == name


@pytest.mark.parametrize(
    ("printed", "value"),
    [("Deutschland)", "Deutschland"), ("Klinik Halle (Saale)", "Klinik Halle (Saale)"), ("Klinik Halle (Saale))", "Klinik Halle (Saale)")],
)
def test_a_bracket_that_none_opens_is_left_out(printed, value):
    assert SIMPLE[FieldKind.TEXT](printed).value == value


@pytest.mark.parametrize(
    ("read", "printed"), [("Labor Dr, Engel", "Labor Dr. Engel"), ("Praxis Dipl,-Med. Maier", "Praxis Dipl.-Med. Maier")]
)
def test_a_comma_behind_an_abbreviation_is_offered_as_a_point_and_doubted(read, printed):
    parsed = SIMPLE[FieldKind.TEXT](read)
    assert (parsed.value, parsed.problem is None) == (printed, False)


def test_a_street_s_lost_point_is_offered_behind_a_capital_too():
    parsed = street("Heinrich-Heine-Str 145")
    assert (parsed.value, parsed.problem) == ("Heinrich-Heine-Str. 145", STREET_PROBLEM)


@pytest.mark.parametrize("before", ["geht an ", "An das ", "gerichtet an das "])
def test_words_that_address_an_office_are_no_part_of_its_name(before: str) -> None:
    assert value(FieldKind.OFFICE, f"{before}Gesundheitsamt Erfurt") == ("Gesundheitsamt Erfurt", True)
