/** What an element is made with: attributes as in HTML, `true` for one without a value, and `on…` for listeners. */
export type Attributes = Readonly<Record<string, string | number | boolean | undefined | ((event: Event) => void)>>;

export type Child = Node | string | undefined | false;

/** An element with its attributes and children. Text is only ever text: nothing of what the server says is read as HTML. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Tag] {
  return filled(document.createElement(tag), attributes, children);
}

/** The same for SVG. */
export function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[Tag] {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
}

function filled<Made extends Element>(made: Made, attributes: Attributes, children: readonly Child[]): Made {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

/** Changes a text only when it is another one: a screen reader, and a selection, are left in peace. */
export function say(where: Element, text: string): void {
  if (where.textContent !== text) where.textContent = text;
}

/** Sets an attribute, or takes it away. */
export function mark(where: Element, attribute: string, value: string | boolean | undefined): void {
  if (value === undefined || value === false) where.removeAttribute(attribute);
  else if (where.getAttribute(attribute) !== (value === true ? '' : value))
    where.setAttribute(attribute, value === true ? '' : value);
}

/** Puts other children in place of those that are there. */
export function fill(where: Element, ...children: readonly Child[]): void {
  where.replaceChildren(...children.filter((child) => child !== undefined && child !== false));
}

const filledWith = new WeakMap<Element, string>();

/**
 * Puts other children in place of those that are there, unless they were made of the same: a focus in them stays, and a
 * screen reader does not read them again.
 */
export function fillWith(where: Element, what: unknown, make: () => readonly Child[]): void {
  const key = JSON.stringify(what);
  if (filledWith.get(where) === key) return;
  filledWith.set(where, key);
  fill(where, ...make());
}
