"""The processes of membership and of its money: join, renew, pay, leave."""

from __future__ import annotations

from types import MappingProxyType

from workflows.catalogue_entry import CatalogueEntry

ENTRIES = (
    CatalogueEntry(
        process_id="membership_application",
        titles=MappingProxyType({"fr": "Demande d’adhésion", "en": "Application to join"}),
        purposes=MappingProxyType(
            {
                "fr": "Diplômé, étudiant ou invité : demander à adhérer, être vérifié, payer et devenir membre.",
                "en": "A graduate, student or guest asks to join, is verified, pays and becomes a member.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP"}),
        starter_roles=frozenset({"MEMBERSHIP", "DATA"}),
        public=True,
        outbound_messages=frozenset({"gift_received", "membership_activated"}),
        inbound_messages=frozenset({"email_confirmed", "payment_confirmed", "membership_ended"}),
    ),
    CatalogueEntry(
        process_id="peer_confirmation",
        titles=MappingProxyType({"fr": "Confirmation par la promotion", "en": "Confirmation by the promotion"}),
        purposes=MappingProxyType(
            {
                "fr": "Une personne de la promotion dit si elle connaît quelqu’un qui demande à adhérer.",
                "en": "Somebody of the promotion says whether they know an applicant.",
            }
        ),
        owner_roles=frozenset({"DATA", "MEMBERSHIP"}),
        starter_roles=frozenset(),
    ),
    CatalogueEntry(
        process_id="payment_surplus",
        titles=MappingProxyType({"fr": "Trop-perçu", "en": "Surplus"}),
        purposes=MappingProxyType(
            {
                "fr": "Plus que dû est arrivé : la personne choisit ce qu’il en advient, sinon la comptabilité.",
                "en": "More money arrived than was due: the person chooses what becomes of it, else the accounts do.",
            }
        ),
        owner_roles=frozenset({"FINANCE"}),
        starter_roles=frozenset(),
        outbound_messages=frozenset({"gift_received", "membership_activated", "entitlement_changed"}),
        inbound_messages=frozenset({"surplus_found", "surplus_used", "payment_refunded", "member_deceased"}),
    ),
    CatalogueEntry(
        process_id="bank_line",
        titles=MappingProxyType({"fr": "Ligne de banque inconnue", "en": "Unknown line of the bank"}),
        purposes=MappingProxyType(
            {
                "fr": "Une ligne du compte ne se rapporte à rien de certain : dire ce qu’elle est.",
                "en": "A line of the account is of nothing that is certain: to say what it is.",
            }
        ),
        owner_roles=frozenset({"GENERAL_DELEGATE"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"bank_line_waits", "bank_line_decided"}),
    ),
    CatalogueEntry(
        process_id="payment_incident",
        titles=MappingProxyType({"fr": "Incident de paiement", "en": "Payment incident"}),
        purposes=MappingProxyType(
            {
                "fr": "Un prélèvement est rejeté ou l’argent repart : reprendre contact, prélever de nouveau, clore.",
                "en": "A debit is rejected or money goes back: get in touch, debit again, or close.",
            }
        ),
        owner_roles=frozenset({"FINANCE", "MEMBERSHIP"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset({"payment_failed", "payment_refunded", "payment_confirmed", "death_disproved"}),
        outbound_messages=frozenset({"gift_reversed", "gift_received", "death_reported"}),
    ),
    CatalogueEntry(
        process_id="membership_exit",
        titles=MappingProxyType({"fr": "Quitter l’association", "en": "Leave the association"}),
        purposes=MappingProxyType(
            {
                "fr": "Démissionner à tout moment ; les services réglés restent ouverts jusqu’à leur terme.",
                "en": "Resign at any time; the services that are paid for stay open until their end.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP"}),
        starter_roles=frozenset({"MEMBERSHIP", "GENERAL_DELEGATE"}),
        for_members=True,
        inbound_messages=frozenset({"death_reported", "erasure_approved", "membership_activated"}),
        outbound_messages=frozenset({"membership_ended", "entitlement_changed", "member_deceased", "death_disproved"}),
    ),
    CatalogueEntry(
        process_id="identity_dispute",
        titles=MappingProxyType({"fr": "Doute sur une identité", "en": "Doubt about an identity"}),
        purposes=MappingProxyType(
            {
                "fr": "Fermer les services d’un compte dont on doute, entendre la personne, décider à deux.",
                "en": "Close the services of an account that is in doubt, hear the person, decide by two people.",
            }
        ),
        owner_roles=frozenset({"DATA", "MEMBERSHIP"}),
        starter_roles=frozenset({"DATA", "MEMBERSHIP", "DPO"}),
    ),
    CatalogueEntry(
        process_id="membership_student",
        titles=MappingProxyType({"fr": "Adhésion étudiante", "en": "Student membership"}),
        purposes=MappingProxyType(
            {
                "fr": "Pour les étudiant·es de l’école : une cotisation pour la scolarité, puis une première année "
                "de diplômé·e offerte.",
                "en": "For students of the school: dues once for the whole course, then the first year as a graduate "
                "offered.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP"}),
        starter_roles=frozenset({"MEMBERSHIP", "DATA"}),
        public=True,
        inbound_messages=frozenset({"student_listed", "graduation_listed", "membership_ended"}),
        outbound_messages=frozenset({"entitlement_changed"}),
    ),
    CatalogueEntry(
        process_id="membership_guest",
        titles=MappingProxyType({"fr": "Venir en invité·e", "en": "Come as a guest"}),
        purposes=MappingProxyType(
            {
                "fr": "D’une autre école, pour un seul service : groupe carrière, atelier ou événement.",
                "en": "From another school, for one service: a career group, a workshop or an event.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP"}),
        starter_roles=frozenset({"MEMBERSHIP", "EVENTS", "CAREERS_ASST"}),
        public=True,
        inbound_messages=frozenset({"guest_enrolment_requested", "service_ended"}),
        outbound_messages=frozenset({"guest_ready", "guest_refused", "entitlement_changed"}),
    ),
    CatalogueEntry(
        process_id="guardian_consent",
        titles=MappingProxyType({"fr": "Accord du représentant légal", "en": "Consent of a guardian"}),
        purposes=MappingProxyType(
            {
                "fr": "De 15 à 17 ans, une personne titulaire de l’autorité parentale donne son accord.",
                "en": "From 15 to 17, a person who holds parental authority agrees.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP"}),
        starter_roles=frozenset(),
    ),
    CatalogueEntry(
        process_id="honorary_membership",
        titles=MappingProxyType({"fr": "Membre d’honneur", "en": "Honorary member"}),
        purposes=MappingProxyType(
            {
                "fr": "Proposer un membre d’honneur ; le comité vote, et la cotisation cesse.",
                "en": "Propose an honorary member; the committee votes, and dues end.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP", "COMMITTEE"}),
        starter_roles=frozenset({"MEMBERSHIP", "GENERAL_DELEGATE", "PRESIDENT"}),
        outbound_messages=frozenset({"entitlement_changed"}),
    ),
    CatalogueEntry(
        process_id="committee_vote",
        titles=MappingProxyType({"fr": "Vote du comité", "en": "Vote of the committee"}),
        purposes=MappingProxyType(
            {
                "fr": "Le comité se prononce sur une personne ; un second membre confirme le résultat.",
                "en": "The committee decides about a person; a second member confirms the result.",
            }
        ),
        owner_roles=frozenset({"COMMITTEE", "PRESIDENT"}),
        starter_roles=frozenset(),
    ),
    CatalogueEntry(
        process_id="membership_renewal",
        titles=MappingProxyType({"fr": "Renouvellement d’adhésion", "en": "Membership renewal"}),
        purposes=MappingProxyType(
            {
                "fr": "Une adhésion arrive à son terme : prévenir, relancer, encaisser, ou constater l’échéance.",
                "en": "A membership comes to its end: give notice, remind, collect the dues, or let it lapse.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP"}),
        starter_roles=frozenset(),
        inbound_messages=frozenset(
            {"payment_confirmed", "membership_activated", "member_deceased", "membership_ended", "erasure_approved"}
        ),
        outbound_messages=frozenset(
            {"gift_received", "membership_activated", "membership_lapsed", "entitlement_changed"}
        ),
    ),
    CatalogueEntry(
        process_id="reminder_ladder",
        titles=MappingProxyType({"fr": "Échelle de relances", "en": "Reminder ladder"}),
        purposes=MappingProxyType(
            {
                "fr": "Des relances datées, vérifiées juste avant de partir, pour tout processus qui en demande.",
                "en": "Dated reminders, each checked just before it leaves, for any process that asks for them.",
            }
        ),
        owner_roles=frozenset({"MEMBERSHIP"}),
        starter_roles=frozenset(),
    ),
)
