// Draws the figures of a report with the same code as the app; the file contains their messages in Base64.

const PAPER_WIDTH = 660; // pixels between the margins of a sheet of A4 or letter paper

window.explorerPlotly = Promise.resolve(window.Plotly); // where chart_figure.js looks for it

const drawn = [...document.querySelectorAll("figure")].map((figure) => {
  const chart = new Chart(figure);
  chart.tell = { state() {}, trigger() {} };
  chart.receive(Uint8Array.from(atob(figure.querySelector("script").textContent), (sign) => sign.charCodeAt(0)));
  return chart;
});

// When the theme changes, each figure is redrawn in its colours.
const inTheme = () => drawn.forEach((chart) => chart.accept(chart.message, chart.blocks));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", inTheme);

// On paper figures are light and as wide as the sheet. A browser prints as soon as the event's listeners return, so the
// figures are drawn at once instead of one per frame.
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("on-paper");
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  for (const chart of drawn) {
    chart.showTable(false);
    const style = getComputedStyle(chart.figure);
    chart.theme = Object.fromEntries(THEME.map((name) => [name, style.getPropertyValue(name).trim()]));
    chart.width = PAPER_WIDTH;
    window.Plotly.react(chart.figure, { ...chart.themed(), config: chart.config(window.Plotly) });
  }
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("on-paper");
  for (const chart of drawn) chart.theme = undefined;
  inTheme();
});
