/** Servers by name, each at the address where it listens when nobody says otherwise. */
export const PRESETS = {
  vllm: { name: "vLLM", url: "http://127.0.0.1:8000" },
  ollama: { name: "Ollama", url: "http://127.0.0.1:11434" },
  "lm-studio": { name: "LM Studio", url: "http://127.0.0.1:1234" },
  jan: { name: "Jan", url: "http://127.0.0.1:1337" },
  litellm: { name: "LiteLLM", url: "http://127.0.0.1:4000" },
  "llama-server": { name: "llama-server", url: "http://127.0.0.1:8080" },
  "llama-cpp-python": { name: "llama-cpp-python", url: "http://127.0.0.1:8000" },
  ray: { name: "Ray Serve", url: "http://127.0.0.1:8000" },
} as const;

export type PresetName = keyof typeof PRESETS;

/** The address of a server that may be given by the name of a preset. Anything else comes back as it is. */
export function serverUrl(text: string): string {
  return Object.hasOwn(PRESETS, text) ? PRESETS[text as PresetName].url : text;
}
