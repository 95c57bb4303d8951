"""How the events of a year went: the page of the office."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for

from engine.transaction import reading
from webapp import measures
from webapp.auth import current_day, engine, role
from webapp.events.office import OFFICE
from webapp.events.wording import NAMES, TIERS
from webapp.words import _
from workflows.association import measures as measures_of
from workflows.association.events import indicators

blueprint = Blueprint("event_figures", __name__, template_folder="templates", url_prefix="/events-office/figures")


@blueprint.get("")
@role(*OFFICE)
def page() -> str:
    """Each figure beside its aim, for one year."""
    with reading(engine()) as reader:
        today = current_day()
        year, years = measures.chosen(
            indicators.first_year(reader), today, lambda number: url_for("event_figures.page", year=number)
        )
        office = engine().settings.staff_calendar(reader)
        found = indicators.of_period(reader, measures_of.year(year), today, office)
    return render_template(
        "measures.html", heading=_("Figures of events"), back=url_for("events_office.calendar"),
        back_to=_("Calendar of events"), year=year, years=years, lines=measures.lines(found, NAMES, TIERS), notes=[],
    )  # fmt: skip
