import { openRecorder } from '../../../src/evidence/recorder.js';
import { openWriter } from '../../../src/evidence/writer.js';
import { openStore } from '../../../src/store/store.js';
import { asks, intentAbout, WANG } from './record.js';

/* A process that records two intents and the outcome of the first, says so, and never ends by itself. Its argument is the store's address. */
const store = await openStore({ url: process.argv[2] ?? '' });
const silent = { gapBegan: () => undefined, gapEnded: () => undefined, lost: () => undefined };
const recorder = openRecorder(openWriter(store.pool, 5_000), silent, { lingerMs: 1 });
const answered = asks();
await recorder.intent(answered, [intentAbout([WANG], { decisionId: 'answered' })]);
recorder.outcome(answered, 'ANSWERED');
await recorder.intent(asks(), [intentAbout([WANG], { decisionId: 'open' })]);
process.stdout.write('asked\n');
setInterval(() => undefined, 60_000);
