// Plays the film of a fit: its buttons, keys and clock. film.py describes the message; while the film plays, nothing
// is requested from the server. film_frames.js holds the numbers, film_figure.js draws the pictures, film_formulas.js
// writes the formulas.

const STEP_MILLISECONDS = 300; // how long a single step glides from one half-step's picture to the next
const SLOW = 5; // up to this many half-steps a second the picture glides and the formulas change at every half-step
const WHOLE_SECONDS = 25; // the initial speed is the first that shows the whole film within this time
const REACH = 40; // largest distance, in pixels, from a click to the point that it selects
const LOWEST = 300; // smallest height of the picture, in pixels, even in a low window
const EDGE = 8; // free pixels below the buttons

const films = new WeakMap(); // the Film of each element that Streamlit passes

export default function ({ data, parentElement, setTriggerValue }) {
  return living(films, parentElement, () => new Film(parentElement), (film) => {
    film.tell = setTriggerValue;
    film.receive(data);
  });
}

class Film {
  constructor(parent) {
    const find = (name) => parent.querySelector(`.explorer-film-${name}`);
    this.root = parent.querySelector(".explorer-film");
    for (const name of ["status", "slider", "speed", "play", "gain", "ending", "unknown", "notes", "beside", "row", "transport"]) {
      this[name] = find(name);
    }
    this.picture = new FilmFigure(find("picture"));
    this.curve = new FilmFigure(find("curve"));
    this.heatmap = new FilmFigure(find("heatmap"));
    this.picture.tell = { trigger: (_, place) => this.clicked(place), state() {} };
    this.curve.tell = { trigger: (_, place) => this.scrub(place[0]), state() {} };
    this.heatmap.tell = { trigger: (_, place) => this.pick(this.message.order[Math.floor(place[0])]), state() {} };
    for (const figure of [this.picture, this.curve, this.heatmap]) figure.restored = () => this.repaint();
    this.formulas = new Formulas(find("formulas"), (component) => {
      this.component = component;
      this.explain();
    });
    [this.frame, this.from, this.begun, this.duration] = [0, 0, 0, 0];
    this.wire(find);
  }

  wire(find) {
    this.play.onclick = () => this.toggle();
    find("back").onclick = () => this.step(-1);
    find("on").onclick = () => this.step(1);
    this.slider.oninput = () => {
      this.pause();
      this.go(Number(this.slider.value));
    };
    this.speed.onchange = () => (this.paceChosen = true);
    this.row.onchange = () => this.pickRow(Number(this.row.value));
    this.keys = (event) => this.pressed(event);
    document.addEventListener("keydown", this.keys);
    this.resized = () => this.lay();
    window.addEventListener("resize", this.resized);
    this.observer = new ResizeObserver(() => this.lay());
    this.observer.observe(this.root);
  }

  remove() {
    this.pause();
    cancelAnimationFrame(this.asked);
    document.removeEventListener("keydown", this.keys);
    window.removeEventListener("resize", this.resized);
    this.observer.disconnect();
    [this.picture, this.curve, this.heatmap].forEach((figure) => figure.remove());
  }

  receive(bytes) {
    const same = this.bytes?.length === bytes.length && this.bytes.every((byte, i) => byte === bytes[i]);
    if (!same) {
      this.bytes = bytes.slice();
      [this.message, this.blocks] = unpack(this.bytes);
      this.take(this.message);
    }
    this.lay();
  }

