/** The few globals that Node, workerd and browsers share. Declared here so that core can use nothing else. */
declare const crypto: {
  readonly subtle: {
    digest(algorithm: 'SHA-256', data: Uint8Array): Promise<ArrayBuffer>
  }
  getRandomValues(array: BigUint64Array): BigUint64Array
  randomUUID(): string
}

declare function setTimeout(callback: () => void, ms: number): number
declare function clearTimeout(timer: number): void

declare class URL {
  constructor(url: string)
  readonly pathname: string
}

declare class TextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer>
  encodeInto(text: string, into: Uint8Array): { readonly read: number; readonly written: number }
}

declare class TextDecoder {
  constructor(label?: string, options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean })
  decode(bytes?: Uint8Array): string
}
