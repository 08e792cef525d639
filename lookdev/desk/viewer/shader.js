// The picture's shader: texture (ACEScct) -> exposure -> baked view -> gamma, two pictures at once.

const VERTEX_SHADER = `#version 300 es
void main() {
  vec2 corner = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

const FRAGMENT_SHADER = `#version 300 es
precision highp float;
precision highp int;
precision highp sampler2D;
precision highp sampler3D;

uniform sampler2D a0, a1, b0, b1, overlay;
uniform vec4 a0Region, a1Region, b0Region, b1Region, overlayRegion;
uniform bool a0Mono, a1Mono, b0Mono, b1Mono;
uniform sampler3D lut;
uniform float lutSize, gain, gamma, canvasHeight;
uniform vec2 origin, scale, plate, wipePoint, wipeNormal;
uniform int mode;  // 0 A, 1 B, 2 wipe, 3 difference
out vec4 colour;

const vec3 SURROUND = vec3(0.086);

struct Taken { vec3 code; bool mono; bool there; };

bool within(vec4 region, vec2 at) {
  return all(greaterThanEqual(at, region.xy)) && all(lessThan(at, region.zw));
}

vec3 pick(sampler2D picture, vec4 region, vec2 at) {
  return textureLod(picture, (at - region.xy) / (region.zw - region.xy), 0.0).rgb;
}

Taken takeA(vec2 at) {
  if (within(a1Region, at)) return Taken(pick(a1, a1Region, at), a1Mono, true);
  if (within(a0Region, at)) return Taken(pick(a0, a0Region, at), a0Mono, true);
  return Taken(vec3(0.0), false, false);
}

Taken takeB(vec2 at) {
  if (within(b1Region, at)) return Taken(pick(b1, b1Region, at), b1Mono, true);
  if (within(b0Region, at)) return Taken(pick(b0, b0Region, at), b0Mono, true);
  return Taken(vec3(0.0), false, false);
}

vec3 toLinear(vec3 code) {
  vec3 low = (code - 0.0729055341958355) / 10.5402377416545;
  return mix(exp2(code * 17.52 - 9.72), low, vec3(lessThanEqual(code, vec3(0.155251141552511))));
}

vec3 toLog(vec3 linear) {
  vec3 high = (log2(max(linear, vec3(1e-10))) + 9.72) / 17.52;
  vec3 low = linear * 10.5402377416545 + 0.0729055341958355;
  return mix(high, low, vec3(lessThanEqual(linear, vec3(0.0078125))));
}

vec3 viewed(vec3 code) {
  vec3 at = clamp(code, 0.0, 1.0) * ((lutSize - 1.0) / lutSize) + 0.5 / lutSize;
  return texture(lut, at).rgb;
}

vec3 shown(Taken one) {
  if (one.mono) return one.code.rrr * gain;
  return viewed(gain == 1.0 ? one.code : toLog(toLinear(one.code) * gain));
}

vec3 difference(Taken one, Taken other) {
  if (one.mono || other.mono) return abs(shown(one) - shown(other));
  return viewed(toLog(abs(toLinear(one.code) - toLinear(other.code)) * gain));
}

void main() {
  vec2 pixel = vec2(gl_FragCoord.x, canvasHeight - gl_FragCoord.y);
  vec2 at = (pixel - origin) / scale;
  colour = vec4(SURROUND, 1.0);
  if (!within(vec4(0.0, 0.0, plate), at)) return;
  vec3 code;
  if (mode == 3) {
    Taken one = takeA(at);
    Taken other = takeB(at);
    if (!one.there || !other.there) return;
    code = difference(one, other);
  } else {
    bool second = mode == 1 || (mode == 2 && dot(pixel - wipePoint, wipeNormal) > 0.0);
    Taken one;
    if (second) one = takeB(at); else one = takeA(at);
    if (!one.there) return;
    code = shown(one);
  }
  if (gamma != 1.0) code = pow(max(code, vec3(0.0)), vec3(1.0 / gamma));
  if (within(overlayRegion, at)) {
    float matte = pick(overlay, overlayRegion, at).r;
    code = mix(code, vec3(0.92, 0.08, 0.06), 0.5 * matte);
  }
  colour = vec4(clamp(code, 0.0, 1.0), 1.0);
}`;
