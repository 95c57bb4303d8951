"""The general delegate's page of the week."""

from __future__ import annotations

from flask import Blueprint, render_template

from engine.transaction import reading
from webapp.auth import engine, role
from webapp.inbox.due import due
from webapp.operations.diagrams import element_name
from webapp.operations.subjects import subjects_of
from webapp.viewer import viewer
from webapp.week.ahead import day_words, first_days
from webapp.week.reckoning import reckon
from webapp.words import language
from workflows.association.role_names import role_name

blueprint = Blueprint("week", __name__, template_folder="templates", url_prefix="/week")


@blueprint.get("")
@role("GENERAL_DELEGATE", "ADMIN")
def page() -> str:
    """What is late, promised, to sign, in money, and the load of the coming four weeks."""
    with reading(engine()) as reader:
        found, now = reckon(reader, engine(), viewer().actor), engine().clock.now()
        between = engine().settings.staff_calendar(reader).between
        about = subjects_of(reader, engine(), (row.instance_id for row in found.to_sign))
        signing = [
            (
                row.id,
                element_name(reader, engine(), row.definition_id, row.element, language()),
                about.get(row.instance_id, "") or row.title_in(language()) or row.process_name,
                due(row.due_at, now, between),
            )
            for row in found.to_sign
        ]
        weeks = [day_words(each, language()) for each in first_days(now, engine().settings.zone)]
        return render_template(
            "week/page.html", week=found, signing=signing, weeks=weeks, role_name=lambda key: role_name(key, language())
        )
