# language: fr
# en: Correction of a receipt
Fonctionnalité: Correction d’un reçu

  # en: The amount was wrong
  Scénario: Le montant était faux
    Étant donné que le registre connaît « Ambre Delaunay »
      | date de naissance    | 1990-03-04 |
      | programme            | PGE |
      | promotion            | 2013 |
      | membre jusqu’au      | 2026-12-31 |
      | numéro de membre     | M0000421 |
      | adresse électronique | ambre@example.org |
    Quand Dons de la fondation envoie le formulaire de « Suivi d’un don »
      | kind   | GIFT |
      | person | ambre@example.org |
      | amount | 500 |
      | means  | CHEQUE |
    Et Dons de la fondation fait « Fixer la date du don »
      | set_given_on | 2026-11-23 |
    Et Dons de la fondation fait « Compléter l’adresse »
      | address_lines | 84 rue des Donateurs |
      | postcode      | 69002 |
      | city          | Lyon |
      | country       | FR |
    Et 20 jours passent
    Alors le courriel « Votre reçu fiscal … » est parti
    Quand Dons de la fondation envoie le formulaire de « Correction d’un reçu fiscal »
      | serial     | RF-FOND-2026-000001 |
      | reason     | AMOUNT |
      | new_amount | 300 |
    Et Trésorerie de la fondation fait « Accorder la correction »
      | decision | AGREE |
    Alors le dossier a fini à « Reçu remplacé »
