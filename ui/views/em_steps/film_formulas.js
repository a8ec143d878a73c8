// The formulas of the current half-step with the current numbers put in, as MathML and tables.

const MATH = "http://www.w3.org/1998/Math/MathML";
const LONGEST_SUM = 26; // characters up to which a sum is written out, so that no formula is wider than its column
const WORKED = 5; // digits of the numbers in a formula, enough to recompute its result to three digits

class Formulas {
  constructor(place, onComponent) {
    this.place = place;
    this.onComponent = onComponent;
  }

  // picked: position of the drawn point; component: the one whose numbers are shown, or null for that of
  // largest responsibility.
  show(frames, message, frame, picked, component) {
    const state = frames.stateOf(frame);
    const shown = { frames, message, frame, state, picked, parameters: frames.parameters(state) };
    const expected = frames.responsibilities(frames.expectedOf(frame) < 0 ? 0 : frames.expectedOf(frame));
    const k = frames.components;
    shown.responsibilities = expected.subarray(picked * k, (picked + 1) * k);
    shown.component = component ?? shown.responsibilities.indexOf(Math.max(...shown.responsibilities));
    shown.rowName = `row ${message.rows[picked].toLocaleString("en")}`;
    const card = frame === 0 ? this.start : frames.isExpectation(frame) ? this.expectation : this.maximization;
    const buttons = () => [...this.place.querySelectorAll("button")];
    const focused = buttons().indexOf(document.activeElement);
    this.place.replaceChildren(...card.call(this, shown));
    buttons()[focused]?.focus(); // the new buttons replaced the focused one
  }

  start({ frames, message, parameters, component }) {
    return [
      heading("The start"),
      text(message.words.start),
      this.table(["k", "π", ...message.labels.map((label) => `μ: ${label}`)], frames.components, message, component, (k) => [
        figures(parameters.weights[k]),
        ...coordinates(parameters, k, message),
      ]),
      text("The E-step asks how likely each component made each point; the M-step moves the components accordingly."),
    ];
  }

  expectation({ frames, message, state, parameters, picked, component, responsibilities, rowName }) {
    const k = frames.components;
    const joint = frames.joint(state).subarray(picked * k, (picked + 1) * k);
    const logSum = Math.max(...joint) + Math.log(joint.reduce((sum, log) => sum + Math.exp(log - Math.max(...joint)), 0));
    const product = (j, digits) => figuresOfLog(joint[j], digits);
    const density = (j, digits) => figuresOfLog(joint[j] - Math.log(parameters.weights[j]), digits);
    const share = (j) => figuresOfLog(joint[j] - logSum);
    const normal = (index) => row(word("N"), "(", sub("x", "n"), "|", sub("μ", index), ",", sub("Σ", index), ")");
    const all = [...Array(k).keys()];
    const products = all.map((j) => product(j, WORKED));
    const written = products.join(" + ").length <= LONGEST_SUM;
    const terms = written
      ? products.flatMap((each, j) => [...(j ? ["+"] : []), leaf("mn", each)])
      : [leaf("mn", figuresOfLog(logSum, WORKED))];
    const subscript = row("n", String(component + 1));
    return [
      heading(`E-step: how likely did each component make ${rowName}?`),
      formula(
        sub("r", row("n", "k")), "=",
        fraction(
          row(sub("π", "k"), normal("k")),
          row(sumOver("j"), sub("π", "j"), normal("j")),
        ),
      ),
      this.table(
        ["k", "π", "× N(x | μ, Σ)", "= product", "r"], k, message, component,
        (j) => [figures(parameters.weights[j]), density(j), product(j), share(j)],
        { lengths: responsibilities, column: 4 },
      ),
      formulas(
        [
          sub("r", subscript), "=",
          fraction(row(numeral(parameters.weights[component], WORKED), "×", leaf("mn", density(component, WORKED))), row(...terms)),
        ],
        ["≈", leaf("mn", share(component))],
      ),
      text(`The sum, ${figuresOfLog(logSum)}, is the mixture's density p(x) there; its logarithm over all points adds up to the log-likelihood.`),
      text(message.words.units),
    ];
  }

