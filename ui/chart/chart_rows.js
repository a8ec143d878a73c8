// The rows of the data in a chart: the pinned one and the one under the pointer. All charts of the same data share them,
// so a point that is pinned in one picture is marked in every other, and stays pinned on other pages and with other fits.

const ROWS = (window.explorerRows ??= Object.assign(new EventTarget(), { pinned: new Map(), hovered: {} }));
const SVG_NAMESPACE = "http://www.w3.org/2000/svg";
const LISTED = 5; // of more components, the points name only so many, each before its responsibility
const SHOWN = 3; // the number of responsibilities in the readout
const RADIUS = { pinned: 10, hovered: 7 }; // of the rings, in pixels

// Pins a row of some data, or lets it go if it is null.
function pin(data, row) {
  if (row === null) ROWS.pinned.delete(data);
  else ROWS.pinned.set(data, row);
  ROWS.dispatchEvent(new Event("change"));
}

function hover(data, row) {
  if (ROWS.hovered.data === data && ROWS.hovered.row === row) return;
  ROWS.hovered = { data, row };
  ROWS.dispatchEvent(new Event("change"));
}

// What one chart shows of these rows: rings in its plot, a line in its table, and the readout below it.
class RowMarks {
  constructor(chart, parent) {
    this.chart = chart;
    this.readout = parent.querySelector(".explorer-chart-readout");
    this.field = this.readout.querySelector("input");
    this.values = this.readout.querySelector(".explorer-chart-values");
    this.field.onchange = () => pin(this.meta.data, Number.isInteger(this.field.valueAsNumber) ? this.field.valueAsNumber : null);
    this.changed = () => this.show();
    ROWS.addEventListener("change", this.changed);
    this.pressed = (event) => {
      const here = event.target === document.body || parent.contains(event.target);
      if (event.key === "Escape" && here && this.meta?.data) pin(this.meta.data, null);
    };
    document.addEventListener("keydown", this.pressed);
  }

  remove() {
    ROWS.removeEventListener("change", this.changed);
    document.removeEventListener("keydown", this.pressed);
  }

  // Takes the description of the rows in a new figure: `meta` of its layout.
  take(meta) {
    this.meta = meta;
    this.places = undefined;
    this.readout.hidden = !meta?.labels;
  }

  get pinned() {
    return ROWS.pinned.get(this.meta?.data) ?? null;
  }

  get hovered() {
    return this.meta?.data && ROWS.hovered.data === this.meta.data ? ROWS.hovered.row : null;
  }

  // The points of a row: the number of each trace, and the position in it.
  pointsOf(row) {
    if (!this.places) {
      this.places = new Map();
      this.chart.traces().forEach((trace, number) => {
        if (trace.meta !== "rows" || trace.type === "heatmap") return;
        for (let i = 0; i < (trace.customdata?.length ?? 0); i++) {
          const found = trace.customdata[i][0];
          if (!this.places.has(found)) this.places.set(found, []);
          this.places.get(found).push([number, i]);
        }
      });
    }
    return this.places.get(row) ?? [];
  }

  // The row of a point that Plotly reports; null if the point is none of the rows.
  rowAt(point) {
    if (!this.meta?.data || point?.data?.meta !== "rows") return null;
    if (point.data.type !== "heatmap") return point.customdata?.[0] ?? null;
    return this.meta.step === 1 ? this.meta.rows[point.pointNumber[1]] : null;
  }

  listen(figure) {
    const answers = {
      plotly_hover: ({ points }) => hover(this.meta?.data, this.rowAt(points[0])),
      plotly_unhover: () => hover(this.meta?.data, null),
      plotly_click: ({ points }) => {
        const row = this.rowAt(points[0]);
        if (row !== null && !this.chart.message.clickable) pin(this.meta.data, row === this.pinned ? null : row);
      },
    };
    for (const [name, answer] of Object.entries(answers)) figure.on(name, answer);
    figure.on("plotly_afterplot", () => this.mark());
  }

  show() {
    if (!this.meta?.data) return;
    this.mark();
    this.say();
    this.chart.rowsChanged(this.pinned);
  }

  // Draws the rings, as elements of the plots that they lie in: so they are moved and cut off with the points.
  mark() {
    const layers = this.chart.figure.querySelectorAll(".explorer-chart-mark");
    layers.forEach((layer) => layer.remove());
    for (const kind of ["hovered", "pinned"]) {
      if (this[kind] === null) continue;
      for (const { plot, x, y, height } of this.spots(this[kind])) {
        const ring = document.createElementNS(SVG_NAMESPACE, "path");
        ring.setAttribute("class", `explorer-chart-mark explorer-chart-${kind}`);
        const r = RADIUS[kind];
        const circle = `M${x - r},${y}a${r},${r} 0 1,0 ${2 * r},0a${r},${r} 0 1,0 ${-2 * r},0`;
        ring.setAttribute("d", height === undefined ? circle : `M${x},0V${height}`);
        plot.plot.node().append(ring);
      }
    }
  }

