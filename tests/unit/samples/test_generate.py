"""Sample faxes: the same seed gives the same bytes, and the truth says what the files hold."""

import email
import io
import json

import pytest
from PIL import Image

from samples.__main__ import main
from samples.degrade import CONDITIONS
from samples.generate import generate
from samples.layouts import GROUPS, KINDS, LAYOUTS


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    where = tmp_path_factory.mktemp("faxes")
    generate(where, 24, seed=5)
    return where


def truths(folder):
    return {path.name.removesuffix(".truth.json"): json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.truth.json"))}


def fax_bytes(path):
    content = path.read_bytes()
    if path.suffix != ".eml":
        return content
    parts = [p for p in email.message_from_bytes(content).walk() if p.get_content_type() in {"image/tiff", "application/pdf"}]
    assert len(parts) == 1
    return parts[0].get_payload(decode=True)


def test_the_same_seed_gives_the_same_bytes(tmp_path, folder):
    generate(tmp_path, 3, seed=5)
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (folder / path.name).read_bytes()


def test_another_seed_gives_other_faxes(tmp_path, folder):
    generate(tmp_path, 2, seed=6)
    ours = {path.read_bytes() for path in folder.iterdir()}
    assert not any(path.read_bytes() in ours for path in tmp_path.iterdir())


def test_every_fax_has_its_truth_of_known_types_and_condition(folder):
    found = truths(folder)
    assert len(found) == 24
    for truth in found.values():
        assert truth["condition"] in CONDITIONS
        assert {document["type"] for document in truth["documents"]} <= set(KINDS)


def test_no_value_in_a_truth_is_empty_and_pages_exist(folder):
    def leaves(tree):
        for value in tree.values() if isinstance(tree, dict) else tree:
            if isinstance(value, dict | list):
                assert value
                yield from leaves(value)
            else:
                yield value

    pages = {path.stem: Image.open(io.BytesIO(fax_bytes(path))).n_frames for path in folder.iterdir() if fax_of_tiff(path)}
    for name, truth in truths(folder).items():
        for document in truth["documents"]:
            assert all(value != "" for value in leaves(document["data"]))
            assert set(document["pages"]) <= set(range(1, pages.get(name, 99) + 1))


def fax_of_tiff(path):
    return path.suffix != ".json" and fax_bytes(path).startswith(b"II")


def test_tiffs_are_class_f_in_both_resolutions(folder):
    seen = set()
    for path in filter(fax_of_tiff, folder.iterdir()):
        image = Image.open(io.BytesIO(fax_bytes(path)))
        assert image.width == 1728
        assert image.mode == "1"
        assert image.tag_v2[262] == 0
        seen.add((image.info["compression"], image.height > 2000))
    assert {compression for compression, _ in seen} <= {"group3", "group4"}
    assert {is_fine for _, is_fine in seen} == {True, False}


def test_choices_narrow_what_is_drawn(tmp_path):
    generate(tmp_path, 4, seed=1, conditions=["standard-clean"], kinds=["laboratory_notification"], group="test")
    for truth in truths(tmp_path).values():
        assert truth["condition"] == "standard-clean"
        assert {document["layout"] for document in truth["documents"]} <= {
            layout.name for layout in LAYOUTS if layout.kind == "laboratory_notification" and layout.group == "test"
        }


def test_nothing_left_to_choose_from_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="no layout or condition is left"):
        generate(tmp_path, 1, seed=1, kinds=["no_such_kind"])


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_draws_every_kind(group):
    assert {layout.kind for layout in LAYOUTS if layout.group == group} == set(KINDS)


def test_every_layout_has_its_own_name_and_one_group():
    assert len({layout.name for layout in LAYOUTS}) == len(LAYOUTS) >= 34
    assert {layout.group for layout in LAYOUTS} == set(GROUPS)


def test_the_command_line_writes_and_says_where(tmp_path, capsys):
    assert main(["--out", str(tmp_path / "out"), "--count", "1", "--seed", "9", "--kind", "advertisement"]) == 0
    assert "1 faxes in" in capsys.readouterr().out
    assert len(list((tmp_path / "out").iterdir())) == 2
