// `--import` of this file opens a subgraph: see README.md.
import { register } from 'node:module';

register('./replace.mjs', import.meta.url);
