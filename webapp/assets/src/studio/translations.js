// The English of a form: one field for each of its French texts, grouped by component, the chosen one in sight.

export function translations(editor, given, changed) {
  const place = editor.querySelector("[data-translations]");
  const english = new Map(); // by component and property, also of texts that are just being typed again
  for (const [component, properties] of Object.entries(given)) {
    for (const [property, texts] of Object.entries(properties)) english.set(`${component}\n${property}`, texts.en ?? "");
  }
  let texts = [];
  let chosen = null;

  function table() {
    const written = {};
    for (const { component, property } of texts) {
      const text = english.get(`${component}\n${property}`) ?? "";
      if (text.trim()) (written[component] ??= {})[property] = { en: text };
    }
    return texts.length ? written : given;
  }

  function beside(id) {
    chosen = id;
    place.querySelectorAll("[data-component]").forEach((group) => {
      group.classList.toggle("st-text--here", group.dataset.component === id);
    });
    place.querySelector(".st-text--here")?.scrollIntoView({ block: "nearest" });
  }

  function field(text) {
    const key = `${text.component}\n${text.property}`;
    const label = document.createElement("label");
    label.className = "st-text__one";
    const native = document.createElement("span");
    native.lang = "fr";
    native.textContent = text.native;
    const input = document.createElement(text.native.length > 60 ? "textarea" : "input");
    input.className = text.native.length > 60 ? "govuk-textarea" : "govuk-input";
    input.lang = "en";
    input.value = english.get(key) ?? "";
    input.readOnly = Boolean(editor.dataset.readonly);
    label.classList.toggle("st-text__one--open", !input.value.trim() && /\p{L}/u.test(text.native));
    input.addEventListener("input", () => {
      english.set(key, input.value);
      label.classList.toggle("st-text__one--open", !input.value.trim());
      changed();
    });
    label.append(native, input);
    return label;
  }

  // The fields are left alone while somebody types in them and the texts are the same.
  function show(found) {
    const same = JSON.stringify(found.map(({ component, property, native }) => [component, property, native]));
    if (place.dataset.shown === same) return;
    place.dataset.shown = same;
    texts = found;
    const groups = new Map();
    for (const text of found) {
      if (!groups.has(text.component)) {
        const group = document.createElement("fieldset");
        group.className = "st-text";
        group.dataset.component = text.component;
        group.append(Object.assign(document.createElement("legend"), { textContent: text.name, className: "govuk-visually-hidden" }));
        groups.set(text.component, group);
      }
      groups.get(text.component).append(field(text));
    }
    place.replaceChildren(...groups.values());
    beside(chosen);
  }
  return { table, beside, show };
}
