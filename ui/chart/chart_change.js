// What a chart says of a change of K alone: the contours of the fit before stay for a second, and the readout compares BIC.

const GHOST_MILLISECONDS = 1000;

// The sentence on two fits that differ in K alone, each as the figure's `meta` describes it; empty for all others.
function changeOfBic(before, now) {
  const [earlier, fit] = [before?.fit, now?.fit];
  const comparable = earlier && fit && before.data === now.data && earlier.settings === fit.settings && earlier.k !== fit.k;
  if (!comparable || !Number.isFinite(earlier.bic) || !Number.isFinite(fit.bic)) return "";
  const change = Math.round(10 * (fit.bic - earlier.bic)) / 10;
  if (!change) return "BIC the same";
  const size = decimalText(Math.abs(change), 1);
  return change > 0 ? `BIC +${size}, worse` : `BIC −${size}, better`;
}

class ChangeOfK {
  constructor(chart, parent) {
    this.chart = chart;
    this.sentence = parent.querySelector(".explorer-chart-change");
    this.contours = [];
  }

  // Compares a new figure with the one that is drawn; `revision` names the data and the axes.
  take(meta, revision) {
    const words = changeOfBic(this.meta, meta);
    const comparable = this.meta?.fit && meta?.fit && this.meta.data === meta.data && this.meta.fit.settings === meta.fit.settings;
    if (!comparable || this.meta.fit.k !== meta.fit.k) this.sentence.textContent = words;
    const drawn = words && this.revision === revision ? this.chart.traces() : [];
    this.contours = drawn.filter(({ uid }) => uid.startsWith("ellipses-")).map(({ x, y, xaxis, yaxis }) => ({ x, y, xaxis, yaxis }));
    [this.meta, this.revision] = [meta, revision];
  }

  // Draws the contours of the fit before, once, and takes them away after a second.
  draw() {
    if (!this.contours.length) return;
    const plots = this.chart.figure._fullLayout._plots ?? {};
    const ghosts = this.contours.map(({ x, y, xaxis = "x", yaxis = "y" }) => {
      const plot = plots[xaxis + yaxis];
      const ghost = document.createElementNS(SVG_NAMESPACE, "path");
      ghost.setAttribute("class", "explorer-chart-ghost");
      if (plot) ghost.setAttribute("d", lineThrough(x, y, plot));
      plot?.plot.node().append(ghost);
      return ghost;
    });
    this.contours = [];
    setTimeout(() => ghosts.forEach((ghost) => ghost.remove()), GHOST_MILLISECONDS);
  }
}

function lineThrough(x, y, { xaxis, yaxis }) {
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
