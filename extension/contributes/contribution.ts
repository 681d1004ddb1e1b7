/** A text in both languages of the product. The generator turns it into a key of package.nls.json. */
export interface LocalText {
  en: string;
  zh: string;
}

/** Who may set a value: a workspace never chooses where programs, models and back ends come from. */
export type SettingScope = "application" | "machine" | "machine-overridable" | "window" | "resource" | "language-overridable";

/** The part of JSON Schema that VS Code's settings editor shows. */
export interface SettingSchema {
  type: "string" | "number" | "integer" | "boolean" | "array" | "object" | ReadonlyArray<string>;
  enum?: readonly (string | number | null)[];
  enumDescriptions?: readonly LocalText[];
  minimum?: number;
  maximum?: number;
  pattern?: string;
  items?: object;
  additionalProperties?: object | boolean;
}

export interface SettingSpec<T> {
  default: T;
  schema: SettingSchema;
  /** Markdown. */
  description: LocalText;
  scope: SettingScope;
}

export interface CommandSpec {
  title: LocalText;
  /** A codicon, such as `$(play)`. */
  icon?: string;
  enablement?: string;
}

/** One entry of a menu or of the key bindings, as package.json has it. */
export type Placement = Readonly<Record<string, unknown>>;

/** What one part of the extension adds to the manifest. Pure data: the tables are read without VS Code, too. */
export interface Contribution {
  settings?: Readonly<Record<string, SettingSpec<unknown>>>;
  commands?: Readonly<Record<string, CommandSpec>>;
  menus?: Readonly<Record<string, readonly Placement[]>>;
  keybindings?: readonly Placement[];
  /** Any other contribution points; a {@link LocalText} may stand wherever package.json has a text. */
  other?: Readonly<Record<string, unknown>>;
}

/** A setting whose type follows from its default. */
export function setting<T>(spec: SettingSpec<T>): SettingSpec<T> {
  return spec;
}
