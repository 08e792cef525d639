// Small helpers: elements, numbers, and calls that come too often.

const make = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
};

const place = (element, attributes) => {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
};

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

const rounded = (value, digits = 2) => Number(value.toFixed(digits));

// Puts a box (CSS pixels) where it belongs over the picture.
const lay = (element, { x, y, width, height }) => {
  const { style } = element;
  style.transform = `translate(${x}px, ${y}px)`;
  [style.width, style.height] = [`${width}px`, `${height}px`];
  return element;
};

// Calls `act` only where the key is another than the last time.
const onChange = () => {
  let last;
  return (key, act) => {
    if (key === last) return;
    last = key;
    act();
  };
};

// Calls `act` once nothing has asked for it during `wait` milliseconds.
const atRest = (act, wait) => {
  let timer = 0;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timer = 0;
      act(...args);
    }, wait);
  };
  later.waiting = () => timer !== 0;
  later.stop = () => {
    clearTimeout(timer);
    timer = 0;
  };
  return later;
};

// Calls `act` at most every `wait` milliseconds, always with the latest arguments.
const atMost = (act, wait) => {
  let timer = 0;
  let last = -Infinity;
  let latest = [];
  const run = () => {
    timer = 0;
    last = performance.now();
    act(...latest);
  };
  const often = (...args) => {
    latest = args;
    if (!timer) timer = setTimeout(run, Math.max(0, last + wait - performance.now()));
  };
  often.stop = () => {
    clearTimeout(timer);
    timer = 0;
  };
  return often;
};

// A message's buffer as typed values; copied only where it does not lie on a whole value.
const valuesOf = (Kind, view) => {
  const { buffer, byteOffset, byteLength } = view;
  const count = Math.floor(byteLength / Kind.BYTES_PER_ELEMENT);
  if (byteOffset % Kind.BYTES_PER_ELEMENT === 0) return new Kind(buffer, byteOffset, count);
  return new Kind(buffer.slice(byteOffset, byteOffset + byteLength), 0, count);
};

const decodeJpeg = (view) =>
  createImageBitmap(new Blob([view], { type: "image/jpeg" }), {
    colorSpaceConversion: "none",
    premultiplyAlpha: "none",
  });
