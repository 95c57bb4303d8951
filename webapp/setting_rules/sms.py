"""The settings of the system that sends short messages (`webapp.house.sms_provider`)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from engine.errors import Invalid
from engine.outside.origins import Origins
from webapp.setting_rules.webhooks import listed, origin_in
from workflows.association.sms.provider import FIELDS

__all__ = ["sms_faults"]

# A name of up to 11 characters, or a number (3GPP TS 23.040 §9.1.2.5).
_SENDER: Final = re.compile(r"[A-Za-z0-9 ]{1,11}|\+?[0-9]{3,15}")


def sms_faults(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """What of these settings cannot be used, with the reason. Values of secrets are never in it."""
    url, sender, fields = str(said["sms_url"]), str(said["sms_sender"]), said["sms_fields"]
    if url:
        try:
            Origins.of([origin_in(url)])
        except Invalid as error:
            yield "sms_url", error.message
        inside = {each.rstrip("/") for each in listed(str(said["http_inside"]))}
        if not url.startswith("https://") and origin_in(url) not in inside:
            yield "sms_url", "it must begin with https:// (http:// for a system that http_inside names)"
    if sender and not _SENDER.fullmatch(sender):
        yield "sms_sender", "it is neither 1 to 11 plain letters and digits nor a number"
    if any(not " " < each <= "~" for each in str(said["sms_authorization"]).replace(" ", "")):
        yield "sms_authorization", "it holds a character that no header can hold"
    named = set(fields) if isinstance(fields, Mapping) else set()
    if named and not {"to", "text"} <= named <= set(FIELDS):
        yield "sms_fields", f"it needs to and text, and names nothing but {', '.join(FIELDS)}"