  maximization({ frames, message, frame, state, parameters, component, responsibilities, rowName }) {
    const k = component;
    const rows = message.total_rows;
    const count = parameters.weights[k] * rows;
    const name = String(k + 1);
    const means = coordinates(parameters, k, message);
    const sums = message.labels.map((_, axis) => figures(parameters.means[frames.features * k + axis] * count, WORKED));
    if (frames.reseeded[state]) {
      return [
        ...(frames.reseeded[state] > 1
          ? [
              heading(`${frames.reseeded[state]} components are re-initialised`),
              text("They had lost all their points. Each starts again on the point that is least likely then, so here, and only here, the log-likelihood may fall."),
            ]
          : [
              heading("A component is re-initialised"),
              text("One component had lost all its points. It starts again on the least likely point, so here, and only here, the log-likelihood may fall."),
            ]),
      ];
    }
    const length = frames.stepLength(frame);
    const pull = responsibilities[k] / count;
    return [
      heading(`M-step: the parameters that fit these responsibilities best`),
      ...(length > 1 ? [text(`The film skips ${length - 1} iterations here.`)] : []),
      formulas(
        [sub("N", "k"), "=", sumOver("n"), sub("r", row("n", "k"))],
        [sub("π", "k"), "=", fraction(sub("N", "k"), "N")],
        [sub("μ", "k"), "=", fraction(row(sumOver("n"), sub("r", row("n", "k")), sub("x", "n")), sub("N", "k"))],
      ),
      this.table(
        ["k", "N", "π", ...message.labels.map((label) => `μ: ${label}`)], frames.components, message, component,
        (j) => [figures(parameters.weights[j] * rows), figures(parameters.weights[j]), ...coordinates(parameters, j, message)],
        { lengths: parameters.weights, column: 2 },
      ),
      formula(
        sub("π", name), "=", fraction(numeral(count, WORKED), plainNumber(rows)), "≈", numeral(parameters.weights[k]),
      ),
      formulas(
        [sub("μ", name), "=", ...scaled(sums, numeral(count, WORKED))],
        ["≈", column(means)],
      ),
      text(`${capital(rowName)} counts ${figures(responsibilities[k])} of a point for component ${name}: ${figures(100 * pull)} % of this mean.`),
      formula(
        sub("W", "k"), "=", sumOver("n"), sub("r", row("n", "k")),
        "(", sub("x", "n"), "−", sub("μ", "k"), ")", power(row("(", sub("x", "n"), "−", sub("μ", "k"), ")"), "T"),
      ),
      formula(built(message.covariance_formula)),
      formula(sub("Σ", name), "=", matrix(covariance(parameters, k, frames.features))),
      text(message.words.units),
    ];
  }

  // A row for each component; its first cell is a button that selects the component whose numbers the formulas show.
  table(names, n, message, chosen, cells, bars) {
    const table = element("table", { className: "explorer-film-numbers" });
    const head = table.createTHead().insertRow();
    names.forEach((name) => head.append(element("th", { scope: "col", textContent: name })));
    const body = table.createTBody();
    for (let k = 0; k < n; k++) {
      const line = body.insertRow();
      line.ariaSelected = String(k === chosen);
      const button = element("button", { type: "button", textContent: String(k + 1) });
      button.ariaLabel = `Component ${k + 1}: put its numbers into the formulas`;
      button.ariaPressed = String(k === chosen);
      button.style.borderLeftColor = message.colors[k];
      button.onclick = () => this.onComponent(k);
      line.append(element("th", { scope: "row" }, button));
      cells(k).forEach((value) => line.append(element("td", { textContent: value })));
      if (bars) {
        const cell = line.cells[bars.column];
        cell.className = "bar";
        cell.style.setProperty("--share", `${(100 * Math.min(1, bars.lengths[k])).toFixed(1)}%`);
        cell.style.setProperty("--color", message.colors[k]);
      }
    }
    return element("div", { className: "explorer-film-scroll" }, table);
  }
}

function coordinates({ means }, k, { labels, spans }) {
  return labels.map((_, axis) => coordinate(means[labels.length * k + axis], spans[axis]));
}

function covariance({ covariances }, k, features) {
  const entry = (i, j) => figures(covariances[features * features * k + features * i + j]);
  const axes = [...Array(features).keys()];
  return axes.map((i) => axes.map((j) => entry(i, j)));
}

