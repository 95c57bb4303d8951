"""What a form definition may say: component types and, for each, the properties that have a meaning here.

Positive lists, after the form-js schema (`@bpmn-io/form-json-schema`): what is not listed is refused, so that no
form is ever shown otherwise than it was drawn. Arrangement in columns is accepted and shown as one column.
"""

from __future__ import annotations

from typing import Final

LANGUAGES: Final = ("fr", "en")
"""The first is the language of the texts in the form itself."""

_EVERY: Final = frozenset({"id", "type", "conditional", "layout", "properties"})
_INPUT: Final = _EVERY | {"key", "label", "description", "disabled", "readonly", "defaultValue", "validate"}
_CHOICE: Final = _INPUT | {"values", "valuesKey", "valuesExpression"}
_CONTAINER: Final = _EVERY | {
    "label",
    "description",
    "components",
    "path",
    "showOutline",
    "verticalAlignment",
}

PROPERTIES: Final[dict[str, frozenset[str]]] = {
    "textfield": _INPUT | {"appearance"},
    "textarea": _INPUT,
    "number": _INPUT | {"appearance", "decimalDigits", "increment", "serializeToString"},
    "datetime": _INPUT
    | {
        "subtype",
        "dateLabel",
        "timeLabel",
        "timeSerializingFormat",
        "timeInterval",
        "use24h",
        "disallowPassedDates",
    },
    "checkbox": _INPUT,
    "radio": _CHOICE,
    "select": _CHOICE | {"searchable"},
    "checklist": _CHOICE,
    "taglist": _CHOICE,
    "filepicker": _EVERY | {"key", "label", "description", "disabled", "readonly", "validate", "accept", "multiple"},
    "dynamiclist": _CONTAINER
    | {"defaultRepetitions", "allowAddRemove", "disableCollapse", "nonCollapsedItems", "isRepeating"},
    "group": _CONTAINER,
    "text": _EVERY | {"text", "label"},
    "separator": _EVERY,
    "spacer": _EVERY | {"height"},
    "button": _EVERY | {"label", "action", "key"},
    "table": _EVERY | {"label", "dataSource", "columns", "columnsExpression", "rowCount"},
    "expression": _EVERY | {"key", "expression", "computeOn"},
    "documentPreview": _EVERY | {"label", "title", "dataSource", "endpointKey", "maxHeight"},
}

REFUSED: Final = {
    "html": "markup written by hand can carry scripts and break the page for screen readers",
    "iframe": "pages of other sites are never embedded",
    "image": "pictures from other places reveal who reads the page",
}

CHOICES: Final = frozenset({"radio", "select", "checklist", "taglist"})
MANY: Final = frozenset({"checklist", "taglist"})
INPUTS: Final = frozenset({"textfield", "textarea", "number", "datetime", "checkbox", "filepicker"}) | CHOICES
KEYED: Final = INPUTS | {"expression"}
LABELLED: Final = INPUTS | {"button", "dynamiclist"}

VALIDATE: Final[dict[str, frozenset[str]]] = {
    "textfield": frozenset({"required", "minLength", "maxLength", "pattern", "validationType"}),
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
    **{kind: frozenset({"required"}) for kind in ("datetime", "checkbox", "filepicker", *sorted(CHOICES))},
}

SETTINGS: Final = frozenset(
    {
        "record",
        "privacy.transient",
        "thing",
        "widget",
        "autocomplete",
        "options",
        "region",
        "rows",
        "maxSize",
        "maxFiles",
        "date.min",
        "date.max",
        "validate.required",
        "validate.rule",
        "values.offered",
    }
)
"""Custom properties with a meaning here; `message.<code>` beside them gives the wording of one error."""

SETTING_FAMILIES: Final = ("privacy.", "date.", "validate.", "message.")
MESSAGES: Final = frozenset({"required", "pattern", "rule", "choice", "too_short", "too_long", "too_small", "too_big"})
TEXT_SETTINGS: Final = frozenset({"thing"}) | {f"message.{code}" for code in MESSAGES}
EXPRESSION_SETTINGS: Final = ("validate.required", "validate.rule")

AUTOCOMPLETE: Final = frozenset(
    [
        "off",
        "on",
        "name",
        "honorific-prefix",
        "given-name",
        "additional-name",
        "family-name",
        "honorific-suffix",
        "nickname",
        "organization-title",
        "organization",
        "street-address",
        "address-line1",
        "address-line2",
        "address-line3",
        "address-level1",
        "address-level2",
        "address-level3",
        "address-level4",
        "country",
        "country-name",
        "postal-code",
        "bday",
        "language",
        "sex",
        "url",
        "photo",
        "tel",
        "tel-national",
        "email",
        "username",
        "new-password",
        "current-password",
        "one-time-code",
        "transaction-amount",
    ]
)
"""WCAG 2.2 §7, Input purposes, as far as a form of an association asks for them."""

RESERVED: Final = frozenset(
    [
        "if",
        "then",
        "else",
        "for",
        "in",
        "return",
        "some",
        "every",
        "satisfies",
        "and",
        "or",
        "not",
        "between",
        "instance",
        "of",
        "function",
        "external",
        "null",
        "true",
        "false",
        "typename",
        "this",
        "parent",
        "i",
    ]
)
"""No name of a key: FEEL's keywords, what a list's row calls itself, and what the state codec keeps for itself."""
