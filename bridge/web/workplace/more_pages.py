"""The pages beside the inbox and reviewing: a fax's story, what was learnt, settings, people, account, log, the way on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fastapi import FastAPI

from bridge.domain.forms import Catalog
from bridge.domain.people import Permission
from bridge.ports import Clock, Store
from bridge.services.desk import Desk
from bridge.services.paper_way import PaperWay
from bridge.services.people import Staff
from bridge.services.review import Review
from bridge.services.taught import Taught
from bridge.services.withdraw import Withdraw
from bridge.web.fax_files import FaxFiles
from bridge.web.threads import Threads
from bridge.web.workplace.account import Account
from bridge.web.workplace.learned import Learned
from bridge.web.workplace.log_page import LogPage
from bridge.web.workplace.pages import Pages
from bridge.web.workplace.paper import PaperPages
from bridge.web.workplace.people_pages import PeoplePages
from bridge.web.workplace.settings_page import SettingsPage
from bridge.web.workplace.story import FaxStory
from bridge.web.workplace.visitors import Door, Endpoint


@dataclass(frozen=True, slots=True)
class MorePages:
    """What these pages need, built by `bootstrap`: `mailboxes` with their addresses, `link_of` makes an address of a link's secret."""

    store: Store
    clock: Clock
    desk: Desk
    review: Review
    withdraw: Withdraw
    taught: Taught
    staff: Staff
    paper_way: PaperWay
    catalog: Catalog
    mailboxes: Mapping[str, Sequence[str]]
    silent_rate: float
    link_of: Callable[[str], str]


def add_pages(app: FastAPI, more: MorePages, files: FaxFiles, door: Door, pages: Pages, threads: Threads) -> None:
    """Add the routes of these pages."""
    types = more.catalog.types
    _add_story(app, FaxStory(more.store, files, more.desk, more.review, more.withdraw, types, more.clock, pages, threads), door)
    _add_learned(app, Learned(more.store, more.taught, more.desk, types, more.clock, pages, threads), door)
    settings = SettingsPage(more.store, more.catalog, more.mailboxes, more.silent_rate, more.clock, pages, threads)
    _add(app, "/einstellungen", door.open(settings.show, Permission.SEE_SETTINGS))
    _add_people(app, PeoplePages(more.store, more.staff, tuple(more.mailboxes), more.link_of, pages, threads), door)
    _add_account(app, Account(more.staff, pages, threads), door)
    _add(app, "/protokoll", door.open(LogPage(more.store, types, pages, threads).show, Permission.SEE_LOG))
    paper = PaperPages(more.paper_way, pages, threads)
    _add(app, "/eingang/papier", door.open(paper.show, Permission.SEE_FAXES))
    _add(app, "/eingang/papier.pdf", door.open(paper.pile, Permission.SEE_FAXES))


def _add(app: FastAPI, path: str, endpoint: Endpoint, method: str = "GET") -> None:
    app.add_route(path, endpoint, methods=[method], include_in_schema=False)


def _add_story(app: FastAPI, story: FaxStory, door: Door) -> None:
    one, see, review = "/faxe/{fax_id:uuid}", Permission.SEE_FAXES, Permission.REVIEW
    document = f"{one}/dokumente/{{document_id:uuid}}"
    _add(app, one, door.open(story.show, see))
    _add(app, f"{one}/original", door.open(story.original, see))
    _add(app, f"{one}/durchsuchbar.pdf", door.open(story.searchable, see))
    _add(app, f"{one}/datensaetze.json", door.open(story.records, see))
    _add(app, f"{one}/neu-lesen", door.open(story.read_again, review), "POST")
    _add(app, f"{one}/abschliessen", door.open(story.close, review), "POST")
    _add(app, f"{one}/seiten/{{number:int}}/abschliessen", door.open(story.close_page, review), "POST")
    _add(app, f"{document}/zurueckholen", door.open(story.bring_back, review), "POST")
    _add(app, f"{document}/widerrufen", door.open(story.withdraw, review), "POST")


def _add_learned(app: FastAPI, learned: Learned, door: Door) -> None:
    _add(app, "/gelernt", door.open(learned.show, Permission.SEE_FAXES))
    _add(app, "/gelernt/namen", door.open(learned.decide, Permission.TEACH), "POST")
    _add(app, "/gelernt/{document_id:uuid}/zurueckholen", door.open(learned.bring_back, Permission.REVIEW), "POST")


def _add_people(app: FastAPI, people: PeoplePages, door: Door) -> None:
    every, one, manage = "/einstellungen/personen", "/einstellungen/personen/{person_id:uuid}", Permission.MANAGE_PEOPLE
    _add(app, every, door.open(people.show, manage))
    _add(app, every, door.open(people.invite, manage), "POST")
    _add(app, one, door.open(people.change, manage), "POST")
    _add(app, f"{one}/link", door.open(people.renew_link, manage), "POST")


def _add_account(app: FastAPI, account: Account, door: Door) -> None:
    _add(app, "/konto", door.open(account.show))
    _add(app, "/konto/sprache", door.open(account.change_language), "POST")
    _add(app, "/konto/tasten", door.open(account.change_keys), "POST")
    _add(app, "/konto/kennwort", door.open(account.change_password), "POST")
