// Questions to the person: each resolves to what they chose, or null.

import { byId, el, toast } from "./dom.js";
import { readDataUrl } from "./recorder.js";

const MAX_FILE = 10 * 1024 * 1024;

/** A modal form; `fields` are nodes, `read(form data)` turns them into the result. */
function ask({ title, hint = "", fields, confirm = "发送", extra = null, read, danger = false }) {
  return new Promise((resolve) => {
    let result = null;
    const form = el("form", { method: "dialog", class: "ask" },
      el("h2", {}, title),
      hint ? el("p", { class: "ask-hint" }, hint) : null,
      ...fields,
      el("div", { class: "ask-buttons" },
        el("button", { type: "button", class: "button button-quiet", onclick: () => dialog.close() }, "取消"),
        extra ? el("button", { type: "button", class: "button button-quiet", onclick: () => { result = extra.value; dialog.close(); } }, extra.label) : null,
        el("button", { type: "submit", class: danger ? "button button-danger" : "button", "data-testid": "dialog-ok" }, confirm)));
    const dialog = el("dialog", { class: "dialog", "aria-label": title }, form);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      result = read(new FormData(form));
      dialog.close();
    });
    dialog.addEventListener("close", () => { dialog.remove(); resolve(result); });
    document.body.append(dialog);
    dialog.showModal();
  });
}

const field = (label, input) => el("label", { class: "field" }, el("span", {}, label), input);
const input = (name, attributes = {}) => el("input", { name, autocomplete: "off", ...attributes });

export function askRecognition({ recorded }) {
  return ask({
    title: recorded ? "语音已录好" : "用文字代替语音",
    hint: "真微信会把语音转成文字（Recognition）一起发给公众号；这里请您替它写上。",
    fields: [field("识别出的文字", el("textarea", { name: "words", rows: "3", maxlength: "500", required: true, "data-testid": "recognition" }))],
    extra: { label: "不带文字发送", value: {} },
    read: (data) => ({ recognition: data.get("words").trim() }),
  });
}

const PLACES = [
  ["西安市碑林区 · 钟楼", 34.2611, 108.9425],
  ["西安市雁塔区 · 省总工会", 34.2239, 108.9486],
  ["宝鸡市金台区 · 市民中心", 34.3619, 107.2374],
  ["延安市宝塔区 · 枣园", 36.6261, 109.4411],
  ["榆林市榆阳区 · 世纪广场", 38.2852, 109.7346],
  ["汉中市汉台区 · 古汉台", 33.0676, 107.0238],
];

export function askLocation() {
  const label = input("label", { required: true, maxlength: "100", value: PLACES[0][0], "data-testid": "place-label" });
  const latitude = input("lat", { required: true, type: "number", step: "any", min: "-90", max: "90", value: PLACES[0][1] });
  const longitude = input("lng", { required: true, type: "number", step: "any", min: "-180", max: "180", value: PLACES[0][2] });
  const choice = el("select", {}, ...PLACES.map(([name], index) => el("option", { value: String(index) }, name)));
  choice.addEventListener("change", () => {
    [label.value, latitude.value, longitude.value] = PLACES[Number(choice.value)];
  });
  return ask({
    title: "发送位置",
    fields: [field("常用地点", choice), field("地点名称", label), el("div", { class: "two" }, field("纬度", latitude), field("经度", longitude))],
    read: (data) => ({ label: data.get("label"), lat: Number(data.get("lat")), lng: Number(data.get("lng")) }),
  });
}

export function askLink() {
  return ask({
    title: "发送链接",
    fields: [
      field("标题", input("title", { required: true, maxlength: "100" })),
      field("说明（可不填）", input("description", { maxlength: "200" })),
      field("网址", input("url", { required: true, type: "url", placeholder: "https://" })),
    ],
    read: (data) => ({ title: data.get("title"), description: data.get("description"), url: data.get("url") }),
  });
}

export function askName() {
  return ask({
    title: "新粉丝",
    hint: "多一个人拿着手机。名字只在模拟器里显示，公众号看不到。",
    fields: [field("名字", input("name", { required: true, maxlength: "20", "data-testid": "new-name" }))],
    confirm: "添加",
    read: (data) => data.get("name").trim(),
  });
}

export function askSure(title, hint, confirm) {
  return ask({ title, hint, fields: [], confirm, danger: true, read: () => true });
}

/** Lets the person choose a file; resolves to its data URL, or null. */
export function pickFile(accept, label) {
  return new Promise((resolve) => {
    const chooser = el("input", { type: "file", accept, "aria-label": label, class: "sr-only", "data-testid": "file" });
    const finish = (value) => { chooser.remove(); resolve(value); };
    chooser.addEventListener("cancel", () => finish(null));
    chooser.addEventListener("change", async () => {
      const file = chooser.files[0];
      if (!file) return finish(null);
      if (file.size > MAX_FILE) {
        toast("文件超过 10 MB，请换一个小一些的", { error: true });
        return finish(null);
      }
      try {
        finish(await readDataUrl(file));
      } catch {
        toast("文件没有读出来，请换一个再试", { error: true });
        finish(null);
      }
    });
    byId("screen").append(chooser);
    chooser.click();
  });
}

/** A drawn picture for demonstrations, as data URL: a building site at dawn, with the sender's name. */
export function samplePicture(name) {
  const canvas = el("canvas", { width: "720", height: "540" });
  const pen = canvas.getContext("2d");
  const sky = pen.createLinearGradient(0, 0, 0, 540);
  sky.addColorStop(0, "#5b8def");
  sky.addColorStop(0.6, "#f7c59f");
  sky.addColorStop(1, "#f4a261");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, 720, 540);
  pen.fillStyle = "#ffe9b8";
  pen.beginPath();
  pen.arc(540, 330, 56, 0, Math.PI * 2);
  pen.fill();
  pen.fillStyle = "#2f3e52";
  for (const [x, width, height] of [[40, 110, 210], [170, 90, 300], [280, 130, 170], [430, 70, 240], [520, 150, 130]]) {
    pen.fillRect(x, 470 - height, width, height);
  }
  pen.fillRect(0, 470, 720, 70);
  pen.strokeStyle = "#2f3e52";
  pen.lineWidth = 9;
  pen.beginPath();
  pen.moveTo(215, 170);
  pen.lineTo(215, 70);
  pen.lineTo(470, 70);
  pen.moveTo(420, 70);
  pen.lineTo(420, 190);
  pen.stroke();
  pen.fillStyle = "#ffd98a";
  for (let index = 0; index < 26; index += 1) pen.fillRect(58 + (index % 6) * 16 + (index > 12 ? 130 : 0), 280 + Math.floor(index / 6) * 34, 9, 14);
  pen.fillStyle = "rgba(255,255,255,.92)";
  pen.font = "30px sans-serif";
  pen.fillText(`${name} 拍的工地清晨`, 32, 516);
  return canvas.toDataURL("image/jpeg", 0.85);
}