  // Where a row is drawn: for each plot its pixel coordinates, or of a column in a heatmap its middle and height.
  spots(row) {
    const plots = this.chart.figure._fullLayout?._plots;
    if (!plots) return [];
    if (this.meta.rows) {
      const column = this.meta.columns[this.meta.rows.indexOf(row)];
      if (column === undefined || !plots.xy) return [];
      return [{ plot: plots.xy, x: plots.xy.xaxis.c2p((column + 0.5) * this.meta.step), height: plots.xy.yaxis._length }];
    }
    const spots = [];
    const add = (plot, x, y) => plot && spots.push({ plot, x: plot.xaxis.c2p(x), y: plot.yaxis.c2p(y) });
    for (const [number, i] of this.pointsOf(row)) {
      const trace = this.chart.figure.data[number];
      if (this.chart.figure._fullData[number].visible !== true) continue;
      if (trace.type === "splom") {
        trace.dimensions.forEach(({ values: across }, a) =>
          trace.dimensions.forEach(({ values: up }, b) => a < b && add(plots[trace.xaxes[a] + trace.yaxes[b]], across[i], up[i])));
      } else if (trace.type !== "scatter3d") add(plots[(trace.xaxis ?? "x") + (trace.yaxis ?? "y")], trace.x[i], trace.y[i]);
    }
    return spots;
  }

  // The pinned row as a trace for a scene, which has no plots to draw in; without a pin it has no visible point.
  traceInSpace(traces, theme) {
    if (!traces.some(({ meta, type }) => meta === "rows" && type === "scatter3d")) return [];
    const found = this.pinned === null ? [] : this.pointsOf(this.pinned);
    const [number, i] = found[0] ?? [];
    const at = (axis) => [number === undefined ? NaN : traces[number][axis][i]];
    return [
      {
        type: "scatter3d",
        uid: "pinned",
        mode: "markers",
        showlegend: false,
        hoverinfo: "skip",
        ...{ x: at("x"), y: at("y"), z: at("z") },
        marker: { symbol: "circle-open", size: 16, color: theme["--st-text-color"], line: { width: 3 } },
      },
    ];
  }

  // Writes the readout: of the row under the pointer, else of the pinned one.
  say() {
    if (!this.meta.labels) return;
    const row = this.hovered ?? this.pinned;
    if (this.pinned !== this.written) this.field.value = this.written = this.pinned; // else a row may just be typed there
    const parts = row === null ? [[this.chart.message.clickable ? "Type a row to pin it" : "Click a point, or type its row, to pin it", ""]] : this.described(row);
    if (row !== null && row !== this.pinned) parts.unshift(["Row", String(row)]);
    const nodes = parts.map(([name, value, colour]) => {
      const [part, number] = ["span", "span"].map((tag) => document.createElement(tag));
      number.textContent = value;
      part.append(`${name} `, number);
      if (colour) part.style.setProperty("--component", colour);
      part.className = colour ? "explorer-chart-share" : "";
      return part;
    });
    this.values.replaceChildren(...nodes);
    this.values.title = this.values.innerText;
  }

  // The parts of the readout, each a name and a value: the coordinates, and the largest responsibilities, which have their
  // component's colour too.
  described(row) {
    const [number, i] = this.pointsOf(row)[0] ?? [];
    if (number === undefined) return [["not among the points drawn here", ""]];
    const { labels, colours } = this.meta;
    const trace = this.chart.figure.data[number];
    const told = trace.customdata[i];
    const many = colours.length > LISTED;
    const ahead = 1 + (many ? 2 * LISTED : colours.length);
    const place = told.length > ahead ? [...told.slice(ahead)] : ["x", "y", "z"].map((axis) => trace[axis]?.[i]);
    const shares = colours.slice(0, LISTED).map((_, k) => (many ? [told[2 * k + 1], told[2 * k + 2]] : [k + 1, told[k + 1]]));
    const largest = shares.sort((a, b) => b[1] - a[1]).filter(([, share], at) => at === 0 || share >= 0.05);
    return [
      ...labels.map((label, axis) => [label, numberText(place[axis])]),
      ...largest.slice(0, SHOWN).map(([k, share]) => [`${k}:`, percentText(share / 100), colours[k - 1]]),
    ];
  }

  // The position in the table of the pinned row; undefined if the table has no line for it.
  tableLine() {
    return this.meta?.rows && this.pinned !== null ? this.meta.columns[this.meta.rows.indexOf(this.pinned)] : undefined;
  }
}
