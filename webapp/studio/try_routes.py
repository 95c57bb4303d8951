"""Addresses of a try: the stage, the tasks on it with their real forms, what is done, and the scenario it leaves."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

import forms
from engine.errors import AmicaleError, Invalid, NotFound
from engine.transaction import reading, transaction
from forms.documents import FileAnswer
from webapp.auth import current, engine, signed_in
from webapp.sandbox import asking
from webapp.sandbox.actors import who_of
from webapp.sandbox.phrases import PHRASES, Step, read
from webapp.sandbox.playing import Play
from webapp.sandbox.saying import said
from webapp.sandbox.scenarios import SUFFIX, text_of
from webapp.sandbox.trying import checks_after, kept_step, on_stage, step_of
from webapp.sandbox.world import Template
from webapp.studio import drafts, page, tries, unfolding
from webapp.studio.checks import labels
from webapp.studio.draft_routes import changeable
from webapp.studio.models import StudioTry
from webapp.studio.scenario_routes import TURNS, world_of
from webapp.words import _, language

blueprint = Blueprint(
    "studio_tries", __name__, template_folder="templates", url_prefix="/studio/drafts/<uuid:draft_id>"
)
MOST = 200  # steps of a try
DIGITS = 4  # of a scenario's number


class SentenceNotOurs(Invalid):
    """No sentence of ours is like “{text}”. Choose one of the list."""

    code = "try_sentence"


@blueprint.post("/tries")
@signed_in
def begin(draft_id: UUID) -> ResponseReturnValue:
    """Begins a try of the newest save."""
    with transaction(engine()) as writer:
        made = tries.begin(writer, changeable(writer, draft_id), by=current().actor.id, now=engine().clock.now())
    return redirect(url_for("studio_tries.show", draft_id=draft_id, try_id=made.id), 303)


@blueprint.get("/tries/<uuid:try_id>")
@signed_in
def show(draft_id: UUID, try_id: UUID) -> ResponseReturnValue:
    """The stage: what waits for whom, the mails, the clock, the diagram."""
    row, process_id, files, world = _try(draft_id, try_id)
    with on_stage(world, process_id, files, try_id, _steps(row)) as play:
        scene = tries.scene(play, language())
        starts = asking.starts(play, language())
    diagram = next((name for name in sorted(files) if name.endswith(".bpmn")), None)
    return render_template(
        "studio/try.html", draft_id=draft_id, row=row, scene=scene, starts=starts, diagram=diagram,
        sentences=tries.sentences(_steps(row), files, language()), phrases=[each.words(language()) for each in PHRASES],
        models=tries.models(files, language()),
        story=unfolding.told(scene.story, engine().settings.zone, request.args.get("only", "")),
    )  # fmt: skip


@blueprint.route("/tries/<uuid:try_id>/tasks/<uuid:task_id>", methods=["GET", "POST"])
@signed_in
def task(draft_id: UUID, try_id: UUID, task_id: UUID) -> ResponseReturnValue:
    """A task with its real form, done as whoever has it."""
    row, process_id, files, world = _try(draft_id, try_id)
    with on_stage(world, process_id, files, try_id, _steps(row)) as play:
        opened = next((each for each in play.stage.open_tasks() if each.id == task_id), None)
        if opened is None:
            raise NotFound(kind="task", id=str(task_id))
        typed = request.form if request.method == "POST" else None
        bound = asking.task_form(play, opened, language(), typed)
        step = Step("do", {"who": who_of(opened, "fr"), "element": opened.element}, asking.told(bound, typed))
        with reading(play.stage.engine) as reader:
            shown = next(each for each in tries.waiting(play, reader, language()) if each.id == task_id)
    return _asked(draft_id, row, bound, step, shown.name, _("Who does it: %(who)s", who=shown.who) if shown.who else "")


@blueprint.route("/tries/<uuid:try_id>/form", methods=["GET", "POST"])
@signed_in
def start(draft_id: UUID, try_id: UUID) -> ResponseReturnValue:
    """The start form, sent as whoever may send it."""
    row, process_id, files, world = _try(draft_id, try_id)
    who = request.args.get("who", "")
    with on_stage(world, process_id, files, try_id, _steps(row)) as play:
        typed = request.form if request.method == "POST" else None
        bound = asking.start_form(play, who, language(), typed)
        step = Step("form", {"who": who or "un visiteur", "process": process_id}, asking.told(bound, typed))
        begun_as = dict(asking.starts(play, language())).get(who) or _("a visitor")
    with reading(engine()) as reader:
        title = page.title_of(reader, process_id, language())
    return _asked(draft_id, row, bound, step, title, _("Who does it: %(who)s", who=begun_as))


@blueprint.post("/tries/<uuid:try_id>/act")
@signed_in
def act(draft_id: UUID, try_id: UUID) -> ResponseReturnValue:
    """Moves the clock, says a sentence, or takes the last step back."""
    row, process_id, files, world = _try(draft_id, try_id)
    steps = _steps(row)
    what = request.form.get("do", "")
    if what == "undo":
        _keep(draft_id, try_id, row, steps[:-1])
    elif what in {"open", "through"}:
        _follow(draft_id, row, request.form.get("scenario", ""), through=what == "through")
    elif what == "due":
        with on_stage(world, process_id, files, try_id, steps) as play:
            due, now = tries.scene(play, language()).due, play.stage.clock.now()
        hours = math.ceil((due - now) / timedelta(hours=1)) if due is not None and due > now else 1
        _add(draft_id, row, Step("hours", {"count": str(min(hours, 99_999))}))
    else:
        _add(draft_id, row, _said(what or request.form.get("sentence", ""), request.form.get("table", "")))
    return redirect(url_for("studio_tries.show", draft_id=draft_id, try_id=try_id), 303)


@blueprint.post("/tries/<uuid:try_id>/keep")
@signed_in
def keep(draft_id: UUID, try_id: UUID) -> ResponseReturnValue:
    """Leaves the try as a scenario in the draft: what was done, and what is true at its end."""
    row, process_id, files, world = _try(draft_id, try_id)
    name = " ".join(request.form.get("name", "").split())[:120] or _("First scenario")
    with on_stage(world, process_id, files, try_id, _steps(row)) as play:
        steps = tries.named([*_steps(row), *checks_after(play)], files, language())
    text = text_of(name, steps, language(), TURNS)
    with transaction(engine()) as writer:
        found = changeable(writer, draft_id)
        names = drafts.names_of(writer, draft_id, found.rev)
        file = next(each for each in (f"{process_id}-{n}{SUFFIX}" for n in range(1, 99)) if each not in names)
        drafts.save(
            writer, draft_id, found.rev, {file: text.encode()}, by=current().actor.id, now=engine().clock.now(),
            saved_by="",
        )  # fmt: skip
    flash(_("The run is kept as a scenario. Strike out what need not hold for good."), "success")
    return redirect(url_for("studio_drafts.edit", draft_id=draft_id, name=file), 303)


def _try(draft_id: UUID, try_id: UUID) -> tuple[StudioTry, str, dict[str, bytes], Template]:
    with reading(engine()) as reader:
        draft = changeable(reader, draft_id)
        row = tries.found(reader, draft, try_id)
        files = drafts.files_of(reader, draft_id, row.number)
        return row, draft.process_id, files, world_of(reader)


def _steps(row: StudioTry) -> list[Step]:
    return [step_of(kept) for kept in row.steps]


def _asked(
    draft_id: UUID, row: StudioTry, bound: forms.BoundForm | None, step: Step, name: str, who: str
) -> ResponseReturnValue:
    """The form, or what was answered is done."""
    if request.method == "POST" and (bound is None or not _wrong(bound)):
        _add(draft_id, row, step)
        return redirect(url_for("studio_tries.show", draft_id=draft_id, try_id=row.id), 303)
    html = forms.render(bound, current_app.jinja_env) if bound is not None else ""
    return render_template("studio/try_form.html", draft_id=draft_id, row=row, html=html, name=name, who=who)


def _wrong(bound: forms.BoundForm) -> bool:
    """Whether the answers do not do. A missing document is no matter here: one is given by itself."""
    if bound.validate():
        return False
    files = {name for name in bound.errors if name in bound.wtform and isinstance(bound.wtform[name], FileAnswer)}
    return bool(set(bound.errors) - files) or bool(bound.revealed)


def _said(text: str, table: str) -> Step:
    step = read(text, rows_of(table), 0)
    if step is None:
        raise SentenceNotOurs(text=text[:120])
    return step


def rows_of(table: str) -> list[tuple[str, str]]:
    """The rows of a table that somebody typed: between pipes, as a scenario has them, where a colon belongs to the
    label; or “question: answer”, “question = answer”."""
    found = []
    for line in table.splitlines():
        piped = re.fullmatch(r"\s*\|\s*((?:\\.|[^|\\])+?)\s*\|\s*(.*?)\s*(?<!\\)\|?\s*", line)
        typed = piped or re.fullmatch(r"\s*([^|=:]+?)\s*[|=:]\s*(.*?)\s*\|?\s*", line)
        if typed is not None:
            found.append((typed[1], typed[2]))
    return found


def _add(draft_id: UUID, row: StudioTry, step: Step) -> None:
    """Does a step. What cannot be done is said, and leaves no trace."""
    _row, process_id, files, world = _try(draft_id, row.id)
    steps = [*_steps(row), step][:MOST]
    try:
        with on_stage(world, process_id, files, row.id, steps):
            pass
    except AmicaleError as refused:
        flash(_told(refused, files), "error")
        return
    _keep(draft_id, row.id, row, steps)


def _follow(draft_id: UUID, row: StudioTry, scenario: str, *, through: bool) -> None:
    """Does what a scenario of the draft does: until its case has begun, or to its end. What cannot be done is said."""
    _row, process_id, files, world = _try(draft_id, row.id)
    steps = [
        *_steps(row),
        *tries.acts_of(files, int(scenario) if len(scenario) <= DIGITS and scenario.isdecimal() else -1),
    ][:MOST]
    before = len(row.steps)

    def enough(play: Play) -> bool:
        return not through and play.number > before and play.stage.newest(process_id) is not None

    try:
        with on_stage(world, process_id, files, row.id, steps, enough) as play:
            done = play.number
    except AmicaleError as refused:
        flash(_told(refused, files), "error")
        return
    _keep(draft_id, row.id, row, steps[:done])


def _told(refused: AmicaleError, files: Mapping[str, bytes]) -> str:
    """Why it cannot be done, with the names of the draft's elements."""
    called = labels(files, language())
    return said(refused, language(), lambda id_, _language: called.get(id_, ""))


def _keep(draft_id: UUID, try_id: UUID, seen: StudioTry, steps: Sequence[Step]) -> None:
    with transaction(engine()) as writer:
        row = tries.found(writer, changeable(writer, draft_id), try_id)
        if row.steps == seen.steps:
            row.steps = [kept_step(step) for step in steps]
