// A decision table as rows of a spreadsheet, and back: decimal commas, French days, words without quotation marks.

const NUMBER = /^([<>]=?\s*)?-?\d+(?:[  ]\d{3})*(?:[.,]\d+)?$/;
const RANGE = /^([[\](])\s*(-?[\d  ]+(?:[.,]\d+)?)\s*\.\.\s*(-?[\d  ]+(?:[.,]\d+)?)\s*([[\])])$/;
const DAY = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/;
const TEXT = /^"([^"\\,]*)"$/;
const YES = { true: "true", vrai: "true", oui: "true", yes: "true", false: "false", faux: "false", non: "false", no: "false" };

const point = (text) => text.replace(/[  ]/g, "").replace(",", ".");
const comma = (text) => text.replace(/^([<>]=?\s*)?(-?\d+)\.(\d+)$/, "$1$2,$3");

// What a cell of a spreadsheet means in a column of this type, as FEEL.
export function feel(cell, type) {
  const text = cell.trim();
  if (text === "" || text === "-") return text;
  const range = RANGE.exec(text);
  if (range) return `${range[1]}${point(range[2])}..${point(range[3])}${range[4]}`;
  if (type !== "string" && NUMBER.test(text)) {
    const operator = /^[<>]=?/.exec(text)?.[0] ?? "";
    return `${operator}${operator ? " " : ""}${point(text.slice(operator.length))}`;
  }
  if (type === "boolean" && text.toLowerCase() in YES) return YES[text.toLowerCase()];
  const day = DAY.exec(text);
  if (day && (type === "date" || type === undefined)) {
    return `date("${day[3]}-${day[2].padStart(2, "0")}-${day[1].padStart(2, "0")}")`;
  }
  if (type === "string" && !/["()<>?]/.test(text) && text !== "null") return `"${text}"`;
  return text;
}

// The same cell as somebody reads it in a spreadsheet.
export function plain(text, type) {
  const found = TEXT.exec(text);
  if (found && type === "string" && !/["()<>?]|^null$|^-?$/.test(found[1])) return found[1];
  const day = /^date\("(\d{4})-(\d{2})-(\d{2})"\)$/.exec(text);
  if (day) return `${day[3]}/${day[2]}/${day[1]}`;
  const range = /^([[\](])(-?\d+(?:\.\d+)?)\.\.(-?\d+(?:\.\d+)?)([[\])])$/.exec(text);
  if (range) return `${range[1]}${comma(range[2])}..${comma(range[3])}${range[4]}`;
  return type === "string" ? text : comma(text);
}

// Rows of what was copied: columns by tabs, or by semicolons in a file; quotation marks as spreadsheets write them.
export function rows(text) {
  const separator = text.includes("\t") ? "\t" : ";";
  const found = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    const row = found.at(-1);
    if (quoted) {
      if (sign !== '"') row[row.length - 1] += sign;
      else if (text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; } else quoted = false;
    } else if (sign === '"' && row.at(-1) === "") quoted = true;
    else if (sign === separator) row.push("");
    else if (sign === "\n") found.push([""]);
    else if (sign !== "\r") row[row.length - 1] += sign;
  }
  const own = (cell) => cell.replace(/^'(?=[=+@])/, ""); // the mark that `file` puts before what is no formula
  return found.map((row) => row.map(own)).filter((row) => row.some((cell) => cell.trim() !== ""));
}

// A file that a spreadsheet opens: semicolons, decimal commas, a mark of its encoding.
export function file(table) {
  const cell = (text) => {
    const safe = /^[=+@]/.test(text) ? `'${text}` : text; // a cell is never a formula
    return /[;"\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return `\uFEFF${table.map((row) => row.map(cell).join(";")).join("\r\n")}\r\n`;
}
