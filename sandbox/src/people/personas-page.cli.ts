import { writeFileSync } from 'node:fs';
import { generateWorld } from './generate.js';
import { personasPage } from './personas-page.js';
import { registersOf } from './registers.js';

const world = generateWorld();
writeFileSync(new URL('../../../docs/personas.md', import.meta.url), personasPage(world, registersOf(world)));
