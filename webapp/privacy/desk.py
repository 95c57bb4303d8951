"""Data protection at the desk: every request, those of one person, the export that she is given, the restriction."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, role, settings
from webapp.limits import limited
from webapp.privacy.archive import archive_of
from webapp.words import _, language
from workflows.association import openings, people, vcards
from workflows.association.people import Person
from workflows.association.privacy import export, files, request_words, requests
from workflows.association.privacy.requests import NotYours
from workflows.association.privacy.restriction import lift_restriction, restrict_person

blueprint = Blueprint("privacy_desk", __name__, template_folder="templates", url_prefix="/privacy")
keepers = role("DPO", "GENERAL_DELEGATE")


@blueprint.get("/requests")
@keepers
def listing() -> str:
    """Every request: the open ones first, by the day on which the law wants their answer."""
    with reading(engine()) as reader:
        found = files.latest(reader)
        whom = [each.person_id for each in found]
        names, erased = people.names_of(reader, whom), requests.of_people(reader, whom)
        rows = [
            (
                each,
                names.get(each.person_id, "").strip(),
                request_words.kinds(each, language()),
                request_words.state(each, language()),
                erased.get(each.person_id) if "ERASE" in each.asked else None,
            )
            for each in found
        ]
        today = current_day()
        return render_template("privacy/requests.html", rows=rows, today=today)


@blueprint.get("/people/<uuid:person_id>")
@keepers
def page(person_id: UUID) -> str:
    """What a person asked so far, and what may be done for her."""
    with reading(engine()) as reader:
        person = _known(reader, person_id)
        asked = [
            (each, request_words.kinds(each, language()), request_words.state(each, language()))
            for each in files.of_person(reader, person.id)
        ]
        return render_template("privacy/desk.html", whom=person, asked=asked)


@blueprint.post("/people/<uuid:person_id>/export")
@keepers
@limited("20 per hour")
def download(person_id: UUID) -> ResponseReturnValue:
    """The archive of a person, for the answer to her request; that it was made is noted like a look at her page."""
    folder, now = settings().files_directory or settings().var_directory / "files", engine().clock.now()
    with transaction(engine()) as writer:
        person = _known(writer, person_id)
        openings.note(
            writer, person.id, by=current().actor.id, role=_role(), reason="request", shown=("export",), now=now
        )
        dossier, card = export.collect(writer, person.id), vcards.of_person(person)
        body = archive_of(dossier, card, folder, person.display_name, now, person.lang)
    answer = send_file(body, mimetype="application/zip", as_attachment=True, download_name="donnees.zip", etag=False)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.post("/people/<uuid:person_id>/<act>")
@keepers
def restrict(person_id: UUID, act: str) -> ResponseReturnValue:
    """Restricts the use of a person's data, or ends that. Raises NotYours for one's own."""
    if act not in {"restrict", "lift"}:
        raise NotFound(kind="page", id=act[:20])
    with transaction(engine()) as writer:
        person = _known(writer, person_id)
        if current().person_id == person.id:
            raise NotYours
        if act == "restrict":
            restrict_person(person, engine().clock.now())
        else:
            lift_restriction(person)
        openings.note(
            writer, person.id, by=current().actor.id, role=_role(), reason="request", shown=(act,),
            now=engine().clock.now(),
        )  # fmt: skip
    flash(_("It is noted."), "success")
    return redirect(url_for("privacy_desk.page", person_id=person_id), 303)


def _role() -> str:
    return "DPO" if "DPO" in current().roles else "GENERAL_DELEGATE"


def _known(session: Session, person_id: UUID) -> Person:
    found = people.get(session, person_id)
    if found is None or found.erased_on is not None:
        raise NotFound(kind="person", id=str(person_id))
    return found
