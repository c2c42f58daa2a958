/**
 * numerator / denominator, rounded half up.
 *
 * @param numerator not negative
 * @param denominator positive
 */
export function divideHalfUp(numerator: bigint, denominator: bigint): bigint {
  return (2n * numerator + denominator) / (2n * denominator);
}
