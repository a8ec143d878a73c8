// The film's figures: Plotly draws axes and points once; moving shapes are drawn here as elements of the same SVG, so that
// they are clipped, panned and zoomed with it. Only one attribute per moved shape is set, which is fast.

const SVG = "http://www.w3.org/2000/svg";
const CIRCLE = Array.from({ length: 65 }, (_, i) => (i * Math.PI) / 32);
const DASHES = { dash: "9,6", dot: "2,4" };

class FilmFigure extends Chart {
  constructor(parent) {
    super(parent);
    this.moving = [];
    this.shapes = new Map(); // uid -> [x, y] as last drawn
    // After a zoom, a resize or a new theme Plotly redraws, so the moving shapes have to be drawn again.
    this.figure.addEventListener("explorer-chart-drawn", () => {
      this.figure.removeAllListeners("plotly_afterplot");
      this.figure.on("plotly_afterplot", () => this.restore());
      this.raise(); // the theme's colours may have changed
      this.restore();
    });
  }

  accept(message, blocks) {
    if (message === this.whole) return super.accept(this.message, blocks); // only the theme may have changed
    this.whole = message;
    const { data, layout } = message.figure;
    this.moving = data.filter(({ meta }) => meta === "moving");
    this.shapes = new Map();
    this.layers?.forEach((layer) => layer.remove());
    this.layers = this.colors = this.image = this.values = undefined;
    const still = data.filter(({ meta }) => meta !== "moving");
    super.accept({ ...message, figure: { data: still, layout } }, blocks);
  }

  restore() {
    if (!this.layers || this.removed) return;
    if (![...this.layers.values()].every((layer) => layer.isConnected)) this.raise();
    this.pointNodes = undefined;
    for (const [uid, [x, y]] of this.shapes) this.move(uid, x, y);
    if (this.colors) this.recolor(this.colors);
    if (this.image) this.repaint(this.image, this.values);
    this.restored?.();
  }

  // Makes a group for each pair of axes, and in it an element for each moving shape.
  raise() {
    this.layers?.forEach((layer) => layer.remove());
    this.layers = new Map();
    this.parts = new Map();
    const plots = this.figure._fullLayout._plots;
    for (const trace of this.moving.map((part) => this.resolve(part))) {
      const name = trace.yaxis === "y2" ? "xy2" : "xy";
      if (!plots[name]) continue;
      if (!this.layers.has(name)) {
        const layer = document.createElementNS(SVG, "g");
        layer.setAttribute("class", "explorer-film-layer");
        plots[name].plot.node().append(layer);
        this.layers.set(name, layer);
      }
      const path = () => this.layers.get(name).appendChild(document.createElementNS(SVG, "path"));
      const isArea = trace.fill === "tozeroy";
      const part = { trace, plot: plots[name], area: isArea ? path() : null, node: path() };
      if (part.area) {
        part.area.style.cssText = `fill: ${trace.fillcolor}; stroke: none`;
      }
      part.node.dataset.uid = trace.uid;
      part.node.style.cssText = trace.marker ? markerStyle(trace.marker) : lineStyle(trace);
      if (trace.marker) part.node.setAttribute("d", MARKERS[trace.marker.symbol](trace.marker.size / 2));
      if (trace.text) part.label = labelled(this.layers.get(name), trace, this.theme);
      this.parts.set(trace.uid, part);
    }
  }

  // Draws the shape `uid` along the data coordinates x and y; a NaN interrupts its line.
  move(uid, x, y) {
    this.shapes.set(uid, [x, y]);
    const part = this.parts?.get(uid);
    if (!part) return;
    const { xaxis, yaxis } = part.plot;
    if (part.trace.marker) {
      const there = `translate(${xaxis.c2p(x[0]).toFixed(1)},${yaxis.c2p(y[0]).toFixed(1)})`;
      part.node.setAttribute("transform", there);
      part.label?.setAttribute("transform", there);
      return;
    }
    const line = pathAlong(x, y, xaxis, yaxis);
    part.node.setAttribute("d", line);
    if (part.area && line) {
      const ground = yaxis.c2p(0).toFixed(1);
      const [first, last] = [x[0], x[x.length - 1]].map((end) => xaxis.c2p(end).toFixed(1));
      part.area.setAttribute("d", `${line}L${last},${ground}L${first},${ground}Z`);
    }
  }

