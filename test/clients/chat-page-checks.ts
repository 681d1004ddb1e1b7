// Checks that run inside the page, as text: the tests are typed for Node.

/** Controls without a name, ids that stand twice, fields without a label, pictures without a text. */
export const ACCESSIBILITY_FAULTS = `(() => {
  const faults = [];
  const shown = (one) => one.checkVisibility();
  const name = (one) => (one.getAttribute("aria-label") || one.getAttribute("aria-labelledby") || one.textContent || "").trim();
  for (const one of document.querySelectorAll("button, summary, [role=radio]")) if (shown(one) && name(one) === "") faults.push("no name: " + one.outerHTML.slice(0, 80));
  for (const one of document.querySelectorAll("input, select, textarea")) if (shown(one) && !one.getAttribute("aria-label") && one.labels.length === 0) faults.push("no label: #" + one.id);
  for (const one of document.querySelectorAll("nav, aside, [role=log], [role=radiogroup], dialog")) if (!one.getAttribute("aria-label") && !one.getAttribute("aria-labelledby")) faults.push("no name: " + one.tagName);
  for (const one of document.querySelectorAll("img")) if (!one.hasAttribute("alt")) faults.push("no alt: " + one.src);
  for (const one of document.querySelectorAll("[aria-controls], [aria-describedby]")) for (const id of (one.getAttribute("aria-controls") ?? one.getAttribute("aria-describedby")).split(" ")) if (!document.getElementById(id)) faults.push("no #" + id);
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  faults.push(...ids.filter((id, i) => ids.indexOf(id) !== i).map((id) => "twice: " + id));
  if (document.documentElement.lang === "") faults.push("no language");
  if (document.querySelectorAll("main").length !== 1 || document.querySelectorAll("h1").length !== 1) faults.push("no single main and h1");
  return faults;
})()`;

/** Shown texts whose contrast with what lies behind them is below WCAG's 4.5. */
export const CONTRAST_FAULTS = `(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (color) => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = color; canvas.fillRect(0, 0, 1, 1); return [...canvas.getImageData(0, 0, 1, 1).data]; };
  const over = ([r, g, b, a], [x, y, z]) => [r, g, b].map((value, i) => value * a / 255 + [x, y, z][i] * (1 - a / 255));
  const light = (rgb) => rgb.slice(0, 3).map((v) => { const s = v / 255; return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4; }).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (one) => { const layers = []; for (let at = one; at; at = at.parentElement) layers.push(rgba(getComputedStyle(at).backgroundColor)); return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255]); };
  const faults = new Set();
  for (const one of document.querySelectorAll("body *")) {
    if (!one.checkVisibility({ opacityProperty: true }) || one.closest(":disabled, .quiet, option") || ![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "")) continue;
    const back = behind(one);
    const [a, b] = [light(over(rgba(getComputedStyle(one).color), back)), light(back)];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faults.add(one.tagName + "." + one.className + " " + ratio.toFixed(2) + " " + one.textContent.slice(0, 30));
  }
  return [...faults];
})()`;
