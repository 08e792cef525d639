// The way to the kernel, and what the page says once there is none at its other end.

Object.assign(View.prototype, {
  // Lab tells of a kernel's restart; any other end shows when a message cannot be sent.
  watchKernel() {
    for (const event of ["comm_live_update", "comm:close"]) this.listen(event, () => this.lose());
  },

  send(message) {
    if (this.lost) return;
    try {
      this.model.send(message);
    } catch (error) {
      console.warn("The viewer's message was not sent:", error);
      this.lose();
    }
  },

  saveChanges() {
    if (!this.lost) this.model.save_changes();
  },

  // What is edited goes nowhere from here on; a cell that is run again makes another viewer.
  lose() {
    if (this.lost) return;
    this.lost = true;
    this.root.dataset.lost = "";
    this.player.stop();
    this.statusBar.update();
  },
});
