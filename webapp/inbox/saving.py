"""Keeping a filter under a name, and forgetting it."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import NotFound
from engine.transaction import transaction
from webapp.auth import current, engine, staff
from webapp.errors import in_words
from webapp.inbox import saved
from webapp.inbox.listing import asked, query_of
from webapp.words import _

blueprint = Blueprint("saving", __name__, url_prefix="/tasks/filters")


@blueprint.post("/")
@staff
def keep() -> ResponseReturnValue:
    """Keeps the list of the address under the name of the form."""
    tab, filters, _after = asked(request.args)
    name, shared = request.form.get("name", ""), request.form.get("shared") == "1"
    try:
        with transaction(engine()) as writer:
            saved.keep(writer, current().person_id, name, request.args, engine().clock.now(), shared=shared)
        flash(_("The filter “%(name)s” is kept.", name=" ".join(name.split())), "success")
    except saved.FilterRefused as refused:
        flash(in_words(refused), "error")
    return redirect(url_for("inbox.listing", **query_of(tab, filters)), 303)


@blueprint.post("/<uuid:filter_id>/remove")
@staff
def remove(filter_id: UUID) -> ResponseReturnValue:
    """Forgets one of the viewer's own filters. Raises NotFound."""
    with transaction(engine()) as writer:
        if not saved.drop(writer, current().person_id, filter_id):
            raise NotFound(kind="filter", id=str(filter_id))
    flash(_("The filter is removed."), "success")
    return redirect(url_for("inbox.listing"), 303)
