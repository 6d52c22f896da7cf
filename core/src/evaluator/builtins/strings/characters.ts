/** Whether each character is one UTF-16 unit. */
export function isFlat(text: string): boolean {
  return !/[\ud800-\udbff]/.test(text)
}

/** Characters (code points) in front of a UTF-16 unit. Default: in all of the text. */
export function countCharacters(text: string, end: number = text.length): number {
  let count = end
  for (let at = 0; at < end; at++) if ((text.charCodeAt(at) & 0xfc00) === 0xdc00) count--
  return count
}