  // Colours the drawn points, in their order; an empty list gives them their initial colour. Points that keep their
  // colour are not touched, so that the browser need not paint them again.
  recolor(colors) {
    this.colors = colors;
    if (!this.pointNodes) {
      this.pointNodes = [...this.figure.querySelectorAll(".scatterlayer .tracepoints path.point")];
      this.fills = [];
    }
    const first = this.figure._fullData?.find(({ uid }) => uid === "points")?.marker.color;
    this.pointNodes.forEach((node, i) => {
      const fill = colors[i] ?? first;
      if (fill !== this.fills[i]) this.fills[i] = node.style.fill = fill;
    });
  }

  // Shows a canvas in place of the heatmap's own image; `values` makes the matrix that hovering and downloads need.
  repaint(canvas, values) {
    [this.image, this.values] = [canvas, values];
    const image = this.figure.querySelector(".heatmaplayer image");
    if (!image) return;
    image.setAttribute("preserveAspectRatio", "none");
    image.style.imageRendering = "pixelated";
    image.setAttribute("href", canvas.toDataURL());
    image.removeAttribute("xlink:href");
  }

  // The pixel coordinates of a point of the data in the plot of the shape `uid`.
  place(uid, x, y) {
    const plot = this.parts?.get(uid)?.plot;
    return plot ? [plot.xaxis.c2p(x), plot.yaxis.c2p(y)] : [NaN, NaN];
  }

  // A download shows the same frame as the screen.
  picture() {
    const { data, layout } = super.picture();
    const colored = data.map((trace) => {
      if (trace.type === "heatmap" && this.values) return { ...trace, z: this.values() };
      if (trace.uid === "points" && this.colors?.length) return { ...trace, marker: { ...trace.marker, color: this.colors } };
      return trace;
    });
    const moved = this.moving.map((part) => {
      const [x, y] = this.shapes.get(part.uid) ?? [[], []];
      return { ...this.resolve(part), x: [...x], y: [...y] };
    });
    return { data: [...colored, ...moved], layout };
  }
}

function lineStyle({ line, fill, fillcolor, opacity = 1 }) {
  const inside = fill === "toself" ? fillcolor : "none";
  const dashes = DASHES[line.dash] ? `; stroke-dasharray: ${DASHES[line.dash]}` : "";
  const ends = "stroke-linejoin: round; stroke-linecap: butt";
  return `fill: ${inside}; stroke: ${line.color}; stroke-width: ${line.width}px; opacity: ${opacity}; ${ends}${dashes}`;
}

function markerStyle({ color, line }) {
  return `fill: ${color}; stroke: ${line.color}; stroke-width: ${line.width}px`;
}

// The text beside a marker, with a halo in the background's colour.
function labelled(layer, { text: word, marker }, theme) {
  const label = document.createElementNS(SVG, "text");
  label.textContent = word;
  label.setAttribute("x", 0.75 * marker.size);
  label.setAttribute("y", "0.35em");
  const [ink, paper] = [theme["--st-text-color"], theme["--st-background-color"]];
  label.style.cssText = `fill: ${ink}; stroke: ${paper}; stroke-width: 3px; paint-order: stroke; font: 600 14px ${theme["--st-font"]}`;
  return layer.appendChild(label);
}

const MARKERS = {
  circle: (r) => `M${r},0A${r},${r} 0 1,1 0,${-r}A${r},${r} 0 0,1 ${r},0Z`,
  cross: (r) => {
    const [thin, long] = [(0.4 * r).toFixed(2), (1.2 * r).toFixed(2)];
    return (
      `M${long},${thin}H${thin}V${long}H-${thin}V${thin}H-${long}V-${thin}H-${thin}V-${long}H${thin}V-${thin}H${long}Z`
    );
  },
};

