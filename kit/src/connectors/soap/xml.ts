/** An element of an answer. Names are without their prefix: in these answers a prefix only ever says which side wrote it. */
export interface XmlElement {
  readonly name: string;
  /** Without namespace declarations. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly XmlElement[];
  /** Text directly inside, entities resolved. */
  readonly text: string;
}

/** A text that is not the XML these systems may send. Never quotes it. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

interface Open {
  readonly qualifiedName: string;
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const NAME = '[A-Za-z_][A-Za-z0-9_.-]*(?::[A-Za-z_][A-Za-z0-9_.-]*)?';
const DECLARATION =
  /^\uFEFF?<\?xml[ \t\r\n]+version=["']1\.0["'](?:[ \t\r\n]+encoding=["'][A-Za-z0-9._-]+["'])?(?:[ \t\r\n]+standalone=["'](?:yes|no)["'])?[ \t\r\n]*\?>/;
const START = new RegExp(`<(${NAME})`, 'y');
const ATTRIBUTE = new RegExp(`[ \\t\\r\\n]+(${NAME})[ \\t\\r\\n]*=[ \\t\\r\\n]*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const START_END = /[ \t\r\n]*(\/?)>/y;
const END = new RegExp(`</(${NAME})[ \\t\\r\\n]*>`, 'y');
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;
const MOST_LEVELS = 32;

/**
 * Reads a whole document, strictly: elements, attributes, text, CDATA and comments. A document type, a processing instruction, an
 * entity other than the five, a bare `&`, a repeated attribute or a missing end is an error, so that nothing is expanded, fetched or
 * guessed and an answer that was cut is never mistaken for a short one.
 * @throws XmlError
 */
export function readXml(text: string): XmlElement {
  if (NOT_XML.test(text)) throw new XmlError('a character that XML does not allow');
  const open: Open[] = [];
  let root: XmlElement | undefined;
  let at = DECLARATION.exec(text)?.[0].length ?? 0;

  const close = (element: Open): void => {
    const parent = open.at(-1);
    if (parent) parent.children.push(element);
    else root = element;
  };

  while (at < text.length) {
    const next = text.indexOf('<', at);
    const between = text.slice(at, next < 0 ? text.length : next);
    const current = open.at(-1);
    if (current) current.text += resolved(between);
    else if (/[^ \t\r\n]/.test(between)) throw new XmlError('text outside the document');
    if (next < 0) break;
    at = next;
    if (text.startsWith('<!--', at)) at = after(text, '-->', at + 4);
    else if (text.startsWith('<![CDATA[', at) && current) {
      const end = after(text, ']]>', at + 9);
      current.text += text.slice(at + 9, end - 3);
      at = end;
    } else if (text.startsWith('</', at)) {
      const end = matchAt(END, text, at, 'an end tag that does not end');
      const closed = open.pop();
      if (!closed || closed.qualifiedName !== end[1]) throw new XmlError('an end tag of another element');
      close(closed);
      at += end[0].length;
    } else {
      if (root || open.length >= MOST_LEVELS) throw new XmlError(root ? 'more than one document' : 'elements nested too deep');
      const start = matchAt(START, text, at, 'a declaration or instruction that is not taken');
      const attributes = new Map<string, string>();
      at = readAttributes(text, at + start[0].length, attributes);
      const end = matchAt(START_END, text, at, 'a start tag that does not end');
      at += end[0].length;
      const qualifiedName = start[1] ?? '';
      const element: Open = { qualifiedName, name: localName(qualifiedName), attributes, children: [], text: '' };
      if (end[1] === '/') close(element);
      else open.push(element);
    }
  }
  if (!root || open.length > 0) throw new XmlError('the document breaks off');
  return root;
}

/** The first child of a name. */
export function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((child) => child.name === name);
}

/** Text for use inside a double-quoted attribute. */
export function escapeAttribute(text: string): string {
  return text.replace(/[&<>"\t\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function readAttributes(text: string, from: number, attributes: Map<string, string>): number {
  let at = from;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const attribute = ATTRIBUTE.exec(text);
    if (!attribute) return at;
    const name = attribute[1] ?? '';
    // Line ends and tabs that are written as they are count as spaces (XML 1.0, 3.3.3).
    const value = resolved((attribute[2] ?? attribute[3] ?? '').replace(/\r\n|[\t\r\n]/g, ' '));
    if (name !== 'xmlns' && !name.startsWith('xmlns:')) {
      if (attributes.has(localName(name))) throw new XmlError('an attribute that stands twice');
      attributes.set(localName(name), value);
    }
    at += attribute[0].length;
  }
}

const PREDEFINED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function resolved(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#x([0-9A-Fa-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));|&/g,
    (_, hex?: string, decimal?: string, name?: string) => {
      if (name !== undefined) return PREDEFINED[name] ?? '';
      const point = hex !== undefined ? Number.parseInt(hex, 16) : decimal !== undefined ? Number(decimal) : -1;
      const character = point >= 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '';
      if (character === '' || NOT_XML.test(character) || (point >= 0xd800 && point <= 0xdfff)) throw new XmlError('a reference to nothing');
      return character;
    },
  );
}

function matchAt(pattern: RegExp, text: string, at: number, otherwise: string): RegExpExecArray {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  if (!match) throw new XmlError(otherwise);
  return match;
}

function after(text: string, end: string, from: number): number {
  const at = text.indexOf(end, from);
  if (at < 0) throw new XmlError('the document breaks off');
  return at + end.length;
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);
