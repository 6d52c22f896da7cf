/** Of all members, which are released together: what reports and doors say. */
export const version = '0.1.0'
