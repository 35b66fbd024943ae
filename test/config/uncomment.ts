/** An example with its commented lines switched on: those that begin with a key or a list item. */
export function uncomment(text: string): string {
  return text.replace(/^(\s*)# (\s*(?:- )?(?:[a-z_]+:|\{ [a-z_]+:|- \{).*)$/gm, '$1$2');
}
