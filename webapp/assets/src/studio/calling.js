// What a reader calls an element now; "" where it has no name.

// `names`: by id, as the page found the drawing: the name that was drawn, and what the reader calls it. A name that was
// typed since is the reader's own.
export const calling = (names) => (element) => {
  const drawn = element?.businessObject?.name?.replace(/\s+/g, " ").trim() ?? "";
  const [was, said] = names[element?.id] ?? [];
  return said && (was ?? "").replace(/\s+/g, " ").trim() === drawn ? said : drawn;
};
