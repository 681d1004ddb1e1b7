/** The look: only the theme's own colours, so that light, dark and high contrast are right. */
export const STYLE = `
:host { display: block; color: var(--vscode-editor-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size); line-height: 1.5; }
.scroll { overflow-x: auto; margin-bottom: 6px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: start; padding: 4px 8px 2px; font-weight: 600; }
th, td { padding: 2px 8px; text-align: start; vertical-align: top; white-space: pre-wrap; border-bottom: 1px solid var(--vscode-notebook-cellBorderColor, var(--vscode-widget-border, transparent)); }
td.answer { min-width: 24ch; max-width: 60ch; overflow-wrap: anywhere; }
.right { text-align: end; }
th { border-bottom: 1px solid var(--vscode-editor-foreground); font-weight: 600; }
th button { all: unset; cursor: pointer; font-weight: inherit; white-space: nowrap; }
th button::after { content: "\\00a0\\2195"; opacity: 0.35; }
th[aria-sort=ascending] button::after { content: "\\00a0\\2191"; opacity: 1; }
th[aria-sort=descending] button::after { content: "\\00a0\\2193"; opacity: 1; }
tbody tr.run { cursor: pointer; }
tbody tr.run:hover { background: var(--vscode-list-hoverBackground); }
tbody tr.run[data-open=true] { background: var(--vscode-list-inactiveSelectionBackground); }
tr.run button { all: unset; cursor: pointer; width: 1.4em; text-align: center; }
button:focus-visible, input:focus-visible, summary:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px; }
.failed { color: var(--vscode-errorForeground); }
.note { color: var(--vscode-descriptionForeground); font-size: 0.92em; }
.detail { padding: 4px 8px 10px 24px; max-width: 100ch; white-space: normal; }
.text { white-space: pre-wrap; overflow-wrap: anywhere; margin: 2px 0 8px; padding-inline-start: 10px; border-inline-start: 2px solid var(--vscode-widget-border, currentColor); max-height: 40em; overflow-y: auto; }
h4 { margin: 8px 0 0; font-size: 1em; }
details > summary { cursor: pointer; width: fit-content; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(22ch, 1fr)); gap: 0 16px; margin: 2px 0; font-variant-numeric: tabular-nums; }
dl div { display: flex; justify-content: space-between; gap: 8px; }
dt { color: var(--vscode-descriptionForeground); }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: 2px 0; padding-inline-start: 20px; }
del { background: var(--vscode-diffEditor-removedTextBackground); border: 1px solid var(--vscode-diffEditor-removedTextBorder, transparent); text-decoration: line-through; }
ins { background: var(--vscode-diffEditor-insertedTextBackground); border: 1px solid var(--vscode-diffEditor-insertedTextBorder, transparent); text-decoration: underline; }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;
