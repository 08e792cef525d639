// ACEScct (S-2016-001), half floats and the baked view, in JavaScript: the canvas fall-back's maths.

const ACESCCT = { slope: 10.5402377416545, offset: 0.0729055341958355, cut: 0.0078125 };
ACESCCT.cutCode = ACESCCT.slope * ACESCCT.cut + ACESCCT.offset;

const toLinear = (code) =>
  code <= ACESCCT.cutCode ? (code - ACESCCT.offset) / ACESCCT.slope : 2 ** (code * 17.52 - 9.72);

const toLog = (linear) =>
  linear <= ACESCCT.cut
    ? ACESCCT.slope * linear + ACESCCT.offset
    : (Math.log2(linear) + 9.72) / 17.52;

// Every half float's value, by its 16 bits.
let halves = null;
const halfValues = () => {
  if (halves) return halves;
  halves = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) {
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    const sign = bits & 0x8000 ? -1 : 1;
    if (exponent === 31) halves[bits] = fraction ? 0 : sign * 65504;
    else if (exponent === 0) halves[bits] = sign * fraction * 2 ** -24;
    else halves[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return halves;
};

// By half bits: the ACEScct code after the exposure, and the scene-linear value after it.
const exposureTables = (stops) => {
  const values = halfValues();
  const gain = 2 ** stops;
  const code = new Float32Array(65536);
  const linear = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits += 1) {
    linear[bits] = toLinear(values[bits]) * gain;
    code[bits] = stops === 0 ? values[bits] : toLog(linear[bits]);
  }
  return { stops, code, linear };
};

// Eight bits of ACEScct as half bits, so that both encodings take one way.
let bytesAsHalf = null;
const halfOfByte = () => {
  if (bytesAsHalf) return bytesAsHalf;
  const values = halfValues();
  bytesAsHalf = new Uint16Array(256);
  let bits = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    const wanted = byte / 255;
    while (bits < 0x3c00 && values[bits] < wanted) bits += 1;
    const below = bits > 0 && wanted - values[bits - 1] < values[bits] - wanted;
    bytesAsHalf[byte] = below ? bits - 1 : bits;
  }
  return bytesAsHalf;
};

// Trilinear, as the shader's sampler does it; writes three display codes into `out`.
const sampleLut = (lut, red, green, blue, out) => {
  const { size, values } = lut;
  const top = size - 1;
  const r = clamp(red, 0, 1) * top;
  const g = clamp(green, 0, 1) * top;
  const b = clamp(blue, 0, 1) * top;
  const r0 = Math.min(Math.floor(r), top - 1);
  const g0 = Math.min(Math.floor(g), top - 1);
  const b0 = Math.min(Math.floor(b), top - 1);
  const fr = r - r0;
  const fg = g - g0;
  const fb = b - b0;
  const row = size * 3;
  const plane = size * row;
  const at = b0 * plane + g0 * row + r0 * 3;
  for (let c = 0; c < 3; c += 1) {
    const i = at + c;
    const j = i + plane;
    const x00 = values[i] + fr * (values[i + 3] - values[i]);
    const x10 = values[i + row] + fr * (values[i + row + 3] - values[i + row]);
    const x01 = values[j] + fr * (values[j + 3] - values[j]);
    const x11 = values[j + row] + fr * (values[j + row + 3] - values[j + row]);
    const y0 = x00 + fg * (x10 - x00);
    out[c] = y0 + fb * (x01 + fg * (x11 - x01) - y0);
  }
};
