"""The year of the Foundation: one receipt for the instalments of a year, the statement of a donor, the 222 bis return.

The return tells the tax office a total and a number of receipts, and names nobody (CGI art. 222 bis). It is due on the
second working day after 1 May where the year closes on 31 December.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from engine.engine import Engine
from engine.registry import ServiceWork, service_task
from engine.workdays import WorkCalendar
from workflows.association import mail_templates, mails, people, texts, wording
from workflows.association.case_variables import local_day, whole
from workflows.association.gifts import documents, donors, figures, followup, receipts, register
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.receipts import ReceiptLine, TaxReceipt
from workflows.association.gifts.register import BOOKED, INSTALMENT, Gift
from workflows.association.issued_documents import IssuedDocument
from workflows.association.letters import Table
from workflows.association.records import Record, Subject, Values
from workflows.association.roles import holders

BATCH: Final = 50  # receipts of one step: a second of work
_CLOSED: Final = (2, 20)  # the timer that begins `foundation_year`
_MORNING: Final = time(9)
_HEAD: Final = {"fr": ("Date et mode du versement", "Montant"), "en": ("Date and means of payment", "Amount")}
_REMINDERS: Final = (
    ("first_at", "DECLARATION_FIRST"),
    ("second_at", "DECLARATION_SECOND"),
    ("last_at", "DECLARATION_LAST"),
)


@service_task("year.open", results=("gift_year", "deadline", "addresses_within", "first_at", "second_at", "last_at"))
def open_year(work: ServiceWork) -> Mapping[str, object]:
    """The year that has just ended, and the moments of its declaration."""
    today = local_day(work.now, work.engine.settings.zone)
    due = declaration_day(today.year)
    answer: dict[str, object] = {"gift_year": today.year - 1, "deadline": due}
    answer["addresses_within"] = timedelta(days=figures.delay(work.session, "ADDRESSES", today))
    for name, key in _REMINDERS:
        day = due - timedelta(days=figures.delay(work.session, key, today))
        answer[name] = datetime.combine(day, _MORNING, work.engine.settings.zone)
    return answer


@service_task("year.issue_receipts", results=("left", "held_back"))
def issue_receipts(work: ServiceWork) -> Mapping[str, object]:
    """The yearly receipts of the next donors, each with its mail; how many donors are left, and how many wait for an
    address."""
    year = whole(work.variables, "gift_year", work.now.year - 1)
    today = local_day(work.now, work.engine.settings.zone)
    waiting = unreceipted(work.session, year)
    ready = [each for each in waiting if may_have_one(work.session, each)]
    for donor_id in ready[:BATCH]:
        issue_for(work.session, work.engine, donor_id, year, today, "system")
    return {"left": max(len(ready) - BATCH, 0), "held_back": len(waiting) - len(ready)}


def issue_late(session: Session, engine: Engine, today: date, *, by: str) -> int:
    """The receipts of past years that waited for an address which is complete now, each with its mail; how many.

    At most a batch at once: what is left is issued when it is asked again.
    """
    issued = 0
    for year in _past_years(session, today):
        ready = [each for each in unreceipted(session, year) if may_have_one(session, each)]
        for donor_id in ready[: BATCH - issued]:
            issue_for(session, engine, donor_id, year, today, by)
            issued += 1
    return issued


def waiting(session: Session, today: date) -> Sequence[tuple[int, UUID, bool]]:
    """Whose yearly receipts of past years are not issued: year, donor, and whether the address is complete now."""
    return [
        (year, each, may_have_one(session, each))
        for year in _past_years(session, today)
        for each in unreceipted(session, year)
    ]


def _past_years(session: Session, today: date) -> Sequence[int]:
    """Years before this one; the one before is closed on 20 February, when its receipts are issued by their case."""
    last = today.year - 1 if (today.month, today.day) > _CLOSED else today.year - 2
    query = select(Gift.fiscal_year).where(Gift.fiscal_year <= last, Gift.plan == INSTALMENT).distinct()
    return sorted(year for year in session.scalars(query) if year is not None)


@service_task("year.remind", results=())
def remind(work: ServiceWork) -> None:
    """Tells the Foundation's staff that the declaration is due."""
    today = local_day(work.now, work.engine.settings.zone)
    due = declaration_day(today.year)
    for person_id in holders(work.session, "FOUNDATION_GIFTS", today):
        lang = people.language(work.session, person_id)
        body = figures.body(work.session, today, lang)
        text = mail_templates.render(
            texts.mail(work.session, "gift_declaration", lang, today),
            {"deadline": wording.day(due, lang), "year": str(due.year - 1), "foundation": body.name},
        )
        if people.primary_email(work.session, person_id):
            mails.post(
                work.session, work.engine, to=person_id, subject=text.subject, text=text.text, html=text.html,
                lang=lang, key=f"declaration:{work.token.hex}:{person_id.hex}",
            )  # fmt: skip


