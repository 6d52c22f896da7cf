/** A decision is made in one go, so there is one at a time; what is done outside of decisions has no limit. */
let left = Infinity

/** How many values and characters the decision that begins now may go through; `Infinity` when it ends. */
export function limitEffort(amount: number): void {
  left = amount
}

/**
 * Counts what steps do not: values that are compared, written or gone through. `[x, x]` of `[x, x]`, forty times over, is
 * made in forty steps and has no end. Throws `RangeError`.
 */
export function spend(amount: number): void {
  if ((left -= amount) < 0) throw new RangeError('values of too many members are gone through')
}
