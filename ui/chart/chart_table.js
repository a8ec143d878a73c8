// The numbers behind a figure as an HTML table. Cells are set as text, never as HTML: they may come from a file.

function fillTable(place, { names, columns, rows }) {
  const shown = columns[0]?.length ?? 0;
  const table = document.createElement("table");
  const line = (section, tag, texts) => {
    const cells = texts.map((text, column) => {
      const cell = document.createElement(tag);
      cell.textContent = text;
      if (ArrayBuffer.isView(columns[column])) cell.className = "number";
      return cell;
    });
    section.insertRow().append(...cells);
  };
  line(table.createTHead(), "th", names);
  const body = table.createTBody();
  const shares = columns.map((column) => ArrayBuffer.isView(column) && column.every((value) => value >= 0 && value <= 1));
  for (let row = 0; row < shown; row++) line(body, "td", columns.map((column, at) => cellText(column[row], shares[at])));
  if (rows > shown) table.createCaption().textContent = `The first ${wholeText(shown)} of ${wholeText(rows)} rows`;
  place.replaceChildren(table);
}

// Marks one line of a table and scrolls to it; none if `line` is undefined.
function markLine(place, line) {
  const lines = place.querySelector("tbody").rows;
  [...lines].forEach((row, position) => (row.ariaCurrent = position === line ? "true" : null));
  if (lines[line]) place.scrollTop = lines[line].offsetTop - place.clientHeight / 2;
}

// A value as a cell shows it, a number with four significant digits; of shares the small ones are only called so.
function cellText(value, isShare) {
  if (value === null || Number.isNaN(value)) return "–";
  if (typeof value !== "number") return String(value);
  if (isShare && value && value < 1e-3) return "<0.001";
  return Number.isInteger(value) ? wholeText(value) : numberText(value);
}
