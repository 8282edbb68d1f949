// The right drawer: what really went over the wire for each message, and the platform API calls of the account.

import { api } from "./api.js";
import { askSure } from "./dialogs.js";
import { byId, el, toast, wireTabs } from "./dom.js";
import { emit, on, state } from "./state.js";

const REFRESH_MS = 2000;
const PENDING_MS = 250;

let chosen = null; // an exchange the person picked; null follows the newest
let shown = null;
let listKey = "";
let tab = "tab-exchange";
let timer = null;

const STATUS = { pending: "等待答复", replied: "已答复", silent: "无需答复", malformed: "答复不合格式", failed: "三次都没有答复" };
const OUTCOMES = { answered: "有答复", lost: "答复被丢弃（故障）", timeout: "超时", unreachable: "连不上", "http-error": "HTTP 错误", malformed: "不合格式" };

export function wireDrawer() {
  wireTabs(document.querySelector("#drawer .tabs"), (id) => { tab = id; refresh(); });
  on("follower", () => { chosen = null; shown = null; listKey = ""; refresh(); });
  on("acted", () => { chosen = null; refresh(); });
  on("messages", refresh);
  on("look", (id) => { chosen = id; refresh(); });
  drawTools();
  refresh();
}

async function refresh() {
  clearTimeout(timer);
  let pending = false;
  if (!document.hidden) {
    try {
      pending = tab === "tab-calls" ? await refreshCalls() : await refreshExchanges();
    } catch {
      // The chat tells that the simulator is away.
    }
  }
  clearTimeout(timer);
  timer = setTimeout(refresh, pending ? PENDING_MS : REFRESH_MS);
}

async function refreshExchanges() {
  const { account, follower } = state;
  if (!account || !follower) return false;
  const rows = await api.exchanges(account.key, follower.openid);
  if (follower !== state.follower) return false;
  const id = chosen ?? rows[0]?.exchange_id ?? null;
  const key = JSON.stringify([rows, id]);
  if (key !== listKey) {
    listKey = key;
    byId("exchange-list").replaceChildren(...rows.map((row) => listItem(row, id)));
  }
  if (!id) {
    byId("exchange").replaceChildren(el("p", { class: "pane-empty" }, "还没有往来。在手机里发一条消息，这里就能看到平台发出的请求、解密后的内容和公众号的答复。"));
    return false;
  }
  if (shown?.exchange_id !== id || shown.status === "pending") {
    shown = await api.exchange(id);
    byId("exchange").replaceChildren(...exchangeNodes(shown));
    if (shown.status !== "pending") emit("exchange-done", id);
  }
  return shown.status === "pending";
}

const milliseconds = (value) => (value >= 1000 ? `${(value / 1000).toFixed(2)} 秒` : `${Math.round(value)} 毫秒`);

function listItem(row, id) {
  return el("li", {},
    el("button", { type: "button", class: "exchange-item", "aria-current": row.exchange_id === id ? "true" : null, onclick: () => { chosen = row.exchange_id; refresh(); } },
      el("span", { class: `dot dot-${row.status}`, title: STATUS[row.status] }),
      el("span", { class: "exchange-title" }, row.title),
      el("span", { class: "exchange-ms" }, row.status === "pending" ? "…" : milliseconds(row.took_ms))));
}

function exchangeNodes(exchange) {
  const last = exchange.tries.at(-1);
  const many = exchange.tries.length > 1;
  return [
    el("div", { class: "verdict" },
      el("p", { class: `verdict-status status-${exchange.status}` }, STATUS[exchange.status]),
      el("p", { class: "verdict-ms", "data-testid": "answer-ms" }, exchange.status === "pending" ? "…" : milliseconds(exchange.took_ms)),
      exchange.error ? el("p", { class: "verdict-error" }, exchange.error) : null),
    many ? el("ol", { class: "tries" }, ...exchange.tries.map((one, index) =>
      el("li", {}, `第 ${index + 1} 次：${OUTCOMES[one.outcome] ?? one.outcome}，${milliseconds(one.took_ms)}`))) : null,
    block("平台发出的请求（原样）", "raw-request", last ? `POST ${last.url}\nContent-Type: text/xml\n\n${last.body}` : "还没有发出"),
    block("解密后的 XML", "plain-request", indent(exchange.xml), true),
    block("公众号的答复（原样）", "raw-answer", last ? rawAnswer(last) : "还没有答复"),
    block("解密后的答复", "plain-answer", last?.answer_xml ? indent(last.answer_xml) : "（没有内容）", true),
  ].filter(Boolean);
}

