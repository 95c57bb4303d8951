"""The member card: on one's telephone, on paper, and the page of whoever checks one."""

from __future__ import annotations

from io import BytesIO

from flask import Blueprint, Response, render_template, send_file
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import current, current_day, engine, public, settings, signed_in
from webapp.dates import day
from webapp.house import card_links
from webapp.words import _, language
from workflows.association import member_cards
from workflows.association.diplomas import PROGRAMMES
from workflows.association.member_cards import MemberCard
from workflows.association.typesetting import typeset_by

blueprint = Blueprint("cards", __name__, template_folder="templates")


@blueprint.after_request
def keep_to_oneself(response: Response) -> Response:
    """What the address of a card opens is for whoever has the card before him: no other site, no store, no index."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/membership/card")
@signed_in
def card() -> str:
    """My card; whoever has none is told why."""
    found = _mine()
    shown = Markup(member_cards.picture(card_links(settings()).of(found))) if found is not None else ""  # noqa: S704
    diploma = _diploma(found) if found is not None else ""
    return render_template("membership/card.html", card=found, picture=shown, diploma=diploma)


@blueprint.get("/membership/card.pdf")
@signed_in
def paper() -> ResponseReturnValue:
    """My card on a sheet, to be cut out. 404 for whoever has none."""
    found = _mine()
    if found is None:
        raise NotFound(kind="document", id="")
    today = current_day()
    until = _("until %(day)s", day=day(found.until)) if found.until else _("for life")
    page = {
        "lang": language(),
        "issued_on": today.isoformat(),
        "title": _("Member card"),
        "association": settings().association,
        "how": _("Cut along the dotted line. Whoever checks the card scans the picture."),
        "kind": _kinds().get(found.category, _("Member card")),
        "name": found.name,
        "lines": [_diploma(found)] if found.diploma else [],
        "facts": [(_("Member number"), found.member_no), (_("Valid"), until)],
        "picture": list(member_cards.svg(card_links(settings()).of(found)).encode()),
        "picture_words": _("Picture that leads to the page where the card is checked"),
        "ends": _("The card is good as long as the services of the association are open to you, as the page behind its "
                  "picture says."),
    }  # fmt: skip
    body = typeset_by("card.typ", str(page["title"]), page)
    return send_file(
        BytesIO(body), mimetype="application/pdf", as_attachment=True, download_name=f"carte-{found.member_no}.pdf",
        etag=False,
    )  # fmt: skip


@blueprint.get("/cards/<token>")
@public
def check(token: str) -> ResponseReturnValue:
    """Whether a card is good today, with what is compared with the card itself. A link that is not ours says no."""
    read = card_links(settings()).read(token)
    today = current_day()
    with reading(engine()) as reader:
        standing = member_cards.standing(reader, *read, today) if read is not None else member_cards.Standing(False)
    return render_template("membership/checked.html", standing=standing, today=today)


def _mine() -> MemberCard | None:
    today = current_day()
    with reading(engine()) as reader:
        return member_cards.card_of(reader, current().person_id, today)


def _diploma(card: MemberCard) -> str:
    if card.diploma is None:
        return ""
    programme, year = card.diploma
    return f"{PROGRAMMES.get(programme, {}).get(language(), programme)} {year}"


def _kinds() -> dict[str, str]:
    return {"STUDENT": _("Student member"), "HONORARY": _("Honorary member")}
