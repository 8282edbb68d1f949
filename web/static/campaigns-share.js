/* The card a campaign is shared as inside WeChat. What the JS-SDK does for these two calls, and no more: the page shows its
   signature, then sets title, words, link and picture as its own `og:` tags have them. Outside WeChat, or where anything fails,
   those tags stand alone. */
(() => {
  const place = document.currentScript.dataset.sign;
  const invoke = (name, values) => new Promise((resolve, reject) => {
    window.WeixinJSBridge.invoke(name, values, (answer) => {
      if (/:ok$/.test(answer.err_msg || answer.errMsg || "")) resolve(answer); else reject(new Error(name));
    });
  });
  const own = (name) => document.querySelector(`meta[property="og:${name}"]`)?.content ?? "";
  const setCard = async () => {
    const page = location.href.split("#")[0];
    const response = await fetch(`${place}?url=${encodeURIComponent(page)}`, { headers: { Accept: "application/json" } });
    if (!response.ok) return;
    const { appid, timestamp, nonce, signature } = await response.json();
    const signed = { appId: appid, verifyAppId: appid, verifySignType: "sha1", verifyTimestamp: String(timestamp), verifyNonceStr: nonce, verifySignature: signature };
    const calls = ["updateAppMessageShareData", "updateTimelineShareData"];
    await invoke("preVerifyJSAPI", { ...signed, verifyJsApiList: calls, verifyOpenTagList: [] });
    const shown = { title: own("title"), desc: own("description"), link: own("url"), imgUrl: own("image") };
    await Promise.all(calls.map((name) => invoke(name, { ...signed, ...shown })));
  };
  const begin = () => { setCard().catch(() => {}); };
  if (!/MicroMessenger/i.test(navigator.userAgent)) return;
  if (window.WeixinJSBridge) begin(); else document.addEventListener("WeixinJSBridgeReady", begin, { once: true });
})();
