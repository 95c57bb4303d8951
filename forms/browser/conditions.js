// Shows and hides the questions whose condition the page itself can judge. The server judges all of them again, so
// without this file the form still works: what an answer reveals is asked after "Continue".
//
// A wrapper carries data-form-hide-when='{"any"|"all": [{"name": "…", "equals"|"differs": "…"}]}': hide when it holds.
// A hidden wrapper is a disabled fieldset: nothing in it is sent.

const WRAPPER = "[data-form-hide-when]";

function answer(form, name) {
  for (const input of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
    if (input.matches(":disabled")) continue;
    if (input.type === "checkbox") return input.checked ? "true" : "false";
    if (input.type === "radio") {
      if (input.checked) return input.value;
    } else return input.value.trim();
  }
  return "";
}

function hides(form, condition) {
  const holds = (test) =>
    "equals" in test ? answer(form, test.name) === test.equals : answer(form, test.name) !== test.differs;
  return condition.any ? condition.any.some(holds) : condition.all.every(holds);
}

export function settle(form) {
  const wrappers = [...form.querySelectorAll(WRAPPER)];
  for (let turn = 0; turn <= wrappers.length; turn += 1) {
    let changed = false;
    for (const wrapper of wrappers) {
      const hidden = hides(form, JSON.parse(wrapper.dataset.formHideWhen));
      changed ||= hidden !== wrapper.hidden;
      wrapper.hidden = hidden;
      wrapper.disabled = hidden;
    }
    if (!changed) return;
  }
}

export function watchConditions(form) {
  if (!form.querySelector(WRAPPER)) return;
  form.addEventListener("input", () => settle(form));
  form.addEventListener("change", () => settle(form));
  form.addEventListener("reset", () => setTimeout(() => settle(form)));
  settle(form);
}
