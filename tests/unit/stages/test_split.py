from __future__ import annotations

from bridge.domain.findings import Part
from bridge.domain.layout import Box, HeaderLine, Layout
from bridge.stages.split import split
from tests.unit.stages.printed import MM, Page, catalog

TYPES = catalog().types


def form(*extra: str) -> Layout:
    page = Page()
    page.write(20, 20, "Meldeformular", 4)
    page.write(20, 28, "Meldepflichtige Krankheit gemäß § 6 IfSG")
    for i, line in enumerate(("Erkrankungsbeginn: 06.11.2026", "Diagnosedatum: 08.11.2026", "Meldende Person", *extra)):
        page.write(20, 60 + 8 * i, line)
    return page.layout()


def listed(number: int | None, title: bool = False, foot: str = "") -> Layout:
    page = Page()
    if title:
        page.write(20, 20, "Liste der erkrankten Personen", 4)
    page.write(20, 40, "lfd. Nr.")
    page.write(50, 40, "Name, Vorname")
    page.write(120, 40, "Geb.-Datum")
    for i in range(6):
        page.write(20, 50 + 8 * i, str((number or 1) + i))
        page.write(50, 50 + 8 * i, "Böhm, Anna")
        page.write(120, 50 + 8 * i, "15.03.2020")
    page.write(160, 280, foot)
    return page.layout()


def cover() -> Layout:
    page = Page()
    for i, line in enumerate(("Fax-Deckblatt", "An: Gesundheitsamt", "Von: Praxis Weiß", "Seiten: 2", "Betreff: Meldung")):
        page.write(20, 20 + 10 * i, line)
    return page.layout()


def test_one_form_is_one_document():
    assert split({1: form()}, TYPES).parts == (Part((1,)),)


def test_two_forms_are_two_documents():
    assert split({1: form(), 2: form()}, TYPES).parts == (Part((1,)), Part((2,)))


def test_blanks_and_covers_belong_to_none():
    found = split({1: cover(), 2: form(), 3: Layout(100, 100, is_blank=True)}, TYPES)
    assert (found.parts, found.covers, found.blanks) == ((Part((2,)),), (1,), (3,))


def test_a_cover_sheet_that_carries_a_notification_is_no_cover():
    page = Page()
    for i, line in enumerate(
        (
            "Fax-Deckblatt",
            "An: Gesundheitsamt",
            "Von: Praxis Weiß",
            "Seiten: 1",
            "Betreff: Meldung",
            "Patient: Böhm, Anna",
            "geb. am 15.03.2020",
        )
    ):
        page.write(20, 20 + 10 * i, line)
    assert split({1: page.layout()}, TYPES).covers == ()


def test_a_list_goes_on_over_its_pages():
    found = split({1: listed(1, True, "Seite 1 von 2"), 2: listed(7, False, "Seite 2 von 2")}, TYPES)
    assert found.parts == (Part((1, 2)),)


def test_a_list_signed_like_a_letter_on_its_last_page_stays_one():
    last = Page()
    for i in range(6):
        last.write(20, 15 + 8 * i, str(7 + i))
        last.write(50, 15 + 8 * i, "Böhm, Anna")
        last.write(120, 15 + 8 * i, "15.03.2020")
    last.write(20, 90, "Mit freundlichen Grüßen")
    last.write(20, 100, "Sehr geehrte Damen und Herren, anbei die Liste; Betreff: Ihr Schreiben")
    assert split({1: listed(1, True), 2: last.layout()}, TYPES).parts == (Part((1, 2)),)


def test_a_document_that_prints_more_pages_than_came_is_doubtful():
    assert split({1: listed(1, True, "Seite 1 von 3")}, TYPES).parts == (Part((1,), True),)


def test_a_document_that_begins_on_its_second_page_is_doubtful():
    assert split({1: listed(7, False, "Seite 2 von 2")}, TYPES).parts == (Part((1,), True),)


def test_the_fax_machines_page_count_tells_nothing():
    layouts = {
        n: Layout(
            **{
                **{f: getattr(form(), f) for f in ("width", "height", "words", "quality")},
                "header": HeaderLine(f"Seite {n} von 2", page=n, page_count=2),
            }
        )
        for n in (1, 2)
    }
    assert split(layouts, TYPES).parts == (Part((1,)), Part((2,)))


def test_a_page_that_says_nothing_about_itself_is_doubtful():
    page = Page()
    page.write(20, 40, "und so weiter mit noch ein paar Worten")
    (part,) = split({1: form(), 2: page.layout()}, TYPES).parts
    assert part.is_doubtful
    assert part.pages == (1, 2)


def signed(page: Page, y: float) -> Page:
    page.handwriting.append(Box(22 * MM, y * MM, 62 * MM, (y + 7) * MM))
    return page


def printed_cover(*lines: str, title: str = "Kurzmitteilung / Fax") -> Page:
    page = Page()
    page.write(20, 20, title, 4)
    for i, line in enumerate(("Empfänger: Gesundheitsamt", "Seiten: 2", "Datum: 30.09.2026", "Absender: Praxis Weiß", *lines)):
        page.write(20, 30 + 8 * i, line)
    return page


def test_a_cover_signed_under_its_closing_is_a_cover():
    page = signed(printed_cover("Mit freundlichen Grüßen"), 72)
    assert split({1: page.layout(), 2: form()}, TYPES).covers == (1,)


def test_a_cover_with_a_note_by_hand_stands_alone_for_a_person_and_leaves_what_follows_undisturbed():
    page = signed(printed_cover("Nachricht:"), 62)
    found = split({1: page.layout(), 2: form()}, TYPES)
    assert (found.covers, found.parts) == ((), (Part((1,)), Part((2,))))


def test_covers_go_by_many_names():
    for title in ("Faxübermittlung", "Telefax-Nachricht", "Fax-Anschreiben", "Telefaxsendung"):
        assert split({1: printed_cover(title=title).layout(), 2: form()}, TYPES).covers == (1,), title


def test_a_fax_machines_count_that_was_not_known_for_its_line_tells_nothing():
    pages = {}
    for number in (1, 2):
        page = Page()
        page.words = [*form().words]
        page.write(180, 2, f"S.0{number}/02", 2)
        pages[number] = page.layout()
    assert split(pages, TYPES).parts == (Part((1,)), Part((2,)))


def test_a_large_title_that_no_form_is_known_by_opens_a_document():
    page = Page()
    page.write(60, 30, "Krankheitsmeldung gemäß IfSG", 5)
    for i, line in enumerate(("Erkrankungsbeginn: 06.11.2026", "Diagnosedatum: 08.11.2026", "Meldende Person", "Symptome: Fieber")):
        page.write(20, 60 + 8 * i, line)
    assert split({1: form(), 2: page.layout()}, TYPES).parts == (Part((1,)), Part((2,)))
