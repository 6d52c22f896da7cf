import type { ReplicaEvent, StateKind } from './state.ts'

/**
 * What an event may lead to from a state, apart from refusing it, which always leaves the state as it is. SPEC.md
 * tells why. The types are total, so that the compiler refuses a forgotten cell; `state.test.ts` walks the machine.
 */
export const transitionTable: Record<
  StateKind,
  Record<ReplicaEvent['type'], readonly StateKind[]>
> = {
  empty: {
    entry: ['empty'],
    content: ['empty'],
    head: ['empty', 'waiting', 'activating'],
    activated: ['empty'],
    failed: ['empty'],
    swept: ['empty'],
  },
  waiting: {
    entry: ['waiting', 'activating'],
    content: ['waiting', 'activating'],
    head: ['waiting', 'activating'],
    activated: ['waiting'],
    failed: ['waiting'],
    swept: ['waiting'],
  },
  activating: {
    entry: ['activating', 'waiting'],
    content: ['activating', 'waiting'],
    head: ['activating', 'waiting'],
    activated: ['active'],
    failed: ['empty'],
    swept: ['activating'],
  },
  active: {
    entry: ['active'],
    content: ['active'],
    head: ['active', 'catching-up', 'switching'],
    activated: ['active'],
    failed: ['active'],
    swept: ['active'],
  },
  'catching-up': {
    entry: ['catching-up', 'switching'],
    content: ['catching-up', 'switching'],
    head: ['catching-up', 'switching'],
    activated: ['catching-up'],
    failed: ['catching-up'],
    swept: ['catching-up'],
  },
  switching: {
    entry: ['switching', 'catching-up'],
    content: ['switching', 'catching-up'],
    head: ['switching', 'catching-up'],
    activated: ['active'],
    failed: ['active'],
    swept: ['switching'],
  },
}
