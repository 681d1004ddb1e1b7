import assert from "node:assert/strict";
import { compactSvg } from "../../../../../kernel/display/chart/compact-svg.ts";

describe("compactSvg", () => {
  const cases: Array<[what: string, svg: string, expected: string]> = [
    ["rounds places to hundredths of a pixel", '<g transform="translate(14.444444444444443,-0.12345)"><line x2="1.23456" y2="2"/></g>', '<g transform="translate(14.44,-0.12)"><line x2="1.23" y2="2"/></g>'],
    ["leaves texts as they are, whatever stands in them", '<text opacity="1">opacity="1" 1.23456 class="a"</text>', '<text>opacity="1" 1.23456 class="a"</text>'],
    ["drops what is not seen", '<path class="background" aria-hidden="true" d="M0,0h0v0h0Z" pointer-events="none"/><path d="" display="none"/><path d="M0,0h5v5h0Z"/>', '<path d="M0,0h5v5h0Z"/>'],
    ["keeps opacities that show", '<path d="M1,1" opacity="0.6" fill="#0072B2"/>', '<path d="M1,1" opacity="0.6" fill="#0072B2"/>'],
    ["names the only font once", '<svg width="1"><text font-family="A, b">x</text><text font-family="A, b">y</text></svg>', '<svg font-family="A, b" width="1"><text>x</text><text>y</text></svg>'],
    ["keeps fonts that differ", '<svg><text font-family="A">x</text><text font-family="B">y</text></svg>', '<svg><text font-family="A">x</text><text font-family="B">y</text></svg>'],
    ["does not take a dollar sign in a font's name for a pattern", '<svg><text font-family="$& $1">x</text></svg>', '<svg font-family="$& $1"><text>x</text></svg>'],
  ];
  for (const [what, svg, expected] of cases) it(what, () => assert.equal(compactSvg(svg), expected));
});
