// The sum a phone does when its ballot looks odd: window.voteWork(challenge) gives the number n with SHA-256(salt + n) = hash.
// In slices between frames, so that the page stays alive; without crypto.subtle, which plain-http pages do not have.
(() => {
  const SLICE_MS = 24;
  const primes = (count) => {
    const found = [];
    for (let n = 2; found.length < count; n += 1) if (found.every((p) => n % p)) found.push(n);
    return found;
  };
  const fraction = (x) => ((x - Math.floor(x)) * 2 ** 32) | 0;
  const K = Int32Array.from(primes(64), (p) => fraction(Math.cbrt(p)));
  const H = Int32Array.from(primes(8), (p) => fraction(Math.sqrt(p)));
  const w = new Int32Array(64);
  const turn = (x, n) => (x >>> n) | (x << (32 - n));
  // One block is enough: salt and number have at most 55 letters, all ASCII.
  const fill = (text) => {
    w.fill(0, 0, 16);
    for (let i = 0; i < text.length; i += 1) w[i >> 2] |= text.charCodeAt(i) << (24 - (i & 3) * 8);
    w[text.length >> 2] |= 0x80 << (24 - (text.length & 3) * 8);
    w[15] = text.length * 8;
  };
  const out = new Int32Array(8);
  const hash = (text) => {
    fill(text);
    for (let i = 16; i < 64; i += 1) {
      const a = w[i - 15], b = w[i - 2];
      w[i] = (w[i - 16] + (turn(a, 7) ^ turn(a, 18) ^ (a >>> 3)) + w[i - 7] + (turn(b, 17) ^ turn(b, 19) ^ (b >>> 10))) | 0;
    }
    let a = H[0], b = H[1], c = H[2], d = H[3], e = H[4], f = H[5], g = H[6], h = H[7];
    for (let i = 0; i < 64; i += 1) {
      const t = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i]) | 0;
      const u = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + t) | 0; d = c; c = b; b = a; a = (t + u) | 0;
    }
    out[0] = a; out[1] = b; out[2] = c; out[3] = d; out[4] = e; out[5] = f; out[6] = g; out[7] = h;
    for (let i = 0; i < 8; i += 1) out[i] += H[i];
  };
  const read = (hex) => Int32Array.from(hex.match(/.{8}/g), (part) => parseInt(part, 16) | 0);
  window.voteWork = ({ salt, hash: wanted, most }) => new Promise((found, failed) => {
    const goal = read(wanted);
    let n = 0;
    const slice = () => {
      const end = performance.now() + SLICE_MS;
      while (n < most) {
        hash(salt + n);
        if (out[0] === goal[0] && out.every((x, i) => x === goal[i])) { found(n); return; }
        n += 1;
        if ((n & 63) === 0 && performance.now() > end) { setTimeout(slice, 0); return; }
      }
      failed(new Error("no number"));
    };
    slice();
  });
})();
