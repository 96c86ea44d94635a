/** The one of three neighbours that is nearest to left + above − above left: PNG, section 9.4. */
export function paeth(left: number, above: number, aboveLeft: number): number {
  const byLeft = Math.abs(above - aboveLeft);
  const byAbove = Math.abs(left - aboveLeft);
  const byAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (byLeft <= byAbove && byLeft <= byAboveLeft) return left;
  return byAbove <= byAboveLeft ? above : aboveLeft;
}
