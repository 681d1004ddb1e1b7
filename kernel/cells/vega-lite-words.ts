/** The vocabulary of a Vega-Lite specification (version 6), as far as a slip of the keyboard can be told by it. */

export const MARKS: readonly string[] = [
  "arc", "area", "bar", "line", "point", "rect", "rule", "text", "tick", "trail", "circle", "square", "geoshape", "boxplot", "errorbar", "errorband",
];

/** Channels that would reach out of the chart: pictures and links. */
export const OUTWARD_CHANNELS: readonly string[] = ["url", "href"];

export const CHANNELS: readonly string[] = [
  "angle", "color", "column", "description", "detail", "facet", "fill", "fillOpacity", "key", "latitude", "latitude2", "longitude", "longitude2", "opacity",
  "order", "radius", "radius2", "row", "shape", "size", "stroke", "strokeDash", "strokeOpacity", "strokeWidth", "text", "theta", "theta2", "time", "tooltip",
  "x", "x2", "xError", "xError2", "xOffset", "y", "y2", "yError", "yError2", "yOffset",
];

export const CHANNEL_KEYS: readonly string[] = [
  "aggregate", "axis", "align", "bandPosition", "bin", "bounds", "center", "columns", "condition", "datum", "field", "format", "formatType", "header", "impute",
  "legend", "rescale", "scale", "sort", "spacing", "stack", "timeUnit", "title", "type", "value",
];

export const FIELD_TYPES: readonly string[] = ["quantitative", "ordinal", "temporal", "nominal", "geojson"];

export const AGGREGATES: readonly string[] = [
  "average", "count", "distinct", "max", "mean", "median", "min", "missing", "product", "q1", "q3", "ci0", "ci1", "stderr", "stdev", "stdevp", "sum", "valid",
  "values", "variance", "variancep", "exponential", "exponentialb",
];

/** Keys of a diagram inside another one. */
export const INNER_SPEC_KEYS: readonly string[] = [
  "align", "bounds", "center", "columns", "concat", "data", "description", "encoding", "facet", "hconcat", "height", "layer", "mark", "name", "params",
  "projection", "repeat", "resolve", "spacing", "spec", "title", "transform", "vconcat", "view", "width",
];

/** Keys under which more diagrams stand: in a list, or one. */
export const SPEC_LISTS: readonly string[] = ["layer", "hconcat", "vconcat", "concat"];

/** Fields that transforms make without being told a name. */
export const TRANSFORM_FIELDS: readonly string[] = ["key", "value", "density", "data", "index"];
