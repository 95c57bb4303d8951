"""The one box on every page of staff: a case by its number, a person by name, address, telephone or number."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine.models import ProcessInstance
from engine.transaction import reading
from webapp import authorize
from webapp.auth import current, engine, role
from webapp.limits import limited
from webapp.person import facets
from webapp.viewer import viewer
from workflows.association import person_search

blueprint = Blueprint("finding", __name__)
opener = role(*sorted(facets.OPENERS | facets.FOUNDATION_ROLES))


@blueprint.get("/find")
@opener
@limited("120 per minute")
def find() -> ResponseReturnValue:
    """Leads to the case of this number, to the one person who is meant, else to what is found."""
    text = " ".join(request.args.get("q", "").replace("\x00", "").split())[: person_search.LONGEST]
    if not text:
        return redirect(url_for("person.search"), 303)
    with reading(engine()) as reader:
        may = authorize.authorize(viewer(), "read", ProcessInstance)
        by_key = select(ProcessInstance.id).where(ProcessInstance.business_key.in_([text, text.upper()]), may)
        cases = reader.scalars(by_key.order_by(ProcessInstance.started_at.desc()).limit(2)).all()
        if len(cases) == 1:
            return redirect(url_for("operations.case", instance_id=cases[0]), 303)
        if cases:
            return redirect(url_for("operations.cases", q=text), 303)
        people = person_search.find(reader, text, facets.visible(current()), limit=2)
    if len(people) == 1:
        return redirect(url_for("person.page", person_id=people[0].id, via="search"), 303)
    return redirect(url_for("person.search", q=text), 303)
