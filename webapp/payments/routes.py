"""Paying an order by card: at the provider that the settings name, or on the page of the test provider, which exists
where the settings name its secret: never in production."""

from __future__ import annotations

from decimal import Decimal

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine import muting
from engine.errors import NotFound, WorkFailed
from engine.transaction import reading
from webapp.auth import engine, public, settings
from webapp.journey.page import own_case
from webapp.limits import limited
from webapp.payments import surplus
from webapp.payments.money import euros
from webapp.payments.providers import TEST, signs_at_provider
from webapp.security import POLICY
from webapp.viewer import viewer
from webapp.webhooks.events import take
from webapp.words import _, language
from workflows.association import member_documents, orders, provider_debits
from workflows.association.bank import debits
from workflows.association.orders import Order
from workflows.association.payment_provider import HEADER, Provider, TestProvider
from workflows.association.provider_debits import left_to_pay
from workflows.association.surplus import together

blueprint = Blueprint("payments", __name__, template_folder="templates")
blueprint.add_app_template_filter(euros)
KINDS = {"paid": "payment.succeeded", "refused": "payment.refused", "wrong_amount": "payment.succeeded"}
SHORT_BY, CENT = Decimal("10.00"), Decimal("0.01")


@blueprint.get("/pay/<order_key>")
@public
def pay(order_key: str) -> ResponseReturnValue:
    """What an order is for; while it is open what is to be paid, and the way to the payment page: of the test provider,
    the outcomes that can be tried."""
    with reading(engine()) as reader:
        order = _own_order(reader, order_key)
        under_way, left = _is_under_way(reader, order), left_to_pay(reader, order)
        provider = _provider(reader, order) if order.state == "OPEN" and not under_way else None
        page = render_template(
            "payments/pay.html", order=order, left=left, offered=provider is not None,
            test=isinstance(provider, TestProvider), planned=debits.is_promised(reader, order.id),
            debited=provider is not None and provider.name == settings().debit_provider, under_way=under_way,
            surpluses=surplus.going_on(reader, viewer(), together(reader, order), engine().clock.now()),
            returned=surplus.returned(reader, [order]).get(order.key, ()),
            lines=[(member_documents.line_words(reader, order, each, language()), each.amount) for each in order.lines],
        )  # fmt: skip
    answer = make_response(page)
    if provider is not None and provider.page_origins:  # browsers hold the redirect after a form to the same rule
        allowed = " ".join(("form-action 'self'", *provider.page_origins))
        answer.headers["Content-Security-Policy"] = POLICY.replace("form-action 'self'", allowed)
    return answer


@blueprint.post("/pay/<order_key>")
@public
@limited("30 per minute")
def act(order_key: str) -> ResponseReturnValue:
    """Opens the provider's page; on the test page, does what the person chose, and tells the association of it."""
    with reading(engine()) as reader:
        order = _own_order(reader, order_key)
        if _is_under_way(reader, order):
            return redirect(url_for("payments.pay", order_key=order_key), 303)
        provider = _provider(reader, order) or abort(404)
        left, back = left_to_pay(reader, order), url_for("journey.page", instance_id=order.instance_id)
        held = muting.muted(reader) is not None
        person_pays = order.state == "OPEN" and left > 0
    if request.form.get("outcome", "") == "later" or not person_pays:
        return redirect(back, 303)
    if isinstance(provider, TestProvider):
        return _try_outcome(provider, order, left, back)
    if held:
        flash(_("Nothing is collected at the moment. Come back later: nothing is lost."), "info")
        return redirect(url_for("payments.pay", order_key=order_key), 303)
    return _open_page(provider, order, left, back)


def _open_page(provider: Provider, order: Order, left: Decimal, back: str) -> ResponseReturnValue:
    now, label = engine().clock.now(), f"{settings().association} {order.key}"
    try:
        page = provider.checkout(order, left, settings().public_url + back, label, now)
    except WorkFailed:
        current_app.logger.warning("the payment page could not be opened", exc_info=True)
        flash(_("The payment page could not be opened. Nothing was taken from you. Try again in a moment."), "info")
        return redirect(url_for("payments.pay", order_key=order.key), 303)
    if not page.url.startswith(tuple(f"{origin}/" for origin in provider.page_origins)):
        abort(502)
    return redirect(page.url, 303)


def _try_outcome(provider: TestProvider, order: Order, left: Decimal, back: str) -> ResponseReturnValue:
    outcome, now = request.form.get("outcome", ""), engine().clock.now()
    if outcome not in KINDS:
        abort(400)
    amount = max(left - SHORT_BY, CENT) if outcome == "wrong_amount" else left
    body = provider.event(order, amount, now, kind=KINDS[outcome])
    answer = take(engine(), provider, {HEADER: provider.sign(body, now)}, body)
    if answer.status != 200:
        flash(_("The payment could not be handed over. Nothing was taken from you. Try again."), "info")
        return redirect(url_for("payments.pay", order_key=order.key), 303)
    if outcome == "refused":
        flash(_("Your bank refused the card. You can try again or use another one."), "info")
        return redirect(url_for("payments.pay", order_key=order.key), 303)
    flash(_("Thank you. Your payment has arrived."), "success")
    return redirect(back, 303)


def _is_under_way(session: Session, order: Order) -> bool:
    """Whether money for an order is being collected already: who paid as well would pay twice."""
    return provider_debits.is_under_way(session, order) or debits.is_at_bank(session, order.id)


def _provider(session: Session, order: Order) -> Provider | None:
    """Whose page it is; None where none is set up."""
    debited = signs_at_provider(session, order, settings())
    name = settings().debit_provider if debited else settings().payment_provider or TEST
    found: Provider | None = current_app.extensions["amicale.payment_providers"].get(name)
    return found


def _own_order(session: Session, order_key: str) -> Order:
    """The order, if its case is about the viewer. Raises NotFound."""
    order = orders.by_key(session, order_key)
    if order is None or order.instance_id is None:
        raise NotFound(kind="order", id=order_key)
    own_case(session, viewer(), order.instance_id)
    return order
