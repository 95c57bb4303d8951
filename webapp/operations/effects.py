"""What left the house for a case, in words; and the page on which people decide about what nobody knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, true
from sqlalchemy.orm import Session

from engine import unknown
from engine.engine import Engine
from engine.errors import Invalid, NotFound
from engine.ledger import effects_of
from engine.models import Effect, ProcessInstance
from engine.transaction import reading, transaction
from engine.unknown import Unknown
from webapp.auth import engine, staff
from webapp.authorize import Viewer
from webapp.operations.diagrams import drawing
from webapp.operations.drawing import Drawing
from webapp.process_titles import case_title
from webapp.refusal_words import reason_in_words
from webapp.viewer import viewer
from webapp.words import _, language

blueprint = Blueprint("unknown", __name__, template_folder="templates", url_prefix="/operations/unknown")
SHOWN = 50


@dataclass(frozen=True, slots=True)
class Left:
    """One attempt: what came of it last, with what the receiver answered."""

    name: str
    kind: str
    number: int
    outcome: str
    colour: str
    at: datetime
    answer: str
    id: UUID  # of the attempt, for the page that says why it was made


@dataclass(frozen=True, slots=True)
class ToDecide:
    """One attempt of which nobody knows."""

    id: UUID
    name: str
    kind: str
    number: int
    at: datetime
    reason: str
    answer: str
    late: str
    case_id: UUID | None
    case_title: str


def kinds() -> dict[str, str]:
    """What leaves, by the type of its connector."""
    return {
        "mail.send": _("mail"),
        "mail.answer": _("mail that somebody asked for"),
        "sms.send": _("SMS"),
        "sign_in.mail": _("mail with a sign-in code"),
        "webhook.send": _("webhook"),
        "webhook.event": _("webhook about a task or case"),
        "http.call": _("call of another system"),
        "http.call_once": _("call of another system"),
        "io.camunda:http-json:1": _("call of another system"),
        "proof.erase": _("erasure of proofs"),
        "payment.receive": _("payment that a provider told of"),
        "payment.stop": _("stop of a debit that a provider collects"),
    }


def params_in_words(params: Mapping[str, object]) -> Mapping[str, object]:
    """What an incident tells of, the type of a connector in words."""
    kind = params.get("type", params.get("value"))
    return {**params, "type": kinds().get(kind, kind)} if isinstance(kind, str) else params


def outcomes() -> dict[str, tuple[str, str]]:
    """Each fact in words, with its colour."""
    return {
        "attempted": (_("under way"), "blue"),
        "answered": (_("arrived"), "green"),
        "failed": (_("did not succeed"), "red"),
        "lost": (_("interrupted, made again"), "yellow"),
        "unknown": (_("not known"), "red"),
        "went_out": (_("went out, somebody decided"), "green"),
        "not_gone": (_("did not go out, somebody decided"), "grey"),
    }


def left_the_house(session: Session, case: ProcessInstance, drawn: Drawing, language: str) -> Sequence[Left]:
    """The attempts of a case, the latest first, each with the last that is known of it."""
    latest: dict[tuple[str, int], list[Effect]] = {}
    for row in effects_of(session, case.id):
        latest.setdefault((row.key, row.number), []).append(row)
    return [_left(max(rows, key=lambda row: row.step), rows, drawn, language) for rows in latest.values()]


def _left(last: Effect, rows: Iterable[Effect], drawn: Drawing, language: str) -> Left:
    words, colour = outcomes().get(last.fact, (last.fact, "grey"))
    told = next((row.answer for row in rows if row.answer), {})
    return Left(
        _name(drawn, last.element, language), kinds().get(last.type, last.type), last.number, words, colour, last.at,
        in_words(told), last.id,
    )  # fmt: skip


def _name(drawn: Drawing | None, element: str | None, language: str) -> str:
    shape = drawn.shapes.get(element or "") if drawn is not None else None
    return (element or "") if shape is None else shape.label(language)


def in_words(answer: dict[str, object]) -> str:
    """What the receiver answered; a reason of ours in the reader's language."""
    reason = answer.get("reason")
    parts = [_("%(name)s: %(value)s", name=name, value=value) for name, value in answer.items() if name != "reason"]
    return " · ".join([reason_in_words(str(reason))] * (reason is not None) + parts)


def waiting(session: Session, viewer: Viewer) -> int:
    """How many decisions wait for this viewer."""
    return unknown.count(session, of=_mine(viewer)) if viewer.oversees or viewer.processes else 0


def _mine(viewer: Viewer) -> ColumnElement[bool]:
    """Overseers decide about everything, owners of a process about its cases."""
    return true() if viewer.oversees else Effect.process_id.in_(viewer.processes)


@blueprint.get("")
@staff
def page() -> ResponseReturnValue:
    """What nobody knows, the oldest first."""
    who = viewer()
    with reading(engine()) as reader:
        found = unknown.listed(reader, of=_mine(who), limit=SHOWN)
        rows = [_to_decide(reader, engine(), each, language()) for each in found]
        return render_template("operations/unknown.html", rows=rows, count=unknown.count(reader, of=_mine(who)))


def _to_decide(session: Session, engine: Engine, one: Unknown, language: str) -> ToDecide:
    case = session.get(ProcessInstance, one.instance_id) if one.instance_id is not None else None
    drawn = drawing(session, engine, case.definition_id) if case is not None else None
    answer = dict(one.answer)
    reason = str(answer.pop("reason", ""))
    late = "" if one.late is None else outcomes().get(one.late.fact, (one.late.fact, ""))[0]
    return ToDecide(
        one.id, _name(drawn, one.element, language), kinds().get(one.type, one.type), one.number, one.at,
        reason_in_words(reason), in_words(answer), late, one.instance_id,
        case_title(session, case, language) if case is not None else "",
    )  # fmt: skip


@blueprint.post("/<uuid:effect_id>")
@staff
def decide(effect_id: UUID) -> ResponseReturnValue:
    """It went out, or it did not and is made again."""
    said = request.form.get("said", "")
    with transaction(engine()) as writer:
        known = writer.get(Effect, effect_id)
        if known is None or not (viewer().oversees or known.process_id in viewer().processes):
            raise NotFound(kind="effect", id=str(effect_id))
        if said not in ("went_out", "not_gone"):
            raise Invalid(reason=_("Say whether it went out."))
        unknown.decide(writer, engine(), effect_id, went_out=said == "went_out", by=viewer().actor)
    flash(_("It is on record that it went out.") if said == "went_out" else _("It is made again."), "success")
    return redirect(url_for("unknown.page"), 303)
