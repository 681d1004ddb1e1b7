import { setting, type Contribution } from "../contributes/contribution.ts";

/** Settings that all parts share: the runtime that does the work. */
export const hostContribution = {
  settings: {
    "retort.model": setting({
      default: "",
      schema: { type: "string" },
      scope: "machine-overridable",
      description: {
        en: "Model for explanations and chat. Empty: the best one on this machine. Choose with *Retort: Choose Model*.",
        zh: "用于解释和聊天的模型。留空：本机最合适的模型。可用 *Retort: 选择模型* 更改。",
      },
    }),
    "retort.precision": setting<"auto" | "fp16" | "int8">({
      default: "auto",
      schema: { type: "string", enum: ["auto", "fp16", "int8"] },
      scope: "machine-overridable",
      description: {
        en: "FP16 or INT8 weights. `auto`: what suits this machine. A cell's own `precision:` wins.",
        zh: "FP16 或 INT8 权重。`auto`：根据本机自动选择。单元格中的 `precision:` 优先。",
      },
    }),
    "retort.runtime.url": setting({
      default: "",
      schema: { type: "string" },
      scope: "machine",
      description: {
        en: "Address of an OpenAI-compatible server to use instead of the runtime on this machine, for example `http://gpu-box:8000`, or the name of one at its usual place: `ollama`, `lm-studio`, `jan`, `vllm`, `litellm`, `llama-server`. Empty: this machine. A key is kept apart from the settings: run *Retort: Set Server Key*.",
        zh: "用于替代本机运行时的 OpenAI 兼容服务器地址，例如 `http://gpu-box:8000`；也可以写本机默认地址上服务器的名称：`ollama`、`lm-studio`、`jan`、`vllm`、`litellm`、`llama-server`。留空表示使用本机。密钥不保存在设置中：请运行 *Retort: 设置服务器密钥*。",
      },
    }),
    "retort.runtime.gpu": setting<"auto" | "cuda" | "vulkan" | "metal" | "cpu">({
      default: "auto",
      schema: { type: "string", enum: ["auto", "cuda", "vulkan", "metal", "cpu"] },
      scope: "machine",
      description: { en: "What computes. `auto` takes the best that works on this machine.", zh: "用于计算的设备。`auto` 会选择本机可用的最佳设备。" },
    }),
    "retort.runtime.threads": setting<number | null>({
      default: null,
      schema: { type: ["integer", "null"], minimum: 1, maximum: 1024 },
      scope: "machine",
      description: { en: "Processor threads at most. Empty: one for each physical core. Fewer are used while other programs are busy.", zh: "最多使用的处理器线程数。留空：每个物理核心一个。其他程序繁忙时会自动减少。" },
    }),
    "retort.runtime.contextLength": setting({
      default: 4096,
      schema: { type: "integer", minimum: 512, maximum: 131_072 },
      scope: "machine",
      description: { en: "Tokens that a conversation may have. More takes more memory.", zh: "一次对话可包含的 token 数。越多占用内存越多。" },
    }),
    "retort.runtime.memory": setting({
      default: "",
      schema: { type: "string", pattern: "^$|^\\d+(\\.\\d+)? ?(GB|%)$" },
      scope: "machine",
      description: { en: "Memory that models may take: `4GB`, or a share such as `60%`. Empty: what is sensible for this machine.", zh: "模型可使用的内存：如 `4GB` 或比例 `60%`。留空：根据本机自动决定。" },
    }),
    "retort.runtime.modelsFolder": setting({
      default: "",
      schema: { type: "string" },
      scope: "machine",
      description: { en: "Folder for downloaded models. Empty: the user's data folder.", zh: "下载模型的存放文件夹。留空：用户数据文件夹。" },
    }),
    "retort.runtime.offline": setting({
      default: false,
      schema: { type: "boolean" },
      scope: "machine",
      description: { en: "Never use the network: only models that are on this machine.", zh: "从不使用网络：仅使用本机已有的模型。" },
    }),
    "retort.runtime.audit": setting<"off" | "hash" | "full">({
      default: "hash",
      schema: { type: "string", enum: ["off", "hash", "full"] },
      scope: "machine",
      description: {
        en: "What the audit log keeps of each request: nothing (`off`), prompts and answers as hashes only (`hash`, unless the environment or Retort's `config.json` says otherwise), or their full text (`full`). For a runtime that is started from now on.",
        zh: "审计日志对每个请求保留的内容：不保留（`off`）、仅以哈希值保留提示和回答（`hash`，除非环境变量或 Retort 的 `config.json` 另有规定），或保留全文（`full`）。对此后启动的运行时生效。",
      },
    }),
  },
} as const satisfies Contribution;
