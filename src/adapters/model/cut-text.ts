/** The beginning of a text, of at most so many UTF-16 units and never half a character. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const isSplit = /[\uD800-\uDBFF]/.test(text[maxChars - 1] ?? '')
  return text.slice(0, isSplit ? maxChars - 1 : maxChars)
}
