// Shows and hides the questions whose condition the page itself can judge. The server judges all of them again, so
// without this file the form still works: what an answer reveals is asked after "Continue".
//
// A wrapper carries data-form-hides: the condition as a tree (forms/judged.py), judged as FEEL does, in three values:
// what cannot be compared is null, and only true hides. A hidden wrapper is a disabled fieldset: nothing in it is sent.

const WRAPPER = "[data-form-hides]";
const NUMERAL = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/;
const LONGEST = 40; // characters of a number, and its digits below, as the server reads them
const DIGITS = 34;

// What is typed, as the server keeps a text: null where nothing was.
function text(typed) {
  const plain = typed.replaceAll(/[\u202A-\u202E\u2066-\u2069\u200E\u200F\u061C]/gu, "").replaceAll(/[\n\r\t]/g, " ");
  return plain.replaceAll(/[\p{Cc}\p{Cs}]/gu, "").normalize("NFC").replaceAll(/^[^\S\uFEFF]+|[^\S\uFEFF]+$/gu, "") || null;
}

// A number as whole units and how many decimals they count; null where it is none.
function decimal(written) {
  if (!NUMERAL.test(written)) return null;
  const [whole, part = ""] = written.replace("+", "").split(".");
  const digits = `${whole}${part}`.replace("-", "").replace(/^0+/, "");
  return digits.length > DIGITS ? null : { units: BigInt(`${whole}${part}`.replace(/^-$/, "0")), places: part.length };
}

// The same reading as forms.readings.read_number: "1 234,56", "1.234,56" and "1,234.56" are one number.
function number(typed, language) {
  let plain = (text(typed) ?? "").replaceAll(/[^\S\uFEFF]/gu, "").replaceAll("\u2212", "-").replaceAll(/^€+|€+$/g, "");
  if (plain.length > LONGEST) return null;
  const [comma, dot] = [plain.lastIndexOf(","), plain.lastIndexOf(".")];
  const commas = plain.split(",").length - 1;
  if (comma >= 0 && dot >= 0) {
    const [thousands, mark] = dot > comma ? [",", "."] : [".", ","];
    if (plain.split(mark).length > 2) return null;
    plain = plain.replaceAll(thousands, "");
  } else if (commas > 1 || (language === "en" && /^[+-]?[0-9]{1,3},[0-9]{3}$/.test(plain))) {
    if (!/^[+-]?[0-9]{1,3}(,[0-9]{3})+$/.test(plain)) return null;
    plain = plain.replaceAll(",", "");
  }
  return decimal(plain.replaceAll(",", "."));
}

function operand(tree, read) {
  if (tree === null || typeof tree === "boolean") return tree;
  if ("text" in tree) return tree.text;
  if ("texts" in tree) return tree.texts;
  if ("number" in tree) return decimal(tree.number);
  const typed = read(tree.name, tree.kind);
  if (typed === null || tree.kind === "boolean" || tree.kind === "list") return typed;
  if (tree.kind === "number") return number(typed, tree.language);
  return tree.numbers?.includes(typed) ? decimal(typed) : text(typed);
}

// -1, 0 or 1 of two numbers.
function order(left, right) {
  const places = Math.max(left.places, right.places);
  const scaled = ({ units, places: own }) => units * 10n ** BigInt(places - own);
  const difference = scaled(left) - scaled(right);
  return difference > 0n ? 1 : difference < 0n ? -1 : 0;
}

function equal(left, right) {
  if (left === null || right === null) return left === right;
  if (typeof left !== typeof right) return null;
  return typeof left === "object" ? order(left, right) === 0 : left === right;
}

const ORDERED = {
  "<": (sign) => sign < 0, "<=": (sign) => sign <= 0, ">": (sign) => sign > 0, ">=": (sign) => sign >= 0,
};

function negated(value) {
  return typeof value === "boolean" ? !value : null;
}

function joined(parts, decisive, read) {
  const values = parts.map((part) => judge(part, read));
  if (values.includes(decisive)) return decisive;
  return values.every((value) => value === !decisive) ? !decisive : null;
}

// Whether a condition holds: true, false or null. `read(name, kind)` answers what stands in an input, null without one.
export function judge(tree, read) {
  if (!Array.isArray(tree)) return operand(tree, read);
  const [operator, ...parts] = tree;
  if (operator === "or" || operator === "and") return joined(parts, operator === "or", read);
  if (operator === "not") return negated(judge(parts[0], read));
  const [left, right] = parts.map((part) => operand(part, read));
  if (operator === "=") return equal(left, right);
  if (operator === "!=") return negated(equal(left, right));
  if (operator === "contains") return left === null ? null : left.includes(right);
  const numbers = [left, right].every((each) => each !== null && typeof each === "object");
  return numbers ? ORDERED[operator](order(left, right)) : null;
}

function answer(form, name, kind) {
  const inputs = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)].filter((each) => !each.matches(":disabled"));
  if (inputs.length === 0) return null;
  if (kind === "boolean") return inputs[0].checked;
  if (kind === "list") {
    const chosen = inputs.flatMap((each) => (each.options ? [...each.selectedOptions] : each.checked ? [each] : []));
    return chosen.map((each) => each.value);
  }
  const found = inputs[0].type === "radio" ? inputs.find((each) => each.checked) : inputs[0];
  return found ? found.value : null;
}

export function settle(form) {
  const wrappers = [...form.querySelectorAll(WRAPPER)];
  const read = (name, kind) => answer(form, name, kind);
  for (let turn = 0; turn <= wrappers.length; turn += 1) {
    let changed = false;
    for (const wrapper of wrappers) {
      const hidden = judge(JSON.parse(wrapper.dataset.formHides), read) === true;
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
