"""The payment providers that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from webapp.setting_rules.payments import TEST
from workflows.association import provider_debits
from workflows.association.bank import debits
from workflows.association.orders import Order
from workflows.association.payment_provider import Provider, TestProvider
from workflows.association.providers import gocardless, helloasso, stripe
from workflows.association.providers.calling import Api

if TYPE_CHECKING:
    from webapp.settings import Settings

__all__ = ["TEST", "providers", "signs_at_provider"]


def providers(settings: Settings) -> Mapping[str, Provider]:
    """By name: those with an account, and the test provider where its secret is known."""
    found: dict[str, Provider] = {}
    secrets, accounts = settings.payment_secrets, settings.payment_accounts
    if secrets.get(TEST):
        found[TEST] = TestProvider(secrets[TEST].encode())
    if "stripe" in accounts:
        signing = tuple(each.encode() for each in secrets["stripe"].split())
        found["stripe"] = stripe.Stripe(accounts["stripe"], signing, _api(settings, "stripe", stripe.API))
    if "helloasso" in accounts:
        client_id, client_secret, organization = accounts["helloasso"].split(":")
        api = _api(settings, "helloasso", helloasso.API)
        pages = helloasso.SANDBOX_PAGES if "sandbox" in api.base else helloasso.PAGES
        found["helloasso"] = helloasso.HelloAsso(
            client_id, client_secret, organization, secrets["helloasso"], api, page_origins=pages
        )
    if "gocardless" in accounts:
        signing = tuple(each.encode() for each in secrets["gocardless"].split())
        api = _api(settings, "gocardless", gocardless.API)
        pages = gocardless.SANDBOX_PAGES if "sandbox" in api.base else gocardless.PAGES
        found["gocardless"] = gocardless.GoCardless(accounts["gocardless"], signing, api, page_origins=pages)
    return found


def signs_at_provider(session: Session, order: Order, settings: Settings) -> bool:
    """Whether the mandate of an order is signed on a provider's page: no debit of ours is promised for it, and none of
    the provider's is under way."""
    return (
        settings.debit_provider != ""
        and order.means == "SEPA"
        and order.state == "OPEN"
        and not debits.is_promised(session, order.id)
        and not provider_debits.is_under_way(session, order)
    )


def _api(settings: Settings, name: str, usual: Api) -> Api:
    inside = frozenset(each.strip() for each in settings.http_inside.split(",") if each.strip())
    return Api(settings.payment_addresses.get(name, usual.base).rstrip("/"), inside)
