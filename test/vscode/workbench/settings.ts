/** User settings that keep a workbench quiet and offline, as ../../../ARCHITECTURE.md's tests need it. */
export const QUIET_SETTINGS: Readonly<Record<string, unknown>> = {
  "workbench.startupEditor": "none",
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "workbench.enableExperiments": false,
  // The newest VS Code brings an extension of its own for completion and chat.
  "chat.disableAIFeatures": true,
  "workbench.tips.enabled": false,
  "git.enabled": false,
  "npm.autoDetect": "off",
  "json.schemaDownload.enable": false,
  "files.autoSave": "off",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "editor.inlineSuggest.enabled": true,
  // The list of words would take Tab from the ghost text.
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.wordBasedSuggestions": "off",
};
