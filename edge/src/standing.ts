import type { Head } from '@vedette/core/bundle/head'
import { formatRevision } from '@vedette/core/bundle/revision'
import { mayDecide } from '@vedette/core/replica/standing'

/** Where the hub stands, as small as can be: isolates ask for it again and again. */
export interface Standing {
  readonly head: Head
  /** Id of the program that the head's manifest stands for. */
  readonly program: string
  /** Whether the program holds wasm, which only an isolate of the Worker Loader runs. */
  readonly isolated: boolean
  /** OPAL's document of the hub as JSON text, where the program reads of it and the head does not hide it. */
  readonly opal?: string
  /** How the data came here from the position that was asked with; absent where that takes more than a few words. */
  readonly since?: { readonly from: string; readonly patches: readonly string[] }
}

/** The data an answer must be computed on: the head's position, '' for a scope without data. */
export function dataPosition({ parts }: Head): string {
  return parts.data?.position ?? ''
}

export function revisionOf({ head }: Standing): string {
  return formatRevision(head)
}

/** Whether what is held would decide at `now`, so that a newer head can be asked for in the background. */
export function isGood(standing: Standing | null, now: number): boolean {
  try {
    mayDecide(standing?.head, now)
    return true
  } catch {
    return false
  }
}
