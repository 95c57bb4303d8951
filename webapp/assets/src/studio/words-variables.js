// What is said of a variable beside its name, as an expression is completed.

export const wording = {
  en: {
    from: "From:", outside: "the start or the outside", text: "Read and change this text",
    timing: {
      stands: "This figure stands in the table ", row: ", row “{name}”", quoted: "“{name}”",
      by: "Calculated by {steps}.", figures: "The work of this process reads its figures in: ",
    },
    types: {
      string: "text", number: "number", boolean: "yes or no", date: "date", time: "time", "date and time": "moment",
      list: "list", context: "group of values", "days and time duration": "duration", "years and months duration": "duration",
    },
  },
  fr: {
    from: "Vient de\u00a0:", outside: "le début ou l’extérieur", text: "Lire et modifier ce texte",
    timing: {
      stands: "Ce chiffre se trouve dans la table ", row: ", ligne «\u00a0{name}\u00a0»", quoted: "«\u00a0{name}\u00a0»",
      by: "Calculé par {steps}.", figures: "Le travail de ce processus lit ses chiffres dans\u00a0: ",
    },
    types: {
      string: "texte", number: "nombre", boolean: "oui ou non", date: "date", time: "heure", "date and time": "moment",
      list: "liste", context: "groupe de valeurs", "days and time duration": "durée", "years and months duration": "durée",
    },
  },
};
