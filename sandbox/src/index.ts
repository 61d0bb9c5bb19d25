export type { World } from './people/model.js';
export { startSandbox, type Sandbox, type SandboxOptions } from './sandbox.js';
