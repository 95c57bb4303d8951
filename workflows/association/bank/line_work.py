"""Records and work of the process `bank_line`: what the bank said, what a person says that it is, and its booking.

All that can be refused is refused when the answer is written, beside the field; the booking that follows in the same
transaction refuses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import ClassVar, Final

from sqlalchemy.orm import Session

from engine.assignment import Actor
from engine.errors import Invalid
from engine.registry import ServiceWork, service_task
from workflows.association import wording
from workflows.association.bank import accounts, dividing, intake, line_tasks, order_search, reasons, telling
from workflows.association.bank.accounts import BankLine, BankStatement
from workflows.association.case_variables import amount, day, text, uuid_or_none
from workflows.association.records import Record, Subject, Values

ORDER, BACK, ASIDE = "ORDER", "BACK", "ASIDE"
OTHER: Final = "OTHER"  # an order that is named by its number
_SAID: Final = frozenset({"outcome", "went", "order", "order_key", "part", "reason"})
_SENT: Final = frozenset({"returned_on", "reference"})
_SHOWN: Final = frozenset({"told", "words", "why"})


class ReturnTooEarly(Invalid):
    """The money arrived on {day}: it cannot have gone back before. Look at the date."""

    code: ClassVar[str] = "line_return_too_early"


def _line(subject: Subject) -> BankLine | None:
    found = uuid_or_none(subject.variables, "line_id")
    return subject.session.get(BankLine, found) if found is not None else None


def _entity(session: Session, line: BankLine) -> str:
    return session.get_one(BankStatement, line.statement_id).entity


def _read(subject: Subject, fields: Iterable[str]) -> Values:
    line = _line(subject)
    if line is None:
        return {}
    return {
        "told": told(subject.session, line, subject.language),
        "words": line.remittance or "—",
        "why": line.aside_reason or "—",
    }


def told(session: Session, line: BankLine, lang: str) -> str:
    """The line in one sentence: how much came or went, when, from or to whom, and why it came back."""
    came = line.amount > 0
    moved = ("reçus" if came else "sortis") if lang == "fr" else ("received" if came else "gone out")
    on, party = ("le", "de" if came else "à") if lang == "fr" else ("on", "from" if came else "to")
    currency = session.get_one(BankStatement, line.statement_id).currency
    said = f"{wording.amount(abs(line.amount), lang, currency)} {moved} {on} {wording.day(line.booked_on, lang)}"
    if line.counterparty:
        said += f" {party} {line.counterparty}"
    return f"{said}, {reasons.words(line.reason, lang)}" if line.reason else said


def _write(subject: Subject, values: Values) -> Values:
    """What a person says that the line is; or that its money was sent back.

    Raises LineDecided, LinePaysNothing, OrderUnknown, OrderOfAnother, OrderOwn, PartTooLarge, NoSuchPayment,
    RefundUnknown, ReasonMissing, ReturnTooEarly.
    """
    line = _line(subject)
    if line is None:
        return {}
    if "returned_on" in values:
        return _returned(line, day(values, "returned_on"), text(values, "reference"), subject.language)
    try:
        return _decided(subject, line, values)
    except Invalid as refused:
        if refused.params.get("field") != "order_key" or text(values, "order") == OTHER:
            raise
        raise type(refused)(**{**refused.params, "field": "order"}) from refused  # the number's field is hidden


def _decided(subject: Subject, line: BankLine, values: Values) -> Values:
    """What the line is, as it is booked; refusals of an order name the field of its number."""
    said = text(values, "outcome") if line.amount > 0 else text(values, "went")
    key = text(values, "order")
    key = text(values, "order_key") if key == OTHER else key
    intake.open_line(subject.session, line.id, _entity(subject.session, line))
    if said in {BACK, ASIDE}:
        line.aside_reason = intake.why(text(values, "reason"))
        return {"said": said}
    if said == ORDER:
        return {"said": said, **_ordered(subject, line, key, values)}
    telling.check(subject.session, line, said, key, entity=_entity(subject.session, line), by=subject.by)
    return {"said": said, "order_key": key.strip().upper() or None}


def _returned(line: BankLine, on: date, reference: str, lang: str) -> Values:
    if on < line.booked_on:
        raise ReturnTooEarly(field="returned_on", day=wording.day(line.booked_on, lang))
    line.returned_on, line.return_reference = on, reference.strip()[:80]
    return {}


def _ordered(subject: Subject, line: BankLine, key: str, values: Values) -> Values:
    order = intake.payable(subject.session, line, key, _entity(subject.session, line), subject.by)
    part = amount(values, "part") if values.get("part") is not None else line.amount
    dividing.check(line, part)
    return {"order_key": order.key, "part": part}


LINE: Final = Record(_SAID | _SENT | _SHOWN, _read, _SAID | _SENT, _write)


@service_task("bank_line.book", results=("said",))
def book(work: ServiceWork) -> Mapping[str, object]:
    """Books the line by what was said of it."""
    session, engine, said = work.session, work.engine, text(work.variables, "said")
    line = session.get_one(BankLine, uuid_or_none(work.variables, "line_id"))
    entity, by = _entity(session, line), Actor(text(work.variables, "decider"), "")
    key = text(work.variables, "order_key")
    if said in {BACK, ASIDE}:
        intake.set_aside(session, engine, line.id, line.aside_reason, entity=entity, by=by, kind=_kind(said))
    elif said == ORDER:
        rest = dividing.part(session, line, amount(work.variables, "part"))
        intake.assign(session, engine, line.id, key, entity=entity, by=by)
        if rest is not None:
            line_tasks.ask(session, engine, rest, by=by)
    else:
        telling.tell(session, engine, line.id, said, key, entity=entity, by=by)
    return {"said": said}


def _kind(said: str) -> str | None:
    return accounts.BACK if said == BACK else None


def choices(session: Session, lang: str, variables: Mapping[str, object]) -> Sequence[tuple[str, str]]:
    """The orders that the line of a case may be about, then one that is named by its number."""
    found = uuid_or_none(variables, "line_id")
    line = session.get(BankLine, found) if found is not None else None
    orders = order_search.found(session, _entity(session, line), line, "") if line is not None else []
    other = "Une autre, par son numéro" if lang == "fr" else "Another one, by its number"
    return [*((each.key, _order_words(each, lang)) for each in orders), (OTHER, other)]


def _order_words(order: order_search.FoundOrder, lang: str) -> str:
    left = wording.amount(order.left, lang)
    owed = f"{left} à payer" if lang == "fr" else f"{left} to pay"
    paid = "payée" if lang == "fr" else "paid"
    same = "même montant" if lang == "fr" else "same amount"
    parts = [order.name, order.key, owed if order.left > Decimal(0) else paid, same if order.fits else ""]
    return " · ".join(part for part in parts if part)