// A number with three significant digits: 0.0123, −1,130, 1.23 × 10⁻⁷.
function figures(value, digits = 3) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size && (size < 1e-3 || size >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return `${mantissa} × 10${superscript(Number(exponent))}`.replaceAll("-", "−");
  }
  const rounded = Number(value.toPrecision(digits));
  const decimals = size ? Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)))) : 0;
  return grouped(rounded, decimals);
}

// e to the power of `log` in the same form, even where it is too small for a float.
function figuresOfLog(log, digits = 3) {
  if (log > -600 || !Number.isFinite(log)) return figures(Math.exp(log), digits);
  const exponent = Math.floor(log / Math.LN10);
  return `${(10 ** (log / Math.LN10 - exponent)).toFixed(digits - 1)} × 10${superscript(exponent)}`;
}

// A coordinate with three significant digits, or with the decimals that tell apart values along its axis.
function coordinate(value, span) {
  const bySpan = 2 - Math.floor(Math.log10(span));
  const bySize = value ? 2 - Math.floor(Math.log10(Math.abs(value))) : 0;
  return grouped(value, Math.min(8, Math.max(0, bySpan, Math.min(bySize, bySpan + 1))));
}

function grouped(value, decimals) {
  const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals };
  return value.toLocaleString("en", options).replace("-", "−");
}

function superscript(exponent) {
  return [...String(exponent)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");
}

function capital(words) {
  return words[0].toUpperCase() + words.slice(1);
}

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

function heading(words) {
  return element("h3", { textContent: words });
}

function text(words) {
  return element("p", { textContent: words });
}

// MathML: a string becomes an identifier, a number or an operator, depending on its characters.
function formula(...parts) {
  return formulas(parts);
}

// Several formulas, in one line where there is room.
function formulas(...each) {
  const maths = each.map((parts) => {
    const math = mathml("math", mathml("mrow", ...parts));
    math.setAttribute("display", "block");
    if (parts[0] === "≈") math.setAttribute("class", "explorer-film-continued");
    return math;
  });
  return element("div", { className: "explorer-film-formula" }, ...maths);
}

function mathml(tag, ...children) {
  const made = document.createElementNS(MATH, tag);
  made.append(...children.map((child) => (typeof child === "string" ? token(child) : child)));
  return made;
}

// A tree of gmm_core/model/covariance/formula.py: a string is a symbol, a list is an element with its tag first.
function built(tree) {
  if (typeof tree === "string") return token(tree);
  const [tag, ...parts] = tree;
  return tag === "word" ? word(...parts) : mathml(tag, ...parts.map(built));
}

function token(written) {
  const tag = /^[−\d]*\d[\d.,]*$/.test(written) ? "mn" : /^[\p{L}]$/u.test(written) ? "mi" : "mo";
  const made = leaf(tag, written);
  if (tag === "mo") made.setAttribute("stretchy", "false"); // otherwise parentheses grow as high as a sum beside them
  return made;
}

function leaf(tag, written) {
  const made = document.createElementNS(MATH, tag);
  made.textContent = written;
  return made;
}

function word(written) {
  const made = leaf("mi", written);
  made.setAttribute("mathvariant", "normal");
  return made;
}

const numeral = (value, digits) => leaf("mn", figures(value, digits));
const plainNumber = (value) => leaf("mn", value.toLocaleString("en"));
const row = (...parts) => mathml("mrow", ...parts);
const sub = (base, index) => mathml("msub", base, index);
const power = (base, exponent) => mathml("msup", base, exponent);
const fraction = (above, below) => mathml("mfrac", above, below);
const sumOver = (index) => mathml("munder", "∑", index);
const scaled = (sums, count) =>
  sums.length === 1 ? [fraction(leaf("mn", sums[0]), count)] : [fraction("1", count), column(sums)];
const column = (values) => matrix(values.map((value) => [value]));

function matrix(rows) {
  const cells = (values) => mathml("mtr", ...values.map((value) => mathml("mtd", leaf("mn", value))));
  return rows.length === 1 && rows[0].length === 1
    ? leaf("mn", rows[0][0])
    : mathml("mtable", ...rows.map(cells));
}
