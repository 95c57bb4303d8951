"""What a member is given for dues: the invoice when they are paid, an attestation whenever it is asked for.

Neither is a receipt for a gift: only the Foundation issues those, and dues never have one (domain §1.1).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy.orm import Session

from engine.errors import NotFound
from workflows.association import (
    invoices,
    issued_documents,
    letters,
    memberships,
    payers,
    payments,
    people,
    signatories,
    tariffs,
    texts,
    wording,
)
from workflows.association.bank import creditors
from workflows.association.invoices import Invoice
from workflows.association.issued_documents import DUES_ATTESTATION, INVOICE, IssuedDocument
from workflows.association.letters import Table
from workflows.association.memberships import Membership, MembershipPeriod
from workflows.association.orders import ASSOCIATION, Order, OrderLine
from workflows.association.payers import EmployerPayer
from workflows.association.people import Person
from workflows.association.settings import Association
from workflows.association.typesetting import Page, Sender

_HEAD: Final = {"fr": ("Désignation", "Montant"), "en": ("Description", "Amount")}
_TOTAL: Final = {"fr": "Total payé", "en": "Total paid"}
_DUES: Final = {"fr": "Cotisation ({tariff}), {years}", "en": "Dues ({tariff}), {years}"}
_LIFE: Final = {"fr": "Cotisation à vie", "en": "Dues for life"}
_LIFE_REST: Final = {"fr": "Cotisation à vie de {whole}, solde", "en": "Dues for life of {whole}, what was left"}
_LIFE_PART: Final = {
    "fr": "Cotisation à vie de {whole}, échéance {part} sur {parts}",
    "en": "Dues for life of {whole}, instalment {part} of {parts}",
}
_EXTENSION: Final = {"fr": "Prolongation de l’adhésion ({tariff})", "en": "Longer membership ({tariff})"}
_GIFT: Final = {"fr": "Don à la Fondation", "en": "Gift to the Foundation"}
_YEARS: Final = {"fr": ("1 an", "{} ans"), "en": ("1 year", "{} years")}
_FEES: Final = {
    "": ("Participation à un service", "Fee for a service"),
    "COHORT": ("Participation, groupe carrière", "Fee, career group"),
    "WORKSHOP": ("Participation, atelier", "Fee, workshop"),
    "EVENT": ("Participation, événement", "Fee, event"),
}
_MEMBER: Final = {"fr": "Membre n°", "en": "Member no."}
_REFERENCE: Final = {"fr": "Votre référence", "en": "Your reference"}
_FREE: Final = {"fr": "sans paiement", "en": "no payment"}
_MEANS: Final = {
    "CARD": ("carte bancaire", "card"),
    "TRANSFER": ("virement", "transfer"),
    "CHEQUE": ("chèque", "cheque"),
    "SEPA": ("prélèvement SEPA", "SEPA direct debit"),
    "NONE": ("gratuité", "no charge"),
}


class NothingAttested(NotFound):
    """There is no paid period to attest."""

    code: ClassVar[str] = "nothing_attested"


def invoice(
    session: Session, association: Association, issued: Invoice, order: Order, *, lang: str, now: datetime
) -> IssuedDocument:
    """The PDF of an invoice, in the language its reader has at that moment. Raises PageNotSet."""
    person, payer = known_person(session, issued.person_id), payers.of_order(session, order.id)
    rows = [
        (line_words(session, order, line, lang), wording.amount(line.amount, lang))
        for line in invoices.lines(issued, order)
    ]
    paid = payments.of_order(session, order.id)
    values = {
        "number": issued.number,
        "issued_on": wording.day(issued.issued_on, lang),
        "paid_on": wording.day(paid[-1].value_date if paid else issued.issued_on, lang),
        "means": _means(order.means, lang),
        "member": person.display_name,
        "order_key": order.key,
        "iban": creditors.creditor(session, creditors.collector(order), issued.issued_on).iban,
        "expires_on": wording.day(order.expires_at.date(), lang) if order.expires_at else "—",
    }
    table = Table(_HEAD[lang], rows, (_TOTAL[lang], wording.amount(issued.amount, lang)))
    page = letter_page(
        session,
        association,
        "invoice_due" if payer is not None and not paid else "invoice",
        lang,
        person,
        values,
        issued.issued_on,
        table,
        (*member_reference(session, person, lang), *_employers_reference(payer, lang)),
        payer.lines if payer is not None else None,
    )
    return issued_documents.issue(
        session, page, key=f"invoice:{issued.number}", kind=INVOICE, person_id=person.id,
        file_name=f"{issued.number}.pdf", now=now,
    )  # fmt: skip


def attestation(
    session: Session, association: Association, person_id: UUID, *, lang: str, today: date, now: datetime
) -> IssuedDocument:
    """The attestation of dues for the latest paid period, none of which the money went back. Raises NothingAttested,
    PageNotSet."""
    person = known_person(session, person_id)
    membership = memberships.of(session, person.id)
    period = latest_period(session, membership)
    if membership is None or period is None or owed(session, period) is not None:
        raise NothingAttested
    values = {
        "full_name": person.display_name,
        "member_no": membership.member_no,
        "association": association.name,
        "period": wording.period(period.start_date, period.end_date, lang),
        "amount": _amount(session, period, lang),
        "tariff": tariffs.name(session, _tariff(session, period), period.value_date, lang),
        "paid_on": wording.day(period.value_date, lang),
        "join_date": wording.day(membership.join_date, lang),
        "issued_on": wording.day(today, lang),
    }
    page = letter_page(session, association, "dues_attestation", lang, person, values, today)
    return issued_documents.issue(
        session, page, key=f"dues:{period.id}:{lang}", kind=DUES_ATTESTATION, person_id=person.id,
        file_name=f"attestation-{membership.member_no}-{period.start_date}.pdf", now=now,
    )  # fmt: skip


def latest_period(session: Session, membership: Membership | None) -> MembershipPeriod | None:
    """The last period that was not reversed; its money may have gone back since (`owed`)."""
    if membership is None:
        return None
    return next((each for each in reversed(memberships.periods(session, membership.id)) if not each.reversed_at), None)


def owed(session: Session, period: MembershipPeriod) -> Order | None:
    """The order of a period where it is to be paid again: its money went back, and the period stands meanwhile."""
    order = session.get(Order, period.order_id) if period.order_id else None
    return order if order is not None and order.state == "OPEN" else None


def known_person(session: Session, person_id: UUID) -> Person:
    """The person of this id. Raises NotFound."""
    person = people.get(session, person_id)
    if person is None:
        raise NotFound(kind="person", id=str(person_id))
    return person


def _employers_reference(payer: EmployerPayer | None, lang: str) -> tuple[tuple[str, str], ...]:
    return ((_REFERENCE[lang], payer.reference),) if payer is not None and payer.reference else ()


def _amount(session: Session, period: MembershipPeriod, lang: str) -> str:
    order = session.get(Order, period.order_id) if period.order_id else None
    return wording.amount(order.total_for(ASSOCIATION), lang) if order is not None else _FREE[lang]


def _tariff(session: Session, period: MembershipPeriod) -> str:
    """The rate of a period; where its order paid the last part of dues for life, that it was a part."""
    order = session.get(Order, period.order_id) if period.order_id else None
    in_part = order is not None and any(line.part_of is not None for line in order.lines)
    return tariffs.LIFE_PART if in_part else period.tariff_code


def _means(means: str, lang: str) -> str:
    french, english = _MEANS.get(means, (means, means))
    return english if lang == "en" else french


def line_words(session: Session, order: Order, line: OrderLine, lang: str) -> str:
    """What a line of an order is for: “Cotisation (plein tarif), 1 an”."""
    if line.kind == "GIFT":
        return _GIFT[lang]
    if line.kind == "FEE":
        return _FEES.get(line.tariff_code or "", _FEES[""])[lang == "en"]
    if line.part_of is not None:
        whole = wording.amount(line.part_of, lang)
        words = _LIFE_REST if line.part is None else _LIFE_PART
        return words[lang].format(whole=whole, part=line.part, parts=line.parts)
    if line.tariff_code == tariffs.LIFE:
        return _LIFE[lang]
    tariff = tariffs.name(session, line.tariff_code or "", order.created_at.date(), lang)
    if line.years == 0:
        return _EXTENSION[lang].format(tariff=tariff)
    one, many = _YEARS[lang]
    return _DUES[lang].format(tariff=tariff, years=one if line.years == 1 else many.format(line.years))


def member_reference(session: Session, person: Person, lang: str) -> tuple[tuple[str, str], ...]:
    """The line of a letter that names the member number; none for somebody without one."""
    membership = memberships.of(session, person.id)
    return () if membership is None else ((_MEMBER[lang], membership.member_no),)


def reader_lines(person: Person) -> list[str]:
    """The name and postal address as they stand on a letter."""
    address = person.addresses[0] if person.addresses else None
    if address is None:
        return [person.display_name]
    town = f"{address.postcode} {address.city}".strip()
    return [person.display_name, *address.lines.splitlines(), town, *wording.country(address.country)]


def letter_page(
    session: Session,
    association: Association,
    kind: str,
    lang: str,
    person: Person,
    values: Mapping[str, str],
    issued_on: date,
    table: Table | None = None,
    references: tuple[tuple[str, str], ...] = (),
    reader: Sequence[str] | None = None,
) -> Page:
    """A letter of the house to a person, or to the `reader` in their place: filled, under the association's head and
    signed for it. Raises LetterRefused."""
    letter = texts.letter(session, kind, lang, issued_on)
    return Page(
        lang=lang,
        title=letters.line(letter.title, values),
        issued_on=issued_on,
        sender=Sender(association.name, association.address, association.mentions),
        reader=list(reader) if reader is not None else reader_lines(person),
        dateline=letters.line(letter.dated, values),
        blocks=letters.blocks(letter, values, table),
        references=references,
        signature=signatories.lines(session, kind, lang, issued_on, reader=person.id),
    )
