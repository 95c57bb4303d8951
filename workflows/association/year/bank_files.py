"""Files as a bank sends them: the day's statement (camt.053.001.08) and reports on collections (pain.002.001.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from lxml import etree
from lxml.builder import ElementMaker

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Move:
    """A movement of the account; negative went out or came back. `reason`: the bank's code where it came back."""

    amount: Decimal
    reference: str  # the bank's own
    end_to_end: str = "NOTPROVIDED"
    text: str = ""
    party: str = ""
    reason: str = ""


def statement(iban: str, day: date, opening: Decimal, moves: Sequence[Move], name: str = "") -> bytes:
    """The day's statement of an account, whose entries are the difference of its balances. `name`: its number."""
    e = _maker("camt.053.001.08")
    closing = opening + sum((move.amount for move in moves), ZERO)
    inside = e.Stmt(
        e.Id(name or f"STM-{day}"), e.Acct(e.Id(e.IBAN(iban)), e.Ccy("EUR")),
        _balance(e, "OPBD", opening), _balance(e, "CLBD", closing), *(_entry(e, move, day) for move in moves),
    )  # fmt: skip
    return _written(e.Document(e.BkToCstmrStmt(inside)))


def rejections(message_id: str, rejected: Sequence[tuple[str, str]]) -> bytes:
    """The report on one of our collection files: end-to-end ids that the bank rejects, each with its reason."""
    e = _maker("pain.002.001.10")
    inside = [
        e.TxInfAndSts(
            e.OrgnlEndToEndId(end_to_end), e.TxSts("RJCT"), e.StsRsnInf(e.Rsn(e.Cd(reason)))
        )
        for end_to_end, reason in rejected
    ]  # fmt: skip
    group = e.OrgnlGrpInfAndSts(e.OrgnlMsgId(message_id))
    batch = e.OrgnlPmtInfAndSts(e.OrgnlPmtInfId(f"{message_id}-1"), *inside)
    return _written(e.Document(e.CstmrPmtStsRpt(group, batch)))


def _maker(message: str) -> ElementMaker:
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{message}"
    return ElementMaker(namespace=namespace, nsmap={None: namespace})


def _written(document: etree._Element) -> bytes:
    written: bytes = etree.tostring(document, xml_declaration=True, encoding="UTF-8")
    return written


def _amount(e: ElementMaker, value: Decimal) -> etree._Element:
    return e.Amt(f"{abs(value):.2f}", Ccy="EUR")


def _direction(e: ElementMaker, value: Decimal) -> etree._Element:
    return e.CdtDbtInd("CRDT" if value >= 0 else "DBIT")


def _balance(e: ElementMaker, kind: str, value: Decimal) -> etree._Element:
    return e.Bal(e.Tp(e.CdOrPrtry(e.Cd(kind))), _amount(e, value), _direction(e, value))


def _entry(e: ElementMaker, move: Move, day: date) -> etree._Element:
    party = e.Dbtr if move.amount > 0 else e.Cdtr
    returned = [e.RtrInf(e.Rsn(e.Cd(move.reason)))] if move.reason else []
    detail = e.TxDtls(
        e.Refs(e.AcctSvcrRef(move.reference), e.EndToEndId(move.end_to_end)), _amount(e, move.amount),
        _direction(e, move.amount), e.RltdPties(party(e.Pty(e.Nm(move.party)))), e.RmtInf(e.Ustrd(move.text)),
        *returned,
    )  # fmt: skip
    return e.Ntry(
        _amount(e, move.amount), _direction(e, move.amount), e.Sts(e.Cd("BOOK")), e.BookgDt(e.Dt(day.isoformat())),
        e.ValDt(e.Dt(day.isoformat())), e.NtryDtls(detail),
    )  # fmt: skip
