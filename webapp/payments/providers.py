"""The payment providers that the settings name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from webapp.setting_rules.payments import TEST
from workflows.association.payment_provider import Provider, TestProvider
from workflows.association.providers import helloasso, stripe
from workflows.association.providers.calling import Api

if TYPE_CHECKING:
    from webapp.settings import Settings

__all__ = ["TEST", "providers"]


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
    return found


def _api(settings: Settings, name: str, usual: Api) -> Api:
    inside = frozenset(each.strip() for each in settings.http_inside.split(",") if each.strip())
    return Api(settings.payment_addresses.get(name, usual.base).rstrip("/"), inside)
