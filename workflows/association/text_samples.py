"""The fictitious reader of a preview: what each placeholder means, and what it says for her."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

# name: (meaning in French, in English, value in French, in English; one value where both are the same)
SAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "aims": ("objectifs de la convention", "goals of the agreement", "- trouver un poste", "- find a post"),
    "answer_by": ("dernier jour pour répondre", "last day to answer", "28 novembre 2026", "28 November 2026"),
    "card": ("profil sans nom", "profile without a name", "énergie · 12 ans de métier", "energy · 12 years of work"),
    "times_met": ("nombre de rencontres", "number of meetings", "8"),
    "mentee": ("personne accompagnée", "mentee", "Zoé Lambert"),
    "mentor": ("mentor", "mentor", "Camille Martin"),
    "other": ("l’autre personne du binôme", "the other of the pair", "Camille Martin"),
    "other_email": ("son adresse", "their address", "camille@amicale.example"),
    "pair_ends_on": ("fin du mentorat", "end of the mentorship", "31 mai 2027", "31 May 2027"),
    "pair_next_on": ("prochain rendez-vous", "next date", "31 décembre 2026", "31 December 2026"),
    "places": ("places ouvertes", "open places", "2"),
    "reasons": ("raisons de la proposition", "reasons of the proposal", "- Sujets en commun", "- Topics in common"),
    "rhythm": ("rythme des rencontres", "rhythm of the meetings", "chaque mois", "every month"),
    "since": ("début de l’attente", "since when", "23 novembre 2026", "23 November 2026"),
    "started_on": ("premier jour", "first day", "30 novembre 2026", "30 November 2026"),
    "why": ("raison d’une décision", "reason of a decision", "le groupe est complet", "the group is full"),
    "account": ("compte débité, fin de l’IBAN", "debited account, end of the IBAN", "…0189"),
    "amount": ("montant", "amount", "160,00 €", "€160.00"),
    "amount_due": ("ce qui est à payer", "what is to be paid", "160,00 €", "€160.00"),
    "amount_paid": ("ce qui a été payé", "what was paid", "100,00 €", "€100.00"),
    "applicant": ("la personne qui demande à adhérer", "who asks to become a member", "Zoé Lambert"),
    "association": ("nom de l’association", "name of the association", "Amicale des diplômés"),
    "balance": ("ce qui reste à payer", "what is left to pay", "60,00 €", "€60.00"),
    "bank_reason": (
        "motif donné par la banque", "reason that the bank gives",
        "le compte est clos (AC04)", "the account is closed (AC04)",
    ),
    "before": ("numéro du reçu annulé", "number of the cancelled receipt", "RF-FOND-2027-000041"),
    "before_amount": ("montant du reçu annulé", "amount of the cancelled receipt", "600,00 €", "€600.00"),
    "body": ("organisme qui reçoit le don", "body that receives the gift", "Fondation"),
    "body_address": ("adresse de l’organisme", "address of the body", "1 rue des Diplômés, 75000 Paris"),
    "cause": ("motif de la mise en demeure", "cause of the notice", "cotisation impayée", "unpaid dues"),
    "choose_until": ("dernier jour pour choisir", "last day to choose", "23 décembre 2026", "23 December 2026"),
    "cohort": ("groupe carrière", "career group", "COH-2027-01"),
    "cohort_first_day": ("premier jour du groupe", "first day of the cohort", "4 janvier 2027", "4 January 2027"),
    "cohort_hour": ("heure des séances", "hour of the sessions", "18:30"),
    "cohort_reason": ("réponse à une candidature", "answer to a candidacy", "Le groupe est complet.", "It is full."),
    "fee_due": ("dernier jour pour payer", "last day to pay the fee", "21 décembre 2026", "21 December 2026"),
    "meetings_page": ("adresse de « Mes rencontres »", "address of “My meetings”", "https://amicale.example/calendar/"),
    "session_no": ("numéro de la séance", "number of the session", "12"),
    "session_place": ("lieu de la séance", "place of the session", "1 rue des Diplômés, Paris"),
    "session_when": (
        "jour et heure de la séance", "day and hour of the session",
        "lundi 18 janvier 2027, 18:30", "Monday 18 January 2027, 18:30",
    ),
    "collect_on": ("jour du prélèvement", "day of the debit", "15 janvier 2027", "15 January 2027"),
    "count": ("nombre de reçus", "number of receipts", "3 800"),
    "creditor": ("identifiant créancier SEPA", "SEPA creditor identifier", "FR72ZZZ123456"),
    "cycle_end": ("fin de l’adhésion en cours", "end of the present membership", "31 août 2027", "31 August 2027"),
    "days": ("nombre de jours laissés", "number of days left", "30"),
    "request_answer": (
        "réponse à une demande sur les données", "answer to a data-protection request",
        "Vous ne recevrez plus de sollicitation.", "You will receive no more solicitations.",
    ),
    "request_due": ("dernier jour pour répondre", "last day of the answer", "28 février 2027", "28 February 2027"),
    "request_kinds": ("ce qui est demandé", "what is asked for", "accès à mes données", "access to my data"),
    "request_reasons": ("raisons données", "reasons given", "Demande complexe.", "A complex request."),
    "request_reference": ("référence de la demande", "reference of the request", "DSR-2027-000042"),
    "signed_on": ("jour de la signature", "day of the signature", "23 novembre 2026", "23 November 2026"),
    "deadline": ("dernier jour", "last day", "4 mai 2027", "4 May 2027"),
    "decided_on": ("jour de la décision", "day of the decision", "3 mars 2027", "3 March 2027"),
    "donor": ("donateur ou donatrice", "donor", "Zoé Lambert"),
    "donor_address": ("adresse du donateur", "address of the donor", "12 avenue des Tilleuls, 69000 Lyon"),
    "donor_note": ("mention sur le donateur", "note on the donor", ""),
    "donor_siren": ("SIREN de l’entreprise", "company number", "123 456 782"),
    "dues": ("cotisation", "dues", "160,00 €", "€160.00"),
    "dues_quoted": ("cotisation proposée", "dues proposed", "160,00 €", "€160.00"),
    "effective_on": ("jour d’effet", "day of effect", "1er mars 2027", "1 March 2027"),
    "ends_on": ("dernier jour", "last day", "31 août 2027", "31 August 2027"),
    "expires_on": ("dernier jour pour payer", "last day to pay", "8 décembre 2026", "8 December 2026"),
    "first_names": ("prénoms du destinataire", "first names of the reader", "Zoé"),
    "foundation": ("nom de la fondation", "name of the foundation", "Fondation"),
    "full_name": ("nom complet", "full name", "Zoé Lambert"),
    "fund": ("fonds soutenu", "fund that is supported", "bourses d’études", "scholarships"),
    "gift": ("don joint à la commande", "gift in the order", "100,00 €", "€100.00"),
    "gift_amount": ("montant du don", "amount of the gift", "100,00 €", "€100.00"),
    "given_on": ("jour du don", "day of the gift", "23 novembre 2026", "23 November 2026"),
    "grace_until": ("fin du délai de grâce", "end of the grace period", "30 septembre 2027", "30 September 2027"),
    "greeting": ("formule d’appel", "salutation", "Chère Zoé Lambert,", "Dear Zoé Lambert,"),
    "groups": ("groupes proposés", "groups that are proposed", "Lyon, Énergie", "Lyon, Energy"),
    "iban": ("compte de l’association", "account of the association", "FR76 3000 6000 0112 3456 7890 189"),
    "invoice_number": ("numéro de facture", "invoice number", "INV-ASSO-2026-000042"),
    "issued_on": ("jour d’émission", "day of issue", "23 novembre 2026", "23 November 2026"),
    "join_date": ("première adhésion", "first joined", "1er septembre 2019", "1 September 2019"),
    "lapsed_on": ("fin des services", "end of the services", "1er octobre 2027", "1 October 2027"),
    "link": (
        "lien personnel vers l’étape suivante", "personal link to the next step",
        "https://amicale.example/l/apercu",
    ),
    "mandate_reference": ("référence du mandat SEPA", "reference of the SEPA mandate", "MDT-2026-000007"),
    "means": ("moyen de paiement", "means of payment", "carte bancaire", "card"),
    "member": ("la personne membre", "the member", "Ambre Delaunay", "Ambre Delaunay"),
    "member_no": ("numéro de membre", "member number", "4217"),
    "nature": ("nature du don", "nature of the gift", "numéraire", "money"),
    "new_amount": ("montant du nouveau reçu", "amount of the new receipt", "550,00 €", "€550.00"),
    "new_serial": ("numéro du nouveau reçu", "number of the new receipt", "RF-FOND-2027-000042"),
    "number": ("numéro du document", "number of the document", "INV-ASSO-2026-000042"),
    "order_key": ("numéro de commande", "order number", "CMD-2026-000042"),
    "outstanding": ("ce qui reste dû", "what is still due", "60,00 €", "€60.00"),
    "paid_on": ("jour du paiement", "day of the payment", "23 novembre 2026", "23 November 2026"),
    "period": (
        "période d’adhésion", "period of membership",
        "du 1er septembre 2026 au 31 août 2027", "1 September 2026 to 31 August 2027",
    ),
    "public_url": ("adresse du site", "address of the site", "https://amicale.example"),
    "purpose": ("objet de l’organisme", "purpose of the body", "bourses et recherche", "scholarships and research"),
    "quality": ("qualité de l’organisme", "legal quality of the body", "fondation reconnue d’utilité publique"),
    "reason": (
        "raison écrite par le personnel", "reason that staff wrote",
        "le document est illisible", "the document cannot be read",
    ),
    "receipt_serial": ("numéro du reçu fiscal", "number of the tax receipt", "RF-FOND-2026-000042"),
    "received_on": ("jour de réception", "day of reception", "20 février 2027", "20 February 2027"),
    "replaces": ("reçu que celui-ci remplace", "receipt that this one replaces", ""),
    "services_until": ("dernier jour des services", "last day of the services", "31 août 2027", "31 August 2027"),
    "siren": ("SIREN de l’organisme", "company number of the body", "123 456 782"),
    "table": ("tableau des montants, seul sur sa ligne", "table of amounts, alone on its line", ""),
    "surplus": ("trop-perçu", "surplus", "40,00 €", "€40.00"),
    "tariff": ("code du tarif", "code of the rate", "STD"),
    "tax_hint": ("information fiscale", "tax information", "66 % de réduction d’impôt", "66% income tax reduction"),
    "translation": ("mention de traduction", "note on the translation", ""),
    "words": ("montant en lettres ou entre étoiles", "amount in words or between stars", "*** 100,00 € ***"),
    "year": ("année", "year", "2026"),
}  # fmt: skip


def meaning(name: str, lang: str) -> str:
    """What a placeholder stands for; nothing for one that has no words yet."""
    found = SAMPLES.get(name)
    return "" if found is None else found[1 if lang == "en" else 0]


def values(names: Iterable[str], lang: str) -> dict[str, str]:
    """What each placeholder says for the fictitious reader; its own name in brackets where no sample is written."""
    answer = {}
    for name in names:
        found = SAMPLES.get(name)
        answer[name] = f"[{name}]" if found is None else found[-1] if lang == "en" else found[2]
    return answer
