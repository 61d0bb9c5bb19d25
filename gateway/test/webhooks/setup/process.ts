import { webhookHub } from './hub.js';

/* A hub process, as far as webhooks are concerned, to be killed: `process.ts DATABASE_URL`. */

const [, , url = ''] = process.argv;
await webhookHub(url, { timeoutMs: 1_000, claimS: 2 });
process.stdout.write('open\n');
setInterval(() => undefined, 60_000);
