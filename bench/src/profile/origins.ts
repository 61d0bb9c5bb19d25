import { existsSync, readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Origin } from './summary.js';

/**
 * Finds out where a place of a running program came from: the source of a program that was joined of many files, a package, or Node.
 * @param root the repository
 */
export function originFinder(root: string): (url: string, line: number, column: number) => Origin {
  const maps = new Map<string, SourceMap | undefined>();
  return (url, line, column) => {
    if (url.startsWith('node:')) return { place: url, area: 'Node', own: false };
    const file = url.startsWith('file:') ? fileURLToPath(url) : url;
    if (!maps.has(file)) maps.set(file, mapOf(file));
    const entry = maps.get(file)?.findEntry(line, column);
    return entry && 'originalSource' in entry
      ? originOf(resolve(dirname(file), entry.originalSource), entry.originalLine, root)
      : originOf(file, line, root);
  };
}

/** @param line counted from 0 */
function originOf(file: string, line: number, root: string): Origin {
  const inPackages = file.replace(/^.*node_modules\//, '');
  const [packageName] = /^(?:@[^/]+\/)?[^/]+/.exec(inPackages) ?? [];
  if (inPackages !== file && packageName !== undefined) return { place: `${inPackages}:${line + 1}`, area: packageName, own: false };
  const source = file.startsWith(root) ? file.slice(root.length) : file;
  return { place: `${source}:${line + 1}`, area: source.replace(/\/[^/]*$/, ''), own: true };
}

function mapOf(file: string): SourceMap | undefined {
  const map = `${file}.map`;
  return existsSync(map) ? new SourceMap(JSON.parse(readFileSync(map, 'utf8')) as SourceMapPayload) : undefined;
}
