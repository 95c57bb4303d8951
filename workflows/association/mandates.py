"""SEPA direct-debit mandates (domain F3): who lets the association or the Foundation collect, and from which account.

The IBAN is checked by ISO 13616 (country's length and mod-97) and must lie in the SEPA zone. A mandate's reference has
at most 35 characters of the SEPA character set (EPC rulebook, AT-01).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Final
from uuid import UUID, uuid4

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Uuid,
    bindparam,
    column,
    exists,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from engine.calendar import PARIS, Duration
from engine.errors import Invalid
from engine.models import Base, Moment, ProcessInstance
from engine.personal import Personal
from engine.prepared import fetch
from workflows.association import figures
from workflows.association.bank.days import BANK_DAYS
from workflows.association.number_series import take
from workflows.association.orders import ASSOCIATION, Order

RECURRENT, ONE_OFF = "RCUR", "OOFF"
KINDS = frozenset({RECURRENT, ONE_OFF})
SIGNED, PAUSED, CANCELED = "SIGNED", "PAUSED", "CANCELED"
PAUSE, CANCEL, RESUME = "PAUSE", "CANCEL", "RESUME"


class IbanRefused(Invalid):
    """This is not a valid IBAN: check the country, the length and the digits."""

    code: ClassVar[str] = "iban_refused"


class AccountOutsideSepa(Invalid):
    """This account is outside the SEPA zone: it cannot be debited in euros."""

    code: ClassVar[str] = "account_outside_sepa"


class BicRefused(Invalid):
    """This is not a valid BIC: it has 8 or 11 characters."""

    code: ClassVar[str] = "bic_refused"


class MandateUnsigned(Invalid):
    """Name the account's holder and sign the mandate."""

    code: ClassVar[str] = "mandate_unsigned"


class Mandate(Base):
    """The right to debit one account. `kind`: RCUR or OOFF; `state`: SIGNED, PAUSED or CANCELED."""

    __tablename__ = "mandate"
    __privacy__ = Personal(
        "mandate", "person_id application_id@application", "keep", unlink="application_id", ids="signed_by",
        plain="reference creditor holder iban bic kind state signed_from", since="canceled_at",
    )  # fmt: skip
    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True, default=uuid4)
    reference: Mapped[str] = mapped_column(String(35), unique=True)
    creditor: Mapped[str] = mapped_column(String(12), default=ASSOCIATION)  # the legal person that it was given to
    application_id: Mapped[UUID | None] = mapped_column(Uuid)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"), index=True)
    holder: Mapped[str] = mapped_column(String(70))
    iban: Mapped[str] = mapped_column(String(34))
    bic: Mapped[str | None] = mapped_column(String(11))
    kind: Mapped[str] = mapped_column(String(4))
    state: Mapped[str] = mapped_column(String(8), default="SIGNED")
    signed_at: Mapped[datetime] = mapped_column(Moment)
    signed_by: Mapped[str] = mapped_column(String(64))
    signed_from: Mapped[str | None] = mapped_column(String(45))  # the signer's internet address: evidence (domain F3)
    canceled_at: Mapped[datetime | None] = mapped_column(Moment)
    used_on: Mapped[date | None]  # the last debit that was given to the bank; brought along without it: the upgrade
    __table_args__ = (
        Index("ix_mandate_application", "application_id", "state"),
        CheckConstraint("kind IN ('RCUR', 'OOFF')", name="ck_mandate_kind"),
    )

    @property
    def is_signed_online(self) -> bool:
        """Whether its holder signed it on a page; else it came on paper, and somebody entered it."""
        own = self.signed_by == f"person:{self.person_id}" or self.signed_by.startswith("link:")
        return own or self.signed_from is not None

    @property
    def masked(self) -> str:
        """The account as mails show it: its country and its last four characters."""
        return f"{self.iban[:4]} •••• {self.iban[-4:]}"


