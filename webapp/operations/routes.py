"""The pages of cases: the list, the case, its diagram; comments and retries."""

from __future__ import annotations

from hashlib import sha256
from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import commands
from engine.collective.deeds import KINDS
from engine.errors import NotFound
from engine.models import Incident, ProcessDefinition, ProcessInstance
from engine.requests import answered, remember
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import current, engine, public, role, settings, staff
from webapp.comments import mentions
from webapp.comments import store as comments
from webapp.operations import case_page, diagrams, effects, incidents, listing
from webapp.operations.act_words import title
from webapp.task_work import key_of, new_key
from webapp.viewer import CASE_READERS, viewer
from webapp.words import _, language

blueprint = Blueprint("operations", __name__, template_folder="templates")
DAY = 86_400


@blueprint.get("/cases")
@staff
def cases() -> ResponseReturnValue:
    """The cases that the viewer may see."""
    with reading(engine()) as reader:
        found = listing.cases(reader, engine(), viewer(), language(), request.args)
        mine = viewer().oversees or bool(viewer().processes)
        return render_template(
            "operations/list.html", listing=found, acts=[(kind, title(kind)) for kind in KINDS],
            operable=listing.operable(reader, viewer(), found) if mine else frozenset(),
            unknown=effects.waiting(reader, viewer()),
            standing=incidents.standing(reader, viewer()),
        )  # fmt: skip


@blueprint.get("/cases/<uuid:instance_id>")
@role(*CASE_READERS)
def case(instance_id: UUID) -> ResponseReturnValue:
    """Everything about one case."""
    whole = request.args.get("history") == "all"
    with reading(engine()) as reader:
        found = authorize.handled(reader, viewer(), instance_id)
        shown = case_page.page_of(reader, engine(), viewer(), found, language(), whole=whole)
        page = render_template("operations/case.html", **shown, comment_key=new_key())
        named = mentions.unseen_in(reader, current().person_id, instance_id)
    if named:
        with transaction(engine()) as writer:
            mentions.seen(writer, current().person_id, instance_id, engine().clock.now())
    return page


@blueprint.post("/cases/<uuid:instance_id>/comments")
@staff
def comment(instance_id: UUID) -> ResponseReturnValue:
    """Adds a comment; an empty one changes nothing, and neither does the same one sent again."""
    text, act = request.form.get("text", ""), f"comment {instance_id}"
    sent = key_of(request.form.get("request_key", ""))
    key = sent and sha256(f"{sent} {text}".encode()).hexdigest()  # after a step back, another text is another comment
    with transaction(engine()) as writer:
        found = authorize.case(writer, viewer(), "comment", instance_id)
        now, written = engine().clock.now(), None
        if answered(writer, key, act, viewer().actor) is None:
            written = comments.write(writer, found.id, viewer().actor, text, now)
            remember(writer, key, act, viewer().actor, "", now)
        writer.flush()
        named = mentions.notify(writer, engine(), written, viewer().today, settings().public_url) if written else None
    if named is not None and named.told:
        flash(_("%(names)s: told of it.", names=", ".join(named.told)), "success")
    if named is not None and named.unknown:
        names = ", ".join(f"@{each}" for each in named.unknown)
        flash(
            _(
                "%(names)s: nobody was told. Write @ and the full name of a colleague who handles this case.",
                names=names,
            ),
            "warning",
        )
    return redirect(url_for("operations.case", instance_id=instance_id, _anchor="comments"), 303)


@blueprint.post("/cases/<uuid:instance_id>/incidents/<uuid:incident_id>/retry")
@staff
def retry(instance_id: UUID, incident_id: UUID) -> ResponseReturnValue:
    """Tries again what stands still."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", instance_id)
        known = select(Incident.id).where(Incident.id == incident_id, Incident.instance_id == instance_id)
        if writer.scalars(known).one_or_none() is None:
            raise NotFound(kind="incident", id=str(incident_id))
        commands.retry_incident(writer, engine(), incident_id, by=viewer().actor)
    flash(_("It is tried again."), "info")
    return redirect(url_for("operations.case", instance_id=instance_id), 303)


@blueprint.post("/cases/<uuid:instance_id>/choices/<uuid:choice_id>/begin/<element>")
@staff
def choose(instance_id: UUID, choice_id: UUID, element: str) -> ResponseReturnValue:
    """Begins one of the activities that may be done in any order."""
    key = key_of(request.form.get("request_key", ""))
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "comment", instance_id)
        commands.choose(writer, engine(), instance_id, choice_id, element, by=viewer().actor, request_key=key)
    flash(_("It begins."), "info")
    return redirect(url_for("operations.case", instance_id=instance_id), 303)


@blueprint.post("/cases/<uuid:instance_id>/choices/<uuid:choice_id>/close")
@staff
def close_choice(instance_id: UUID, choice_id: UUID) -> ResponseReturnValue:
    """Nothing more is needed among the activities that may be done in any order."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "comment", instance_id)
        commands.close_choice(writer, engine(), instance_id, choice_id, by=viewer().actor)
    flash(_("Nothing more begins there."), "info")
    return redirect(url_for("operations.case", instance_id=instance_id), 303)


@blueprint.get("/diagrams/<uuid:definition_id>.bpmn")
@public
def diagram(definition_id: UUID) -> ResponseReturnValue:
    """The deployed file, for whoever may see a case of this version. It never changes, so browsers keep it."""
    with reading(engine()) as reader:
        if not _may_see(reader, definition_id):
            raise NotFound(kind="diagram", id=str(definition_id))
        body, _process_id = diagrams.source(reader, definition_id)
    answer = make_response(body)
    answer.headers["Content-Type"] = "application/xml; charset=utf-8"
    answer.headers["Cache-Control"] = f"private, max-age={DAY}, immutable"
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _may_see(reader: Session, definition_id: UUID) -> bool:
    """Whether the viewer sees a case of this version, or his roles own the process."""
    seen = select(ProcessInstance.id).where(
        ProcessInstance.definition_id == definition_id, authorize.authorize(viewer(), "read", ProcessInstance)
    )
    if reader.scalars(seen.limit(1)).first() is not None:
        return True
    owned = select(ProcessDefinition.id).where(
        ProcessDefinition.id == definition_id, ProcessDefinition.process_id.in_(viewer().processes)
    )
    return viewer().oversees or reader.scalars(owned).first() is not None
