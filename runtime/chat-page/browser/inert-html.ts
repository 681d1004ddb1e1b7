/** The part of Trusted Types that the page uses; not every browser has it. */
interface TrustedTypePolicies {
  createPolicy(name: string, rules: { createHTML(text: string): string }): { createHTML(text: string): string };
}

const policies = (globalThis as { trustedTypes?: TrustedTypePolicies }).trustedTypes;
/** The only way from text to markup; the server's policy allows no other. */
const policy = policies?.createPolicy("retort", { createHTML: (text) => text });

/** Fills an element with what our renderer made. Styles are set here, since the page's policy refuses them in markup. */
export function setInertHtml(target: HTMLElement, html: string): void {
  target.innerHTML = policy?.createHTML(html) ?? html;
  for (const styled of target.querySelectorAll<HTMLElement | MathMLElement>("[data-style]")) {
    styled.style.cssText = styled.getAttribute("data-style") ?? "";
    styled.removeAttribute("data-style");
  }
  for (const link of target.querySelectorAll("a")) link.target = "_blank";
}
