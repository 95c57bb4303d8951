"""What the bank says of a collection file before it books anything (pain.002): accepted, or rejected and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from workflows.association.bank.files import (
    BankElementUnreadable,
    BankFile,
    BankMessageUnexpected,
    Element,
    every,
    text,
)

FAMILY: Final = "pain.002"
_REJECTED: Final = "RJCT"


@dataclass(frozen=True, slots=True)
class Rejection:
    """What the bank rejects: one debit by its end-to-end id, a batch, or the whole message where both are empty."""

    batch_id: str
    end_to_end_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Report:
    """The report on one of our messages. Without `rejections` all of it was accepted."""

    message_id: str  # of the collection file
    rejections: Sequence[Rejection]


def report(file: BankFile) -> Report:
    """The report of a file. Raises BankFileRefused."""
    if file.family != FAMILY:
        raise BankMessageUnexpected(name=file.name, family=file.family, expected=FAMILY)
    message_id = text(file.message, "OrgnlGrpInfAndSts/OrgnlMsgId")
    if not message_id:
        raise BankElementUnreadable(name=file.name, place=FAMILY, element="OrgnlMsgId")
    group = [node for node in every(file.message, "OrgnlGrpInfAndSts") if text(node, "GrpSts") == _REJECTED]
    if group:
        return Report(message_id, [Rejection("", "", _reason(group[0]))])
    found = [each for batch in every(file.message, "OrgnlPmtInfAndSts") for each in _of_batch(batch)]
    return Report(message_id, found)


def _of_batch(batch: Element) -> list[Rejection]:
    batch_id = text(batch, "OrgnlPmtInfId")
    inside = [
        Rejection(batch_id, text(each, "OrgnlEndToEndId"), _reason(each) or _reason(batch))
        for each in every(batch, "TxInfAndSts")
        if text(each, "TxSts") == _REJECTED
    ]
    if not inside and text(batch, "PmtInfSts") == _REJECTED:
        return [Rejection(batch_id, "", _reason(batch))]
    return inside


def _reason(node: Element) -> str:
    return text(node, "StsRsnInf/Rsn/Cd") or text(node, "StsRsnInf/Rsn/Prtry")
