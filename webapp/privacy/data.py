"""One's own data: what is kept and until when, all of it in one file, and what was asked about it."""

from __future__ import annotations

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from engine.transaction import reading
from webapp.auth import current, current_day, engine, settings, signed_in
from webapp.limits import limited
from webapp.privacy.archive import archive_of
from webapp.privacy.wording import bases, kept_words, outcome
from webapp.words import language
from workflows.association import vcards
from workflows.association.people import Person
from workflows.association.privacy import erasure, export, files, request_words
from workflows.association.privacy.categories import CATEGORIES, kept

blueprint = Blueprint("data", __name__, template_folder="templates", url_prefix="/privacy")


@blueprint.get("/data")
@signed_in
def page() -> str:
    """What is kept of me, why and until when; the requests that I made."""
    with reading(engine()) as reader:
        today = current_day()
        lines = [
            (CATEGORIES[line.category], line.rows, outcome(line.decided, kept(reader, line.decided.rule, today)))
            for line in erasure.preview(reader, current().person_id, today)
        ]
        files_of = [
            (each, request_words.kinds(each, language()), request_words.state(each, language()))
            for each in files.of_person(reader, current().person_id)
        ]
        return render_template("privacy/data.html", lines=lines, requests=files_of, lang=language())


@blueprint.post("/data/export")
@signed_in
@limited("10 per hour")
def download() -> ResponseReturnValue:
    """Everything, in one archive: for reading, for machines, and the documents."""
    folder = settings().files_directory or settings().var_directory / "files"
    with reading(engine()) as reader:
        dossier = export.collect(reader, current().person_id)
        card = vcards.of_person(reader.get_one(Person, current().person_id))
        body = archive_of(dossier, card, folder, current().name, engine().clock.now(), language())
    answer = send_file(
        body, mimetype="application/zip", as_attachment=True, download_name="mes-donnees.zip", etag=False
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@blueprint.get("/register")
@signed_in
def register() -> str:
    """The register of processing: each category with its purpose, its basis and how long it is kept."""
    with reading(engine()) as reader:
        today = current_day()
        rows = [(each, bases()[each.basis], kept_words(kept(reader, key, today))) for key, each in CATEGORIES.items()]
        return render_template("privacy/register.html", rows=rows, lang=language())
