"""What moved on an account: statements (camt.053) and notifications (camt.054).

An entry is one line of the account; a batch booking is one line with many transactions inside. A return tells the
reason of the bank that sent the money back (`RtrInf/Rsn/Cd`). A statement's opening balance is the closing balance of
the one before, and its entries are the difference: a file that does not add up is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from workflows.association.bank.files import (
    BankElementUnreadable,
    BankFile,
    BankMessageUnexpected,
    Element,
    StatementDoesNotAddUp,
    Unreadable,
    amount,
    day,
    every,
    first,
    text,
)

STATEMENT, NOTIFICATION = "camt.053", "camt.054"
_ZERO: Final = Decimal("0.00")
_NOT_PROVIDED: Final = "NOTPROVIDED"
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement. `amount` in the account's currency is positive for what arrived; `reason` is set on a return."""

    amount: Decimal
    end_to_end_id: str
    batch_id: str  # the payment information id of our own collection file
    bank_reference: str
    reason: str
    counterparty: str
    remittance: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the account. `transactions` always add up to `amount`; there is one at least."""

    reference: str
    amount: Decimal
    booked_on: date
    value_date: date
    is_booked: bool
    transactions: Sequence[Transaction]


@dataclass(frozen=True, slots=True)
class Statement:
    """The entries of one account. Balances are None in a notification."""

    kind: str
    id: str
    iban: str
    currency: str
    opening: Decimal | None
    closing: Decimal | None
    entries: Sequence[Entry]


def statements(file: BankFile) -> list[Statement]:
    """Every statement or notification of a file. Raises BankFileRefused, naming the statement and its entry."""
    within = {STATEMENT: "Stmt", NOTIFICATION: "Ntfctn"}.get(file.family)
    if within is None:
        raise BankMessageUnexpected(name=file.name, family=file.family, expected=f"{STATEMENT}, {NOTIFICATION}")
    found = [_statement(file, node) for node in every(file.message, within)]
    if not found:
        raise BankElementUnreadable(name=file.name, place=file.family, element=within)
    return found


def _statement(file: BankFile, node: Element) -> Statement:
    id_, iban = text(node, "Id"), text(node, "Acct/Id/IBAN")
    if not (id_ and iban):
        raise BankElementUnreadable(name=file.name, place=id_ or file.family, element="Acct/Id/IBAN" if id_ else "Id")
    place = id_
    try:
        opening, closing = _balance(node, _OPENING), _balance(node, _CLOSING)
        entries = []
        for number, each in enumerate(every(node, "Ntry"), start=1):
            place = f"{id_}, Ntry {number}"
            entries.append(_entry(each))
    except Unreadable as error:
        raise BankElementUnreadable(name=file.name, place=place, element=str(error)) from error
    if opening is not None and closing is not None:
        moved = sum((entry.amount for entry in entries if entry.is_booked), opening)
        if moved != closing:
            raise StatementDoesNotAddUp(name=file.name, place=id_, expected=closing, got=moved)
    return Statement(file.family, id_, iban, text(node, "Acct/Ccy") or "EUR", opening, closing, entries)


def _balance(node: Element, kinds: Sequence[str]) -> Decimal | None:
    """The balance of the first of these kinds, negative for a debit balance."""
    for wanted in kinds:
        for balance in every(node, "Bal"):
            if text(balance, "Tp/CdOrPrtry/Cd") == wanted:
                return _signed(balance)
    return None


def _signed(node: Element) -> Decimal:
    value, direction = amount(node, "Amt"), text(node, "CdtDbtInd")
    if direction not in {"CRDT", "DBIT"}:
        raise Unreadable("CdtDbtInd")
    return value if direction == "CRDT" else -value


def _entry(node: Element) -> Entry:
    value = _signed(node)
    booked_on = day(node, "BookgDt/Dt", "BookgDt/DtTm")
    if booked_on is None:
        raise Unreadable("BookgDt")
    inside = list(_transactions(node, value))
    if sum((each.amount for each in inside), _ZERO) != value:
        inside = [_undetailed(node, value)]  # charges taken off, or nothing told: a person looks at the whole line
    return Entry(
        reference=text(node, "AcctSvcrRef", "NtryRef"),
        amount=value,
        booked_on=booked_on,
        value_date=day(node, "ValDt/Dt", "ValDt/DtTm") or booked_on,
        is_booked=(text(node, "Sts/Cd") or text(node, "Sts")) == "BOOK",
        transactions=inside,
    )


def _undetailed(entry: Element, value: Decimal) -> Transaction:
    batch = text(entry, "NtryDtls/Btch/PmtInfId")
    return Transaction(value, "", _given(batch), "", "", "", text(entry, "AddtlNtryInf")[:280])


def _transactions(entry: Element, value: Decimal) -> Iterator[Transaction]:
    """What a line is made of; a line with one transaction need not repeat its amount."""
    details = list(every(entry, "NtryDtls/TxDtls"))
    for detail in details:
        told = first(detail, "Amt") is not None or first(detail, "AmtDtls/TxAmt/Amt") is not None
        if not told and len(details) > 1:
            raise Unreadable("TxDtls/Amt")
        path = "Amt" if first(detail, "Amt") is not None else "AmtDtls/TxAmt/Amt"
        size = amount(detail, path) if told else abs(value)
        direction = text(detail, "CdtDbtInd") or text(entry, "CdtDbtInd")
        yield _transaction(detail, entry, size if direction == "CRDT" else -size)


def _transaction(detail: Element, entry: Element, value: Decimal) -> Transaction:
    party = "Dbtr" if value > 0 else "Cdtr"
    remittance = " ".join(each.text.strip() for each in every(detail, "RmtInf/Ustrd") if each.text)
    named = text(detail, "RmtInf/Strd/CdtrRefInf/Ref")
    return Transaction(
        amount=value,
        end_to_end_id=_given(text(detail, "Refs/EndToEndId")),
        batch_id=_given(text(detail, "Refs/PmtInfId") or text(entry, "NtryDtls/Btch/PmtInfId")),
        bank_reference=text(detail, "Refs/AcctSvcrRef", "Refs/TxId", "Refs/InstrId"),
        reason=text(detail, "RtrInf/Rsn/Cd") or text(detail, "RtrInf/Rsn/Prtry"),
        counterparty=text(detail, f"RltdPties/{party}/Nm", f"RltdPties/{party}/Pty/Nm")[:140],
        remittance=f"{remittance} {named}".strip()[:280],
    )


def _given(reference: str) -> str:
    return "" if reference == _NOT_PROVIDED else reference
