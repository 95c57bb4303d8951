// What a group or a field of the panel is for, said when the mouse or the keyboard stands on its name: in the words of this house.

const SAID = {
  "group-assignmentDefinition": {
    en: "Who is asked: one person, some people or a role. The due date says until when, and the follow-up date when it is looked at again.",
    fr: "À qui l’on demande : une personne, plusieurs, ou un rôle. L’échéance dit jusqu’à quand, et la date de revue quand on y revient.",
  },
  "group-condition": {
    en: "This way is taken only when the condition is true.",
    fr: "Ce chemin n’est pris que si la condition est vraie.",
  },
  "group-calledDecision": {
    en: "The decision that is asked here, and the name under which its answer is kept in the case.",
    fr: "La décision interrogée ici, et le nom sous lequel sa réponse est gardée dans le dossier.",
  },
  "group-form": {
    en: "The form that is filled in at this step. It belongs to the same draft.",
    fr: "Le formulaire rempli à cette étape. Il appartient au même brouillon.",
  },
  "group-message": {
    "bpmn:StartEvent": {
      en: "The message that begins a new case.",
      fr: "Le message qui ouvre un nouveau dossier.",
    },
    "bpmn:BoundaryEvent": {
      en: "The message to which this step reacts while it goes on, and what tells the right case.",
      fr: "Le message auquel l’étape réagit pendant qu’elle dure, et ce qui désigne le bon dossier.",
    },
    en: "The message that is awaited or sent here, and what tells the right case.",
    fr: "Le message attendu ou envoyé ici, et ce qui désigne le bon dossier.",
  },
  "group-calledElement": {
    en: "The process that is begun here. This case waits until that one is at its end.",
    fr: "Le processus lancé ici. Ce dossier attend qu’il soit terminé.",
  },
  "group-taskDefinition": {
    en: "The work that the software does here.",
    fr: "Le travail que le logiciel fait ici.",
  },
  "group-multiInstance": {
    en: "The step is done once for each entry of a list. What each one answers can be gathered in a list of results.",
    fr: "L’étape est faite une fois pour chaque entrée d’une liste. Les réponses peuvent être réunies dans une liste de résultats.",
  },
  "group-error": {
    "bpmn:EndEvent": {
      en: "The error with which this path ends. Its code tells the step around it which one it is.",
      fr: "L’erreur par laquelle ce chemin finit. Son code dit à l’étape qui l’entoure de laquelle il s’agit.",
    },
    en: "The error that is caught here, by its code. Without a code, every error is caught.",
    fr: "L’erreur reçue ici, d’après son code. Sans code, toutes le sont.",
  },
  "group-inputs": {
    en: "What this step is given: each value is known here alone, under the name that you choose.",
    fr: "Ce que reçoit cette étape : chaque valeur n’est connue qu’ici, sous le nom choisi.",
  },
  "group-outputs": {
    en: "What is kept of this step in the case. Where nothing is named, all that it wrote is kept.",
    fr: "Ce qui est gardé de cette étape dans le dossier. Si rien n’est nommé, tout ce qu’elle a écrit l’est.",
  },
  "group-inputPropagation": {
    en: "Which values of this case the called process receives.",
    fr: "Les valeurs de ce dossier que reçoit le processus appelé.",
  },
  "group-outputPropagation": {
    en: "Which values of the called process come back into this case.",
    fr: "Les valeurs du processus appelé qui reviennent dans ce dossier.",
  },
  "group-headers": {
    en: "Fixed settings of the work. They are not calculated: for values of the case, use the inputs.",
    fr: "Les réglages fixes du travail. Ils ne sont pas calculés : pour les valeurs du dossier, employez les entrées.",
  },
  "group-script": {
    en: "What is calculated, and the name under which the result is kept in the case.",
    fr: "Ce qui est calculé, et le nom sous lequel le résultat est gardé dans le dossier.",
  },
  "group-Zeebe__ExtensionProperties": {
    en: "Settings of this house: the deadline, the wording for members, the explanation beside the step.",
    fr: "Les réglages de la maison : le délai, les mots pour les membres, l’explication à côté de l’étape.",
  },
  taskDefinitionRetries: {
    en: "How often the work is tried before somebody is told that it failed.",
    fr: "Combien de fois le travail est tenté avant que quelqu’un apprenne qu’il a échoué.",
  },
  messageSubscriptionCorrelationKey: {
    en: "A value of this case that the message carries too, so that it finds this case and no other.",
    fr: "Une valeur du dossier que le message porte aussi : il trouve ainsi ce dossier et aucun autre.",
  },
  priorityDefinitionPriority: {
    en: "From 0 to 100: what is higher stands higher in the list of tasks. Without a number it is 50.",
    fr: "De 0 à 100 : le plus grand passe devant dans la liste des tâches. Sans nombre, c’est 50.",
  },
  bindingType: {
    en: "Which version is used: the newest one, the one that came into force together with this process, or the one with a certain tag.",
    fr: "La version employée : la plus récente, celle mise en vigueur avec ce processus, ou celle qui porte une étiquette.",
  },
  versionTag: {
    en: "A name of this version, by which other processes can ask for it.",
    fr: "Un nom de cette version, par lequel d’autres processus peuvent la demander.",
  },
};

export function hovering(language) {
  const said = (found) => (element) => {
    const kind = Object.keys(found).find((name) => name.startsWith("bpmn:") && element?.type === name);
    return (kind ? found[kind] : found)[language];
  };
  return Object.fromEntries(Object.entries(SAID).map(([id, found]) => [id, said(found)]));
}
