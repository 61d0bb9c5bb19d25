export { generateWorld } from './people/generate.js';
export type { World } from './people/model.js';
export { buildPrograms } from './start/build.js';
export { personaToken } from './start/first-question.js';
export { freshKeys, gatewayEnvironment, GATEWAY_FLAGS, Hub, type HubAddresses, type HubKeys } from './start/hub.js';
export { Screen } from './start/screen.js';
