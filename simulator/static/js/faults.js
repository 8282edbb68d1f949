// The left panel's second tab: what the platform does wrong, as switches.

import { api } from "./api.js";
import { byId, el, toast } from "./dom.js";
import { emit, state } from "./state.js";

const REFRESH_MS = 4000;

const SWITCHES = [
  ["down", "平台接口停机", "所有接口调用得到 503"],
  ["quota_used_up", "接口额度用完", "所有接口返回 45009"],
  ["unverified", "账号未认证", "客服、群发、授权等返回 48001"],
  ["snapshot_user", "快照页访客", "网页授权得到虚拟身份"],
];

const CHOICES = [
  ["lost_reply", "答复丢失", "第一次答复被丢弃，随后重试", [[false, "关"], [true, "两边"], ["webhook", "回调"], ["api", "接口"]]],
  ["retry_storm", "重复投递", "每条消息投递三次", [[false, "关"], ["concurrent", "同时"], ["sequence", "依次"]]],
  ["identical_retries", "重试一模一样", "重试不换时间戳与随机数", [[false, "关"], [true, "开"]]],
  ["delay_ms", "接口变慢", "每次调用先等待", [[0, "不慢"], [1000, "1 秒"], [3000, "3 秒"], [8000, "8 秒"], [30000, "30 秒"]]],
  ["webhook_timeout_s", "回调时限", "微信等多久就断开", [[5, "5 秒（微信）"], [1, "1 秒"], [0.3, "0.3 秒"]]],
];

const CODES = [
  [null, "不出错"], [-1, "-1 系统繁忙"], [40001, "40001 凭证无效"], [42001, "42001 凭证过期"], [40013, "40013 appid 不对"],
  [40164, "40164 IP 不在白名单"], [43004, "43004 需要关注"], [43101, "43101 用户拒收"], [45009, "45009 次数用完"],
  [45011, "45011 太频繁"], [45015, "45015 超过 48 小时"], [45047, "45047 条数用完"], [48001, "48001 没有权限"],
  [48004, "48004 接口被封"], [50002, "50002 账号受限"], [61004, "61004 IP 未登记"], [87009, "87009 内容违规"],
];

const OFF = { delay_ms: 0, webhook_timeout_s: 5, errcode_for: "*" };

export async function wireFaults() {
  draw();
  await refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, REFRESH_MS);
}

function draw() {
  const switches = SWITCHES.map(([name, label, hint]) =>
    el("label", { class: "switch-row" },
      el("span", { class: "switch-words" }, el("span", {}, label), el("small", {}, hint)),
      el("input", { type: "checkbox", role: "switch", class: "switch", id: `fault-${name}`, "data-testid": `fault-${name}`, onchange: (event) => set({ [name]: event.target.checked }) })));
  const choices = CHOICES.map(([name, label, hint, options]) => choiceRow(name, label, hint, options, (value) => set({ [name]: value })));
  byId("pane-faults").replaceChildren(
    el("p", { class: "pane-hint" }, "打开后平台就这样出错，直到关掉。重启模拟器也不会自己恢复。"),
    el("div", { class: "group" }, ...switches),
    el("div", { class: "group" }, ...choices),
    el("div", { class: "group" },
      choiceRow("errcode", "指定错误码", "接口返回这个错误", CODES, (value) => set({ errcode: value, errcode_times: times() })),
      textRow("errcode_for", "哪个接口", "路径的一部分，* 为全部（不含取 token）", "*"),
      textRow("errcode_times", "出错几次", "空着表示一直出错", "一直")),
    el("button", { type: "button", class: "button button-quiet wide", "data-testid": "faults-off", onclick: allOff }, "全部恢复正常"));
}

function choiceRow(name, label, hint, options, chosen) {
  const select = el("select", { id: `fault-${name}`, "data-testid": `fault-${name}` },
    ...options.map(([value, text]) => el("option", { value: JSON.stringify(value) }, text)));
  select.addEventListener("change", () => chosen(JSON.parse(select.value)));
  return el("label", { class: "switch-row" }, el("span", { class: "switch-words" }, el("span", {}, label), el("small", {}, hint)), select);
}

function textRow(name, label, hint, placeholder) {
  const field = el("input", { id: `fault-${name}`, "data-testid": `fault-${name}`, placeholder, autocomplete: "off", inputmode: name === "errcode_times" ? "numeric" : "text" });
  field.addEventListener("change", () => set(name === "errcode_times" ? { errcode_times: times() } : { errcode_for: field.value.trim() || "*" }));
  return el("label", { class: "switch-row" }, el("span", { class: "switch-words" }, el("span", {}, label), el("small", {}, hint)), field);
}

function times() {
  const text = byId("fault-errcode_times").value.trim();
  return /^\d+$/.test(text) ? Number(text) : null;
}

async function set(changes) {
  try {
    take(await api.setFaults(changes));
  } catch (problem) {
    toast(problem.message, { error: true });
    refresh();
  }
}

function allOff() {
  const names = [...SWITCHES, ...CHOICES].map(([name]) => name);
  const off = Object.fromEntries(names.map((name) => [name, OFF[name] ?? false]));
  set({ ...off, errcode: null, errcode_for: "*", errcode_times: null });
}

async function refresh() {
  try {
    take(await api.faults());
  } catch {
    // The chat tells that the simulator is away.
  }
}

function isOn(name, value) {
  return !["errcode_for", "errcode_times"].includes(name) && value !== null && value !== false && value !== (OFF[name] ?? false);
}

function take(faults) {
  const changed = JSON.stringify(faults) !== JSON.stringify(state.faults);
  state.faults = faults;
  if (!changed) return;
  for (const [name, value] of Object.entries(faults)) {
    const control = byId(`fault-${name}`);
    if (!control || control === document.activeElement && control.tagName === "INPUT" && control.type !== "checkbox") continue;
    if (control.type === "checkbox") control.checked = Boolean(value);
    else if (control.tagName === "SELECT") choose(control, value);
    else control.value = value === null || (name === "errcode_for" && value === "*") ? "" : String(value);
  }
  const count = Object.entries(faults).filter(([name, value]) => isOn(name, value)).length;
  byId("fault-count").hidden = count === 0;
  byId("fault-count").textContent = String(count);
  byId("fault-count").setAttribute("aria-label", `${count} 个故障打开`);
  emit("faults");
}

/** Selects a value; one that is not offered (set by a program) becomes an option of its own. */
function choose(select, value) {
  const text = JSON.stringify(value === true && select.id === "fault-retry_storm" ? "concurrent" : value);
  if (![...select.options].some((option) => option.value === text)) select.append(el("option", { value: text }, text));
  select.value = text;
}
