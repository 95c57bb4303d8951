"""What a mail about gifts may say: amounts, dates and numbers of the case, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from workflows.association import wording
from workflows.association.case_variables import amount, text, uuid_or_none
from workflows.association.gifts import figures
from workflows.association.gifts.register import Gift


def values(session: Session, variables: Mapping[str, object], lang: str) -> dict[str, str]:
    """The placeholders of mails about a gift; a dash for what the case does not know."""
    gift_id = uuid_or_none(variables, "gift_id")
    gift = session.get(Gift, gift_id) if gift_id is not None else None
    on = gift.noted_at.date() if gift is not None else None
    return {
        "foundation": figures.body(session, on, lang).name if on is not None else "",
        "gift_amount": wording.amount(gift.amount, lang) if gift is not None else "—",
        "given_on": wording.day(gift.given_on, lang) if gift is not None and gift.given_on else "—",
        "fund": figures.fund_words(session, gift.fund, on, lang) if gift is not None and on is not None else "—",
        "receipt_serial": text(variables, "receipt_serial", "—"),
        "new_serial": text(variables, "new_serial", "—"),
        "new_amount": _amount(variables, "new_amount", lang),
        "donor_note": gift.note if gift is not None else "",
        "tax_hint": _tax_hint(session, variables, gift, lang),
    }


def _amount(variables: Mapping[str, object], name: str, lang: str) -> str:
    return wording.amount(amount(variables, name), lang) if variables.get(name) is not None else "—"


def _tax_hint(session: Session, variables: Mapping[str, object], gift: Gift | None, lang: str) -> str:
    """What the gift may save in tax, as information and never as advice; empty where France gives nothing."""
    decided = variables.get("tax")
    if gift is None or not isinstance(decided, Mapping):
        return ""
    rule, form = text(decided, "rule"), text(decided, "tax_form")
    rate = figures.tax_rate(session, rule, gift.given_on or gift.noted_at.date())
    if rate is None or rule not in _HINTS:
        return ""
    saved = wording.amount((gift.amount * rate / 100).quantize(Decimal("0.01")), lang)
    return _HINTS[rule]["en" if lang == "en" else "fr"].format(rate=f"{rate:f}", saved=saved, form=form)


_HINTS: Final = {
    "IR": {
        "fr": "Pour information : {rate} % d’un don peuvent être déduits de l’impôt sur le revenu, dans la limite de "
        "20 % du revenu imposable, soit {saved} pour celui-ci (case {form}).",
        "en": "For information: {rate} % of a gift may be deducted from French income tax, within 20 % of the taxable "
        "income, that is {saved} for this one (box {form}).",
    },
    "IFI": {
        "fr": "Pour information : {rate} % d’un don peuvent être déduits de l’impôt sur la fortune immobilière, dans "
        "la limite du plafond annuel, soit {saved} pour celui-ci (formulaire {form}).",
        "en": "For information: {rate} % of a gift may be deducted from the French tax on real estate wealth, within "
        "the yearly ceiling, that is {saved} for this one (form {form}).",
    },
    "IS": {
        "fr": "Pour information : une entreprise peut réduire son impôt de {rate} % de ses dons, dans la limite de "
        "20 000 € ou de 5 pour mille du chiffre d’affaires (formulaire {form}).",
        "en": "For information: a company may reduce its tax by {rate} % of its gifts, within €20,000 or 5 per "
        "thousand of its turnover (form {form}).",
    },
}