def account(text: str) -> str:
    """The IBAN in its electronic form. Raises IbanRefused, AccountOutsideSepa."""
    try:
        iban = IBAN(text.strip())
    except SchwiftyException as error:
        raise IbanRefused(field="iban") from error
    if not iban.in_sepa_zone:
        raise AccountOutsideSepa(field="iban")
    return str(iban.compact)


def bank(text: str) -> str | None:
    """The BIC in upper case, None where none is given. Raises BicRefused."""
    if not text.strip():
        return None
    try:
        return str(BIC(text.strip()).compact)
    except SchwiftyException as error:
        raise BicRefused(field="bic") from error


def of_application(session: Session, application_id: UUID) -> Mandate | None:
    """The mandate that an applicant signed and did not replace."""
    query = select(Mandate).where(Mandate.application_id == application_id, Mandate.state == SIGNED)
    return session.scalars(query.order_by(Mandate.signed_at.desc(), Mandate.reference.desc())).first()


_STANDING: Final = (
    select(Mandate)
    .where(
        or_(
            Mandate.application_id == bindparam("application", type_=Uuid()),
            Mandate.person_id == bindparam("person", type_=Uuid()),
        ),
        Mandate.state.in_(bindparam("states", expanding=True)),
        Mandate.creditor == bindparam("creditor", type_=String()),
    )
    .order_by(
        # what was signed for the order that is asked about stands beside the recurrent one, and the newer is meant
        or_(
            Mandate.kind == RECURRENT, Mandate.signed_at >= bindparam("since", type_=Moment())
        ).desc(),
        Mandate.signed_at.desc(),
        Mandate.reference.desc(),
    )
)  # fmt: skip
_DEBIT: Final = table(  # of `bank.debits`, which stands on this module
    "direct_debit", column("mandate_id", Uuid()), column("order_id", Uuid()), column("state", String())
)
_OF_ANOTHER: Final = exists().where(
    _DEBIT.c.mandate_id == Mandate.id, _DEBIT.c.state != "CANCELED",
    _DEBIT.c.order_id.is_distinct_from(bindparam("order", type_=Uuid())),
)  # fmt: skip
_FREE: Final = _STANDING.where(or_(Mandate.kind == RECURRENT, ~_OF_ANOTHER))
_NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)
_ANY: Final = (
    select(Mandate.id)
    .where(
        or_(
            Mandate.application_id == bindparam("application", type_=Uuid()),
            Mandate.person_id == bindparam("person", type_=Uuid()),
        ),
        Mandate.creditor == bindparam("creditor", type_=String()),
    )
    .limit(1)
)


def current(
    session: Session, application_id: UUID | None, person_id: UUID | None, *, paused: bool = False,
    creditor: str = ASSOCIATION, on: date | None = None, order: Order | None = None,
) -> Mandate | None:  # fmt: skip
    """The mandate of an application or a person by which to collect; with `paused` also one that waits for a word.

    A recurrent one before a one-off, and of the same kind the newest: a one-off serves its own order alone. `order`:
    what is to be collected; a one-off that was signed since its case began is meant for it. `on`: the day of the debit
    that it is wanted for; one that has lapsed by then is none.
    """
    if application_id is None and person_id is None:
        return None
    states = [SIGNED, PAUSED] if paused else [SIGNED]
    owner = {"application": application_id, "person": person_id}  # nothing is equal to one that is not there
    if not fetch(session, _ANY, {**owner, "creditor": creditor}):
        return None  # most people never signed one
    for_it = (
        {"order": order.id, "since": _begun(session, order)} if order is not None else {"order": None, "since": _NEVER}
    )
    found = session.scalars(_FREE, {**owner, **for_it, "states": states, "creditor": creditor}).first()
    lapsed = found is not None and on is not None and _used(found) < months_before(session, "MANDATE_UNUSED", on)
    return None if lapsed else found


def replaced(session: Session, application_id: UUID | None, person_id: UUID | None, creditor: str) -> Mandate | None:
    """The mandate that the signature of another one may replace: the recurrent one, else the newest one-off."""
    owner = {"application": application_id, "person": person_id, "since": _NEVER}
    return session.scalars(_STANDING, {**owner, "states": [SIGNED, PAUSED], "creditor": creditor}).first()


