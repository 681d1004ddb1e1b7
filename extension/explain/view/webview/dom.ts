export function element<K extends keyof HTMLElementTagNameMap>(name: K, className = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (className !== "") made.className = className;
  return made;
}

export function button(label: string, run: () => void): HTMLButtonElement {
  const made = element("button");
  made.type = "button";
  made.textContent = label;
  made.addEventListener("click", run);
  return made;
}
