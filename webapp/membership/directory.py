"""The members' directory: finding one another, the page of one match, and a match as a vCard.

Every opening of a match is noted as one of the office would be, and so is every card that is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from uuid import UUID

from flask import Blueprint, Response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, signed_in
from webapp.limits import limited
from webapp.words import _, language
from workflows.association import directory, openings
from workflows.association.contact_texts import international
from workflows.association.diplomas import PROGRAMMES
from workflows.association.directory import Reader, Wanted
from workflows.association.people import Person
from workflows.association.vcards import Contact, vcard

blueprint = Blueprint("directory", __name__, template_folder="templates", url_prefix="/directory")
MOST = 25


@blueprint.after_request
def keep_to_members(response: Response) -> Response:
    """What members show one another is kept by no store."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/")
@signed_in
@limited("30 per minute; 300 per day", by=lambda: str(current().person_id))
def search() -> str:
    """Members by name, class and town, of those who are willing; whoever may not read is told why."""
    typed = {key: request.args.get(key, "")[: directory.LONGEST] for key in ("name", "year", "town")}
    with reading(engine()) as reader:
        who, wanted = directory.reader_of(reader, current().person_id), Wanted.of(**typed)
        found = directory.find(reader, who, wanted, limit=MOST + 1) if who is not None else ()
        rows = [(each.id, each.display_name, _diplomas(each)) for each in found[:MOST]]
    return render_template(
        "membership/directory.html", reads=who is not None, student=who is not None and who.student, typed=typed,
        asked=bool(wanted), rows=rows, more=len(found) > MOST,
    )  # fmt: skip


@blueprint.get("/<uuid:person_id>")
@signed_in
@limited("30 per minute; 150 per day", by=lambda: str(current().person_id))
def match(person_id: UUID) -> str:
    """One match, with the fields that are open to the reader."""
    with transaction(engine()) as writer:
        person, shown = _opened(writer, person_id)
        return render_template(
            "membership/match.html", id=person.id, name=person.display_name, lines=_lines(person, shown)
        )


@blueprint.get("/<uuid:person_id>/contact.vcf")
@signed_in
@limited("30 per minute; 50 per day", by=lambda: str(current().person_id))
def card(person_id: UUID) -> ResponseReturnValue:
    """The same for an address book."""
    with transaction(engine()) as writer:
        person, shown = _opened(writer, person_id)
        body = vcard(_contact(person, shown))
    return send_file(
        BytesIO(body.encode()), mimetype="text/vcard", as_attachment=True, download_name="contact.vcf",
        etag=False,
    )  # fmt: skip


def _reader(session: Session) -> Reader:
    """Raises NotFound for whoever may not read: then nobody is there."""
    found = directory.reader_of(session, current().person_id)
    if found is None:
        raise NotFound(kind="person", id="")
    return found


def _opened(session: Session, person_id: UUID) -> tuple[Person, frozenset[str]]:
    """The match and the fields that are open, noted. Raises NotFound: who is hidden looks like who is not."""
    found = directory.seen(session, _reader(session), person_id)
    if found is None:
        raise NotFound(kind="person", id=str(person_id))
    person, shown = found
    if person.id != current().person_id:
        openings.note(
            session, person.id, by=current().actor.id, role=openings.MEMBER, reason="directory", shown=shown,
            now=engine().clock.now(),
        )  # fmt: skip
    return person, shown


def _diplomas(person: Person) -> str:
    words = ((PROGRAMMES.get(each.programme, {}), each) for each in person.diplomas)
    return ", ".join(f"{known.get(language(), each.programme)} {each.promotion_year}" for known, each in words)


def _lines(person: Person, shown: frozenset[str]) -> Sequence[tuple[str, str]]:
    lines = [(_("Diploma"), _diplomas(person))]
    contact = _contact(person, shown)
    lines += [(_("E-mail"), each) for each in contact.emails]
    lines += [(_("Phone"), international(each)) for each in contact.phones]
    lines += [(_("Town"), town) for _lines_, town, _code, _country in contact.places]
    lines.append((_("Career"), " · ".join(filter(None, (contact.employer, contact.position)))))
    return [(label, text) for label, text in lines if text]


def _contact(person: Person, shown: frozenset[str]) -> Contact:
    reachable = [person.primary_email] if person.primary_email else []
    return Contact(
        person.first_names,
        person.last_name,
        emails=reachable if "contact" in shown else (),
        phones=[each.number for each in person.phones] if "contact" in shown else (),
        places=[("", each.city, "", "") for each in person.addresses] if "town" in shown else (),
        employer=(person.employer or "") if "career" in shown else "",
        position=(person.position or "") if "career" in shown else "",
    )
