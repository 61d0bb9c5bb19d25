// Loaded into the gateway that is profiled (node --import): SIGWINCH begins a CPU profile, the next one writes it to $PROFILE_FILE. So
// neither start nor warm-up are in it, and it is there however the gateway ends. No server gives that signal a meaning: the user signals
// end some of them, or open Node's debugger.
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector';

const INTERVAL_MICROSECONDS = 200;

const session = new Session();
session.connect();
session.post('Profiler.enable');
session.post('Profiler.setSamplingInterval', { interval: INTERVAL_MICROSECONDS });
let recording = false;
process.on('SIGWINCH', () => {
  recording = !recording;
  if (recording) return session.post('Profiler.start');
  session.post('Profiler.stop', (error, answer) => {
    if (error) throw error;
    const file = process.env.PROFILE_FILE;
    writeFileSync(`${file}.part`, JSON.stringify(answer.profile));
    renameSync(`${file}.part`, file);
  });
});
