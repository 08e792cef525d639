// Pictures and the LUT as textures: uploaded once, as the bytes that came.

const LUT_UNIT = 2;
const KEPT_AT_MOST = 8;

// The LUT as RGBA floats.
const widened = ({ size, halves: codes }) => {
  const values = halfValues();
  const wide = new Float32Array(size ** 3 * 4);
  for (let from = 0, to = 0; from < codes.length; from += 3, to += 4) {
    for (let c = 0; c < 3; c += 1) wide[to + c] = values[codes[from + c]];
  }
  return wide;
};

class Textures {
  // A software renderer reads floats twice as fast as halves; a GPU does not care.
  constructor(gl, software) {
    this.gl = gl;
    this.wide = software && gl.getExtension("OES_texture_float_linear") !== null;
    this.kept = new Map(); // by picture, the longest unused first
    this.lutTexture = gl.createTexture();
    this.lut = null;
    gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
    gl.pixelStorei(gl.UNPACK_COLORSPACE_CONVERSION_WEBGL, gl.NONE);
  }

  bind(unit, picture, scale) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + unit);
    const entry = this.kept.get(picture) ?? this.upload(picture);
    gl.bindTexture(gl.TEXTURE_2D, entry.texture);
    this.kept.delete(picture);
    this.kept.set(picture, entry);
    this.filter(entry, picture, scale);
  }

  // Into the texture that was not used for longest, once there are enough.
  upload(picture) {
    const { gl } = this;
    const entry = this.kept.size < KEPT_AT_MOST ? this.create() : this.reuse();
    gl.bindTexture(gl.TEXTURE_2D, entry.texture);
    const { width, height } = picture;
    const [stored, layout, type] = this.format(picture);
    const shape = `${stored} ${width} ${height}`;
    const pixels = picture.bitmap ?? picture.bytes ?? picture.halves;
    if (entry.shape === shape) {
      gl.texSubImage2D(gl.TEXTURE_2D, 0, 0, 0, width, height, layout, type, pixels);
    } else {
      gl.texImage2D(gl.TEXTURE_2D, 0, stored, width, height, 0, layout, type, pixels);
    }
    return Object.assign(entry, { shape });
  }

  create() {
    const { gl } = this;
    const texture = gl.createTexture();
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
    return { texture, shape: "", filter: 0 };
  }

  reuse() {
    const [oldest] = this.kept.keys();
    const entry = this.kept.get(oldest);
    this.kept.delete(oldest);
    return entry;
  }

  format(picture) {
    const { gl } = this;
    if (picture.bitmap) return [gl.RGBA8, gl.RGBA, gl.UNSIGNED_BYTE];
    if (picture.bytes) return [gl.R8, gl.RED, gl.UNSIGNED_BYTE];
    if (picture.channels === 1) return [gl.R16F, gl.RED, gl.HALF_FLOAT];
    return [gl.RGB16F, gl.RGB, gl.HALF_FLOAT];
  }

  // Nearest from two screen pixels a texel on, so that a pixel can be seen as one; and where a
  // picture has the size it is shown at, so that it stays as sharp as it came.
  filter(entry, picture, scale) {
    const { gl } = this;
    const [x0, , x1] = picture.region;
    const shown = (x1 - x0) * scale[0];
    const nearest = shown >= 1.999 * picture.width || Math.abs(shown - picture.width) < 0.75;
    const wanted = nearest ? gl.NEAREST : gl.LINEAR;
    if (entry.filter === wanted) return;
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, wanted);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, wanted);
    entry.filter = wanted;
  }

  bindLut(lut) {
    const { gl } = this;
    gl.activeTexture(gl.TEXTURE0 + LUT_UNIT);
    gl.bindTexture(gl.TEXTURE_3D, this.lutTexture);
    if (this.lut === lut) return;
    for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T, gl.TEXTURE_WRAP_R]) {
      gl.texParameteri(gl.TEXTURE_3D, side, gl.CLAMP_TO_EDGE);
    }
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_3D, gl.TEXTURE_MAG_FILTER, gl.LINEAR);
    const side = [lut.size, lut.size, lut.size, 0];
    if (this.wide) {
      gl.texImage3D(gl.TEXTURE_3D, 0, gl.RGBA32F, ...side, gl.RGBA, gl.FLOAT, widened(lut));
    } else gl.texImage3D(gl.TEXTURE_3D, 0, gl.RGB16F, ...side, gl.RGB, gl.HALF_FLOAT, lut.halves);
    this.lut = lut;
  }
}
