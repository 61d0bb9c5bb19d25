export { readConfig, ConfigError, type GatewayConfig } from './config.js';
export { startGateway, type RunningGateway } from './gateway.js';
