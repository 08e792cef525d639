// The last row: what the desk is doing, how long it takes, Cancel; and what was refused.

const inTime = (seconds) => {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s left`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s left`;
};

const LOST_KERNEL = "The kernel was restarted: run the cell again.";

class StatusBar {
  constructor(view) {
    this.view = view;
    this.text = make("span", { class: "ldv-status-text", role: "status" });
    this.progress = make("progress", { class: "ldv-progress", max: "1", "aria-label": "Progress" });
    this.left = make("span", { class: "ldv-left-time" });
    this.cancel = button("Cancel", () => this.askCancel(), {
      class: "ldv-button ldv-cancel",
      title: "Cancel what is running (Esc)",
    });
    this.message = make("span", { class: "ldv-message", role: "alert" });
    this.renderer = make("span", { class: "ldv-renderer" });
    this.root = make("div", { class: "ldv-status" });
    this.root.append(this.text, this.message, this.progress, this.left, this.cancel, this.renderer);
    this.cancelling = false;
    this.forget = atRest(() => this.say("", ""), 8000);
  }

  get busy() {
    return !this.view.lost && Boolean(this.view.model.get("status").busy);
  }

  // Shown at once: the kernel stops after the step in flight.
  askCancel() {
    if (!this.busy || this.cancelling) return;
    this.cancelling = true;
    this.view.send({ type: "cancel" });
    this.update();
  }

  // kind: "good", "warning" or "" (nothing to say).
  say(text, kind) {
    this.message.textContent = text;
    this.message.dataset.kind = kind;
    if (text) this.forget();
  }

  update() {
    const { text, progress, seconds_left: secondsLeft } = this.view.model.get("status");
    if (!this.busy) this.cancelling = false;
    if (this.view.lost) this.text.textContent = LOST_KERNEL;
    else this.text.textContent = this.cancelling ? "Cancelling\u2026" : text;
    this.root.dataset.busy = this.busy;
    this.progress.hidden = !this.busy;
    if (progress === null || progress === undefined) this.progress.removeAttribute("value");
    else this.progress.value = progress;
    const known = secondsLeft !== null && secondsLeft !== undefined;
    this.left.textContent = this.busy && known && !this.cancelling ? inTime(secondsLeft) : "";
    this.cancel.hidden = !this.busy;
    this.cancel.disabled = this.cancelling;
    this.renderer.textContent = this.view.renderer?.name ?? "";
  }
}
