"""Mandates, for the heads of roles who give and end them; one's own mandates and absences, for whoever has a role."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine.errors import Invalid, NotFound, Refused
from engine.transaction import reading, transaction
from webapp.auth import current, current_day, engine, role, signed_in
from webapp.limits import limited
from webapp.mandates.page import appointable, mandates, may_appoint, running
from webapp.operations.names import PERSON, tongues_of
from webapp.unsent.expired import held_before
from webapp.words import _, language
from workflows.association import absences, office_mandates, people, role_names, roles, stand_ins
from workflows.association.absences import Absence
from workflows.association.office_mandates import REASONS, MandateRefused
from workflows.association.roles import RoleHolding

blueprint = Blueprint("mandates", __name__, template_folder="templates", url_prefix="/mandates")
APPOINTERS = tuple(sorted({each.head for each in role_names.ROLES.values()} | {"GROUPS", "ADMIN", "GENERAL_DELEGATE"}))


@blueprint.get("/")
@role(*APPOINTERS)
def listing() -> str:
    """Mandates in force and to come, those that end soon, who is away; and the form that appoints."""
    return _listing({}, "")


def _listing(typed: dict[str, str], wrong: str) -> str:
    today, wanted = current_day(), request.args.get("role", "")
    with reading(engine()) as reader:
        viewer = current()
        ending = [each for each in office_mandates.coming_ends(reader, today) if may_appoint(viewer, each.role)]
        away = absences.running(reader, today)
        known = {one for each in away for one in (each.person_id, each.substitute_id) if one is not None}
        names = people.names_of(reader, known)
        return render_template(
            "mandates/listing.html", mandates=mandates(reader, viewer, running(reader, viewer, wanted, today)),
            ending=mandates(reader, viewer, ending), roles=appointable(viewer), role=wanted, away=away, names=names,
            typed=typed, wrong=wrong, today=today, reasons=_reasons(),
        )  # fmt: skip


def _reasons() -> list[tuple[str, str]]:
    return [(key, english if language() == "en" else french) for key, (french, english) in REASONS.items()]


@blueprint.post("/")
@role(*APPOINTERS)
def appoint() -> ResponseReturnValue:
    """Appoints the person of an e-mail address. Raises Refused for a role that is not the viewer's to give."""
    typed = {name: request.form.get(name, "").strip() for name in ("email", "role", "scope", "first", "last")}
    viewer = current()
    if not may_appoint(viewer, typed["role"]):
        raise Refused(action="appoint", kind="role")
    try:
        first = date.fromisoformat(typed["first"])
        last = date.fromisoformat(typed["last"]) if typed["last"] else None
        with transaction(engine()) as writer:
            found = people.by_email(writer, typed["email"])
            if len(found) != 1:
                raise MandateRefused
            office_mandates.appoint(
                writer, engine(), found[0].id, typed["role"], from_date=first, to_date=last,
                scope=typed["scope"][:64], by=viewer.actor,
            )  # fmt: skip
    except (ValueError, MandateRefused):
        wrong = _("Give the address of one person of the register, a first day, and a last day within three years.")
        return _listing(typed, wrong), 422
    flash(_("The mandate is given, and the person is told."), "success")
    return redirect(url_for("mandates.listing", role=typed["role"]), 303)


@blueprint.post("/<uuid:holding_id>/end")
@role(*APPOINTERS)
def end(holding_id: UUID) -> ResponseReturnValue:
    """Ends a mandate after a day, or at once."""
    with transaction(engine()) as writer:
        holding = writer.get(RoleHolding, holding_id)
        if holding is None or holding.stands_for is not None or not may_appoint(current(), holding.role):
            raise NotFound(kind="mandate", id=str(holding_id))
        wanted = request.form.get("last", "")
        try:
            last = date.fromisoformat(wanted) if wanted else current_day() - timedelta(days=1)
        except ValueError:
            raise MandateRefused from None
        office_mandates.finish(
            writer, engine(), holding, last_day=last, reason=request.form.get("reason", ""), by=current().actor
        )
    flash(_("The mandate ends, and the person is told."), "success")
    return redirect(url_for("mandates.listing"), 303)


