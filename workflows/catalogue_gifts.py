"""The processes of gifts to the Foundation."""

from __future__ import annotations

from types import MappingProxyType

from workflows.catalogue_entry import CatalogueEntry

ENTRIES = (
    CatalogueEntry(
        process_id="donation_followup",
        titles=MappingProxyType({"fr": "Suivi d’un don", "en": "Donation follow-up"}),
        purposes=MappingProxyType(
            {
                "fr": "Un don à la Fondation : le dater, remercier, délivrer le reçu fiscal, donner des nouvelles.",
                "en": "A gift to the Foundation: date it, give thanks, issue the tax receipt, tell what it did.",
            }
        ),
        owner_roles=frozenset({"FOUNDATION_GIFTS"}),
        starter_roles=frozenset({"FOUNDATION_GIFTS"}),
        inbound_messages=frozenset(
            {"gift_received", "gift_canceled", "member_deceased", "preference_changed", "erasure_approved"}
        ),
        outbound_messages=frozenset({"receipt_issued", "donor_gave", "donor_thanked", "erasure_answered"}),
    ),
    CatalogueEntry(
        process_id="receipt_correction",
        titles=MappingProxyType({"fr": "Correction d’un reçu fiscal", "en": "Correction of a tax receipt"}),
        purposes=MappingProxyType(
            {
                "fr": "Un reçu est faux, perdu, ou l’argent est reparti : l’annuler, le remplacer, le redonner.",
                "en": "A receipt is wrong, lost, or its money went back: cancel it, replace it, or give a duplicate.",
            }
        ),
        owner_roles=frozenset({"FOUNDATION_GIFTS"}),
        starter_roles=frozenset({"FOUNDATION_GIFTS", "FOUNDATION_TREASURER"}),
        inbound_messages=frozenset({"gift_reversed", "instalment_refunded"}),
        outbound_messages=frozenset({"gift_canceled", "receipt_replaced", "gift_class_changed"}),
    ),
    CatalogueEntry(
        process_id="pledge_followup",
        titles=MappingProxyType({"fr": "Suivi d’une promesse de don", "en": "Pledge follow-up"}),
        purposes=MappingProxyType(
            {
                "fr": "Une promesse de don ou un don régulier : convention, échéances, rappels amicaux, pause, arrêt.",
                "en": "A pledge or a regular gift: agreement, instalments, friendly reminders, pause, stop.",
            }
        ),
        owner_roles=frozenset({"FOUNDATION_GIFTS"}),
        starter_roles=frozenset({"FOUNDATION_GIFTS"}),
        inbound_messages=frozenset({"payment_confirmed", "instalment_failed", "pledge_stopped", "member_deceased"}),
        outbound_messages=frozenset({"gift_received"}),
    ),
    CatalogueEntry(
        process_id="foundation_year",
        titles=MappingProxyType({"fr": "L’année de la Fondation", "en": "The Foundation’s year"}),
        purposes=MappingProxyType(
            {
                "fr": "Chaque année : un reçu par donateur régulier en février, puis la déclaration des dons.",
                "en": "Every year: one receipt for each regular donor in February, then the declaration of gifts.",
            }
        ),
        owner_roles=frozenset({"FOUNDATION_GIFTS"}),
        starter_roles=frozenset(),
    ),
    CatalogueEntry(
        process_id="lapsed_donor",
        titles=MappingProxyType({"fr": "Donateur à retrouver", "en": "Lapsed donor"}),
        purposes=MappingProxyType(
            {
                "fr": "Qui a donné et ne donne plus : appels, lettre, question ou appel, une fois l’an.",
                "en": "Who gave and gives no more: three appeals, a letter, a question or a call, once a year.",
            }
        ),
        owner_roles=frozenset({"FOUNDATION_GIFTS"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"donor_lapsed", "donor_gave", "member_deceased"}),
    ),
)
