import { runsData } from "../runs-data.ts";
import { textsFor } from "../texts.ts";
import { element } from "./dom.ts";
import { runsView } from "./runs-view.ts";
import { STYLE } from "./style.ts";

/** What VS Code hands to a renderer, as far as it is used here. */
interface OutputItem {
  json(): unknown;
  text(): string;
}

/** Called once by VS Code; the result draws every output of our type. */
export function activate(): { renderOutputItem(item: OutputItem, place: HTMLElement): void } {
  const texts = textsFor(navigator.language);
  return {
    renderOutputItem(item, place) {
      // A tree of its own: neither do the notebook's styles reach in, nor ours out.
      const root = place.shadowRoot ?? place.attachShadow({ mode: "open" });
      const data = runsData(read(item));
      root.replaceChildren(element("style", STYLE), ...(data === null ? [element("pre", item.text())] : runsView(data, texts)));
    },
  };
}

/** Undefined for what is no JSON: its text is shown then. */
function read(item: OutputItem): unknown {
  try {
    return item.json();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
