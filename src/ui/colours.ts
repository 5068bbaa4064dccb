/**
 * The colour that a token has now, as `rgb(…)`, for a canvas that cannot read `var(--…)`. Read again when the theme changes.
 * @param token `--ink`
 */
export function tokenColour(token: `--${string}`, inside: Element = document.body): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${token})`;
  inside.append(probe);
  const colour = getComputedStyle(probe).color;
  probe.remove();
  return colour;
}
