// What a figure looks like where it says nothing itself: a Plotly template out of Streamlit's CSS variables.

const COLORS = ["text", "background", "secondary-background", "border", "primary"];
const THEME = [...COLORS.map((part) => `--st-${part}-color`), "--st-font", "--st-base-font-size"].concat(
  "--st-chart-categorical-colors",
);

function template(theme) {
  const color = (part) => theme[`--st-${part}-color`];
  const [ink, grid, none] = [color("text"), color("border"), "rgba(0,0,0,0)"];
  const size = 0.8 * parseFloat(theme["--st-base-font-size"] || "16");
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
