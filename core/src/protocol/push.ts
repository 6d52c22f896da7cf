import * as v from 'valibot'

import { BlobSchema } from './blob.ts'
import { protocolVersion } from './version.ts'

/** More steps than a gateway keeps; what a reader lacks beyond that comes as a snapshot. */
const longestPush = 4096

/**
 * Gateway → replica, on every carrier: WebSocket and POST toward a Worker, a line of the stream toward a browser.
 *
 * A push carries signed entries in log order, blobs they name, and a head. It is idempotent: sent again it changes
 * nothing. Without entries and head it asks what the replica holds. Blobs may come in an earlier push than their entry,
 * or, on a WebSocket, as binary messages ahead of it: the bytes themselves, whose digest is their address, without an answer.
 * `entries` and `head` are statements (JWS); nothing else in a push is believed.
 */
export const PushSchema = v.tuple([
  v.literal('push'),
  v.strictObject({
    protocol: v.literal(protocolVersion),
    /** Echoed by the answer. */
    id: v.pipe(v.string(), v.maxLength(100)),
    scope: v.string(),
    entries: v.pipe(v.array(v.string()), v.maxLength(longestPush)),
    blobs: v.pipe(v.array(BlobSchema), v.maxLength(longestPush)),
    head: v.nullable(v.string()),
  }),
])
export type Push = v.InferOutput<typeof PushSchema>[1]
