// What is said of a drawing, by what was found. Where an element has no name, its kind and its place stand for it.

const kinds = {
  fr: [[/Gateway$/, "l’embranchement"], [/StartEvent$/, "le début"], [/EndEvent$/, "la fin"], [/BoundaryEvent$/, "l’événement au bord"],
    [/Event$/, "l’événement"], [/Flow$/, "la flèche"], [/Lane$/, "le couloir"], [/Participant$/, "le participant"], [/./, "l’étape"]],
  en: [[/Gateway$/, "the gateway"], [/StartEvent$/, "the start"], [/EndEvent$/, "the end"], [/BoundaryEvent$/, "the boundary event"],
    [/Event$/, "the event"], [/Flow$/, "the arrow"], [/Lane$/, "the lane"], [/Participant$/, "the participant"], [/./, "the step"]],
};
const places = {
  fr: ({ named, bears }) => (bears ? `de « ${named} »` : `après « ${named} »`),
  en: ({ named, bears }) => (bears ? `of “${named}”` : `after “${named}”`),
};
const called = (language) => (type, id, beside) => {
  const [, kind] = kinds[language].find(([pattern]) => pattern.test(type ?? "x"));
  return `${kind} ${beside ? places[language](beside) : id}`;
};

export default {
  fr: {
    called: called("fr"),
    "unnamed": "« {name} » n’a pas de nom : écrivez ce qui s’y passe.",
    "unnamed-question": "« {name} » choisit un chemin sans dire la question : donnez-lui pour nom cette question.",
    "unnamed-answer": "« {name} » a une condition et pas de nom : écrivez la réponse qui y mène.",
    "same-way-twice": "Deux flèches pareilles partent de « {name} » vers la même étape : ôtez-en une.",
    "newest-form": "« {name} » prend toujours le formulaire le plus récent : choisissez « celle mise en vigueur avec », pour que les dossiers en cours gardent le leur.",
    "newest-decision": "« {name} » décide toujours par la table la plus récente : choisissez « celle mise en vigueur avec », pour que les dossiers en cours gardent la leur.",
    "not-in-camunda-8": "« {name} » fonctionne ici selon la norme BPMN, mais pas dans Camunda 8 : dessinez-le autrement si le schéma doit aussi tourner là-bas.",
    "no-bpmndi": "« {name} » n’est pas dessiné : il fonctionne sans que personne le voie. Dessinez-le, ou ôtez-le du fichier.",
    "no-implicit-end": "Rien ne suit « {name} » : dessinez-y une fin, pour qu’on voie que c’est voulu.",
    "no-implicit-start": "Rien ne mène à « {name} » : reliez cette étape, ou mettez un début devant.",
    "no-overlapping-elements": "« {name} » en recouvre un autre : écartez-les.",
    "outside": "« {name} » déborde de ce qui l’entoure : agrandissez le cadre, ou ramenez-le dedans.",
    "superfluous-gateway": "« {name} » n’a qu’une entrée et qu’une sortie : l’embranchement ne sert à rien, ôtez-le.",
    "superfluous-label": "« {name} » est écrit sur une flèche qui ne répond à aucune question : ôtez ce nom.",
    "superfluous-termination": "« {name} » met fin à tout, alors qu’il ne reste rien d’autre : une fin ordinaire suffit.",
  },
  en: {
    called: called("en"),
    "unnamed": "“{name}” has no name: write what happens there.",
    "unnamed-question": "“{name}” chooses a way without saying the question: give it that question for a name.",
    "unnamed-answer": "“{name}” has a condition and no name: write the answer that leads there.",
    "same-way-twice": "Two arrows alike lead from “{name}” to the same step: take one away.",
    "newest-form": "“{name}” always takes the newest form: choose “deployment”, so that running cases keep theirs.",
    "newest-decision": "“{name}” always decides by the newest table: choose “deployment”, so that running cases keep theirs.",
    "not-in-camunda-8": "“{name}” runs here by the BPMN standard, but not in Camunda 8: draw it otherwise if the diagram is to run there too.",
    "no-bpmndi": "“{name}” is not drawn: it runs and nobody sees it. Draw it, or take it out of the file.",
    "no-implicit-end": "Nothing follows “{name}”: draw an end there, so that one sees it is meant.",
    "no-implicit-start": "Nothing leads to “{name}”: connect it, or put a start before it.",
    "no-overlapping-elements": "“{name}” covers another one: move them apart.",
    "outside": "“{name}” stands out of what is around it: enlarge the frame, or move it in.",
    "superfluous-gateway": "“{name}” has one way in and one way out: the gateway does nothing, take it away.",
    "superfluous-label": "“{name}” is written on an arrow that answers no question: take the name away.",
    "superfluous-termination": "“{name}” ends everything where nothing else is left: a plain end will do.",
  },
};
