/** Copies text. Pages that came over plain HTTP from another machine have no clipboard of their own; the old way works there. */
export async function copyText(text: string): Promise<void> {
  // Missing in such a page, whatever its type says.
  const clipboard = navigator.clipboard as Clipboard | undefined;
  if (clipboard !== undefined) return clipboard.writeText(text);
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "quiet";
  document.body.append(field);
  field.select();
  const copied = document.execCommand("copy");
  field.remove();
  if (!copied) throw new Error("The browser refused to copy.");
}
