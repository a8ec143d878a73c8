// Numbers as text for people, by the rules of gmm_core/number_text.py: a true minus, narrow no-break spaces between
// thousands and before "%", four significant digits, powers of ten. Tests hold both to the same texts.

const THIN = "\u202f";
const [SMALLEST, LARGEST] = [1e-3, 1e15]; // absolute values outside of these are written as powers of ten

function numberText(value, digits = 4) {
  if (value === Infinity || value === -Infinity) return value > 0 ? "∞" : "−∞";
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  if (size && (size < SMALLEST || size >= LARGEST)) {
    const [mantissa, exponent] = value.toExponential(digits - 1).split("e");
    return powerOfTen(Number(mantissa), Number(exponent), digits);
  }
  const before = size ? Math.floor(Math.log10(size)) + 1 : 1;
  return decimalText(value, Math.max(0, digits - before)).replace(/(\.\d*?)0+$/, "$1").replace(/\.$/, "");
}

function powerOfTen(mantissa, exponent, digits = 4) {
  const shown = String(Number(mantissa.toPrecision(digits))).replace("-", "−");
  const raised = `10${superscript(exponent)}`;
  return shown === "1" ? raised : shown === "−1" ? `−${raised}` : `${shown}\u00a0×\u00a0${raised}`;
}

// With a fixed number of decimals, for values that are compared by their differences.
function decimalText(value, decimals) {
  const [whole, part] = Math.abs(value).toFixed(decimals).split(".");
  const text = whole.replace(/\B(?=(\d{3})+$)/g, THIN) + (part ? `.${part}` : "");
  return value < 0 && /[1-9]/.test(text) ? `−${text}` : text;
}

// A count in full.
const wholeText = (count) => decimalText(count, 0);

function percentText(share) {
  if (share > 0 && share < 0.001) return `<0.1${THIN}%`;
  if (share > 0.999 && share < 1) return `>99.9${THIN}%`;
  const percentage = 100 * share;
  const text = percentage < 9.95 ? String(Number(percentage.toPrecision(2))) : percentage.toFixed(percentage < 98.95 ? 0 : 1);
  return `${text.replace(/\.0$/, "")}${THIN}%`;
}

function superscript(exponent) {
  return [...String(exponent)].map((sign) => (sign === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[sign])).join("");
}

// The formats of numbers in Plotly's hover texts, by the name after the colon of "%{z:number}".
const HOVER_FORMATS = {
  number: (value) => numberText(value),
  whole: wholeText,
  percent: percentText,
  tenths: (value) => decimalText(value, 1),
};
