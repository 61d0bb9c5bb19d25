import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';

const README = new URL('../README.md', import.meta.url);

/** Replaces one section of bench/README.md, or adds it at the end; the others stay as they are. */
export function writeSection(title: string, text: string): void {
  writeFileSync(README, withSection(readFileSync(README, 'utf8'), title, text));
}

/** The same document with that section, a heading of the second level and what stands below it. */
export function withSection(document: string, title: string, text: string): string {
  const sections = document.trimEnd().split(/\n(?=## )/);
  const section = `## ${title}\n\n${text.trim()}\n`;
  const at = sections.findIndex((known) => `${known}\n`.startsWith(`## ${title}\n`));
  if (at === -1) sections.push(section);
  else sections[at] = section;
  return `${sections.map((each) => each.trimEnd()).join('\n\n')}\n`;
}

/** Day, Node and processors, as every table must name them. */
export function circumstances(): string {
  return `${new Date().toISOString().slice(0, 10)}, Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
}
