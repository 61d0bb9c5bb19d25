// npm start: installs when needed, then hands over to sandbox/src/start/main.ts in this same process.
import { register as registerHooks } from 'node:module';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { ensureInstalled, ensureNode, root } from './install.mjs';

ensureNode();
const before = Date.now();
ensureInstalled();
// The time shown at the end is that of the start, not of the installation.
const since = performance.timeOrigin + (Date.now() - before);

const { register } = await import('tsx/esm/api');
register();
// Packages of the workspace are taken from their sources: nothing has been built in a fresh clone. A flag of Node would need a process more.
const fromSources = `export const resolve = (specifier, context, next) =>
  next(specifier, { ...context, conditions: [...context.conditions, '@yichuang/source'] });`;
registerHooks(`data:text/javascript,${encodeURIComponent(fromSources)}`);
const { main } = await import(pathToFileURL(join(root, 'sandbox/src/start/main.ts')).href);
await main(process.argv.slice(2), root, since);
