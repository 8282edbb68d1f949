// What the page knows, and who wants to hear about changes.

export const state = {
  accounts: [],
  account: null,
  followers: [],
  follower: null,
  faults: null,
};

const listeners = new Map();

/** Calls `listener` on every `emit(name)`. */
export function on(name, listener) {
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function emit(name, detail) {
  for (const listener of listeners.get(name) ?? []) listener(detail);
}
