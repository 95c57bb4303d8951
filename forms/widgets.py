"""One answer → the parameters of its GOV.UK component (govuk-frontend-jinja's macros, GOV.UK Frontend 6).

`govuk-frontend-wtf` renders through Flask's current application, which this package must not know; the macros
beneath it need Jinja alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from forms.answers import Answer
from forms.choices import ChoiceAnswer
from forms.dates import PARTS, PartsAnswer
from forms.documents import FileAnswer
from forms.fields import TextAnswer
from forms.messages import amount, message, shown

Params = dict[str, Any]

_NATIVE: Final = {"date": "date", "time": "time", "datetime": "datetime-local"}


def params(answer: Answer, kind: str) -> Params:
    """The parameters of the macro for this kind of widget; label, hint and error included."""
    return _BUILDERS[kind](answer)


def kind_of(answer: Answer) -> str:
    """The macro an answer is drawn with."""
    if answer.locked:
        return "answer"
    if isinstance(answer, PartsAnswer):
        return "date"
    return {
        "textarea": "textarea",
        "checkbox": "tick",
        "radio": "radios",
        "select": "select",
        "checklist": "checkboxes",
        "taglist": "checkboxes",
        "filepicker": "file",
        "dynamiclist": "rows",
    }.get(answer.component.type, "input")


def focus_id(answer: Answer) -> str:
    """The id of the input an error link leads to: the first of the wrong ones."""
    return f"{answer.id}-{answer.wrong_parts[0]}" if isinstance(answer, PartsAnswer) else str(answer.id)


def _text(answer: Answer, name: str) -> str:
    return answer.around.text(answer.component, name, answer.scope)


def _say(answer: Answer, code: str, **values: object) -> str:
    return message(answer.around.language, code, **values)


def _label(answer: Answer) -> str:
    """The label; what may be left out says so (GOV.UK: mark the optional, not the required)."""
    label = _text(answer, answer.component.label_name)
    return _say(answer, "optional", label=label) if answer.optional else label


def _base(answer: Answer, hint: str = "") -> Params:
    hint = " ".join(text for text in (_text(answer, "description"), hint) if text)
    found: Params = {"id": answer.id, "name": answer.name, "label": {"text": _label(answer)}}
    if hint:
        found["hint"] = {"text": hint}
    if answer.errors:
        prefix = _say(answer, "error_prefix")
        found["errorMessage"] = {"text": answer.errors[0], "visuallyHiddenText": prefix.rstrip(":")}
    return found


def _typed(answer: Answer) -> str:
    return answer.typed[0] if answer.typed else ""


def _input(answer: Answer) -> Params:
    component = answer.component
    found = _base(answer) | {"value": _typed(answer), "type": "text"}
    rule = component.rule("validationType")
    if component.type == "datetime":
        found["type"] = _NATIVE[str(component.properties.get("subtype", "date"))]
        found["classes"] = "govuk-input--width-10"
    elif component.type == "number":
        found["inputmode"] = "numeric" if component.properties.get("decimalDigits") == 0 else "decimal"
        found |= {"classes": "govuk-input--width-10", "spellcheck": False}
    elif rule in ("email", "phone"):
        found |= {"type": "email" if rule == "email" else "tel", "spellcheck": False}
        found["autocomplete"] = "email" if rule == "email" else "tel"
        found["classes"] = "govuk-input--width-20" if rule == "phone" else ""
    if autocomplete := component.settings.get("autocomplete"):
        found |= {"autocomplete": autocomplete, "spellcheck": False}
    for side in ("prefix", "suffix"):
        if text := _text(answer, f"appearance.{side}Adorner"):
            found[side] = {"text": text}
    return found


def _textarea(answer: Answer) -> Params:
    found = _base(answer) | {"value": _typed(answer), "rows": answer.component.settings.get("rows", "5")}
    if autocomplete := answer.component.settings.get("autocomplete"):
        found["autocomplete"] = autocomplete
    if answer.component.rule("maxLength") not in (None, "") and isinstance(answer, TextAnswer):
        limit = answer.longest
        found["count"] = {
            "limit": limit,
            "text": _say(answer, "too_long", subject=_text(answer, answer.component.label_name), limit=limit),
            "under": {plural: _say(answer, f"left_{plural}") for plural in ("one", "other")},
            "over": {plural: _say(answer, f"over_{plural}") for plural in ("one", "other")},
        }
    return found


def _legend(answer: Answer, found: Params) -> Params:
    text = found.pop("label")["text"]
    found["fieldset"] = {"legend": {"text": text, "classes": "govuk-fieldset__legend--s"}}
    return found


def _choices(answer: Answer) -> Params:
    assert isinstance(answer, ChoiceAnswer)
    found = _legend(answer, _base(answer))
    found["idPrefix"] = found.pop("id")
    found["items"] = [
        {"value": option.text, "text": option.label, "checked": option.text in answer.typed}
        for option in answer.options
    ]
    return found


def _select(answer: Answer) -> Params:
    assert isinstance(answer, ChoiceAnswer)
    chosen = _typed(answer)
    blank = {"value": "", "text": _say(answer, "choose"), "selected": not chosen}
    found = _base(answer)
    found["items"] = [
        blank,
        *({"value": each.text, "text": each.label, "selected": each.text == chosen} for each in answer.options),
    ]
    if autocomplete := answer.component.settings.get("autocomplete"):
        found["attributes"] = {"autocomplete": autocomplete}
    return found


def _tick(answer: Answer) -> Params:
    found = _base(answer)
    found["idPrefix"] = found.pop("id")
    found.pop("label")
    found["items"] = [
        {"value": "true", "text": _text(answer, answer.component.label_name), "checked": bool(answer.typed)}
    ]
    return found


def _date(answer: Answer) -> Params:
    assert isinstance(answer, PartsAnswer)
    described = _text(answer, "description")
    found = _legend(answer, _base(answer, "" if described else _say(answer, "memorable_hint")))
    typed = dict(zip(PARTS, answer.typed, strict=False))
    birthday = answer.component.settings.get("autocomplete") == "bday"
    found["items"] = [
        {
            "id": f"{answer.id}-{part}",
            "name": f"{answer.name}-{part}",
            "label": _say(answer, part),
            "value": typed.get(part, ""),
            "classes": f"govuk-input--width-{4 if part == 'year' else 2}"
            + (" govuk-input--error" if answer.errors and part in answer.wrong_parts else ""),
            **({"autocomplete": f"bday-{part}"} if birthday else {}),
        }
        for part in PARTS
    ]
    return found


def _file(answer: Answer) -> Params:
    assert isinstance(answer, FileAnswer)
    code = "file_hint_many" if answer.many else "file_hint"
    limits = {"megabytes": answer.megabytes, "files": answer.most}
    hint = [_say(answer, code, kinds=answer.kinds_in_words, **limits)]
    if answer.stored:
        hint.append(_say(answer, "stored", names=", ".join(file.name for file in answer.stored)))
    found = _base(answer, ". ".join(hint))
    found["multiple"] = answer.many
    found["attributes"] = {"accept": ",".join(f".{kind}" for kind in answer.kinds)}
    if "jpg" in answer.kinds:
        found["attributes"]["accept"] += ",.jpeg"
    return found


def _rows(answer: Answer) -> Params:
    found = _base(answer)
    return found | {
        "label": {"text": _text(answer, answer.component.label_name)},
        "editable": answer.component.properties.get("allowAddRemove") is not False,
        "add": _say(answer, "add_row"),
        "remove": _say(answer, "remove_row"),
    }


def _answer(answer: Answer) -> Params:
    """What is only shown: the label and the value in words."""
    value: object = answer.value
    if isinstance(answer, ChoiceAnswer):
        value = [option.label for option in answer.options if option.text in answer.typed] or answer.typed
    elif isinstance(answer, FileAnswer):
        value = [file.name for file in answer.stored]
    elif isinstance(answer.data, Decimal):
        value = answer.data
    in_euros = "€" in (_text(answer, "appearance.prefixAdorner"), _text(answer, "appearance.suffixAdorner"))
    said = amount if in_euros and isinstance(value, Decimal) else shown
    text = said(value, answer.around.language) or _say(answer, "no_answer")
    return {
        "id": answer.id,
        "label": {"text": _text(answer, answer.component.label_name)},
        "text": text,
        "lang": answer.tongue,
    }


_BUILDERS: Final[Mapping[str, Callable[[Answer], Params]]] = MappingProxyType(
    {
        "input": _input,
        "textarea": _textarea,
        "radios": _choices,
        "checkboxes": _choices,
        "select": _select,
        "tick": _tick,
        "date": _date,
        "file": _file,
        "rows": _rows,
        "answer": _answer,
    }
)
