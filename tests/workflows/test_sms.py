"""Short messages: how long they are, what a text may say, and how the system that takes them is spoken to."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.errors import OutcomeUnknown, WorkFailed
from tests.fixtures.http import OtherSystem
from workflows.association.settings import Association
from workflows.association.sms.lengths import Length, measured, plain
from workflows.association.sms.provider import SmsProvider
from workflows.association.sms.sending import connector
from workflows.association.sms.texts import TEXTS, SmsTextRefused, SmsTooLong


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", Length("GSM7", 0, 1)),
        ("a" * 160, Length("GSM7", 160, 1)),
        ("a" * 161, Length("GSM7", 161, 2)),
        ("a" * 306, Length("GSM7", 306, 2)),
        ("a" * 307, Length("GSM7", 307, 3)),
        ("€" * 80, Length("GSM7", 160, 1)),
        ("a" * 152 + "€" + "b" * 152, Length("GSM7", 306, 3)),  # the sign of two places goes whole to the next part
        ("éèàù", Length("GSM7", 4, 1)),
        ("ê" * 70, Length("UCS2", 70, 1)),
        ("ê" * 71, Length("UCS2", 71, 2)),
        ("ê" * 134, Length("UCS2", 134, 2)),
        ("😀" * 35, Length("UCS2", 70, 1)),
        ("ê" * 66 + "😀" + "ê" * 66, Length("UCS2", 134, 3)),
    ],
)
def test_a_message_is_as_long_as_networks_count_it(text: str, length: Length) -> None:
    assert measured(text) == length


def test_signs_of_print_do_not_double_the_cost() -> None:
    assert plain("L’adhésion coûte 160\u202f€ – ça…") == "L'adhésion coûte 160 € - ca..."
    assert measured(plain("L’adhésion… ça")).encoding == "GSM7"


def test_the_delivered_texts_can_be_sent_and_a_wrong_one_cannot_be_decided() -> None:
    [delivered] = TEXTS.first
    fr, en = (str(each) for each in delivered.values)
    assert TEXTS.check is not None
    TEXTS.check({"fr": fr, "en": en})
    with pytest.raises(SmsTextRefused):
        TEXTS.check({"fr": fr, "en": "Pay $amount"})
    with pytest.raises(SmsTextRefused):
        TEXTS.check({"fr": "100 $", "en": en})
    with pytest.raises(SmsTooLong):
        TEXTS.check({"fr": "a" * 460, "en": en})
    with pytest.raises(SmsTooLong):
        TEXTS.check({"fr": fr, "en": "ê" * 202})


@pytest.fixture
def taken(other_system: Callable[..., OtherSystem]) -> OtherSystem:
    return other_system()


def provider(system: OtherSystem, **more: Any) -> SmsProvider:
    return SmsProvider(f"{system.url}/v1/sms", system.origins, **more)


def test_a_provider_is_called_by_its_own_names(taken: OtherSystem) -> None:
    fields = {"to": "recipient", "text": "message", "key": "client_ref"}
    said = provider(taken, headers={"Authorization": "Bearer x"}, fields=fields, sender="AMICALE")
    assert said.send("+33612345678", "Bonjour", "k1") == 200
    [asked] = taken.asked
    assert json.loads(asked.body) == {"recipient": "+33612345678", "message": "Bonjour", "client_ref": "k1"}
    assert (asked.headers["authorization"], asked.headers["idempotency-key"]) == ("Bearer x", "k1")


@pytest.mark.parametrize(("status", "again"), [(400, False), (401, False), (429, True), (503, True)])
def test_a_refusal_is_tried_again_where_that_may_help(taken: OtherSystem, status: int, again: bool) -> None:
    taken.answers.clear()
    taken.says(status)
    with pytest.raises(WorkFailed, match=str(status)) as refused:
        provider(taken).send("+33612345678", "Bonjour", "k1")
    assert refused.value.again is again


@pytest.mark.parametrize("status", [408, 500, 502, 504])
def test_a_gateway_that_gave_up_may_have_sent_it(taken: OtherSystem, status: int) -> None:
    taken.answers.clear()
    taken.says(status)
    taken.says(status)
    with pytest.raises(OutcomeUnknown, match=str(status)):
        provider(taken).send("+33612345678", "Bonjour", "k1")
    with pytest.raises(WorkFailed, match=str(status)) as refused:
        provider(taken, knows_keys=True).send("+33612345678", "Bonjour", "k1")
    assert refused.value.again and not isinstance(refused.value, OutcomeUnknown), "by the same key it is sent once"


def test_a_call_of_which_nobody_heard_is_repeated_only_where_the_key_is_known(taken: OtherSystem) -> None:
    taken.answers[:] = [b""]
    with pytest.raises(OutcomeUnknown):
        provider(taken).send("+33612345678", "Bonjour", "k1")
    assert connector(Association(sms=provider(taken))).policy == "at_most_once"
    assert connector(Association(sms=provider(taken, knows_keys=True))).policy == "idempotent"
