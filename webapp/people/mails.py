"""The mail with a sign-in code. A job writes it: the request does the same work for an unknown address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from babel.support import NullTranslations
from sqlalchemy.orm import Session

from engine.engine import Engine
from engine.models import Job
from engine.registry import Connector, ConnectorWork, Registry
from engine.transaction import afterwards, transaction
from webapp.accounts import codes
from webapp.accounts.models import SignInCode
from webapp.settings import Settings
from workflows.association import mails, people
from workflows.association.people import Person

TYPE = "sign_in.mail"


def _(text: str) -> str:
    """Marks a text for the catalogues; it is put into words when the reader's language is known."""
    return text


SUBJECT = _(
    "Your code to sign in"
)  # without it: staff read subjects on the page of a person, and might come in with it
CODE = _(
    "Hello %(name)s,\n\nYour code to sign in to %(association)s is:\n\n%(code)s\n\n"
    "It is good for ten minutes. If you did not ask for it, do nothing: nobody can come in without it."
)
PASSWORD_SUBJECT = _("Sign in with your password")
PASSWORD = _(
    "Hello %(name)s,\n\nSomebody asked for a sign-in code for %(association)s with your address. Your account works "
    "with a password instead:\n\n%(address)s\n\nIf it was not you, you need not do anything."
)


def ask_for_mail(session: Session, engine: Engine, code_id: UUID) -> None:
    """Promises the mail of this code, in the transaction that made it."""
    job = Job(
        id=uuid4(),
        kind="connector",
        type=TYPE,
        process_id="",
        payload={"variables": {"code_id": str(code_id)}},
        due_at=engine.clock.now(),
        priority=90,
        retries=5,
    )
    session.add(job)
    afterwards(session).due.append(job.id)


@dataclass(frozen=True, slots=True)
class CodeMail:
    """The connector: writes the mail for a code, or nothing where the address belongs to nobody."""

    settings: Settings
    languages: Mapping[str, NullTranslations]

    def __call__(self, work: ConnectorWork) -> None:
        code_id = UUID(str(work.variables["code_id"]))
        with transaction(work.engine) as session:
            code = session.get(SignInCode, code_id)
            if code is None or code.person_id is None or code.expires_at <= work.now:
                return
            person = people.get(session, code.person_id)
            if person is not None:
                self._post(session, work, code, person)

    def _post(self, session: Session, work: ConnectorWork, code: SignInCode, person: Person) -> None:
        words = self.languages.get(person.lang, NullTranslations())
        by_password = codes.uses_password(session, person.id)
        subject, text = (PASSWORD_SUBJECT, PASSWORD) if by_password else (SUBJECT, CODE)
        values = {
            "name": person.display_name,
            "association": self.settings.association,
            "address": f"{self.settings.public_url}/sign-in/password",
            "code": "" if by_password else codes.digits(self.settings.secret_key, code.id),
        }
        mails.post(
            session,
            work.engine,
            to=person.id,
            subject=words.gettext(subject) % values,
            text=words.gettext(text) % values,
            key=f"{TYPE}:{code.id}",
            answering=True,
        )


def registry(settings: Settings, languages: Mapping[str, NullTranslations]) -> Registry:
    """The job type of these mails."""
    return Registry.collect(
        [Connector(TYPE, CodeMail(settings, languages), retries=5, policy="idempotent", answers=True)]
    )
