"""Whatever text a reader hands on, a grammar answers with nothing or with a value in the contract's form, made of what was printed."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.forms import FieldKind, FieldSpec
from bridge.stages.answers import YES_NO, canonical, parse_choice
from bridge.stages.dates import date_value
from bridge.stages.folding import squeeze
from bridge.stages.grammars import SIMPLE, address, full_name
from bridge.stages.parties import party
from tests.unit.stages.printed import catalog
from tests.unit.stages.prints import ANY_TEXT, LATEST, letters_and_digits, strings_of, told

# What every value of a kind looks like, sure or doubtful; those of other kinds are words in one line.
FORMS = {
    FieldKind.POSTAL_CODE: r"[0-9]{5}",
    FieldKind.MONEY: r"-?[0-9]+(\.[0-9]{2})?",
    FieldKind.LANR: r"[0-9]{5,12}",
    FieldKind.BSNR: r"[0-9]{5,12}",
    FieldKind.IBAN: r"[A-Z]{2}[0-9A-Z]{10,32}",
    FieldKind.EMAIL: r"\S*@\S*",
}
IN_ONE_LINE = r"\S(?:[^\n]*\S)?"
# And what a sure value looks like.
SURE_FORMS = {
    FieldKind.PHONE: r"\+[0-9]{7,15}",
    FieldKind.LANR: r"[0-9]{9}",
    FieldKind.BSNR: r"[0-9]{9}",
    FieldKind.EMAIL: r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}",
}
WRITTEN = sorted(set(SIMPLE) - {FieldKind.PHONE, FieldKind.MONEY, FieldKind.INTEGER, FieldKind.IBAN})


@given(ANY_TEXT, st.sampled_from(sorted(SIMPLE)))
def test_every_value_has_the_contract_s_form(text: str, kind: FieldKind):
    parsed = SIMPLE[kind](text)
    if parsed is None:
        return
    if kind is FieldKind.INTEGER:
        assert isinstance(parsed.value, int)
        return
    assert isinstance(parsed.value, list) == (kind is FieldKind.LIST)
    for value in strings_of(parsed.value):
        assert re.fullmatch(FORMS.get(kind, IN_ONE_LINE), value)
        if parsed.problem is None:
            assert re.fullmatch(SURE_FORMS.get(kind, IN_ONE_LINE), value)


@given(ANY_TEXT, st.booleans())
def test_every_date_is_a_day_a_month_or_a_year(text: str, is_birth: bool):
    parsed = date_value(text, LATEST, is_birth=is_birth)
    if parsed is None:
        return
    assert re.fullmatch(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?", str(parsed.value))
    if parsed.problem is None:
        assert date.fromisoformat(f"{parsed.value}-01-01"[:10])


@given(ANY_TEXT, st.sampled_from(WRITTEN))
def test_what_is_kept_as_written_has_no_letter_or_digit_more(text: str, kind: FieldKind):
    parsed = SIMPLE[kind](text)
    if parsed is not None:
        assert letters_and_digits(*strings_of(parsed.value)) <= letters_and_digits(text)


@given(ANY_TEXT)
def test_a_phone_number_has_the_printed_digits_and_a_country_code_only_for_a_printed_area_code(text: str):
    parsed = SIMPLE[FieldKind.PHONE](text)
    if parsed is None or not re.fullmatch(r"\+[0-9]+", str(parsed.value)):
        return
    printed = "".join(str(int(sign)) for sign in text if sign.isdecimal())
    assert "0" in printed or "+" in text
    assert str(parsed.value)[1:].removeprefix("49") in printed


@given(ANY_TEXT)
def test_blocks_have_words_and_forms_of_their_parts_and_no_letter_or_digit_more(text: str):
    for parts in (party(text), address(text), full_name(text)):
        for key, parsed in parts.items():
            assert re.fullmatch(r"[0-9]{5}" if key == "postal_code" else IN_ONE_LINE, str(parsed.value))
            if key != "phone":
                assert letters_and_digits(str(parsed.value)) <= letters_and_digits(text)


@pytest.mark.parametrize("kind", sorted(SIMPLE))
@given(text=ANY_TEXT)
def test_a_value_that_is_sure_reads_as_itself(kind: FieldKind, text: str):
    parsed = SIMPLE[kind](text)
    if parsed is not None and parsed.problem is None:
        assert told(SIMPLE[kind]("; ".join(strings_of(parsed.value)))) == (parsed.value, None)


@given(ANY_TEXT, st.booleans())
def test_a_date_that_is_sure_reads_as_itself(text: str, is_birth: bool):
    parsed = date_value(text, LATEST, is_birth=is_birth)
    if parsed is not None and parsed.problem is None:
        assert told(date_value(str(parsed.value), LATEST)) == (parsed.value, None)


@given(ANY_TEXT, st.sampled_from(sorted(SIMPLE)), st.sampled_from(["{}\n", "\t{}", "  {} ", "{} ........", "| {} |"]))
def test_blanks_and_rules_around_a_value_are_no_part_of_it(text: str, kind: FieldKind, around: str):
    bare = text.rstrip(". \n")  # a point at the end may be a leader's first
    assert told(SIMPLE[kind](around.format(bare))) == told(SIMPLE[kind](bare))


CHOICES = [
    spec for kind in catalog().types.values() for spec in (*kind.fields, *kind.columns) if spec.kind in {FieldKind.CHOICE, FieldKind.YES_NO}
]
PRINTED_CHOICES = [(spec, value, printed) for spec in CHOICES for value, prints in (spec.choices or YES_NO).items() for printed in prints]
WORDED_CHOICES = [
    choice for choice in PRINTED_CHOICES if any(sign.isalpha() for sign in choice[2])
]  # a sign before an answer may be a bullet
DENIED = re.compile(r"\b(?:nein|nicht|kein|nie|un|ohne|weder|entfällt)", re.IGNORECASE)  # a "nein" behind such an answer repeats it


class TestChoices:
    @given(st.sampled_from(PRINTED_CHOICES), st.sampled_from(["{}", " {} ", "{}\n", "{}, seit gestern", "{} (siehe Anlage)"]))
    def test_every_listed_print_is_its_value_whatever_is_added(self, choice: tuple[FieldSpec, str, str], form: str):
        spec, value, printed = choice
        assert told(parse_choice(spec, form.format(printed))) == (canonical(spec, value), None)

    def test_one_that_has_a_comma_of_its_own_too(self):
        spec = next(spec for spec in CHOICES if spec.path == "facility.role")
        assert told(parse_choice(spec, "ja, tätig, seit gestern")) == ("works", None)

    @given(st.sampled_from(CHOICES), ANY_TEXT)
    def test_any_text_is_one_of_them_or_nothing(self, spec: FieldSpec, text: str):
        parsed = parse_choice(spec, text)
        assert parsed is None or parsed.value in [canonical(spec, value) for value in spec.choices or YES_NO]

    @given(st.sampled_from(WORDED_CHOICES), st.data(), st.sampled_from(["{}, {}", "{} ({})", "{}: {}", "{}; {}", "{}\n{}"]))
    def test_two_answers_in_one_are_never_one_for_sure(self, choice: tuple[FieldSpec, str, str], drawn: st.DataObject, form: str):
        spec, value, printed = choice
        _, _, second = drawn.draw(st.sampled_from([other for other in WORDED_CHOICES if other[0] is spec and other[1] != value]))
        text = form.format(printed, second)
        parsed = parse_choice(spec, text)
        longer = [known for other, _, known in WORDED_CHOICES if other is spec and len(known) > len(printed)]
        is_one_answer = any(squeeze(text).startswith(squeeze(known)) for known in longer)  # "Verdacht auf: Erkrankung"
        assert is_one_answer or parsed is None or parsed.problem is not None

    @given(
        st.sampled_from([choice for choice in WORDED_CHOICES if not DENIED.search(choice[2])]),
        st.sampled_from(["nicht {}", "kein {}", "keine {}", "un{}", "{}: nein", "{}, nein", "{} (nein)"]),
    )
    def test_a_denied_answer_is_never_it_for_sure(self, choice: tuple[FieldSpec, str, str], form: str):
        spec, value, printed = choice
        parsed = parse_choice(spec, form.format(printed))
        assert parsed is None or parsed.value != canonical(spec, value) or parsed.problem is not None


def test_the_prints_of_one_field_s_choices_are_all_different():
    for spec in CHOICES:
        prints = [printed for texts in (spec.choices or YES_NO).values() for printed in texts]
        assert len(prints) == len(set(prints)), spec.path
