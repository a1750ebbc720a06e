"""What a printer sets and a reader reads without a mistake comes back as the value it stands for, whichever usual print it has."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.forms import FieldKind
from bridge.stages.codes import match_code
from bridge.stages.dates import NO_SUCH_DAY, date_value
from bridge.stages.grammars import SIMPLE, address, full_name
from bridge.stages.parties import party
from bridge.stages.places import is_place_of, objection_to
from samples.places import PLACES
from tests.unit.stages import prints
from tests.unit.stages.printed import catalog
from tests.unit.stages.prints import LATEST, MONTHS, told

PRINTS = {
    FieldKind.NAME: prints.printed_names(),
    FieldKind.STREET: prints.printed_streets(),
    FieldKind.PHONE: prints.printed_phones(),
    FieldKind.MONEY: prints.printed_amounts(),
    FieldKind.IBAN: prints.printed_ibans(),
    FieldKind.LANR: prints.printed_lanrs(),
    FieldKind.EMAIL: prints.printed_emails(),
}


class TestEveryPrintIsItsValue:
    @pytest.mark.parametrize("kind", PRINTS)
    @given(drawn=st.data())
    def test_of_a_simple_kind(self, kind: FieldKind, drawn: st.DataObject):
        value, printed = drawn.draw(PRINTS[kind])
        assert told(SIMPLE[kind](printed)) == (value, None)

    @given(prints.printed_days(), st.booleans())
    def test_a_day(self, day: tuple[str, str], is_birth: bool):
        assert told(date_value(day[1], LATEST, is_birth=is_birth)) == (day[0], None)

    @given(prints.combed_days())
    def test_a_day_in_a_comb(self, day: tuple[str, str]):
        assert told(date_value(day[1], LATEST)) == (day[0], None)

    @given(prints.printed_months())
    def test_a_month_or_a_year_alone(self, month: tuple[str, str]):
        assert told(date_value(month[1], LATEST)) == (month[0], None)

    @given(prints.printed_full_names())
    def test_a_full_name(self, printed: tuple[tuple[str, str], str]):
        (family, given_name), text = printed
        found = {key: told(parsed) for key, parsed in full_name(text).items()}
        assert found == {"family_name": (family, None), "given_name": (given_name, None)}

    @given(prints.printed_addresses())
    def test_an_address(self, printed: tuple[dict[str, str], str]):
        parts, text = printed
        assert {key: told(parsed) for key, parsed in address(text).items()} == {key: (value, None) for key, value in parts.items()}

    @given(
        st.tuples(
            st.sampled_from(["Praxis am Markt", "Klinikum Görlitz", "MVZ Südring GmbH"]),
            prints.printed_addresses(),
            prints.printed_phones(),
        ),
        st.sampled_from(["Dr. med. Anna Böhm", "Prof. Dr. med. Köster", "Dipl.-Med. J. Weiß"]),
    )
    def test_a_stamp(self, lines: tuple[str, tuple[dict[str, str], str], tuple[str, str]], physician: str):
        organization, (parts, _), (number, _) = lines
        town = f"{parts['postal_code']} {parts['city']}"
        found = party("\n".join([organization, physician, parts["street"], town, f"Tel. 0{number[3:5]} {number[5:]}", "Fax 0351 123456"]))
        assert {key: parsed.value for key, parsed in found.items()} == {
            "organization": organization,
            "name": physician,
            "phone": number,
            **parts,
        }

    @given(st.sampled_from(PLACES), st.sampled_from(["{}", "{}-Mitte", "{} OT Nord", "Stadt {}"]), st.sampled_from([str, str.upper]))
    def test_a_place_may_bear_a_district_and_be_in_capitals(self, place, form: str, cased):
        if is_place_of(place.postal_code, place.city):
            assert objection_to(place.postal_code, cased(form.format(place.city))) is None


class TestChecks:
    @given(prints.printed_lanrs(), st.integers(1, 9))
    def test_a_changed_check_digit_of_a_lanr_is_told(self, lanr: tuple[str, str], change: int):
        number = lanr[0]
        wrong = f"{number[:6]}{(int(number[6]) + change) % 10}{number[7:]}"
        value, problem = told(SIMPLE[FieldKind.LANR](wrong)) or (None, None)
        assert value == wrong
        assert problem is not None

    @given(prints.printed_ibans(), st.integers(2, 20))
    def test_two_digits_of_an_iban_changed_about_are_told(self, iban: tuple[str, str], at: int):
        number = iban[0]
        wrong = number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        value, problem = told(SIMPLE[FieldKind.IBAN](wrong)) or (None, None)
        assert value == wrong
        assert (problem is None) == (wrong == number)

    @given(st.sampled_from([FieldKind.LANR, FieldKind.BSNR]), st.from_regex(r"[0-9]{5,8}|[0-9]{10,12}", fullmatch=True))
    def test_a_number_too_short_or_too_long_is_told(self, kind: FieldKind, digits: str):
        value, problem = told(SIMPLE[kind](digits)) or (None, None)
        assert value == digits
        assert problem is not None


class TestDays:
    @given(prints.impossible_days())
    def test_one_that_no_calendar_has_never_becomes_another(self, text: str):
        parsed = date_value(text, LATEST)
        if parsed is not None:
            assert parsed.problem == NO_SUCH_DAY
            with pytest.raises(ValueError):
                date.fromisoformat(str(parsed.value))

    @given(prints.DAYS, prints.DAYS, st.sampled_from([" ", " und ", "\n", " bis ", "-", " / "]))
    def test_two_different_ones_are_doubtful(self, one: date, other: date, between: str):
        parsed = date_value(f"{one:%d.%m.%Y}{between}{other:%d.%m.%Y}", LATEST)
        assert parsed is not None
        assert one == other or parsed.problem is not None

    @given(prints.RECENT, st.sampled_from(["{d:02}.{m:02}.{y:02}", "{d}.{m}.{y:02}", "{d:02}/{m:02}/{y:02}", "{d}. {m}. {y:02}"]))
    def test_a_two_digit_year_of_an_event_is_a_recent_one(self, day: date, form: str):
        assert told(date_value(form.format(d=day.day, m=day.month, y=day.year % 100), LATEST)) == (day.isoformat(), None)

    @given(prints.DAYS)
    def test_a_two_digit_year_of_a_birth_is_right_or_doubtful(self, day: date):
        parsed = date_value(f"{day:%d.%m.%y}", LATEST, is_birth=True)
        assert parsed is not None
        assert parsed.value == day.isoformat() or parsed.problem is not None

    @given(prints.DAYS, st.sampled_from(["ca. {}", "etwa {}", "Anfang {n} {y}", "Mitte {n} {y}", "Ende {n} {y}", "um den {}"]))
    def test_an_approximate_one_is_no_sure_one(self, day: date, form: str):
        parsed = date_value(form.format(f"{day:%d.%m.%Y}", n=MONTHS[day.month - 1][0], y=day.year), LATEST)
        assert parsed is None or parsed.problem is not None


CODES = sorted(
    (name, entry.code, printed)
    for name, entries in catalog().codes.items()
    for entry in entries
    for printed in (entry.name, *entry.synonyms)
)


class TestCodes:
    @given(st.sampled_from(CODES), st.sampled_from([str, str.upper, str.lower, " {} ".format, "{}.".format, "({})".format]))
    def test_every_listed_print_is_its_code_however_cased(self, listed: tuple[str, str, str], form):
        name, code, printed = listed
        match = match_code(form(printed), catalog().codes[name])
        assert match is not None
        assert match.code == code

    @given(prints.ANY_TEXT, st.sampled_from(sorted(catalog().codes)))
    def test_any_text_is_a_code_of_the_list_or_none(self, text: str, name: str):
        match = match_code(text, catalog().codes[name])
        assert match is None or match.code in {entry.code for entry in catalog().codes[name]}
