"""One person as the page shows her to this viewer: the line that says it all, how to reach her, names, timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine.models import ProcessInstance, UserTask
from webapp.authorize import Viewer, authorize
from webapp.dates import day
from webapp.operations.names import names_of
from webapp.person.facts import Asked, Fact
from webapp.person.own_cases import cases_of, ids_of
from webapp.person.perhaps import Perhaps, perhaps_of
from webapp.person.timeline import facet_names, timeline
from webapp.words import _, ngettext
from workflows.association import (
    life_plans,
    mail_holds,
    member_documents,
    memberships,
    openings,
    renewals,
    role_names,
    roles,
    wording,
)
from workflows.association.contact_texts import international
from workflows.association.contacts import Address
from workflows.association.diplomas import PROGRAMMES
from workflows.association.orders import ASSOCIATION, Order
from workflows.association.people import Person

Lines = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Flag:
    """A word that must be seen before anything else, with its colour."""

    text: str
    colour: str


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody's look at this page."""

    who: str
    role: str
    at: datetime
    shown: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The page."""

    person: Person
    flags: Sequence[Flag]
    money: str
    waiting: str
    perhaps: Sequence[Perhaps]
    lines: Lines
    names: Lines
    facts: Sequence[Fact]
    parts: dict[str, str]
    looks: Sequence[Look]


def shown_to(
    session: Session,
    viewer: Viewer,
    person: Person,
    shown: frozenset[str],
    *,
    language: str,
    zone: ZoneInfo,
    today: date,
) -> Shown:
    """What of this person is shown."""
    ids = ids_of(session, person.id)
    cases = cases_of(session, ids)
    asked = Asked(session, viewer, language, zone, ids, cases)
    perhaps = perhaps_of(session, viewer, person, language) if "cases" in shown else ()
    return Shown(
        person=person,
        flags=_flags(session, person, shown, language),
        money=_money(session, person, language) if "money" in shown else "",
        waiting=_waiting(asked, len(perhaps)) if "cases" in shown else "",
        perhaps=perhaps,
        lines=_kept(_lines(session, person, shown, language, today)),
        names=_kept(_names(person)),
        facts=timeline(asked, shown),
        parts=dict(facet_names()),
        looks=_looks(session, person, language) if "openings" in shown else (),
    )


def _flags(session: Session, person: Person, shown: frozenset[str], language: str) -> Sequence[Flag]:
    found = []
    if person.deceased_on is not None:
        found.append(Flag(_("died on %(day)s", day=day(person.deceased_on)), "grey"))
    if person.restricted_since is not None:
        found.append(Flag(_("data restricted"), "red"))
    if person.deceased_on is None and mail_holds.is_held(session, person.id):
        found.append(Flag(_("mails held"), "yellow"))
    if person.watched and "birth" in shown:
        found.append(Flag(_("the general delegate decides"), "yellow"))
    if "standing" in shown:
        state = memberships.entitlement(session, person.id)
        colour = "green" if state in memberships.PAID_UP else "grey"
        found.append(Flag(wording.entitlement(state, language), colour))
    return found


def _money(session: Session, person: Person, language: str) -> str:
    query = select(Order).where(Order.person_id == person.id, Order.state == "OPEN")
    open_orders = session.scalars(query).all()
    owed = sum((order.total_for(ASSOCIATION) for order in open_orders), Decimal(0))
    return _("%(amount)s to pay", amount=wording.amount(owed, language)) if owed else _("nothing to pay")


def _waiting(asked: Asked, perhaps: int) -> str:
    """How much is open in the cases that the viewer sees, and how many of others are perhaps this person's."""
    seen = select(ProcessInstance.id).where(
        ProcessInstance.id.in_(asked.cases), authorize(asked.viewer, "read", ProcessInstance)
    )
    count = asked.session.scalar(
        select(func.count()).select_from(UserTask).where(UserTask.instance_id.in_(seen), UserTask.state == "created")
    )
    waits = ngettext("%(num)d task waits", "%(num)d tasks wait", count) if count else ""
    likely = (
        ngettext("%(num)d open case is perhaps this person's", "%(num)d open cases are perhaps this person's", perhaps)
        if perhaps
        else ""
    )
    return " · ".join(filter(None, (waits, likely))) or _("nothing waits")