function pathAlong(x, y, xaxis, yaxis) {
  let path = "";
  let pen = "M";
  for (let i = 0; i < x.length; i++) {
    const [across, down] = [xaxis.c2p(x[i]), yaxis.c2p(y[i])];
    if (Number.isFinite(across) && Number.isFinite(down)) {
      path += `${pen}${across.toFixed(1)},${down.toFixed(1)}`;
      pen = "L";
    } else pen = "M";
  }
  return path;
}

// The earlier states that stay visible as faded ellipses: 0, 1, 2, 4, 8, …, so that they span a long film too.
function milestones(state) {
  const found = [];
  for (let earlier = 0; earlier < state; earlier = earlier ? 2 * earlier : 1) found.push(earlier);
  return found;
}

// Draws all shapes for the parameters `now`, for each kind of picture, by draw(uid, x, y). Faded earlier ellipses are
// drawn only when the state has changed (`fresh`), not at every moment between two states.
const SCENES = {
  plane(frames, { colourNumbers, radius }, state, now, fresh, draw) {
    colourNumbers.forEach((colourNumber, k) => {
      const [x, y] = ring(now, k, radius);
      for (const part of ["halo", "ellipse"]) draw(`${part}-${colourNumber}`, x, y);
      if (fresh) drawGhosts(frames, state, colourNumber, draw, (parameters) => ring(parameters, k, radius));
      const path = [0, 1].map((axis) => trail(frames, state, k, axis, now));
      draw(`trail-${colourNumber}`, ...path);
      draw(`centroid-${colourNumber}`, [now.means[2 * k]], [now.means[2 * k + 1]]);
    });
  },
  line(frames, { colourNumbers, radius, grid }, state, now, fresh, draw) {
    const sum = new Float64Array(grid.length);
    colourNumbers.forEach((colourNumber, k) => {
      const y = bell(now, k, grid);
      y.forEach((value, i) => (sum[i] += value));
      draw(`density-${colourNumber}`, grid, y);
      if (fresh) drawGhosts(frames, state, colourNumber, draw, (parameters) => [grid, bell(parameters, k, grid)]);
      const [mean, half] = [now.means[k], radius * Math.sqrt(now.covariances[k])];
      draw(`interval-${colourNumber}`, [mean - half, mean + half], [k, k]);
      const path = trail(frames, state, k, 0, now);
      draw(`trail-${colourNumber}`, path, path.map(() => k));
      draw(`centroid-${colourNumber}`, [mean], [k]);
    });
    draw("mixture", grid, sum);
  },
};

function drawGhosts(frames, state, colourNumber, draw, outline) {
  const outlines = milestones(state).map((earlier) => outline(frames.parameters(earlier)));
  const joined = (axis) => outlines.flatMap((found) => [...found[axis], NaN]);
  draw(`ghost-${colourNumber}`, joined(0), joined(1));
}

function trail(frames, state, k, axis, now) {
  const path = Array.from({ length: state }, (_, i) => frames.parameters(i).means[frames.features * k + axis]);
  return [...path, now.means[frames.features * k + axis]];
}

// The ellipse μ + radius · L · circle with L Lᵀ = Σ.
function ring({ means, covariances }, k, radius) {
  const [a, b, , d] = covariances.subarray(4 * k, 4 * k + 4);
  const l11 = Math.sqrt(a);
  const l21 = l11 ? b / l11 : 0;
  const l22 = Math.sqrt(Math.max(0, d - l21 * l21));
  const x = CIRCLE.map((angle) => means[2 * k] + radius * l11 * Math.cos(angle));
  const y = CIRCLE.map((angle) => means[2 * k + 1] + radius * (l21 * Math.cos(angle) + l22 * Math.sin(angle)));
  return [x, y];
}

// π_k N(x | μ_k, σ²_k) along the grid.
function bell({ weights, means, covariances }, k, grid) {
  const height = weights[k] / Math.sqrt(2 * Math.PI * covariances[k]);
  return grid.map((x) => height * Math.exp((-0.5 * (x - means[k]) ** 2) / covariances[k]));
}
