"""What is made of texts beyond one grammar: facts within an answer, leaves of data, header lines, comparable print."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bridge.domain.findings import Located
from bridge.domain.forms import DocumentType, FieldKind, FieldSpec
from bridge.domain.layout import Box
from bridge.domain.model import JsonValue
from bridge.stages.compose import nest
from bridge.stages.folding import fold, fold_blanks, similarity, squeeze
from bridge.stages.header_line import parse_header_line
from bridge.stages.parsing import parse
from bridge.stages.plausibility import objections
from bridge.stages.run_in import facts_in
from bridge.stages.typed import parse_value
from samples.header import Call, header_text
from tests.unit.stages import prints
from tests.unit.stages.printed import catalog
from tests.unit.stages.prints import ANY_TEXT, LATEST, letters_and_digits

TYPES = tuple(catalog().types.values())
FIELDS = [(kind, spec) for kind in TYPES for spec in kind.fields]
DISEASE = catalog().types["disease_notification"]
CANONICAL = {
    FieldKind.DATE: st.one_of(prints.printed_days(), prints.printed_months()),
    FieldKind.PHONE: prints.printed_phones(),
    FieldKind.LANR: prints.printed_lanrs(),
    FieldKind.IBAN: prints.printed_ibans(),
    FieldKind.MONEY: prints.printed_amounts(),
    FieldKind.EMAIL: prints.printed_emails(),
    FieldKind.NAME: prints.printed_names(),
    FieldKind.STREET: prints.printed_streets(),
}


def told(kind: DocumentType, spec: FieldSpec, text: str) -> dict[str, object]:
    place = Located(spec.path, spec.kind, 1, Box(0, 0, 1, 1), text, 0.9)
    return {path: parsed.value for path, parsed in parse(place, spec, text, kind, catalog().codes, LATEST).values.items()}


class TestFacts:
    @given(st.sampled_from(FIELDS), ANY_TEXT)
    def test_no_field_is_told_twice_and_none_has_a_letter_or_digit_more(self, field: tuple[DocumentType, FieldSpec], text: str):
        kind, spec = field
        facts = facts_in(spec, text, kind)
        paths = [path for fact, _ in facts for path in fact.filled_paths()]
        assert len(paths) == len(set(paths))
        said = [words for fact, words in facts if fact.path != "case_status"]  # named by its first print
        assert letters_and_digits(*said) <= letters_and_digits(text)

    @given(st.sampled_from(FIELDS), ANY_TEXT)
    def test_values_are_told_for_fields_of_the_type_only(self, field: tuple[DocumentType, FieldSpec], text: str):
        kind, spec = field
        assert set(told(kind, spec, text)) <= {path for each in kind.fields for path in each.filled_paths()}

    @given(
        prints.printed_full_names(),
        prints.DAYS,
        st.sampled_from([("weiblich", "female"), ("männlich", "male"), ("divers", "diverse")]),
        st.sampled_from(
            ["{n}, geb. {d}, {s}", "{n}, {s}, geb. am {d}", "{n}, *{d}, {s}", "{n} ({s}), geboren am {d}", "{n} / {s} / geb. {d}"]
        ),
    )
    def test_a_person_in_one_answer_is_name_birth_date_and_sex(self, name, day, sex: tuple[str, str], form: str):
        (family, given_name), _ = name
        spec = next(spec for spec in DISEASE.fields if spec.path == "patient.full_name")
        assert told(DISEASE, spec, form.format(n=f"{family}, {given_name}", d=f"{day:%d.%m.%Y}", s=sex[0])) == {
            "patient.family_name": family,
            "patient.given_name": given_name,
            "patient.birth_date": day.isoformat(),
            "patient.sex": sex[1],
        }


class TestTypedValues:
    @pytest.mark.parametrize("kind", CANONICAL)
    @given(drawn=st.data())
    def test_a_value_shown_to_a_clerk_may_be_typed_in_as_it_stands(self, kind: FieldKind, drawn: st.DataObject):
        of_kind = [(each, spec) for each, spec in FIELDS if spec.kind is kind]
        document, spec = drawn.draw(st.sampled_from(of_kind))
        value, _ = drawn.draw(CANONICAL[kind])
        assert parse_value(document, spec.path, value, catalog().codes) == value


PATHS = {kind.name: sorted({path for spec in kind.fields for path in spec.filled_paths()}) for kind in TYPES}
COLUMNS = {kind.name: sorted({path for spec in kind.columns for path in spec.filled_paths()}) for kind in TYPES}
VALUES = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5), st.lists(st.text(max_size=3), max_size=2))


def flat(tree: JsonValue, stem: str = "") -> dict[str, JsonValue]:
    """Return the leaves of a record by dotted path."""
    if isinstance(tree, dict) and (tree or not stem):
        return {path: leaf for key, inner in tree.items() for path, leaf in flat(inner, f"{stem}{key}.").items()}
    if isinstance(tree, list) and stem == "rows.":
        return {path: leaf for row, inner in enumerate(tree) if inner for path, leaf in flat(inner, f"rows.{row}.").items()}
    return {stem[:-1]: tree}


@given(st.sampled_from(TYPES), st.data())
def test_a_record_has_every_value_at_its_path_and_nothing_else(kind: DocumentType, drawn: st.DataObject):
    rows = [f"rows.{row}.{path}" for row in (0, 1, 4) for path in COLUMNS[kind.name]]
    values = drawn.draw(st.dictionaries(st.sampled_from([*PATHS[kind.name], *rows]), VALUES, max_size=12)) if PATHS[kind.name] else {}
    assert flat(nest(values)) == values


@given(st.sampled_from(TYPES), st.data())
def test_objections_name_fields_that_are_there_or_the_rows(kind: DocumentType, drawn: st.DataObject):
    paths = [spec.path for spec in kind.fields] + [f"rows.{row}.{spec.path}" for row in range(3) for spec in kind.columns]
    days = st.one_of(prints.printed_days(), prints.printed_months(), st.just(("2026-02-31", ""))).map(lambda day: day[0])
    values = (
        drawn.draw(st.dictionaries(st.sampled_from(paths), st.one_of(days, st.integers(0, 30), st.just("01067")), max_size=8))
        if paths
        else {}
    )
    assert {objection.path for objection in objections(kind, values, LATEST)} <= {*values, "rows"}


class TestHeaderLines:
    @given(
        st.sampled_from(["hylafax", "german", "imagicle", "plain"]),
        st.tuples(prints.DAYS, st.times()).map(lambda at: datetime.combine(*at, UTC)),
        st.sampled_from(["PRAXIS DR WEISS", "LABOR OST", "KLINIKUM"]),
        st.tuples(st.integers(1, 99), st.integers(0, 20)).map(lambda pages: (pages[0], min(99, sum(pages)))),
        st.integers(10_000, 9_999_999),
    )
    def test_a_machine_s_line_tells_page_and_sender(self, style: str, at: datetime, tsid: str, pages: tuple[int, int], number: int):
        printed = " ".join(header_text(style, Call(at, f"+49 3581 {number}", tsid, "03581663000"), *pages))
        found = parse_header_line(printed)
        assert found is not None
        assert (found.page, found.page_count) == (pages[0], None if style == "plain" else pages[1])
        assert found.number == (None if style == "german" else f"+49 3581 {number}")
        assert found.tsid == (None if style == "hylafax" else tsid)

    @given(ANY_TEXT)
    def test_any_text_is_one_with_sensible_counts_or_none(self, text: str):
        found = parse_header_line(text)
        assert found is None or all(count is None or 0 < count < 1000 for count in (found.page, found.page_count))


class TestComparablePrint:
    @given(st.text(max_size=40))
    def test_folded_text_is_lower_ascii_words_and_folds_to_itself(self, text: str):
        folded = fold(text)
        assert all(sign in "abcdefghijklmnopqrstuvwxyz0123456789 " for sign in folded)
        assert fold(folded) == folded
        assert fold_blanks(folded) == folded

    @given(st.text(prints.LETTERS + " ", max_size=30))
    @example("a e")  # a digraph torn apart
    def test_case_and_blanks_make_no_difference(self, text: str):
        assert squeeze(text) == squeeze(text.upper()) == squeeze(f" {text}\n") == squeeze(text.replace(" ", ""))

    @given(st.from_regex("([bdfgklmnprstwz]{1,2}[äöü]ß?){1,3}", fullmatch=True))
    def test_umlauts_may_be_spelled_out(self, word: str):
        spelled = word.replace("ä", "ae").replace("ö", "oe").replace("ü", "ue").replace("ß", "ss")
        assert squeeze(spelled) == squeeze(word)

    @given(st.text(max_size=20), st.text(max_size=20))
    def test_likeness_is_mutual_and_whole_only_for_what_squeezes_alike(self, one: str, other: str):
        assert similarity(one, other) == similarity(other, one)
        assert 0 <= similarity(one, other) <= 1
        assert (similarity(one, other) == 1) == (squeeze(one) == squeeze(other))
