// One figure drawn with plotly.js, in any component: it follows theme and width and reports clicks.

const NARROW = 640; // below this width in pixels the legend is under the plot
const TWO_LINES = 48; // the height of a legend, in pixels
const NOT_SELECTABLE = /3d$|heatmap|contour|surface/; // traces for which Plotly reports clicks, but no selections

let turn = Promise.resolve(); // resolves when the next chart may draw

// Charts are drawn one per animation frame, so that the page's first picture appears without waiting for the others. A
// hidden tab has no animation frames, so there a timer is used.
function inTurn(draw) {
  const drawn = turn.then(draw);
  const painted = () => new Promise((done) => {
    setTimeout(done, 100);
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
  });
  turn = drawn.then(painted, painted);
  return drawn;
}

class Chart {
  constructor(parent) {
    for (const part of ["figure", "table", "toggle", "failure"]) {
      this[part] = parent.querySelector(`.explorer-chart-${part}`);
    }
    this.toggle.onclick = () => this.showTable(this.table.hidden);
    this.count = 0;
    this.observer = new ResizeObserver(() => {
      clearTimeout(this.resizing);
      this.resizing = setTimeout(() => {
        if (this.stale || this.figure.clientWidth !== this.width || enlargement(this.theme) !== this.enlarged) this.draw();
      }, 50);
    });
    for (const part of [this.figure, this.toggle]) this.observer.observe(part); // the button's size changes with the page's type
    // A tap is reported twice, as a touch and as an imitated mouse, and would count as a double click.
    this.figure.addEventListener("touchend", (event) => {
      if (event.cancelable && event.target.closest(".nsewdrag")) event.preventDefault();
    });
  }

  receive(bytes) {
    const before = this.bytes;
    const sameMessage = before?.length === bytes.length && before.every((byte, i) => byte === bytes[i]);
    if (!sameMessage) this.bytes = bytes.slice(); // its own buffer: typed arrays start at multiples of their item size
    this.accept(...(sameMessage ? [this.message, this.blocks] : unpack(this.bytes)));
  }

  // Draws unless neither the message nor the theme has changed.
  accept(message, blocks) {
    const style = getComputedStyle(this.figure);
    const theme = Object.fromEntries(THEME.map((name) => [name, style.getPropertyValue(name).trim()]));
    const sameTheme = JSON.stringify(theme) === JSON.stringify(this.theme);
    const sameMessage = message === this.message;
    if (sameTheme && sameMessage) return;
    this.theme = theme;
    if (!sameMessage) {
      [this.message, this.blocks] = [message, blocks];
      this.figure.ariaLabel = this.toggle.ariaDescription = this.message.alt;
      this.table.ariaLabel = `Table: ${this.message.alt}`;
      this.figure.style.height = this.table.style.height = `${this.message.height}px`;
      this.toggle.hidden = !this.message.table;
      this.showTable(!this.table.hidden && Boolean(this.message.table));
    }
    this.draw();
  }

  showTable(shown) {
    if (shown) fillTable(this.table, this.resolve(this.message.table));
    this.table.hidden = !shown;
    this.figure.hidden = shown;
    this.toggle.ariaPressed = String(shown);
  }

  // Messages that arrive while a figure is being drawn replace one another: only the last is drawn afterwards.
  // An invisible chart (in a closed tab, behind its table) waits until the observer reports a width.
  async draw() {
    this.stale = true;
    if (this.drawing || !this.message) return;
    this.drawing = true;
    let failure = "The chart could not be loaded: reload the page.";
    try {
      const plotly = await loadPlotly(this.message.script);
      failure = "The chart could not be drawn: change a setting or reload the page.";
      while (this.stale && !this.removed && this.figure.clientWidth > 0) {
        await inTurn(() => {
          this.stale = false;
          this.width = this.figure.clientWidth;
          this.keepCameras();
          return this.removed || plotly.react(this.figure, { ...this.themed(), config: this.config(plotly) });
        });
        if (this.removed) break;
        this.speak();
        this.listen();
        this.fail("");
        this.figure.dataset.drawn = ++this.count; // for tests and benchmarks, as is the event
        this.figure.dispatchEvent(new CustomEvent("explorer-chart-drawn", { bubbles: true }));
      }
    } catch (error) {
      console.error(error);
      this.fail(failure);
    } finally {
      this.drawing = false;
      if (this.removed) window.Plotly?.purge(this.figure);
    }
  }