  take(message) {
    const { film, ...numbers } = resolved(message.numbers, this.blocks, this.root);
    Object.assign(message, numbers);
    this.frames = film ? new FilmFrames(film) : null;
    this.scene = { colourNumbers: message.colourNumbers, radius: message.radius, grid: message.grid };
    this.laboratory = message.laboratory;
    const another = message.identity !== this.identity;
    this.identity = message.identity;
    this.painted = {};
    this.root.classList.toggle("explorer-film-placing-means", Boolean(message.placing_means));
    this.beside.hidden = !this.frames;
    this.transport.hidden = !this.frames;
    if (another) {
      this.pause();
      [this.frame, this.from, this.component] = [0, 0, null];
      this.picked = message.first_pick ?? 0;
    }
    if (!this.frames) {
      this.status.textContent = message.words.instruction;
      this.notes.replaceChildren(...message.words.notes.map(text));
      return;
    }
    this.frame = this.from = Math.min(this.frame, this.frames.last);
    this.slider.max = this.frames.last;
    if (!this.paceChosen) {
      const paces = [...this.speed.options].map(({ value }) => Number(value));
      const fitting = paces.find((pace) => pace >= 2 && this.frames.last / pace <= WHOLE_SECONDS);
      this.speed.value = String(fitting ?? paces[paces.length - 1]);
    }
    this.ending.textContent = message.words.ending;
    this.notes.replaceChildren(...message.words.notes.map(text));
    this.showFrame();
  }

  // Passes each figure to its element, with a height that suits the width and the window.
  lay() {
    if (!this.message) return;
    const narrow = this.root.clientWidth < NARROW;
    if (this.message !== this.laid) [this.laid, this.figures] = [this.message, {}];
    const room = this.room();
    for (const [name, figure] of Object.entries(this.message.figures)) {
      const wanted = narrow ? figure.narrow_height : figure.height;
      const height = name === "picture" ? Math.max(LOWEST, Math.min(wanted, room)) : wanted;
      if (this.figures[name]?.height !== height) this.figures[name] = { ...figure, script: this.message.script, height };
      this[name].accept(this.figures[name], this.blocks);
    }
  }

  // The largest height of the picture, in pixels, at which the buttons and the status below it are visible too while the
  // page is at its top. The root's height is used because a phone's browser bars, which come and go, are no part of it.
  room() {
    const { top, bottom } = this.picture.figure.getBoundingClientRect();
    const scrolled = this.root.closest("[data-testid=stMain]")?.scrollTop ?? 0;
    const below = this.frames ? this.status.getBoundingClientRect().bottom - bottom : 0;
    return Math.floor(document.documentElement.clientHeight - top - scrolled - below - EDGE);
  }

  // --- the clock -----------------------------------------------------------------------------------------------

  get pace() {
    return Number(this.speed.value);
  }

  get glides() {
    return !matchMedia("(prefers-reduced-motion: reduce)").matches;
  }

  toggle() {
    if (this.playing) return this.pause();
    if (!this.frames) return;
    this.playing = true;
    this.status.ariaLive = "off"; // a screen reader could not read thirty sentences a second
    this.play.textContent = "Pause";
    this.go(this.frame === this.frames.last ? 0 : this.frame + 1);
  }

  pause() {
    if (!this.playing) return;
    this.playing = false;
    this.status.ariaLive = "polite";
    this.play.textContent = "Play";
    this.showFrame();
  }

  step(by) {
    this.pause();
    this.go(this.frame + by, STEP_MILLISECONDS);
  }

  scrub(iteration) {
    if (!this.frames) return;
    const distances = Array.from(this.frames.iterations, (known) => Math.abs(known - iteration));
    this.pause();
    this.go(2 * distances.indexOf(Math.min(...distances)));
  }

  go(frame, milliseconds, begun = performance.now()) {
    if (!this.frames) return;
    const wanted = Math.min(this.frames.last, Math.max(0, frame));
    const gliding = this.pace <= SLOW || !this.playing;
    const time = milliseconds ?? (this.playing ? Math.min(STEP_MILLISECONDS, 700 / this.pace) : 0);
    this.duration = this.glides && gliding && Math.abs(wanted - this.frame) === 1 ? time : 0;
    this.from = this.frame;
    this.frame = wanted;
    this.begun = begun;
    this.showFrame();
    this.ask();
  }

  ask() {
    cancelAnimationFrame(this.asked);
    this.asked = requestAnimationFrame(() => this.tick(performance.now()));
  }

