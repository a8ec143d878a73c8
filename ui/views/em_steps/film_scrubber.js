// The curve of the log-likelihood, by which the film is scrubbed: it is dragged anywhere, and has a tick for each half-step,
// a short one for an E-step and a long one for an M-step, with their letters where there is room.

const TICKS = { room: 3, short: 5, long: 10 }; // pixels: the least distance between two, and their lengths
const LETTERS_ROOM = 15; // pixels from one half-step to the next at which their letters are written

class Scrubber extends FilmFigure {
  // `slider` has the keyboard and what a screen reader reads; `onFrame` is told the frame that is dragged to.
  constructor(parent, slider, onFrame) {
    super(parent);
    parent.onpointerdown = (event) => {
      if (event.button || !this.frames) return;
      parent.setPointerCapture(event.pointerId);
      slider.focus({ preventScroll: true, focusVisible: false });
      event.preventDefault(); // the focus would go elsewhere, and text would be selected
      this.held = true;
      onFrame(this.frameAt(event));
    };
    parent.onpointermove = (event) => this.held && onFrame(this.frameAt(event));
    parent.onpointerup = parent.onpointercancel = () => (this.held = false);
  }

  frameAt({ clientX }) {
    const { left } = this.figure.querySelector(".nsewdrag").getBoundingClientRect();
    return this.frames.nearest(this.figure._fullLayout._plots.xy.xaxis.p2c(clientX - left));
  }

  restore() {
    super.restore();
    if (this.layers && !this.removed) this.drawTicks();
  }

  drawTicks() {
    const { xaxis, yaxis, plot } = this.figure._fullLayout._plots.xy;
    this.figure.querySelector(".explorer-film-ticks")?.remove();
    if (!this.frames) return;
    const places = Array.from(this.frames.times, (time) => xaxis.c2p(time));
    const distance = (places[places.length - 1] - places[0]) / (places.length - 1);
    const ground = yaxis._length;
    const group = document.createElementNS(SVG, "g");
    group.setAttribute("class", "explorer-film-ticks");
    const path = group.appendChild(document.createElementNS(SVG, "path"));
    let [ticks, last] = ["", -Infinity];
    places.forEach((x, frame) => {
      const expectation = this.frames.isExpectation(frame);
      if (x - last < TICKS.room || (expectation && distance < TICKS.room)) return;
      last = x;
      ticks += `M${x.toFixed(1)},${ground}v-${expectation ? TICKS.short : TICKS.long}`;
      if (frame === 0 || distance < LETTERS_ROOM) return;
      const letter = group.appendChild(document.createElementNS(SVG, "text"));
      letter.textContent = expectation ? "E" : "M";
      letter.setAttribute("x", x.toFixed(1));
      letter.setAttribute("y", ground - TICKS.long - 3);
    });
    path.setAttribute("d", ticks);
    plot.node().append(group);
  }
}
