import type { Block } from "../markdown.ts";
import { copyText } from "./clipboard.ts";
import { button, element } from "./dom.ts";
import { setInertHtml } from "./inert-html.ts";

const SHOWN_MS = 1500;

/** A reply's blocks. Only those that changed are drawn again, so a selection in the finished part stays. */
export class BlockList {
  readonly element = element("div", "text");
  #shown: readonly Block[] = [];

  draw(blocks: readonly Block[]): void {
    blocks.forEach((block, index) => {
      if (this.#shown[index]?.html === block.html) return;
      const made = blockElement(block);
      const old = this.element.children[index];
      if (old === undefined) this.element.append(made);
      else old.replaceWith(made);
    });
    while (this.element.children.length > blocks.length) this.element.lastElementChild?.remove();
    this.#shown = blocks;
  }
}

function blockElement({ html, code }: Block): HTMLElement {
  const made = element("div", "block");
  setInertHtml(made, html);
  if (code !== undefined) made.prepend(codeBar(made, code));
  return made;
}

function codeBar(block: HTMLElement, code: string): HTMLElement {
  const bar = element("div", "code-bar");
  const copy = button("Copy", () => void copyWithSign(copy, code));
  copy.setAttribute("aria-label", "Copy the code");
  bar.append(element("span", "", block.querySelector("pre")?.dataset.language ?? ""), copy);
  // A wide block is scrolled with the keyboard, too.
  block.querySelector("pre")?.setAttribute("tabindex", "0");
  return bar;
}

/** Copies and says so on the button for a moment. */
export async function copyWithSign(target: HTMLButtonElement, text: string): Promise<void> {
  const content = [...target.childNodes];
  const sign = await copyText(text).then(() => "Copied", () => "Not copied");
  target.replaceChildren(sign);
  setTimeout(() => target.replaceChildren(...content), SHOWN_MS);
}
