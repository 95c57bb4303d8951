"""What somebody gave, whatever its way in: a basket, a transfer, a cheque, a payment provider, an instalment.

The register of gifts is the source; what is ordered and not paid stands beside it. Papers and mails of the Foundation
are among them, since they tell of gifts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final
from uuid import UUID

from flask import url_for
from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, selectinload

from webapp.person.facts import EACH, Asked, Fact
from webapp.spoken import quoting
from webapp.words import _
from workflows.association import discretion, wording
from workflows.association.gifts import documents, figures
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import PLEDGE, Pledge
from workflows.association.gifts.register import BOOKED, NOTED, REFUSED, REVERSED, SALE, Gift
from workflows.association.issued_documents import IssuedDocument
from workflows.association.mails import Mail
from workflows.association.orders import FOUNDATION, Order


def _gifts(asked: Asked) -> Iterator[Fact]:
    said = {NOTED: _("being examined"), BOOKED: "", REVERSED: _("gone back"), REFUSED: _("refused"), SALE: _("no gift")}
    query = select(Gift).join(Donor, Donor.id == Gift.donor_id).where(Donor.person_id.in_(asked.person_ids))
    for each in asked.session.scalars(query.order_by(Gift.noted_at.desc()).limit(EACH)):
        fund = figures.fund_words(asked.session, each.fund, each.noted_at.date(), asked.language)
        parts = (documents.means(each.means, asked.language), _("for %(purpose)s", purpose=fund), said[each.state])
        title = _("Gift of %(amount)s", amount=wording.amount(each.amount, asked.language))
        yield Fact(each.noted_at, "gifts", title, " · ".join(filter(None, parts)), trouble=each.state == REVERSED)


def _ordered(asked: Asked) -> Iterator[Fact]:
    """Gifts that somebody ordered and has not paid."""
    query = select(Order).where(Order.person_id.in_(asked.person_ids), Order.state == "OPEN")
    query = query.options(selectinload(Order.lines)).order_by(Order.created_at.desc())
    for each in asked.session.scalars(query.limit(EACH)):
        amount = each.total_for(FOUNDATION)
        if amount:
            title = _("Gift of %(amount)s", amount=wording.amount(amount, asked.language))
            yield Fact(each.created_at, "gifts", title, f"{each.key} · {_('to pay')}")


def _pledges(asked: Asked) -> Iterator[Fact]:
    query = select(Pledge).join(Donor, Donor.id == Pledge.donor_id).where(Donor.person_id.in_(asked.person_ids))
    for each in asked.session.scalars(query.order_by(Pledge.opened_at.desc()).limit(EACH)):
        amount = each.total if each.kind == PLEDGE and each.total is not None else each.amount
        words = wording.amount(amount, asked.language)
        regular, once = _("Regular gift of %(amount)s", amount=words), _("Promise of %(amount)s", amount=words)
        yield Fact(each.opened_at, "gifts", once if each.kind == PLEDGE else regular)


def _papers(asked: Asked) -> Iterator[Fact]:
    query = select(IssuedDocument).where(
        IssuedDocument.person_id.in_(asked.person_ids), IssuedDocument.kind.in_(documents.KINDS)
    )
    for each in asked.session.scalars(query.order_by(IssuedDocument.issued_at.desc()).limit(EACH)):
        yield paper(each, "gifts")


def _mails(asked: Asked) -> Iterator[Fact]:
    query = select(Mail).where(Mail.person_id.in_(asked.person_ids), of_the_foundation(), Mail.state == "SENT")
    for each in asked.session.scalars(query.order_by(Mail.created_at.desc()).limit(EACH)):
        title = quoting(_("Mail sent: %(subject)s"), each.lang, subject=each.subject)
        yield Fact(each.sent_at or each.created_at, "gifts", title)


def paper(document: IssuedDocument, facet: str) -> Fact:
    """A document as a fact, with the way to it."""
    url = url_for("person.document", person_id=document.person_id, document_id=document.id)
    return Fact(document.issued_at, facet, document.title, _("document (PDF)"), url)


def of_the_foundation() -> ColumnElement[bool]:
    """Mails that the Foundation writes."""
    begins = (Mail.template.startswith(begin, autoescape=True) for begin in discretion.TEMPLATES)
    return or_(*begins, Mail.key.startswith("receipt:", autoescape=True))  # with a receipt, written by no diagram


def is_of_the_foundation(session: Session, mail_id: UUID) -> bool:
    """Whether the Foundation wrote this mail: it tells of gifts, so it is for those alone who see them."""
    return session.scalar(select(Mail.id).where(Mail.id == mail_id, of_the_foundation())) is not None


SOURCES: Final[Sequence[Callable[[Asked], Iterator[Fact]]]] = (_gifts, _ordered, _pledges, _papers, _mails)
