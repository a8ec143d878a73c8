// The default look of figures: a Plotly template made from Streamlit's CSS variables.

const COLORS = ["text", "background", "secondary-background", "border", "primary"];
const THEME = [...COLORS.map((part) => `--st-${part}-color`), "--st-font", "--st-base-font-size"].concat(
  "--st-chart-categorical-colors",
);

// The factor by which the page's type is enlarged, in presenter mode.
function enlargement(theme) {
  const usual = parseFloat(theme?.["--st-base-font-size"] || "16");
  return parseFloat(getComputedStyle(document.documentElement).fontSize) / usual || 1;
}

// Enlarges the figure's own type, lines and points in place; the template's type is enlarged already.
function enlarged(node, factor, name = "") {
  if (factor === 1 || node === null || typeof node !== "object" || ArrayBuffer.isView(node)) return node;
  const measure = name === "line" ? "width" : name === "marker" || /font$/.test(name) ? "size" : undefined;
  for (const [key, value] of Object.entries(node)) {
    if (key === measure && typeof value === "number") node[key] = factor * value;
    else if (typeof value === "object" && key !== "template") enlarged(value, factor, Array.isArray(node) ? name : key);
  }
  return node;
}

function template(theme, factor) {
  const color = (part) => theme[`--st-${part}-color`];
  const [ink, grid, none] = [color("text"), color("border"), "rgba(0,0,0,0)"];
  const size = 0.8 * factor * parseFloat(theme["--st-base-font-size"] || "16");
  const font = { color: ink, family: theme["--st-font"], size };
  const axis = { gridcolor: grid, linecolor: grid, tickcolor: grid, zerolinecolor: grid };
  const flat = { ...axis, automargin: true, title: { standoff: 8 } };
  const deep = { ...axis, showbackground: false };
  const box = { bgcolor: color("secondary-background"), bordercolor: grid };
  const colorbar = { outlinewidth: 0, thickness: 12, ticks: "" };
  const filled = ["heatmap", "contour", "histogram2d", "histogram2dcontour", "surface", "mesh3d"];
  return {
    data: Object.fromEntries(filled.map((type) => [type, [{ colorbar }]])),
    layout: {
      font,
      paper_bgcolor: none,
      plot_bgcolor: none,
      colorway: theme["--st-chart-categorical-colors"].split(","),
      margin: { l: 56, r: 16, t: 32, b: 48 },
      title: { x: 0, xanchor: "left", yref: "container", automargin: true },
      xaxis: flat,
      yaxis: flat,
      coloraxis: { colorbar },
      scene: { xaxis: deep, yaxis: deep, zaxis: deep, dragmode: "turntable" },
      legend: { bgcolor: none },
      hoverlabel: { ...box, font, namelength: -1, align: "left" },
      modebar: { bgcolor: none, color: ink, activecolor: color("primary") },
      annotationdefaults: { arrowcolor: ink },
      shapedefaults: { line: { color: ink } },
    },
  };
}