  // Plotly records the camera when the mouse button is released. Its inertia after that, and a rotation in progress,
  // would be lost at the next drawing (plotly.js 6359), so the current camera is read here.
  keepCameras() {
    const { _fullLayout: drawn, layout } = this.figure;
    for (const id of drawn?._subplots?.gl3d ?? []) drawn[id]._scene?.saveLayout(layout);
  }

  // Screen readers read `alt` and the mode bar, not every tick label.
  speak() {
    const [picture, ...others] = this.figure.querySelectorAll(".main-svg, .gl-container");
    picture.role = "img";
    picture.ariaLabel = "Chart";
    others.forEach((layer) => (layer.ariaHidden = "true"));
    this.figure.querySelectorAll(".modebar").forEach(asToolbar);
  }

  fail(sentence) {
    this.failure.textContent = sentence;
    this.failure.hidden = !sentence;
  }

  remove() {
    this.removed = true;
    this.observer.disconnect();
    clearTimeout(this.resizing);
    if (!this.drawing) window.Plotly?.purge(this.figure);
  }

  // The figure in Plotly's form: with arrays, colours, theme and size filled in, and adapted to a narrow window.
  themed() {
    this.enlarged = enlargement(this.theme);
    const { data, layout, frames } = this.resolve(this.message.figure);
    const { clickable, selectable, height, table } = this.message;
    const size = { width: this.width, height };
    Object.assign(layout, size, { template: template(this.theme, this.enlarged), clickanywhere: clickable });
    if (selectable) layout.clickmode = "event+select";
    layout.modebar = { remove: selectable ? [] : ["select2d", "lasso2d"], ...layout.modebar };
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode ??= false; // a finger scrolls the page
    layout.margin ??= {};
    if (table) layout.margin.t = Math.max(layout.margin.t ?? 0, 40 * this.enlarged); // room for the toggle
    if (this.width < NARROW) {
      const sides = { l: 8, r: 8, b: 8 };
      for (const side in sides) layout.margin[side] = Math.min(layout.margin[side] ?? Infinity, sides[side]);
      const below = { orientation: "h", x: 0, xanchor: "left", y: 0, yanchor: "bottom", yref: "container" };
      layout.legend = { ...layout.legend, ...below, maxheight: Math.max(0.2 * height, TWO_LINES) };
    }
    const eye = layout.scene?.camera?.eye;
    for (const axis in eye) eye[axis] *= this.distance(layout.uirevision, height);
    return enlarged({ data, layout, frames }, this.enlarged);
  }

  // A scene fills the height; if that is the longer side, the camera has to be farther away. Plotly discards the user's
  // camera whenever this default changes, so the distance is kept while the axes stay the same.
  distance(revision, height) {
    if (this.stood?.revision !== revision) this.stood = { revision, distance: Math.max(1, height / this.width) };
    return this.stood.distance;
  }

  resolve(node) {
    return resolved(node, this.blocks, this.figure);
  }

  // The same buttons each time, because Plotly redraws everything when its configuration changes.
  config(plotly) {
    this.buttons ??= ["png", "svg"].map((format) => ({
      name: format,
      title: `Download as ${format.toUpperCase()}`,
      icon: format === "png" ? plotly.Icons.camera : plotly.Icons.disk,
      click: () => this.download(plotly, format),
    }));
    return {
      displaylogo: false,
      plotGlPixelRatio: devicePixelRatio, // Plotly's 2 draws four times the pixels that most screens can show
      showSendToCloud: false,
      scrollZoom: "gl3d", // elsewhere the wheel scrolls the page
      doubleClickDelay: this.message.clickable ? 0 : 300, // where clicks place points, two quick clicks are two points
      modeBarButtonsToRemove: ["toImage", "autoScale2d", "resetCameraLastSave3d", "hoverClosest3d"],
      modeBarButtonsToAdd: this.buttons,
    };
  }

  download(plotly, format) {
    const { data, layout } = this.picture();
    const picture = { data, layout: { ...layout, paper_bgcolor: this.theme["--st-background-color"] } };
    const { height, name: filename } = this.message;
    const scale = format === "png" ? 2 : 1;
    plotly.downloadImage(picture, { format, filename, width: this.width, height, scale });
  }

