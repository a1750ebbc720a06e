"""How fast and how dear, as ratios against raw Tesseract on the same pages and cores, measured in one run."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from bridge.commands.reading import read_one
from bridge.domain.findings import Disposition
from samples.generate import generate
from samples.service import as_mail, send
from tests.conftest import wait_until
from tests.running_service import running_service, wait_for_all

CORES = len(os.sched_getaffinity(0))
PAGES = int(os.environ.get("BENCH_PAGES", "24"))
pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def faxes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """One-page notifications in fine resolution, as TIFF."""
    folder = tmp_path_factory.mktemp("faxes")
    made = generate(folder, 6 * PAGES, seed=11, conditions=["fine-clean"], kinds=["disease_notification", "laboratory_notification"])
    return [path for path in made if path.suffix == ".tif" and _page_count(path) == 1][:PAGES]


def _page_count(path: Path) -> int:
    with Image.open(path) as image:
        return sum(1 for _ in ImageSequence.Iterator(image))


def _raw(path: Path) -> None:
    """Read a fax by nothing but Tesseract, as a script on a fax server would."""
    command = ["tesseract", str(path), "stdout", "-l", "deu", "--psm", "3"]
    subprocess.run(command, capture_output=True, check=True, env={**os.environ, "OMP_THREAD_LIMIT": "1"})


def raw_seconds(paths: Sequence[Path], processes: int) -> float:
    began = time.perf_counter()
    with ThreadPoolExecutor(processes) as pool:
        list(pool.map(_raw, paths))
    return time.perf_counter() - began


def test_pages_a_second_through_the_whole_service(faxes: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mails = [as_mail(path) for path in faxes]
    raw = raw_seconds(faxes, CORES)
    with running_service(tmp_path, monkeypatch, {"BRIDGE_WORK__WORKER_PROCESSES": str(CORES)}) as service:
        warm = [send(service.house.settings.smtp.port, mail + b"\r\nwarm up\r\n") for mail in mails[:CORES]]
        wait_for_all(warm, service.is_settled, "warmed up", 120)
        began = time.perf_counter()
        envelopes = [send(service.house.settings.smtp.port, mail) for mail in mails]
        wait_for_all(envelopes, service.is_settled, "all read, and delivered or waiting for a person", 600)
        whole = time.perf_counter() - began
    pages = len(faxes)
    print(f"\n{pages} pages on {CORES} cores: raw {pages / raw:.2f} pages/s, service {pages / whole:.2f} pages/s, ratio {raw / whole:.2f}")


def _leaves(path: Path) -> bool:
    """Tell whether a fax leaves by itself: only those are delivered at once."""
    return any(decision.disposition is Disposition.RELEASE for _, decision in read_one(path).documents)


def test_seconds_from_the_250_to_delivered_on_an_idle_machine(faxes: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving = [path for path in faxes[1:] if _leaves(path)][:8]
    assert leaving, "none of the faxes leaves by itself, so that nothing can be measured; draw more by BENCH_PAGES"
    ratios, seconds = [], []
    with running_service(tmp_path, monkeypatch) as service:
        warm = send(service.house.settings.smtp.port, as_mail(faxes[0]) + b"\r\nwarm up\r\n")
        wait_until(lambda: service.is_settled(warm), "warmed up", 120)
        for path in leaving:
            raw = raw_seconds([path], 1)
            envelope = send(service.house.settings.smtp.port, as_mail(path))
            began = time.perf_counter()
            wait_until(lambda envelope=envelope: service.has_receipts(envelope), "delivered", 60)  # type: ignore[misc]
            seconds.append(time.perf_counter() - began)
            ratios.append(seconds[-1] / raw)
    print(
        f"\n250 to receipt, {len(leaving)} faxes: median {statistics.median(seconds):.2f} s, "
        f"{statistics.median(ratios):.2f} times the raw read"
    )


def test_accepted_mails_a_second(faxes: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 200
    mail = as_mail(faxes[0])
    with running_service(tmp_path, monkeypatch) as service:
        port = service.house.settings.smtp.port
        began = time.perf_counter()
        with ThreadPoolExecutor(4) as pool:
            envelopes = set(pool.map(lambda number: send(port, mail + f"\r\n{number}\r\n".encode()), range(count)))
        seconds = time.perf_counter() - began
    assert len(envelopes) == count
    print(f"\n{count} mails of {len(mail) // 1024} KiB: {count / seconds:.0f} accepted a second, each with fsync, beside a busy worker")


def test_cpu_seconds_and_memory_a_page(faxes: list[Path]) -> None:
    code = (
        "import sys; from pathlib import Path; from bridge.commands.reading import read_one\nfor name in sys.argv[1:]: read_one(Path(name))"
    )

    def spent(paths: Sequence[Path]) -> tuple[float, float]:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-c", code, *map(str, paths)], check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, after.ru_maxrss / 1024

    one, _ = spent(faxes[:1])
    all_of_them, peak = spent(faxes[:9])
    print(f"\n{(all_of_them - one) / 8:.2f} CPU seconds a page, decoder and Tesseract included; largest process {peak:.0f} MiB")
