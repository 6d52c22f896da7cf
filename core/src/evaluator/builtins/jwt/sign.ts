import { base64url } from 'jose'

import { isJsonObject } from '../../../json/equal.ts'
import type { RegoValue } from '../../value.ts'
import { bytesOperand } from '../bytes.ts'
import { readJson } from '../encodings/json-read.ts'
import { marshalJson } from '../encodings/json-write.ts'
import { expectHeaderJson } from '../keys/common-json.ts'
import { parseJwks } from '../keys/jwk.ts'
import { algorithms, signWith } from '../keys/signature.ts'
import { BuiltinError, stringOperand } from '../operand.ts'

/** A token out of header, payload and JWK, each a value. */
export function jwtEncodeSign([
  header = null,
  payload = null,
  key = null,
]: readonly RegoValue[]): string {
  return sign({ header: marshalJson(header), payload: marshalJson(payload), key: marshalJson(key) })
}

/** A token out of header, payload and JWK, each JSON text. */
export function jwtEncodeSignRaw([header, payload, key]: readonly RegoValue[]): string {
  return sign({
    header: stringOperand(header),
    payload: stringOperand(payload),
    key: stringOperand(key),
  })
}

interface Parts {
  readonly header: string
  readonly payload: string
  readonly key: string
}

function sign({ header, payload, key }: Parts): string {
  const first = parseJwks(key)[0]
  if (!first) throw new BuiltinError('no keys found in JWK set')
  const members = expectHeaderJson(header)
  const { alg, typ } = isJsonObject(members) ? members : {}
  const algorithm = typeof alg === 'string' ? algorithms.get(alg) : undefined
  if (!algorithm) throw new BuiltinError('unknown JWS algorithm')
  if ((typeof typ !== 'string' || typ === 'JWT') && readJson(payload) === undefined)
    throw new BuiltinError('type is JWT but payload is not JSON')
  const signed = `${base64url.encode(bytesOperand(header))}.${base64url.encode(bytesOperand(payload))}`
  const signature = signWith(first.key, algorithm, bytesOperand(signed))
  return `${signed}.${base64url.encode(signature)}`
}
