// The picture under the mouse or the keyboard's focus, large, in the browser's top layer.

const ENLARGED_AFTER = 220; // ms of rest: a mouse that passes through shows nothing

class Enlarged {
  constructor(parent) {
    this.root = make("div", "ld-enlarged");
    this.root.popover = "manual";
    this.root.setAttribute("aria-hidden", "true");
    this.image = make("img", "ld-enlarged-image");
    this.image.alt = "";
    this.text = make("div", "ld-enlarged-text");
    this.root.append(this.image, this.text);
    parent.append(this.root);
  }

  soon(card, wait = ENLARGED_AFTER) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(card), wait);
  }

  show(card) {
    if (card.image.hidden || !card.root.isConnected) return;
    this.card = card;
    this.image.src = card.image.src;
    this.text.textContent = card.item.title;
    this.root.showPopover();
    this.place(card.picture.getBoundingClientRect());
  }

  // Beside the card where there is room, else below or above it; never over the card itself.
  place(box) {
    const gap = 10;
    const ratio = this.card.image.naturalHeight / this.card.image.naturalWidth || 0.5625;
    const width = Math.min(720, Math.max(box.width * 1.8, 420), innerWidth - 2 * gap);
    const height = width * ratio + 34;
    this.root.style.width = `${width}px`;
    const within = (value, size, limit) => Math.max(gap, Math.min(value, limit - size - gap));
    const right = innerWidth - box.right - gap > width;
    const left = box.left - gap > width;
    let x = within(box.left + box.width / 2 - width / 2, width, innerWidth);
    let y = within(box.top + box.height / 2 - height / 2, height, innerHeight);
    if (right) x = box.right + gap;
    else if (left) x = box.left - width - gap;
    else if (box.top - gap > height) y = box.top - height - gap;
    else y = Math.min(box.bottom + gap, innerHeight - gap);
    this.root.style.left = `${x}px`;
    this.root.style.top = `${y}px`;
  }

  hide() {
    clearTimeout(this.timer);
    this.card = null;
    if (this.root.matches(":popover-open")) this.root.hidePopover();
  }

  // A picture that arrives while its card is the enlarged one.
  refresh(card) {
    if (this.card === card) this.image.src = card.image.src;
  }
}
