"""A whole office for a browser: the service's own pages over a database of the test's own, people, and faxes that wait."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bridge.bootstrap import House
from bridge.commands.running import served
from bridge.domain.people import Person, Role
from bridge.domain.practice import Lesson
from bridge.practice_files import load_lessons
from bridge.services.practice import SilentQueue, lay_out
from bridge.settings import load_settings
from bridge.web.app import create_app
from bridge.web.connections import bounded
from tests.conftest import REPOSITORY, wait_until

PASSWORD = "korrekt pferd batterie"
MAILBOX = "infektionsschutz"
LESSONS: Mapping[str, Lesson] = {lesson.name: lesson for lesson in load_lessons(REPOSITORY / "config")}


@dataclass
class Office:
    """A running service; `url` is where its pages are."""

    house: House
    url: str

    def hire(self, login: str, name: str, *roles: Role, mailboxes: tuple[str, ...] = ("*",)) -> Person:
        """Add somebody who has chosen the password."""
        person, secret = self.house.staff.invite(None, login, name, roles or (Role.CLERK,), mailboxes)
        return self.house.staff.accept_invitation(secret, PASSWORD) if secret else person

    def receive(self, lesson: Lesson, hours_ago: float = 1.0) -> str:
        """Let a fax wait; return its document's id."""
        came = datetime.now(UTC) - timedelta(hours=hours_ago)
        return lay_out(self.house.store, self.house.blobs, lesson, came, MAILBOX)

    def released(self, document_id: str) -> dict[str, Any]:
        """Return the newest record of a document."""
        return dict(self.house.store.records(document_id)[-1].body)

    def is_released(self, document_id: str) -> bool:
        return bool(self.house.store.records(document_id))


def clear(name: str = "4-ausdruck") -> Lesson:
    """Return a lesson of which everything is sure."""
    lesson = LESSONS[name]
    fields = tuple(replace(field, is_sure=True) for field in lesson.document.fields)
    return replace(lesson, document=replace(lesson.document, fields=fields, issues=()))


def doubtful(*paths: str, name: str = "4-ausdruck") -> Lesson:
    """Return a lesson of which just these fields are doubtful."""
    lesson = clear(name)
    fields = tuple(replace(field, is_sure=field.path not in paths) for field in lesson.document.fields)
    return replace(lesson, document=replace(lesson.document, fields=fields))


@cache
def _model() -> House:
    """Return a house whose configuration and empty database all others begin with: reading and migrating them takes a second."""
    house = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": mkdtemp(prefix="office-")}))
    house.migrate()
    return house


@contextmanager
def open_office(folder: Path, settings: Mapping[str, str] | None = None) -> Iterator[Office]:
    """Run the pages over `folder`; `settings` are BRIDGE_… variables."""
    house = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(folder), **(settings or {})}))
    house.__dict__ |= {"queue": SilentQueue(), "catalog": _model().catalog, "schemas": _model().schemas}  # no worker listens here
    shutil.copyfile(_model().folder / "bridge.sqlite3", house.folder / "bridge.sqlite3")
    with ThreadPoolExecutor(8) as pool:
        config = uvicorn.Config(create_app(served(house, pool)), "127.0.0.1", 0, http=bounded(100), log_config=None, lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        wait_until(lambda: server.started, "the server")
        try:
            yield Office(house, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/app")
        finally:
            server.should_exit = True
            server.force_exit = True
            thread.join(30)


def visit(browser: Browser, office: Office, login: str | None = None, **options: Any) -> Page:
    """Return a page of a browser of her own, signed in as `login`; what goes wrong in it fails the test that looks (see `Watched`)."""
    context: BrowserContext = browser.new_context(viewport={"width": 1280, "height": 800}, locale="de-DE", **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    if login is not None:
        page.goto(f"{office.url}/anmelden")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{office.url}/**")
        page.wait_for_selector(".top__person")
    return page


def is_framed(page: Page) -> bool:
    """Tell whether the picture frames a place."""
    return page.locator(".frame").count() == 1


def wait_for_frame(page: Page) -> None:
    """Poll until the picture frames a place and has come to rest there: it glides."""
    seen: list[object] = [None]

    def is_at_rest() -> bool:
        now = page.locator(".frame").bounding_box() if is_framed(page) else None
        seen.append(now)
        return now is not None and seen[-4:] == [now] * 4

    wait_until(is_at_rest, "the frame around the value")


def answer_all(typist: Typist, key: str) -> None:
    """Answer every question on the page with one key."""
    questions = typist.page.locator(".line.is-asked")
    for left in range(questions.count(), 0, -1):
        expect(questions).to_have_count(left)
        questions.first.locator("[name=text]").focus()
        typist.press(key)
    expect(questions).to_have_count(0)


class Typist:
    """Works by keyboard alone, and counts."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.keys = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
