// The picture's shaders: texture (ACEScct) -> exposure -> baked view -> gamma.
// A program has only what its draw needs: a software renderer pays for every branch that is there.

const VERTEX_SHADER = `#version 300 es
uniform vec2 canvas, origin, scale;
uniform vec4 oneRegion, otherRegion;
in vec2 corner;
out vec2 oneAt, otherAt;
void main() {
  vec2 plate = (corner - origin) / scale;
  oneAt = (plate - oneRegion.xy) / (oneRegion.zw - oneRegion.xy);
  otherAt = (plate - otherRegion.xy) / (otherRegion.zw - otherRegion.xy);
  vec2 place = corner / canvas * 2.0 - 1.0;
  gl_Position = vec4(place.x, -place.y, 0.0, 1.0);
}`;

const COLOUR_FUNCTIONS = `
precision highp float;
precision highp sampler2D;
precision highp sampler3D;

uniform sampler2D one, other;
uniform sampler3D lut;
uniform float lutSize, gain, gamma;
in vec2 oneAt, otherAt;
out vec4 colour;

vec3 toLinear(vec3 code) {
  vec3 low = (code - 0.0729055341958355) / 10.5402377416545;
  return mix(exp2(code * 17.52 - 9.72), low, vec3(lessThanEqual(code, vec3(0.155251141552511))));
}

vec3 toLog(vec3 light) {
  vec3 high = (log2(max(light, vec3(1e-10))) + 9.72) / 17.52;
  vec3 low = light * 10.5402377416545 + 0.0729055341958355;
  return mix(high, low, vec3(lessThanEqual(light, vec3(0.0078125))));
}

vec3 viewed(vec3 code) {
  vec3 at = clamp(code, 0.0, 1.0) * ((lutSize - 1.0) / lutSize) + 0.5 / lutSize;
  return textureLod(lut, at, 0.0).rgb;
}

vec3 grey(vec3 code) {
  return clamp(code.rrr * gain, 0.0, 1.0);
}

vec3 exposed(vec3 code) {
#ifdef EXPOSED
  return viewed(toLog(toLinear(code) * gain));
#else
  return viewed(code);
#endif
}`;

const PASSES = {
  colour: "vec3 code = exposed(textureLod(one, oneAt, 0.0).rgb);",
  mono: "vec3 code = grey(textureLod(one, oneAt, 0.0).rgb);",
  difference: `
  vec3 first = toLinear(textureLod(one, oneAt, 0.0).rgb);
  vec3 second = toLinear(textureLod(other, otherAt, 0.0).rgb);
  vec3 code = viewed(toLog(abs(first - second) * gain));`,
  "difference mono": `
  vec3 first = FIRST(textureLod(one, oneAt, 0.0).rgb);
  vec3 second = SECOND(textureLod(other, otherAt, 0.0).rgb);
  vec3 code = abs(first - second);`,
  overlay: "vec3 code = vec3(0.92, 0.08, 0.06);",
};

const passOf = (one, other) => {
  if (!other) return one.kind === "mono" ? "mono" : "colour";
  return one.kind === "mono" || other.kind === "mono" ? "difference mono" : "difference";
};

const fragmentShader = (defines, pass) => `#version 300 es
${defines.map((define) => `#define ${define}`).join("\n")}
${COLOUR_FUNCTIONS}

void main() {
  ${PASSES[pass]}
#ifdef GAMMA
  code = pow(max(code, vec3(0.0)), vec3(1.0 / gamma));
#endif
  colour = vec4(code, ${pass === "overlay" ? "0.5 * textureLod(one, oneAt, 0.0).r" : "1.0"});
}`;
