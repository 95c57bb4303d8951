"""What an attacker sends to the pages (corpora C, D and E), and the people he is or takes himself for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from engine.engine import Engine
from engine.models import ProcessInstance, UserTask
from engine.transaction import reading, transaction
from tests.fixtures.cases import start_review
from tests.fixtures.pages import LookedAtPages
from tests.fixtures.staff import add_person
from webapp.accounts import sessions
from webapp.auth import TOKEN
from webapp.files import store
from webapp.links import tokens
from webapp.settings import Settings

# Texts that are code to somebody: to a browser, a template, Markdown, a spreadsheet, a mail, a log.
LIVE_TEXTS: Final = {
    "an image that fails": '"><img src=x onerror=alert(1)>',
    "a script": "</title></textarea></script><script>alert(1)</script>",
    "an attribute": "' onmouseover=alert(1) autofocus onfocus=alert(2) x='",
    "a drawing": "<svg/onload=alert(1)>",
    "a template": "{{7*7}}${7*7}#{7*7}<%= 7*7 %>",
    "a template's class": "{{''|attr('__class__')}}{% for a in config %}{{a}}{% endfor %}",
    "a Markdown link": "[x](javascript:alert(1)) ![x](//evil.example/x.png)",
    "an entity": "jAvAsCrIpT&colon;alert(1) &lt;b&gt; &amp;",
    "data": "data:text/html,<script>alert(1)</script>",
    "another site": "//evil.example/x",
    "a formula": "=HYPERLINK(\"http://evil.example\";\"x\")",
    "an encoded word": "=?utf-8?q?a=0D=0ABcc:_evil@evil.example?=",
    "a header": "a\r\nBcc: evil@evil.example",
    "a format": "%s%n%(name)s{0.__class__}{error.params}",
    "markup of a terminal": "[/bold][red]x[/]\x1b[31m",
    "SQL": "'; DROP TABLE person; -- %_\\",
    "Arabic": "محمد بن عبد الله",
    "Chinese": "司马 迁",
    "a reversed order": "\u202egnp.exe\u2066",
    "marks on marks": "Z" + "\u0335\u0321" * 60,
    "blanks": "\u00a0\u200b\u3000\ufeff",
    "100,000 characters": "a" * 100_000,
    "100,000 wide characters": "漢" * 100_000,
}  # fmt: skip
OTHER_SITES: Final = (
    "//evil.example", "/\\evil.example", "/%2f%2fevil.example", "/%5cevil.example", "https://evil.example",
    "///evil.example", "\\\\evil.example", "/\t/evil.example", "/\r\nLocation:%20//evil.example", "javascript:alert(1)",
    "http:evil.example", "/%252f%252fevil.example", "", "/" + "é" * 3000,
)  # fmt: skip
# Addresses of pages and moments that overflow, places in a list that no page of ours wrote.
PLACES: Final = (
    "0001-01-01T00:00:00+14:00~0001-01-01T00:00:00+14:00~00000000-0000-4000-8000-000000000000",
    "9999-12-31T23:59:59-14:00~00000000-0000-4000-8000-000000000000",
    "9999-12-31T23:59:59-14:00~9999-12-31T23:59:59-14:00~00000000-0000-4000-8000-000000000000",
    "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-14:00",
    "2026-01-01~2026-01-01~x", "(select 1)", "~~~", "' or '1'='1", "9" * 5_000, "null", "\ud83d", "-1",
)  # fmt: skip
A_MONTH: Final = timedelta(days=30)  # how long a link lives
NOWHERE: Final = UUID("00000000-0000-4000-8000-000000000000")


@dataclass(frozen=True, slots=True)
class Place:
    """A case under way, with a task, a document and a link of its applicant."""

    instance_id: UUID
    definition_id: UUID
    task_id: UUID
    file_id: UUID
    token: str
    applicant: str


def place(engine: Engine, settings: Settings) -> Place:
    """A case of the small process, at the desk of the membership office."""
    applicant = f"link:{uuid4()}"
    instance_id = start_review(engine, applicant=applicant)
    with transaction(engine) as session:
        task = session.scalars(select(UserTask).where(UserTask.instance_id == instance_id)).one()
        case = session.get_one(ProcessInstance, instance_id)
        document = store.StoredFile(
            id=uuid4(), instance_id=instance_id, field="document", name="acte.pdf", media_type="application/pdf",
            size=5, sha256="", uploaded_by=applicant, uploaded_at=engine.clock.now(),
        )  # fmt: skip
        session.add(document)
        assert settings.files_directory is not None
        path = store.path_of(settings.files_directory, document.id)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"%PDF-")
        token = tokens.issue(session, engine.clock.now(), instance_id, applicant, A_MONTH)
        return Place(instance_id, case.definition_id, task.id, document.id, token, applicant)


def browser(app: Flask) -> LookedAtPages:
    """A fresh browser."""
    made = app.test_client()
    assert isinstance(made, LookedAtPages)
    return made


def at_desk(app: Flask, engine: Engine, first: str, *roles: str) -> LookedAtPages:
    """The browser of a person with these roles, signed in (how one signs in is tested elsewhere: it is slow)."""
    return signed_in(app, engine, add_person(engine, first, "Test", *roles).id)


def signed_in(app: Flask, engine: Engine, person_id: UUID) -> LookedAtPages:
    """A browser in which this person has just signed in."""
    with transaction(engine) as session:
        token = sessions.open_session(
            session, person_id, "password", engine.clock.now(), lasts=timedelta(hours=8), remembered=False, agent=""
        )
    made = browser(app)
    with made.session_transaction() as cookie:
        cookie[TOKEN] = token
    return made


def tasks_of(engine: Engine, instance_id: UUID) -> list[UserTask]:
    """The tasks of a case that are open."""
    with reading(engine) as session:
        query = select(UserTask).where(UserTask.instance_id == instance_id, UserTask.state == "created")
        return list(session.scalars(query))