  tick(now) {
    if (!this.frames) return;
    const share = this.duration ? Math.min(1, (now - this.begun) / this.duration) : 1;
    this.paint(share);
    const due = this.begun + 1000 / this.pace;
    if (this.playing && now >= due) {
      // Measured from when the step was due, so that the screen's refresh rate does not slow the film; on a slow machine
      // no missed steps are made up for.
      if (this.frame < this.frames.last) this.go(this.frame + 1, undefined, Math.max(due, now - 1000 / this.pace));
      else this.pause();
    } else if (share < 1 || this.playing) this.ask();
  }

  // --- the pictures --------------------------------------------------------------------------------------------

  repaint() {
    this.painted = {};
    if (!this.frames) return;
    this.ring();
    this.paint(1);
  }

  // Moves the ring to the point whose numbers the formulas show.
  ring() {
    const [x, y] = [0, 1].map((axis) => this.message.points[2 * this.picked + axis]);
    this.picture.move("picked", [x], [y]);
  }

  // Draws the picture at this share of the way from the previous frame to the current one.
  paint(share) {
    const { frames, frame, from, painted } = this;
    const [state, before] = [frames.stateOf(frame), frames.stateOf(from)];
    const moment = state === before ? 1 : share;
    if (painted.state !== state || painted.moment !== moment) {
      const [there, here] = [frames.parameters(state), frames.parameters(before)];
      const now = Object.fromEntries(Object.keys(there).map((name) => [name, between(here[name], there[name], moment)]));
      const draw = (uid, x, y) => this.picture.move(uid, x, y);
      SCENES[this.message.scene](frames, this.scene, state, now, painted.state !== state, draw);
      this.paintCurve(before, state, moment);
    }
    const [expected, earlier] = [frames.expectedOf(frame), frames.expectedOf(from)];
    const fade = expected === earlier || expected < 0 || earlier < 0 ? 1 : share;
    if (painted.expected !== expected || painted.fade !== fade) {
      const now = expected < 0 ? null : between(frames.responsibilities(earlier), frames.responsibilities(expected), fade);
      this.picture.recolor(now ? mixedColors(now, this.laboratory) : []);
      this.heatmap.repaint(this.heatmapOf(now), () => frames.matrix(now, this.message.order));
      this.unknown.hidden = Boolean(now);
    }
    this.painted = { state, moment, expected, fade };
    this.root.dataset.painted = frame; // for tests and benchmarks
  }

  paintCurve(before, state, moment) {
    const { iterations, log_likelihoods: values } = this.frames;
    const at = (array) => array[before] + moment * (array[state] - array[before]);
    const now = [at(iterations), at(values)];
    this.curve.move("so-far", [...iterations.slice(0, state), now[0]], [...values.slice(0, state), now[1]]);
    // While the log-likelihood is below the axis, the mark stays at the label that says so.
    const [low] = this.message.figures.curve.lowest;
    this.curve.move("mark", [now[0]], [Math.max(now[1], low)]);
  }

  // One pixel per responsibility; the points' columns have the order of the last state.
  heatmapOf(responsibilities) {
    const { points, components } = this.frames;
    const canvas = (this.canvas ??= document.createElement("canvas"));
    if (canvas.width !== points || canvas.height !== components) Object.assign(canvas, { width: points, height: components });
    const context = canvas.getContext("2d");
    const image = context.createImageData(points, components);
    if (responsibilities) {
      for (let x = 0; x < points; x++) {
        const first = this.message.order[x] * components;
        for (let k = 0; k < components; k++) {
          const shade = 3 * Math.round(255 * responsibilities[first + k]);
          const at = 4 * (k * points + x);
          for (let channel = 0; channel < 3; channel++) image.data[at + channel] = this.message.shades[shade + channel];
          image.data[at + 3] = 255;
        }
      }
    }
    context.putImageData(image, 0, 0);
    return canvas;
  }

