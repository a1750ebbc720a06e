"""people: accounts for the workplace, the links that open them, and the log of what people did."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Annotated, Final

import typer

from bridge.bootstrap import house
from bridge.commands.console import local, print_rows
from bridge.domain.errors import RefusedError
from bridge.domain.model import JsonValue
from bridge.domain.people import Action, Person, Role
from bridge.services.sign_in import folded_login
from bridge.services.story import phrase_key
from bridge.web.workplace.texts import texts

people = typer.Typer(no_args_is_help=True, help="Wer mit der Brücke arbeitet: Konten, Einladungen und das Protokoll.")

Login = Annotated[str, typer.Argument(metavar="ANMELDENAME")]

ROLES: Final[Mapping[Role, str]] = {
    Role.CLERK: "Sachbearbeitung",
    Role.LEAD: "Leitung",
    Role.OPERATIONS: "Betrieb",
    Role.ADMINISTRATOR: "Verwaltung",
    Role.AUDITOR: "Revision",
}


@people.command("list")
def list_people() -> None:
    """Zeigt alle Konten, ihre Rollen und Postfächer."""
    listed = house().store.people()
    if not listed:
        sys.stdout.write("Es gibt noch kein Konto. „bridge people invite“ legt eines an.\n")
        return
    rows = [(p.login, p.name, ", ".join(ROLES[role] for role in p.roles), ", ".join(p.mailboxes) or "–", _standing(p)) for p in listed]
    print_rows(("Anmeldename", "Name", "Rollen", "Postfächer", "Stand"), rows)


def _standing(person: Person) -> str:
    if not person.is_active:
        return "abgeschaltet"
    return "eingeladen" if person.password_hash is None else "aktiv"


@people.command()
def invite(
    login: Login,
    name: Annotated[str, typer.Argument(metavar="NAME", help="Wie die Person heißt.")],
    role: Annotated[list[Role], typer.Option("--role", help="Mehrmals möglich.")],
    mailbox: Annotated[list[str] | None, typer.Option("--mailbox", metavar="POSTFACH", help="Mehrmals möglich; * sind alle.")] = None,
) -> None:
    """Legt ein Konto an und zeigt einmal den Link, mit dem sich die Person ein Kennwort gibt."""
    person, secret = house().staff.invite(None, login, name, role, mailbox or ())
    _show_link(person, secret)


@people.command()
def link(login: Login) -> None:
    """Zeigt einen neuen Link für jemanden, der das Kennwort nicht mehr weiß; frühere gelten nicht mehr."""
    person = _person(login)
    _show_link(person, house().staff.renew_link(None, person.id))


def _show_link(person: Person, secret: str) -> None:
    """Print the link whole, on a line of its own: nothing may break it, and it is shown nowhere again."""
    sys.stdout.write(f"Link für {person.login}, einmal gültig, 24 Stunden; bitte nur der Person selbst geben:\n")
    sys.stdout.write(f"{house().invitation_link(secret)}\n")


@people.command()
def disable(login: Login) -> None:
    """Schaltet ein Konto ab und meldet die Person überall ab; was sie getan hat, bleibt im Protokoll."""
    person = house().staff.switch(None, _person(login).id, is_active=False)
    sys.stdout.write(f"Das Konto {person.login} ist abgeschaltet.\n")


@people.command()
def enable(login: Login) -> None:
    """Schaltet ein Konto wieder ein."""
    person = house().staff.switch(None, _person(login).id, is_active=True)
    sys.stdout.write(f"Das Konto {person.login} ist eingeschaltet.\n")


@people.command()
def log(
    login: Annotated[str | None, typer.Option("--of", metavar="ANMELDENAME", help="Nur was diese Person getan hat.")] = None,
    fax_id: Annotated[str | None, typer.Option("--fax", metavar="FAX", help="Nur was dieses Fax betrifft.")] = None,
    before: Annotated[int | None, typer.Option("--before", metavar="NUMMER", help="Nur was vor dieser Nummer steht, zum Blättern.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="So viele Zeilen.")] = 100,
) -> None:
    """Zeigt das Protokoll, das Neueste zuerst; keine Zeile lässt sich ändern oder löschen."""
    store = house().store
    person_id = _person(login).id if login is not None else None
    lines = store.actions(fax_id=fax_id, person_id=person_id, before=before, limit=limit)
    if not lines:
        sys.stdout.write("Im Protokoll steht dazu nichts.\n")
        return
    logins = {person.id: person.login for person in store.people()}
    print_rows(("Nr.", "Wann", "Wer", "Was", "Fax", "Näheres"), [_row(number, action, logins) for number, action in lines])


def _row(number: int, action: Action, logins: Mapping[str, str]) -> tuple[str, ...]:
    who = "–" if action.person_id is None else logins.get(action.person_id, action.person_id)
    return str(number), local(action.at), who, told(action.what), action.fax_id or "–", _detail(action, logins)


def _detail(action: Action, logins: Mapping[str, str]) -> str:
    """Return what the line adds; whom it is about by login."""
    whom = action.detail.get("person")
    rest = {key: value for key, value in action.detail.items() if key != "person"}
    parts = [logins.get(whom, whom)] if isinstance(whom, str) else []
    parts += [f"{_DETAILS.get(key, key)}: {_plain(value)}" for key, value in rest.items()]
    return "; ".join(parts)


def _plain(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "ja" if value else "nein"
    return ", ".join(map(_plain, value)) if isinstance(value, list) else value if isinstance(value, str) else json.dumps(value)


def told(what: str) -> str:
    """Return the German words for what was done; what has none yet stands as it is."""
    return texts("de").get(f"log.what.{phrase_key(what)}", what)


def _person(login: str) -> Person:
    person = house().store.person_by_login(folded_login(login))
    if person is None:
        raise RefusedError("no such login", "Diesen Anmeldenamen gibt es nicht. „bridge people list“ zeigt alle Konten.")
    return person


_DETAILS: Final[Mapping[str, str]] = {
    "roles": "Rollen",
    "mailboxes": "Postfächer",
    "is_active": "eingeschaltet",
    "login": "Prüfsumme des Namens",
    "version": "Fassung",
    "changed": "geändert",
}
