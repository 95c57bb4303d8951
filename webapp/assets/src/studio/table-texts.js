// The texts of a decision in the other language, and words for the codes that it answers: kept in properties beside them.

const ZEEBE = "http://camunda.org/schema/zeebe/1.0";
const PROPERTIES = "zeebe:properties";
const children = (element) => element.extensionElements?.values?.find(({ $type }) => $type === PROPERTIES)?.$children ?? [];
const plain = (text) => (text ?? "").replace(/\s+/g, " ").trim();

export const told = (element, name) => children(element).find((each) => each.name === name)?.value ?? "";

// Writes one property; an empty text takes it away, and the wrapper with the last one.
export function tell(element, name, value) {
  const model = element.$model;
  const kept = children(element).filter((each) => each.name !== name);
  const text = value.trim();
  if (text) kept.push(model.createAny("zeebe:property", ZEEBE, { name, value: text }));
  const others = (element.extensionElements?.values ?? []).filter(({ $type }) => $type !== PROPERTIES);
  const values = kept.length ? [...others, model.createAny(PROPERTIES, ZEEBE, { $children: kept })] : others;
  element.extensionElements = values.length ? model.create("dmn:ExtensionElements", { values }) : undefined;
  if (element.extensionElements) element.extensionElements.$parent = element;
}

// What people read of a decision: its element, which text, as drawn.
export function texts(decision) {
  const found = [{ element: decision, what: "name", drawn: plain(decision.name), place: "" }];
  const table = decision.decisionLogic;
  if (table?.$type === "dmn:DecisionTable") {
    for (const column of [...table.get("input"), ...table.get("output")]) found.push({ element: column, what: "label", drawn: plain(column.label), place: "" });
    table.get("rule").forEach((rule, at) => found.push({ element: rule, what: "description", drawn: plain(rule.description), place: String(at + 1) }));
  }
  return found.filter(({ drawn }) => /\p{L}/u.test(drawn));
}

// The codes of the columns of text that a decision answers, each with its column.
export function codes(decision) {
  const table = decision.decisionLogic;
  if (table?.$type !== "dmn:DecisionTable") return [];
  return table.get("output").flatMap((column, at) => {
    if (column.typeRef && column.typeRef !== "string") return [];
    const cells = table.get("rule").map((rule) => rule.get("outputEntry")[at]?.text ?? "");
    const found = new Set(cells.flatMap((text) => [...text.matchAll(/"((?:[^"\\]|\\.)+)"/g)].map((match) => match[1])));
    return [...found].map((code) => ({ element: column, code, column: column.label ?? column.name ?? "" }));
  });
}

// For whoever only reads: names, labels and descriptions as they are in the reader's language. Nothing of it is saved.
export function spoken(definitions, language) {
  for (const decision of definitions.get("drgElement").filter(({ $type }) => $type === "dmn:Decision")) {
    for (const { element, what } of texts(decision)) element[what] = told(element, `i18n.${language}.${what}`) || element[what];
  }
}

export function textsBelow(editor, changed) {
  const place = editor.querySelector("[data-translations]");
  const words = editor.querySelector("[data-codes]");
  const readOnly = Boolean(editor.dataset.readonly);
  const first = new Map(); // by place, the text and its English as they were when this was opened

  function input(element, name, long) {
    const field = document.createElement(long ? "textarea" : "input");
    field.className = long ? "govuk-textarea" : "govuk-input";
    field.value = told(element, name);
    field.readOnly = readOnly;
    field.lang = name.split(".")[1];
    field.addEventListener("input", () => { tell(element, name, field.value); changed(); });
    return field;
  }

  function text({ element, what, drawn, place: row }) {
    const label = document.createElement("label");
    label.className = "st-text__one";
    const native = Object.assign(document.createElement("span"), { lang: "fr", textContent: row ? `${row}. ${drawn}` : drawn });
    const field = input(element, `i18n.en.${what}`, drawn.length > 60);
    const at = `${element.id} ${what}`;
    if (!first.has(at)) first.set(at, { drawn, english: field.value });
    const was = first.get(at);
    const old = () => drawn !== was.drawn && field.value === was.english; // the French went on without it
    const open = () => label.classList.toggle("st-text__one--open", !field.value.trim() || old());
    field.addEventListener("input", open);
    open();
    label.append(native, field);
    return label;
  }

  function code({ element, code: value, column }) {
    const row = document.createElement("fieldset");
    row.className = "st-code";
    const legend = document.createElement("legend");
    legend.append(Object.assign(document.createElement("code"), { textContent: value }), ` ${told(element, `i18n.${editor.dataset.language}.label`) || column}`);
    row.append(legend, ...["fr", "en"].map((language) => {
      const label = Object.assign(document.createElement("label"), { className: "st-text__one" });
      label.append(Object.assign(document.createElement("span"), { textContent: words.dataset[language] }), input(element, `i18n.${language}.value.${value}`, false));
      return label;
    }));
    return row;
  }

  // The fields are left alone while somebody types in them and the texts are the same.
  let shown = "";
  function show(decision) {
    const [texts_, codes_] = decision ? [texts(decision), codes(decision)] : [[], []];
    const now = JSON.stringify([decision?.id, texts_.map(({ element, drawn, place: row }) => [element.id, drawn, row]), codes_.map((each) => [each.element.id, each.code, each.column])]);
    if (now === shown) return;
    shown = now;
    place.replaceChildren(...texts_.map(text));
    words.replaceChildren(...codes_.map(code));
    words.closest("section").hidden = codes_.length === 0;
    place.closest("[data-texts-below]").hidden = texts_.length === 0;
  }
  return { show };
}
