// The frames of a film: the half-step of each frame, its parameters, and the responsibilities that colour it.
// Frame 0 is the start; odd frames follow an E-step, even ones an M-step; the last E-step shows that EM may stop.

const RECENT = 6; // states whose responsibilities are stored, because stepping to and fro needs the same ones again

class FilmFrames {
  constructor(film) {
    Object.assign(this, film); // flat arrays: weights (S, K), means (S, K, E), covariances (S, K, E, E), …
    this.states = this.iterations.length;
    this.components = this.weights.length / this.states;
    this.features = this.means.length / this.weights.length;
    this.points = this.log_joint.length / this.weights.length;
    this.last = 2 * this.states - 1;
    this.recent = new Map();
  }

  stateOf(frame) {
    return frame >> 1;
  }

  // The state whose E-step computed the responsibilities of that frame; -1 before the first E-step.
  expectedOf(frame) {
    return (frame - 1) >> 1;
  }

  isExpectation(frame) {
    return frame % 2 === 1;
  }

  // How many iterations lie between this M-step's frame and the one before: 1, or more where the film skips some.
  stepLength(frame) {
    const state = this.stateOf(frame);
    return state && !this.isExpectation(frame) ? this.iterations[state] - this.iterations[state - 1] : 1;
  }

  // Responsibilities as Plotly takes a matrix: a row for each component, its columns in the order given; empty for null.
  matrix(responsibilities, order) {
    const row = (k) => Array.from(order, (point) => responsibilities?.[point * this.components + k] ?? null);
    return Array.from({ length: this.components }, (_, k) => row(k));
  }

  parameters(state) {
    const [k, e] = [this.components, this.features];
    const part = (array, size) => array.subarray(state * size, (state + 1) * size);
    return {
      weights: part(this.weights, k),
      means: part(this.means, k * e),
      covariances: part(this.covariances, k * e * e),
    };
  }

  joint(state) {
    const size = this.points * this.components;
    return this.log_joint.subarray(state * size, (state + 1) * size);
  }

  // r_nk = exp(joint_nk - log sum exp joint_n), flat (N, K).
  responsibilities(state) {
    if (state < 0) return null;
    const known = this.recent.get(state);
    if (known) return known;
    const [joint, k] = [this.joint(state), this.components];
    const found = new Float32Array(joint.length);
    for (let first = 0; first < joint.length; first += k) {
      let largest = -Infinity;
      for (let i = first; i < first + k; i++) largest = Math.max(largest, joint[i]);
      let sum = 0;
      for (let i = first; i < first + k; i++) sum += found[i] = Math.exp(joint[i] - largest);
      for (let i = first; i < first + k; i++) found[i] /= sum;
    }
    this.recent.set(state, found);
    if (this.recent.size > RECENT) this.recent.delete(this.recent.keys().next().value);
    return found;
  }

  // How much the log-likelihood rose at the M-step that led to a state.
  gain(state) {
    return state ? this.log_likelihoods[state] - this.log_likelihoods[state - 1] : 0;
  }
}

// Interpolates two arrays: a at share 0, b at share 1. Interpolated covariances are covariances too.
function between(a, b, share) {
  if (share >= 1 || a === b || !a) return b;
  return b.map((value, i) => a[i] + share * (value - a[i]));
}

// Σ_k r_nk colour_k, mixed in OKLab as ui/figures/base/blend.py does, as CSS colours.
function mixedColors(responsibilities, laboratory) {
  const k = laboratory.length;
  const colors = new Array(responsibilities.length / k);
  for (let n = 0, at = 0; n < colors.length; n++) {
    let [l, a, b] = [0, 0, 0];
    for (let j = 0; j < k; j++, at++) {
      const share = responsibilities[at];
      l += share * laboratory[j][0];
      a += share * laboratory[j][1];
      b += share * laboratory[j][2];
    }
    const p = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
    const q = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
    const r = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
    const red = screen(4.0767416621 * p - 3.3077115913 * q + 0.2309699292 * r);
    const green = screen(-1.2684380046 * p + 2.6097574011 * q - 0.3413193965 * r);
    const blue = screen(-0.0041960863 * p - 0.7034186147 * q + 1.707614701 * r);
    colors[n] = `rgb(${red},${green},${blue})`;
  }
  return colors;
}

function screen(linear) {
  const clipped = Math.min(1, Math.max(0, linear));
  return Math.round(255 * (clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055));
}
