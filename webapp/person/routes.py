"""Finding people, and the page of one. Every opening is noted: who, when, in which role, from where, what was shown."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, role, settings
from webapp.limits import limited
from webapp.person import facets
from webapp.person.page import shown_to
from webapp.viewer import viewer
from webapp.words import language
from workflows.association import issued_documents, memberships, openings, people, person_search, wording
from workflows.association.case_variables import local_day
from workflows.association.gifts import documents
from workflows.association.issued_documents import IssuedDocument
from workflows.association.people import Person

blueprint = Blueprint("person", __name__, template_folder="templates")
opener = role(*sorted(facets.OPENERS | facets.FOUNDATION_ROLES))
MOST = 25
REASONS = frozenset({"search", "request", "bank"})


@blueprint.get("/people")
@opener
@limited("120 per minute")
def search() -> str:
    """People whom the question means, of those that exist for this viewer."""
    text = " ".join(request.args.get("q", "").replace("\x00", "").split())[: person_search.LONGEST]
    with reading(engine()) as reader:
        found = person_search.find(reader, text, facets.visible(current()), limit=MOST + 1) if text else ()
        standing = "standing" in facets.allowed(current())
        rows = [(each, _standing(reader, each) if standing else "") for each in found[:MOST]]
        return render_template(
            "person/search.html", text=text, rows=rows, more=len(found) > MOST, keeper=facets.may_merge(current())
        )


@blueprint.get("/people/<uuid:person_id>")
@opener
def page(person_id: UUID) -> ResponseReturnValue:
    """The page of a person, as this viewer's roles show it; gifts and notes where they were asked for."""
    asked = frozenset(request.args.getlist("show")) & facets.ASKED_FOR
    shown = facets.shown(current(), asked)
    with transaction(engine()) as writer:
        person = _visible(writer, person_id)
        if person.id != person_id:
            return redirect(url_for("person.page", person_id=person.id), 301)
        now = engine().clock.now()
        openings.note(
            writer,
            person.id,
            by=current().actor.id,
            role=facets.role_of(current()),
            reason=_reason(),
            shown=shown,
            now=now,
        )
        zone = ZoneInfo(settings().zone)
        found = shown_to(writer, viewer(), person, shown, language=language(), zone=zone, today=local_day(now, zone))
        hidden = sorted((facets.allowed(current()) & facets.ASKED_FOR) - shown)
        return render_template(
            "person/page.html",
            page=found,
            hidden=hidden,
            asked=sorted(asked),
            noted=True,
            keeper=facets.may_merge(current()),
            guards=facets.keeps_privacy(current()),
        )


@blueprint.get("/people/<uuid:person_id>/documents/<uuid:document_id>")
@opener
def document(person_id: UUID, document_id: UUID) -> ResponseReturnValue:
    """A document as it was issued, for whoever may see this person's documents."""
    with reading(engine()) as reader:
        person = _visible(reader, person_id)
        found = reader.get(IssuedDocument, document_id)
        part = "gifts" if found is not None and found.kind in documents.KINDS else "documents"
        allowed = part in facets.allowed(current())
        if not allowed or found is None or found.person_id != person.id or not issued_documents.is_unchanged(found):
            raise NotFound(kind="document", id=str(document_id))
        answer = send_file(
            BytesIO(found.body),
            mimetype="application/pdf",
            as_attachment=True,
            download_name=found.file_name,
            etag=False,
        )
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _standing(session: Session, person: Person) -> str:
    return wording.entitlement(memberships.entitlement(session, person.id), language())


def _visible(session: Session, person_id: UUID) -> Person:
    """The person, where she exists for this viewer. Raises NotFound: what one may not see looks like what is not."""
    found = people.get(session, person_id)
    known = select(Person.id).where(
        Person.id == (found.id if found is not None else person_id),
        facets.visible(current()),
        Person.erased_on.is_(None),
    )
    if found is None or session.scalar(known) is None:
        raise NotFound(kind="person", id=str(person_id))
    return found


def _reason() -> str:
    """Where the viewer came from: a case, a list. What the address says is cut to what we write into it ourselves."""
    said = request.args.get("via", "")
    try:
        return f"case:{UUID(said)}"
    except ValueError:
        return said if said in REASONS else "link"
