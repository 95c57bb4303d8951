"""The page of one piece of promised work: change when it is done, or have it done now. For who operates the case."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import commands
from engine.errors import TimeTooFar
from engine.promised import promised
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine, staff
from webapp.dates import zone_city
from webapp.errors import in_words
from webapp.operations.ahead import effect_words, element_name
from webapp.operations.diagrams import drawing
from webapp.operations.timers import TimerForm, due_of, seen
from webapp.process_titles import case_title
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint(
    "promises", __name__, template_folder="templates", url_prefix="/cases/<uuid:instance_id>/jobs/<uuid:job_id>"
)


@blueprint.route("", methods=["GET", "POST"])
@staff
def job(instance_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Shows when the work is due, and changes that."""
    zone = engine().settings.zone
    with reading(engine()) as reader:
        case = authorize.case(reader, viewer(), "operate", instance_id)
        found = promised(reader, instance_id, job_id)
        name = element_name(drawing(reader, engine(), case.definition_id), found.element, language())
        title = case_title(reader, case, language())
    form = TimerForm(due=found.due_at.astimezone(zone), was=found.due_at.isoformat())
    if form.validate_on_submit():
        try:
            with transaction(engine()) as writer:
                authorize.case(writer, viewer(), "operate", instance_id)
                commands.move_job(
                    writer, engine(), instance_id, job_id, due_of(form.due), by=viewer().actor,
                    reason=form.reason.data or "", was=seen(form.was.data),
                )  # fmt: skip
        except TimeTooFar as refused:
            form.due.errors = [in_words(refused)]
        else:
            flash(_("The date was changed."), "success")
            return redirect(url_for("operations.case", instance_id=instance_id, _anchor="ahead"), 303)
    page = render_template(
        "operations/job.html", form=form, job=found, name=name or _("the case"), case=case, city=zone_city(zone),
        case_title=title,
        effect=effect_words(found.kind, found.payload, name, held=found.held, failed=bool(found.error)),
    )  # fmt: skip
    return page, 422 if form.errors else 200


@blueprint.post("/run")
@staff
def run(instance_id: UUID, job_id: UUID) -> ResponseReturnValue:
    """Has it done now."""
    with transaction(engine()) as writer:
        authorize.case(writer, viewer(), "operate", instance_id)
        commands.move_job(
            writer, engine(), instance_id, job_id, engine().clock.now(), by=viewer().actor,
            reason=request.form.get("reason", "").strip(),
        )  # fmt: skip
    flash(_("It is done now."), "success")
    return redirect(url_for("operations.case", instance_id=instance_id, _anchor="ahead"), 303)
