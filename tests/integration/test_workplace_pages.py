"""The workplace's further pages over real HTTP: a fax's story and files, what was learnt, settings, people, account, log, paper."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from io import BytesIO
from pathlib import Path

import httpx
import pytest
import uvicorn
from pikepdf import Pdf
from PIL import Image

from bridge.bootstrap import House
from bridge.commands.running import served
from bridge.domain.desk import ProposalState
from bridge.domain.ids import new_id
from bridge.domain.lifecycle import DocumentState, FaxState, PageState
from bridge.domain.model import BlobRef, Document, Envelope, Fax, Page
from bridge.domain.people import Person, Role
from bridge.settings import load_settings
from bridge.web.app import create_app
from tests.conftest import wait_until
from tests.deliveries import name_field

PASSWORD = "vier-grüne-Elefanten-tanzen"


class Quiet:
    """A bell that nobody hears."""

    def ring(self, work: object) -> None: ...

    def unheard(self, stage: object) -> int:
        return 0


@dataclass
class Office:
    """A house with a running server."""

    house: House
    url: str

    def person(self, *roles: Role, mailboxes: tuple[str, ...] = ("infektionsschutz",), login: str = "") -> Person:
        login = login or f"{roles[0].value}-{new_id()[-6:]}"
        person, secret = self.house.staff.invite(None, login, f"Frau {login.title()}", roles, mailboxes)
        self.house.staff.accept_invitation(secret, PASSWORD)
        return person

    def visit(self, person: Person, password: str = PASSWORD) -> Browser:
        browser = Browser(httpx.Client(base_url=f"{self.url}/app", follow_redirects=True))
        form = browser.get("/anmelden")
        answer = browser.client.post(
            "/anmelden", data={"csrf": csrf(form), "login": person.login, "password": password, "weiter": "/app/konto"}
        )
        assert answer.status_code == 200, answer.text
        return browser

    def fax(self, state: FaxState = FaxState.DECIDED, mailbox: str = "infektionsschutz") -> Fax:
        picture = self.house.blobs.put(png(), "image/png")
        now = self.house.clock.now()
        content = BlobRef(picture.sha256, picture.size, picture.media_type)
        envelope = Envelope(new_id(), "smtp", (mailbox,), now, content, None)
        fax = Fax(
            new_id(),
            envelope.id,
            mailbox,
            "smtp",
            1,
            state,
            now,
            original=content,
            page_count=1,
            reason="Unlesbar." if state is FaxState.UNREADABLE else None,
        )
        self.house.store.accept(envelope, [fax], [], timedelta(days=5))
        with self.house.store.begin() as tx:
            tx.add_page(Page(fax.id, 1, PageState.DECODED, picture, 204.0, 196.0))
        return fax

    def document(self, fax: Fax, state: DocumentState = DocumentState.WAITING, kind: str = "letter") -> Document:
        document = Document(
            new_id(), fax.id, 1, kind, 0.99, (1,), state, (name_field("Böhm & Söhne", "sender.name"),), reason="Bitte prüfen."
        )
        with self.house.store.begin() as tx:
            tx.add_document(document)
        return document

    def did(self, person: Person) -> list[str]:
        return [action.what for _, action in self.house.store.actions(person_id=person.id)]


@dataclass
class Browser:
    """A client with its cookies."""

    client: httpx.Client

    def get(self, path: str, status: int = 200) -> httpx.Response:
        answer = self.client.get(path)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[-1500:]}"
        return answer

    def text(self, path: str, status: int = 200) -> str:
        return words(self.get(path, status))

    def post(self, page: str, path: str, status: int = 200, /, **data: object) -> httpx.Response:
        answer = self.client.post(path, data={"csrf": csrf(self.get(page)), **data})
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[-1500:]}"
        return answer


def csrf(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def words(page: httpx.Response) -> str:
    """What a page says, without its marks."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", page.text)))


