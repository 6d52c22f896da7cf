/** An identity from a real ONAP policy; a double cannot carry it. */
export const bigInteger = 445_611_193_265_040_129n
