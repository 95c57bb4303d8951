"""Forms of the tests with answers, as a page or a program would send them."""

from __future__ import annotations

from decimal import Decimal

from werkzeug.datastructures import MultiDict

from forms import BoundForm, FormDefinition, bind, read_form
from tests.forms.drawn import Json, form
from tests.forms.expressions import PARIS, evaluate

VALUES = {"programmes": [{"label": "Lettres", "value": "arts"}, "sciences"], "total": Decimal(7)}


def bound(drawn: FormDefinition, answers: object = None, language: str = "fr", **values: object) -> BoundForm:
    return bind(
        drawn,
        language=language,
        values={**VALUES, **values},
        submitted=None if answers is None else MultiDict(answers),
        evaluate=evaluate,
        options={"countries": [("FR", "France"), ("DE", "Allemagne")]},
        zone=PARIS,
    )


def answered(drawn: Json, *texts: str, language: str = "fr", **values: object) -> BoundForm:
    key = drawn.get("path", drawn["key"])
    found = bound(read_form(form(drawn)), [(key, text) for text in texts], language, **values)
    found.validate()
    return found
