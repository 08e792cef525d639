// Names for what the panel's own widgets leave nameless to a screen reader: slider handles, and
// fields that stand beside a labelled slider.

const labelOf = (part) => {
  const texts = [".widget-inline-hbox", ".ld-control"].flatMap((around) =>
    [...(part.closest(around)?.querySelectorAll(".widget-label") ?? [])].map((l) => l.textContent.trim()));
  const title = part.getAttribute("title") || part.closest("[title]")?.getAttribute("title");
  return texts.find((text) => text) || title;
};

const name = (root) => {
  for (const part of root.querySelectorAll(".noUi-handle, input, select, textarea")) {
    if (part.getAttribute("aria-label")) continue;
    const labelled = part.labels && [...part.labels].some((l) => l.textContent.trim() && l.offsetParent);
    const said = labelled ? "" : labelOf(part);
    if (said) part.setAttribute("aria-label", said);
  }
};

export default {
  render({ el }) {
    const start = () => {
      const root = el.closest(".ld-desk");
      if (!root) return undefined;
      name(root);
      const observer = new MutationObserver(() => name(root));
      observer.observe(root, { childList: true, subtree: true });
      return observer;
    };
    let observer = start();
    const waiting = setInterval(() => {
      observer ??= start();
      if (observer) clearInterval(waiting);
    }, 100);
    return () => {
      clearInterval(waiting);
      observer?.disconnect();
    };
  },
};
