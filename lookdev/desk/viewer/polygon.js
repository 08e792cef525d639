// What is drawn where: convex polygons in canvas pixels, as lists of [x, y].

const rectangle = (x0, y0, x1, y1) => [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];

// The part of a polygon on the side of a line that `normal` points to (Sutherland and Hodgman).
const cut = (polygon, [px, py], [nx, ny]) => {
  const height = ([x, y]) => (x - px) * nx + (y - py) * ny;
  return polygon.flatMap((from, i) => {
    const to = polygon[(i + 1) % polygon.length];
    const [a, b] = [height(from), height(to)];
    const kept = a > 0 ? [from] : [];
    if (a > 0 === b > 0) return kept;
    const share = a / (a - b);
    return [...kept, [from[0] + share * (to[0] - from[0]), from[1] + share * (to[1] - from[1])]];
  });
};

const cutToRegion = (polygon, pane, [x0, y0, x1, y1]) => {
  const [ox, oy] = pane.origin;
  const [sx, sy] = pane.scale;
  const low = [ox + x0 * sx, oy + y0 * sy];
  const high = [ox + x1 * sx, oy + y1 * sy];
  const sides = [[low, [1, 0]], [low, [0, 1]], [high, [-1, 0]], [high, [0, -1]]];
  return sides.reduce((left, [point, normal]) => cut(left, point, normal), polygon);
};

// A pane without what lies outside the plate.
const platePolygon = (pane, [width, height]) =>
  cutToRegion(rectangle(pane.x, pane.y, pane.x + pane.w, pane.y + pane.h), pane, [0, 0, width, height]);

// Which slot fills which part of a pane.
const slotPolygons = (pane, whole) => {
  if (pane.mode !== "wipe") return [[pane.mode, whole]];
  const { point, normal } = pane.wipe;
  return [["a", cut(whole, point, normal.map((n) => -n))], ["b", cut(whole, point, normal)]];
};

// A picture's layers from the bottom up; what a layer above hides wholly is left out.
const visibleLayers = ({ base, detail }, pane, polygon) => {
  const covers = (picture) => areaOf(cutToRegion(polygon, pane, picture.region)) >= areaOf(polygon) - 0.5;
  if (detail && (!base || covers(detail))) return [detail];
  return [base, detail].filter(Boolean);
};

const areaOf = (polygon) =>
  Math.abs(
    polygon.reduce((sum, [x, y], i) => {
      const [u, v] = polygon[(i + 1) % polygon.length];
      return sum + x * v - u * y;
    }, 0) / 2,
  );
