import { SaxesParser, type SaxesAttributeNS } from 'saxes';

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
  readonly name: string;
  readonly attributes: Map<string, string>;
  readonly children: XmlElement[];
  text: string;
}

const MOST_LEVELS = 32;
const DECLARES_NAMESPACE = 'http://www.w3.org/2000/xmlns/';

/**
 * Reads a whole document strictly: whatever is not well-formed is refused, and so are document types and processing instructions, so
 * that nothing is expanded or fetched, and an answer that was cut is never mistaken for a short one.
 * @throws XmlError
 */
export function readXml(text: string): XmlElement {
  const open: Open[] = [];
  let root: XmlElement | undefined;
  const refuse = (why: string) => (): never => {
    throw new XmlError(why);
  };
  const parser = new SaxesParser({ xmlns: true, position: false });
  // The parser's own messages quote the document.
  parser.on('error', refuse('not well-formed'));
  parser.on('doctype', refuse('a document type is not taken'));
  parser.on('processinginstruction', refuse('a processing instruction is not taken'));
  const append = (more: string): void => {
    const current = open.at(-1);
    if (current) current.text += more;
  };
  parser.on('text', append);
  parser.on('cdata', append);
  parser.on('opentag', (tag) => {
    if (open.length >= MOST_LEVELS) throw new XmlError('elements nested too deep');
    open.push({ name: tag.local, attributes: attributesOf(Object.values(tag.attributes)), children: [], text: '' });
  });
  parser.on('closetag', () => {
    const element = open.pop();
    const parent = open.at(-1);
    if (parent && element) parent.children.push(element);
    else root = element;
  });
  parser.write(text).close();
  if (!root) throw new XmlError('there is no element');
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

function attributesOf(attributes: readonly SaxesAttributeNS[]): Map<string, string> {
  const byName = new Map<string, string>();
  for (const { local, uri, value } of attributes) {
    if (uri === DECLARES_NAMESPACE) continue;
    if (byName.has(local)) throw new XmlError('an attribute that stands twice');
    byName.set(local, value);
  }
  return byName;
}
