from __future__ import annotations

import pytest

from bridge.domain.layout import Box, HeaderLine, Word
from bridge.stages import header_line
from bridge.stages.header_line import find_header_line, parse_header_line

PAGE_HEIGHT = 3500.0


@pytest.mark.parametrize(
    ("text", "number", "tsid", "page", "page_count"),
    [
        ("From +49 3581 856379|+493581 663999|Page 1 of 3", "+49 3581 856379", None, 1, 3),
        ("22.11.2026 14:32 +49 3581 856379 PRAXIS DR WEISS S. 1/3", "+49 3581 856379", "PRAXIS DR WEISS", 1, 3),
        ("4/22/2020 3:42 PM FROM:+15558127619 Acme Inc. TO:15559876543 Pag.2/3", "+15558127619", "Acme Inc", 2, 3),
        ("22-NOV-2026 14:32 VON PRAXIS DR WEISS AN +49358166 S.01/02", None, "PRAXIS DR WEISS", 1, 2),
        ("22/11/26 14:32 03581 856379 LABOR OST S. 1", "03581 856379", "LABOR OST", 1, None),
        ("22.Nov.2026 09:15 Dr. med. Müller 03581-123456 P.01/02", "03581-123456", "Dr. med. Müller", 1, 2),
        ("11/22/2026 14:32 #123 P.001/004", None, None, 1, 4),
        ("22.11.2026 14:32 LABOR T0:03581881784 S. O1/O2", None, "LABOR", 1, 2),
        ("FROM: Praxis TO: 03581663 Seite 1 von 1 22.11.2026 14:02", None, "Praxis", 1, 1),
    ],
)
def test_lines_of_many_machines_are_understood(
    text: str, number: str | None, tsid: str | None, page: int | None, page_count: int | None
) -> None:
    assert parse_header_line(text) == HeaderLine(text, number, tsid, page, page_count)


@pytest.mark.parametrize(
    "text",
    [
        "Seite 1 von 2",
        "Seite 1 von 2 Stand 01.02.2020",
        "Görlitz, 22.11.2026",
        "Tel. 03581/12345 Fax 03581/12346",
        "Von: Praxis Dr. Weiß An: Gesundheitsamt",
        "Sprechzeiten Mo 08:00-12:00 Fax: 03581 123456",
        "Meldung gemäß §§ 6, 8, 9 IfSG",
        "",
    ],
)
def test_what_senders_write_themselves_is_none(text: str) -> None:
    assert parse_header_line(text) is None


def words(text: str, y: float, confidence: float = 0.9) -> list[Word]:
    return [Word(part, confidence, Box(100 + i * 200, y, 280 + i * 200, y + 30), 0, 0) for i, part in enumerate(text.split())]


def test_its_words_and_the_dust_beside_are_taken_off_the_page() -> None:
    line = words("22.11.2026 14:32 PRAXIS WEISS S. 1/3", 20)
    dust = Word("‚", 0.2, Box(2000, 5, 2010, 15), 0, 1)
    body = words("Meldeformular Vertraulich", 300)
    header, kept = find_header_line([*line, dust, *body], PAGE_HEIGHT)
    assert header is not None
    assert (header.page, header.page_count, header.tsid) == (1, 3, "PRAXIS WEISS")
    assert kept == tuple(body)


def test_a_line_further_down_is_the_senders() -> None:
    page = words("22.11.2026 14:32 PRAXIS WEISS S. 1/3", 500)
    assert find_header_line(page, PAGE_HEIGHT) == (None, tuple(page))


def test_a_letterhead_at_the_top_is_kept_beside_the_line() -> None:
    line, letterhead = words("22.11.2026 14:32 PRAXIS S. 1/3", 20), words("Praxis Weiß", 80)
    header, kept = find_header_line([*letterhead, *line], PAGE_HEIGHT)
    assert header is not None
    assert kept == tuple(letterhead)


def test_a_page_count_that_was_misread_is_none() -> None:
    assert header_line._count("OI") == 1
    assert header_line._count("²") is None
    assert header_line._count("1²") is None
