"""The yearly report of mentoring, on a page and as a sheet: it may be handed on, since nobody can be made out in it."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.transaction import reading
from webapp import measures
from webapp.auth import current_day, engine, role
from webapp.measures import Line
from webapp.mentoring.wording import PARTS, YEARLY
from webapp.spreadsheets import download
from webapp.words import _
from workflows.association import measures as measures_of
from workflows.association.mentoring import figures, indicators, yearly

ROLES = ("MENTORING", "CAREERS_HEAD", "GENERAL_DELEGATE")
blueprint = Blueprint("mentoring_years", __name__, template_folder="templates", url_prefix="/mentoring/years")


def _report() -> tuple[int, Sequence[tuple[int, str]], Sequence[Line], int]:
    """The year, every year that may be chosen, what is told of it, and of how many people at least."""
    today = current_day()
    with reading(engine()) as reader:
        year, years = measures.chosen(
            indicators.first_year(reader), today, lambda number: url_for("mentoring_years.page", year=number)
        )
        found = yearly.report(reader, measures_of.year(year), today)
        least = figures.limit(reader, "CELL", today)
    return year, years, measures.lines(found, YEARLY, PARTS), least


@blueprint.get("/")
@role(*ROLES)
def page() -> str:
    """The year asked for, else this one."""
    year, years, lines, least = _report()
    return render_template(
        "measures.html", heading=_("Yearly report of mentoring"), back=url_for("mentoring.board"),
        back_to=_("Mentorships"), year=year, years=years, lines=lines,
        sheet=url_for("mentoring_years.sheet", year=year),
        notes=[
            _(
                "Nobody is named, and what stands for fewer than %(num)d people is not told: you may hand it on.",
                num=least,
            )
        ],
    )  # fmt: skip


@blueprint.get("/sheet.csv")
@role(*ROLES)
def sheet() -> ResponseReturnValue:
    """The same as a sheet."""
    year, _years, lines, _least = _report()
    rows: list[list[str]] = [[_("Yearly report of mentoring"), str(year)]]
    rows += [[each.name, each.value, each.of, each.aim, each.verdict] for each in lines]
    return download(rows, f"mentoring-{year}.csv")
