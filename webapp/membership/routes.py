"""The page of one's own membership, and the documents that were issued to one. For the signed-in person alone."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from engine.errors import NotFound
from engine.transaction import reading, transaction
from webapp.auth import current, engine, settings, signed_in
from webapp.house import association_of
from webapp.limits import limited
from webapp.membership.page import documents_of, membership_of
from workflows.association import issued_documents, member_documents, memberships, renewals
from workflows.association.case_variables import local_day
from workflows.association.issued_documents import IssuedDocument
from workflows.association.member_documents import NothingAttested

blueprint = Blueprint("membership", __name__, template_folder="templates", url_prefix="/membership")


@blueprint.get("/")
@signed_in
def page() -> str:
    """My membership; for somebody who has none, how to get one."""
    with reading(engine()) as reader:
        shown = membership_of(reader, current().person_id, str(get_locale()), engine().clock.now())
        documents = documents_of(reader, current().person_id)
        return render_template("membership/page.html", shown=shown, documents=documents)


@blueprint.post("/attestation")
@signed_in
@limited("20 per hour")
def attest() -> ResponseReturnValue:
    """Issues the attestation of the latest paid period, once for each language, and gives it out."""
    now, association = engine().clock.now(), association_of(settings(), engine().clock)
    try:
        with transaction(engine()) as writer:
            document = member_documents.attestation(
                writer,
                association,
                current().person_id,
                lang=str(get_locale()),
                today=local_day(now, engine().settings.zone),
                now=now,
            )
    except NothingAttested:
        flash(_("There is no paid period to attest yet."), "info")
        return redirect(url_for("membership.page"), 303)
    return redirect(url_for("membership.document", document_id=document.id), 303)


@blueprint.post("/renew")
@signed_in
@limited("20 per hour")
def renew() -> ResponseReturnValue:
    """Leads to the renewal that is under way; starts it where there is none yet. Nothing is paid by it."""
    person_id = current().person_id
    with transaction(engine()) as writer:
        membership = memberships.of(writer, person_id)
        running = renewals.running(writer, person_id)
        if running is not None:
            case = running.instance_id
        elif membership is not None and renewals.may_renew(membership):
            [case] = renewals.start(writer, engine(), [person_id], by=current().actor)
        else:
            flash(_("There is nothing to renew at present."), "info")
            return redirect(url_for("membership.page"), 303)
    return redirect(url_for("journey.page", instance_id=case), 303)


@blueprint.get("/documents/<uuid:document_id>")
@signed_in
def document(document_id: UUID) -> ResponseReturnValue:
    """The PDF as it was issued. 404 for whoever it was not issued to."""
    with reading(engine()) as reader:
        found = reader.get(IssuedDocument, document_id)
        if found is None or found.person_id != current().person_id or not issued_documents.is_unchanged(found):
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
