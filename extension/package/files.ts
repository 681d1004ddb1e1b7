/** What the package holds beside `dist`, by path in the repository. A folder means all that is in it. */
export const PACKAGE_FILES: readonly string[] = [
  "package.json", "package.nls.json", "package.nls.zh-cn.json", "l10n",
  "extension/language/syntaxes", "extension/models/walkthrough",
  "runtime/models/catalogue.json", "kernel/logos", "notebooks/quickstart.ipynb",
  "README.md", "CHANGELOG.md", "LICENSE",
];
