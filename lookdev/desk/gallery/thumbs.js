// The pictures: asked for when their card comes into view, kept as object URLs.

class Thumbs {
  constructor(model, arrived) {
    this.model = model;
    this.arrived = arrived;
    this.urls = new Map();
    this.asked = new Set();
    this.waiting = new Set();
    this.observer = new IntersectionObserver((entries) => this.seen(entries), {
      rootMargin: "160px",
    });
  }

  // An item whose `picture` is "" has none yet: it is watched once it has one.
  watch(card, item) {
    card.dataset.id = item.id;
    if (item.picture !== "") this.observer.observe(card);
  }

  // The item has another picture now.
  renew(card, item) {
    this.forget(card, item.id);
    this.arrived(item.id);
    this.watch(card, item);
  }

  forget(card, id) {
    this.observer.unobserve(card);
    this.asked.delete(id);
    this.waiting.delete(id);
    URL.revokeObjectURL(this.urls.get(id));
    this.urls.delete(id);
  }

  seen(entries) {
    for (const entry of entries) {
      const id = entry.target.dataset.id;
      if (entry.isIntersecting && !this.asked.has(id)) this.waiting.add(id);
      else if (!entry.isIntersecting) this.waiting.delete(id);
    }
    if (this.waiting.size > 0 && !this.timer) {
      this.timer = setTimeout(() => this.ask(), 60); // what only scrolls past is not asked for
    }
  }

  ask() {
    this.timer = null;
    if (this.waiting.size === 0) return;
    const ids = [...this.waiting];
    this.waiting.clear();
    for (const id of ids) this.asked.add(id);
    this.model.send({ type: "need", ids });
  }

  take(id, buffer) {
    const old = this.urls.get(id);
    this.urls.set(id, URL.createObjectURL(new Blob([buffer], { type: "image/jpeg" })));
    this.arrived(id);
    if (old) URL.revokeObjectURL(old);
  }

  close() {
    clearTimeout(this.timer);
    this.observer.disconnect();
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
  }
}
