"""Addresses of the way into force: ask, approve, send back; two versions compared."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import DeploymentRefused, NotFound, Refused
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, signed_in
from webapp.errors import answer, in_words
from webapp.operations import diagrams
from webapp.refusal_words import error_in_words
from webapp.studio import changes, delays, health, page, rehearsals, review, rights, versions
from webapp.studio.draft_routes import changeable, readable, seen
from webapp.studio.file_titles import file_titles
from webapp.studio.rehearsals import Subject
from webapp.studio.scenario_routes import world_of
from webapp.words import _, language

blueprint = Blueprint("studio_review", __name__, template_folder="templates", url_prefix="/studio")
DAY = 86_400


@blueprint.post("/drafts/<uuid:draft_id>/propose")
@signed_in
def propose(draft_id: UUID) -> ResponseReturnValue:
    """Asks for the draft to come into force, once its scenarios are played."""
    reason, despite = request.form.get("reason", ""), request.form.get("despite", "")
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        by, world = current().actor.id, world_of(writer).key
        review.propose(writer, engine(), found, seen(), reason, despite, by=by, world=world)
        waits = found.state == "rehearsing"
    flash(
        _("Its scenarios are being played. Where all are green, a second person is asked to approve it.")
        if waits
        else _("A second person is asked to approve it. Saving it again takes the question back."),
        "success",
    )
    return redirect(url_for("studio_drafts.show", draft_id=draft_id), 303)


@blueprint.post("/drafts/<uuid:draft_id>/take-back")
@signed_in
def take_back(draft_id: UUID) -> ResponseReturnValue:
    """Asks no longer."""
    with transaction(engine()) as writer:
        review.take_back(changeable(writer, draft_id))
    flash(_("You no longer ask for it. The draft can be changed as before."), "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id), 303)


@blueprint.post("/drafts/<uuid:draft_id>/decide")
@signed_in
def decide(draft_id: UUID) -> ResponseReturnValue:
    """Brings the draft into force, or gives it back."""
    said = request.form.get("answer", "")
    try:
        told = _decide(draft_id, said)
    except review.ScenariosNotPlayed as stale:
        with transaction(engine()) as writer:
            subject = Subject.of_draft(readable(writer, draft_id))
            rehearsals.ask(writer, subject, world_of(writer).key, engine().clock.now())
        flash(in_words(stale), "info")
    else:
        flash(told, "success")
    return redirect(url_for("studio_drafts.show", draft_id=draft_id), 303)


def _decide(draft_id: UUID, said: str) -> str:
    with transaction(engine()) as writer:
        found = readable(writer, draft_id)
        if not rights.may_review(current(), found.process_id):
            raise Refused(action="approve", kind="draft")
        now, by = engine().clock.now(), current().actor
        if request.form.get("do") == "return":
            review.send_back(writer, found, said, by=by, now=now)
            return _("It went back to its author.")
        result = review.approve(
            writer, engine(), found, seen(), said, by=by, now=now, world=world_of(writer).key,
            despite=bool(request.form.get("despite")),
        )  # fmt: skip
        others = set(versions.figures(writer)) - {found.process_id}  # its own came out as those of the draft
        health.play(writer, others, world_of(writer).key, now, waits=False)
        number = next((each.version for each in result.processes if each.process_id == found.process_id), 0)
        return _("Version %(number)s is in force. Running cases go on with theirs.", number=number)


@blueprint.get("/<process_id>/compare")
@signed_in
def compare(process_id: str) -> str:
    """What one version changed in another."""
    rights.to_read(current(), process_id)
    wanted = [request.args.get(name, "") for name in ("from", "to")]
    with reading(engine()) as reader:
        before, after = (versions.numbered(reader, process_id, number) for number in wanted)
        was, now = versions.in_force(reader, before), versions.in_force(reader, after)
        found = changes.between(was, now, language())
        return render_template(
            "studio/compare.html", process_id=process_id, title=page.title_of(reader, process_id, language()),
            before=before, after=after, sides=changes.sides(found),
            changes=changes.by_file(found, {**file_titles(was, language()), **file_titles(now, language())}),
            pictures=[
                url_for("studio_review.diagram", process_id=process_id, definition_id=each.id)
                for each in (before, after)
            ],
            drawn=delays.side_by_side(
                reader, (diagrams.source(reader, each.id)[0] for each in (before, after)), language(), current_day()
            ),
        )  # fmt: skip


@blueprint.get("/<process_id>/versions/<uuid:definition_id>.bpmn")
@signed_in
def diagram(process_id: str, definition_id: UUID) -> ResponseReturnValue:
    """The diagram of a version. It never changes, so browsers keep it."""
    rights.to_read(current(), process_id)
    with reading(engine()) as reader:
        body, found = diagrams.source(reader, definition_id)
    if found != process_id:
        raise NotFound(kind="process version", id=str(definition_id))
    sent = make_response(body)
    sent.headers["Content-Type"] = "application/xml; charset=utf-8"
    sent.headers["Cache-Control"] = f"private, max-age={DAY}, immutable"
    sent.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return sent


@blueprint.errorhandler(DeploymentRefused)
def refused(error: DeploymentRefused) -> ResponseReturnValue:
    """What keeps it from coming into force, in the reader's language."""
    return answer(422, detail=error_in_words(error), code=error.code)