def _lines(
    session: Session, person: Person, shown: frozenset[str], language: str, today: date
) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    if "standing" in shown:
        found += _membership(session, person)
    if "money" in shown:
        found += _life(session, person, language, today)
    if "birth" in shown:
        found.append((_("Born on"), day(person.birth_date)))
    if "contact" in shown:
        found += _ways_to_reach(person)
    if "standing" in shown:
        held = [role_names.ROLES[each.role] for each in roles.holdings(session, person.id, today)]
        taught = [(PROGRAMMES.get(each.programme, {}), each) for each in person.diplomas]
        found += [(_("Diploma"), f"{words.get(language, e.programme)} {e.promotion_year}") for words, e in taught]
        found.append((_("Employer"), " · ".join(filter(None, (person.employer, person.position)))))
        found.append((_("Roles"), ", ".join(each.en if language == "en" else each.fr for each in held)))
    found.append((_("Language"), {"fr": _("French"), "en": _("English")}[person.lang]))
    return found


def _membership(session: Session, person: Person) -> list[tuple[str, str | None]]:
    membership = memberships.of(session, person.id)
    if membership is None:
        return []
    until = _("for life") if membership.end_date == date.max else day(membership.end_date)
    paid = member_documents.latest_period(session, membership) is not None
    return [(_("Member number"), membership.member_no), (_("Paid until"), until if paid else None)]


def _life(session: Session, person: Person, language: str, today: date) -> list[tuple[str, str | None]]:
    """How much of dues for life is paid, for whoever pays them in instalments."""
    membership = memberships.of(session, person.id)
    if membership is None or not renewals.may_renew(membership):
        return []
    life = life_plans.running(session, membership, today)
    if life is None:
        return []
    said = {"paid": life.paid_parts, "parts": life.parts, "left": wording.amount(life.rest, language)}
    return [(_("Dues for life"), _("instalments paid: %(paid)s of %(parts)s; %(left)s is left", **said))]


def _ways_to_reach(person: Person) -> list[tuple[str, str | None]]:
    return [
        *((_("E-mail"), _address(each.address, each.bounce_state)) for each in person.emails),
        *((_("Phone"), international(each.number)) for each in person.phones),
        *((_("Address"), _postal(each)) for each in person.addresses),
    ]


def _address(address: str, bounced: str) -> str:
    return f"{address} ({_('does not arrive')})" if bounced == "HARD" else address


def _postal(address: Address) -> str:
    town, abroad = f"{address.postcode} {address.city}".strip(), "" if address.country == "FR" else address.country
    return ", ".join(filter(None, (*address.lines.splitlines(), town, abroad)))


def _names(person: Person) -> list[tuple[str, str | None]]:
    """Every name, so that nobody is taken for two."""
    kinds = {"NAME": _("Former name"), "MEMBER_NO": _("Former number")}
    former = [(kinds[each.kind], each.value) for each in person.aliases if each.kind in kinds]
    return [
        (_("First names"), person.first_names),
        (_("Birth name"), person.birth_name),
        (_("Name in use"), person.usage_name),
        *former,
    ]


def _looks(session: Session, person: Person, language: str) -> Sequence[Look]:
    found = openings.of_person(session, person.id, limit=20)
    names, parts = names_of(session, (each.opened_by for each in found)), facet_names()
    others = {openings.MEMBER: _("Member, in the directory")}
    return [
        Look(
            names.get(each.opened_by, ""),
            getattr(role_names.ROLES.get(each.role), language, others.get(each.role, each.role)),
            each.opened_at,
            ", ".join(parts.get(part, part) for part in each.shown.split() if part in {"gifts", "notes"}),
        )
        for each in found
    ]


def _kept(lines: list[tuple[str, str | None]]) -> Lines:
    return [(label, text) for label, text in lines if text]
