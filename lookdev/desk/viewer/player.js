// Playback by the clock: the frame follows from the time; what the clock skips is dropped and said.

const PAUSED_MS = 1000;

const painted = () =>
  new Promise((done) => {
    requestAnimationFrame(() => requestAnimationFrame(done));
  });

class Player {
  constructor(view) {
    this.view = view;
    this.loop = true;
    this.playing = false;
    this.waiting = false;
    this.stamps = [];
    this.shown = 0;
    this.dropped = 0;
    this.started = 0;
  }

  toggle() {
    if (this.playing || this.waiting) this.stop();
    else this.play();
  }

  play() {
    const current = this.view.clip.isCurrent();
    if (!current) this.view.askForClip();
    if (this.view.lost && !current) return;
    this.waiting = true;
    this.view.timeline.update();
    if (current) this.start();
  }

  async start() {
    const { clip, frame } = this.view;
    this.first = Math.max(0, clip.frames.findIndex((one) => one >= frame));
    await clip.prepare(this.first);
    clip.show(clip.frames[this.first]);
    await painted(); // the clock starts once the first frame is there: its shader is made by then
    if (!this.waiting || !clip.whole) return;
    Object.assign(this, { playing: true, waiting: false, shown: 0, dropped: 0, stamps: [] });
    this.last = -1;
    this.rounds = 0;
    this.began = performance.now();
    this.started = this.began;
    this.ticked = this.began;
    this.view.timeline.update();
    this.tick(this.began);
  }

  // The clip was finished by the kernel.
  clipReady() {
    if (this.waiting && this.view.clip.whole) this.start();
    else if (this.waiting) this.stop();
  }

  tick(now) {
    if (!this.playing) return;
    requestAnimationFrame((time) => this.tick(time));
    if (now - this.ticked > PAUSED_MS) this.began += now - this.ticked; // the tab was hidden
    this.ticked = now;
    const { clip, shot } = this.view;
    const index = Math.max(0, Math.floor(((now - this.began) * shot.fps) / 1000));
    if (index === this.last) return;
    const count = clip.frames.length;
    if (!this.loop && this.first + index >= count) this.stop();
    else this.showIndex(index, count, now);
  }

  showIndex(index, count, now) {
    const { clip } = this.view;
    const at = (this.first + index) % count;
    clip.prepare(at);
    if (!clip.show(clip.frames[at])) return;
    this.dropped += index - this.last - 1;
    this.shown += 1;
    this.last = index;
    this.stamps.push(now);
    this.view.showFrame(clip.frames[at]);
    const rounds = Math.floor((this.first + index) / count);
    if (rounds > this.rounds) this.report();
    this.rounds = rounds;
  }

  // Frames a second over the last second.
  get fps() {
    const now = performance.now();
    this.stamps = this.stamps.filter((stamp) => now - stamp <= 1000);
    if (this.stamps.length < 2) return 0;
    return ((this.stamps.length - 1) * 1000) / (this.stamps.at(-1) - this.stamps[0]);
  }

  report() {
    const seconds = rounded((performance.now() - this.started) / 1000, 3);
    this.view.send({ type: "played", shown: this.shown, dropped: this.dropped, seconds });
  }

  stop() {
    if (!this.playing && !this.waiting) return;
    const played = this.playing;
    this.playing = false;
    this.waiting = false;
    this.view.timeline.update();
    if (!played) return;
    this.report();
    this.view.setFrame(this.view.frame, { moving: false });
  }
}
