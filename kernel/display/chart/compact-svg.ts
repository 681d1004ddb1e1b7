const TAG = /<[a-zA-Z][^>]*>/g;
/** What nothing shows: empty paths and those that are switched off. */
const INVISIBLE = /<path(?=[^>]* (?:d=""|d="M0,0h0v0h0Z"|display="none"))[^>]*\/>/g;
/** Names for style sheets that there are none of, and words for the parts of a picture that has a text of its own as a whole. */
const NEEDLESS = / (?:class|pointer-events|role|aria-[a-z]+)="[^"]*"| opacity="1"/g;
const PLACE = / (?:transform|d|x2|y2)="[^"]*"/g;
const LONG_NUMBER = /-?\d+\.\d{3,}/g;
const FONT = / font-family="([^"]*)"/g;

/**
 * A drawing of Vega's without what makes no difference to the eye, about half as long: hundredths of a pixel are
 * enough, and one font is named once. Texts stay as they are.
 */
export function compactSvg(svg: string): string {
  const fonts = new Set([...svg.matchAll(FONT)].map(([, font]) => font ?? ""));
  const [font] = fonts;
  const isOneFont = fonts.size === 1 && font !== undefined;
  const compact = svg.replace(INVISIBLE, "").replace(TAG, (tag) => {
    const short = tag.replace(NEEDLESS, "").replace(PLACE, (place) => place.replace(LONG_NUMBER, (number) => String(Math.round(Number(number) * 100) / 100)));
    return isOneFont ? short.replace(FONT, "") : short;
  });
  return isOneFont ? compact.replace(/^<svg/, () => `<svg font-family="${font}"`) : compact;
}
