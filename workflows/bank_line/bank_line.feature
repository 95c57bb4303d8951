# language: fr
# en: Unknown line of the bank
Fonctionnalité: Ligne de banque inconnue

  # en: The line is none of ours
  Scénario: La ligne ne nous concerne pas
    Quand 75 € arrivent sur le compte avec « loyer du voisin »
    Et Comptabilité fait « Dire ce qu’est la ligne »
      | Ce qu’elle est | Elle ne nous concerne pas |
      | Pourquoi       | Loyer d’un voisin         |
    Alors le dossier a fini à « Ligne réglée »

  # en: The money is sent back
  Scénario: L’argent est renvoyé
    Quand 75 € arrivent sur le compte avec « virement par erreur »
    Et Comptabilité fait « Dire ce qu’est la ligne »
      | Ce qu’elle est | C’est à renvoyer    |
      | Pourquoi       | Virement par erreur |
    Et Comptabilité fait « Renvoyer l’argent »
      | Date du virement       | 2026-11-23 |
      | Référence de la banque | VIR 7      |
    Alors le dossier a fini à « Argent renvoyé »
