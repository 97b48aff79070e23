// The little XML that S3 speaks: rendering answers from plain objects and reading the small documents of requests.
export type XmlContent =
  | string
  | number
  | boolean
  | undefined
  | { readonly [tag: string]: XmlContent | readonly XmlContent[] };

export interface XmlElement {
  readonly name: string;
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeText(text: string): string {
  return text
    .replace(/[&<>"]/g, mark => entities[mark] ?? mark)
    .replace(/[\u0000-\u001f]/g, control => `&#x${control.charCodeAt(0).toString(16)};`);
}

function unescapeText(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16));
    if (decimal) return String.fromCodePoint(Number(decimal));
    return { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name as string] ?? whole;
  });
}

function render(name: string, content: XmlContent | readonly XmlContent[]): string {
  if (content === undefined) return '';
  if (Array.isArray(content)) return content.map(one => render(name, one)).join('');
  if (typeof content !== 'object') return `<${name}>${escapeText(String(content))}</${name}>`;
  const inner = Object.entries(content).map(([tag, value]) => render(tag, value));
  return `<${name}>${inner.join('')}</${name}>`;
}

/** A document with one root; arrays repeat their tag, undefined leaves it out. */
export function xml(root: string, content: XmlContent): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${render(root, content)}`;
}

/** The root element of a request's document, or undefined where it isn't well formed. Attributes are dropped. */
export function parseXml(text: string): XmlElement | undefined {
  type Open = { name: string; text: string; children: XmlElement[] };
  const top: Open = { name: '', text: '', children: [] };
  const open: Open[] = [top];
  for (const [whole, closing, name, selfClosing] of text.matchAll(
    /<[?!][^>]*>|<(\/?)([\w:.-]+)[^>]*?(\/?)>|[^<]+/g,
  )) {
    const parent = open.at(-1);
    if (!parent) return undefined;
    if (!name) {
      if (!whole.startsWith('<')) parent.text += unescapeText(whole);
    } else if (closing) {
      if (parent.name !== name || open.length === 1) return undefined;
      open.pop();
    } else {
      const element: Open = { name, text: '', children: [] };
      parent.children.push(element);
      if (!selfClosing) open.push(element);
    }
  }
  return open.length === 1 && top.children.length === 1 ? top.children[0] : undefined;
}

export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find(child => child.name === name);
}

export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter(child => child.name === name) ?? [];
}
