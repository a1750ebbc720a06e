"""What befalls pages on their way: photo modes, copies, lost lines, hard JPEG, pages cut off or past reading."""

from dataclasses import replace
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from stdnum import iban

from samples import covers
from samples.billing import Invoice, grouped, invent_invoice, money
from samples.degrade import CONDITIONS, degrade
from samples.form import Drawing, Paper
from samples.layouts import LAYOUTS
from samples.mishaps import befall, cut_off, spoil
from samples.people import invent_scene
from samples.sheet import PX, Sheet
from samples.wear import RASTERS, Wear, choose_wear


def drawn(name, seed=1):
    rng = Random(seed)
    return next(layout for layout in LAYOUTS if layout.name == name).draw(rng, invent_scene(rng))


def page():
    pixels = np.full((297 * PX, 210 * PX), 255, np.uint8)
    pixels[1000:1400, 800:2400] = 120
    return pixels


def sent(condition, wear):
    return degrade(page(), condition, np.random.default_rng(1), wear=wear)


@pytest.mark.parametrize("raster", RASTERS)
def test_every_raster_is_one_bit_with_ink(raster):
    pixels = sent("fine-noisy", Wear(raster)).pixels
    assert set(np.unique(pixels)) == {0, 255}


@pytest.mark.parametrize("raster", ["diffused", "ordered"])
def test_photo_modes_turn_grey_into_dots(raster):
    pixels = sent("fine-clean", Wear(raster)).pixels
    grey = pixels[500:640, 520:1000]
    assert 0.1 < (grey == 0).mean() < 0.95


def test_lost_lines_shorten_the_page():
    assert sent("standard-clean", Wear(bursts=5)).pixels.shape[0] < 1146


def test_a_copy_of_a_copy_is_black_and_white_before_it_is_scanned():
    pixels = sent("scan", Wear(copies=2)).pixels
    assert np.median(pixels[700:1000, 900:1200]) != pytest.approx(120, abs=30)


def test_a_worn_scan_comes_at_its_own_resolution():
    raster = sent("scan", Wear(scan_dpi=100, jpeg=30))
    assert (raster.x_dpi, raster.pixels.shape[1]) == (100, 827)


def test_stretch_moves_ink():
    plain, stretched = sent("fine-clean", Wear()), sent("fine-clean", Wear(stretch=(1.0, 1.05)))
    top = [int(np.flatnonzero((each.pixels == 0).mean(axis=1) > 0.3)[0]) for each in (plain, stretched)]
    assert top[1] < top[0]


def test_clean_faxes_lose_no_lines_and_are_no_copies():
    for condition in CONDITIONS:
        chosen = [choose_wear(Random(turn), condition) for turn in range(200)]
        is_clean = condition.endswith("clean")
        assert is_clean == (not any(wear.copies for wear in chosen))
        assert any(wear.bursts for wear in chosen) == condition.endswith("noisy")


def test_what_is_cut_off_leaves_page_and_truth():
    drawing = drawn("state_form", 5)
    cut = cut_off(Random(3), drawing)
    (before,), (after,) = drawing.papers, cut.papers
    assert after.needs_review
    assert set(after.values) < set(before.values)
    rows = np.flatnonzero((cut.sheets[0].pixels < 128).any(axis=1))
    edge = rows.max() / PX
    assert all(before.spots[path] <= edge for path in after.values)
    assert all(before.spots[path] > edge - 4 for path in set(before.values) - set(after.values))


def test_nothing_is_cut_off_where_values_have_no_known_place():
    drawing = drawn("ruled_boxes")
    assert cut_off(Random(1), drawing) is drawing


@pytest.mark.parametrize("kind", ["smeared", "blackened"])
def test_a_page_past_reading_is_of_no_known_type_and_for_a_person(kind):
    spoilt = spoil(drawn("underscores"), kind)
    assert spoilt.papers[0].truth()["type"] == "unknown"
    assert spoilt.papers[0].truth()["data"] == {}
    assert spoilt.papers[0].needs_review
    assert (spoilt.sheets[0].pixels < 128).mean() > 0.03


def test_most_pages_arrive_as_they_were_sent():
    drawing = Drawing((Sheet(),), (Paper("letter", "test"),))
    assert sum(befall(Random(turn), drawing) is not drawing for turn in range(300)) < 20
    long = replace(drawing, sheets=(Sheet(), Sheet()))
    assert all(befall(Random(turn), long) is long for turn in range(300))


def test_every_cover_names_office_or_pages_and_has_ink():
    seen = set()
    for turn in range(40):
        rng = Random(turn)
        cover = covers.choose(rng)
        seen.add(cover)
        sheet = cover(rng, invent_scene(rng), 4)
        assert any("4" in each.text for each in sheet.printed)
    assert len(seen) == 3


class TestInvoices:
    def invoice(self, seed) -> Invoice:
        rng = Random(seed)
        return invent_invoice(rng, invent_scene(rng))

    def test_sums_are_right_and_have_cents(self):
        for seed in range(50):
            made = self.invoice(seed)
            assert made.gross == sum(item.price * item.count for item in made.items) + made.tax
            assert made.values()["total_net"][-3] == "."
            assert made.day <= made.due

    def test_ibans_have_their_check_digits(self):
        assert all(iban.is_valid(self.invoice(seed).iban) for seed in range(50))

    def test_printed_as_germans_do(self):
        assert money(Decimal("12345.60")) == "12.345,60"
        assert grouped("DE12345") == "DE12 345"