function rawAnswer(attempt) {
  if (attempt.http_status === null) return attempt.error ?? "没有答复";
  return `HTTP ${attempt.http_status}\n\n${attempt.answer || "（空）"}`;
}

function block(title, testId, text, open = false) {
  const copy = el("button", { type: "button", class: "text-button", onclick: () => copyText(text) }, "复制");
  return el("details", { class: "raw", open: open || testId === "raw-request" || testId === "raw-answer" },
    el("summary", {}, title, el("span", { class: "raw-copy" }, copy)),
    el("pre", { "data-testid": testId, tabindex: "0" }, text));
}

async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast("已复制");
  } catch {
    toast("浏览器不允许复制，请手动选择文字", { error: true });
  }
}

/** One element a line, nested ones further in; CDATA stays whole. */
function indent(xml) {
  const parts = xml.match(/<!\[CDATA\[[\s\S]*?\]\]>|<\/?[^>]+>|[^<]+/g) ?? [];
  let depth = 0;
  let line = "";
  const lines = [];
  const flush = () => { if (line.trim()) lines.push("  ".repeat(depth) + line.trim()); line = ""; };
  for (const part of parts) {
    if (part.startsWith("</")) {
      const leaf = line.trim() !== "";
      if (leaf) { line += part; flush(); } else { depth -= 1; line = part; flush(); }
      if (leaf) continue;
    } else if (part.startsWith("<") && !part.startsWith("<![")) {
      if (line.trim()) { flush(); depth += 1; }
      line = part;
    } else if (part.trim()) {
      line += part;
    }
  }
  flush();
  return lines.join("\n");
}

async function refreshCalls() {
  const answer = await api.calls();
  const { counters } = answer;
  byId("pane-calls").replaceChildren(
    el("div", { class: "figures" },
      figure("取 token", counters.token_fetches ?? 0),
      figure("发出的 token", counters.tokens_issued ?? 0),
      figure("回调", Object.values(answer.exchanges).reduce((sum, count) => sum + count, 0)),
      figure("回调失败", (answer.exchanges.failed ?? 0) + (answer.exchanges.malformed ?? 0))),
    answer.calls.length
      ? el("ul", { class: "calls", "data-testid": "calls" }, ...answer.calls.slice(0, 80).map(callItem))
      : el("p", { class: "pane-empty" }, "公众号还没有调用过平台接口。"));
  return false;
}

const figure = (label, value) => el("div", { class: "figure" }, el("strong", {}, String(value)), el("span", {}, label));

function callItem(one) {
  return el("li", { class: one.errcode ? "call call-bad" : "call" },
    el("span", { class: "call-method" }, one.method),
    el("span", { class: "call-path" }, one.path.replace("/cgi-bin/", "")),
    el("span", { class: "call-code" }, one.errcode ? String(one.errcode) : "ok"),
    el("span", { class: "exchange-ms" }, milliseconds(one.took_ms)));
}

function drawTools() {
  const result = el("p", { class: "pane-hint", role: "status" });
  byId("pane-tools").replaceChildren(
    el("div", { class: "group group-tools" },
      el("h3", {}, "验证服务器地址"),
      el("p", { class: "pane-hint" }, "像公众平台后台保存配置时那样，向 webhook 发一次 GET，看它是否原样答回 echostr。"),
      el("button", { type: "button", class: "button", "data-testid": "verify", onclick: () => verify(result) }, "验证一次"), result),
    el("div", { class: "group group-tools" },
      el("h3", {}, "清空模拟器"),
      el("p", { class: "pane-hint" }, "粉丝、聊天、菜单、素材、草稿、凭证全部删除，回到第一次启动。应用自己的数据不动。"),
      el("button", { type: "button", class: "button button-danger", "data-testid": "reset", onclick: reset }, "清空…")));
}

async function verify(result) {
  try {
    const answer = await api.verify(state.account.key);
    result.textContent = answer.ok ? `通过，${milliseconds(answer.took_ms)}` : `没有通过：${answer.error}`;
  } catch (problem) {
    toast(problem.message, { error: true });
  }
}

async function reset() {
  if (!(await askSure("清空模拟器？", "粉丝、聊天、菜单、素材和凭证都会删除，不能恢复。", "清空"))) return;
  try {
    await api.reset();
    location.reload();
  } catch (problem) {
    toast(problem.message, { error: true });
  }
}
