"""Forms as an editor saves them, for the tests of this folder."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def form(*components: Json) -> Json:
    return {"type": "default", "id": "form_under_test", "schemaVersion": 19, "components": list(components)}


def component(kind: str, key: str, **properties: Any) -> Json:
    named = {"id": f"c_{key.replace('.', '_')}", "type": kind, "label": f"Question {key}", "key": key}
    if kind == "dynamiclist":
        named["path"] = named.pop("key")
    return {**named, **properties}


def two_answers(*values: str) -> list[Json]:
    return [{"label": f"Réponse {value}", "value": value} for value in values or ("a", "b")]


EVERY_TYPE = form(
    {"id": "intro", "type": "text", "text": "## Bienvenue\n\nDossier **{{case_name}}**"},
    {
        "id": "identity",
        "type": "group",
        "label": "Votre identité",
        "components": [
            component(
                "textfield",
                "birth_name",
                label="Nom de naissance",
                description="Tel qu’il est sur le diplôme",
                validate={"required": True, "maxLength": 80},
                properties={
                    "record": "person.birth_name",
                    "thing": "votre nom de naissance",
                    "autocomplete": "family-name",
                },
            ),
            component(
                "datetime",
                "birth_date",
                label="Date de naissance",
                subtype="date",
                validate={"required": True},
                properties={
                    "record": "person.birth_date",
                    "thing": "votre date de naissance",
                    "widget": "memorable",
                    "autocomplete": "bday",
                    "date.min": "1900-01-01",
                    "date.max": "=today()",
                },
            ),
            component("textfield", "email", label="E-mail", validate={"required": True, "validationType": "email"}),
            component("textfield", "phone", label="Téléphone", validate={"validationType": "phone"}),
        ],
    },
    component("number", "promotion_year", label="Promotion", decimalDigits=0, validate={"min": 1900, "max": 2032}),
    component(
        "number", "gift.amount", label="Don", decimalDigits=2, appearance={"suffixAdorner": "€"}, validate={"min": 0}
    ),
    component("textarea", "message", label="Message", validate={"maxLength": 200}),
    component("datetime", "start_on", label="Début", subtype="date"),
    component("datetime", "start_at", label="Heure", subtype="time"),
    component("datetime", "meeting", label="Rendez-vous", subtype="datetime"),
    component("radio", "category", label="Catégorie", values=two_answers("graduate", "student")),
    component(
        "select", "country", label="Pays", values=[], properties={"options": "countries", "autocomplete": "country"}
    ),
    component("select", "programme", label="Programme", valuesExpression="=programmes"),
    component("checklist", "topics", label="Sujets", values=two_answers("arts", "sport")),
    component("taglist", "tags", label="Étiquettes", values=two_answers("x", "y")),
    component("checkbox", "statutes", label="J’accepte les statuts", validate={"required": True}),
    component("filepicker", "proof", label="Justificatif", accept=".pdf,.jpg,.png"),
    component(
        "dynamiclist",
        "stays",
        label="Séjour",
        components=[
            component("textfield", "city", label="Ville", validate={"required": True}),
            component("number", "months", label="Mois"),
        ],
    ),
    component(
        "textfield",
        "employer",
        label="Employeur",
        conditional={"hide": '=category != "graduate"'},
        validate={"required": True},
    ),
    component("number", "total", label="Total", readonly=True),
    {"id": "c_doubled", "type": "expression", "key": "doubled", "expression": "=promotion_year * 2"},
    {"id": "line", "type": "separator"},
    {"id": "space", "type": "spacer", "height": 20},
    {
        "id": "lines",
        "type": "table",
        "label": "Cotisations",
        "dataSource": "=dues",
        "columns": [{"label": "Année", "key": "year"}, {"label": "Montant", "key": "amount"}],
    },
    {"id": "papers", "type": "documentPreview", "title": "Pièces", "dataSource": "=documents"},
    {"id": "go", "type": "button", "label": "Envoyer", "action": "submit"},
)
