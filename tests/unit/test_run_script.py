"""The outside of the house: ./run, CI, the image and what the README promises."""

from __future__ import annotations

import re
import stat
import subprocess
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "run"
SCRIPTS = (RUN, ROOT / ".ci" / "run", ROOT / ".ci" / "lock")
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([RUN, *arguments], capture_output=True, text=True, timeout=60, check=False)


def call(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run `script` in `folder` with the functions of ./run at hand."""
    functions = RUN.read_text("utf-8").replace('cd "$(dirname "${BASH_SOURCE[0]}")"', "").removesuffix('main "$@"\n')
    (folder / ".run").mkdir(exist_ok=True)
    return subprocess.run(["bash", "-c", functions + script], capture_output=True, text=True, timeout=60, check=False, cwd=folder)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_scripts_can_be_run_and_are_bash(script: Path) -> None:
    assert script.stat().st_mode & stat.S_IXUSR
    assert script.read_text("utf-8").startswith("#!/usr/bin/env bash\n")
    subprocess.run(["bash", "-n", script], check=True, timeout=60)


def test_help_names_every_command_there_is_and_sets_nothing_up() -> None:
    helped = run("help")
    assert helped.returncode == 0
    named = set(re.findall(r"^  (\S+)", helped.stdout, re.MULTILINE))
    cases = re.findall(r"^    ([a-z-]+(?: \| [a-z-]+)*)\)$", RUN.read_text("utf-8"), re.MULTILINE)
    assert named - {"help"} == {name for case in cases for name in case.split(" | ")}


def test_an_unknown_command_is_refused_with_the_list_of_those_there_are() -> None:
    refused = run("dance")
    assert refused.returncode == 1
    assert "no such command: dance" in refused.stderr
    assert "generate-samples" in refused.stderr


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_name_only_commands_of_run_that_exist(page: Path) -> None:
    known = set(re.findall(r"^  (\S+)", run("help").stdout, re.MULTILINE))
    assert set(re.findall(r"\./run ([a-z-]+)", page.read_text("utf-8"))) <= known


def test_the_readme_leads_with_the_two_commands_a_newcomer_needs() -> None:
    blocks = re.findall(r"```\n(.*?)\n```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert blocks[:2] == ["./run demo", "./run test"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_pages_name_only_bridge_commands_that_exist(page: Path) -> None:
    from typer.main import get_command

    from bridge.cli import app

    group = get_command(app)
    for names in re.findall(r"`(?:\.venv/bin/)?bridge ((?:[a-z-]+ ?)+)", page.read_text("utf-8")):
        command, *rest = names.split()
        assert command in group.commands, names
        if rest and hasattr(group.commands[command], "commands"):
            assert rest[0] in group.commands[command].commands, names


def test_a_missing_package_is_told_apart_from_those_there_are(tmp_path: Path) -> None:
    assert call("missing_packages bash no-such-package", tmp_path).stdout.split() == ["no-such-package"]


def test_a_failing_step_shows_the_end_of_its_log(tmp_path: Path) -> None:
    failed = call('step "Counting" no_percent bash -c "seq 100; exit 7"', tmp_path)
    assert failed.returncode == 7
    assert "Counting: failed" in failed.stderr
    assert failed.stderr.splitlines()[-20:] == [str(n) for n in range(81, 101)]


@pytest.mark.parametrize("function", ["apt_percent", "pip_percent"])
def test_progress_is_a_percentage_even_before_there_is_any(function: str, tmp_path: Path) -> None:
    seen = []
    for said in ("", "Collecting a\ndlstatus:1:50.0:x\n", "Collecting a\n" * 9 + "pmstatus:b:100.0:done\n"):
        told = call(f"printf '{said}' >$LOG; PIP_TOTAL=4; {function}", tmp_path)
        seen.append(int(told.stdout))
    assert seen == sorted(seen)
    assert (seen[0], 90 <= seen[-1] <= 100) == (0, True)
    assert [path.name for path in tmp_path.iterdir()] == [".run"]


def test_the_image_has_the_packages_that_serving_needs_and_runs_without_root() -> None:
    image = (ROOT / "Dockerfile").read_text("utf-8")
    packages = re.search(r"SERVE_PACKAGES=\(([^)]*)\)", RUN.read_text("utf-8"))
    assert packages is not None
    assert [name for name in packages[1].split() if not re.search(rf"\s{name}\s", image)] == []
    assert image.count("FROM debian:bookworm-slim") == image.count("FROM ") - image.count("FROM base")
    assert image.index("USER 10001:10001") < image.index("ENTRYPOINT")
    assert "--require-hashes" in image


def test_licence_and_version_are_told_alike_everywhere() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    public = yaml.safe_load((ROOT / "publiccode.yml").read_text("utf-8"))
    assert project["license"] == public["legal"]["license"] == "EUPL-1.2"
    assert project["version"] == public["softwareVersion"]
    assert "EUPL-1.2" in (ROOT / "README.md").read_text("utf-8")


def test_every_package_is_pinned_with_hashes_and_names_no_registry() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "requirements-bench.lock", "requirements-front.lock"):
        lock = (ROOT / name).read_text("utf-8")
        pinned = re.split(r"(?m)^(?=[a-z0-9])", lock)
        assert [entry.split()[0] for entry in pinned if entry.strip() and "--hash=sha256:" not in entry] == []
        assert "://" not in lock


def test_hooks_use_the_projects_own_tools_only() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    assert [repository["repo"] for repository in hooks["repos"]] == ["local"]
    assert {hook["language"] for hook in hooks["repos"][0]["hooks"]} == {"system"}


@pytest.mark.parametrize(
    ("there", "wanted", "made"),
    [
        ("requirements-bench.lock", "requirements.lock", ""),
        ("requirements-bench.lock", "requirements-dev.lock", ""),
        ("requirements-dev.lock", "requirements.lock", ""),
        ("requirements-dev.lock", "requirements-bench.lock", "made from requirements-bench.lock"),
        ("requirements.lock", "requirements-dev.lock", "made from requirements-dev.lock"),
    ],
)
def test_an_environment_is_made_anew_only_where_a_smaller_lock_made_it(there: str, wanted: str, made: str, tmp_path: Path) -> None:
    stubs = "fingerprint() { echo same; }; missing_packages() { :; }; ensure_packages() { :; }; ensure_python() { echo made from $1; }"
    done = call(f"{stubs}; mkdir $VENV; echo same >$VENV/installed-from-{there}; set_up {wanted}", tmp_path)
    assert (done.returncode, done.stdout.strip()) == (0, made)
