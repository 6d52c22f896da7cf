import type { Builtin } from '../builtin.ts'
import {
  base64Decode,
  base64Encode,
  base64IsValid,
  base64UrlDecode,
  base64UrlEncode,
  base64UrlEncodeNoPad,
} from './base64.ts'
import { hexDecode, hexEncode } from './hex.ts'
import { jsonIsValid, jsonMarshal, jsonMarshalWithOptions, jsonUnmarshal } from './json.ts'
import {
  urlQueryDecode,
  urlQueryDecodeObject,
  urlQueryEncode,
  urlQueryEncodeObject,
} from './url-query.ts'

export const builtins: Readonly<Record<string, Builtin>> = {
  'base64.decode': base64Decode,
  'base64.encode': base64Encode,
  'base64.is_valid': base64IsValid,
  'base64url.decode': base64UrlDecode,
  'base64url.encode': base64UrlEncode,
  'base64url.encode_no_pad': base64UrlEncodeNoPad,
  'hex.decode': hexDecode,
  'hex.encode': hexEncode,
  'json.is_valid': jsonIsValid,
  'json.marshal': jsonMarshal,
  'json.marshal_with_options': jsonMarshalWithOptions,
  'json.unmarshal': jsonUnmarshal,
  'urlquery.decode': urlQueryDecode,
  'urlquery.decode_object': urlQueryDecodeObject,
  'urlquery.encode': urlQueryEncode,
  'urlquery.encode_object': urlQueryEncodeObject,
}
