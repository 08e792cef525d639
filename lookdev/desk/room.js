// What every desk needs of its page, whatever lies on it: keys, names and the focus.

const PATIENCE = 3000; // ms in which a part that was drawn anew gets its focus back: a laden machine takes seconds

// Keys stay in the desk. JupyterLab listens on the document, while keys bubble or before, and
// looks for the attribute; all that ipywidgets does with a key it does further down.
const keepKeys = (root) => {
  const stop = (event) => event.stopPropagation();
  root.dataset.lmSuppressShortcuts = "true";
  root.addEventListener("keydown", stop);
  return () => {
    delete root.dataset.lmSuppressShortcuts;
    root.removeEventListener("keydown", stop);
  };
};

const titleOf = (part) => part.getAttribute("title") || part.closest("[title]")?.getAttribute("title");

const labelOf = (part) => {
  const texts = [".widget-inline-hbox", ".ld-control"].flatMap((around) =>
    [...(part.closest(around)?.querySelectorAll(".widget-label") ?? [])].map((l) => l.textContent.replaceAll("\u200b", "").trim()));
  return texts.find((text) => text) || titleOf(part);
};

// Names for slider handles, and for fields that stand beside a labelled slider.
const name = (root) => {
  for (const part of root.querySelectorAll(".noUi-handle, input, select, textarea")) {
    if (part.getAttribute("aria-label")) continue;
    const labelled = part.labels && [...part.labels].some((l) => l.textContent.trim() && l.offsetParent);
    const said = labelled ? "" : labelOf(part);
    if (said) part.setAttribute("aria-label", said);
  }
};

// ipywidgets draws what changes its place anew, and the focus is gone with the old button.
class Focus {
  constructor(root) {
    this.root = root;
    this.last = null;
    this.took = (event) => (this.last = event.target);
    this.left = () => setTimeout(() => this.forget());
    root.addEventListener("focusin", this.took);
    root.addEventListener("focusout", this.left);
  }

  // A person left it; a part that is gone is waited for a little.
  forget() {
    const part = this.last;
    if (!part || part === document.activeElement) return;
    if (part.isConnected) this.last = null;
    else setTimeout(() => (this.last = this.last === part ? null : this.last), PATIENCE);
  }

  restore() {
    const part = this.last;
    if (!part || part.isConnected || this.root.contains(document.activeElement)) return;
    const title = part.getAttribute("title");
    const like = (one) => one.tagName === part.tagName && one.getAttribute("title") === title;
    const again = title && [...this.root.querySelectorAll("[title]")].find(like);
    if (again) again.focus({ preventScroll: true });
  }

  close() {
    this.root.removeEventListener("focusin", this.took);
    this.root.removeEventListener("focusout", this.left);
  }
}

const moveIn = (root) => {
  const freeKeys = keepKeys(root);
  const focus = new Focus(root);
  const look = () => {
    name(root);
    focus.restore();
  };
  const observer = new MutationObserver(look);
  observer.observe(root, { childList: true, subtree: true });
  look();
  return () => {
    observer.disconnect();
    focus.close();
    freeKeys();
  };
};

export default {
  render({ el }) {
    let moveOut;
    const start = () => {
      const root = el.closest(".ld-room");
      if (!root) return;
      clearInterval(waiting);
      moveOut ??= moveIn(root);
    };
    const waiting = setInterval(start, 100);
    start();
    return () => {
      clearInterval(waiting);
      moveOut?.();
    };
  },
};
