import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Origin } from './summary.js';

/**
 * Finds out where a line of a running program came from. In a program joined of many files, esbuild names each file in a comment above it.
 * @param root the repository
 */
export function originFinder(root: string): (url: string, line: number) => Origin {
  const joined = new Map<string, readonly Section[]>();
  return (url, line) => {
    if (url.startsWith('node:')) return { place: url, area: 'Node', own: false };
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    const packageName = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1];
    if (packageName !== undefined) return { place: `${file.replace(/.*node_modules\//, '')}:${line + 1}`, area: packageName, own: false };
    const sections = joined.get(file) ?? sectionsOf(file);
    joined.set(file, sections);
    const section = sections.findLast((each) => each.from <= line);
    const source = section?.source ?? file.replace(root, '');
    const fromPackage = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1];
    return {
      place: section ? source : `${source}:${line + 1}`,
      area: fromPackage ?? source.replace(/\/[^/]*$/, ''),
      own: fromPackage === undefined,
    };
  };
}

interface Section {
  readonly from: number;
  readonly source: string;
}

function sectionsOf(file: string): readonly Section[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, from) => {
      const source = /^\/\/ (\S+\.[cm]?[jt]s)$/.exec(text)?.[1];
      return source === undefined ? [] : [{ from, source }];
    });
}
