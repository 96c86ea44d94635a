import { required } from '@sensorium/contracts';

/** An element that index.html has. Throws where it has none, or one of another kind. */
export function byId<E extends Element>(id: string, kind: abstract new () => E): E {
  return instance(document.getElementById(id), kind, `#${id}`);
}

/** The first element below another that a selector fits. Throws as `byId`. */
export function within<E extends Element>(root: ParentNode, selector: string, kind: abstract new () => E): E {
  return instance(root.querySelector(selector), kind, selector);
}

function instance<E extends Element>(element: Element | null, kind: abstract new () => E, what: string): E {
  const found = required(element ?? undefined, `the element ${what}`);
  if (found instanceof kind) return found;
  throw new Error(`${what} is no ${kind.name}`);
}

type Attributes = Readonly<Record<string, string | number | boolean>>;
type Child = Node | string;

/** A new element; an attribute that is false is left out. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

/** A new element of a drawing. */
export function drawn<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS('http://www.w3.org/2000/svg', name);
  setAttributes(made, attributes);
  made.append(...children);
  return made;
}

function setAttributes(target: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) target.setAttribute(name, value === true ? '' : String(value));
  }
}

/** What a template of index.html holds, anew. */
export function fromTemplate<E extends Element>(id: string, kind: abstract new () => E): E {
  const { content } = byId(id, HTMLTemplateElement);
  return instance(document.importNode(content, true).firstElementChild, kind, `the content of #${id}`);
}

/** Says something to those who do not see the page. */
export function say(text: string): void {
  byId('said', HTMLElement).textContent = text;
}
