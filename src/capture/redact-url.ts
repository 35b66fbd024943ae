/** The text with the user and password of every URL in it replaced by `***`, for messages and logs. */
export function redactUrls(text: string): string {
  // Up to the last @ before the path: passwords with an unescaped @ exist.
  return text.replaceAll(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/?#]*@/gi, '$1***@');
}
