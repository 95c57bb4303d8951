"""The payment page of the test provider. It exists where the settings name its secret: never in production."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import engine, public, settings
from webapp.journey.page import own_case
from webapp.limits import limited
from webapp.payments.money import euros
from webapp.viewer import viewer
from webapp.webhooks.events import take
from webapp.words import _
from workflows.association import orders, payments
from workflows.association.orders import Order
from workflows.association.payment_provider import HEADER, TestProvider

blueprint = Blueprint("payments", __name__, template_folder="templates")
blueprint.add_app_template_filter(euros)
NAME = "test"
KINDS = {"paid": "payment.succeeded", "refused": "payment.refused", "wrong_amount": "payment.succeeded"}
SHORT_BY, CENT = Decimal("10.00"), Decimal("0.01")


@blueprint.get("/pay/<order_key>")
@public
def pay(order_key: str) -> ResponseReturnValue:
    """What is to be paid, and the outcomes that can be tried."""
    _provider()
    with reading(engine()) as reader:
        order = _own_order(reader, order_key)
        return render_template("payments/pay.html", order=order, left=left_to_pay(reader, order))


@blueprint.post("/pay/<order_key>")
@public
@limited("30 per minute")
def act(order_key: str) -> ResponseReturnValue:
    """Does what the person chose and tells the association by a signed event, as a provider does."""
    provider, outcome = _provider(), request.form.get("outcome", "")
    now = engine().clock.now()
    with reading(engine()) as reader:
        order = _own_order(reader, order_key)
        left, back = left_to_pay(reader, order), url_for("journey.page", instance_id=order.instance_id)
        if outcome == "later" or order.state != "OPEN" or left <= 0:
            return redirect(back, 303)
        if outcome not in KINDS:
            abort(400)
        amount = max(left - SHORT_BY, CENT) if outcome == "wrong_amount" else left
        body = provider.event(order, amount, now, kind=KINDS[outcome])
    answer = take(engine(), provider, {HEADER: provider.sign(body, now)}, body)
    if answer.status != 200:
        flash(_("The payment could not be handed over. Nothing was taken from you. Try again."), "info")
        return redirect(url_for("payments.pay", order_key=order_key), 303)
    if outcome == "refused":
        flash(_("Your bank refused the card. You can try again or use another one."), "info")
        return redirect(url_for("payments.pay", order_key=order_key), 303)
    flash(_("Thank you. Your payment has arrived."), "success")
    return redirect(back, 303)


def left_to_pay(session: Session, order: Order) -> Decimal:
    """What of an order has not arrived yet, in euros."""
    return order.total - sum((payment.amount for payment in payments.of_order(session, order.id)), Decimal("0.00"))


def _provider() -> TestProvider:
    secret = settings().payment_secrets.get(NAME)
    if not secret:
        abort(404)
    return TestProvider(secret.encode())


def _own_order(session: Session, order_key: str) -> Order:
    """The order, if its case is about the viewer. Raises NotFound."""
    order = orders.by_key(session, order_key)
    if order is None or order.instance_id is None:
        raise NotFound(kind="order", id=order_key)
    own_case(session, viewer(), order.instance_id)
    return order
