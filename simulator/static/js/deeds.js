// What the person holding the phone does. Errors become a toast; afterwards the chat is polled quickly for a while.

import { api } from "./api.js";
import { toast } from "./dom.js";
import { emit, state } from "./state.js";

/** Does one deed for the current follower; true when it was accepted. */
export async function act(deed, body = {}) {
  if (!state.account || !state.follower) return false;
  try {
    const exchange = await api.act(state.account.key, state.follower.openid, deed, body);
    emit("acted", exchange);
    return true;
  } catch (problem) {
    toast(problem.message, { error: true });
    emit("acted", null);
    return false;
  }
}
