import type { Labels } from "../labels.ts";
import type { Block } from "../markdown.ts";
import type { ViewMessage } from "../protocol.ts";
import { button, element } from "./dom.ts";

/** The answer's blocks. Only those that changed are drawn again, so a selection in the finished part stays. */
export class BlockList {
  readonly #parent: HTMLElement;
  readonly #labels: Labels;
  readonly #post: (message: ViewMessage) => void;
  #shown: Array<{ block: Block; canInsert: boolean }> = [];

  constructor(parent: HTMLElement, labels: Labels, post: (message: ViewMessage) => void) {
    this.#parent = parent;
    this.#labels = labels;
    this.#post = post;
  }

  draw(blocks: readonly Block[], canInsert: boolean): void {
    blocks.forEach((block, index) => {
      const shown = this.#shown[index];
      if (shown?.block.html === block.html && (block.code === undefined || shown.canInsert === canInsert)) return;
      const made = this.#make(block, canInsert);
      const old = this.#parent.children[index];
      if (old === undefined) this.#parent.append(made);
      else old.replaceWith(made);
    });
    while (this.#parent.children.length > blocks.length) this.#parent.lastElementChild?.remove();
    this.#shown = blocks.map((block) => ({ block, canInsert }));
  }

  #make({ html, code }: Block, canInsert: boolean): HTMLElement {
    const made = element("div", "block");
    // The renderer lets no markup of the model through, and the page's policy runs no script but ours.
    made.innerHTML = html;
    if (code !== undefined) made.append(this.#codeBar(code, canInsert));
    return made;
  }

  #codeBar(code: string, canInsert: boolean): HTMLElement {
    const bar = element("div", "code-bar");
    bar.append(button(this.#labels.copyCode, () => this.#post({ type: "copyCode", code })));
    if (canInsert) {
      bar.append(
        button(this.#labels.insert, () => this.#post({ type: "insert", code })),
        button(this.#labels.replace, () => this.#post({ type: "replace", code })),
      );
    }
    return bar;
  }
}
