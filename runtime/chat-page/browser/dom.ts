const SVG = "http://www.w3.org/2000/svg";

/** Lines of the icons, in a field of 24 by 24. */
const ICONS = {
  menu: "M4 7h16M4 12h16M4 17h16",
  sliders: "M4 8h9M17 8h3M13 5.5v5M4 16h3M11 16h9M11 13.5v5",
  send: "M12 19V6M6 11l6-6 6 6",
  stop: "M7 7h10v10H7z",
  copy: "M9 9h10v11H9zM5 15V4h10",
  done: "M5 12.5l4.5 4.5L19 7.5",
  again: "M19 12a7 7 0 1 1-2-5M17.5 3v4.5H13",
  edit: "M5 19l1-4L16 5l3 3L9 18zM14 7l3 3",
  left: "M14 7l-5 5 5 5",
  right: "M10 7l5 5-5 5",
  save: "M12 4v11M7 11l5 5 5-5M5 20h14",
  bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13M10.5 11v5M13.5 11v5",
  close: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
} as const;

export type IconName = keyof typeof ICONS;

export function element<K extends keyof HTMLElementTagNameMap>(name: K, className = "", text = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

export function button(label: string, run: () => void, className = ""): HTMLButtonElement {
  const made = element("button", className, label);
  made.type = "button";
  made.addEventListener("click", run);
  return made;
}

export function icon(name: IconName): SVGSVGElement {
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("viewBox", "0 0 24 24");
  made.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  made.append(path);
  return made;
}

/** Gives a button an icon and a name, which is read out and shown as its tip. */
export function withIcon(target: HTMLButtonElement, name: IconName, label: string): HTMLButtonElement {
  target.replaceChildren(icon(name));
  target.setAttribute("aria-label", label);
  target.title = label;
  return target;
}

export function iconButton(name: IconName, label: string, run: () => void): HTMLButtonElement {
  return withIcon(button("", run, "icon"), name, label);
}

/** The element of the page with this id. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}.`);
  return found as T;
}
