import { escapeHtml } from "../../../runtime/escape-html.ts";
import type { Labels } from "./labels.ts";

export interface PageFacts {
  /** VS Code's own source for files of the extension. */
  cspSource: string;
  script: string;
  style: string;
  /** Random, new for each page. */
  nonce: string;
  /** Random; both sides put it on their messages. */
  key: string;
  locale: string;
  labels: Labels;
}

/** The empty page. All content arrives by messages; nothing but the bundled script may run, and nothing is fetched. */
export function page({ cspSource, script, style, nonce, key, locale, labels }: PageFacts): string {
  const csp = `default-src 'none'; style-src ${cspSource}; script-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(locale)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(csp)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(style)}">
<title>Retort</title>
</head>
<body data-key="${escapeHtml(key)}" data-labels="${escapeHtml(JSON.stringify(labels))}">
<main id="view"></main>
<script nonce="${escapeHtml(nonce)}" type="module" src="${escapeHtml(script)}"></script>
</body>
</html>`;
}
