// The gallery on the page: one list of cards that follows the model's traits.

class GalleryView {
  constructor(model, el) {
    this.model = model;
    this.byId = new Map();
    this.cards = [];
    this.root = make("div", "ld-gallery");
    this.root.dataset.lmSuppressShortcuts = "true"; // JupyterLab's own keys stay away
    this.bar = new Toolbar(model);
    this.list = make("ul", "ld-gallery-list");
    this.list.setAttribute("role", "list");
    this.nothing = make("p", "ld-gallery-empty");
    this.said = make("div", "ld-gallery-said");
    this.said.setAttribute("role", "status");
    this.root.append(this.bar.root, this.nothing, this.list, this.said);
    el.append(this.root);
    this.enlarged = new Enlarged(this.root);
    this.thumbs = new Thumbs(model, (id) => this.picture(id));
    this.listen();
    this.update();
  }

  can() {
    return this.model.get("can");
  }

  update() {
    const model = this.model;
    this.root.dataset.arrangement = model.get("arrangement");
    this.list.style.setProperty("--columns", model.get("columns"));
    this.list.setAttribute("aria-label", model.get("label"));
    const items = model.get("items");
    setText(this.nothing, items.length === 0 ? model.get("empty") : "");
    this.list.hidden = items.length === 0;
    this.dropAllBut(new Set(items.map((item) => item.id)));
    this.cards = sortedItems(items, model.get("sort")).map((item) => this.card(item));
    this.order();
    this.reach(this.cards.find((card) => card.picture.tabIndex === 0) ?? this.first());
  }

  first() {
    return this.cards.find((card) => card.item.current) ?? this.cards[0];
  }

  card(item) {
    let card = this.byId.get(item.id);
    const isNew = !card;
    if (isNew) {
      card = new Card(item.id, (kind, id) => this.act(kind, id));
      card.setReachable(false);
      this.byId.set(item.id, card);
    }
    const before = card.item;
    card.show(item, this.can());
    if (isNew) this.thumbs.watch(card.root, item);
    else this.say(before, item);
    if (!isNew && before.picture !== item.picture) this.thumbs.renew(card.root, item);
    return card;
  }

  dropAllBut(ids) {
    for (const [id, card] of this.byId) {
      if (ids.has(id)) continue;
      if (this.enlarged.card === card) this.enlarged.hide();
      this.thumbs.forget(card.root, id);
      card.root.remove();
      this.byId.delete(id);
    }
  }

  // Moves only what lies elsewhere: a card that is moved on the page loses the focus.
  order() {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    this.cards.forEach((card, n) => {
      if (this.list.children[n] !== card.root) {
        this.list.insertBefore(card.root, this.list.children[n] ?? null);
      }
    });
    if (focused?.isConnected && document.activeElement !== focused) focused.focus();
  }

  reach(card) {
    for (const other of this.cards) other.setReachable(other === card);
  }

  // Said to a screen reader: the mark is set while the focus rests on the picture.
  say(before, now) {
    if (Boolean(before.starred) !== Boolean(now.starred)) {
      this.said.textContent = `${now.title}: ${now.starred ? "starred" : "star removed"}`;
    }
    if (Boolean(before.rejected) !== Boolean(now.rejected)) {
      this.said.textContent = `${now.title}: ${now.rejected ? "rejected" : "no longer rejected"}`;
    }
  }

  act(kind, id) {
    if (!this.can().includes(kind)) return;
    if (kind !== "note") {
      this.model.send({ type: kind, id });
      return;
    }
    this.enlarged.hide();
    editNote(this.byId.get(id), (text) => this.model.send({ type: "note", id, text }));
  }

  picture(id) {
    const card = this.byId.get(id);
    if (!card) return;
    card.showPicture(this.thumbs.urls.get(id));
    this.enlarged.refresh(card);
  }

  focusedIndex() {
    return this.cards.findIndex((card) => card.picture === document.activeElement);
  }

  focus(index) {
    const card = this.cards[index];
    this.reach(card);
    card.picture.focus();
    card.root.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  cardAt(target) {
    const picture = target.closest?.(".ld-card-picture");
    return picture ? this.byId.get(picture.closest(".ld-card").dataset.id) : undefined;
  }

  listen() {
    const { list, enlarged } = this;
    this.root.addEventListener("keydown", (event) => {
      if (handleKey(event, this)) event.stopPropagation();
    });
    list.addEventListener("pointerover", (event) => {
      const card = this.cardAt(event.target);
      if (card) enlarged.soon(card);
      else enlarged.hide();
    });
    list.addEventListener("pointerleave", () => enlarged.hide());
    list.addEventListener("focusin", (event) => {
      const card = this.cardAt(event.target);
      if (!card) return;
      this.reach(card);
      if (card.picture.matches(":focus-visible")) enlarged.soon(card, 0);
    });
    list.addEventListener("focusout", () => enlarged.hide());
    this.onScroll = () => enlarged.hide();
    document.addEventListener("scroll", this.onScroll, { capture: true, passive: true });
  }

  close() {
    document.removeEventListener("scroll", this.onScroll, { capture: true });
    this.enlarged.hide();
    this.thumbs.close();
  }
}
