/** VS Code's type of `*.ipynb` documents. */
export const NOTEBOOK_TYPE = "jupyter-notebook";
/** Name of the kernel, of its language and of our key in a notebook's metadata. */
export const KERNEL_NAME = "retort";

const FORMAT = { nbformat: 4, nbformat_minor: 5 };

/** What a notebook file says of its kernel, so that Jupyter clients start ours. Equal to what the kernel tells of itself. */
const KERNEL_METADATA = {
  kernelspec: { display_name: "Retort", language: KERNEL_NAME, name: KERNEL_NAME },
  language_info: {
    name: KERNEL_NAME,
    file_extension: ".retort.md",
    mimetype: "text/markdown",
    pygments_lexer: "markdown",
    codemirror_mode: "markdown",
  },
  retort: { format: 1 },
};

type Fields = Readonly<Record<string, unknown>>;

/** Metadata of a new notebook document: that of the file stands one level down, as VS Code's serializer wants it. */
export function newNotebookMetadata(): Record<string, unknown> {
  return { cells: [], metadata: KERNEL_METADATA, ...FORMAT };
}

/** `metadata` of a document with our kernel in place of whichever it named; everything else stays. */
export function withOurKernel(metadata: Fields): Record<string, unknown> {
  return { ...FORMAT, ...metadata, metadata: { ...fileMetadata(metadata), ...KERNEL_METADATA } };
}

/** True when the notebook file names our kernel or our language. */
export function isOurs(metadata: Fields): boolean {
  const { kernelspec, language_info: info } = fileMetadata(metadata);
  const { name, language } = fields(kernelspec);
  return name === KERNEL_NAME || language === KERNEL_NAME || (kernelspec === undefined && fields(info).name === KERNEL_NAME);
}

/** The kernel or language that the file names, for a person to read. */
export function kernelLabel(metadata: Fields): string | undefined {
  const { kernelspec, language_info: info } = fileMetadata(metadata);
  const { display_name: label, name } = fields(kernelspec);
  return [label, name, fields(info).name].find((text): text is string => typeof text === "string" && text !== "");
}

/** Tags of a cell, from the metadata of its document. */
export function cellTags(metadata: Fields): string[] {
  const { tags } = fields(metadata["metadata"]);
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : [];
}

function fileMetadata(metadata: Fields): Fields {
  return fields(metadata["metadata"]);
}

/** A file is a stranger's: anything may stand where an object is expected. */
function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}
