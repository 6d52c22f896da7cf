import type { Builtin } from '../builtin.ts'
import { jwtDecodeVerify } from './decode-verify.ts'
import { jwtDecode } from './decode.ts'
import { jwtEncodeSign, jwtEncodeSignRaw } from './sign.ts'
import { verifyMac, verifyWith } from './verify.ts'

/** JSON Web Tokens (RFC 7519), signed ones (RFC 7515). */
export const builtins: Readonly<Record<string, Builtin>> = {
  'io.jwt.decode': jwtDecode,
  'io.jwt.decode_verify': jwtDecodeVerify,
  'io.jwt.encode_sign': jwtEncodeSign,
  'io.jwt.encode_sign_raw': jwtEncodeSignRaw,
  'io.jwt.verify_eddsa': verifyWith('EdDSA'),
  'io.jwt.verify_es256': verifyWith('ES256'),
  'io.jwt.verify_es384': verifyWith('ES384'),
  'io.jwt.verify_es512': verifyWith('ES512'),
  'io.jwt.verify_hs256': verifyMac('SHA256'),
  'io.jwt.verify_hs384': verifyMac('SHA384'),
  'io.jwt.verify_hs512': verifyMac('SHA512'),
  'io.jwt.verify_ps256': verifyWith('PS256'),
  'io.jwt.verify_ps384': verifyWith('PS384'),
  'io.jwt.verify_ps512': verifyWith('PS512'),
  'io.jwt.verify_rs256': verifyWith('RS256'),
  'io.jwt.verify_rs384': verifyWith('RS384'),
  'io.jwt.verify_rs512': verifyWith('RS512'),
}
