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
  for (let row = 0; row < shown; row++) line(body, "td", columns.map((column) => cellText(column[row])));
  const all = rows.toLocaleString("en");
  if (rows > shown) table.createCaption().textContent = `The first ${shown} of ${all} rows`;
  place.replaceChildren(table);
}

function cellText(value) {
  if (value === null || Number.isNaN(value)) return "–";
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return String(Math.abs(value) < 1e5 ? Number(value.toPrecision(6)) : Math.round(value));
}