@blueprint.get("/mine")
@signed_in
def mine() -> str:
    """My mandates, and the days on which I am away."""
    first, last = (request.args.get(name) or next(iter(held_before(name)), "") for name in ("first", "last"))
    return _mine(("", ""), first, last)


def _mine(trouble: tuple[str, str], first: str, last: str, chosen: str | None = None, message: str = "") -> str:
    today = current_day()
    with reading(engine()) as reader:
        viewer = current()
        held = mandates(reader, viewer, roles.holdings(reader, viewer.person_id, today))
        away = absences.of_person(reader, viewer.person_id, today)
        standing = absences.stood_in(reader, viewer.person_id, today)
        known = {each.substitute_id for each in away if each.substitute_id} | {each.person_id for each in standing}
        names = people.names_of(reader, known)
        able = _able(viewer.person_id, first, last)
        return render_template(
            "mandates/mine.html", mandates=held, away=away, names=names, able=able, field=trouble[0],
            wrong=trouble[1], first=first, last=last, today=today, standing=standing,
            awaited=stand_ins.is_awaited(reader, viewer.person_id, today), chosen=chosen, message=message,
            tongues=tongues_of(reader, {f"{PERSON}{each.person_id}" for each in standing}, language()),
        )  # fmt: skip


def _able(person_id: UUID, first: str, last: str) -> list[tuple[str, str, str]]:
    """Who may stand in on these days: id, name, and the roles of the first of them."""
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        return []
    with reading(engine()) as reader:
        return [
            (str(each.id), each.display_name, _roles(roles.keys_of(reader, each.id, days[0])))
            for each in stand_ins.able(reader, person_id, *days)
        ]


def _roles(keys: Iterable[str]) -> str:
    return ", ".join(sorted(role_names.role_name(key, language()) for key in keys))


def _trouble(person_id: UUID, first: str, last: str) -> tuple[str, str]:
    """The field that keeps somebody from being away on these days, and what is wrong with it."""
    days: list[date] = []
    for field, text, words in (
        ("first", first, _("Give your first day away.")), ("last", last, _("Give your last day away.")),
    ):  # fmt: skip
        try:
            days.append(date.fromisoformat(text))
        except ValueError:
            return field, words
    if days[0] < current_day():
        return "first", _("The first day is today at the earliest.")
    if days[1] < days[0]:
        return "last", _("The last day cannot come before the first one.")
    with reading(engine()) as reader:
        if absences.is_away(reader, person_id, days[0], days[1]):
            return "first", _("You are away already on some of these days.")
    return "substitute-none", _("Choose somebody who works here and is not away on these days, or nobody.")


@blueprint.post("/mine")
@signed_in
@limited("60 per hour")
def absent() -> ResponseReturnValue:
    """Leads to the question who stands in on these days; then notes the absence and tells the substitute."""
    first, last, said = (request.form.get(name, "") for name in ("first", "last", "message"))
    chosen = request.form.get("substitute")
    viewer = current()
    with reading(engine()) as reader:
        if not viewer.roles and not stand_ins.is_awaited(reader, viewer.person_id, current_day()):
            raise Refused(action="note", kind="absence")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last)
        if chosen is None:
            with reading(engine()) as reader:
                absences.check(reader, viewer.person_id, *days, today=current_day())
            return redirect(url_for("mandates.mine", first=first, last=last), 303)
        with transaction(engine()) as writer:
            substitute = UUID(chosen) if chosen else None
            stand_ins.note(writer, engine(), viewer.person_id, *days, substitute_id=substitute, message=said)
    except (ValueError, Invalid):
        return _mine(_trouble(viewer.person_id, first, last), first, last, chosen, said), 422
    flash(_("Noted. Whoever it concerns is told."), "success")
    return redirect(url_for("mandates.mine"), 303)


@blueprint.post("/absences/<uuid:absence_id>/back")
@signed_in
def back(absence_id: UUID) -> ResponseReturnValue:
    """I am back earlier: nobody stands in for me any more."""
    with transaction(engine()) as writer:
        found = writer.get(Absence, absence_id)
        if found is None or found.person_id != current().person_id:
            raise NotFound(kind="absence", id=str(absence_id))
        absences.back(writer, engine(), found)
    flash(_("Welcome back. Nobody stands in for you any more."), "success")
    return redirect(url_for("mandates.mine"), 303)
