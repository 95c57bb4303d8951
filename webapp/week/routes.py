"""The general delegate's page of the week."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.inbox import Row
from engine.transaction import reading
from webapp.auth import engine, role
from webapp.inbox.due import Due, due
from webapp.operations.diagrams import element_name
from webapp.operations.drawing import SUBJECT_ROLES
from webapp.operations.names import names_of
from webapp.operations.subjects import subjects_of
from webapp.viewer import viewer
from webapp.week.ahead import day_words, first_days
from webapp.week.letter import doer
from webapp.week.reckoning import late_of, reckon
from webapp.words import _, language
from workflows.association import roles
from workflows.association.role_names import ROLES, role_name

blueprint = Blueprint("week", __name__, template_folder="templates", url_prefix="/week")


@blueprint.get("")
@role("GENERAL_DELEGATE", "ADMIN")
def page() -> str:
    """What is late, promised, to sign, in money, and the load of the coming four weeks."""
    with reading(engine()) as reader:
        found, now = reckon(reader, engine(), viewer().actor), engine().clock.now()
        signing = _told(reader, found.to_sign, now)
        weeks = [day_words(each, language()) for each in first_days(now, engine().settings.zone)]
        return render_template(
            "week/page.html", week=found, signing=signing, weeks=weeks, role_name=lambda key: doer(key, _, language())
        )


@blueprint.get("/late")
@role("GENERAL_DELEGATE", "ADMIN")
def late() -> str:
    """What is late of one role, whoever has it."""
    asked = request.args.get("role", "")
    if roles.parts(asked)[0] not in ROLES or asked in SUBJECT_ROLES:
        raise NotFound(kind="role", id=asked)
    with reading(engine()) as reader:
        now = engine().clock.now()
        rows = _told(reader, late_of(reader, asked, now), now)
        return render_template("week/late.html", rows=rows, role=role_name(asked, language()))


@dataclass(frozen=True, slots=True)
class Told:
    """One task in words: what is to be done, about whom, until when, and who has it."""

    id: UUID
    name: str
    about: str
    due: Due
    who: str


def _told(session: Session, rows: Sequence[Row], now: datetime) -> Sequence[Told]:
    between = engine().settings.staff_calendar(session).between
    about = subjects_of(session, engine(), (row.instance_id for row in rows))
    names = names_of(session, (row.assignee for row in rows))
    return [
        Told(
            row.id,
            element_name(session, engine(), row.definition_id, row.element, language()),
            about.get(row.instance_id, "") or row.title_in(language()) or row.process_name,
            due(row.due_at, now, between),
            names[row.assignee] if row.assignee else _("Nobody has taken it"),
        )
        for row in rows
    ]
