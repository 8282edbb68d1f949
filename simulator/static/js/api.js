// The control API. Every function resolves to JSON or throws Problem with a sentence for the person.

export class Problem extends Error {
  constructor(message, status = 0) {
    super(message);
    this.status = status;
  }
}

async function call(method, path, body) {
  let response;
  try {
    response = await fetch(`/simulator/api/${path}`, {
      method,
      cache: "no-store",
      headers: body === undefined ? {} : { "Content-Type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem("连不上模拟器，请看看它是否还在运行", 0);
  }
  let answer = null;
  try {
    answer = await response.json();
  } catch {
    // An answer that is no JSON comes from something in between, such as a proxy.
  }
  if (!response.ok) throw new Problem(answer?.error ?? `模拟器没有正常回答（${response.status}）`, response.status);
  return answer;
}

const segment = encodeURIComponent;
const person = (account, openid) => `${segment(account)}/followers/${segment(openid)}`;

export const api = {
  accounts: () => call("GET", "accounts"),
  followers: (account) => call("GET", `${segment(account)}/followers`),
  newFollower: (account, name) => call("POST", `${segment(account)}/followers`, { name }),
  messages: (account, openid, since) => call("GET", `${person(account, openid)}/messages?since=${since}`),
  menu: (account, openid) => call("GET", `${person(account, openid)}/menu`),
  exchanges: (account, openid) => call("GET", `${person(account, openid)}/exchanges?limit=20`),
  exchange: (id) => call("GET", `exchanges/${segment(id)}`),
  scenes: (account) => call("GET", `${segment(account)}/scenes`),
  /** One deed of the person; answers at once, the webhook's reply arrives with the next messages. */
  act: (account, openid, deed, body = {}) => call("POST", `${person(account, openid)}/${deed}?wait=0`, body),
  faults: () => call("GET", "faults"),
  setFaults: (changes) => call("PUT", "faults", changes),
  calls: () => call("GET", "calls"),
  reset: () => call("POST", "reset", {}),
  verify: (account) => call("POST", `${segment(account)}/verify`, {}),
};
