from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bridge.catalog import load_catalog
from bridge.domain.errors import ConfigurationError
from bridge.domain.forms import FieldKind
from bridge.domain.routing import Fact
from bridge.domain.targets import Auth, AuthKind

SILENT_RATE = 0.001
REPOSITORY = Path(__file__).resolve().parents[2]

TYPE = """
title = "Probe"
schema_version = 1
disposition = "deliver"
type_threshold = 0.8
field_threshold = 0.9
required = ["patient.family_name"]
[anchors]
"Meldung" = 2.0
[sections]
patient = ["Patient"]
[[fields]]
path = "patient.full_name"
kind = "full_name"
labels = ["Name, Vorname"]
sections = ["patient"]
"""
TARGET = 'kind = "rest"\nurl = "http://127.0.0.1:8090/records"\ntoken = "${BRIDGE_TOKEN}"\n'
CALIBRATION = 'curve = [[0.0, 0.5], [2.0, 0.9], [4.0, 0.999]]\n[weights]\nbias = 3.0\n[thresholds]\n"0.001" = 0.99\n"0.01" = 0.95\n'
UNKNOWN = 'title = "Unbekannt"\nschema_version = 1\ndisposition = "review"\ntype_threshold = 1.0\nfield_threshold = 0.9\n'
ROUTES = """
default = ["office"]
[urgency]
immediate = ["msvd"]
[[route]]
name = "Am Ort"
type = ["probe"]
mailbox = ["infektionsschutz"]
postal_code = ["01445", "02*", "03000-03100"]
office = ["Landkreis Oben"]
disease = ["msvd"]
urgency = ["immediate"]
targets = ["office"]
[[route]]
name = "Sonst"
type = ["unknown"]
targets = ["office"]
"""
OFFICES = """
[[office]]
code = "1"
name = "Landkreis Oben"
postal_codes = ["01445", "02*"]
[[office]]
code = "2"
name = "Landkreis Unten"
postal_codes = ["03000-03100"]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, content in (
        ("types/probe", TYPE),
        ("types/unknown", UNKNOWN),
        ("targets/office", TARGET),
        ("calibration", CALIBRATION),
        ("routes", ROUTES),
        ("offices", OFFICES),
        ("codes/diseases", '[[entries]]\ncode = "msvd"\nname = "Masern"\n'),
    ):
        file = tmp_path / f"{name}.toml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(content, encoding="utf-8")
    return tmp_path


def change(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / name
    content = file.read_text(encoding="utf-8")
    assert old in content
    file.write_text(content.replace(old, new), encoding="utf-8")


def problem(folder: Path, **environ: str) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load_catalog(folder, environ, SILENT_RATE)
    return caught.value


def test_the_shipped_catalog_holds_every_type_of_the_contract():
    catalog = load_catalog(REPOSITORY / "config", {}, SILENT_RATE)
    assert set(catalog.types) == {
        "disease_notification", "laboratory_notification", "case_list", "facility_notification", "letter", "invoice", "advertisement", "unknown",
    }  # fmt: skip
    assert len(catalog.codes["diseases"]) == 43
    assert len(catalog.codes["pathogens"]) == 85
    assert catalog.targets["default"].url == "http://127.0.0.1:8090/records"


@pytest.mark.shared
def test_the_code_lists_are_the_published_ones(shared: Path):
    for name, file in (("diseases", "demis-disease-codes.tsv"), ("pathogens", "demis-pathogen-codes.tsv")):
        rows = [line.split("\t") for line in (shared / "data" / file).read_text(encoding="utf-8").splitlines()[1:]]
        entries = {entry.code: entry.name for entry in load_catalog(REPOSITORY / "config", {}, SILENT_RATE).codes[name]}
        assert entries == {row[0]: row[1] for row in rows}


def test_a_small_catalog(folder):
    catalog = load_catalog(folder, {"BRIDGE_TOKEN": "s3cret"}, SILENT_RATE)
    (spec,) = catalog.types["probe"].fields
    assert spec.kind is FieldKind.FULL_NAME
    assert spec.filled_paths() == ("patient.family_name", "patient.given_name")
    assert catalog.targets["office"].auth == Auth(AuthKind.BEARER, secret="s3cret")
    assert load_catalog(folder, {}, SILENT_RATE).targets["office"].auth == Auth()


@pytest.mark.parametrize(
    ("file", "old", "new", "key", "says"),
    [
        ("types/probe.toml", 'title = "Probe"', 'titel = "Probe"', "title", "required"),
        ("types/probe.toml", "schema_version = 1", "schema_version = 1\nshape = 2", "shape", "allowed: anchors"),
        ("types/probe.toml", 'kind = "full_name"', 'kind = "whole_name"', "fields.0.kind", "'name'"),
        ("types/probe.toml", 'labels = ["Name, Vorname"]', 'label = ["Name"]', "fields.0.label", "allowed: choices"),
        ("types/probe.toml", 'required = ["patient.family_name"]', 'required = ["patient.name"]', "required", "patient.family_name"),
        ("types/probe.toml", 'sections = ["patient"]', 'sections = ["doctor"]', "fields.0.sections", "allowed: patient"),
        ("types/unknown.toml", '"review"', '"deliver"', "disposition", "nothing to deliver"),
        ("types/probe.toml", 'kind = "full_name"', 'kind = "choice"', "fields.0.choices", "needed"),
        ("types/probe.toml", 'kind = "full_name"', 'kind = "code"', "fields.0.codes", "needed"),
        ("types/probe.toml", "type_threshold = 0.8", "type_threshold = 8", "type_threshold", "less than or equal to 1"),
        ("types/probe.toml", "[anchors]", "[anchors", "-", "TOML"),
        ("targets/office.toml", 'kind = "rest"', 'kind = "carrier pigeon"', "kind", "'rest'"),
        ("targets/office.toml", "${BRIDGE_TOKEN}", "${HOME}", "token", "BRIDGE_"),
        ("targets/office.toml", "127.0.0.1:8090", "${BRIDGE_HOST}", "url", "BRIDGE_HOST"),
        ("targets/office.toml", "http:", "ftp:", "url", "such as https://"),
        ("codes/diseases.toml", "[[entries]]", '[[entries]]\ncode = "msvd"\nname = "Morbilli"\n[[entries]]', "entries.1.code", "twice"),
        ("codes/diseases.toml", "name =", "title =", "entries.0.name", "required"),
        ("routes.toml", 'default = ["office"]', 'default = ["agency"]', "default", "there is no agency; allowed: office"),
        ("routes.toml", 'targets = ["office"]', 'targets = ["agency"]', "route.0.targets", "allowed: office"),
        ("routes.toml", 'targets = ["office"]', "targets = []", "route.0.targets", "at least 1"),
        ("routes.toml", 'targets = ["office"]', 'target = "office"', "route.0.targets", "required"),
        ("routes.toml", 'mailbox = ["infektionsschutz"]', "mailboxes = []", "route.0.mailboxes", "allowed: also, disease"),
        ("routes.toml", 'mailbox = ["infektionsschutz"]', "mailbox = []", "route.0.mailbox", "at least 1"),
        ("routes.toml", 'type = ["probe"]', 'type = ["brief"]', "route.0.type", "allowed: probe, unknown"),
        ("routes.toml", '"03000-03100"', '"03100-03000"', "route.0.postal_code", "01445, 01* or 01445-01478"),
        ("routes.toml", 'office = ["Landkreis Oben"]', 'office = ["Oben"]', "route.0.office", "Landkreis Oben"),
        ("routes.toml", 'disease = ["msvd"]', 'disease = ["Masern"]', "route.0.disease", "allowed: msvd"),
        ("routes.toml", 'urgency = ["immediate"]', 'urgency = ["soon"]', "route.0.urgency.0", "'immediate' or 'normal'"),
        ("routes.toml", 'immediate = ["msvd"]', 'immediate = ["pest"]', "urgency.immediate", "allowed: msvd"),
        ("routes.toml", 'immediate = ["msvd"]', 'at_once = ["msvd"]', "urgency.at_once", "allowed: immediate"),
        ("routes.toml", 'name = "Sonst"', 'name = "Am Ort"', "route.1.name", "twice"),
        ("offices.toml", '"02*"', '"02***"', "office.0.postal_codes", "01445, 01* or 01445-01478"),
        ("offices.toml", 'code = "2"', 'code = "1"', "office.1.code", "twice"),
        ("offices.toml", 'name = "Landkreis Unten"', 'name = "Landkreis Oben"', "office.1.name", "twice"),
        ("offices.toml", "postal_codes =", "zip =", "office.0.postal_codes", "required"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_is_allowed(folder, file, old, new, key, says):
    change(folder, file, old, new)
    error = problem(folder)
    assert error.file == str(folder / file)
    assert error.key == key
    assert says in error.problem


def test_rules_are_read_in_order_with_offices_by_code(folder: Path) -> None:
    routes = load_catalog(folder, {}, SILENT_RATE).routes
    assert [rule.name for rule in routes.rules] == ["Am Ort", "Sonst"]
    assert {each.fact: each.allowed for each in routes.rules[0].conditions} == {
        Fact.TYPE: ("probe",),
        Fact.MAILBOX: ("infektionsschutz",),
        Fact.POSTAL_CODE: ("01445", "02*", "03000-03100"),
        Fact.OFFICE: ("1",),
        Fact.DISEASE: ("msvd",),
        Fact.URGENCY: ("immediate",),
    }
    assert (routes.default, routes.immediate, routes.targets) == (("office",), {"msvd"}, {"office"})
    assert [office.name for office in routes.offices_for("02977")] == ["Landkreis Oben"]


def test_the_shipped_routes_send_everything_to_the_one_target() -> None:
    routes = load_catalog(REPOSITORY / "config", {}, SILENT_RATE).routes
    assert (routes.rules, routes.default, routes.offices) == ((), ("default",), ())


def test_the_shipped_examples_of_routes_and_offices_are_right(tmp_path: Path) -> None:
    """What stands behind `# ` in the files is taken as it is, with the targets it names."""
    config = tmp_path / "config"
    shutil.copytree(REPOSITORY / "config", config)
    for name in ("on_call", "district"):
        shutil.copy(config / "targets" / "default.toml", config / "targets" / f"{name}.toml")
    for name in ("routes.toml", "offices.toml"):
        lines = (config / name).read_text(encoding="utf-8").splitlines()
        example = [line.removeprefix("# ") for line in lines[next(i for i, line in enumerate(lines) if line.startswith("# [[")) :]]
        default = [line for line in lines if line.startswith("default")]
        (config / name).write_text("\n".join([*default, *(line for line in example if line.strip("# "))]), encoding="utf-8")
    routes = load_catalog(config, {}, SILENT_RATE).routes
    assert [(rule.targets, rule.is_copy) for rule in routes.rules] == [(("on_call",), True), (("district",), False)]
    assert [office.name for office in routes.offices_for("02925")] == ["Landkreis Beispiel"]


def test_no_list_of_offices_is_needed_where_no_rule_asks_for_one(folder: Path) -> None:
    (folder / "offices.toml").unlink()
    assert problem(folder).key == "route.0.office"
    change(folder, "routes.toml", 'office = ["Landkreis Oben"]\n', "")
    assert load_catalog(folder, {}, SILENT_RATE).routes.offices == ()


def test_routes_there_must_be(folder: Path) -> None:
    (folder / "routes.toml").unlink()
    assert problem(folder).file == str(folder / "routes.toml")


@pytest.mark.parametrize("above", ["", 'type = ["probe", "unknown"]\n', 'type = ["probe"]\nmailbox = ["infektionsschutz"]\n'])
def test_a_rule_that_can_never_be_reached_is_a_mistake(folder: Path, above: str) -> None:
    rule = f'[[route]]\nname = "Alles"\ntargets = ["office"]\n{above}'
    change(folder, "routes.toml", '[[route]]\nname = "Am Ort"', f'{rule}[[route]]\nname = "Am Ort"')
    error = problem(folder)
    assert (error.key, "'Alles'" in error.problem) == ("route.1", True)
    change(folder, "routes.toml", rule, f"{rule}also = true\n")
    assert len(load_catalog(folder, {}, SILENT_RATE).routes.rules) == 3


def test_one_label_for_two_fields_in_the_same_place_is_a_mistake(folder):
    extra = '[[fields]]\npath = "patient.family_name"\nkind = "name"\nlabels = ["name, vorname"]\nsections = ["patient"]\n'
    (folder / "types/probe.toml").write_text(TYPE + extra, encoding="utf-8")
    error = problem(folder)
    assert error.key == "fields.1.labels"
    assert "patient.full_name" in error.problem


def test_codes_that_are_not_there(folder):
    extra = '[[fields]]\npath = "disease"\nkind = "code"\ncodes = "illnesses"\n'
    (folder / "types/probe.toml").write_text(TYPE + extra, encoding="utf-8")
    assert "allowed: diseases" in problem(folder).problem
    (folder / "types/probe.toml").write_text(TYPE + '[[fields]]\npath = "disease"\nkind = "code"\n', encoding="utf-8")
    assert problem(folder).key == "fields.1.codes"


def test_a_missing_folder_or_unknown_type(folder):
    (folder / "types/unknown.toml").unlink()
    assert problem(folder).key == "unknown.toml"
    assert "missing" in problem(folder / "nowhere").problem


def test_the_threshold_of_a_field_follows_from_the_rate_of_silent_errors(folder: Path) -> None:
    assert load_catalog(folder, {"BRIDGE_TOKEN": "s3cret"}, 0.001).types["probe"].field_threshold == 0.99
    assert load_catalog(folder, {"BRIDGE_TOKEN": "s3cret"}, 0.02).types["probe"].field_threshold == 0.95


def test_a_type_may_ask_for_more_but_not_for_less(folder: Path) -> None:
    change(folder, "types/probe.toml", "field_threshold = 0.9", "field_threshold = 0.995")
    assert load_catalog(folder, {"BRIDGE_TOKEN": "s3cret"}, 0.001).types["probe"].field_threshold == 0.995


def test_nothing_leaves_by_itself_for_a_rate_that_no_calibration_reached(folder: Path) -> None:
    assert load_catalog(folder, {"BRIDGE_TOKEN": "s3cret"}, 0.0005).types["probe"].field_threshold > 1


def test_probabilities_lie_on_the_fitted_curve(folder: Path) -> None:
    calibration = load_catalog(folder, {"BRIDGE_TOKEN": "s3cret"}, 0.001).calibration
    assert [calibration.probability({"bias": share}) for share in (-1, 1 / 3, 1, 9)] == pytest.approx([0.5, 0.7, 0.9495, 0.999])


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("[[0.0, 0.5], [2.0, 0.9]", "[[2.0, 0.9], [0.0, 0.5]", "curve"),
        ("[[0.0, 0.5], [2.0, 0.9], [4.0, 0.999]]", "[]", "curve"),
        ('"0.001" = 0.99', "low = 0.99", "thresholds"),
    ],
)
def test_a_calibration_that_cannot_be_is_refused(folder: Path, old: str, new: str, key: str) -> None:
    change(folder, "calibration.toml", old, new)
    error = problem(folder, BRIDGE_TOKEN="s3cret")
    assert (Path(error.file).name, error.key) == ("calibration.toml", key)


MODEL = '{"version": "1", "types": ["probe", "unknown"], "intercepts": [0, 0], "grams": {" mel": [1.0, 2.0, -2.0]}}'


def test_the_model_of_document_types_is_read_where_there_is_one(folder: Path) -> None:
    environ = {"BRIDGE_TOKEN": "s3cret"}
    assert load_catalog(folder, environ, SILENT_RATE).type_model is None
    (folder / "type_model.json").write_text(MODEL, encoding="utf-8")
    model = load_catalog(folder, environ, SILENT_RATE).type_model
    assert model is not None
    assert model.types == ("probe", "unknown")


@pytest.mark.parametrize(("old", "new"), [("{", "["), ("2.0, ", ""), ('"version": "1", ', "")])
def test_a_model_that_cannot_be_is_refused(folder: Path, old: str, new: str) -> None:
    (folder / "type_model.json").write_text(MODEL.replace(old, new, 1), encoding="utf-8")
    assert Path(problem(folder, BRIDGE_TOKEN="s3cret").file).name == "type_model.json"
