from __future__ import annotations

import pytest

from bridge.stages.wordings import understand
from tests.unit.stages.printed import Page, catalog, values

DISEASE = catalog().types["disease_notification"]


def paths(text: str, *, is_evident: bool = False) -> set[str]:
    """Return the paths of what a label asks; empty where its wording does not tell."""
    phrase = understand(text, DISEASE, is_evident=is_evident)
    return {spec.path for spec in phrase.specs} if phrase else set()


class TestAbbreviations:
    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("Erkr.-Beginn", "onset_date"),
            ("Erkr.beginn", "onset_date"),
            ("Meldedat.", "notification_date"),
            ("Geb.-Dat.", "patient.birth_date"),
            ("Vorn.", "patient.given_name"),
            ("Familienn.", "patient.family_name"),
            ("Postleitz.", "patient.postal_code"),
            ("Pat.", "patient.full_name"),
        ],
    )
    def test_a_word_cut_off_by_a_point_is_the_one_it_begins(self, text, path):
        assert path in paths(text)

    @pytest.mark.parametrize("text", ["Best.", "Kran."])
    def test_what_could_be_short_for_several_questions_is_not_told(self, text):
        assert paths(text) == set()

    @pytest.mark.parametrize("text", ["K.", "Na."])
    def test_two_letters_are_short_for_nothing(self, text):
        assert paths(text) == set()

    def test_an_end_missing_without_a_point_needs_a_place_that_shows_a_label(self):
        assert paths("Probenentn", is_evident=True) == {"laboratory.sample_date"}
        assert paths("Probenentn") == set()


class TestComposed:
    @pytest.mark.parametrize("text", ["Str./PLZ/Ort", "Str. / PLZ / Ort", "Straße, PLZ und Ort", "Straße + PLZ + Ort", "Str. (PLZ, Ort)"])
    def test_the_parts_of_an_address_ask_for_the_address(self, text):
        assert "patient.address" in paths(text)
        assert all(path.endswith(".address") for path in paths(text))

    def test_the_same_said_twice_asks_for_that(self):
        assert paths("Zuname oder Familienn.") == {"patient.family_name"}

    @pytest.mark.parametrize("text", ["Name und PLZ", "Ort/Telefon"])
    def test_parts_of_different_things_are_not_told(self, text):
        assert paths(text) == set()

    @pytest.mark.parametrize("text", ["Straße/Quark", "Quark/Strudel"])
    def test_one_unknown_part_leaves_the_whole_untold(self, text):
        assert paths(text) == set()


class TestOwners:
    @pytest.mark.parametrize(
        ("text", "path"),
        [
            ("Tel. der meldenden Person", "notifier.phone"),
            ("Tel.-Nr. der meldenden Person", "notifier.phone"),
            ("Tel. des Patienten", "patient.phone"),
            ("Straße der Arztpraxis", "notifier.street"),
        ],
    )
    def test_a_label_that_names_its_owner_asks_about_that_one(self, text, path):
        assert paths(text) == {path}

    def test_whatever_heading_it_stands_under(self):
        phrase = understand("Straße der Arztpraxis", DISEASE, is_evident=False)
        assert phrase is not None
        assert all(spec.sections == () for spec in phrase.specs)

    def test_another_owner_is_nobody_the_form_asks_about(self):
        assert paths("Name des Ehegatten") == set()

    def test_an_owner_without_a_question_is_not_told(self):
        assert paths("der meldenden Arztpraxis") == set()


class TestFillers:
    @pytest.mark.parametrize(
        "filler", ["ggf.", "Ggf.", "evtl.", "falls bekannt:", "falls zutreffend,", "wenn ja,", "bitte", "ggf. genaues"]
    )
    def test_words_before_the_question_change_nothing(self, filler):
        assert paths(f"{filler} Erkrankungsbeginn") == {"onset_date"}

    def test_nor_does_the_colon_behind_it(self):
        assert paths("ggf. Erkr.-Beginn:") == {"onset_date"}

    @pytest.mark.parametrize("text", ["ggf.", "Bitte", "", "123", " : "])
    def test_without_a_question_nothing_is_asked(self, text):
        assert paths(text) == set()


def test_a_label_that_only_its_wording_tells_is_answered_on_a_page():
    page = Page()
    page.write(20, 20, "Patient")
    page.write(20, 30, "Familienname: Böhm")
    page.write(20, 36, "Str./PLZ/Ort:")
    page.write(80, 36, "Ringweg 5, 01067 Dresden")
    found = values(page, DISEASE.name)
    assert (found["patient.street"], found["patient.postal_code"], found["patient.city"]) == ("Ringweg 5", "01067", "Dresden")


@pytest.mark.parametrize(
    ("text", "path"), [("Fax der meldenden Person", "notifier.fax"), ("Mobil der betroffenen Person", "patient.phone")]
)
def test_a_shared_owner_makes_two_labels_not_alike(text, path):
    assert path in paths(text)
    assert "notifier.name" not in paths(text)
