// Says above what stands on the page why nothing came of it: in the words of the page of the error that was answered, else in
// those that the page has ready (template[data-no-answer]). What was typed below is not touched.

const TOLD = "[data-trouble]";

export const untell = () => document.querySelector(TOLD)?.remove();

function paragraph(text) {
  const line = document.createElement("p");
  line.textContent = text;
  return line;
}

// `page`: the document that the server answered; null, or one without a heading, where nothing usable came.
export function tell(page) {
  const source = page?.querySelector("main h1") ? page.querySelector("main") : document.querySelector("template[data-no-answer]").content;
  const heading = document.createElement("h2");
  heading.className = "govuk-error-summary__title";
  heading.textContent = source.querySelector("h1, h2").textContent;
  const body = document.createElement("div");
  body.className = "govuk-error-summary__body";
  const lines = [...source.querySelectorAll("p")].filter((each) => !each.querySelector("a"));
  body.append(...lines.map((each) => paragraph(each.textContent.trim())));
  const banner = document.createElement("div");
  banner.className = "govuk-error-summary";
  banner.dataset.trouble = "";
  banner.setAttribute("role", "alert");
  banner.append(heading, body);
  untell();
  document.querySelector("main").prepend(banner);
  banner.scrollIntoView({ block: "nearest" });
}
