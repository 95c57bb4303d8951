"""The payment page of the test provider. It exists where the settings name its secret: never in production."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from engine.errors import NotFound
from engine.transaction import reading
from webapp.auth import engine, public, settings
from webapp.journey.page import own_case
from webapp.limits import limited
from webapp.payments import provider
from webapp.payments.money import euros
from webapp.viewer import viewer
from webapp.webhooks.events import take
from webapp.words import _
from workflows.association import orders
from workflows.association.orders import Order

blueprint = Blueprint("payments", __name__, template_folder="templates")
blueprint.add_app_template_filter(euros)
OUTCOMES = frozenset({"paid", "refused", "wrong_amount"})


@blueprint.get("/pay/<order_key>")
@public
def pay(order_key: str) -> ResponseReturnValue:
    """What is to be paid, and the outcomes that can be tried."""
    _secret()
    with reading(engine()) as reader:
        return render_template("payments/pay.html", order=_own_order(reader, order_key))


@blueprint.post("/pay/<order_key>")
@public
@limited("30 per minute")
def act(order_key: str) -> ResponseReturnValue:
    """Does what the person chose and tells the association by a signed event, as a provider does."""
    secret, outcome = _secret(), request.form.get("outcome", "")
    with reading(engine()) as reader:
        order = _own_order(reader, order_key)
        amount, instance_id, is_open = order.total, order.instance_id, order.state == "OPEN"
    back = redirect(url_for("journey.page", instance_id=instance_id), 303)
    if outcome == "later" or not is_open:
        return back
    if outcome not in OUTCOMES:
        abort(400)
    now = engine().clock.now()
    body = provider.event(order_key, amount, cast("provider.Outcome", outcome), now)
    answer = take(engine(), provider.NAME, secret, provider.signature(secret, body, now), body)
    if answer.status != 200:
        flash(_("The payment could not be handed over. Nothing was taken from you. Try again."), "info")
        return redirect(url_for("payments.pay", order_key=order_key), 303)
    if outcome == "refused":
        flash(_("Your bank refused the card. You can try again or use another one."), "info")
        return redirect(url_for("payments.pay", order_key=order_key), 303)
    flash(_("Thank you. Your payment has arrived."), "success")
    return back


def _secret() -> str:
    secret = settings().payment_secrets.get(provider.NAME)
    if not secret:
        abort(404)
    return secret


def _own_order(session: Session, order_key: str) -> Order:
    """The order, if its case is about the viewer. Raises NotFound."""
    order = orders.by_key(session, order_key)
    if order is None or order.instance_id is None:
        raise NotFound(kind="order", id=order_key)
    own_case(session, viewer(), order.instance_id)
    return order
