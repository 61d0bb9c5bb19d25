import { readdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/**
 * Files that a pattern names: `*` and `?` within a name, `**` across folders, `{a,b}` for either. Folders called node_modules, and ones
 * that begin with a point, are not entered.
 * @returns paths from `folder` where they lie below it, in order, each once
 */
export async function matchingFiles(folder: string, patterns: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const pattern of patterns) {
    const absolute = resolve(folder, pattern).split(sep).join('/');
    const matches = regexOf(absolute);
    for (const file of await filesBelow(fixedFolder(absolute))) if (matches.test(file.split(sep).join('/'))) found.add(file);
  }
  return [...found].map((file) => shown(folder, file)).sort();
}

const MAGIC = /[*?{]/;

function fixedFolder(pattern: string): string {
  const parts = pattern.split('/').slice(0, -1);
  const first = parts.findIndex((part) => MAGIC.test(part));
  return (first < 0 ? parts : parts.slice(0, first)).join('/') || '/';
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const files: string[] = [];
  for (const entry of entries) {
    if (entry.isFile() || entry.isSymbolicLink()) files.push(join(folder, entry.name));
    else if (entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.'))
      files.push(...(await filesBelow(join(folder, entry.name))));
  }
  return files;
}

function regexOf(pattern: string): RegExp {
  const source = pattern.replace(/\*\*\/|\*|\?|\{[^{}]*\}|[\\^$.|+()[\]]/g, (part) => {
    if (part === '**/') return '(?:[^/]+/)*';
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.startsWith('{')) return `(?:${part.slice(1, -1).split(',').map(escaped).join('|')})`;
    return `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.|+()[\]*?]/g, '\\$&');
}

/** A path as people write it: from `folder` where it lies below, whole where it does not. */
export function shown(folder: string, file: string): string {
  const path = relative(folder, file);
  return path.startsWith('..') || isAbsolute(path) ? file : path;
}
