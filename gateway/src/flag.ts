import * as v from 'valibot'

type FlagSchema = v.GenericSchema<string | undefined, boolean>

/** A variable that is yes as Go and Python read one, and else no; set but empty is as good as not set. */
export const flag = (whenAbsent: boolean): FlagSchema =>
  flagThat((value) => /^(1|t|true|y|yes|on)$/i.test(value || String(whenAbsent)))

/** One of OPA-PDP's own: whatever Go does not read as true is no. */
export const goFlag: FlagSchema = flagThat((value) => /^(1|t|T|true|True|TRUE)$/.test(value))

function flagThat(isYes: (value: string) => boolean): FlagSchema {
  return v.pipe(v.optional(v.string(), ''), v.transform(isYes))
}
