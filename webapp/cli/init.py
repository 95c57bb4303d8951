"""`amicale init`: an installation for production, from a few answers."""

from __future__ import annotations

import getpass
import secrets
import sys
from pathlib import Path
from uuid import uuid4

import click
from rich.console import Console
from sqlalchemy.orm import Session

from engine.assignment import ADMIN
from engine.engine import Engine
from engine.transaction import transaction
from webapp import database, installing, mail_checks
from webapp.accounts import passwords
from webapp.assembly import open_engine
from webapp.cli.run import today
from webapp.cli.terminal import console
from webapp.settings import Settings
from workflows.association import contacts, parameters, people, roles
from workflows.association.people import Person

COLOURS = {"ok": "green", "wrong": "red", "not checked": "yellow"}


@click.command()
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), default=Path("amicale"), show_default=True,
              help="Where settings, data and units are written.")  # fmt: skip
@click.option("--url", prompt="Public address (https://…)", help="The address that people use.")
@click.option("--association", prompt="Name of the association", help="As in the header and in mails.")
@click.option("--database-url", default="", help="postgresql://…; empty: SQLite in the folder.")
@click.option("--smtp-host", prompt="Mail server", help="The server that takes mails.")
@click.option("--smtp-port", type=int, default=587, show_default=True, help="Its port.")
@click.option("--smtp-security", type=click.Choice(["starttls", "tls", "none"]), default="starttls", show_default=True,
              help="How the connection is secured.")  # fmt: skip
@click.option("--smtp-user", default="", help="The name it asks for; its password is asked for then.")
@click.option("--mail-from", prompt="Address that mails are sent from", help="Of a domain that you may send for.")
@click.option("--dkim-selector", default="", help="The selector under which the mail server signs.")
@click.option("--admin", prompt="Administrator (First Last)", help="Who opens the doors: first names and name.")
@click.option("--admin-email", prompt="E-mail of the administrator", help="With which the administrator signs in.")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the passwords from the standard input, a line each.")
def init(folder: Path, url: str, association: str, database_url: str, smtp_host: str, smtp_port: int,
         smtp_security: str, smtp_user: str, mail_from: str, dkim_selector: str, admin: str, admin_email: str,
         from_stdin: bool) -> None:  # fmt: skip
    """Set up for production: settings, database, first administrator, units of systemd, and a look at mail and DNS.

    Nothing that is there is written over. TLS ends in a reverse proxy on this machine, which passes the public Host and
    X-Forwarded-For, -Proto and -Host. What cannot be checked from here is said to be “not checked”.
    """
    out, folder = console(), folder.absolute()
    smtp_password = ask("Password of the mail server", from_stdin) if smtp_user else ""
    said = {
        "production": "yes", "public_url": url, "association": association, "var_directory": str(folder / "var"),
        "secret_key": secrets.token_urlsafe(48), "metrics_token": secrets.token_urlsafe(32), "trusted_proxies": "1",
        "database_url": database_url, "smtp_host": smtp_host, "smtp_port": str(smtp_port),
        "smtp_security": smtp_security, "smtp_user": smtp_user, "smtp_password": smtp_password, "mail_from": mail_from,
    }  # fmt: skip
    said = {name: value for name, value in said.items() if value}
    settings = Settings.from_environment({f"AMICALE_{name.upper()}": value for name, value in said.items()})
    password = ask("Password of the administrator", from_stdin)
    settings.var_directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    (settings.var_directory / "backups").mkdir(exist_ok=True, mode=0o700)
    file = folder / "amicale.env"
    if file.exists():
        raise installing.SettingsThere(file=file)
    with open_engine(settings) as engine:
        database.upgrade(engine.database)
        with transaction(engine) as session:
            parameters.deliver(session, on=today(engine, settings), now=engine.clock.now())
            appoint(session, engine, settings, admin, admin_email, password)
    installing.write_new(file, installing.settings_text(said), mode=0o600)
    write_units(folder, file, settings.var_directory)
    out.print(f"Written: {file} (secrets), {folder / 'systemd'}, database at schema {database.newest()}", markup=False)
    look_around(out, settings, dkim_selector)
    out.print(f"Next: put the units into /etc/systemd/system, start amicale-web, open {url} and sign in.", markup=False)


def ask(what: str, from_stdin: bool) -> str:
    """A secret, typed twice and not shown, or a line of the standard input."""
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    typed: str = click.prompt(what, hide_input=True, confirmation_prompt=True)
    return typed


def appoint(session: Session, engine: Engine, settings: Settings, name: str, address: str, password: str) -> None:
    """The person with this address, made if nobody has it, administers from today. Raises what refuses a password."""
    found = people.by_email(session, address)
    first, _, last = name.strip().rpartition(" ")
    person = found[0] if found else Person(id=uuid4(), first_names=first or last, birth_name=last)
    if not found:
        person.refresh_search_name()
        session.add(person)
        session.flush()
        person.emails.append(contacts.email_row(person.id, address))
        session.flush()
    if ADMIN not in roles.of(session, person.id, today(engine, settings)):
        roles.grant(session, person.id, ADMIN, from_date=today(engine, settings))
    passwords.set_password(session, person, password, engine.clock.now())


def write_units(folder: Path, file: Path, var: Path) -> None:
    """The units in a folder of their own: putting them in place needs rights that this command should not have."""
    target = folder / "systemd"
    target.mkdir(exist_ok=True)
    program = Path(sys.executable).with_name("amicale")
    for name, text in installing.units(program, file, var, getpass.getuser(), worker=False).items():
        installing.write_new(target / name, text)


def look_around(out: Console, settings: Settings, selector: str) -> None:
    """Says what the mail server and the DNS answer."""
    server = mail_checks.check_server(
        settings.smtp_host, settings.smtp_port, settings.smtp_security, settings.smtp_user, settings.smtp_password
    )
    domain = settings.mail_from.rpartition("@")[2]
    for check in (server, *mail_checks.check_dns(domain, selector)):
        out.print(f"{check.what}: {check.state} ({check.said})", style=COLOURS[check.state], markup=False)
