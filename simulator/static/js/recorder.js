// Recording with the microphone, where the browser allows it.

const MAX_MS = 60000;

export class Recorder {
  #recorder = null;
  #chunks = [];
  #started = 0;
  #limit = null;

  static available() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.MediaRecorder);
  }

  get running() {
    return this.#recorder !== null;
  }

  /** Asks for the microphone and starts; throws when it is refused. */
  async start() {
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    this.#chunks = [];
    this.#recorder = new MediaRecorder(stream);
    this.#recorder.addEventListener("dataavailable", (event) => this.#chunks.push(event.data));
    this.#recorder.start();
    this.#started = performance.now();
    this.#limit = setTimeout(() => this.#recorder?.stop(), MAX_MS);
  }

  /** Stops; resolves to {dataUrl, seconds}. */
  async stop() {
    const recorder = this.#recorder;
    this.#recorder = null;
    clearTimeout(this.#limit);
    const stopped = new Promise((resolve) => recorder.addEventListener("stop", resolve, { once: true }));
    if (recorder.state !== "inactive") {
      recorder.stop();
      await stopped;
    }
    for (const track of recorder.stream.getTracks()) track.stop();
    const seconds = Math.max(1, Math.round((performance.now() - this.#started) / 1000));
    const type = (recorder.mimeType || "audio/webm").split(";")[0];
    return { dataUrl: await readDataUrl(new Blob(this.#chunks, { type })), seconds: Math.min(seconds, 60) };
  }
}

/** A file or blob as data URL. */
export function readDataUrl(blob) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => resolve(reader.result));
    reader.addEventListener("error", () => reject(reader.error));
    reader.readAsDataURL(blob);
  });
}
