// Draws the figures of a report with what the app draws them with; their messages stand in the file, in Base64.

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

// Paper is light and as wide as it is; a browser prints what stands there when the event's listeners are done, so
// the figures are drawn at once, not in turn.
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
