"""Guests: people of other schools who take part in one service, and whose access ends with it.

No diploma is asked for and nothing of them stands in the directory. The fee goes to the association, as a line of its
own kind. Somebody who is a member already stays what he is. Source: domain §P1c, F2.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import ClassVar, Final
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Numeric, String, Uuid, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine import commands
from engine.assignment import SYSTEM
from engine.engine import Engine
from engine.errors import Invalid, WorkFailed
from engine.models import Base, Moment
from engine.personal import Personal
from engine.registry import ServiceWork, service_task
from workflows.association import applications, memberships, orders, parameters, people
from workflows.association.applicant_record import opened
from workflows.association.bank import debits
from workflows.association.case_variables import amount, day, local_day, text, uuid, uuid_or_none
from workflows.association.checkout import new_order, order_of
from workflows.association.memberships import Membership
from workflows.association.number_series import member_number
from workflows.association.orders import ASSOCIATION, OrderLine
from workflows.association.parameters import Column, DatedRow, Row, Table
from workflows.association.records import Record, Subject, Values
from workflows.association.verification import application_of

GUEST: Final = "GUEST"
_TTL: Final = timedelta(days=30)
SERVICES: Final = Table(
    "guest_service",
    "Services ouverts aux invités",
    "Services open to guests",
    (Column("fee", "amount", "Participation", "Fee", minimum=0), Column("days", "days", "Durée", "Length", minimum=1)),
    first=(
        Row("COHORT", "Groupe carrière", "Career group", Decimal("0.00"), 450),
        Row("WORKSHOP", "Atelier", "Workshop", Decimal("60.00"), 30),
        Row("EVENT", "Événement", "Event", Decimal("0.00"), 14),
    ),
    about_fr="La durée vaut quand le service ne dit pas lui-même sa fin. Un groupe carrière dit sa fin, "
    "et demande sa participation avec la place.",
    about_en="The length holds where the service does not say when it ends. A career group says when it "
    "ends, and asks for its fee with the seat.",
)
LIMITS: Final = Table(
    "guest_limit",
    "Délais des invités",
    "Time limits for guests",
    (Column("days", "days", "Jours", "Days", minimum=1, maximum=120),),
    first=(
        Row("confirmation", "Confirmer l'adresse e-mail", "Confirm the e-mail address", 2),
        Row("payment", "Payer la participation", "Pay the fee", 15),
    ),
)


class ReferrerUnknown(Invalid):
    """No paid-up member has this number: leave it empty, or ask who invited you."""

    code: ClassVar[str] = "referrer_unknown"


class ServiceUnknown(Invalid):
    """Choose the service you come for."""

    code: ClassVar[str] = "service_unknown"


class GuestEnrolment(Base):
    """One person of another school, for one service. `request_id` is what the service asked by."""

    __tablename__ = "guest_enrolment"
    __privacy__ = (
        Personal(
            "application", "person_id application_id", "empty", erase="diploma", plain="request_id service",
            withheld="referrer_id",
        ),
        Personal("application", "referrer_id", "empty", unlink="referrer_id", withheld="person_id diploma"),
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    request_id: Mapped[str] = mapped_column(String(64), unique=True)
    application_id: Mapped[UUID | None] = mapped_column(ForeignKey("application.id", ondelete="SET NULL"), index=True)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    referrer_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    service: Mapped[str] = mapped_column(String(8))
    diploma: Mapped[str | None] = mapped_column(String(160))
    fee: Mapped[Decimal] = mapped_column(Numeric(12, 2))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    ends_on: Mapped[date]
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


_OPENED: Final = (
    *("guest_id", "request_id", "application_id", "applicant_actor", "reference", "lang"),
    *("fee", "ends_on", "delays"),
)


@service_task("guest.open", results=_OPENED)
def open_enrolment(work: ServiceWork) -> Mapping[str, object]:
    """Opens what a service asked for, and answers the fee, the last day and the time limits of today."""
    today, variables = _today(work), work.variables
    found = _of_case(work)
    if found is None:
        application = application_of(work)
        found = GuestEnrolment(
            id=uuid4(), request_id=text(variables, "request_id"), application_id=application.id,
            referrer_id=uuid_or_none(variables, "referrer_id"), service=text(variables, "service"), opened_at=work.now,
            fee=Decimal(0), ends_on=today,
        )  # fmt: skip
        work.session.add(found)
    row = parameters.row(work.session, SERVICES, found.service, on=today)
    found.fee = amount(variables, "service_fee", Decimal(str(row["fee"])))
    given = variables.get("service_ends_on")
    found.ends_on = day(variables, "service_ends_on") if given else today + timedelta(_days(row))
    work.session.flush()
    application = application_of(work)
    return {
        **({} if variables.get("reference") else opened(work.session, application, today)),
        **{name: variables.get(name) for name in ("reference", "applicant_actor", "lang") if variables.get(name)},
        "application_id": str(application.id),
        "guest_id": str(found.id),
        "request_id": found.request_id,
        "fee": found.fee,
        "ends_on": found.ends_on,
        "delays": {
            row.key: timedelta(int(str(row["days"]))) for row in parameters.rows(work.session, LIMITS, on=today)
        },
    }


@service_task("guest.bill", results=("order_key", "amount_due", "balance", "pay_means"))
def bill(work: ServiceWork) -> Mapping[str, object]:
    """The order of the fee: one line, for the association, never dues and never a gift."""
    found, application = enrolment_of(work), application_of(work)
    means = text(work.variables, "pay_means", "CARD")
    order = new_order(work, means, _today(work), person_id=application.person_id, application_id=application.id)
    order.expires_at = work.now + timedelta(parameters.count(work.session, LIMITS, "payment", "days", on=_today(work)))
    line = OrderLine(id=uuid4(), position=1, beneficiary=ASSOCIATION, kind="FEE", tariff_code=found.service)
    line.amount = found.fee
    order.lines.append(line)
    work.session.add(order)
    work.session.flush()
    return {"order_key": order.key, "amount_due": order.total, "balance": order.total, "pay_means": means}


@service_task("guest.admit", results=("period_end",))
def admit(work: ServiceWork) -> Mapping[str, object]:
    """Opens the service to the guest, to its last day. Who is or was a member keeps what he has."""
    found, person_id = enrolment_of(work), uuid(work.variables, "person_id")
    found.person_id = person_id
    membership = memberships.of(work.session, person_id)
    if membership is None:
        membership = _guest(work, person_id, found)
    elif membership.category == GUEST:
        membership.end_date = max(membership.end_date, found.ends_on)
        membership.service_entitlement, membership.changed_at = "CURRENT", work.now
    applications.close(application_of(work), "ACCEPTED", work.now)
    return {"period_end": membership.end_date}


@service_task("guest.close", results=())
def close(work: ServiceWork) -> None:
    """The service is over, and so is what it opened, unless the guest takes part in another one."""
    found = enrolment_of(work)
    found.closed_at = work.now
    work.session.flush()
    if found.person_id is None:
        return
    others = select(GuestEnrolment.id).where(
        GuestEnrolment.person_id == found.person_id, GuestEnrolment.closed_at.is_(None)
    )
    membership = memberships.of(work.session, found.person_id)
    if membership is not None and membership.category == GUEST and work.session.scalars(others).first() is None:
        membership.service_entitlement, membership.changed_at = "ENDED", work.now


def end_service(session: Session, engine: Engine, person_id: UUID, service: str) -> None:
    """A service of a guest is over before its last day: his open enrolments in it hear of that."""
    query = select(GuestEnrolment.request_id).where(
        GuestEnrolment.person_id == person_id, GuestEnrolment.service == service, GuestEnrolment.closed_at.is_(None)
    )
    for request_id in session.scalars(query).all():
        commands.correlate_message(
            session, engine, "service_ended", request_id, source=f"{service}:{person_id}", ttl=_TTL, by=SYSTEM
        )


@service_task("guest.cancel", results=())
def cancel(work: ServiceWork) -> None:
    """Nobody paid, or the request was refused: nothing is open and nothing is owed."""
    found = enrolment_of(work)
    found.closed_at = work.now
    if work.variables.get("order_key"):
        order = order_of(work)
        if orders.cancel(order, work.now):
            debits.cancel(work.session, order.id, work.now)
    applications.close(application_of(work), "ABANDONED", work.now)


def _days(row: DatedRow) -> int:
    return int(str(row["days"]))


def _guest(work: ServiceWork, person_id: UUID, found: GuestEnrolment) -> Membership:
    today = _today(work)
    membership = Membership(
        id=uuid4(), person_id=person_id, member_no=member_number(work.session), category=GUEST,
        statutory_status="NOT_MEMBER", service_entitlement="CURRENT", join_date=today, start_date=today,
        end_date=max(found.ends_on, today), rejoin_count=0, changed_at=work.now,
    )  # fmt: skip
    work.session.add(membership)
    return membership


def enrolment_of(work: ServiceWork) -> GuestEnrolment:
    """The enrolment of a case. Raises WorkFailed."""
    found = _of_case(work)
    if found is None:
        raise WorkFailed("the enrolment of this guest is not there", again=False)
    return found


def _of_case(work: ServiceWork) -> GuestEnrolment | None:
    found = uuid_or_none(work.variables, "guest_id")
    return work.session.get(GuestEnrolment, found) if found is not None else None


def _today(work: ServiceWork) -> date:
    return local_day(work.now, work.engine.settings.zone)


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    found = uuid_or_none(subject.variables, "guest_id")
    guest = subject.session.get(GuestEnrolment, found) if found is not None else None
    if guest is None:
        return {}
    referrer = people.display_name(subject.session, guest.referrer_id) if guest.referrer_id is not None else "—"
    label = parameters.row(subject.session, SERVICES, guest.service, on=guest.opened_at.date()).label(subject.language)
    return {"service": guest.service, "diploma": guest.diploma, "referrer": referrer, "service_name": label}


def _write(subject: Subject, values: Values) -> Values:
    """Opens the enrolment of the form. Raises ServiceUnknown, ReferrerUnknown."""
    service = text(values, "service")
    if SERVICES.first_row(service) is None:
        raise ServiceUnknown(field="service")
    referrer = text(values, "referrer").strip()
    query = select(Membership.person_id, Membership.service_entitlement).where(Membership.member_no == referrer)
    known = subject.session.execute(query).one_or_none() if referrer else None
    if referrer and (known is None or known.service_entitlement not in memberships.PAID_UP):
        raise ReferrerUnknown(field="referrer")
    guest = GuestEnrolment(
        id=uuid4(), request_id=str(uuid4()), application_id=uuid_or_none(subject.variables, "application_id"),
        referrer_id=known.person_id if known is not None else None, service=service, opened_at=subject.now,
        diploma=text(values, "diploma")[:160] or None, fee=Decimal(0), ends_on=subject.now.date(),
    )  # fmt: skip
    subject.session.add(guest)
    subject.session.flush()
    return {"guest_id": str(guest.id), "request_id": guest.request_id, "service": service}


_ANSWERED: Final = frozenset({"service", "diploma", "referrer"})
RECORD: Final = Record(_ANSWERED | {"service_name"}, _read, _ANSWERED, _write)