  // --- the words -----------------------------------------------------------------------------------------------

  showFrame() {
    if (!this.frames) return;
    const sentence = this.sentence();
    this.slider.value = this.frame;
    this.slider.ariaValueText = sentence;
    this.status.textContent = sentence;
    this.root.dataset.frame = this.frame;
    const now = performance.now();
    if (this.playing && this.pace > SLOW && now - (this.explained ?? 0) < 250) return;
    this.explained = now;
    this.explain();
  }

  explain() {
    const { frames, frame, message } = this;
    this.ring();
    this.row.value = message.rows[this.picked];
    this.formulas.show(frames, message, frame, this.picked, this.component);
    const state = frames.stateOf(frame);
    const gain = state ? `the M-step of iteration ${frames.iterations[state]} raised it by ${figures(frames.gain(state))}` : "no M-step has been taken yet";
    this.gain.textContent = frames.reseeded[state] ? `${frames.reseeded[state] > 1 ? "components were" : "a component was"} re-initialised here, the only case in which it may fall` : gain;
  }

  sentence() {
    const { frames, frame } = this;
    const state = frames.stateOf(frame);
    const value = `log-likelihood ${likelihoodText(frames.log_likelihoods[state])}`;
    if (frame === 0) return `Start: ${value}`;
    if (frame === frames.last) return `${this.message.words.last}: ${value}`;
    const iteration = frames.iterations[state] + (frames.isExpectation(frame) ? 1 : 0);
    return `Iteration ${iteration.toLocaleString("en")}, after the ${frames.isExpectation(frame) ? "E" : "M"}-step: ${value}`;
  }

  // --- input ----------------------------------------------------------------------------------------------

  clicked(place) {
    if (this.message.placing_means) return this.tell("clicked", place);
    if (this.frames) this.pick(this.nearest(place));
  }

  pick(position) {
    if (!this.frames || position === undefined) return;
    this.picked = position;
    this.component = null;
    this.explain();
  }

  // Selects the drawn row whose number is nearest to the typed one, in the direction of the change: so a step of the
  // field by one reaches the next drawn row.
  pickRow(wanted) {
    const { rows } = this.message;
    const before = rows[this.picked];
    const candidates = [...rows.keys()].filter((n) => Math.sign(rows[n] - before) === Math.sign(wanted - before));
    const distance = (n) => Math.abs(rows[n] - wanted);
    this.pick(candidates.reduce((best, n) => (distance(n) < distance(best) ? n : best), candidates[0] ?? this.picked));
  }

  nearest([x, y]) {
    const inLine = this.message.scene === "line";
    const here = this.picture.place("picked", x, y);
    let [best, closest] = [undefined, inLine ? Infinity : REACH];
    for (let n = 0; n < this.frames.points; n++) {
      const there = this.picture.place("picked", this.message.points[2 * n], this.message.points[2 * n + 1]);
      const distance = Math.hypot(there[0] - here[0], inLine ? 0 : there[1] - here[1]);
      if (distance < closest) [best, closest] = [n, distance];
    }
    return best;
  }

  // Space plays, arrows step, Home and End jump to the ends, wherever on the page these keys have no other meaning.
  pressed(event) {
    const { target, key } = event;
    if (!this.frames || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (target !== document.body && !this.root.contains(target)) return;
    if (target.matches("select, summary, [type=number]")) return;
    const onButton = target.matches("button");
    const acts = {
      " ": () => !onButton && this.toggle(),
      ArrowRight: () => this.step(1),
      ArrowLeft: () => this.step(-1),
      Home: () => this.jump(0),
      End: () => this.jump(this.frames.last),
    };
    if (!acts[key] || acts[key]() === false) return;
    event.preventDefault();
  }

  jump(frame) {
    this.pause();
    this.go(frame);
  }
}

function likelihoodText(value) {
  return Math.abs(value) >= 100 ? grouped(value, 1) : figures(value, 4);
}
