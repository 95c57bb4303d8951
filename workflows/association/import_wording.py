"""Why a line of an import was rejected, in words: for the command line and the page."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from workflows.association.import_lines import Rejected

REASONS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "columns": {"fr": "{found} cellules au lieu de {expected}", "en": "{found} cells instead of {expected}"},
        "shifted_right": {
            "fr": "les cellules sont décalées d’une colonne vers la droite à partir de « {column} »",
            "en": "the cells are shifted one column to the right from “{column}” on",
        },
        "shifted_left": {
            "fr": "les cellules sont décalées d’une colonne vers la gauche à partir de « {column} »",
            "en": "the cells are shifted one column to the left from “{column}” on",
        },
        "missing": {"fr": "« {column} » est vide", "en": "“{column}” is empty"},
        "too_long": {
            "fr": "« {column} » dépasse {limit} caractères : raccourcissez le texte",
            "en": "“{column}” is longer than {limit} characters: shorten the text",
        },
        "date": {
            "fr": "« {value} » n’est pas une date (JJ/MM/AAAA ou AAAA-MM-JJ) dans « {column} »",
            "en": "“{value}” is not a date (DD/MM/YYYY or YYYY-MM-DD) in “{column}”",
        },
        "name": {"fr": "« {value} » n’est pas un nom dans « {column} »", "en": "“{value}” is not a name in “{column}”"},
        "year": {"fr": "« {value} » n’est pas une promotion", "en": "“{value}” is not a class year"},
        "email": {"fr": "« {value} » n’est pas une adresse e-mail", "en": "“{value}” is not an e-mail address"},
        "phone": {"fr": "« {value} » n’est pas un numéro de téléphone", "en": "“{value}” is not a telephone number"},
        "member_no": {"fr": "« {value} » n’est pas un numéro de membre", "en": "“{value}” is not a member number"},
        "civility": {"fr": "civilité inconnue : « {value} »", "en": "unknown title: “{value}”"},
        "country": {"fr": "pays inconnu : « {value} »", "en": "unknown country: “{value}”"},
        "language": {"fr": "langue inconnue : « {value} »", "en": "unknown language: “{value}”"},
        "programme": {"fr": "programme inconnu : « {value} »", "en": "unknown programme: “{value}”"},
        "formula": {
            "fr": "« {value} » commence comme une formule dans « {column} » : ôtez le signe du début",
            "en": "“{value}” begins like a formula in “{column}”: take the sign away",
        },
        "amount": {
            "fr": "« {value} » n’est pas un montant en euros dans « {column} » : écrivez 1 234,56",
            "en": "“{value}” is no amount in euros in “{column}”: write 1234.56",
        },
        "tariff": {
            "fr": "aucun tarif n’a le code « {value} » dans « {column} » : écrivez l’un de {choices}, ou rien",
            "en": "no tariff has the code “{value}” in “{column}”: write one of {choices}, or nothing",
        },
        "no_tariffs": {
            "fr": "aucun tarif n’a encore été décidé : décidez-les d’abord (Paramètres, Tarifs)",
            "en": "no tariff was decided yet: decide them first (Parameters, Tariffs)",
        },
        "flag": {
            "fr": "« {value} » n’est ni oui ni non dans « {column} »",
            "en": "“{value}” is neither yes nor no in “{column}”",
        },
        "iban": {
            "fr": "l’IBAN « {value} » n’est pas valable ou n’est pas dans la zone SEPA : recopiez-le du RIB",
            "en": "the IBAN “{value}” is not valid or outside the SEPA zone: copy it from the bank's details",
        },
        "bic": {
            "fr": "« {value} » n’est pas un BIC : 8 ou 11 caractères",
            "en": "“{value}” is no BIC: 8 or 11 characters",
        },
        "sepa_reference": {
            "fr": "« {value} » ne peut pas être une référence de mandat : 35 lettres sans accent et chiffres au plus",
            "en": "“{value}” cannot be the reference of a mandate: at most 35 plain letters and digits",
        },
        "whole": {
            "fr": "« {value} » n’est pas un nombre dans « {column} »",
            "en": "“{value}” is no number in “{column}”",
        },
        "one_of": {
            "fr": "« {value} » dans « {column} » : écrivez l’un de {choices}",
            "en": "“{value}” in “{column}”: write one of {choices}",
        },
        "dates_swapped": {
            "fr": "« {column} » est avant le début : échangez les deux dates",
            "en": "“{column}” lies before the beginning: swap the two dates",
        },
        "day_ahead": {"fr": "« {column} » n’est pas encore venu", "en": "“{column}” has not come yet"},
        "said_twice": {"fr": "déjà dit à la ligne {first}", "en": "said before in line {first}"},
        "nobody_named": {
            "fr": "personne n’est nommé : donnez le numéro de membre, ou prénoms et nom de naissance",
            "en": "nobody is named: give the member number, or first names and name at birth",
        },
        "person_unknown": {
            "fr": "cette personne n’est pas connue : importez d’abord les personnes",
            "en": "this person is not known: import the people first",
        },
        "no_such_member": {
            "fr": "aucun membre n’a le numéro {value} dans « {column} »",
            "en": "no member has the number {value} in “{column}”",
        },
        "has_other_number": {
            "fr": "cette personne est déjà membre sous le numéro {number}",
            "en": "this person is a member under the number {number}",
        },
        "reference_taken": {
            "fr": "la référence « {value} » désigne déjà autre chose : donnez-en une autre",
            "en": "the reference “{value}” already names something else: give another one",
        },
        "mandate_lapsed": {
            "fr": "mandat inutilisé depuis plus de {months} mois : faites-en signer un nouveau",
            "en": "the mandate was not used for more than {months} months: have a new one signed",
        },
        "own_mentor": {"fr": "mentor et mentoré sont la même personne", "en": "mentor and mentee are the same person"},
        "half_diploma": {
            "fr": "programme et promotion vont ensemble : l’un des deux manque",
            "en": "programme and class go together: one of them is missing",
        },
        "twice": {"fr": "même personne qu’à la ligne {first}", "en": "the same person as in line {first}"},
        "erased": {
            "fr": "cette personne a demandé à être oubliée : elle ne revient que si elle le demande elle-même",
            "en": "this person asked to be forgotten, and comes back only by asking herself",
        },
        "ambiguous": {"fr": "{count} fiches connues correspondent", "en": "{count} known records match"},
        "life_in_part": {
            "fr": "« {column} » manque : prix, échéances, début, somme payée et échéances payées vont ensemble",
            "en": "“{column}” is missing: price, instalments, beginning, sum paid and instalments paid go together",
        },
        "life_fulfilled": {
            "fr": "« {column} » ne va pas avec le reste : une échéance au moins est payée, et une reste due ; où "
            "tout est payé, mettez « à vie » comme fin",
            "en": "“{column}” does not go with the rest: one instalment at least is paid, and one is left; where "
            "all is paid, write “for life” as the end",
        },
        "life_ahead": {
            "fr": "« {column} » est après la fin de la période",
            "en": "“{column}” lies after the end of the period",
        },
        "life_of_known": {
            "fr": "cette adhésion est déjà connue : laissez vides les colonnes des échéances à vie",
            "en": "this membership is known already: leave the columns of instalments for life empty",
        },
        "member_no_unknown": {"fr": "aucun membre n’a ce numéro", "en": "no member has this number"},
        "member_no_of_another": {
            "fr": "ce numéro de membre est celui d’une autre personne",
            "en": "this member number is another person's",
        },
    }
)


class _Kept(dict[str, object]):
    """The parameters of a reason; a cell that is not kept any more is shown as left out."""

    def __missing__(self, name: str) -> str:
        return "…"


def reason(rejected: Rejected, language: str = "fr") -> str:
    """Why, in one language, without the line's number."""
    template = REASONS[rejected.code][language if language in ("fr", "en") else "fr"]
    return template.format_map(_Kept({str(name): value for name, value in rejected.params.items()}))
