import type { Builtin } from '../builtin.ts'
import { base64UrlEncodeNoPad, hexDecode, hexEncode } from './hex.ts'
import {
  urlQueryDecode,
  urlQueryDecodeObject,
  urlQueryEncode,
  urlQueryEncodeObject,
} from './url-query.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'base64url.encode_no_pad': base64UrlEncodeNoPad,
  'hex.decode': hexDecode,
  'hex.encode': hexEncode,
  'urlquery.decode': urlQueryDecode,
  'urlquery.decode_object': urlQueryDecodeObject,
  'urlquery.encode': urlQueryEncode,
  'urlquery.encode_object': urlQueryEncodeObject,
}
