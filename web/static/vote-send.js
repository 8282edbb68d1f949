// Sends a ballot: window.ballots.send(name, url, choice, working) gives the server's answer, with `ok`. The same ballot keeps its key
// until there is an answer, so that sent again after a lost connection it counts once. An odd one is asked for work; `working` is told.
(() => {
  const store = {
    read: (name, other) => { try { return JSON.parse(sessionStorage.getItem(name)) ?? other; } catch { return other; } },
    write: (name, value) => { try { sessionStorage.setItem(name, JSON.stringify(value)); } catch { /* private mode: this page only */ } },
    drop: (name) => { try { sessionStorage.removeItem(name); } catch { /* as above */ } },
  };
  const keyOf = (name, choice) => {
    const before = store.read(name, null);
    if (before && before.choice === choice.join()) return before.key;
    const key = Array.from(crypto.getRandomValues(new Uint8Array(16)), (one) => one.toString(16).padStart(2, "0")).join("");
    store.write(name, { key, choice: choice.join() });
    return key;
  };
  const post = async (url, key, body) => {
    const answer = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "Idempotency-Key": key },
      body: JSON.stringify(body),
    });
    if (answer.status >= 500) throw new Error("away");
    return { ok: answer.ok, ...(await answer.json()) };
  };
  const send = async (name, url, choice, working = () => {}) => {
    const kept = `vote:${name}:key`, key = keyOf(kept, choice);
    let answer = await post(url, key, { choice });
    if (answer.error === "work") {
      working();
      const number = await window.voteWork(answer.work);
      answer = await post(url, key, { choice, work: answer.work.token, number });
    }
    store.drop(kept);
    return answer;
  };
  window.ballots = { store, send };
})();
