"""The time zone that somebody lives in, chosen on one's account: a country may have several."""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.core import get_global
from babel.dates import get_timezone_location
from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from engine.transaction import transaction
from webapp import auth
from webapp.auth import current, signed_in
from workflows.association import people
from workflows.association.mail_hours import offered

blueprint = Blueprint("own_zone", __name__, url_prefix="/account/zone")


@blueprint.post("/")
@signed_in
def keep() -> Response:
    """Keeps the zone; an empty one means that the country says it. Raises BadRequest for one that is not offered."""
    chosen = request.form.get("zone", "")
    if chosen and chosen not in dict(choices("en")):
        raise BadRequest(_("Choose a time zone of the list."))
    with transaction(auth.engine()) as writer:
        person = people.get(writer, current().person_id)
        if person is not None:
            person.zone = chosen or None
    flash(_("Your time zone is kept."), "success")
    return redirect(url_for("account.overview"), 303)


@cache
def choices(language: str) -> tuple[tuple[str, str], ...]:
    """Every zone of every country, by its name (IANA), in words: “Canada, Toronto”."""
    locale = Locale.parse(language)
    found = {
        name: f"{locale.territories[country]}, {get_timezone_location(ZoneInfo(name), locale=locale, return_city=True)}"
        for country in get_global("territory_zones")
        if country in locale.territories and country != "ZZ"
        for name in offered(country)
    }
    return tuple(sorted(found.items(), key=lambda pair: pair[1]))
