"""The pages of acts on many cases: what one would do, its progress with a result for each case, and the acts so far.

Each needs the right to operate every case it touches, shows its effect before it happens, runs in the background and is
recorded: who asked for what and why, and what became of each case. Suspending and resuming undo each other; what cannot
be undone asks for a second yes.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import replace
from typing import Any, Final
from uuid import UUID, uuid4

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import case, exists, func, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from engine import commands
from engine.collective.background import asked_of, counts
from engine.collective.deeds import KINDS, REVERSED, Asked, is_complete
from engine.collective.tables import CollectiveAct, CollectiveCase
from engine.errors import NotFound
from engine.models import ProcessInstance
from engine.transaction import reading, transaction
from webapp import authorize
from webapp.auth import engine, staff
from webapp.dates import zone_city
from webapp.operations.act_words import heading, outcome, title
from webapp.operations.choice import Choice, chosen
from webapp.operations.collective_form import ALIKE, CollectiveForm, is_past, offer
from webapp.operations.moves import brought
from webapp.operations.names import names_of
from webapp.operations.outlook import outlook, titles, whole, written
from webapp.operations.paging import SIZE, asked_page
from webapp.viewer import viewer
from webapp.words import _, language
from workflows.association import discretion

blueprint = Blueprint("collective", __name__, template_folder="templates", url_prefix="/cases/together")
LISTED: Final = 30
EVERY: Final = 3  # seconds between two looks at the progress


@blueprint.route("", methods=["GET", "POST"])
@staff
def look() -> ResponseReturnValue:
    """Shows what an act would do to the chosen cases; then leaves the work."""
    kind = request.args.get("act", "")
    if kind not in KINDS:
        flash(_("Choose what is to be done with the cases."), "info")
        return redirect(url_for("operations.cases", **_filter(request.args)), 303)
    form = CollectiveForm.of(kind, str(uuid4()))
    with reading(engine()) as reader:
        found = chosen(reader, engine(), viewer(), language(), request.args)
        if not found.cases:
            flash(_("Tick the cases first."), "info")
            return redirect(url_for("operations.cases", **_filter(request.args)), 303)
        asked = offer(reader, form, found, kind)
        mark = found.mark(kind, asked.element, asked.place, str(asked.due_at or ""), *whole(asked.variables))
        complete = is_complete(asked)
        known = complete and (request.method == "GET" or form.seen.data == mark)
        sent = request.method == "POST" and known and form.validate()
        values = brought(form, engine(), _guarded) if sent and kind == "skip" else asked.variables
        if not (sent and values is not None):
            return _shown(reader, form, found, asked, mark, complete)
    with transaction(engine()) as writer:
        _authorized(writer, found)
        act = commands.act_on_cases(
            writer, engine(), replace(asked, variables=values, reason=_reason(form)),
            [each.id for each in found.cases], by=viewer().actor, act_id=_uuid(form.act_id.data),
        )  # fmt: skip
    return redirect(url_for("collective.progress", act_id=act), 303)


def _shown(
    reader: Session, form: CollectiveForm, found: Choice, asked: Asked, mark: str, complete: bool
) -> ResponseReturnValue:  # fmt: skip
    again = request.method == "POST" and complete and bool(form.seen.data) and form.seen.data != mark
    seen = outlook(reader, engine(), found.cases, asked, language()) if complete else None
    touched = seen.done + seen.unlooked if seen else 0
    form.seen.data = mark if touched else ""  # what would do nothing is not offered, only looked at again
    form.go.label.text = heading(asked.kind, touched) if touched else _("Look at what it would do")
    page = render_template(
        "operations/together.html", form=form, asked=asked, outlook=seen, count=len(found.cases), again=again,
        touched=touched, asks=_asks(form), title=title(asked.kind), back=_filter(request.args),
        mixed=bool(ALIKE & form._fields.keys()) and len(found.processes) > 1, city=zone_city(engine().settings.zone),
        at_once=is_past(asked, engine().clock.now()),
    )  # fmt: skip
    return page, 422 if form.errors else 200


def _asks(form: CollectiveForm) -> bool:
    """Whether something may be chosen before the look."""
    chooses = "element" in form and len(form.element.choices) > 1
    dated = "due" in form and bool(form.element.choices)
    return chooses or dated or bool(ALIKE & form._fields.keys())


def _authorized(writer: Session, found: Choice) -> None:
    """Raises NotFound where the viewer lost the right to one of them meanwhile."""
    lost = select(ProcessInstance.id).where(~authorize.authorize(viewer(), "operate", ProcessInstance))
    for start in range(0, len(found.cases), 500):
        ids = [each.id for each in found.cases[start : start + 500]]
        refused = writer.scalars(lost.where(ProcessInstance.id.in_(ids)).limit(1)).first()
        if refused is not None:
            raise NotFound(kind="case", id=str(refused))


def _guarded(names: Set[str]) -> Set[str]:
    return discretion.guarded(viewer().actor.roles) & names


def _reason(form: CollectiveForm) -> str:
    return form.reason.data.strip() if "reason" in form else ""


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _filter(args: MultiDict[str, str]) -> dict[str, Any]:
    """What the list was narrowed to, for the way back."""
    names = ("q", "process", "status", "version", "element", "age")
    return {name: args[name] for name in names if args.get(name)}


@blueprint.get("/<uuid:act_id>")
@staff
def progress(act_id: UUID) -> ResponseReturnValue:
    """How far an act has come, and what became of each case."""
    with reading(engine()) as reader:
        act = _readable(reader, act_id)
        states = counts(reader, act_id, _operated())
        query = _seen_cases(act_id).order_by(
            case((CollectiveCase.state == "left", 0), else_=1), CollectiveCase.at.desc().nulls_last(),
            ProcessInstance.id,
        )  # fmt: skip
        pages = asked_page(sum(states.values()))
        found = reader.execute(query.limit(SIZE).offset(pages.offset)).tuples().all()
        names_ = titles(reader, engine(), [one for _item, one in found], language())
        rows = [
            {"id": one.id, "title": names_[one.id], "state": item.state, "words": outcome(item)} for item, one in found
        ]
        page_ = render_template(
            "operations/together_progress.html", act=act, title=title(act.kind), rows=rows, pages=pages,
            said=written(asked_of(act).variables, discretion.guarded(viewer().actor.roles)),
            total=sum(states.values()), left=states.get("left", 0),
            waiting=states.get("waiting", 0), done=states.get("done", 0), reverse=REVERSED.get(act.kind),
            who=names_of(reader, [act.asked_by])[act.asked_by],
        )  # fmt: skip
    answer = make_response(page_)
    if states.get("waiting"):
        answer.headers["Refresh"] = str(EVERY)
    return answer


@blueprint.get("/acts")
@staff
def acts() -> str:
    """The acts so far that touched a case which the viewer may operate, the latest first."""
    mine = exists(select(CollectiveCase.act_id).where(CollectiveCase.act_id == CollectiveAct.id, _operated()))
    with reading(engine()) as reader:
        query = select(CollectiveAct).where(mine).order_by(CollectiveAct.asked_at.desc(), CollectiveAct.id)
        found: Sequence[CollectiveAct] = reader.scalars(query.limit(LISTED)).all()
        names = names_of(reader, [each.asked_by for each in found])
        seen = select(CollectiveCase.act_id, func.count()).where(
            CollectiveCase.act_id.in_([each.id for each in found]), _operated()
        )
        totals = dict(reader.execute(seen.group_by(CollectiveCase.act_id)).tuples().all())
        rows = [
            {"act": each, "title": title(each.kind), "who": names[each.asked_by], "total": totals[each.id]}
            for each in found
        ]
        return render_template("operations/together_acts.html", rows=rows)


def _readable(reader: Session, act_id: UUID) -> CollectiveAct:
    """The act, where it touched a case that the viewer may operate. Raises NotFound."""
    touched = select(CollectiveCase.act_id).where(CollectiveCase.act_id == act_id, _operated())
    found = reader.get(CollectiveAct, act_id)
    if found is None or reader.scalars(touched.limit(1)).first() is None:
        raise NotFound(kind="act", id=str(act_id))
    return found


def _operated() -> Any:
    """On `collective_case`: its case may be operated by the viewer."""
    may = authorize.authorize(viewer(), "operate", ProcessInstance)
    return exists(select(ProcessInstance.id).where(ProcessInstance.id == CollectiveCase.instance_id, may))


def _seen_cases(act_id: UUID) -> Any:
    query = select(CollectiveCase, ProcessInstance).join(
        ProcessInstance, ProcessInstance.id == CollectiveCase.instance_id
    )
    return query.where(
        CollectiveCase.act_id == act_id, authorize.authorize(viewer(), "operate", ProcessInstance)
    )  # fmt: skip