def png() -> bytes:
    file = BytesIO()
    Image.new("1", (1728, 2200), 1).save(file, "PNG")
    return file.getvalue()


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder: Path = tmp_path_factory.mktemp("office")
    house = House(load_settings({"BRIDGE_STORAGE__DATA_DIR": str(folder), "BRIDGE_MAILBOXES__HYGIENE": '["hygiene@bridge.localhost"]'}))
    house.__dict__["queue"] = Quiet()
    house.migrate()
    with ThreadPoolExecutor(4) as pool:
        server = uvicorn.Server(uvicorn.Config(create_app(served(house, pool)), host="127.0.0.1", port=0, log_config=None, lifespan="off"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        wait_until(lambda: server.started, "the server")
        yield Office(house, f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}")
        server.should_exit = True
        thread.join(30)
        house.accept.close()


@pytest.fixture(scope="module")
def clerk(office: Office) -> Person:
    return office.person(Role.CLERK)


@pytest.fixture(scope="module")
def desk(office: Office, clerk: Person) -> Browser:
    return office.visit(clerk)


# -- the story of a fax -----------------------------------------------------------------------------------------------


def test_a_fax_tells_its_story_with_documents_and_values(office: Office, clerk: Person, desk: Browser) -> None:
    fax = office.fax()
    document = office.document(fax)
    said = desk.text(f"/faxe/{fax.id}")
    assert "Das Fax kam als E-Mail an und liegt sicher auf der Platte." in said
    assert f"{office.house.catalog.types['letter'].title} wurde erkannt." in said
    assert "Böhm & Söhne" in said
    assert "wartet auf Prüfung" in said
    assert document.id not in said
    assert "fax seen" in office.did(clerk)


def test_its_files_can_be_taken_along_and_that_is_logged(office: Office, clerk: Person, desk: Browser) -> None:
    fax = office.fax()
    assert desk.get(f"/faxe/{fax.id}/original").content == png()
    paper = desk.get(f"/faxe/{fax.id}/durchsuchbar.pdf")
    with Pdf.open(BytesIO(paper.content)) as pdf:
        assert len(pdf.pages) == 1
    assert desk.get(f"/faxe/{fax.id}/datensaetze.json").json() == {"items": []}
    files = [action.detail["file"] for _, action in office.house.store.actions(fax_id=fax.id) if action.what == "fax file taken"]
    assert sorted(files) == ["original", "records", "searchable"]


def test_a_fax_of_another_mailbox_is_not_there(office: Office, desk: Browser) -> None:
    fax = office.fax(mailbox="hygiene")
    for path in ("", "/original", "/durchsuchbar.pdf", "/datensaetze.json"):
        assert "Nicht gefunden" in desk.text(f"/faxe/{fax.id}{path}", 404)
    own = office.fax()
    document = office.document(fax, DocumentState.FILED)
    desk.post(f"/faxe/{own.id}", f"/faxe/{own.id}/dokumente/{document.id}/widerrufen", 404, because="other")
    desk.post(f"/faxe/{own.id}", f"/faxe/{own.id}/dokumente/{document.id}/zurueckholen", 404)
    assert office.house.store.document(document.id).state is DocumentState.FILED


def test_a_fax_is_read_again_and_its_documents_are_replaced(office: Office, clerk: Person, desk: Browser) -> None:
    fax = office.fax()
    document = office.document(fax)
    said = words(desk.post(f"/faxe/{fax.id}", f"/faxe/{fax.id}/neu-lesen"))
    assert "Das Fax wird jetzt neu gelesen." in said
    assert "Das Fax wird noch einmal vom Original gelesen." in said
    assert office.house.store.document(document.id).state is DocumentState.REPLACED
    assert "fax read again" in office.did(clerk)


def test_a_failed_fax_is_closed_with_a_reason_and_not_without(office: Office, desk: Browser) -> None:
    fax = office.fax(FaxState.UNREADABLE)
    refused = desk.post(f"/faxe/{fax.id}", f"/faxe/{fax.id}/abschliessen", 409, reason=" ")
    assert "Die Begründung ist leer." in words(refused)
    said = words(desk.post(f"/faxe/{fax.id}", f"/faxe/{fax.id}/abschliessen", reason="angerufen"))
    assert "Das Fax wurde abgeschlossen." in said
    assert office.house.store.fax(fax.id).state is FaxState.CLOSED


def test_what_was_never_sent_cannot_be_withdrawn(office: Office, desk: Browser) -> None:
    fax = office.fax()
    document = office.document(fax)
    refused = desk.post(f"/faxe/{fax.id}", f"/faxe/{fax.id}/dokumente/{document.id}/widerrufen", 409, because="other")
    assert "nicht gesendet" in words(refused)


def test_an_auditor_reads_the_story_and_changes_nothing(office: Office) -> None:
    fax = office.fax(FaxState.UNREADABLE)
    auditor = office.visit(office.person(Role.AUDITOR, mailboxes=("*",)))
    assert "Was Sie tun können" not in auditor.text(f"/faxe/{fax.id}")
    auditor.post("/konto", f"/faxe/{fax.id}/abschliessen", 403, reason="x")
    assert office.house.store.fax(fax.id).state is FaxState.UNREADABLE


def test_a_form_of_another_site_changes_nothing(office: Office, desk: Browser) -> None:
    fax = office.fax(FaxState.UNREADABLE)
    assert desk.client.post(f"/faxe/{fax.id}/abschliessen", data={"reason": "x"}).status_code == 403
    assert office.house.store.fax(fax.id).state is FaxState.UNREADABLE


# -- learnt -----------------------------------------------------------------------------------------------------------


def test_a_filed_advertisement_is_brought_back_in_one_step(office: Office, desk: Browser) -> None:
    document = office.document(office.fax(), DocumentState.FILED, "advertisement")
    hidden = office.document(office.fax(mailbox="hygiene"), DocumentState.FILED, "advertisement")
    page = desk.get("/gelernt")
    assert document.id in page.text
    assert hidden.id not in page.text
    said = words(desk.post("/gelernt", f"/gelernt/{document.id}/zurueckholen"))
    assert "Zurückgeholt." in said
    assert office.house.store.document(document.id).state is DocumentState.WAITING


def test_a_lead_decides_about_labels_and_a_clerk_does_not(office: Office, clerk: Person, desk: Browser) -> None:
    with office.house.store.begin() as tx:
        for sender in ("a", "b"):
            tx.propose_label("letter", "reference", "Unser Zeichen", sender, office.house.clock.now())
    label = {"type": "letter", "path": "reference", "label": "Unser Zeichen"}
    assert "Unser Zeichen" not in desk.text("/gelernt")
    desk.post("/konto", "/gelernt/namen", 403, decision="approve", **label)
    lead = office.person(Role.LEAD)
    browser = office.visit(lead)
    assert "„Unser Zeichen“ steht für „Zeichen“" in browser.text("/gelernt")
    browser.post("/gelernt", "/gelernt/namen", decision="approve", **label)
    assert [each.label for each in office.house.store.label_proposals(ProposalState.APPROVED)] == ["Unser Zeichen"]
    assert "label approved" in office.did(lead)


# -- settings and people ----------------------------------------------------------------------------------------------


def test_settings_are_sentences(office: Office) -> None:
    said = office.visit(office.person(Role.OPERATIONS)).text("/einstellungen")
    assert "Faxe an hygiene@bridge.localhost kommen in das Postfach „hygiene“." in said
    assert "Alles geht an default." in said
    assert "Rechner: 127.0.0.1." in said


def test_an_invited_person_gets_a_link_that_is_shown_once_and_opens_the_account(office: Office) -> None:
    browser = office.visit(office.person(Role.ADMINISTRATOR))
    page = browser.post(
        "/einstellungen/personen", "/einstellungen/personen", name="Eva Weber", login="E.Weber", role=["clerk"], mailbox=["hygiene"]
    )
    [link] = re.findall(r'class="link-once">([^<]+)<', page.text)
    assert "/app/einladung/" in link
    assert "link-once" not in browser.get("/einstellungen/personen").text
    office.house.staff.accept_invitation(link.rpartition("/")[2], PASSWORD)
    person = office.house.store.person_by_login("e.weber")
    assert person is not None
    assert (person.roles, person.mailboxes) == ((Role.CLERK,), ("hygiene",))
    office.visit(person)


def test_whoever_is_switched_off_is_out(office: Office) -> None:
    person = office.person(Role.CLERK)
    browser = office.visit(office.person(Role.ADMINISTRATOR))
    theirs = office.visit(person)
    browser.post("/einstellungen/personen", f"/einstellungen/personen/{person.id}", name=person.name, role=["clerk"], mailbox=["hygiene"])
    assert not office.house.store.person(person.id).is_active
    assert "Anmelden" in theirs.text("/eingang")


def test_only_who_manages_people_sees_them(desk: Browser) -> None:
    desk.get("/einstellungen/personen", 403)
    desk.get("/einstellungen", 403)
    desk.get("/protokoll", 403)


# -- account ----------------------------------------------------------------------------------------------------------


def test_a_person_speaks_english_from_now_on(office: Office) -> None:
    browser = office.visit(office.person(Role.CLERK))
    assert "Your account" in words(browser.post("/konto", "/konto/sprache", language="en"))


def test_keys_are_changed_and_brought_back(office: Office) -> None:
    person = office.person(Role.CLERK)
    browser = office.visit(person)
    chosen = {"choice": "ArrowDown", "absent": "F8", "unreadable": "F4", "undo": "F2", "page": "F9", "help": ""}
    browser.post("/konto", "/konto/tasten", **chosen)
    assert office.house.store.person(person.id).keys == {"absent": "F8", "undo": "F2", "help": ""}
    refused = browser.post("/konto", "/konto/tasten", 422, **{**chosen, "undo": "F8"})
    assert "zweimal vergeben" in words(refused)
    browser.post("/konto", "/konto/tasten", reset="1")
    assert office.house.store.person(person.id).keys == {}


def test_a_new_password_ends_what_was_signed_in(office: Office) -> None:
    person, fresh = office.person(Role.CLERK), "sieben-rote-Wolken-singen"
    browser = office.visit(person)
    wrong = browser.post("/konto", "/konto/kennwort", 422, old="falsch", password=fresh, again=fresh)
    assert "Das bisherige Kennwort stimmt nicht." in words(wrong)
    browser.post("/konto", "/konto/kennwort", old=PASSWORD, password=fresh, again=fresh)
    assert "Anmelden" in browser.text("/konto")
    office.visit(person, fresh)


# -- log and paper ----------------------------------------------------------------------------------------------------


def test_the_log_tells_who_looked_at_a_fax(office: Office, clerk: Person, desk: Browser) -> None:
    fax = office.fax()
    desk.get(f"/faxe/{fax.id}")
    auditor = office.visit(office.person(Role.AUDITOR, mailboxes=("*",)))
    said = auditor.text(f"/protokoll?fax={fax.id}")
    assert f"{clerk.name} hat das Fax angesehen" in said
    assert "hat sich angemeldet" in auditor.text(f"/protokoll?person={clerk.id}")
    assert "Das ist keine Nummer eines Faxes." in auditor.text("/protokoll?fax=x")


def test_a_long_log_has_pages(office: Office, clerk: Person, desk: Browser) -> None:
    fax = office.fax()
    for _ in range(103):
        desk.client.get(f"/faxe/{fax.id}/datensaetze.json")
    auditor = office.visit(office.person(Role.AUDITOR, mailboxes=("*",)))
    first = auditor.get(f"/protokoll?fax={fax.id}")
    [older] = re.findall(r'href="/app(/protokoll\?[^"]*vor=[^"]*)"', first.text)
    assert (first.text.count("<time "), auditor.get(unescape(older)).text.count("<time ")) == (100, 3)


def test_everything_that_waits_is_one_file_and_each_look_is_logged(office: Office) -> None:
    person = office.person(Role.CLERK, mailboxes=("hygiene",))
    browser = office.visit(person)
    fax = office.fax(FaxState.DECODED, "hygiene")
    assert "davon noch nicht gelesen" in browser.text("/eingang/papier")
    answer = browser.get("/eingang/papier.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    with Pdf.open(BytesIO(answer.content)) as pdf:
        assert len(pdf.pages) >= 2
    assert "fax printed" in [action.what for _, action in office.house.store.actions(fax_id=fax.id)]
    wait_until(lambda: not list(office.house.work_folder.glob("bridge-pile-*")), "removing the file")


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_page_speaks_both_languages(office: Office, language: str) -> None:
    person = office.person(Role.LEAD, Role.ADMINISTRATOR, Role.AUDITOR, mailboxes=("*",))
    browser = office.visit(person)
    browser.post("/konto", "/konto/sprache", language=language)
    fax = office.fax()
    office.document(fax)
    for path in (f"/faxe/{fax.id}", "/gelernt", "/einstellungen", "/einstellungen/personen", "/konto", "/protokoll", "/eingang/papier"):
        page = browser.get(path).text
        assert f'<html lang="{language}"' in page
        assert "{" not in words(browser.get(path)).replace("{}", "")
