/** An element with text in it. Text is all that ever gets in: nothing of a model is read as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(name: K, text = "", className = ""): HTMLElementTagNameMap[K] {
  const made = document.createElement(name);
  if (text !== "") made.textContent = text;
  if (className !== "") made.className = className;
  return made;
}

export function button(label: string, run: () => void): HTMLButtonElement {
  const made = element("button", label);
  made.type = "button";
  made.addEventListener("click", run);
  return made;
}