  // The figure of a download.
  picture() {
    return { data: this.figure.data, layout: this.figure.layout };
  }

  listen() {
    const { clickable, selectable } = this.message;
    const revision = this.message.figure.layout.uirevision; // when it changes, Plotly drops selections
    const pick = (points) => this.tell.state("picked", { revision, rows: rowNumbers(points) });
    const answers = {
      plotly_click: ({ xvals, yvals, points }) => {
        const place = [xvals?.[0], yvals?.[0]]; // absent in 3-D; text on a time or category axis
        if (clickable && place.every(Number.isFinite)) this.tell.trigger("clicked", place);
        if (selectable && NOT_SELECTABLE.test(points[0]?.fullData.type)) pick(points);
        // Otherwise the next click fails on the empty list that this one leaves (plotly.js 4.1).
        if (!points.length) this.figure._hoverdata = undefined;
      },
      plotly_selected: (selection) => selectable && selection && pick(selection.points),
      plotly_deselect: () => selectable && pick([]),
    };
    for (const [name, answer] of Object.entries(answers)) {
      this.figure.removeAllListeners(name);
      this.figure.on(name, answer);
    }
  }
}

// Makes Plotly's mode bar one stop of the Tab key, within which arrows, Home and End move (ARIA's toolbar pattern).
function asToolbar(bar) {
  const buttons = [...bar.querySelectorAll(".modebar-btn")];
  const stop = (chosen) => buttons.forEach((button) => (button.tabIndex = button === chosen ? 0 : -1));
  bar.ariaLabel = "Chart tools";
  stop(buttons.find((button) => button === document.activeElement) ?? buttons[0]);
  bar.onkeydown = (event) => {
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1 + buttons.length, Home: 0, End: buttons.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = buttons[to % buttons.length];
    stop(next);
    next.focus();
  };
}

// plotly.js is in Streamlit's static folder, which is found by the address of Streamlit's own script: that is right for
// deep links, base paths and proxies that strip a prefix. The promise belongs to the page, not to the component, because
// a second copy of the library would replace the first.
function loadPlotly(script) {
  window.explorerPlotly ??= new Promise((resolve, reject) => {
    const element = document.createElement("script");
    const streamlit = document.querySelector('script[src*="static/js/"]').src;
    element.src = new URL(`../../app/static/${script}`, streamlit);
    element.onload = () => resolve(window.Plotly);
    element.onerror = () => {
      window.explorerPlotly = undefined; // the next figure tries again
      reject(new Error(`${element.src} did not load`));
    };
    document.head.append(element);
  });
  return window.explorerPlotly;
}

function unpack(bytes) {
  const length = new DataView(bytes.buffer).getUint32(0, true);
  const message = JSON.parse(new TextDecoder().decode(bytes.subarray(4, 4 + length)));
  return [message, { buffer: bytes.buffer, start: Math.ceil((4 + length) / 8) * 8 }];
}

// A copy of a part of a message, with "var(--st-…)" and array references replaced by their values for `place`.
function resolved(node, blocks, place) {
  if (typeof node === "string") {
    const variable = /^var\((--st-[a-z0-9-]+)\)$/.exec(node);
    return variable ? getComputedStyle(place).getPropertyValue(variable[1]).trim() : node;
  }
  if (Array.isArray(node)) return node.map((value) => resolved(value, blocks, place));
  if (node === null || typeof node !== "object") return node;
  if (Array.isArray(node.array)) return arrayAt(blocks, ...node.array);
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, resolved(value, blocks, place)]));
}

// `type` names a class, "Float32Array"; Plotly takes a matrix as a list of rows.
function arrayAt({ buffer, start }, type, offset, [length, ...inner]) {
  if (!inner.length) return new globalThis[type](buffer, start + offset, length);
  const step = inner.reduce((product, size) => product * size, globalThis[type].BYTES_PER_ELEMENT);
  return Array.from({ length }, (_, row) => arrayAt({ buffer, start }, type, offset + row * step, inner));
}

function rowNumbers(points) {
  const first = (value) => (typeof value === "object" ? value?.[0] : value);
  const rows = points.map(({ customdata }) => first(customdata));
  return [...new Set(rows.filter(Number.isInteger))];
}
