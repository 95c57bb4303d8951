"""Service tasks before a basket: what `dues_quote` asks, and whether a provider's page signs the mandate of a debit.

Where one does, the basket asks for no IBAN: whoever pays by direct debit signs, and names the account, on that page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from engine.registry import ServiceTask, ServiceWork
from workflows.association import dues, renewal_orders
from workflows.association.settings import Association

_Facts: TypeAlias = Callable[[ServiceWork], Mapping[str, object]]
_ASKED: Final = frozenset({"years_since_grad", "age", "residence", "situation", "job_seeker_rate_used"})
SIGNED_THERE: Final = "signs_elsewhere"


def service_tasks(association: Association) -> list[ServiceTask]:
    """`dues.facts` and `renewal.facts` of an association."""

    def with_signing(
        facts: Callable[[ServiceWork], Mapping[str, object]],
    ) -> Callable[[ServiceWork], Mapping[str, object]]:
        def work(work: ServiceWork) -> Mapping[str, object]:
            return {**facts(work), SIGNED_THERE: association.signs_elsewhere}

        return work

    return [
        ServiceTask("dues.facts", with_signing(dues.facts), results=_ASKED | {SIGNED_THERE}),
        ServiceTask("renewal.facts", with_signing(renewal_orders.facts), results=_ASKED | {"category", SIGNED_THERE}),
    ]