@service_task("year.worksheet", results=("declared_amount", "declared_count"))
def worksheet(work: ServiceWork) -> Mapping[str, object]:
    """What is declared: a total and a number, as they stand now."""
    year = whole(work.variables, "gift_year", work.now.year - 1)
    amount, count = receipts.declared(work.session, year)
    return {"declared_amount": amount, "declared_count": count}


def declaration_day(year: int) -> date:
    """The second working day after 1 May."""
    return WorkCalendar().add(date(year, 5, 1), 2)


def unreceipted(session: Session, year: int) -> Sequence[UUID]:
    """The donors of instalments of a year that no valid receipt states, in a steady order."""
    later = aliased(TaxReceipt)
    stated = (
        select(ReceiptLine.id)
        .join(TaxReceipt, TaxReceipt.id == ReceiptLine.receipt_id)
        .where(ReceiptLine.gift_id == Gift.id, ~exists().where(later.replaces_id == TaxReceipt.id))
    )
    query = (
        select(Gift.donor_id)
        .join(Donor, Donor.id == Gift.donor_id)
        .where(
            Gift.fiscal_year == year,
            Gift.state == BOOKED,
            Gift.plan == INSTALMENT,
            Donor.anonymous.is_(False),
            Gift.class_.in_(register.RECEIPTABLE),
            ~stated.exists(),
        )
        .distinct()
    )
    return session.scalars(query.order_by(Gift.donor_id)).all()


def gifts_of(session: Session, donor_id: UUID, year: int) -> Sequence[Gift]:
    """What stands of a donor's gifts of a year, the oldest first."""
    query = select(Gift).where(Gift.donor_id == donor_id, Gift.fiscal_year == year, Gift.state == BOOKED)
    return session.scalars(query.order_by(Gift.given_on, Gift.noted_at)).all()


def statement(session: Session, donor: Donor, year: int, *, today: date, now: datetime) -> IssuedDocument:
    """The summary of a year for a donor, as it stands: it is no receipt and says so. Kept once for what it states."""
    lang = donors.language(session, donor)
    gifts = gifts_of(session, donor.id, year)
    rows = [
        (f"{wording.day(gift.given_on, lang)} · {documents.means(gift.means, lang)}", wording.amount(gift.amount, lang))
        for gift in gifts
        if gift.given_on is not None
    ]
    total = sum((gift.amount for gift in gifts), register.ZERO)
    values = {"year": str(year), "amount": wording.amount(total, lang)}
    key = f"statement:{donor.id}:{year}:{len(rows)}:{total}:{lang}"[:80]
    return documents.letter(
        session, donor, "gift_statement", key, values, on=today, now=now,
        table=Table(_HEAD[lang], rows, ("Total", values["amount"])), filed=documents.GIFT_STATEMENT,
    )  # fmt: skip


def may_have_one(session: Session, donor_id: UUID) -> bool:
    """Whether the address of a donor is complete: no receipt is issued without."""
    return donors.address_of(session, session.get_one(Donor, donor_id)) is not None


def issue_for(session: Session, engine: Engine, donor_id: UUID, year: int, today: date, by: str) -> None:
    """The receipt over a donor's instalments of a year that no other states, with its mail. Raises AddressMissing."""
    now = engine.clock.now()
    gifts = [
        gift
        for gift in gifts_of(session, donor_id, year)
        if gift.plan == INSTALMENT and gift.class_ in register.RECEIPTABLE
        and receipts.of_gift(session, gift.id) is None
    ]  # fmt: skip
    receipt = receipts.issue(session, gifts, on=today, now=now, by=by)
    documents.receipt(session, receipt, now=now)
    donor = session.get_one(Donor, donor_id)
    if donor.person_id is None or not followup.may_write(session, donor):
        return
    if people.primary_email(session, donor.person_id) is None:
        return
    lang = donors.language(session, donor)
    person = people.get(session, donor.person_id)
    values = {
        "first_names": person.first_names if person is not None else "",
        "receipt_serial": receipt.serial,
        "year": str(year),
        "gift_amount": wording.amount(receipt.amount, lang),
        "foundation": figures.body(session, today, lang).name,
    }
    text = mail_templates.render(texts.mail(session, "gift_yearly_receipt", lang, today), values)
    mails.post(
        session, engine, to=donor.person_id, subject=text.subject, text=text.text, html=text.html, lang=lang,
        key=f"receipt:{receipt.serial}",
    )  # fmt: skip


def _read_year(subject: Subject, fields: Iterable[str]) -> Values:
    year = whole(subject.variables, "gift_year", subject.now.year - 1)
    amount, count = receipts.declared(subject.session, year)
    return {
        "year": str(year),
        "amount": wording.amount(amount, subject.language),
        "count": str(count),
        "held_back": str(len(unreceipted(subject.session, year))),
    }


YEAR: Final = Record(frozenset({"year", "amount", "count", "held_back"}), _read_year)
