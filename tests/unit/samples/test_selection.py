"""The checked-in faxes: twelve, a mix, small, and as the generator would write them today."""

import json

from samples.selection import CHOICES, FOLDER, write_selection


def test_twelve_are_checked_in_with_their_truth():
    faxes = [path for path in FOLDER.iterdir() if path.suffix != ".json"]
    assert len(faxes) == len(CHOICES) == 12
    assert all((FOLDER / f"{path.stem}.truth.json").exists() for path in faxes)
    assert sum(path.stat().st_size for path in faxes) < 1_000_000


def test_they_are_a_mix_of_kinds_conditions_and_servers():
    truths = [json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.truth.json")]
    assert {document["type"] for truth in truths for document in truth["documents"]} == {
        "disease_notification", "laboratory_notification", "case_list", "letter", "advertisement", "unknown",
    }  # fmt: skip
    assert len({truth["condition"] for truth in truths}) == 5
    assert len({choice.wrapping.server for choice in CHOICES} - {None}) >= 6


def test_writing_them_again_gives_the_same_truth(tmp_path):
    for path in write_selection(tmp_path):
        truth = f"{path.stem}.truth.json"
        assert (tmp_path / truth).read_text("utf-8") == (FOLDER / truth).read_text("utf-8")
