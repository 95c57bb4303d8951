"""What a donor sees of their own gifts: by year, with receipts, promises and the choices that are theirs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from workflows.association import consents, issued_documents, memberships
from workflows.association.gifts import documents, donors, figures, pledges, register
from workflows.association.gifts.donors import Donor
from workflows.association.gifts.pledges import Pledge
from workflows.association.issued_documents import IssuedDocument
from workflows.association.memberships import PAID_UP


@dataclass(frozen=True, slots=True)
class Given:
    """A gift as the page lists it. `stands` is false where the money went back."""

    on: date
    amount: Decimal
    fund: str
    means: str
    stands: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise and its calendar: (day, amount, state)."""

    id: UUID
    kind: str
    amount: Decimal
    every: str
    state: str
    calendar: Sequence[tuple[date, Decimal, str]]

    @property
    def runs(self) -> bool:
        return self.state in pledges.RUNNING


@dataclass(frozen=True, slots=True)
class Own:
    """The page: years with their totals, the newest first."""

    years: Sequence[tuple[int, Decimal]]
    gifts: Sequence[Given]
    papers: Sequence[IssuedDocument]
    promises: Sequence[Promise]
    name_printed: bool
    mails: bool


def own_gifts(session: Session, person_id: UUID, lang: str) -> Own:
    """Everything of one's gifts; empty lists for somebody who never gave."""
    donor = donors.of_person(session, person_id)
    found = register.of_donor(session, donor.id) if donor is not None else ()
    counted = [gift for gift in found if gift.given_on is not None and gift.fiscal_year is not None]
    years = sorted({gift.fiscal_year for gift in counted if gift.fiscal_year is not None}, reverse=True)
    member = memberships.entitlement(session, person_id) in PAID_UP
    return Own(
        years=_totals(session, donor, years),
        gifts=[
            Given(
                gift.given_on, gift.amount, figures.fund_words(session, gift.fund, gift.noted_at.date(), lang),
                documents.means(gift.means, lang), gift.state == register.BOOKED,
            )
            for gift in counted
            if gift.given_on is not None
        ],
        papers=[each for each in issued_documents.of_person(session, person_id) if each.kind in documents.KINDS],
        promises=[_promise(each) for each in (pledges.of_donor(session, donor.id) if donor is not None else ())],
        name_printed=consents.allows(session, person_id, "donor_name_printed", member=member),
        mails=consents.allows(session, person_id, "foundation_mails", member=member),
    )  # fmt: skip


def _totals(session: Session, donor: Donor | None, years: Sequence[int]) -> Sequence[tuple[int, Decimal]]:
    """A year of which all went back has nothing to state."""
    totals = [(year, register.total(session, donor.id, year)) for year in years] if donor is not None else []
    return [(year, total) for year, total in totals if total]


def _promise(pledge: Pledge) -> Promise:
    calendar = [(each.due_on, each.amount, each.state) for each in pledge.instalments]
    return Promise(pledge.id, pledge.kind, pledge.amount, pledge.every, pledge.state, calendar)
