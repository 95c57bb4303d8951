"""What of a case only some may see. Gifts: those who account for them, for the Foundation is another legal person.

A basket holds dues and a gift (domain §1.1); the association collects both and its staff look after the dues. So the
amount of a gift, and the totals that tell it to whoever knows the dues, are theirs alone who answer for gifts or for
the accounts. It is declared here by the names of variables, once for pages, interface and corrections.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Final, TypeVar

_V = TypeVar("_V")
READERS: Final = frozenset(
    {
        *("FOUNDATION_GIFTS", "FOUNDATION_TREASURER", "MAJOR_GIFTS"),
        *("FINANCE", "TREASURER", "DPO", "GENERAL_DELEGATE"),
    }
)
PROCESSES: Final = frozenset(
    {"donation_followup", "pledge_followup", "receipt_correction", "foundation_year", "lapsed_donor"}
)
AMOUNTS: Final = frozenset({"gift_amount", "instalment_amount", "new_amount", "declared_amount", "declared_count"})
TOTALS: Final = frozenset({"amount", "amount_due", "amount_paid", "balance", "surplus"})
# Whose documents those alone read who decide on them, beside whoever handed them in (domain §P2.8: CV, proof, grid).
DOCUMENTS: Final = MappingProxyType({"cohort_admission": frozenset({"CAREERS_HEAD", "CAREERS_ASST"})})
# Mails and papers of the Foundation, by how their names begin.
TEMPLATES: Final = ("gift_", "pledge_", "receipt_", "donor_")


def may_read(roles: Set[str]) -> bool:
    """Whether one of these roles answers for gifts."""
    return bool(READERS & roles)


def may_open(process_id: str, roles: Set[str]) -> bool:
    """Whether holders of these roles, who may read a case of this process, may open what was handed in there."""
    readers = DOCUMENTS.get(process_id)
    return readers is None or bool(readers & roles)


def hidden(names: Set[str], process_id: str, roles: Set[str]) -> frozenset[str]:
    """The variables of a case, by the names that it has, that holders of these roles do not see.

    Totals are hidden wherever a basket may hold a gift, also where it holds none: else it would tell that there is one.
    """
    if may_read(roles):
        return frozenset()
    with_gifts = process_id in PROCESSES or bool(AMOUNTS & names)
    return frozenset(names & (AMOUNTS | TOTALS if with_gifts else AMOUNTS))


def guarded(roles: Set[str]) -> frozenset[str]:
    """The names of values that holders of these roles correct in no case where they were not looked at one by one."""
    return frozenset() if may_read(roles) else AMOUNTS | TOTALS


def seen(variables: Mapping[str, _V], process_id: str, roles: Set[str]) -> dict[str, _V]:
    """The variables of a case without those that holders of these roles do not see."""
    without = hidden(variables.keys(), process_id, roles)
    return {name: value for name, value in variables.items() if name not in without}