def _begun(session: Session, order: Order) -> datetime:
    """When the case that made an order began."""
    case = session.get(ProcessInstance, order.instance_id) if order.instance_id is not None else None
    return case.started_at if case is not None else order.created_at


def months_before(session: Session, figure: str, on: date) -> date:
    """The day that lies as many months before another as a figure says, by the calendar (EPC016-06 §4.1)."""
    months = figures.number(session, figure, on)
    return Duration(months=-months).after(datetime.combine(on, time(12), PARIS), PARIS).astimezone(PARIS).date()


def _used(mandate: Mandate) -> date:
    """The day from which its months of disuse count: the last collection, else the signature."""
    return mandate.used_on or mandate.signed_at.astimezone(PARIS).date()


def treat(mandate: Mandate, action: str, now: datetime) -> None:
    """Pauses, resumes or cancels; any other action keeps the mandate as it is. What is canceled stays canceled."""
    if mandate.state == CANCELED:
        return
    if action == CANCEL:
        mandate.state, mandate.canceled_at = CANCELED, now
    elif action in {PAUSE, RESUME}:
        mandate.state = PAUSED if action == PAUSE else SIGNED


def cancel_all(session: Session, person_id: UUID, now: datetime) -> None:
    """Nothing is debited from this person any more."""
    for mandate in session.scalars(select(Mandate).where(Mandate.person_id == person_id)):
        treat(mandate, CANCEL, now)


def sign(
    session: Session, *, application_id: UUID | None, person_id: UUID | None, holder: str, iban: str, bic: str = "",
    kind: str = ONE_OFF, by: str, now: datetime, creditor: str = ASSOCIATION, in_use: bool = False,
    origin: str = "",
) -> Mandate:  # fmt: skip
    """Keeps a signed mandate; another account takes the place of the one before, with the same creditor.

    `in_use`: a debit is announced under the one before, so that a one-off signature leaves it standing; so does one
    that a one-off collected by, for it serves no second debit.

    The same account goes on under the mandate before. Where that was long unused, a new one takes over: the months of
    the one before go on counting, and what was announced under it is still collected.

    `origin`: the internet address of a holder who signs himself, kept as evidence as long as the mandate is.

    Raises IbanRefused, AccountOutsideSepa, BicRefused, MandateUnsigned.
    """
    if not holder.strip():
        raise MandateUnsigned(field="holder")
    number, code = account(iban), bank(bic)
    before = replaced(session, application_id, person_id, creditor)
    if before is not None:
        spent = before.kind == ONE_OFF and (in_use or before.used_on is not None)
        same = not spent and (before.iban, before.kind, before.holder) == (number, kind or ONE_OFF, holder.strip())
        if same or kind == RECURRENT or not (in_use or spent):
            treat(before, RESUME if same else CANCEL, now)
        if same and _used(before) >= months_before(session, "MANDATE_ANEW", now.astimezone(PARIS).date()):
            return before
    mandate = Mandate(
        id=uuid4(), reference=_reference(session, now.year), creditor=creditor, application_id=application_id,
        person_id=person_id, holder=holder.strip()[:70], iban=number, bic=code, state=SIGNED,
        kind=kind if kind in KINDS else ONE_OFF, signed_at=now, signed_by=by, signed_from=origin[:45] or None,
    )  # fmt: skip
    session.add(mandate)
    return mandate


def _reference(session: Session, year: int) -> str:
    """MDT-YYYY-nnnnnn: 15 characters."""
    return f"MDT-{year:04}-{take(session, f'MDT-{year:04}'):06}"


def collection_day(session: Session, today: date, earliest: date | None = None) -> date:
    """The first bank day on which a debit that is announced today may be made, and not before `earliest`."""
    return BANK_DAYS.add(max(today + prenotice(session, today), earliest or today), 0)


def prenotice(session: Session, on: date) -> timedelta:
    """How long before a debit it is announced: EPC rulebook §4.3.4, unless a shorter time was agreed."""
    return figures.days(session, "PRENOTICE", on)
